/* Views of models that give items back. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "mnemoscope/view.h"

enum { N_EXCEPTIONS = 8, SIZE = 28 * 28 };

static mn_fixture *fixture;
static mn_snapshot *snap;
static mn_figure figure;

static void make(const char *view, int cols, int rows)
{
    mn_err err;
    mn_look l;
    mn_look_defaults(&l);
    assert_ok(
        mn_view_make(mn_view_find(view), snap, &l, (mn_room){cols, rows, 1, 2}, &figure, &err),
        &err);
}

/* The which-th part of a kind; NULL past the last. */
static const mn_part *part(mn_mark_kind kind, int which)
{
    for (int i = 0; i < figure.n_parts; i++)
        if (figure.parts[i].kind == kind && which-- == 0)
            return &figure.parts[i];
    return NULL;
}

static int count(mn_mark_kind kind)
{
    int n = 0;
    while (part(kind, n))
        n++;
    return n;
}

static void fill_moments(void)
{
    for (int i = 0; i < snap->n_moments; i++) {
        mn_moment *m = &snap->moments[i];
        for (int k = 0; k < MN_N_RARITIES; k++) {
            m->returned[k] = 1.0f / (float)(1 + i) + 0.25f * (float)k;
            for (int s = 0; s < MN_N_SIGNALS; s++)
                for (int q = 0; q < MN_N_QUANTILES; q++)
                    m->signal[s][k][q] = (float)(q + 3 * k) - (float)i;
        }
    }
}

static void fill_items(void)
{
    snap->n_shown = MN_RETURNED_MAX;
    for (int i = 0; i < MN_RETURNED_MAX; i++) {
        const bool exceptional = i < N_EXCEPTIONS;
        snap->shown[i] = (mn_returned){.kind = exceptional ? MN_EXCEPTIONAL : MN_REGULAR,
                                       .label = exceptional,
                                       .signal = {exceptional ? 1.0f : 0.0f, 0.01f * (float)i}};
        for (int side = 0; side < MN_N_SIDES; side++)
            for (int p = 0; p < SIZE; p++)
                snap->shown_pixels[(i * MN_N_SIDES + side) * SIZE + p] =
                    (float)(100 * side + i);
    }
}

static int set_up(void **state)
{
    mn_err err;
    fixture = fixture_create(24, 5);
    snap = fixture_trained(fixture);
    snap->gives_back = true;
    snap->n_of_kind[MN_REGULAR] = 1000;
    snap->n_of_kind[MN_EXCEPTIONAL] = 3;
    snap->returned[MN_REGULAR] = 0.07;
    snap->returned[MN_EXCEPTIONAL] = 0.23;
    snap->signal = MN_SIGNAL_LOSS;
    snap->shown_pixels =
        calloc((size_t)MN_RETURNED_MAX * MN_N_SIDES * SIZE, sizeof *snap->shown_pixels);
    assert_non_null(snap->shown_pixels);
    for (int i = 0; i < MN_N_SIGNALS; i++)
        snap->spread[i] = (mn_spread){
            .lo = 0.0f, .hi = 2.0f, .n = {10, 3}, .bins = {{4, 6}, {[MN_SIGNAL_BINS - 1] = 3}}};
    fill_moments();
    fill_items();
    assert_ok(mn_figure_init(&figure, &err), &err);
    return 0;
}

static int tear_down(void **state)
{
    mn_figure_finish(&figure);
    free(snap->shown_pixels);
    fixture_destroy(fixture);
    return 0;
}

static void losses_of_both_kinds_are_lines_from_zero(void **state)
{
    make("losses", 80, 22);
    const mn_lines *lines = part(MN_MARK_LINES, 0)->mark;
    assert_int_equal(lines->n_series, 2);
    assert_string_equal(lines->series[0].name, "regular");
    assert_string_equal(lines->series[1].name, "exceptional");
    assert_near(lines->series[1].y[3], 0.5, 1e-6);
    assert_near(lines->y_lo, 0.0, 0.0);
    assert_near(lines->y_hi, 1.25, 1e-6);
    assert_non_null(strstr(figure.status, "regular 0.07  exceptional 0.23"));
}

static void without_exceptions_there_is_one_line(void **state)
{
    snap->n_of_kind[MN_EXCEPTIONAL] = 0;
    snap->returned[MN_EXCEPTIONAL] = (double)NAN;
    make("losses", 80, 22);
    const mn_lines *lines = part(MN_MARK_LINES, 0)->mark;
    assert_int_equal(lines->n_series, 1);
    assert_null(strstr(figure.status, "exceptional"));
    make("signals", 80, 22);
    assert_int_equal(((const mn_lines *)part(MN_MARK_LINES, 0)->mark)->n_series, 1);
}

