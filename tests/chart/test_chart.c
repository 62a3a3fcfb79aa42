#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#include "mnemoscope/chart.h"
#include "mnemoscope/file.h"
#include "mnemoscope/paint.h"

typedef struct {
    mn_results results;
    mn_figure figure;
    mn_chart_look look;
} bench;

static void open_bench(bench *b, const made_study *m)
{
    mn_err err;
    make_results(&b->results, m);
    assert_ok(mn_figure_init(&b->figure, &err), &err);
    mn_chart_look_defaults(&b->look);
}

static void close_bench(bench *b)
{
    mn_figure_finish(&b->figure);
    mn_results_finish(&b->results);
}

static void draw(bench *b, const char *chart, int cols, int rows)
{
    mn_err err;
    mn_room room = {cols, rows, 6, 12};
    assert_ok(
        mn_chart_make(mn_chart_find(chart), &b->results, &b->look, room, &b->figure, &err),
        &err);
}

static const void *mark_at(const bench *b, int part, mn_mark_kind kind)
{
    assert_true(part < b->figure.n_parts);
    assert_int_equal(b->figure.parts[part].kind, kind);
    return b->figure.parts[part].mark;
}

static mn_style style_of(bool utf8)
{
    return (mn_style){.palette = mn_palette_find("rdbu"),
                      .unsigned_palette = mn_palette_find("viridis"),
                      .utf8 = utf8,
                      .levels = 32};
}

/* In cells of a size; returns the text, which the caller finishes. */
static mn_text show(bench *b, const mn_chart_ops *c, int cols, int rows, bool utf8)
{
    mn_err err;
    mn_canvas canvas;
    mn_cells_painter *painter;
    mn_text out = {0};
    mn_style s = style_of(utf8);
    mn_rect box = {0, 0, cols, rows};
    assert_ok(mn_canvas_init(&canvas, cols, rows, MN_MONO, &err), &err);
    assert_ok(mn_cells_painter_create(&painter, &err), &err);
    assert_ok(mn_chart_make(c, &b->results, &b->look, mn_cells_room(&s, box), &b->figure, &err),
              &err);
    assert_false(b->figure.full);
    mn_paint_cells(painter, &s, &b->figure, box, true, &canvas);
    assert_int_equal(canvas.clipped, 0);
    for (int i = 0; !utf8 && i < cols * rows; i++)
        assert_in_range(canvas.cells[i].ch, 0x20, 0x7e);
    mn_canvas_dump(&canvas, 0, &out);
    assert_false(out.failed);
    mn_cells_painter_destroy(painter);
    mn_canvas_finish(&canvas);
    return out;
}

static void show_pixels(bench *b, const mn_chart_ops *c, mn_page page)
{
    mn_err err;
    mn_image image;
    mn_style s = style_of(true);
    s.light = page.light;
    assert_ok(mn_chart_make(c, &b->results, &b->look, mn_pixels_room(&page), &b->figure, &err),
              &err);
    assert_ok(mn_paint_pixels(&page, &s, &b->figure, &image, &err), &err);
    mn_image_finish(&image);
}

/* Every chart, in cells and pixels, with the cursor in odd places. */
static void show_everything(bench *b)
{
    static const int sizes[][2] = {{200, 60}, {80, 24}, {40, 12}, {20, 5}, {3, 3}};
    static const int points[] = {-1, 0, 7, 1 << 30};
    for (int c = 0; mn_charts[c]; c++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (int utf8 = 0; utf8 < 2; utf8++) {
                b->look.point = points[(i + (size_t)c) % 4];
                mn_text t = show(b, mn_charts[c], sizes[i][0], sizes[i][1], utf8);
                mn_text_finish(&t);
            }
        show_pixels(b, mn_charts[c], (mn_page){640, 400, 1, c % 2});
        show_pixels(b, mn_charts[c], (mn_page){97, 61, 2, c % 2});
    }
}

static void every_chart_shows_every_study_at_every_size(void **state)
{
    for (int i = 0; i < N_STUDIES; i++) {
        bench b;
        open_bench(&b, &made_studies[i]);
        for (int x = -2; x <= b.results.n_axes; x++) {
            b.look.x = x;
            b.look.by = b.results.n_axes - 1 - x;
            if (x >= 0) {
                draw(&b, "curve", 100, 40);
                draw(&b, "heat", 100, 40);
                draw(&b, "table", 100, 40);
            }
        }
        mn_chart_look_defaults(&b.look);
        show_everything(&b);
        close_bench(&b);
    }
}

