#include "support.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../chart/fixture.h"
#include "mnemoscope/browser.h"
#include "mnemoscope/file.h"
#include "mnemoscope/screen.h"

typedef struct stand {
    mn_results results;
    mn_browser *browser;
    mn_canvas canvas;
    int quits, suspends, opened, saved; /* opened: run + 1 */
    char chart[32];
    bool full; /* pictures cannot be written */
} stand;

static mn_status picture(void *ctx, const mn_chart_ops *chart, const mn_chart_look *look,
                         const mn_style *style, mn_text *made, mn_err *err)
{
    stand *s = ctx;
    (void)look, (void)style;
    if (s->full)
        return mn_fail(err, MN_EIO, "cannot write 'x.png': the disk is full");
    s->saved++;
    snprintf(s->chart, sizeof s->chart, "%s", chart->name);
    mn_text_add(made, "x.png");
    return MN_OK;
}

static void open_run(void *ctx, size_t run)
{
    stand *s = ctx;
    s->opened = (int)run + 1;
}

static void quit(void *ctx)
{
    stand *s = ctx;
    s->quits++;
}

static void suspend(void *ctx)
{
    stand *s = ctx;
    s->suspends++;
}

static void draw(stand *s)
{
    mn_err err;
    assert_ok(mn_browser_draw(s->browser, &s->canvas, &err), &err);
}

static void resize(stand *s, int cols, int rows)
{
    mn_err err;
    mn_canvas_finish(&s->canvas);
    assert_ok(mn_canvas_init(&s->canvas, cols, rows, MN_MONO, &err), &err);
    draw(s);
}

/* The results belong to the stand from here on. */
static void put_up(stand *s, int cols, int rows, bool utf8)
{
    mn_err err;
    mn_style style = {.palette = mn_palettes[0],
                      .unsigned_palette = mn_palette_find("magma"),
                      .glyphs = utf8 ? MN_SHADE : MN_ASCII,
                      .strokes = utf8 ? MN_BRAILLE : MN_ASCII_LINES,
                      .utf8 = utf8,
                      .levels = 128};
    snprintf(s->results.model, sizeof s->results.model, "dam");
    snprintf(s->results.data, sizeof s->results.data, "mnist");
    const mn_browser_hooks hooks = {s, picture, open_run, quit, suspend};
    assert_ok(mn_browser_create(&s->browser, &s->results, &style, &hooks, &err), &err);
    assert_ok(mn_canvas_init(&s->canvas, cols, rows, MN_MONO, &err), &err);
    draw(s);
}

static void open_study(stand *s, int study, const char *figure, int cols, int rows)
{
    *s = (stand){0};
    make_results(&s->results, &made_studies[study]);
    snprintf(s->results.figure, sizeof s->results.figure, "%s", figure);
    put_up(s, cols, rows, true);
}

static void close_study(stand *s)
{
    mn_browser_destroy(s->browser);
    mn_canvas_finish(&s->canvas);
    mn_results_finish(&s->results);
}

static void press(stand *s, const char *names)
{
    char copy[256], *rest = copy;
    snprintf(copy, sizeof copy, "%s", names);
    for (char *name; (name = strtok_r(rest, " ", &rest));) {
        int key = mn_key_parse(name);
        if (!key)
            fail_msg("no key '%s'", name);
        mn_browser_key(s->browser, key);
        draw(s);
    }
}

static char *dump(const stand *s)
{
    mn_text text = {0};
    mn_canvas_dump(&s->canvas, 0, &text);
    assert_false(text.failed);
    return text.data;
}

static void expect(const stand *s, const char *text)
{
    char *all = dump(s);
    if (!strstr(all, text))
        fail_msg("'%s' is not on the screen:\n%s", text, all);
    free(all);
}

static void expect_no(const stand *s, const char *text)
{
    char *all = dump(s);
    if (strstr(all, text))
        fail_msg("'%s' is on the screen:\n%s", text, all);
    free(all);
}

/* The value of an axis at the cursor. */
static const char *at_cursor(const stand *s, const char *axis)
{
    mn_point points[512];
    size_t n = mn_results_points(&s->results, 512, points);
    int point = mn_browser_point(s->browser);
    assert_in_range(point, 0, n - 1);
    for (int i = 0; i < s->results.n_axes; i++)
        if (!strcmp(s->results.axes[i].name, axis))
            return s->results.at[points[point].first].values[i];
    fail_msg("there is no axis '%s'", axis);
    return "";
}

static void the_recipes_chart_comes_first_and_keys_turn_to_others(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_METHODS, "table", 80, 24);
    assert_string_equal(mn_browser_chart(s.browser), "table");
    for (int i = 0; mn_charts[i]; i++) {
        char key[2] = {mn_charts[i]->key, '\0'};
        press(&s, key);
        assert_string_equal(mn_browser_chart(s.browser), mn_charts[i]->name);
    }
    press(&s, "1");
    const char *first = mn_browser_chart(s.browser);
    press(&s, "Tab");
    assert_string_not_equal(mn_browser_chart(s.browser), first);
    press(&s, "S-Tab S-Tab Tab");
    assert_string_equal(mn_browser_chart(s.browser), first);
    close_study(&s);
}