static void every_signal_has_a_chart_and_where_there_is_room_a_strip(void **state)
{
    static const int rooms[][4] = {{80, 22, 0, 2}, {200, 58, 5, 3}, {44, 40, 0, 1}};
    for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++) {
        make("signals", rooms[r][0], rooms[r][1]);
        assert_int_equal(count(MN_MARK_LINES), MN_N_SIGNALS - 1);
        assert_int_equal(count(MN_MARK_HEAT), rooms[r][2]);
        assert_int_equal(part(MN_MARK_LINES, MN_N_SIGNALS - 2)->column, rooms[r][3] - 1);
        const mn_lines *lines = part(MN_MARK_LINES, 0)->mark;
        assert_near(lines->series[1].lo[2], 1.0, 0.0);
        assert_near(lines->series[1].y[2], 2.0, 0.0);
        assert_near(lines->series[1].hi[2], 3.0, 0.0);
        assert_near(lines->y_hi, 5.0, 0.0);
    }
}

static void the_signal_that_is_used_says_so(void **state)
{
    make("signals", 80, 22);
    assert_null(strstr(part(MN_MARK_LINES, 0)->title, "used"));
    snap->signal_is_used = true;
    make("signals", 80, 22);
    assert_non_null(strstr(part(MN_MARK_LINES, 0)->title, "loss (used)"));
    assert_null(strstr(part(MN_MARK_LINES, 1)->title, "used"));
}

static void a_strip_has_shares_of_each_kind(void **state)
{
    make("signals", 200, 58);
    const mn_heat *heat = part(MN_MARK_HEAT, 0)->mark;
    assert_int_equal(heat->n_rows, 2);
    assert_near((double)heat->values[1], 0.6, 1e-6);
    assert_near((double)heat->values[2 * MN_SIGNAL_BINS - 1], 1.0, 1e-6);
}

/* Pixels tell which item and which side they are of. */
static void
a_third_of_what_is_shown_is_regular_and_all_sides_are_of_the_same_items(void **state)
{
    make("stored", 80, 22);
    assert_int_equal(count(MN_MARK_TILES), MN_N_SIDES);
    for (int side = 0; side < MN_N_SIDES; side++) {
        const mn_tiles *tiles = part(MN_MARK_TILES, side)->mark;
        assert_int_equal(tiles->n, 6);
        for (int i = 0; i < 6; i++)
            assert_near((double)tiles->pixels[i * SIZE],
                        100.0 * side + (i < 4 ? i : N_EXCEPTIONS + i - 4), 0.0);
    }
}

static void in_little_room_what_is_given_back_comes_first(void **state)
{
    make("stored", 44, 12);
    assert_int_equal(count(MN_MARK_TILES), 2);
    assert_true(((const mn_tiles *)part(MN_MARK_TILES, 1)->mark)->pixels[0] == 200.0f);
    make("stored", 30, 6);
    assert_int_equal(count(MN_MARK_TILES), 1);
    assert_true(((const mn_tiles *)part(MN_MARK_TILES, 0)->mark)->pixels[0] == 200.0f);
}

static const char *const views[] = {"losses", "signals", "stored"};

static void models_that_answer_in_classes_have_nothing_to_show(void **state)
{
    snap->gives_back = false;
    for (int v = 0; v < 3; v++) {
        make(views[v], 80, 22);
        const mn_text_lines *text = part(MN_MARK_TEXT, 0)->mark;
        assert_non_null(strstr(text->lines[0].text, "does not give items back"));
    }
}

static void every_room_has_something_in_it_whatever_the_numbers(void **state)
{
    for (int wild = 0; wild < 2; wild++) {
        for (int v = 0; v < 3; v++)
            for (int cols = 1; cols < 150; cols += 7)
                for (int rows = 1; rows < 50; rows += 4) {
                    make(views[v], cols, rows);
                    assert_true(figure.n_parts > 0 && !figure.full);
                    for (int i = 0; i < count(MN_MARK_LINES); i++) {
                        const mn_lines *lines = part(MN_MARK_LINES, i)->mark;
                        assert_true(isfinite(lines->y_lo) && isfinite(lines->y_hi));
                        assert_true(lines->y_lo < lines->y_hi);
                    }
                }
        for (int i = 0; i < snap->n_moments; i++)
            for (int k = 0; k < MN_N_RARITIES; k++) {
                snap->moments[i].returned[k] = i % 2 ? NAN : INFINITY;
                for (int s = 0; s < MN_N_SIGNALS; s++)
                    for (int q = 0; q < MN_N_QUANTILES; q++)
                        snap->moments[i].signal[s][k][q] = NAN;
            }
        for (int i = 0; i < MN_N_SIGNALS; i++)
            snap->spread[i] = (mn_spread){.lo = INFINITY, .hi = -INFINITY};
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(losses_of_both_kinds_are_lines_from_zero),
        TEST(without_exceptions_there_is_one_line),
        TEST(every_signal_has_a_chart_and_where_there_is_room_a_strip),
        TEST(the_signal_that_is_used_says_so),
        TEST(a_strip_has_shares_of_each_kind),
        TEST(a_third_of_what_is_shown_is_regular_and_all_sides_are_of_the_same_items),
        TEST(in_little_room_what_is_given_back_comes_first),
        TEST(models_that_answer_in_classes_have_nothing_to_show),
        TEST(every_room_has_something_in_it_whatever_the_numbers),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