static void odd_results_are_shown_or_said(void **state)
{
    static const char *long_name =
        "a-name-of-an-axis-that-is-longer-than-any-legend-has-room-for";
    char stops[64 * 4 + 1] = "";
    for (int i = 0; i < 64; i++)
        sprintf(stops + strlen(stops), "%s%d", i ? "," : "", i);
    const made_study odd[] = {
        {.title = "nothing", .n_tasks = 1},
        {.title = "one run", .n_seeds = 1, .n_trials = 1, .n_tasks = 1},
        {.title = "one run of one stop",
         .axes = {{.name = "vertex", .stops = "2"}},
         .n_seeds = 1,
         .n_trials = 1,
         .n_tasks = 5},
        {.title = "one seed",
         .axes = {{.name = "vertex", .stops = "2,5"}},
         .n_seeds = 1,
         .n_trials = 1,
         .n_tasks = 5},
        {.title = "all failed",
         .axes = {{.name = "vertex", .stops = "2,5"}, {.name = "rate", .stops = "1,2"}},
         .n_seeds = 2,
         .n_trials = 1,
         .n_tasks = 5,
         .fail_every = 1},
        {.title = "some failed",
         .axes = {{.name = "vertex", .stops = "2,5"}, {.name = "rate", .stops = "1,2"}},
         .n_seeds = 2,
         .n_trials = 1,
         .n_tasks = 5,
         .fail_every = 3},
        {.title = "64 stops",
         .axes = {{.name = "vertex", .stops = stops}, {.name = "rate", .stops = stops}},
         .n_seeds = 1,
         .n_trials = 1,
         .n_tasks = 1,
         .fail_every = 5},
        {.title = "words",
         .axes = {{.name = "loss", .stops = "power,cross-entropy"},
                  {.name = "strategy", .stops = "vanilla,a very long name of a strategy"}},
         .n_seeds = 2,
         .n_trials = 1,
         .n_tasks = 3},
        {.title = "\xff\xfe broken \x1b[31m 漢字",
         .axes = {{.name = long_name, .stops = "1,\xf0\x9f,3"},
                  {.name = "\x80", .stops = "漢,字"}},
         .n_seeds = 2,
         .n_trials = 1,
         .n_tasks = 3},
        {.title = "only searched",
         .axes = {{.name = "strength", .lo = 1.0, .hi = 1.0, .log = true}},
         .n_seeds = 2,
         .n_trials = 5,
         .n_tasks = 3},
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        bench b;
        open_bench(&b, &odd[i]);
        show_everything(&b);
        close_bench(&b);
    }
}

static void hostile_numbers_are_survived(void **state)
{
    static const double numbers[] = {(double)NAN, HUGE_VAL, -HUGE_VAL, 1e308,
                                     -1e308,      -3.0,     0.0};
    bench b;
    open_bench(&b, &made_studies[STUDY_PROPORTION]);
    for (size_t i = 0; i < b.results.n; i++) {
        mn_result *one = &b.results.at[i];
        one->acc = numbers[i % 7];
        for (int k = 0; one->R && k < one->n_tasks * one->n_tasks; k++)
            one->R[k] = numbers[(i + (size_t)k) % 7];
        if (i % 5 == 0)
            one->n_tasks = 0;
        if (i % 3 == 0)
            snprintf(one->values[1], MN_VALUE_MAX, "%s", i % 2 ? "nan" : "1e999");
    }
    show_everything(&b);
    close_bench(&b);
}

static void a_chart_says_what_it_lacks(void **state)
{
    const struct {
        made_study study;
        const char *chart, *words;
    } lacking[] = {
        {{.title = "", .n_tasks = 1}, "table", "no run has ended yet"},
        {{.title = "",
          .axes = {{.name = "vertex", .stops = "2,5"}},
          .n_seeds = 1,
          .n_trials = 1,
          .n_tasks = 1,
          .fail_every = 1},
         "curve",
         "left the range"},
        {{.title = "",
          .axes = {{.name = "vertex", .stops = "2,5"}},
          .n_seeds = 1,
          .n_trials = 1,
          .n_tasks = 1},
         "heat",
         "there is one"},
        {{.title = "",
          .axes = {{.name = "loss", .stops = "a,b"}},
          .n_seeds = 1,
          .n_trials = 1,
          .n_tasks = 1},
         "curve",
         "axis of numbers"},
    };
    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++) {
        bench b;
        open_bench(&b, &lacking[i].study);
        char why[256] = "";
        const mn_chart_ops *c = mn_chart_find(lacking[i].chart);
        assert_false(c->suits(&b.results, &b.look, why, sizeof why));
        assert_non_null(strstr(why, lacking[i].words));
        mn_text t = show(&b, c, 100, 10, true);
        assert_non_null(strstr(t.data, lacking[i].words));
        mn_text_finish(&t);
        close_bench(&b);
    }
}

