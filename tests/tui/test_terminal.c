#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"
#include "emulator.h"

typedef struct scene {
    const char *colours; /* of the player */
    const char *n_colours;
    mn_colours mode;
    unsigned seed;
    bool utf8;
} scene;

static emulator *start(const scene *s, int cols, int rows, const char *env1, const char *env2)
{
    const char *argv[] = {getenv("MN_PLAYER"), s->colours, s->n_colours, NULL};
    const char *env[] = {env1, env1 ? env2 : NULL, NULL};
    emulator_spec spec = {.argv = argv, .env = env, .cols = cols, .rows = rows};
    return emulator_start(&spec);
}

static bool same_colour(VTermColor got, int32_t want, mn_colours mode)
{
    if (want < 0)
        return VTERM_COLOR_IS_DEFAULT_FG(&got) || VTERM_COLOR_IS_DEFAULT_BG(&got);
    if (mode == MN_DIRECT)
        return VTERM_COLOR_IS_RGB(&got) && got.rgb.red == (want >> 16 & 255) &&
               got.rgb.green == (want >> 8 & 255) && got.rgb.blue == (want & 255);
    return VTERM_COLOR_IS_INDEXED(&got) && got.indexed.idx == want;
}

static bool same_cell(VTermScreenCell got, mn_cell want, mn_colours mode)
{
    uint32_t ch = got.chars[0] ? got.chars[0] : ' ';
    bool blank = ch == ' ' && !(want.attr & (MN_UNDERLINE | MN_REVERSE));
    return ch == want.ch && same_colour(got.bg, want.bg, mode) &&
           (blank || (same_colour(got.fg, want.fg, mode) &&
                      got.attrs.bold == !!(want.attr & MN_BOLD))) &&
           got.attrs.reverse == !!(want.attr & MN_REVERSE) &&
           got.attrs.underline == !!(want.attr & MN_UNDERLINE);
}

static int first_difference(emulator *p, const mn_canvas *c)
{
    for (int i = 0; i < c->cols * c->rows; i++)
        if (!same_cell(emulator_cell(p, i % c->cols, i / c->cols), c->cells[i], c->colours))
            return i;
    return -1;
}

static bool shows(emulator *p, const void *arg)
{
    return first_difference(p, arg) < 0;
}

static void expect_picture(emulator *p, const scene *s, int cols, int rows)
{
    mn_canvas c;
    mn_err err;
    assert_ok(mn_canvas_init(&c, cols, rows, s->mode, &err), &err);
    picture_draw(&c, s->seed, s->utf8, (unsigned)atoi(s->n_colours));
    if (!emulator_until(p, shows, &c)) {
        int i = first_difference(p, &c);
        VTermScreenCell got = emulator_cell(p, i % cols, i / cols);
        fail_msg("%s, %dx%d, picture %u: cell %d,%d is U+%04X (want U+%04X, colours %d %d, "
                 "attributes %d)",
                 s->colours, cols, rows, s->seed, i % cols, i / cols, got.chars[0],
                 c.cells[i].ch, c.cells[i].fg, c.cells[i].bg, c.cells[i].attr);
    }
    mn_canvas_finish(&c);
}

static void expect_restored(emulator *p)
{
    assert_false(emulator_on_alternate_screen(p));
    assert_true(emulator_cursor_visible(p));
    assert_false(emulator_mouse_on(p));
    assert_true(emulator_modes_restored(p));
}

static void play(scene s, int cols, int rows, int n, const char *env1, const char *env2)
{
    emulator *p = start(&s, cols, rows, env1, env2);
    expect_picture(p, &s, cols, rows);
    for (int i = 1; i < n; i++) {
        emulator_send_key(p, ' ');
        s.seed++;
        expect_picture(p, &s, cols, rows);
    }
    emulator_send_key(p, 'q');
    assert_int_equal(emulator_wait(p), 0);
    expect_restored(p);
    emulator_finish(p);
}

static const scene true_colour = {"direct", "60", MN_DIRECT, 0, true},
                   indexed = {"256", "60", MN_256, 0, true},
                   mono = {"mono", "2", MN_MONO, 0, true};

static void every_cell_of_the_canvas_is_on_the_terminal(void **state)
{
    play(true_colour, 80, 24, 6, NULL, NULL);
    play(indexed, 80, 24, 6, NULL, NULL);
    play(mono, 80, 24, 6, NULL, NULL);
}

static void every_kind_of_terminal_shows_it(void **state)
{
    static const char *const terms[] = {"TERM=xterm-256color", "TERM=tmux-256color",
                                        "TERM=shiny-new", "TERM=screen-256color"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        play(true_colour, 60, 16, 3, terms[i], NULL);
        play(indexed, 60, 16, 3, terms[i], NULL);
    }
    play(mono, 60, 16, 3, "TERM=vt100", NULL);
    play(mono, 60, 16, 3, "TERM=linux", NULL);
}

