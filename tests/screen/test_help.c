#include "support.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"

static int open_screen(void **state)
{
    static mn_harness h;
    harness_open(&h, 100, 40, true);
    *state = &h;
    return 0;
}

static int close_screen(void **state)
{
    harness_close(*state);
    return 0;
}

static void typing_filters_and_enter_runs(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "?");
    harness_type(h, "next task");
    assert_true(harness_shows(h, HARNESS_ANY, "task next"));
    assert_false(harness_shows(h, HARNESS_ANY, "pace slower"));
    harness_keys(h, "Enter");
    assert_int_equal(harness_posted(h, "task next"), 1);
    assert_false(harness_shows(h, HARNESS_ANY, "search:"));
}

static void the_search_does_not_mind_case(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "F1");
    harness_type(h, "PNG");
    assert_true(harness_shows(h, HARNESS_ANY, "picture"));
    harness_keys(h, "Backspace Backspace Backspace");
    harness_type(h, "png");
    assert_true(harness_shows(h, HARNESS_ANY, "picture"));
}

static void what_wants_a_value_goes_to_the_prompt(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "?");
    harness_type(h, "set temperature=");
    harness_keys(h, "Down Enter");
    assert_true(harness_shows(h, -1, ":set temperature"));
    assert_int_equal(harness_posted(h, "set"), 0);
}

static void every_key_command_and_parameter_is_in_the_list(void **state)
{
    mn_harness *h = *state;
    char line[64];
    for (const mn_binding *b = mn_bindings; b->key; b++) {
        mn_err err;
        snprintf(line, sizeof line, "help %s",
                 strcmp(b->line, "prompt set ") ? b->line : "set");
        assert_ok(mn_screen_do(h->screen, line, h->snap, &err), &err);
        harness_draw(h);
        assert_false(harness_shows(h, HARNESS_ANY, "nothing has these words"));
    }
    for (int i = 0; mn_commands[i]; i++) {
        mn_err err;
        snprintf(line, sizeof line, "help %s", mn_commands[i]->name);
        assert_ok(mn_screen_do(h->screen, line, h->snap, &err), &err);
        harness_draw(h);
        assert_false(harness_shows(h, HARNESS_ANY, "nothing has these words"));
    }
}

static void nothing_found_is_said_and_enter_does_nothing(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "?");
    harness_type(h, "zzzz");
    assert_true(harness_shows(h, HARNESS_ANY, "nothing has these words"));
    harness_keys(h, "Down Up PgDn End Home Enter");
    assert_true(harness_shows(h, HARNESS_ANY, "search:"));
}

static void the_chosen_row_stays_in_view(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "?");
    for (int i = 0; i < 400; i++) {
        mn_screen_key(h->screen, i % 7 == 6 ? MN_KEY_PAGE_DOWN : MN_KEY_DOWN, h->snap);
        harness_draw(h);
        assert_true(harness_shows(h, HARNESS_ANY, "│ ▸"));
    }
    harness_resize(h, 40, 12);
    assert_true(harness_shows(h, HARNESS_ANY, "│ ▸"));
}

static void escape_closes_help_and_only_help(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "z ? Esc");
    assert_false(harness_shows(h, HARNESS_ANY, "search:"));
    assert_false(harness_shows(h, HARNESS_ANY, "Timeline")); /* still zoomed */
    harness_keys(h, "Esc");
    assert_true(harness_shows(h, HARNESS_ANY, "Timeline"));
    harness_keys(h, "Esc Esc Esc");
    assert_int_equal(h->quits, 0);
}

static void the_chooser_saves_what_is_chosen(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "S");
    for (int i = 0; mn_views[i]; i++)
        assert_true(harness_shows(h, HARNESS_ANY, mn_views[i]->title));
    harness_type(h, "metrics");
    harness_keys(h, "Enter");
    assert_int_equal(harness_posted(h, "export metrics"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_screen, close_screen)
    const struct CMUnitTest tests[] = {
        TEST(typing_filters_and_enter_runs),
        TEST(the_search_does_not_mind_case),
        TEST(what_wants_a_value_goes_to_the_prompt),
        TEST(every_key_command_and_parameter_is_in_the_list),
        TEST(nothing_found_is_said_and_enter_does_nothing),
        TEST(the_chosen_row_stays_in_view),
        TEST(escape_closes_help_and_only_help),
        TEST(the_chooser_saves_what_is_chosen),
    };
    return cmocka_run_group_tests_name("help", tests, NULL, NULL);
}
