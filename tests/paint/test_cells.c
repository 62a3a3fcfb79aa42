#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

#include "mnemoscope/file.h"
#include "mnemoscope/rng.h"

/* The linker sends the painters' allocations through here (--wrap). */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
static int allocations;

void *__wrap_malloc(size_t n)
{
    allocations++;
    return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    allocations++;
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    allocations++;
    return __real_realloc(p, n);
}

typedef struct {
    mn_cells_painter *painter;
    mn_figure figure;
    mn_canvas canvas;
} fixture;

static void open_fixture(fixture *f, int cols, int rows, mn_colours colours)
{
    mn_err err;
    assert_ok(mn_cells_painter_create(&f->painter, &err), &err);
    assert_ok(mn_figure_init(&f->figure, &err), &err);
    assert_ok(mn_canvas_init(&f->canvas, cols, rows, colours, &err), &err);
}

static void close_fixture(fixture *f)
{
    mn_canvas_finish(&f->canvas);
    mn_figure_finish(&f->figure);
    mn_cells_painter_destroy(f->painter);
}

static void paint_all(fixture *f, const mn_style *s)
{
    mn_rect all = {0, 0, f->canvas.cols, f->canvas.rows};
    mn_canvas_clear(&f->canvas);
    mn_paint_cells(f->painter, s, &f->figure, all, true, &f->canvas);
}

/* MN_UPDATE_GOLDENS=1 writes what is painted instead of comparing; read the difference before
 * committing it. */
static void compare(const char *name, const mn_text *got)
{
    char path[160];
    char *want;
    size_t size;
    mn_err err;
    snprintf(path, sizeof path, "golden/paint/%s.txt", name);
    if (getenv("MN_UPDATE_GOLDENS")) {
        assert_ok(mn_file_replace(tests_path(path), got->data, got->length, true, &err), &err);
        return;
    }
    assert_ok(mn_file_read(tests_path(path), 1 << 20, &want, &size, &err), &err);
    if (strcmp(want, got->data) != 0)
        print_message("# %s is now:\n%s", name, got->data);
    assert_string_equal(got->data, want);
    free(want);
}

static void golden(const char *variant, int cols, int rows, const mn_style *s)
{
    for (int scene = 0; scene < N_SCENES; scene++) {
        fixture f;
        mn_text t = {0};
        char name[96];
        open_fixture(&f, cols, rows, MN_MONO);
        scene_make(scene, &f.figure);
        paint_all(&f, s);
        assert_int_equal(f.canvas.clipped, 0);
        mn_canvas_dump(&f.canvas, 1, &t);
        snprintf(name, sizeof name, "%s_%s_%dx%d", scene_names[scene], variant, cols, rows);
        compare(name, &t);
        mn_text_finish(&t);
        close_fixture(&f);
    }
}

static void marks_look_as_agreed_in_shades_and_braille(void **state)
{
    mn_style s = scene_style();
    s.glyphs = MN_SHADE;
    golden("shade", 64, 18, &s);
    golden("shade", 30, 9, &s);
}

static void marks_look_as_agreed_in_ascii(void **state)
{
    mn_style s = scene_style();
    s.utf8 = false;
    golden("ascii", 64, 18, &s);
    golden("ascii", 30, 9, &s);
}

static void marks_look_as_agreed_in_dithered_blocks(void **state)
{
    mn_style s = scene_style();
    s.glyphs = MN_HALF;
    s.strokes = MN_BLOCK;
    golden("dithered", 64, 18, &s);
}

static void ascii_screens_are_ascii(void **state)
{
    mn_style s = scene_style();
    s.utf8 = false;
    for (int scene = 0; scene < N_SCENES; scene++) {
        fixture f;
        open_fixture(&f, 70, 20, MN_256);
        scene_make(scene, &f.figure);
        paint_all(&f, &s);
        for (int i = 0; i < 70 * 20; i++)
            assert_in_range(f.canvas.cells[i].ch, 0x20, 0x7e);
        close_fixture(&f);
    }
}