static void every_size_is_filled(void **state)
{
    static const int sizes[][2] = {{1, 1},    {2, 1},    {39, 11},  {40, 12},
                                   {132, 43}, {200, 60}, {500, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        play(true_colour, sizes[i][0], sizes[i][1], 2, NULL, NULL);
}

static void a_locale_without_utf8_gets_ascii(void **state)
{
    scene s = indexed;
    s.utf8 = false;
    play(s, 80, 24, 3, "LC_ALL=C", NULL);
}

static void pairs_start_again_when_they_run_out(void **state)
{
    scene s = {"direct", "100000000", MN_DIRECT, 0, true};
    play(s, 200, 60, 16, NULL, NULL); /* 16 frames of 6 500 new pairs: more than 65 536 */
}

static bool shows_text(emulator *p, const void *arg)
{
    const mn_canvas *c = arg;
    for (int i = 0; i < c->cols * c->rows; i++) {
        uint32_t ch = emulator_cell(p, i % c->cols, i / c->cols).chars[0];
        if ((ch ? ch : ' ') != c->cells[i].ch)
            return false;
    }
    return true;
}

static void more_pairs_than_there_are_lose_colours_but_no_text(void **state)
{
    scene s = {"direct", "100000000", MN_DIRECT, 0, true};
    emulator *p = start(&s, 500, 200, NULL, NULL);
    mn_canvas c;
    mn_err err;
    assert_ok(mn_canvas_init(&c, 500, 200, MN_DIRECT, &err), &err);
    picture_draw(&c, s.seed, true, 100000000); /* 90 000 pairs at once, of 65 535 */
    assert_true(emulator_until(p, shows_text, &c));
    mn_canvas_finish(&c);
    emulator_send_key(p, 'q');
    assert_int_equal(emulator_wait(p), 0);
    emulator_finish(p);
}

static void no_colours_means_no_colour_sequences(void **state)
{
    emulator *p = start(&mono, 80, 24, "NO_COLOR=1", NULL);
    expect_picture(p, &mono, 80, 24);
    assert_false(emulator_saw_colours(p));
    emulator_send_key(p, 'q');
    assert_int_equal(emulator_wait(p), 0);
    assert_false(emulator_saw_colours(p));
    emulator_finish(p);
    p = start(&indexed, 80, 24, NULL, NULL);
    expect_picture(p, &indexed, 80, 24);
    assert_true(emulator_saw_colours(p));
    emulator_finish(p);
}

static bool frame_ended(emulator *p, const void *arg)
{
    (void)arg;
    return emulator_raw_ends(p, "\033[?2026l");
}

static void frames_are_bracketed_and_silence_is_silent(void **state)
{
    emulator *p = start(&true_colour, 80, 24, NULL, NULL);
    expect_picture(p, &true_colour, 80, 24);
    assert_true(emulator_until(p, frame_ended, NULL));
    assert_true(emulator_raw_has(p, "\033[?2026h"));
    assert_int_equal(emulator_watch(p, 200), 0);
    emulator_send(p, "\033[<0;1;1M"); /* a sequence that means nothing: swallowed, not typed */
    assert_int_equal(emulator_watch(p, 200), 0);
    emulator_send_key(p, 'q');
    assert_int_equal(emulator_wait(p), 0);
    emulator_finish(p);
}

/* A sanitizer reports a fault and exits; here it is to be a fault like any other. */
static const char plain_deaths[] = "ASAN_OPTIONS=handle_segv=0:handle_abort=0:handle_sigbus=0:"
                                   "handle_sigfpe=0:handle_sigill=0:detect_leaks=0";

static void the_terminal_is_left_as_found_however_it_ends(void **state)
{
    static const struct {
        int signum;
        char key;
        int status;
    } ends[] = {{SIGTERM, 0, 143}, {SIGINT, 0, 130}, {SIGHUP, 0, 129}, {0, 3, 130},
                {0, 'E', 3},       {0, 'A', 134},    {0, 'S', 139},    {0, 'O', 139},
                {SIGQUIT, 0, 131}, {0, 28, 131},     {SIGBUS, 0, 135}, {SIGFPE, 0, 136}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        emulator *p = start(&true_colour, 80, 24, plain_deaths, NULL);
        expect_picture(p, &true_colour, 80, 24);
        assert_true(emulator_on_alternate_screen(p));
        assert_false(emulator_modes_restored(p));
        if (ends[i].signum)
            emulator_signal(p, ends[i].signum);
        else
            emulator_send_key(p, ends[i].key);
        assert_int_equal(emulator_wait(p), ends[i].status);
        expect_restored(p);
        emulator_finish(p);
    }
}

static void stopping_gives_the_terminal_back_and_going_on_takes_it_again(void **state)
{
    for (int by_key = 0; by_key < 2; by_key++) {
        emulator *p = start(&true_colour, 80, 24, NULL, NULL);
        expect_picture(p, &true_colour, 80, 24);
        for (int times = 0; times < 3; times++) {
            if (by_key)
                emulator_send_key(p, 'Z' - '@');
            else
                emulator_signal(p, SIGTSTP);
            assert_true(emulator_until_stopped(p));
            expect_restored(p);
            emulator_go_on(p);
            expect_picture(p, &true_colour, 80, 24);
            assert_true(emulator_on_alternate_screen(p));
            assert_false(emulator_modes_restored(p));
        }
        emulator_send_key(p, 'q');
        assert_int_equal(emulator_wait(p), 0);
        expect_restored(p);
        emulator_finish(p);
    }
}

static void a_resize_while_stopped_is_noticed(void **state)
{
    emulator *p = start(&indexed, 80, 24, NULL, NULL);
    expect_picture(p, &indexed, 80, 24);
    emulator_signal(p, SIGTSTP);
    assert_true(emulator_until_stopped(p));
    emulator_resize(p, 61, 17);
    emulator_go_on(p);
    expect_picture(p, &indexed, 61, 17);
    emulator_send_key(p, 'q');
    assert_int_equal(emulator_wait(p), 0);
    emulator_finish(p);
}

static void a_stop_that_cannot_be_caught_is_recovered_from(void **state)
{
    emulator *p = start(&indexed, 80, 24, NULL, NULL);
    expect_picture(p, &indexed, 80, 24);
    emulator_signal(p, SIGSTOP);
    assert_true(emulator_until_stopped(p));
    emulator_go_on(p);
    emulator_send_key(p, ' ');
    scene next = indexed;
    next.seed++;
    expect_picture(p, &next, 80, 24);
    emulator_send_key(p, 'q');
    assert_int_equal(emulator_wait(p), 0);
    expect_restored(p);
    emulator_finish(p);
}

static void storms_of_resizes_end_in_the_right_picture(void **state)
{
    emulator *p = start(&true_colour, 80, 24, NULL, NULL);
    expect_picture(p, &true_colour, 80, 24);
    for (int i = 0; i < 60; i++)
        emulator_resize(p, 1 + i * 37 % 150, 1 + i * 23 % 60);
    emulator_resize(p, 100, 30);
    expect_picture(p, &true_colour, 100, 30);
    emulator_send_key(p, 'q');
    assert_int_equal(emulator_wait(p), 0);
    expect_restored(p);
    emulator_finish(p);
}

static void a_terminal_that_goes_away_ends_the_program(void **state)
{
    emulator *p = start(&true_colour, 80, 24, NULL, NULL);
    expect_picture(p, &true_colour, 80, 24);
    emulator_hang_up(p);
    assert_int_equal(emulator_wait(p), 129);
    emulator_finish(p);
}

static void the_hardware_cursor_is_where_the_canvas_wants_it(void **state)
{
    scene s = true_colour;
    emulator *p = start(&s, 80, 24, NULL, NULL);
    expect_picture(p, &s, 80, 24);
    assert_false(emulator_cursor_visible(p));
    emulator_send_key(p, ' ');
    s.seed = 1;
    expect_picture(p, &s, 80, 24);
    assert_true(emulator_until(p, frame_ended, NULL));
    int x, y;
    emulator_cursor(p, &x, &y);
    assert_true(emulator_cursor_visible(p));
    assert_int_equal(x, 1);
    assert_int_equal(y, 1);
    emulator_send_key(p, 'q');
    assert_int_equal(emulator_wait(p), 0);
    emulator_finish(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_of_the_canvas_is_on_the_terminal),
        cmocka_unit_test(every_kind_of_terminal_shows_it),
        cmocka_unit_test(every_size_is_filled),
        cmocka_unit_test(a_locale_without_utf8_gets_ascii),
        cmocka_unit_test(pairs_start_again_when_they_run_out),
        cmocka_unit_test(more_pairs_than_there_are_lose_colours_but_no_text),
        cmocka_unit_test(no_colours_means_no_colour_sequences),
        cmocka_unit_test(frames_are_bracketed_and_silence_is_silent),
        cmocka_unit_test(the_terminal_is_left_as_found_however_it_ends),
        cmocka_unit_test(stopping_gives_the_terminal_back_and_going_on_takes_it_again),
        cmocka_unit_test(a_resize_while_stopped_is_noticed),
        cmocka_unit_test(a_stop_that_cannot_be_caught_is_recovered_from),
        cmocka_unit_test(storms_of_resizes_end_in_the_right_picture),
        cmocka_unit_test(a_terminal_that_goes_away_ends_the_program),
        cmocka_unit_test(the_hardware_cursor_is_where_the_canvas_wants_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
