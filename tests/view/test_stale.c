#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/view.h"

static mn_snapshot *snap;

static void make(const char *optimiser, int cols, int rows, mn_figure *f)
{
    mn_err err;
    mn_look l;
    mn_look_defaults(&l);
    snprintf(snap->optimiser, sizeof snap->optimiser, "%s", optimiser);
    assert_ok(
        mn_view_make(mn_view_find("stale"), snap, &l, (mn_room){cols, rows, 1, 2}, f, &err),
        &err);
}

static const mn_lines *chart(const mn_figure *f, int which)
{
    for (int i = 0; i < f->n_parts; i++)
        if (f->parts[i].kind == MN_MARK_LINES && which-- == 0)
            return f->parts[i].mark;
    return NULL;
}

static int n_charts(const mn_figure *f)
{
    int n = 0;
    while (chart(f, n))
        n++;
    return n;
}

static int set_up(void **state)
{
    mn_err err;
    mn_figure *f = calloc(1, sizeof *f);
    snap = mn_snapshot_create();
    assert_non_null(f);
    assert_non_null(snap);
    assert_ok(mn_figure_init(f, &err), &err);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    mn_figure_finish(*state);
    free(*state);
    mn_snapshot_destroy(snap);
    return 0;
}

static void there_are_three_charts_where_there_is_room(void **state)
{
    mn_figure *f = *state;
    make("sgd", 78, 19, f);
    assert_int_equal(n_charts(f), 3);
    make("sgd", 198, 55, f);
    assert_int_equal(n_charts(f), 3);
    make("sgd", 40, 18, f);
    assert_int_equal(n_charts(f), 2);
    make("sgd", 30, 4, f);
    assert_int_equal(n_charts(f), 0);
    assert_int_equal(f->n_parts, 1);
}

static void its_lines_stay_within_their_axes(void **state)
{
    mn_figure *f = *state;
    make("adam", 198, 55, f);
    for (int c = 0; c < 3; c++) {
        const mn_lines *mark = chart(f, c);
        for (int s = 0; s < mark->n_series; s++)
            for (int i = 0; i < mark->series[s].n; i++) {
                const double x = mark->series[s].x[i], y = mark->series[s].y[i];
                assert_true(x >= mark->x_lo && x <= mark->x_hi);
                assert_true(isnan(y) || (y >= mark->y_lo && y <= mark->y_hi));
            }
    }
}

static void late_gradients_begin_nine_steps_after(void **state)
{
    mn_figure *f = *state;
    make("adam", 198, 55, f);
    const mn_lines *late = chart(f, 2);
    assert_int_equal(late->n_series, 3);
    assert_near(late->series[0].x[0], 9.0, 0.0);
    assert_near(late->series[1].y[0], 0.8525, 0.5e-4); /* adam, as printed */
    assert_true(late->y_log);
}

static void the_optimiser_of_the_run_is_set_off(void **state)
{
    mn_figure *f = *state;
    make("rmsprop", 198, 55, f);
    for (int s = 0; s < 3; s++)
        assert_int_equal(chart(f, 0)->series[s].dim,
                         strcmp(chart(f, 0)->series[s].name, "rmsprop") != 0);
    make("sgd", 198, 55, f); /* none of the three: all alike */
    for (int s = 0; s < 3; s++)
        assert_false(chart(f, 0)->series[s].dim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(there_are_three_charts_where_there_is_room, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(its_lines_stay_within_their_axes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(late_gradients_begin_nine_steps_after, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_optimiser_of_the_run_is_set_off, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