static void nothing_is_painted_outside_the_box(void **state)
{
    static const mn_rect box = {7, 3, 40, 12};
    for (int scene = 0; scene < N_SCENES; scene++)
        for (int g = 0; g < MN_N_GLYPHS; g++) {
            fixture f;
            mn_style s = scene_style();
            s.glyphs = (mn_glyphs)g;
            open_fixture(&f, 60, 20, MN_DIRECT);
            scene_make(scene, &f.figure);
            mn_paint_cells(f.painter, &s, &f.figure, box, true, &f.canvas);
            for (int y = 0; y < 20; y++)
                for (int x = 0; x < 60; x++) {
                    const mn_cell *c = &f.canvas.cells[y * 60 + x];
                    bool inside =
                        x >= box.x && x < box.x + box.w && y >= box.y && y < box.y + box.h;
                    assert_true(inside ||
                                (c->ch == ' ' && c->attr == 0 && c->bg == MN_DEFAULT_COLOUR));
                }
            close_fixture(&f);
        }
}

static void survive(int cols, int rows, mn_style s, mn_colours colours)
{
    fixture f;
    open_fixture(&f, cols, rows, colours);
    for (int scene = 0; scene < N_SCENES; scene++) {
        scene_make(scene, &f.figure);
        paint_all(&f, &s);
        scene_make_empty(scene, &f.figure);
        paint_all(&f, &s);
        scene_make_hostile(scene, &f.figure);
        paint_all(&f, &s);
        mn_paint_cells(f.painter, &s, &f.figure, (mn_rect){-3, -2, cols, rows}, false,
                       &f.canvas);
        mn_paint_cells(f.painter, &s, &f.figure, (mn_rect){cols / 2, rows / 2, cols, rows},
                       false, &f.canvas);
        mn_paint_cells(f.painter, &s, &f.figure, (mn_rect){0, 0, 0, 0}, false, &f.canvas);
        mn_paint_cells(f.painter, &s, &f.figure, (mn_rect){1 << 30, 0, 1 << 30, 1 << 30}, false,
                       &f.canvas);
    }
    close_fixture(&f);
}

static void every_mark_survives_every_mode_and_size(void **state)
{
    static const int sizes[][2] = {{1, 1},  {2, 2},   {3, 2},   {5, 3},
                                   {3, 40}, {40, 12}, {200, 60}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int g = 0; g < MN_N_GLYPHS; g++)
            for (int colours = 0; colours < MN_N_COLOURS; colours++) {
                mn_style s = scene_style();
                s.glyphs = (mn_glyphs)g;
                s.strokes = (mn_strokes)(g % MN_N_STROKES);
                s.light = colours % 2;
                s.palette = mn_palettes[(g + colours) % 8];
                s.levels = g == 0 ? 128 : g == 1 ? 0 : 16;
                survive(sizes[i][0], sizes[i][1], s, (mn_colours)colours);
            }
}

/* One large tile that fills the panel, one native pixel a dot. */
static void make_noise(mn_figure *f, const float *pixels, mn_tiles *t)
{
    *t = (mn_tiles){.n = 1,
                    .width = 20,
                    .height = 20,
                    .channels = 1,
                    .pixels = pixels,
                    .scale = MN_SIGNED,
                    .hi = 1.0f,
                    .size = 20,
                    .cursor = -1};
    mn_figure_reset(f);
    mn_figure_add(f, MN_MARK_TILES, t);
}

static int count_changes(const mn_canvas *c, mn_cell *before)
{
    int n = 0;
    for (int i = 0; i < c->cols * c->rows; i++) {
        n += c->cells[i].fg != before[i].fg || c->cells[i].bg != before[i].bg ||
             c->cells[i].ch != before[i].ch;
        before[i] = c->cells[i];
    }
    return n;
}

/* Total cells changed while every pixel takes a small random walk. */
static int walk(double hysteresis)
{
    fixture f;
    mn_style s = scene_style();
    mn_tiles t;
    mn_cell before[24 * 12] = {{0}};
    float pixels[400];
    mn_rng rng;
    int changes = 0;
    mn_rng_seed(&rng, 7, "walk");
    s.hysteresis = hysteresis;
    open_fixture(&f, 24, 12, MN_DIRECT);
    for (int i = 0; i < 400; i++)
        pixels[i] = (float)(2.0 * mn_rng_uniform(&rng) - 1.0);
    for (int frame = 0; frame < 60; frame++) {
        for (int i = 0; i < 400; i++)
            pixels[i] += (float)(0.006 * (mn_rng_uniform(&rng) - 0.5));
        make_noise(&f.figure, pixels, &t);
        paint_all(&f, &s);
        int n = count_changes(&f.canvas, before);
        changes += frame ? n : 0;
    }
    close_fixture(&f);
    return changes;
}

