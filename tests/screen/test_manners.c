#include "support.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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

static void quitting_asks_when_training_would_be_lost(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "q");
    assert_int_equal(h->quits, 0);
    assert_true(harness_shows(h, -2, "quit? [y]es [s]ave and quit [N]o"));
    harness_keys(h, "n");
    assert_int_equal(h->quits, 0);
    harness_keys(h, "q y");
    assert_int_equal(h->quits, 1);
    assert_int_equal(h->saves, 0);
    harness_keys(h, "q s");
    assert_int_equal(h->quits, 2);
    assert_int_equal(h->saves, 1);
    assert_int_equal(harness_posted(h, "up vertex"), 0); /* n was the answer */
}

static void quitting_is_immediate_when_nothing_is_lost(void **state)
{
    mn_harness *h = *state;
    h->snap->step = 99;
    harness_keys(h, "q");
    assert_int_equal(h->quits, 1);
    h->snap->step = 1412;
    harness_keys(h, ":");
    harness_type(h, "save run.safetensors");
    harness_keys(h, "Enter q");
    assert_int_equal(h->quits, 2);
}

static void interrupting_saves_what_would_be_lost_and_leaves(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "? C-c");
    assert_int_equal(h->quits, 1);
    assert_int_equal(h->saves, 1);
    h->snap->step = 0;
    harness_keys(h, "C-c");
    assert_int_equal(h->saves, 1);
}

static void keys_nobody_can_see_are_swallowed(void **state)
{
    mn_harness *h = *state;
    harness_resize(h, 39, 12);
    assert_true(harness_shows(h, HARNESS_ANY, "terminal 39x12 is too small"));
    assert_true(harness_shows(h, HARNESS_ANY, "need 40x12"));
    assert_true(harness_shows(h, HARNESS_ANY, "training goes on"));
    size_t before = h->posted.length;
    harness_keys(h, "n r R Space d t ? : Esc Enter");
    assert_int_equal(h->posted.length, before);
    assert_int_equal(h->quits, 0);
    harness_keys(h, "q");
    assert_true(harness_shows(h, HARNESS_ANY, "quit?"));
    harness_keys(h, "y");
    assert_int_equal(h->quits, 1);
    harness_resize(h, 40, 12);
    assert_true(harness_shows(h, -1, "? help"));
}

static void help_is_always_offered(void **state)
{
    mn_harness *h = *state;
    for (int cols = 40; cols < 300; cols++) {
        harness_resize(h, cols, 24);
        mn_text dump = {0};
        mn_canvas_dump(&h->canvas, 0, &dump);
        char *last = strstr(dump.data, "? help\n");
        if (!last || last[7])
            fail_msg("no help at the end of the footer at %d columns", cols);
        mn_text_finish(&dump);
    }
    harness_keys(h, "H");
    assert_false(harness_shows(h, -1, "Space"));
    assert_true(harness_shows(h, -1, "? help"));
    harness_keys(h, "H");
    assert_true(harness_shows(h, -1, "Space"));
}

static void the_caption_says_what_happened_and_how_to_undo_it(void **state)
{
    mn_harness *h = *state;
    assert_true(harness_shows(h, -2, "vertex 2 -> 20 at step 402 (u undoes)"));
    snprintf(h->snap->message, sizeof h->snap->message, "paused");
    h->snap->message_undoes = false;
    h->snap->message_id++;
    harness_draw(h);
    assert_true(harness_shows(h, -2, "paused"));
    assert_false(harness_shows(h, -2, "undoes"));
    snprintf(h->snap->message, sizeof h->snap->message, "vertex cannot be 0");
    h->snap->message_bad = true;
    h->snap->message_id++;
    harness_draw(h);
    assert_true(harness_shows(h, -2, "! vertex cannot be 0")); /* not by colour alone */
}

static void the_screens_own_words_give_way_to_the_sessions(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "w");
    assert_true(harness_shows(h, -2, "memories by"));
    snprintf(h->snap->message, sizeof h->snap->message, "epoch 4 done");
    h->snap->message_id++;
    harness_draw(h);
    assert_true(harness_shows(h, -2, "epoch 4 done"));
}

static void a_refused_command_is_said(void **state)
{
    mn_harness *h = *state;
    h->refuse = true;
    harness_keys(h, "n");
    assert_true(harness_shows(h, -2, "busy: 'up vertex' was not taken"));
}

static void a_key_without_meaning_says_so(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "Q");
    assert_true(harness_shows(h, -2, "Q does nothing"));
}

