#include "support.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"

static int open_screen(void **state)
{
    static mn_harness h;
    harness_open(&h, 80, 24, true);
    *state = &h;
    return 0;
}

static int close_screen(void **state)
{
    harness_close(*state);
    return 0;
}

/* The line being typed is the last row, behind a colon. */
static void check_line(const mn_harness *h, const char *want)
{
    char line[128];
    snprintf(line, sizeof line, ":%s", want);
    if (!harness_shows(h, -1, line))
        fail_msg("the prompt does not show '%s'", line);
}

static void a_command_is_completed(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, ":");
    harness_type(h, "eval");
    harness_keys(h, "Tab");
    check_line(h, "evaluate");
    harness_keys(h, "Enter");
    assert_int_equal(harness_posted(h, "evaluate"), 1);
}

static void what_is_ambiguous_is_listed(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, ":");
    harness_type(h, "re");
    harness_keys(h, "Tab");
    check_line(h, "re");
    assert_true(harness_shows(h, -2, "redo"));
    assert_true(harness_shows(h, -2, "reset"));
    assert_true(harness_shows(h, -2, "redraw"));
}

static void parameters_and_their_choices_are_completed(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "=");
    harness_type(h, "vert");
    harness_keys(h, "Tab");
    check_line(h, "set vertex=");
    assert_true(harness_shows(h, -2, "vertex"));
    harness_type(h, "20 interac");
    harness_keys(h, "Tab");
    check_line(h, "set vertex=20 interaction=");
    harness_type(h, "rec");
    harness_keys(h, "Tab");
    check_line(h, "set vertex=20 interaction=rectified");
    harness_keys(h, "Enter");
    assert_int_equal(harness_posted(h, "set vertex=20 interaction=rectified"), 1);
}

static void presets_strategies_and_views_are_completed(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "=");
    harness_type(h, "preset=mcal");
    harness_keys(h, "Tab");
    check_line(h, "set preset=mcalister");
    harness_keys(h, "Esc =");
    harness_type(h, "strategy=pseu");
    harness_keys(h, "Tab");
    check_line(h, "set strategy=pseudorehearsal");
    harness_keys(h, "Esc :");
    harness_type(h, "focus neu");
    harness_keys(h, "Tab");
    check_line(h, "focus neurons");
    harness_keys(h, "Esc :");
    harness_type(h, "run until ep");
    harness_keys(h, "Tab");
    check_line(h, "run until epoch");
}

static void what_cannot_be_completed_is_said(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, ":");
    harness_type(h, "zzz");
    harness_keys(h, "Tab");
    check_line(h, "zzz");
    assert_true(harness_shows(h, -2, "nothing to complete"));
    harness_type(h, " more=");
    harness_keys(h, "Tab Tab");
    check_line(h, "zzz more=");
}

static void the_line_can_be_edited_anywhere(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, ":");
    harness_type(h, "sort wins");
    harness_keys(h, "Home Delete S End Backspace Left Left X");
    check_line(h, "Sort wXin");
    harness_keys(h, "C-w");
    check_line(h, "Sort in");
    harness_keys(h, "C-a C-k");
    harness_type(h, "a");
    harness_keys(h, "\303\244 \342\202\254 Left Backspace");
    check_line(h, "a\342\202\254");
    harness_keys(h, "C-u End Backspace");
    assert_int_equal(h->canvas.cursor_y, 23);
}

static void earlier_lines_come_back(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, ":");
    harness_type(h, "sort wins");
    harness_keys(h, "Enter :");
    harness_type(h, "sort age");
    harness_keys(h, "Enter :");
    harness_type(h, "new");
    harness_keys(h, "Up");
    check_line(h, "sort age");
    harness_keys(h, "Up Up Up");
    check_line(h, "sort wins");
    harness_keys(h, "Down Down Down");
    check_line(h, "new");
}

static void escape_closes_the_prompt_and_runs_nothing(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, ":");
    harness_type(h, "reset");
    harness_keys(h, "Esc");
    assert_int_equal(harness_posted(h, "reset"), 0);
    assert_true(harness_shows(h, -1, "? help"));
    assert_int_equal(h->quits, 0);
}

static void a_long_line_scrolls_and_keeps_the_cursor_in_view(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, ":");
    for (int i = 0; i < 700; i++) {
        mn_screen_key(h->screen, 'a' + i % 26, h->snap);
        if (i % 50 == 0)
            harness_draw(h);
    }
    harness_draw(h);
    assert_in_range(h->canvas.cursor_x, 0, 79);
    harness_keys(h, "Tab Home");
    assert_int_equal(h->canvas.cursor_x, 1);
}

static void a_mistyped_command_names_the_close_one(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, ":");
    harness_type(h, "evaluat3");
    harness_keys(h, "Enter");
    assert_true(harness_shows(h, -2, "did you mean 'evaluate'?"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_screen, close_screen)
    const struct CMUnitTest tests[] = {
        TEST(a_command_is_completed),
        TEST(what_is_ambiguous_is_listed),
        TEST(parameters_and_their_choices_are_completed),
        TEST(presets_strategies_and_views_are_completed),
        TEST(what_cannot_be_completed_is_said),
        TEST(the_line_can_be_edited_anywhere),
        TEST(earlier_lines_come_back),
        TEST(escape_closes_the_prompt_and_runs_nothing),
        TEST(a_long_line_scrolls_and_keeps_the_cursor_in_view),
        TEST(a_mistyped_command_names_the_close_one),
    };
    return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