static void hysteresis_keeps_a_quiet_screen_still(void **state)
{
    int loose = walk(0.0), held = walk(0.35);
    assert_true(loose > 200);
    assert_true(held * 5 < loose);
}

/* The painted level, read back from the exact colour, is never further from the number than
 * half a level and the hysteresis. */
static void a_level_is_never_further_off_than_promised(void **state)
{
    fixture f;
    mn_style s = scene_style();
    mn_tiles t;
    float pixels[400] = {0};
    s.palette = mn_palette_find("grey");
    open_fixture(&f, 24, 12, MN_DIRECT);
    for (int frame = 0; frame <= 200; frame++) {
        double value = sin(frame * 0.1) * frame / 200.0;
        for (int i = 0; i < 400; i++)
            pixels[i] = (float)value;
        make_noise(&f.figure, pixels, &t);
        paint_all(&f, &s);
        double shown = (f.canvas.cells[24 + 2].fg & 255) / 255.0 * 2.0 - 1.0;
        assert_true(fabs(shown - value) <= (0.5 + 0.35) * 2.0 / 30.0 + 0.01);
    }
    close_fixture(&f);
}

static void forgetting_paints_the_exact_level_again(void **state)
{
    fixture f;
    mn_style s = scene_style();
    mn_tiles t;
    float pixels[400] = {0};
    open_fixture(&f, 24, 12, MN_DIRECT);
    make_noise(&f.figure, pixels, &t);
    paint_all(&f, &s);
    int32_t zero = f.canvas.cells[24 + 2].fg;
    for (int i = 0; i < 400; i++)
        pixels[i] = 0.75f * 2.0f / 30.0f; /* three quarters of a level: held */
    paint_all(&f, &s);
    assert_int_equal(f.canvas.cells[24 + 2].fg, zero);
    mn_cells_painter_forget(f.painter);
    paint_all(&f, &s);
    assert_true(f.canvas.cells[24 + 2].fg != zero);
    close_fixture(&f);
}

static void new_limits_start_without_memory(void **state)
{
    fixture f;
    mn_style s = scene_style();
    mn_tiles t;
    float pixels[400] = {0};
    open_fixture(&f, 24, 12, MN_DIRECT);
    make_noise(&f.figure, pixels, &t);
    paint_all(&f, &s);
    int32_t zero = f.canvas.cells[24 + 2].fg;
    for (int i = 0; i < 400; i++)
        pixels[i] = 1.5f * 2.0f / 30.0f;
    t.hi = 2.0f; /* now also three quarters of a level, but nothing was painted so before */
    paint_all(&f, &s);
    assert_true(f.canvas.cells[24 + 2].fg != zero);
    close_fixture(&f);
}

/* Two tiles, the same but for the sign, without any colours. */
static void assert_sign_shows(mn_colours colours, mn_glyphs glyphs, bool utf8)
{
    fixture f;
    mn_style s = scene_style();
    mn_tiles t;
    float pixels[2 * 400];
    s.glyphs = glyphs;
    s.utf8 = utf8;
    open_fixture(&f, 46, 14, colours);
    for (int level = 3; level <= 10; level++) {
        for (int i = 0; i < 400; i++) {
            pixels[i] = (float)level / 10.0f;
            pixels[400 + i] = -pixels[i];
        }
        make_noise(&f.figure, pixels, &t);
        t.n = 2;
        paint_all(&f, &s);
        for (int y = 2; y < 8; y++)
            for (int x = 3; x < 12; x++)
                if (f.canvas.cells[y * 46 + x].ch != ' ')
                    assert_true(f.canvas.cells[y * 46 + x].ch !=
                                f.canvas.cells[y * 46 + x + 21].ch);
    }
    close_fixture(&f);
}