static void the_viewport_is_posted_only_when_it_changes(void **state)
{
    mn_harness *h = *state;
    assert_int_equal(harness_posted(h, "viewport number winner-share 0 8 0 -1"), 1);
    for (int i = 0; i < 5; i++)
        harness_draw(h);
    assert_int_equal(harness_posted(h, "viewport"), 1);
    harness_keys(h, "PgDn");
    assert_int_equal(harness_posted(h, "viewport number winner-share 8 8 0 -1"), 1);
    harness_keys(h, "Right");
    assert_int_equal(harness_posted(h, "viewport number winner-share 8 8 8 -1"), 1);
    harness_keys(h, "] w");
    assert_int_equal(harness_posted(h, "viewport wins winner-share 0 8 8 0"), 1);
    int before = harness_posted(h, "viewport");
    harness_keys(h, "4 z z 1 c g ? Esc");
    assert_int_equal(harness_posted(h, "viewport"), before);
    harness_keys(h, "+");
    assert_int_equal(harness_posted(h, "viewport"), before + 1);
}

static void an_inspected_unit_is_asked_for(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "Enter");
    assert_int_equal(harness_posted(h, "viewport number winner-share 0 8 0 -1 1"), 1);
    harness_keys(h, "Esc");
    assert_int_equal(harness_posted(h, "viewport number winner-share 0 8 0 -1 0"), 2);
}

static void x_goes_from_one_of_the_dead_to_the_next(void **state)
{
    mn_harness *h = *state;
    const mn_look *l = mn_screen_look(h->screen);
    h->snap = fixture_sparse(h->fixture);
    harness_keys(h, "x");
    assert_int_equal(l->cursor, 21);
    assert_true(harness_shows(h, -2, "neuron 21 is dead: stale momentum"));
    assert_true(l->first <= 21 && l->first + 8 > 21); /* the page comes along */
    harness_keys(h, "x");
    assert_int_equal(l->cursor, 44);
    harness_keys(h, "x");
    assert_int_equal(l->cursor, 21);
    harness_keys(h, "X");
    assert_int_equal(harness_posted(h, "revive 21"), 1);
}

static void without_dead_units_x_says_so(void **state)
{
    mn_harness *h = *state;
    h->snap = fixture_sparse(h->fixture);
    memset(h->snap->cause, MN_ALIVE, (size_t)h->snap->n_units);
    harness_keys(h, "x");
    assert_true(harness_shows(h, -2, "none of the 64 neurons is dead"));
    h->snap = fixture_fresh(h->fixture);
    harness_draw(h);
    harness_keys(h, "X");
    assert_true(harness_shows(h, -2, "is known after the first epoch"));
    assert_int_equal(harness_posted(h, "revive"), 0);
}

static void v_lists_all_views_and_goes_to_the_chosen(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "v");
    harness_type(h, "coroner");
    assert_true(harness_shows(h, HARNESS_ANY, "why the unit"));
    harness_keys(h, "Enter z");
    assert_true(harness_shows(h, HARNESS_ANY, "Coroner"));
}

static void a_refused_viewport_is_posted_again(void **state)
{
    mn_harness *h = *state;
    h->refuse = true;
    harness_keys(h, "PgDn");
    h->refuse = false;
    harness_draw(h);
    assert_int_equal(harness_posted(h, "viewport number winner-share 8"), 1);
}

static void arrows_walk_over_the_pages(void **state)
{
    mn_harness *h = *state;
    const mn_look *l = mn_screen_look(h->screen);
    for (int i = 0; i < 8; i++)
        harness_keys(h, "Right");
    assert_int_equal(l->cursor, 8);
    assert_int_equal(l->first, 4); /* the page moves by a row */
    harness_keys(h, "Up Up");
    assert_int_equal(l->cursor, 0);
    assert_int_equal(l->first, 0);
    harness_keys(h, "Left Up");
    assert_int_equal(l->cursor, 0);
    harness_keys(h, "End");
    assert_int_equal(l->first, 56);
    harness_keys(h, "Right"); /* comes into view first */
    assert_int_equal(l->cursor, 56);
    for (int i = 0; i < 20; i++)
        harness_keys(h, "Right");
    assert_int_equal(l->cursor, 63);
    harness_keys(h, "Home PgUp");
    assert_int_equal(l->first, 0);
}

static void the_cursor_stays_when_the_order_changes(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "Right Right");
    for (int i = 0; i < 64; i++)
        h->snap->order[i] = (uint32_t)(63 - i);
    harness_draw(h);
    assert_int_equal(mn_screen_look(h->screen)->cursor, 2);
}

static void escape_closes_one_thing_at_a_time(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "z ] Enter");
    const mn_look *l = mn_screen_look(h->screen);
    harness_keys(h, "Esc");
    assert_false(l->inspect);
    assert_false(harness_shows(h, HARNESS_ANY, "Tasks"));
    harness_keys(h, "Esc");
    assert_true(harness_shows(h, HARNESS_ANY, "Tasks"));
    assert_int_equal(l->lens, 0);
    harness_keys(h, "Esc");
    assert_int_equal(l->lens, -1);
}