static void a_curve_is_the_mean_with_a_band_of_one_deviation(void **state)
{
    bench b;
    open_bench(&b, &made_studies[STUDY_PROPORTION]);
    draw(&b, "curve", 100, 40);
    const mn_lines *m = mark_at(&b, 0, MN_MARK_LINES);
    mn_point points[44];
    assert_int_equal(mn_results_points(&b.results, 44, points), 44);
    assert_int_equal(m->n_series, 4);
    assert_false(m->x_log);
    for (int k = 0; k < 4; k++) {
        int best = 0;
        assert_int_equal(m->series[k].n, 11);
        for (int i = 0; i < 11; i++) {
            const mn_point *p = &points[11 * k + i];
            assert_near(m->series[k].x[i], i / 10.0, 1e-12);
            assert_near(m->series[k].y[i], 100.0 * p->mean, 1e-9);
            assert_near(m->series[k].hi[i] - m->series[k].lo[i], 200.0 * p->sd, 1e-9);
            best = p->mean > points[11 * k + best].mean ? i : best;
        }
        assert_int_equal(m->series[k].best, best + 1);
    }
    assert_string_equal(m->x_name, "rehearsal proportion");
    assert_string_equal(m->y_name, "average accuracy (%)");
    assert_string_equal(m->series[1].name, "n 5");
    assert_non_null(strstr(b.figure.status, "5 runs"));
    close_bench(&b);
}

/* The strategy lends its name to a setting of its own, unless it is one of several. */
static void a_strength_of_several_strategies_has_no_name_of_one(void **state)
{
    static const made_study two = {
        .title = "Two",
        .axes = {{.name = "strategy", .stops = "ewc,mas"},
                 {.name = "strength", .lo = 1e-2, .hi = 1e6, .log = true}},
        .n_seeds = 1,
        .n_trials = 4,
        .n_tasks = 2,
        .recipe = "over strategy=ewc,mas\nsearch strength=1e-2..1e6:log\ntrials 4\n"};
    bench b;
    open_bench(&b, &two);
    draw(&b, "curve", 100, 40);
    const mn_lines *m = mark_at(&b, 0, MN_MARK_LINES);
    assert_string_equal(m->x_name, "strength");
    close_bench(&b);
}

static void the_cursor_is_on_the_point_that_was_chosen(void **state)
{
    bench b;
    open_bench(&b, &made_studies[STUDY_PROPORTION]);
    b.look.point = 11 * 2 + 4;
    draw(&b, "curve", 100, 40);
    const mn_lines *m = mark_at(&b, 0, MN_MARK_LINES);
    for (int k = 0; k < 4; k++)
        assert_int_equal(m->series[k].cursor, k == 2 ? 5 : 0);
    draw(&b, "heat", 100, 40);
    const mn_heat *h = mark_at(&b, 0, MN_MARK_HEAT);
    assert_int_equal(h->cursor, 11 * 2 + 4 + 1);
    close_bench(&b);
}

static void strengths_lie_in_the_logarithm_and_vertices_do_not(void **state)
{
    bench b;
    open_bench(&b, &made_studies[STUDY_STRENGTH]);
    draw(&b, "curve", 200, 60);
    assert_true(((const mn_lines *)mark_at(&b, 0, MN_MARK_LINES))->x_log);
    b.look.x = 1;
    draw(&b, "curve", 200, 60);
    const mn_lines *m = mark_at(&b, 0, MN_MARK_LINES);
    assert_false(m->x_log);
    assert_near(m->x_lo, 2.0, 0.0);
    assert_near(m->x_hi, 20.0, 0.0);
    close_bench(&b);
}

