#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#include "mnemoscope/chart.h"

/* The table of results as text; the caller finishes it. */
static mn_text table_of(const mn_results *r, bool markdown)
{
    mn_text t = {0};
    mn_err err;
    assert_ok(mn_chart_table_text(r, markdown, &t, &err), &err);
    return t;
}

static void a_cell_is_mean_and_deviation_in_per_cent(void **state)
{
    mn_results r;
    make_results(&r, &made_studies[STUDY_METHODS]);
    for (size_t i = 0; i < r.n; i++)
        r.at[i].acc = r.at[i].cell == 1 ? (i % 2 ? 0.80 : 0.84) : 0.5;
    mn_text t = table_of(&r, false);
    assert_non_null(strstr(t.data, "82.0 ± 2.1")); /* 10 runs, sd with n - 1 */
    assert_non_null(strstr(t.data, "mean ± sd of 10 runs"));
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void the_best_of_a_column_is_bold_in_markdown(void **state)
{
    mn_results r;
    make_results(&r, &made_studies[STUDY_METHODS]);
    for (size_t i = 0; i < r.n; i++)
        r.at[i].acc = 0.4 + 0.01 * (r.at[i].cell / 4) * (r.at[i].cell % 4 == 1 ? -1 : 1);
    mn_text t = table_of(&r, true);
    assert_non_null(strstr(t.data, "| method | "));
    assert_non_null(strstr(t.data, "|:---|---:|---:|---:|---:|\n"));
    assert_non_null(strstr(t.data, "| vanilla | 40.0 ± 0.0 | **40.0 ± 0.0** | 40.0 ± 0.0 |"));
    assert_non_null(strstr(t.data, "| SI | **48.0 ± 0.0** | 32.0 ± 0.0 | **48.0 ± 0.0** |"));
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void ties_are_all_bold(void **state)
{
    mn_results r;
    make_results(&r, &made_studies[STUDY_METHODS]);
    for (size_t i = 0; i < r.n; i++)
        r.at[i].acc = 0.5;
    mn_text t = table_of(&r, true);
    int bold = 0;
    for (const char *at = t.data; (at = strstr(at, "**50.0 ± 0.0**")); at++)
        bold++;
    assert_int_equal(bold, 9 * 4);
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void what_was_searched_stands_beside_the_best_point(void **state)
{
    mn_results r;
    make_results(&r, &made_studies[STUDY_TUNED]);
    for (size_t i = 0; i < r.n; i++) {
        bool best = r.at[i].trial == 7;
        r.at[i].ok = true;
        r.at[i].acc = best ? 0.9 : 0.5;
        if (best)
            snprintf(r.at[i].values[2], MN_VALUE_MAX, "%d23456.789", r.at[i].cell + 1);
    }
    mn_text plain = table_of(&r, false), markdown = table_of(&r, true);
    assert_non_null(strstr(plain.data, "  strength"));
    assert_non_null(strstr(plain.data, "1.23e5"));
    assert_non_null(strstr(markdown.data, "<br>strength 4.23e5"));
    mn_text_finish(&plain);
    mn_text_finish(&markdown);
    mn_results_finish(&r);
}

static void settings_of_an_earlier_study_are_said(void **state)
{
    mn_results r;
    make_results(&r, &made_studies[STUDY_METHODS]);
    free(r.plan);
    r.plan = strdup("title x\npin 4 proportion=0.25\npin 24 strength=12345.6 margin=0.5\n"
                    "pin nonsense\npin 999999 strength=1\npin 4\npin 25 strength=\"broken");
    assert_non_null(r.plan);
    mn_text t = table_of(&r, true);
    assert_non_null(strstr(t.data, "<br>proportion 0.25"));
    assert_non_null(strstr(t.data, "<br>strength 1.23e4<br>margin 0.5"));
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void failed_runs_are_counted(void **state)
{
    mn_results r;
    make_results(&r, &made_studies[STUDY_METHODS]);
    for (size_t i = 0; i < r.n; i++)
        if (r.at[i].cell == 2 || (r.at[i].cell == 5 && r.at[i].seed < 4))
            r.at[i].ok = false;
    mn_text t = table_of(&r, false);
    assert_non_null(strstr(t.data, "10 failed"));
    assert_non_null(strstr(t.data, "(7 of 10)"));
    assert_non_null(strstr(t.data, "of 7 to 10 runs, 13 failed"));
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void names_do_not_break_markdown(void **state)
{
    static const made_study odd = {.title = "a | title *with* <b>marks</b>",
                                   .axes = {{.name = "variant", .stops = "a|b,`c`,d\ne"},
                                            {.name = "vertex", .stops = "2,5"}},
                                   .n_seeds = 1,
                                   .n_trials = 1,
                                   .n_tasks = 1};
    mn_results r;
    make_results(&r, &odd);
    mn_text t = table_of(&r, true);
    assert_non_null(strstr(t.data, "a \\| title \\*with\\* \\<b\\>"));
    assert_non_null(strstr(t.data, "| a\\|b |"));
    assert_non_null(strstr(t.data, "| \\`c\\` |"));
    assert_non_null(strstr(t.data, "| d e |"));
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void one_run_has_no_deviation(void **state)
{
    static const made_study one = {.title = "",
                                   .axes = {{.name = "vertex", .stops = "2,5"}},
                                   .n_seeds = 1,
                                   .n_trials = 1,
                                   .n_tasks = 1};
    mn_results r;
    make_results(&r, &one);
    mn_text t = table_of(&r, false);
    assert_null(strstr(t.data, "±"));
    assert_non_null(strstr(t.data, "one run each"));
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void other_measures_have_columns_where_there_is_room(void **state)
{
    static const made_study parts = {.title = "",
                                     .axes = {{.name = "variant", .stops = "SGD,Adam,mask"}},
                                     .n_seeds = 2,
                                     .n_trials = 1,
                                     .n_tasks = 1};
    mn_results r;
    make_results(&r, &parts);
    mn_text t = table_of(&r, true);
    assert_null(strstr(t.data, "dead units")); /* nobody has measured them */
    mn_text_finish(&t);
    for (size_t i = 0; i < r.n; i++) {
        r.at[i].acc = 0.5;
        r.at[i].dead = i < 2 ? 0.25 + 0.5 * (double)i : i < 4 ? (double)NAN : 0.125;
        r.at[i].mwe = i < 2 ? 1.5 : i == 2 ? 2.0 : (double)NAN;
    }
    t = table_of(&r, true);
    assert_non_null(strstr(t.data, "| dead units (%) | mean weighted entropy |"));
    assert_non_null(strstr(t.data, "| SGD | **50.0 ± 0.0** | 50.0 | 1.50 |"));
    assert_non_null(strstr(t.data, "| Adam | **50.0 ± 0.0** | · | 2.00 |"));
    assert_non_null(strstr(t.data, "| mask | **50.0 ± 0.0** | 12.5 | · |"));
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void no_runs_are_said(void **state)
{
    static const made_study none = {.title = "", .n_tasks = 1};
    mn_results r;
    make_results(&r, &none);
    mn_text t = table_of(&r, true);
    assert_string_equal(t.data, "no run has ended yet\n");
    mn_text_finish(&t);
    mn_results_finish(&r);
}

static void text_is_appended(void **state)
{
    mn_results r;
    mn_text t = {0};
    mn_err err;
    make_results(&r, &made_studies[STUDY_GRID]);
    mn_text_add(&t, "before ");
    assert_ok(mn_chart_table_text(&r, false, &t, &err), &err);
    assert_memory_equal(t.data, "before Rate and", 15);
    assert_null(strstr(t.data + 10, "before"));
    mn_text_finish(&t);
    mn_results_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_is_mean_and_deviation_in_per_cent),
        cmocka_unit_test(the_best_of_a_column_is_bold_in_markdown),
        cmocka_unit_test(ties_are_all_bold),
        cmocka_unit_test(what_was_searched_stands_beside_the_best_point),
        cmocka_unit_test(settings_of_an_earlier_study_are_said),
        cmocka_unit_test(failed_runs_are_counted),
        cmocka_unit_test(names_do_not_break_markdown),
        cmocka_unit_test(one_run_has_no_deviation),
        cmocka_unit_test(other_measures_have_columns_where_there_is_room),
        cmocka_unit_test(no_runs_are_said),
        cmocka_unit_test(text_is_appended),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