static void without_many_colours_the_sign_is_in_the_glyph(void **state)
{
    for (int g = 0; g < MN_N_GLYPHS; g++)
        for (int utf8 = 0; utf8 < 2; utf8++) {
            assert_sign_shows(MN_16, (mn_glyphs)g, utf8);
            assert_sign_shows(MN_MONO, (mn_glyphs)g, utf8);
        }
}

static void a_mono_screen_has_no_colours(void **state)
{
    for (int scene = 0; scene < N_SCENES; scene++) {
        fixture f;
        mn_style s = scene_style();
        open_fixture(&f, 70, 20, MN_MONO);
        scene_make(scene, &f.figure);
        paint_all(&f, &s);
        for (int i = 0; i < 70 * 20; i++) {
            assert_int_equal(f.canvas.cells[i].fg, MN_DEFAULT_COLOUR);
            assert_int_equal(f.canvas.cells[i].bg, MN_DEFAULT_COLOUR);
        }
        close_fixture(&f);
    }
}

static void colours_stay_in_the_range_of_their_mode(void **state)
{
    static const int limit[] = {[MN_DIRECT] = 0xffffff, [MN_256] = 255, [MN_16] = 15};
    for (int mode = MN_DIRECT; mode <= MN_16; mode++)
        for (int p = 0; mn_palettes[p]; p++)
            for (int scene = 0; scene < N_SCENES; scene++) {
                fixture f;
                mn_style s = scene_style();
                s.palette = s.unsigned_palette = mn_palettes[p];
                s.glyphs = (mn_glyphs)(p % 2);
                s.levels = 128;
                s.light = p % 2;
                open_fixture(&f, 70, 20, (mn_colours)mode);
                scene_make(scene, &f.figure);
                paint_all(&f, &s);
                for (int i = 0; i < 70 * 20; i++) {
                    const mn_cell *c = &f.canvas.cells[i];
                    assert_true(c->fg >= -1 && c->fg <= limit[mode]);
                    assert_true(c->bg >= -1 && c->bg <= limit[mode]);
                    if (mode == MN_DIRECT)
                        assert_true((c->fg < 0 || c->fg > 7) && (c->bg < 0 || c->bg > 7));
                }
                close_fixture(&f);
            }
}

static void pictures_in_three_channels_keep_their_colours(void **state)
{
    fixture f;
    mn_style s = scene_style();
    float pixels[3 * 400] = {0};
    for (int i = 0; i < 400; i++)
        pixels[i] = 1.0f; /* all red */
    open_fixture(&f, 24, 12, MN_DIRECT);
    mn_tiles t = {.n = 1,
                  .width = 20,
                  .height = 20,
                  .channels = 3,
                  .pixels = pixels,
                  .scale = MN_UNSIGNED,
                  .hi = 1.0f,
                  .size = 20,
                  .cursor = -1};
    mn_figure_add(&f.figure, MN_MARK_TILES, &t);
    paint_all(&f, &s);
    assert_int_equal(f.canvas.cells[24 + 2].fg, 0xff0000);
    close_fixture(&f);
}

static void the_hardware_cursor_follows_the_tile_under_the_cursor(void **state)
{
    fixture f;
    mn_style s = scene_style();
    s.glyphs = MN_SHADE;
    open_fixture(&f, 64, 18, MN_MONO);
    scene_make(SCENE_TILES, &f.figure);
    paint_all(&f, &s);
    assert_true(f.canvas.cursor_x > 0 && f.canvas.cursor_y > 0);
    assert_int_equal(f.canvas.cells[f.canvas.cursor_y * 64 + f.canvas.cursor_x].ch, 0x25B8);
    close_fixture(&f);
}

/* Where the curves without their bands have ink, the bands change nothing. */
static void bands_hide_no_line(void **state)
{
    for (int strokes = 0; strokes < MN_N_STROKES; strokes++) {
        fixture with, without;
        mn_style s = scene_style();
        s.strokes = (mn_strokes)strokes;
        open_fixture(&with, 70, 20, MN_256);
        open_fixture(&without, 70, 20, MN_256);
        scene_make(SCENE_CURVES, &with.figure);
        scene_make(SCENE_CURVES, &without.figure);
        mn_lines bare = *(const mn_lines *)without.figure.parts[0].mark;
        mn_series series[3];
        for (int i = 0; i < 3; i++) {
            series[i] = bare.series[i];
            series[i].lo = series[i].hi = NULL;
        }
        bare.series = series;
        without.figure.parts[0].mark = &bare;
        paint_all(&with, &s);
        paint_all(&without, &s);
        int more = 0;
        for (int i = 0; i < 70 * 20; i++) {
            const mn_cell *a = &with.canvas.cells[i], *b = &without.canvas.cells[i];
            if (b->ch != ' ')
                assert_true(a->ch == b->ch && a->fg == b->fg && a->attr == b->attr);
            more += a->ch != b->ch;
        }
        assert_true(more > 20);
        close_fixture(&with);
        close_fixture(&without);
    }
}

