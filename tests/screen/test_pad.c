#include "support.h"

#include <stdbool.h>
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

static void a_drawing_becomes_one_line_of_the_language(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "P");
    assert_true(harness_shows(h, HARNESS_ANY, "draw a cue"));
    harness_keys(h, "Enter");
    assert_true(harness_shows(h, -2, "nothing is drawn yet"));
    harness_keys(h, "Space d Right Down Enter");
    assert_non_null(strstr(h->posted.data, "recall drawn "));
    const char *digits = strchr(strstr(h->posted.data, "recall drawn "), ':');
    assert_non_null(digits);
    assert_true(strspn(digits + 1, "0123456789ABCDEF\n") > 8);
    assert_int_equal(harness_posted(h, "recall drawn"), 1);
    assert_false(harness_shows(h, HARNESS_ANY, "draw a cue"));
    assert_true(harness_shows(h, HARNESS_ANY, "Recall"));
}

static void escape_closes_the_pad_and_keeps_what_is_drawn(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "P Space Esc");
    assert_false(mn_screen_wants_mouse(h->screen));
    assert_int_equal(harness_posted(h, "recall"), 0);
    harness_keys(h, "P Enter");
    assert_int_equal(harness_posted(h, "recall drawn"), 1);
    harness_keys(h, "P Backspace Enter");
    assert_int_equal(harness_posted(h, "recall drawn"), 1);
}

static void the_mouse_paints_wherever_it_is_dragged_and_nowhere_else(void **state)
{
    mn_harness *h = *state;
    mn_screen_mouse(h->screen, 40, 10, true); /* no pad: nothing happens */
    harness_keys(h, "P");
    assert_true(mn_screen_wants_mouse(h->screen));
    for (int y = -5; y < 100; y++)
        for (int x = -5; x < 200; x++)
            mn_screen_mouse(h->screen, x, y, false);
    harness_draw(h);
    harness_keys(h, "Enter");
    const char *digits = strchr(strstr(h->posted.data, "recall drawn "), ':') + 1;
    for (; digits[1] != '\n'; digits++)
        assert_int_equal(*digits, 'F');
}

static void the_mouse_can_be_left_to_the_terminal(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "C-t P");
    assert_false(mn_screen_wants_mouse(h->screen));
    harness_keys(h, "Esc C-t P");
    assert_true(mn_screen_wants_mouse(h->screen));
}

static void the_recall_panel_has_keys_of_its_own(void **state)
{
    mn_harness *h = *state;
    harness_keys(h, "o Enter Esc");
    assert_int_equal(harness_posted(h, "recall"), 0);
    harness_keys(h, ":");
    harness_type(h, "focus recall");
    harness_keys(h, "Enter o e Enter f b");
    assert_int_equal(harness_posted(h, "recall occlude"), 1);
    assert_int_equal(harness_posted(h, "recall noise"), 1);
    assert_int_equal(harness_posted(h, "recall step"), 1);
    assert_int_equal(harness_posted(h, "recall run"), 1);
    assert_int_equal(harness_posted(h, "recall basin"), 1);
    assert_true(harness_shows(h, -1, "step"));
}

static void a_model_without_recall_has_no_pad(void **state)
{
    mn_harness *h = *state;
    h->snap->recalls = false;
    harness_keys(h, "P");
    assert_false(harness_shows(h, HARNESS_ANY, "draw a cue"));
    assert_true(harness_shows(h, -2, "no recall"));
}

static void every_size_of_screen_and_item_is_borne(void **state)
{
    static const int sizes[][2] = {{1, 1},   {100, 1}, {8, 8},  {28, 28},
                                   {32, 32}, {64, 40}, {500, 3}};
    mn_harness *h = *state;
    harness_keys(h, "P Space");
    for (int rows = 12; rows <= 60; rows += 12)
        for (int cols = 40; cols <= 200; cols += 80)
            harness_resize(h, cols, rows); /* a pad that was opened on a larger screen, too */
    assert_int_equal(h->canvas.clipped, 0);
    harness_keys(h, "Esc");
    harness_resize(h, 40, 12);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        mn_snapshot other = *h->snap;
        other.width = sizes[i][0];
        other.height = sizes[i][1];
        mn_screen_key(h->screen, 'P', &other);
        mn_screen_key(h->screen, MN_KEY_LEFT, &other);
        mn_screen_key(h->screen, ' ', &other);
        mn_screen_mouse(h->screen, 20, 6, true);
        mn_screen_key(h->screen, MN_KEY_ESCAPE, &other);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_screen, close_screen)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_drawing_becomes_one_line_of_the_language),
        TEST(escape_closes_the_pad_and_keeps_what_is_drawn),
        TEST(the_mouse_paints_wherever_it_is_dragged_and_nowhere_else),
        TEST(the_mouse_can_be_left_to_the_terminal),
        TEST(the_recall_panel_has_keys_of_its_own),
        TEST(a_model_without_recall_has_no_pad),
        TEST(every_size_of_screen_and_item_is_borne),
    };
    return cmocka_run_group_tests_name("pad", tests, NULL, NULL);
}