static void methods_have_panels_where_there_is_room(void **state)
{
    bench b;
    open_bench(&b, &made_studies[STUDY_STRENGTH]);
    draw(&b, "curve", 200, 60);
    assert_int_equal(b.figure.n_parts, 4);
    assert_string_equal(b.figure.parts[2].title, "MAS");
    const mn_lines *first = mark_at(&b, 0, MN_MARK_LINES),
                   *last = mark_at(&b, 3, MN_MARK_LINES);
    assert_near(first->y_lo, last->y_lo, 0.0);
    assert_near(first->y_hi, last->y_hi, 0.0);
    b.look.point = 2 * 4 * 9; /* MAS begins here */
    draw(&b, "curve", 78, 22);
    assert_int_equal(b.figure.n_parts, 1);
    assert_string_equal(b.figure.parts[0].title, "MAS (3 of 4)");
    close_bench(&b);
}

static void searched_points_are_sorted_and_failed_ones_left_out(void **state)
{
    bench b;
    open_bench(&b, &made_studies[STUDY_TUNED]);
    for (int seed = 0; seed < 2; seed++) { /* one trial with no run at all */
        b.results.at[6 + seed].ok = false;
        b.results.at[6 + seed].acc = (double)NAN;
    }
    draw(&b, "curve", 200, 60);
    const mn_lines *m = mark_at(&b, 0, MN_MARK_LINES);
    assert_true(m->x_log);
    assert_int_equal(m->series[0].n, 19);
    for (int i = 1; i < 19; i++)
        assert_true(m->series[0].x[i] > m->series[0].x[i - 1]);
    assert_non_null(strstr(b.figure.status, "failed"));
    close_bench(&b);
}

static void tasks_are_means_from_where_they_are_learnt(void **state)
{
    bench b;
    open_bench(&b, &made_studies[STUDY_PROPORTION]);
    b.look.point = 3;
    draw(&b, "tasks", 100, 40);
    const mn_lines *m = mark_at(&b, 0, MN_MARK_LINES);
    assert_int_equal(m->n_series, 6);
    assert_true(isnan(m->series[2].y[1]));
    double sum = 0.0;
    for (int seed = 0; seed < 5; seed++)
        sum += b.results.at[3 * 5 + seed].R[4 * 5 + 2];
    assert_near(m->series[2].y[4], 100.0 * sum / 5.0, 1e-9);
    double all = 0.0;
    for (int task = 0; task < 5; task++)
        all += m->series[task].y[4];
    assert_near(m->series[5].y[4], all / 5.0, 1e-9);
    assert_non_null(strstr(b.figure.title, "proportion 0.3"));
    close_bench(&b);
}

/* The runs of a point are averaged task by task; those that failed are left out. */
static void a_list_says_what_is_left_of_every_task(void **state)
{
    const made_study two = {.title = "list",
                            .axes = {{.name = "variant", .stops = "alone,dreamt"}},
                            .n_seeds = 2,
                            .n_trials = 1,
                            .n_tasks = 3};
    bench b;
    char why[160];
    open_bench(&b, &two);
    assert_false(mn_chart_find("list")->suits(&b.results, &b.look, why, sizeof why));
    assert_non_null(strstr(why, "recalls"));
    for (int i = 0; i < 4; i++) {
        b.results.at[i].stable = 0.5;
        for (int t = 0; t < 3; t++)
            b.results.at[i].stable_of[t] = i < 2 ? 0.0 : t == i - 1 ? 1.0 : 0.5;
    }
    b.results.at[1].ok = false;
    draw(&b, "list", 100, 40);
    const mn_lines *mark = mark_at(&b, 0, MN_MARK_LINES);
    assert_int_equal(mark->n_series, 2);
    for (int t = 0; t < 3; t++) {
        assert_near(mark->series[0].y[t], 0.0, 0.0);
        assert_near(mark->series[1].y[t], t == 0 ? 50.0 : 75.0, 1e-9);
    }
    close_bench(&b);
}

static void a_heat_map_sets_off_the_best_cell_of_a_panel(void **state)
{
    bench b;
    open_bench(&b, &made_studies[STUDY_GRID]);
    draw(&b, "heat", 200, 60);
    assert_int_equal(b.figure.n_parts, 4);
    for (int part = 0; part < 4; part++) {
        const mn_heat *h = mark_at(&b, part, MN_MARK_HEAT);
        assert_int_equal(h->n_rows, 5);
        assert_int_equal(h->n_cols, 6);
        for (int i = 0; i < 30; i++)
            assert_true(h->values[i] <= h->values[h->best - 1]);
        assert_string_equal(h->row_labels[2], "0.05");
        assert_string_equal(h->col_labels[5], "2");
    }
    close_bench(&b);
}

