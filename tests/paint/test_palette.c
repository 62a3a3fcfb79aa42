#include "support.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/palette.h"

static double linear(double c)
{
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* CIELAB L* of sRGB, white 100. */
static double lightness(uint32_t rgb)
{
    double y = 0.2126 * linear((rgb >> 16) / 255.0) +
               0.7152 * linear((rgb >> 8 & 255) / 255.0) + 0.0722 * linear((rgb & 255) / 255.0);
    return y > 0.008856 ? 116.0 * cbrt(y) - 16.0 : 903.3 * y;
}

/* Lightness runs one way from i to j, by at least `least` a step. */
static void assert_runs(const double *l, int i, int j, double least, const char *name)
{
    int step = j > i ? 1 : -1;
    double direction = l[j] > l[i] ? 1.0 : -1.0;
    for (; i != j; i += step)
        if ((l[i + step] - l[i]) * direction < least)
            fail_msg("%s: L* %.1f then %.1f at entry %d", name, l[i], l[i + step], i);
}

static void assert_ramp(const double *l, int n, const mn_palette *p, double least)
{
    if (p->signed_map && !p->unsigned_map) {
        assert_runs(l, n / 2, 0, least, p->name);
        assert_runs(l, n / 2, n - 1, least, p->name);
    } else {
        assert_runs(l, 0, n - 1, least, p->name);
    }
}

static void lightness_never_turns_back(void **state)
{
    for (const mn_palette *const *p = mn_palettes; *p; p++)
        for (int light = 0; light < 2; light++) {
            const mn_ramp *r = light && (*p)->light.n_rgb ? &(*p)->light : &(*p)->dark;
            double l[256];
            for (int i = 0; i < r->n_xterm; i++)
                l[i] = lightness(mn_xterm_rgb(r->xterm[i]));
            if (r->n_xterm)
                assert_ramp(l, r->n_xterm, *p, 1.0);
            for (int i = 0; i < 65; i++)
                l[i] = lightness(mn_palette_rgb(*p, i / 64.0, light));
            assert_ramp(l, 65, *p, 0.0);
        }
}

static void zero_is_on_the_side_of_the_background(void **state)
{
    for (const mn_palette *const *p = mn_palettes; *p; p++) {
        double zero = (*p)->unsigned_map ? 0.0 : 0.5;
        double dark = lightness(mn_palette_rgb(*p, zero, false));
        double light = lightness(mn_palette_rgb(*p, zero, true));
        for (int i = 0; i <= 64; i++) {
            assert_true(lightness(mn_palette_rgb(*p, i / 64.0, false)) >= dark);
            assert_true(lightness(mn_palette_rgb(*p, i / 64.0, true)) <= light);
        }
    }
}

static void every_row_is_whole_and_found_by_its_name(void **state)
{
    for (const mn_palette *const *p = mn_palettes; *p; p++) {
        assert_ptr_equal(mn_palette_find((*p)->name), *p);
        assert_true(strlen((*p)->about) > 5);
        assert_true((*p)->signed_map || (*p)->unsigned_map);
        assert_true((*p)->dark.n_rgb >= 2);
        for (int i = 0; i < (*p)->dark.n_xterm; i++)
            assert_true((*p)->dark.xterm[i] >= 16);
    }
    assert_null(mn_palette_find("no such"));
}

static void direct_colours_avoid_the_eight_ansi_numbers(void **state)
{
    for (const mn_palette *const *p = mn_palettes; *p; p++)
        for (int i = 0; i <= 256; i++) {
            int32_t c = mn_palette_colour(*p, i / 256.0, MN_DIRECT, i % 2);
            assert_true(c == MN_DEFAULT_COLOUR || c >= 8);
        }
    for (int k = 0; k < 12; k++)
        for (int light = 0; light < 2; light++)
            assert_true(mn_class_colour(k, MN_DIRECT, light) >= 8);
}

static void places_clamp_and_numbers_that_are_none_do_not_crash(void **state)
{
    const mn_palette *p = mn_palette_find("rdbu");
    assert_int_equal(mn_palette_rgb(p, -5.0, false), mn_palette_rgb(p, 0.0, false));
    assert_int_equal(mn_palette_rgb(p, HUGE_VAL, true), mn_palette_rgb(p, 1.0, true));
    (void)mn_palette_rgb(p, (double)NAN, true);
    assert_near(mn_palette_place(p, MN_SIGNED, -2.0, -2.0, 2.0), 0.0, 1e-12);
    assert_near(mn_palette_place(p, MN_SIGNED, 0.0, 0.0, 0.0), 0.5, 1e-12);
    assert_near(mn_palette_place(mn_palette_find("magma"), MN_SIGNED, -1.0, -2.0, 2.0), 0.5,
                1e-12);
}

static void tones_differ_without_colours(void **state)
{
    for (int t = MN_PLAIN; t <= MN_ACCENT; t++) {
        assert_int_equal(mn_tone_colour((mn_tone)t, MN_MONO, false), MN_DEFAULT_COLOUR);
        if (t != MN_PLAIN)
            assert_true(mn_tone_attr((mn_tone)t) != mn_tone_attr(MN_PLAIN));
    }
    assert_true(mn_tone_attr(MN_GOOD) != mn_tone_attr(MN_BAD));
    assert_true(mn_tone_attr(MN_DIM) != mn_tone_attr(MN_STRONG));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lightness_never_turns_back),
        cmocka_unit_test(zero_is_on_the_side_of_the_background),
        cmocka_unit_test(every_row_is_whole_and_found_by_its_name),
        cmocka_unit_test(direct_colours_avoid_the_eight_ansi_numbers),
        cmocka_unit_test(places_clamp_and_numbers_that_are_none_do_not_crash),
        cmocka_unit_test(tones_differ_without_colours),
    };
    return cmocka_run_group_tests_name("palette", tests, NULL, NULL);
}
