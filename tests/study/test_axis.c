#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/axis.h"
#include "mnemoscope/rng.h"
#include "support.h"

static mn_axis parse(const char *text)
{
    mn_config base;
    mn_axis a;
    mn_err err;
    mn_config_defaults(&base);
    assert_ok(mn_axis_parse(&a, text, &base, &err), &err);
    return a;
}

static void refuse(const char *text, const char *part)
{
    mn_config base;
    mn_axis a = {.name = "untouched"};
    mn_err err;
    mn_config_defaults(&base);
    mn_status s = mn_axis_parse(&a, text, &base, &err);
    if (s == MN_OK || !strstr(err.msg, part))
        print_message("'%s': '%s' found, '%s' wanted\n", text, s ? err.msg : "no error", part);
    assert_failed(s, &err, MN_EINVAL, part);
    assert_string_equal(a.name, "untouched");
}

static void assert_stops(const mn_axis *a, const char *want)
{
    char got[MN_STOPS_MAX * MN_VALUE_MAX] = "";
    assert_int_equal(a->kind, MN_AXIS_STOPS);
    for (int i = 0; i < a->n_stops; i++)
        sprintf(got + strlen(got), "%s%s", i ? " " : "", a->stops[i]);
    assert_string_equal(got, want);
}

static void lists_are_taken_as_they_are(void **state)
{
    mn_axis a = parse("n=2,5,10,20");
    assert_stops(&a, "2 5 10 20");
    assert_string_equal(a.name, "vertex"); /* n is an alias */
    a = parse("strategy=vanilla,rehearsal");
    assert_stops(&a, "vanilla rehearsal");
    a = parse("run.data=digits,arrays:a.safetensors");
    assert_stops(&a, "digits arrays:a.safetensors");
    a = parse("vertex=7");
    assert_stops(&a, "7");
}

static void steps_reach_their_end_in_spite_of_rounding(void **state)
{
    mn_axis a = parse("proportion=0:1:0.1");
    assert_stops(&a, "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1");
    a = parse("vertex=20:2:-6");
    assert_stops(&a, "20 14 8 2");
    a = parse("proportion=0.5:0.5:1");
    assert_stops(&a, "0.5");
    a = parse("init-mean=-0.3:0.3:0.1");
    assert_stops(&a, "-0.3 -0.2 -0.1 0 0.1 0.2 0.3");
}

static void a_number_of_stops_is_spread_evenly_on_its_scale(void **state)
{
    mn_axis a = parse("strength=1e-2..1e6:log:9");
    assert_stops(&a, "0.01 0.1 1 10 100 1000 10000 100000 1000000");
    a = parse("proportion=0..1:5");
    assert_stops(&a, "0 0.25 0.5 0.75 1");
    a = parse("memories=10..100:log:3");
    assert_stops(&a, "10 32 100");
}

static void a_range_keeps_its_ends(void **state)
{
    mn_axis a = parse("strength=1e-2..1e6:log");
    char v[MN_VALUE_MAX];
    assert_int_equal(a.kind, MN_AXIS_LOG);
    assert_string_equal(mn_axis_value(&a, 0.0, v), "0.01");
    assert_string_equal(mn_axis_value(&a, 0.5, v), "100");
    assert_string_equal(mn_axis_value(&a, 0.25, v), "1");
    a = parse("rate=0.01..0.11");
    assert_int_equal(a.kind, MN_AXIS_LINEAR);
    assert_string_equal(mn_axis_value(&a, 0.5, v), "0.06");
    assert_string_equal(mn_axis_value(&a, (double)NAN, v), "0.01");
    assert_string_equal(mn_axis_value(&a, 7.0, v), "0.11");
}

static void whole_numbers_stay_whole_and_are_equally_likely(void **state)
{
    mn_axis a = parse("vertex=2..5");
    char v[MN_VALUE_MAX];
    int count[6] = {0};
    assert_true(a.whole);
    for (int i = 0; i < 400; i++) {
        mn_axis_value(&a, i / 400.0, v);
        assert_true(strlen(v) == 1 && v[0] >= '2' && v[0] <= '5');
        count[v[0] - '0']++;
    }
    for (int n = 2; n <= 5; n++)
        assert_int_equal(count[n], 100);
}

