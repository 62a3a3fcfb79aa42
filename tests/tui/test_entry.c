#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"

static mn_entry choose(mn_entry_facts f)
{
    mn_err err = {0};
    mn_entry e = {0};
    assert_ok(mn_entry_choose(&f, &e, &err), &err);
    return e;
}

static mn_entry_facts xterm(void)
{
    return (mn_entry_facts){
        .term = "xterm-256color", .known = true, .addressable = true, .colours = 256};
}

static void the_systems_entry_serves_what_it_can_say(void **state)
{
    mn_entry e = choose(xterm());
    assert_int_equal(e.colours, MN_256);
    assert_null(e.terminfo);
    assert_string_equal(e.term, "xterm-256color");
    mn_entry_facts f = xterm();
    f.colours = 8;
    assert_int_equal(choose(f).colours, MN_16);
    f.colours = -1;
    assert_int_equal(choose(f).colours, MN_MONO);
}

static void a_promise_of_true_colour_brings_the_private_entry(void **state)
{
    mn_entry_facts f = xterm();
    f.colorterm = "truecolor";
    mn_entry e = choose(f);
    assert_int_equal(e.colours, MN_DIRECT);
    assert_string_equal(e.term, "mnemoscope-direct");
    assert_non_null(e.terminfo);
    f.colorterm = NULL;
    f.rgb = true;
    assert_int_equal(choose(f).colours, MN_DIRECT);
    f = xterm();
    f.colours = 1 << 24;
    assert_string_equal(choose(f).term, "mnemoscope-direct");
    f = xterm();
    f.colorterm = "yes";
    assert_int_equal(choose(f).colours, MN_256);
}

static void what_is_asked_for_wins_over_the_environment(void **state)
{
    static const struct {
        const char *asked;
        mn_colours colours;
    } rows[] = {{"direct", MN_DIRECT}, {"256", MN_256}, {"16", MN_16}, {"mono", MN_MONO}};
    for (size_t i = 0; i < 4; i++) {
        mn_entry_facts f = xterm();
        f.no_color = "1";
        f.colorterm = "truecolor";
        f.asked = rows[i].asked;
        assert_int_equal(choose(f).colours, rows[i].colours);
        assert_string_equal(mn_entry_colours_name(rows[i].colours), rows[i].asked);
    }
}

static void no_color_wins_over_colorterm_unless_it_is_empty(void **state)
{
    mn_entry_facts f = xterm();
    f.colorterm = "truecolor";
    f.no_color = "1";
    assert_int_equal(choose(f).colours, MN_MONO);
    f.no_color = "";
    assert_int_equal(choose(f).colours, MN_DIRECT);
}

static void an_unknown_terminal_is_taken_for_an_xterm(void **state)
{
    mn_entry_facts f = {.term = "shiny-new"};
    mn_entry e = choose(f);
    assert_true(e.stranger);
    assert_string_equal(e.term, "mnemoscope-256");
    assert_non_null(strstr(e.why, "shiny-new"));
    f.colorterm = "24bit";
    assert_string_equal(choose(f).term, "mnemoscope-direct");
    f.asked = "mono";
    e = choose(f);
    assert_int_equal(e.colours, MN_MONO);
    assert_string_equal(e.term, "mnemoscope-256");
}

static void screen_and_the_console_keep_their_own_entry(void **state)
{
    mn_entry_facts f = xterm();
    f.colorterm = "truecolor";
    f.term = "screen-256color";
    assert_int_equal(choose(f).colours, MN_256);
    f.inside_tmux = true;
    assert_int_equal(choose(f).colours, MN_DIRECT);
    f = xterm();
    f.term = "linux";
    f.colours = 8;
    f.colorterm = "truecolor";
    mn_entry e = choose(f);
    assert_int_equal(e.colours, MN_16);
    assert_true(e.console);
}

static void more_colours_than_the_entry_has_take_a_private_one(void **state)
{
    mn_entry_facts f = xterm();
    f.colours = 8;
    f.asked = "256";
    assert_string_equal(choose(f).term, "mnemoscope-256");
    f.colours = 1 << 24;
    assert_string_equal(choose(f).term, "mnemoscope-256");
    f.asked = "mono";
    assert_string_equal(choose(f).term, "xterm-256color");
}

static void terminals_without_a_cursor_are_refused(void **state)
{
    mn_err err;
    mn_entry e;
    mn_entry_facts f = {.term = NULL};
    assert_failed(mn_entry_choose(&f, &e, &err), &err, MN_EINVAL, "TERM is not set");
    f.term = "dumb";
    f.asked = "direct";
    assert_failed(mn_entry_choose(&f, &e, &err), &err, MN_EINVAL, "'dumb'");
    f = (mn_entry_facts){.term = "teletype", .known = true};
    assert_failed(mn_entry_choose(&f, &e, &err), &err, MN_EINVAL, "'teletype'");
    f = xterm();
    f.asked = "sepia";
    assert_failed(mn_entry_choose(&f, &e, &err), &err, MN_EINVAL, "'sepia'");
}

static void the_committed_entries_are_what_their_source_says(void **state)
{
    char command[8300];
    if (system("command -v tic infocmp > /dev/null 2>&1") != 0)
        skip();
    snprintf(command, sizeof command, "sh '%s' > '%s/entries.h' && cmp '%s/entries.h' '%s'",
             tests_path("../assets/terminfo/compile.sh"), tests_scratch(), tests_scratch(),
             getenv("MN_ENTRIES"));
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_systems_entry_serves_what_it_can_say),
        cmocka_unit_test(a_promise_of_true_colour_brings_the_private_entry),
        cmocka_unit_test(what_is_asked_for_wins_over_the_environment),
        cmocka_unit_test(no_color_wins_over_colorterm_unless_it_is_empty),
        cmocka_unit_test(an_unknown_terminal_is_taken_for_an_xterm),
        cmocka_unit_test(screen_and_the_console_keep_their_own_entry),
        cmocka_unit_test(more_colours_than_the_entry_has_take_a_private_one),
        cmocka_unit_test(terminals_without_a_cursor_are_refused),
        cmocka_unit_test(the_committed_entries_are_what_their_source_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