static void the_cursor_goes_along_and_across(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_PROPORTION, "curve", 80, 24);
    press(&s, "Home");
    assert_string_equal(at_cursor(&s, "vertex"), "2");
    assert_string_equal(at_cursor(&s, "proportion"), "0");
    press(&s, "Right Right");
    assert_string_equal(at_cursor(&s, "proportion"), "0.2");
    press(&s, "Down");
    assert_string_equal(at_cursor(&s, "vertex"), "5");
    assert_string_equal(at_cursor(&s, "proportion"), "0.2");
    expect(&s, "5 seeds");
    press(&s, "Left Left Left");
    assert_string_equal(at_cursor(&s, "proportion"), "0");
    expect(&s, "no point further that way");
    press(&s, "End <");
    assert_string_equal(at_cursor(&s, "proportion"), "0.9");
    press(&s, "PgDn");
    expect(&s, "there is no axis that way");
    close_study(&s);
}

static void panels_are_beyond(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_STRENGTH, "curve", 100, 30);
    press(&s, "Home Right Down PgDn");
    assert_string_equal(at_cursor(&s, "variant"), "EWC");
    assert_string_equal(at_cursor(&s, "vertex"), "5");
    assert_string_equal(at_cursor(&s, "strength"), "1e-1");
    close_study(&s);
}

/* From the lowest value every key to the right raises it, and no trial of the cell is left
 * out; the way back is the same. */
static void searched_points_are_walked_in_the_order_of_their_values(void **state)
{
    stand s;
    double before = -1.0;
    int n = 1, first;
    (void)state;
    open_study(&s, STUDY_TUNED, "curve", 80, 24);
    press(&s, "Home");
    for (int point = -1; point != mn_browser_point(s.browser);) {
        point = mn_browser_point(s.browser);
        press(&s, "Left");
    }
    first = mn_browser_point(s.browser);
    for (int point = first;; n++) {
        double now = strtod(at_cursor(&s, "strength"), NULL);
        assert_true(now >= before);
        before = now;
        press(&s, "Right");
        if (mn_browser_point(s.browser) == point)
            break;
        point = mn_browser_point(s.browser);
    }
    assert_int_equal(n, 20);
    for (int i = 1; i < n; i++)
        press(&s, "Left");
    assert_int_equal(mn_browser_point(s.browser), first);
    close_study(&s);
}

static void axes_can_be_chosen(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_GRID, "heat", 80, 24);
    press(&s, "Home x");
    expect(&s, "along: vertex");
    press(&s, "Right");
    assert_string_equal(at_cursor(&s, "vertex"), "5");
    press(&s, "y");
    expect(&s, "series or rows: rate");
    press(&s, "Down");
    assert_string_equal(at_cursor(&s, "rate"), "0.02");
    press(&s, "y y");
    expect(&s, "as the chart chooses");
    close_study(&s);
}

static void enter_opens_the_points_first_run(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_PROPORTION, "curve", 80, 24);
    press(&s, "Home > > Enter");
    assert_int_equal(s.opened, 1 + 2 * 5);
    close_study(&s);
}

static void the_best_point_is_where_it_begins(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_PROPORTION, "curve", 80, 24);
    int best = mn_browser_point(s.browser);
    press(&s, "Home b");
    assert_int_equal(mn_browser_point(s.browser), best);
    mn_point points[64];
    size_t n = mn_results_points(&s.results, 64, points);
    for (size_t i = 0; i < n; i++)
        assert_true(points[i].mean <= points[best].mean);
    close_study(&s);
}

static void charts_are_saved_and_failures_said(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_GRID, "heat", 80, 24);
    press(&s, "s");
    assert_string_equal(s.chart, "heat");
    expect(&s, "saved x.png");
    s.full = true;
    press(&s, "s");
    expect(&s, "! cannot write 'x.png': the disk is full");
    assert_int_equal(s.saved, 1);
    press(&s, "b");
    expect_no(&s, "disk");
    close_study(&s);
}

static void help_lists_every_key_and_any_key_closes_it(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_PROPORTION, "curve", 80, 24);
    press(&s, "?");
    for (const mn_browser_key_row *k = mn_browser_keys; k->name; k++)
        expect(&s, k->help);
    press(&s, "q");
    assert_int_equal(s.quits, 0);
    expect_no(&s, mn_browser_keys[0].help);
    press(&s, "F1 Esc");
    expect_no(&s, mn_browser_keys[0].help);
    close_study(&s);
}