/* To nine digits of the value: in the logarithm over eight decades that is finer than 1e-8. */
static void values_and_places_are_each_others_inverse(void **state)
{
    static const char *const axes[] = {"strength=1e-2..1e6:log", "rate=0.01..0.11", "n=2,5,10",
                                       "memories=2..500", "memories=1..5000:log"};
    mn_rng rng;
    mn_rng_seed(&rng, 3, "places");
    for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
        mn_axis a = parse(axes[i]);
        for (int k = 0; k < 200; k++) {
            char v[MN_VALUE_MAX], again[MN_VALUE_MAX];
            double u = mn_rng_uniform(&rng),
                   place = mn_axis_position(&a, mn_axis_value(&a, u, v));
            assert_true(place >= 0.0 && place < 1.0);
            assert_string_equal(mn_axis_value(&a, place, again), v);
            if (a.kind != MN_AXIS_STOPS && !a.whole)
                assert_near(place, u, 1e-7);
        }
    }
}

static void a_value_that_is_not_on_the_axis_has_no_place(void **state)
{
    static const char *const wrong[] = {"", "x", "0", "1e99", "nan", "-1", "5 ", "inf"};
    mn_axis a = parse("strength=1e-2..1e6:log"), b = parse("n=2,10");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_true(isnan(mn_axis_position(&a, wrong[i])));
        assert_true(isnan(mn_axis_position(&b, wrong[i])));
    }
}

static void an_axis_that_was_printed_reads_back(void **state)
{
    static const char *const axes[] = {"strength=1e-2..1e6:log", "rate=0.01..0.1", "n=2,5,10",
                                       "memories=2..500", "proportion=0:1:0.1"};
    for (size_t i = 0; i < sizeof axes / sizeof *axes; i++) {
        mn_text text = {0}, again = {0};
        mn_axis a = parse(axes[i]);
        mn_axis_print(&a, &text);
        a = parse(text.data);
        mn_axis_print(&a, &again);
        assert_string_equal(text.data, again.data);
        mn_text_finish(&text);
        mn_text_finish(&again);
    }
}

static void nonsense_is_refused_by_name(void **state)
{
    char many[1024] = "vertex=2";
    for (int i = 3; i < 80; i++)
        sprintf(many + strlen(many), ",%d", i);
    refuse("", "wanted NAME=VALUES");
    refuse("n", "wanted NAME=VALUES");
    refuse("=3", "wanted NAME=VALUES");
    refuse("vertx=2", "did you mean 'vertex'");
    refuse("n=", "0 bytes");
    refuse("n=2,,5", "0 bytes");
    refuse("n=2,5,2", "'2' twice");
    refuse("n=2,1000", "vertex cannot be '1000'");
    refuse("n=2,x", "vertex cannot be 'x'");
    refuse("strategy=vanilla,rehersal", "did you mean 'rehearsal'");
    refuse("proportion=0:1:0", "cannot go from 0 to 1 by 0");
    refuse("proportion=0:1:-0.1", "cannot go");
    refuse("proportion=0:1:0.001", "at most 64");
    refuse("proportion=0:1", "wanted A,B,C");
    refuse("proportion=0:1:x", "cannot read 'x'");
    refuse("proportion=0:nan:1", "cannot read");
    refuse("rate=0.2..0.1", "FROM < TO");
    refuse("rate=0..1:log", "0 < FROM");
    refuse("proportion=-1..1", "proportion cannot be '-1'");
    refuse("proportion=0..1:1", "2 to 64");
    refuse("proportion=0..1:2.5", "2 to 64");
    refuse("proportion=0..1:1e9", "2 to 64");
    refuse("proportion=0..1:logs", "cannot read");
    refuse("proportion=0..", "cannot read");
    refuse("proportion=..1", "cannot read");
    refuse("vertex=2.5..7", "vertex cannot be '2.5'");
    refuse("seed=1,2", "cannot be an axis");
    refuse("advance=yes,no", "cannot be an axis");
    refuse("data=arrays:a-name-that-is-far-too-long.safetensors", "1 to 31");
    refuse(many, "at most 64");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_taken_as_they_are),
        cmocka_unit_test(steps_reach_their_end_in_spite_of_rounding),
        cmocka_unit_test(a_number_of_stops_is_spread_evenly_on_its_scale),
        cmocka_unit_test(a_range_keeps_its_ends),
        cmocka_unit_test(whole_numbers_stay_whole_and_are_equally_likely),
        cmocka_unit_test(values_and_places_are_each_others_inverse),
        cmocka_unit_test(a_value_that_is_not_on_the_axis_has_no_place),
        cmocka_unit_test(an_axis_that_was_printed_reads_back),
        cmocka_unit_test(nonsense_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