/* MN_UPDATE_GOLDENS=1 writes what is painted instead of comparing. */
static void compare(const char *name, const mn_text *got)
{
    char path[160];
    char *want;
    size_t size;
    mn_err err;
    snprintf(path, sizeof path, "golden/chart/%s.txt", name);
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

static void charts_look_as_agreed(void **state)
{
    static const struct {
        int study;
        const char *chart;
        int cols, rows;
        bool utf8;
    } pictures[] = {
        {STUDY_PROPORTION, "curve", 80, 24, true}, {STUDY_PROPORTION, "curve", 80, 24, false},
        {STUDY_STRENGTH, "curve", 120, 40, true},  {STUDY_TUNED, "curve", 100, 24, false},
        {STUDY_PROPORTION, "tasks", 80, 24, true}, {STUDY_GRID, "heat", 80, 24, true},
        {STUDY_PROPORTION, "heat", 80, 24, false}, {STUDY_STRENGTH, "table", 80, 24, true},
        {STUDY_PROPORTION, "table", 60, 12, true}, {STUDY_TUNED, "table", 80, 24, false},
    };
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        bench b;
        char name[64];
        open_bench(&b, &made_studies[pictures[i].study]);
        b.look.point = 5;
        mn_text t = show(&b, mn_chart_find(pictures[i].chart), pictures[i].cols,
                         pictures[i].rows, pictures[i].utf8);
        snprintf(name, sizeof name, "%s_%d_%s_%dx%d", pictures[i].chart, pictures[i].study,
                 pictures[i].utf8 ? "utf8" : "ascii", pictures[i].cols, pictures[i].rows);
        compare(name, &t);
        mn_text_finish(&t);
        close_bench(&b);
    }
}

static void the_registry_is_complete(void **state)
{
    for (int i = 0; mn_charts[i]; i++) {
        const mn_chart_ops *c = mn_charts[i];
        assert_ptr_equal(mn_chart_find(c->name), c);
        assert_true(c->title && c->about && c->suits && c->make);
        for (int k = 0; k < i; k++)
            assert_int_not_equal(mn_charts[k]->key, c->key);
    }
    assert_null(mn_chart_find("pie"));
}

/* Methods without a note of their own used to keep the tone of the note they do not have. */
static void only_notes_are_dim(void **state)
{
    bench b;
    (void)state;
    open_bench(&b, &made_studies[STUDY_METHODS]);
    free(b.results.plan);
    b.results.plan = strdup("title x\npin 0 strength=3");
    assert_non_null(b.results.plan);
    draw(&b, "table", 120, 60);
    const mn_table *t = mark_at(&b, 0, MN_MARK_TABLE);
    for (int row = t->n_head; row < t->n_rows; row++) {
        size_t at = (size_t)row * (size_t)t->n_cols;
        assert_int_equal(t->tones[at] == MN_DIM, *t->texts[at] == ' ');
    }
    close_bench(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_registry_is_complete),
        cmocka_unit_test(every_chart_shows_every_study_at_every_size),
        cmocka_unit_test(odd_results_are_shown_or_said),
        cmocka_unit_test(hostile_numbers_are_survived),
        cmocka_unit_test(a_chart_says_what_it_lacks),
        cmocka_unit_test(a_curve_is_the_mean_with_a_band_of_one_deviation),
        cmocka_unit_test(a_strength_of_several_strategies_has_no_name_of_one),
        cmocka_unit_test(the_cursor_is_on_the_point_that_was_chosen),
        cmocka_unit_test(strengths_lie_in_the_logarithm_and_vertices_do_not),
        cmocka_unit_test(methods_have_panels_where_there_is_room),
        cmocka_unit_test(searched_points_are_sorted_and_failed_ones_left_out),
        cmocka_unit_test(tasks_are_means_from_where_they_are_learnt),
        cmocka_unit_test(a_list_says_what_is_left_of_every_task),
        cmocka_unit_test(a_heat_map_sets_off_the_best_cell_of_a_panel),
        cmocka_unit_test(charts_look_as_agreed),
        cmocka_unit_test(only_notes_are_dim),
    };
    return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