static void quitting_suspending_and_unknown_keys(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_PROPORTION, "curve", 80, 24);
    press(&s, "Z");
    expect(&s, "Z does nothing: ? lists the keys");
    press(&s, "C-z q C-c");
    assert_int_equal(s.suspends, 1);
    assert_int_equal(s.quits, 2);
    close_study(&s);
}

static void every_study_fits_every_size_with_every_key(void **state)
{
    static const int sizes[][2] = {{1, 1}, {39, 11}, {40, 12}, {60, 16}, {80, 24}, {200, 60}};
    static const char keys[] = "1 Right Down PgDn 2 Left x 3 Up y c 4 PgUp x y ? Esc Tab b < >";
    (void)state;
    for (int study = 0; study < N_STUDIES; study++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            stand s;
            open_study(&s, study, "curve", sizes[i][0], sizes[i][1]);
            press(&s, keys);
            if (sizes[i][0] < MN_COLS_LEAST && sizes[i][0] > 1)
                expect(&s, "too small");
            resize(&s, 80, 24);
            press(&s, keys);
            assert_int_equal(s.canvas.clipped, 0);
            close_study(&s);
        }
}

static void ascii_stays_ascii(void **state)
{
    stand s = {0};
    (void)state;
    make_results(&s.results, &made_studies[STUDY_TUNED]);
    put_up(&s, 80, 24, false);
    for (const char *key = "1234"; *key; key++) {
        mn_browser_key(s.browser, *key);
        draw(&s);
        char *all = dump(&s);
        for (const char *c = all; *c; c++)
            assert_true((unsigned char)*c < 0x80);
        free(all);
    }
    close_study(&s);
}

static void nothing_and_only_failures_can_be_looked_at(void **state)
{
    stand s = {0};
    (void)state;
    make_results(&s.results, &made_studies[STUDY_PROPORTION]);
    size_t n = s.results.n;
    s.results.n = 0;
    put_up(&s, 80, 24, true);
    press(&s, "1 Right Down b Enter s 2 3 4 Home End < > PgUp x y");
    press(&s, "Enter");
    assert_int_equal(s.opened, 0);
    expect(&s, "nothing has run yet");
    expect(&s, "0 of 220 runs");
    s.results.n = n;
    close_study(&s);

    made_study failing = made_studies[STUDY_PROPORTION];
    failing.fail_every = 1;
    s = (stand){0};
    make_results(&s.results, &failing);
    put_up(&s, 120, 30, true);
    expect(&s, "220 failed");
    expect(&s, "failed: ");
    press(&s, "b");
    expect(&s, "no run has ended well");
    press(&s, "1 2 3 4 Enter");
    assert_int_equal(s.opened, 1);
    close_study(&s);
}

/* Written afresh when MN_UPDATE_GOLDENS is set; read every change as a person would. */
static void compare(const stand *s, const char *name)
{
    char path[4096], *want, *got = dump(s);
    size_t size;
    mn_err err;
    snprintf(path, sizeof path, "%s/%s.txt", tests_path("golden/screen"), name);
    if (getenv("MN_UPDATE_GOLDENS")) {
        assert_ok(mn_file_replace(path, got, strlen(got), true, &err), &err);
    } else {
        assert_ok(mn_file_read(path, 1 << 20, &want, &size, &err), &err);
        if (strcmp(want, got))
            fail_msg("the screen differs from '%s':\n%s", path, got);
        free(want);
    }
    free(got);
}

/* The table and the help have no curves in them that a painter might round otherwise. */
static void the_browser_is_as_it_was(void **state)
{
    stand s;
    (void)state;
    open_study(&s, STUDY_METHODS, "table", 80, 24);
    press(&s, "Home Down");
    compare(&s, "browser-80x24-table");
    press(&s, "?");
    compare(&s, "browser-80x24-help");
    close_study(&s);
    open_study(&s, STUDY_TUNED, "table", 40, 12);
    compare(&s, "browser-40x12-table");
    close_study(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recipes_chart_comes_first_and_keys_turn_to_others),
        cmocka_unit_test(the_cursor_goes_along_and_across),
        cmocka_unit_test(panels_are_beyond),
        cmocka_unit_test(searched_points_are_walked_in_the_order_of_their_values),
        cmocka_unit_test(axes_can_be_chosen),
        cmocka_unit_test(enter_opens_the_points_first_run),
        cmocka_unit_test(the_best_point_is_where_it_begins),
        cmocka_unit_test(charts_are_saved_and_failures_said),
        cmocka_unit_test(help_lists_every_key_and_any_key_closes_it),
        cmocka_unit_test(quitting_suspending_and_unknown_keys),
        cmocka_unit_test(every_study_fits_every_size_with_every_key),
        cmocka_unit_test(ascii_stays_ascii),
        cmocka_unit_test(nothing_and_only_failures_can_be_looked_at),
        cmocka_unit_test(the_browser_is_as_it_was),
    };
    return cmocka_run_group_tests_name("browser", tests, NULL, NULL);
}