static void bad_arguments_give_one_clear_message(void **state)
{
    mn_harness *h = *state;
    static const char *const bad[][2] = {
        {"focus nowhere", "no focus 'nowhere': wanted wall, tasks"},
        {"focus", "0 words found, wanted: focus VIEW"},
        {"next-panel 7", "wanted back"},
        {"zoom perhaps", "wanted yes or no"},
        {"sort size", "wanted number, wins"},
        {"index size", "no index 'size'"},
        {"window week", "no window 'week': wanted batch"},
        {"tile-size 0", "2 to 1024 dots"},
        {"tile-size 99999999999999999999", "2 to 1024 dots"},
        {"page 2", "wanted +1, -1, first or last"},
        {"cursor 64", "0 to 63"},
        {"cursor -1", "0 to 63"},
        {"cursor 3x", "0 to 63"},
        {"inspect maybe", "wanted yes or no"},
        {"lens 6", "a task from 1 to 5"},
        {"lens 0", "a task from 1 to 5"},
        {"palette sepia", "no palette 'sepia'"},
        {"glyphs runes", "no glyphs 'runes'"},
        {"strokes broad", "no strokes 'broad'"},
        {"hints more", "wanted yes or no"},
        {"quit slowly", "wanted save, now"},
        {"save-display", "wanted: save-display FILE"},
        {"save-display /nonexistent-folder/x.txt", "/nonexistent-folder/x.txt"},
        {"nonsense", "no command 'nonsense'"},
        {"focus 'wall", "quote is left open"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mn_err err = {0};
        mn_look before = *mn_screen_look(h->screen);
        mn_status s = mn_screen_do(h->screen, bad[i][0], h->snap, &err);
        assert_true(s != MN_OK);
        if (!strstr(err.msg, bad[i][1]))
            fail_msg("'%s' said '%s', not '%s'", bad[i][0], err.msg, bad[i][1]);
        assert_memory_equal(&before, mn_screen_look(h->screen), sizeof before);
    }
}

static void an_ascii_terminal_gets_ascii_only(void **state)
{
    (void)state;
    mn_harness h;
    mn_err err;
    harness_open(&h, 80, 24, false);
    assert_failed(mn_screen_do(h.screen, "glyphs half", h.snap, &err), &err, MN_EINVAL,
                  "ASCII");
    harness_keys(&h, "g");
    assert_ok(mn_screen_do(h.screen, "strokes", h.snap, &err), &err);
    static const char *const keys[] = {"1", "2", "3", "4", "5", "?", "Esc", "S", "Esc", ":"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        harness_keys(&h, keys[i]);
        for (int k = 0; k < 80 * 24; k++)
            assert_true(h.canvas.cells[k].ch < 0x80);
    }
    harness_close(&h);
}

static void the_screen_is_saved_as_text_and_as_a_picture(void **state)
{
    mn_harness *h = *state;
    mn_err err;
    char line[512], path[256];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/screen.%s", tests_scratch(), i ? "png" : "txt");
        snprintf(line, sizeof line, "save-display %s", path);
        assert_ok(mn_screen_do(h->screen, line, h->snap, &err), &err);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        fclose(f);
    }
    harness_draw(h);
    assert_true(harness_shows(h, -2, "the screen is in"));
}

static void suspending_needs_a_shell(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "C-z");
    assert_int_equal(h->suspends, 1);
}

static void the_hardware_cursor_is_on_the_focused_panel(void **state)
{
    mn_harness *h = *state;
    for (int i = 0; i < 5; i++) {
        harness_keys(h, "Tab");
        assert_in_range(h->canvas.cursor_x, 0, 79);
        assert_in_range(h->canvas.cursor_y, 1, 21);
    }
    harness_keys(h, "Tab Tab S-Tab S-Tab");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_screen, close_screen)
    const struct CMUnitTest tests[] = {
        TEST(quitting_asks_when_training_would_be_lost),
        TEST(quitting_is_immediate_when_nothing_is_lost),
        TEST(interrupting_saves_what_would_be_lost_and_leaves),
        TEST(keys_nobody_can_see_are_swallowed),
        TEST(help_is_always_offered),
        TEST(the_caption_says_what_happened_and_how_to_undo_it),
        TEST(the_screens_own_words_give_way_to_the_sessions),
        TEST(a_refused_command_is_said),
        TEST(a_key_without_meaning_says_so),
        TEST(the_viewport_is_posted_only_when_it_changes),
        TEST(a_refused_viewport_is_posted_again),
        TEST(an_inspected_unit_is_asked_for),
        TEST(x_goes_from_one_of_the_dead_to_the_next),
        TEST(without_dead_units_x_says_so),
        TEST(v_lists_all_views_and_goes_to_the_chosen),
        TEST(arrows_walk_over_the_pages),
        TEST(the_cursor_stays_when_the_order_changes),
        TEST(escape_closes_one_thing_at_a_time),
        TEST(bad_arguments_give_one_clear_message),
        cmocka_unit_test(an_ascii_terminal_gets_ascii_only),
        TEST(the_screen_is_saved_as_text_and_as_a_picture),
        TEST(suspending_needs_a_shell),
        TEST(the_hardware_cursor_is_on_the_focused_panel),
    };
    return cmocka_run_group_tests_name("manners", tests, NULL, NULL);
}