static void a_table_says_what_it_leaves_out(void **state)
{
    static const char *const texts[] = {"a", "b", "c", "1", "2", "3",
                                        "4", "5", "6", "7", "8", "9"};
    static const mn_table table = {4, 3, 1, texts, NULL, 0};
    fixture f;
    mn_style s = scene_style();
    mn_text t = {0};
    open_fixture(&f, 30, 6, MN_MONO);
    mn_figure_add(&f.figure, MN_MARK_TABLE, &table);
    paint_all(&f, &s);
    mn_canvas_dump(&f.canvas, 0, &t);
    assert_non_null(strstr(t.data, "1  2  3"));
    assert_null(strstr(t.data, "4  5  6"));
    assert_non_null(strstr(t.data, "2 more rows"));
    mn_text_finish(&t);
    close_fixture(&f);
}

static void a_part_without_its_least_rows_is_left_out(void **state)
{
    static const mn_run_of_text a[] = {{"first", MN_PLAIN}}, b[] = {{"second", MN_PLAIN}};
    static const mn_text_lines one = {1, a}, two = {1, b};
    fixture f;
    mn_style s = scene_style();
    mn_text t = {0};
    open_fixture(&f, 12, 5, MN_MONO);
    mn_figure_add(&f.figure, MN_MARK_TEXT, &one);
    mn_figure_add(&f.figure, MN_MARK_TEXT, &two)->min_rows = 2;
    paint_all(&f, &s);
    mn_canvas_dump(&f.canvas, 0, &t);
    assert_non_null(strstr(t.data, "first"));
    assert_null(strstr(t.data, "second"));
    mn_text_finish(&t);
    close_fixture(&f);
}

static void a_frame_allocates_nothing_once_the_size_is_known(void **state)
{
    fixture f;
    mn_style s = scene_style();
    open_fixture(&f, 200, 60, MN_DIRECT);
    for (int scene = 0; scene < N_SCENES; scene++) {
        scene_make(scene, &f.figure);
        paint_all(&f, &s);
        int before = allocations;
        assert_true(before > 0);
        paint_all(&f, &s);
        assert_int_equal(allocations, before);
    }
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_look_as_agreed_in_shades_and_braille),
        cmocka_unit_test(marks_look_as_agreed_in_ascii),
        cmocka_unit_test(marks_look_as_agreed_in_dithered_blocks),
        cmocka_unit_test(ascii_screens_are_ascii),
        cmocka_unit_test(nothing_is_painted_outside_the_box),
        cmocka_unit_test(every_mark_survives_every_mode_and_size),
        cmocka_unit_test(hysteresis_keeps_a_quiet_screen_still),
        cmocka_unit_test(a_level_is_never_further_off_than_promised),
        cmocka_unit_test(forgetting_paints_the_exact_level_again),
        cmocka_unit_test(new_limits_start_without_memory),
        cmocka_unit_test(without_many_colours_the_sign_is_in_the_glyph),
        cmocka_unit_test(a_mono_screen_has_no_colours),
        cmocka_unit_test(colours_stay_in_the_range_of_their_mode),
        cmocka_unit_test(pictures_in_three_channels_keep_their_colours),
        cmocka_unit_test(the_hardware_cursor_follows_the_tile_under_the_cursor),
        cmocka_unit_test(bands_hide_no_line),
        cmocka_unit_test(a_table_says_what_it_leaves_out),
        cmocka_unit_test(a_part_without_its_least_rows_is_left_out),
        cmocka_unit_test(a_frame_allocates_nothing_once_the_size_is_known),
    };
    return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
