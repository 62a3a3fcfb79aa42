#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "scene.h"

static uint32_t pixel_at(const mn_image *i, int x, int y)
{
    const unsigned char *at = i->rgb + 3 * ((size_t)y * (size_t)i->width + (size_t)x);
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static bool holds(const mn_image *i, uint32_t rgb)
{
    for (int y = 0; y < i->height; y++)
        for (int x = 0; x < i->width; x++)
            if (pixel_at(i, x, y) == rgb)
                return true;
    return false;
}

static void every_mark_leaves_ink_on_both_backgrounds(void **state)
{
    mn_figure f;
    mn_err err;
    mn_style s = scene_style();
    assert_ok(mn_figure_init(&f, &err), &err);
    for (int scene = 0; scene < N_SCENES; scene++)
        for (int light = 0; light < 2; light++) {
            mn_page page = {900, 600, 1, light};
            mn_image image;
            scene_make(scene, &f);
            f.title = f.status = "";
            assert_ok(mn_paint_pixels(&page, &s, &f, &image, &err), &err);
            assert_int_equal(pixel_at(&image, 0, 0), light ? 0xffffff : 0x000000);
            size_t ink = 0;
            for (int y = 0; y < image.height; y++)
                for (int x = 0; x < image.width; x++)
                    ink += pixel_at(&image, x, y) != pixel_at(&image, 0, 0);
            assert_true(ink > 400);
            mn_image_finish(&image);
        }
    mn_figure_finish(&f);
}

/* Pixels of the rows from y on that are not paper. */
static size_t ink_below(const mn_image *i, int y)
{
    size_t ink = 0;
    for (; y < i->height; y++)
        for (int x = 0; x < i->width; x++)
            ink += pixel_at(i, x, y) != pixel_at(i, 0, 0);
    return ink;
}

static void a_status_that_a_long_title_leaves_no_room_is_a_caption(void **state)
{
    static const char *const titles[] = {"Short",
                                         "Two tasks of random states: recall after the second"};
    const mn_page page = {1000, 400, 2, false};
    mn_style s = scene_style();
    for (int i = 0; i < 2; i++) {
        mn_figure f = {.title = titles[i], .status = "average accuracy (%), mean of 3 runs"};
        mn_image image;
        mn_err err;
        assert_ok(mn_paint_pixels(&page, &s, &f, &image, &err), &err);
        assert_true(ink_below(&image, 0) > 0);
        assert_true((ink_below(&image, 350) > 100) == (i == 1));
        mn_image_finish(&image);
    }
}

static void tiles_show_the_exact_palette_at_whole_pixels(void **state)
{
    static const float pixels[] = {-1.0f, -0.5f, 0.25f, 1.0f};
    static const mn_tiles t = {.n = 1,
                               .width = 2,
                               .height = 2,
                               .channels = 1,
                               .pixels = pixels,
                               .scale = MN_SIGNED,
                               .hi = 1.0f,
                               .size = 16,
                               .cursor = -1};
    mn_figure f;
    mn_err err;
    mn_style s = scene_style();
    mn_page page = {300, 300, 3, false};
    mn_image image;
    assert_ok(mn_figure_init(&f, &err), &err);
    mn_figure_add(&f, MN_MARK_TILES, &t);
    assert_ok(mn_paint_pixels(&page, &s, &f, &image, &err), &err);
    for (int i = 0; i < 4; i++) {
        uint32_t rgb = mn_palette_rgb(s.palette, 0.5 + 0.5 * (double)pixels[i], false);
        int area = 0;
        for (int y = 0; y < 300; y++)
            for (int x = 0; x < 300; x++)
                area += pixel_at(&image, x, y) == rgb;
        assert_int_equal(area, 24 * 24); /* 16 dots of 3 pixels, halved */
    }
    mn_image_finish(&image);
    mn_figure_finish(&f);
}

/* A flat band from 20 to 80 around a line at 50: the line keeps its colour, the band is between
 * the paper's and the line's. */
static void a_band_is_lighter_than_its_line_on_both_backgrounds(void **state)
{
    static const double x[] = {0.0, 1.0}, y[] = {50.0, 50.0};
    static const double lo[] = {20.0, 20.0}, hi[] = {80.0, 80.0};
    static const mn_series series = {.n = 2, .x = x, .y = y, .lo = lo, .hi = hi};
    static const mn_lines m = {.n_series = 1, .series = &series, .x_hi = 1.0, .y_hi = 100.0};
    mn_figure f;
    mn_err err;
    mn_style s = scene_style();
    assert_ok(mn_figure_init(&f, &err), &err);
    mn_figure_add(&f, MN_MARK_LINES, &m);
    for (int light = 0; light < 2; light++) {
        mn_page page = {600, 400, 2, light};
        mn_image image;
        assert_ok(mn_paint_pixels(&page, &s, &f, &image, &err), &err);
        uint32_t line = (uint32_t)mn_class_colour(0, MN_DIRECT, light);
        uint32_t paper = light ? 0xffffff : 0x000000;
        size_t lines = 0, bands = 0;
        for (int row = 0; row < 400; row++) {
            uint32_t rgb = pixel_at(&image, 350, row);
            bool between = true;
            for (int shift = 0; shift < 24; shift += 8) {
                int v = rgb >> shift & 255, a = line >> shift & 255, b = paper >> shift & 255;
                between = between && (a < b ? v > a && v < b : v < a && v > b);
            }
            lines += rgb == line;
            bands += between;
        }
        assert_true(lines >= 1);
        assert_true(bands > 100);
        mn_image_finish(&image);
    }
    mn_figure_finish(&f);
}

static void the_same_figure_makes_the_same_pixels(void **state)
{
    mn_figure f;
    mn_err err;
    mn_style s = scene_style();
    mn_page page = {640, 400, 1, true};
    assert_ok(mn_figure_init(&f, &err), &err);
    for (int scene = 0; scene < N_SCENES; scene++) {
        mn_image a, b;
        scene_make(scene, &f);
        assert_ok(mn_paint_pixels(&page, &s, &f, &a, &err), &err);
        scene_make(scene, &f);
        assert_ok(mn_paint_pixels(&page, &s, &f, &b, &err), &err);
        assert_memory_equal(a.rgb, b.rgb, 640 * 400 * 3);
        mn_image_finish(&a);
        mn_image_finish(&b);
    }
    mn_figure_finish(&f);
}

static void every_mark_survives_every_page(void **state)
{
    static const mn_page pages[] = {
        {1, 1, 1, false},    {5, 90, 4, true},    {40, 40, 1, false},  {97, 61, 2, true},
        {300, 50, 1, false}, {640, 480, 1, true}, {640, 480, 7, false}};
    mn_figure f;
    mn_err err;
    mn_style s = scene_style();
    assert_ok(mn_figure_init(&f, &err), &err);
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        for (int k = 0; k < 3 * N_SCENES; k++) {
            mn_image image;
            (k < N_SCENES       ? scene_make
             : k < 2 * N_SCENES ? scene_make_empty
                                : scene_make_hostile)(k % N_SCENES, &f);
            assert_ok(mn_paint_pixels(&pages[i], &s, &f, &image, &err), &err);
            mn_image_finish(&image);
        }
    mn_figure_finish(&f);
}

static void absurd_pages_are_refused(void **state)
{
    mn_figure f;
    mn_err err;
    mn_image image;
    mn_style s = scene_style();
    assert_ok(mn_figure_init(&f, &err), &err);
    mn_page page = {100, 100, 0, false};
    assert_failed(mn_paint_pixels(&page, &s, &f, &image, &err), &err, MN_EINVAL, "scale 0");
    page = (mn_page){0, 100, 1, false};
    assert_failed(mn_paint_pixels(&page, &s, &f, &image, &err), &err, MN_EINVAL, "0 x 100");
    page = (mn_page){100000, 100, 1, false};
    assert_failed(mn_paint_pixels(&page, &s, &f, &image, &err), &err, MN_EINVAL, "1..16384");
    assert_int_equal(mn_pixels_room(&(mn_page){10, 10, 1, false}).cols, 0);
    mn_figure_finish(&f);
}

static void a_screen_becomes_a_picture_of_the_terminal(void **state)
{
    mn_canvas c;
    mn_err err;
    mn_image image;
    assert_ok(mn_canvas_init(&c, 3, 1, MN_DIRECT, &err), &err);
    mn_canvas_put(&c, 0, 0, (mn_cell){0x2580, 0x112233, 0x445566, 0});
    mn_canvas_put(&c, 1, 0, (mn_cell){0x2588, 0x778899, -1, MN_REVERSE});
    assert_ok(mn_paint_screen(&c, 2, false, &image, &err), &err);
    assert_int_equal(image.width, 3 * 12 + 24);
    assert_int_equal(image.height, 24 + 24);
    assert_int_equal(pixel_at(&image, 13, 13), 0x112233);
    assert_int_equal(pixel_at(&image, 13, 30), 0x445566);
    assert_false(holds(&image, 0x778899)); /* a full block reversed is all background */
    mn_image_finish(&image);
    assert_failed(mn_paint_screen(&c, 99, false, &image, &err), &err, MN_EINVAL, "99");
    mn_canvas_finish(&c);
}

static void glyphs_on_screens_differ_from_one_another(void **state)
{
    static const uint32_t chars[] = {'A',    'a',    '0',    'O',    '?',    0x2212,
                                     0xB1,   0x25B8, 0x271D, 0x25B2, 0x2580, 0x2584,
                                     0x2588, 0x2591, 0x2592, 0x2593, 0x2596, 0x259A,
                                     0x28FF, 0x2801, 0x250C, 0x2500, 0x2502};
    enum { N = sizeof chars / sizeof *chars };
    mn_canvas c;
    mn_err err;
    mn_image images[N];
    assert_ok(mn_canvas_init(&c, 1, 1, MN_MONO, &err), &err);
    for (int i = 0; i < N; i++) {
        mn_canvas_put(&c, 0, 0, (mn_cell){chars[i], -1, -1, 0});
        assert_ok(mn_paint_screen(&c, 1, true, &images[i], &err), &err);
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(images[i].rgb, images[k].rgb,
                                    (size_t)images[i].width * (size_t)images[i].height * 3);
    }
    for (int i = 0; i < N; i++)
        mn_image_finish(&images[i]);
    mn_canvas_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mark_leaves_ink_on_both_backgrounds),
        cmocka_unit_test(a_status_that_a_long_title_leaves_no_room_is_a_caption),
        cmocka_unit_test(tiles_show_the_exact_palette_at_whole_pixels),
        cmocka_unit_test(a_band_is_lighter_than_its_line_on_both_backgrounds),
        cmocka_unit_test(the_same_figure_makes_the_same_pixels),
        cmocka_unit_test(every_mark_survives_every_page),
        cmocka_unit_test(absurd_pages_are_refused),
        cmocka_unit_test(a_screen_becomes_a_picture_of_the_terminal),
        cmocka_unit_test(glyphs_on_screens_differ_from_one_another),
    };
    return cmocka_run_group_tests_name("pixels", tests, NULL, NULL);
}
