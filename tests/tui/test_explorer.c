#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
#else
enum { SANITIZED = 0 };
#endif

/* A fault is to be a fault, not a sanitizer's report; and blas makes threads that wait busily.
 */
static const char plain_deaths[] = "ASAN_OPTIONS=handle_segv=0:handle_abort=0:handle_sigbus=0:"
                                   "handle_sigfpe=0:handle_sigill=0:detect_leaks=0";
static const char tsan_deaths[] = "TSAN_OPTIONS=handle_segv=0:handle_abort=0:handle_sigbus=0:"
                                  "handle_sigfpe=0:handle_sigill=0";

typedef struct scene {
    const char *flag, *flag2;
    const char *env1, *env2;
    int cols, rows;
    bool mute;
} scene;

/* Few items, so that starting costs nothing; the folder is the test's own. */
static emulator *start(scene s)
{
    const char *argv[] = {getenv("MN_PROGRAM"),    "--items", "200",
                          "--test-items",          "100",     s.flag,
                          s.flag ? s.flag2 : NULL, NULL};
    const char *env[] = {plain_deaths, tsan_deaths, s.env1, s.env1 ? s.env2 : NULL, NULL};
    emulator_spec spec = {.argv = argv,
                          .env = env,
                          .folder = tests_scratch(),
                          .cols = s.cols ? s.cols : 80,
                          .rows = s.rows ? s.rows : 24,
                          .mute = s.mute};
    return emulator_start(&spec);
}

static void expect_text(emulator *e, const char *text)
{
    if (emulator_until_text(e, text))
        return;
    char *screen = emulator_screen(e);
    print_error("%s\n", screen);
    free(screen);
    fail_msg("the screen never shows '%s'", text);
}

static void expect_restored(emulator *e)
{
    assert_false(emulator_on_alternate_screen(e));
    assert_true(emulator_cursor_visible(e));
    assert_false(emulator_mouse_on(e));
    assert_true(emulator_modes_restored(e));
}

static void expect_end(emulator *e, int status)
{
    assert_int_equal(emulator_wait(e), status);
    expect_restored(e);
    emulator_finish(e);
}

static bool in_scratch(const char *name)
{
    char path[512];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", tests_scratch(), name);
    return stat(path, &st) == 0 && st.st_size > 0;
}

static void remove_from_scratch(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", tests_scratch(), name);
    unlink(path);
}

static void the_first_picture_comes_at_once(void **state)
{
    const char *argv[] = {getenv("MN_PROGRAM"), NULL};
    emulator_spec spec = {.argv = argv, .folder = tests_scratch(), .cols = 80, .rows = 24};
    emulator *e = emulator_start(&spec);
    expect_text(e, "Memories");
    double cpu = emulator_cpu_ms(e);
#ifdef __OPTIMIZE__
    if (!SANITIZED && cpu > 500)
        fail_msg("%.0f ms of processor time until the first picture", cpu);
#endif
    (void)cpu;
    emulator_signal(e, SIGTERM);
    expect_end(e, 143);
    remove_from_scratch("mnemoscope-autosave.safetensors");
}

static bool wrote_anything(emulator *e, const void *arg)
{
    (void)arg;
    return emulator_raw_has(e, "\033");
}

static void every_size_terminal_and_locale_starts_and_quits(void **state)
{
    static const int sizes[][2] = {{1, 1},   {39, 11},  {40, 12},  {60, 16},
                                   {80, 24}, {132, 43}, {200, 60}, {500, 200}};
    static const char *const terms[][2] = {{"TERM=xterm-256color", "COLORTERM=truecolor"},
                                           {"TERM=xterm-256color", "COLORTERM"},
                                           {"TERM=tmux-256color", "TMUX=/tmp/none,1,0"},
                                           {"TERM=linux", "COLORTERM"},
                                           {"TERM=vt100", "COLORTERM"},
                                           {"TERM=shiny-new", "COLORTERM"}};
    for (size_t i = 0; i < 8 * 6 * 2; i++) {
        int cols = sizes[i / 12][0], rows = sizes[i / 12][1];
        const char *const *term = terms[i / 2 % 6];
        const char *argv[] = {getenv("MN_PROGRAM"), "--items", "200", "--test-items", "100",
                              "--paused",           NULL};
        const char *env[] = {
            plain_deaths, tsan_deaths, term[0], term[1], i % 2 ? "LC_ALL=C" : "LC_ALL=C.UTF-8",
            NULL};
        emulator_spec spec = {
            .argv = argv, .env = env, .folder = tests_scratch(), .cols = cols, .rows = rows};
        emulator *e = emulator_start(&spec);
        if (cols == 1)
            assert_true(emulator_until(e, wrote_anything, NULL));
        else
            expect_text(e, cols < 40 ? "too small" : "Memories");
        if (cols >= 40)
            expect_text(e, "paused");
        emulator_send_key(e, 'q');
        expect_end(e, 0);
    }
}

static void training_is_saved_when_a_signal_ends_it(void **state)
{
    static const struct {
        int signum;
        char key;
    } ends[] = {{SIGINT, 0}, {0, 3}, {SIGTERM, 0}, {SIGHUP, 0}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        emulator *e = start((scene){.flag = "--paused"});
        expect_text(e, "Memories");
        emulator_send_key(e, '.');
        expect_text(e, "step 1 ");
        if (ends[i].signum)
            emulator_signal(e, ends[i].signum);
        else
            emulator_send_key(e, ends[i].key);
        expect_text(e, "mnemoscope: saved step 1");
        expect_end(e, 128 + (ends[i].signum ? ends[i].signum : SIGINT));
        assert_true(in_scratch("mnemoscope-autosave.safetensors"));
        remove_from_scratch("mnemoscope-autosave.safetensors");
    }
}

static void nothing_is_saved_when_there_is_nothing_to_lose(void **state)
{
    emulator *e = start((scene){.flag = "--paused"});
    expect_text(e, "Memories");
    emulator_send_key(e, 3);
    expect_end(e, 130);
    assert_false(in_scratch("mnemoscope-autosave.safetensors"));
}

static void an_older_autosave_is_never_overwritten(void **state)
{
    for (int i = 0; i < 2; i++) {
        emulator *e = start((scene){.flag = "--paused"});
        expect_text(e, "Memories");
        emulator_send_key(e, '.');
        expect_text(e, "step 1 ");
        emulator_send_key(e, 3);
        expect_end(e, 130);
    }
    assert_true(in_scratch("mnemoscope-autosave.safetensors"));
    assert_true(in_scratch("mnemoscope-autosave-0001.safetensors"));
    emulator *e =
        start((scene){.flag = "--resume", .flag2 = "mnemoscope-autosave-0001.safetensors"});
    expect_text(e, "Memories");
    emulator_signal(e, SIGTERM);
    expect_end(e, 143);
    remove_from_scratch("mnemoscope-autosave.safetensors");
    remove_from_scratch("mnemoscope-autosave-0001.safetensors");
    remove_from_scratch("mnemoscope-autosave-0002.safetensors");
}

static void crashes_give_the_terminal_back(void **state)
{
    static const int deaths[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGQUIT};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        emulator *e = start((scene){0});
        expect_text(e, "Memories");
        emulator_signal(e, deaths[i]);
        expect_end(e, 128 + deaths[i]);
    }
}

/* Aimed at the thread made last, which is the trainer's. */
static void a_crash_in_the_trainers_thread_gives_the_terminal_back(void **state)
{
    static const int deaths[] = {SIGSEGV, SIGABRT, SIGFPE};
    for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
        emulator *e = start((scene){0});
        expect_text(e, "steps/s");
        emulator_signal_newest_thread(e, deaths[i]);
        expect_end(e, 128 + deaths[i]);
    }
}

static bool mouse_is_on(emulator *e, const void *arg)
{
    (void)arg;
    return emulator_mouse_on(e);
}

static bool mouse_is_off(emulator *e, const void *arg)
{
    (void)arg;
    return !emulator_mouse_on(e);
}

/* The terminal's mouse is ours while the pad is open, and not a moment longer. */
static void a_cue_is_drawn_with_the_mouse_and_recalled(void **state)
{
    emulator *e = start((scene){.flag = "--paused"});
    expect_text(e, "Memories");
    assert_false(emulator_mouse_on(e));
    emulator_send_key(e, 'P');
    expect_text(e, "draw a cue");
    assert_true(emulator_until(e, mouse_is_on, NULL));
    emulator_send(e, "\033[<0;38;8M\033[<32;38;9M\033[<32;38;10M\033[<0;38;10m");
    expect_text(e, "\u2588\u2588");
    emulator_send_key(e, '\r');
    expect_text(e, "a drawing of");
    assert_true(emulator_until(e, mouse_is_off, NULL));
    emulator_send_key(e, 'q');
    expect_end(e, 0);
}

static void a_crash_over_the_pad_gives_the_mouse_back(void **state)
{
    emulator *e = start((scene){0});
    expect_text(e, "Memories");
    emulator_send_key(e, 'P');
    assert_true(emulator_until(e, mouse_is_on, NULL));
    emulator_signal(e, SIGSEGV);
    expect_end(e, 128 + SIGSEGV);
}

static void stopping_and_going_on_loses_nothing(void **state)
{
    emulator *e = start((scene){.flag = "--paused"});
    expect_text(e, "Memories");
    for (int i = 0; i < 3; i++) {
        emulator_send_key(e, 'Z' - '@');
        assert_true(emulator_until_stopped(e));
        expect_restored(e);
        emulator_resize(e, 80 + i, 24 + i);
        emulator_go_on(e);
        expect_text(e, "Memories");
        assert_true(emulator_on_alternate_screen(e));
    }
    emulator_send_key(e, 'n');
    expect_text(e, "vertex 2 -> 3");
    emulator_send_key(e, 'q');
    expect_end(e, 0);
}

static void storms_of_resizes_end_in_a_whole_screen(void **state)
{
    emulator *e = start((scene){0});
    expect_text(e, "Memories");
    for (int i = 0; i < 40; i++)
        emulator_resize(e, 1 + i * 37 % 150, 1 + i * 23 % 60);
    emulator_resize(e, 100, 30);
    expect_text(e, "Timeline");
    expect_text(e, "? help");
    emulator_signal(e, SIGTERM);
    expect_end(e, 143);
    remove_from_scratch("mnemoscope-autosave.safetensors");
}

static void keys_reach_the_session(void **state)
{
    emulator *e = start((scene){.flag = "--paused"});
    expect_text(e, "paused");
    emulator_send_key(e, 'n');
    expect_text(e, "vertex 2 -> 3");
    emulator_send_key(e, 'N');
    expect_text(e, "vertex 3 -> 2");
    emulator_send(e, ":set vertex=20\r");
    expect_text(e, "n 20");
    emulator_send_key(e, '.');
    expect_text(e, "step 1 ");
    emulator_send_key(e, '.');
    expect_text(e, "step 2 ");
    emulator_send(e, "?");
    expect_text(e, "one minibatch");
    emulator_send(e, "\033"); /* one escape closes one thing and quits nothing */
    expect_text(e, "Memories");
    emulator_send_key(e, ' ');
    expect_text(e, "steps/s");
    emulator_send_key(e, ' ');
    expect_text(e, "paused");
    emulator_send(e, "\033[B\033OB\033[6~"); /* both spellings of an arrow, and a page */
    emulator_send(e, ":quit now\r");
    expect_end(e, 0);
}

static void a_quit_that_would_lose_training_asks_and_can_save(void **state)
{
    emulator *e = start((scene){.flag = "--paused"});
    expect_text(e, "Memories");
    emulator_send(e, ":run until step 120\r");
    expect_text(e, "step 120 ");
    emulator_send_key(e, 'q');
    expect_text(e, "quit?");
    emulator_send_key(e, 'n');
    expect_text(e, "? help");
    emulator_send(e, "qs");
    expect_text(e, "mnemoscope: saved step 120 ");
    expect_end(e, 0);
    assert_true(in_scratch("mnemoscope.safetensors"));
    remove_from_scratch("mnemoscope.safetensors");
}

/* The first eight digits of what a headless run of the same experiment ends with. */
static void headless_digest(char out[10])
{
    char command[512], text[65536];
    snprintf(command, sizeof command,
             "'%s' run --items 200 --test-items 100 --vertex 10 --steps 20 --json",
             getenv("MN_PROGRAM"));
    FILE *f = popen(command, "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text, f);
    assert_int_equal(pclose(f), 0);
    json_t *summary = json_loadb(text, n, 0, NULL);
    assert_non_null(summary);
    snprintf(out, 10, "#%.8s", json_string_value(json_object_get(summary, "digest")));
    json_decref(summary);
}

static void looking_and_typing_change_nothing_that_is_computed(void **state)
{
    char digest[10];
    headless_digest(digest);
    emulator *e = start((scene){.flag = "--paused", .cols = 200, .rows = 60});
    expect_text(e, "paused");
    emulator_send(e, ":set vertex=10\r");
    expect_text(e, "n 10");
    emulator_send(e, "3\t\tz\033[Bwwc.z");
    expect_text(e, "step 1 ");
    emulator_send(e, ":run until step 20\r");
    expect_text(e, "step 20 ");
    expect_text(e, digest);
    emulator_send(e, ":quit now\r");
    expect_end(e, 0);
}

static void no_color_means_no_colour_sequences(void **state)
{
    emulator *e = start((scene){.env1 = "NO_COLOR=1", .env2 = "COLORTERM=truecolor"});
    expect_text(e, "steps/s");
    emulator_watch(e, 300);
    assert_false(emulator_saw_colours(e));
    emulator_signal(e, SIGTERM);
    expect_end(e, 143);
    remove_from_scratch("mnemoscope-autosave.safetensors");
}

static void a_dumb_terminal_gets_lines(void **state)
{
    emulator *e = start((scene){.env1 = "TERM=dumb"});
    expect_text(e, "lines instead of a full screen");
    emulator_send(e, "quit\r");
    assert_int_equal(emulator_wait(e), 0);
    assert_false(emulator_raw_has(e, "\033"));
    assert_true(emulator_modes_restored(e));
    emulator_finish(e);
}

static void an_unknown_terminal_is_taken_for_an_xterm_and_says_so(void **state)
{
    emulator *e = start((scene){.flag = "--paused", .env1 = "TERM=shiny-new"});
    expect_text(e, "Memories");
    assert_true(emulator_saw_colours(e));
    emulator_send_key(e, 'q');
    assert_int_equal(emulator_wait(e), 0);
    expect_text(e, "terminfo does not know 'shiny-new', so it is taken for an xterm");
    emulator_finish(e);
}

static void an_unknown_terminal_that_answers_nothing_gets_lines(void **state)
{
    emulator *e = start((scene){.env1 = "TERM=shiny-new", .mute = true});
    expect_text(e, "lines instead of a full screen");
    emulator_send(e, "quit\r");
    assert_int_equal(emulator_wait(e), 0);
    assert_true(emulator_modes_restored(e));
    emulator_finish(e);
}

static void settle(emulator *e)
{
    for (int i = 0; i < 20 && emulator_watch(e, 200); i++)
        continue;
}

static void a_paused_explorer_sleeps(void **state)
{
    emulator *e = start((scene){0});
    expect_text(e, "steps/s");
    emulator_send_key(e, ' ');
    expect_text(e, "paused");
    settle(e);
    double cpu = emulator_cpu_ms(e);
    long wake_ups = emulator_wake_ups(e);
    assert_true(wake_ups > 0);
    assert_int_equal(emulator_watch(e, 1500), 0);
    assert_true(emulator_cpu_ms(e) - cpu < 20);
    if (!SANITIZED) /* a sanitizer has threads of its own */
        assert_int_equal(emulator_wake_ups(e), wake_ups);
    emulator_send(e, ":quit now\r");
    expect_end(e, 0);
}

static int same_colours(VTermScreenCell a, VTermScreenCell b)
{
    return vterm_color_is_equal(&a.fg, &b.fg) && vterm_color_is_equal(&a.bg, &b.bg);
}

static bool repainted(emulator *e, const void *arg)
{
    return !same_colours(emulator_cell(e, 4, 4), *(const VTermScreenCell *)arg);
}

static void a_terminal_that_says_it_is_light_is_painted_for(void **state)
{
    emulator *e = start((scene){.flag = "--paused"});
    expect_text(e, "paused");
    settle(e);
    VTermScreenCell before = emulator_cell(e, 4, 4);
    assert_true(emulator_raw_has(e, "\033]11;?"));
    emulator_send(e, "\033]11;rgb:ffff/");
    emulator_send(e, "ffff/ffff\033\\");
    assert_true(emulator_until(e, repainted, &before));
    emulator_send_key(e, 'q');
    expect_end(e, 0);
}

static void a_terminal_that_goes_away_ends_the_program(void **state)
{
    emulator *e = start((scene){0});
    expect_text(e, "steps/s");
    emulator_hang_up(e);
    assert_int_equal(emulator_wait(e), 129);
    emulator_finish(e);
    assert_true(in_scratch("mnemoscope-autosave.safetensors"));
    remove_from_scratch("mnemoscope-autosave.safetensors");
}

static void a_second_ctrl_c_ends_it_even_when_the_terminal_hangs(void **state)
{
    emulator *e = start((scene){.cols = 200, .rows = 60});
    expect_text(e, "steps/s");
    emulator_resize(e, 500, 200); /* more than the line holds, and nobody reads it */
    assert_int_equal(emulator_insist(e, SIGINT), 130);
    assert_true(emulator_modes_restored(e));
    emulator_finish(e);
    remove_from_scratch("mnemoscope-autosave.safetensors");
}

static void doctor_reports_and_leaves_the_terminal_alone(void **state)
{
    emulator *e = start((scene){.flag = "--doctor", .rows = 60, .env1 = "COLORTERM=truecolor"});
    expect_text(e, "round trip");
    assert_int_equal(emulator_wait(e), 0);
    expect_text(e, "COLORTERM promises true colour");
    expect_text(e, "braille");
    assert_true(emulator_modes_restored(e));
    emulator_finish(e);
}

/* Not what leaves: q, Ctrl-C, Ctrl-Z, Ctrl-\. */
static void press_anything(emulator *e, unsigned chance)
{
    static const char *const sequences[] = {
        "\033[A", "\033[B", "\033[C", "\033[D", "\033[5~",  "\033[6~", "\033OP", "\033[200~",
        "\033",   "\033[Z", "\r",     "\177",   "\303\251", "\377",    "\t"};
    char key = (char)(1 + chance % 126);
    if (chance % 5 == 0)
        emulator_send(e, sequences[chance / 5 % (sizeof sequences / sizeof *sequences)]);
    else if (!strchr("q\3\32\34", key))
        emulator_send_key(e, key);
}

static void a_monkey_at_the_keyboard_breaks_nothing(void **state)
{
    const char *given = getenv("MN_MONKEY"), *length = getenv("MN_MONKEY_KEYS");
    unsigned seed = given ? (unsigned)atoi(given) : 1, chance = seed;
    int n = length ? atoi(length) : 1500;
    print_message("# monkey: seed %u, %d keys (MN_MONKEY, MN_MONKEY_KEYS)\n", seed, n);
    emulator *e = start((scene){0});
    expect_text(e, "Memories");
    for (int i = 0; i < n; i++) {
        chance = chance * 1664525u + 1013904223u;
        if (chance >> 8 & 31)
            press_anything(e, chance >> 13);
        else
            emulator_resize(e, 1 + (int)(chance >> 13) % 160, 1 + (int)(chance >> 21) % 60);
        emulator_watch(e, i % 50 ? 0 : 20);
        if (emulator_ended(e)) { /* it may well find "quit" in the help and press Enter */
            expect_end(e, 0);
            e = start((scene){0});
        }
    }
    emulator_resize(e, 80, 24);
    emulator_send(e, "\033");
    emulator_watch(e, 100);
    emulator_signal(e, SIGTERM);
    expect_end(e, 143);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_picture_comes_at_once),
        cmocka_unit_test(every_size_terminal_and_locale_starts_and_quits),
        cmocka_unit_test(training_is_saved_when_a_signal_ends_it),
        cmocka_unit_test(nothing_is_saved_when_there_is_nothing_to_lose),
        cmocka_unit_test(an_older_autosave_is_never_overwritten),
        cmocka_unit_test(crashes_give_the_terminal_back),
        cmocka_unit_test(a_crash_in_the_trainers_thread_gives_the_terminal_back),
        cmocka_unit_test(a_cue_is_drawn_with_the_mouse_and_recalled),
        cmocka_unit_test(a_crash_over_the_pad_gives_the_mouse_back),
        cmocka_unit_test(stopping_and_going_on_loses_nothing),
        cmocka_unit_test(storms_of_resizes_end_in_a_whole_screen),
        cmocka_unit_test(keys_reach_the_session),
        cmocka_unit_test(looking_and_typing_change_nothing_that_is_computed),
        cmocka_unit_test(a_quit_that_would_lose_training_asks_and_can_save),
        cmocka_unit_test(no_color_means_no_colour_sequences),
        cmocka_unit_test(a_dumb_terminal_gets_lines),
        cmocka_unit_test(an_unknown_terminal_is_taken_for_an_xterm_and_says_so),
        cmocka_unit_test(an_unknown_terminal_that_answers_nothing_gets_lines),
        cmocka_unit_test(a_paused_explorer_sleeps),
        cmocka_unit_test(a_terminal_that_says_it_is_light_is_painted_for),
        cmocka_unit_test(a_terminal_that_goes_away_ends_the_program),
        cmocka_unit_test(a_second_ctrl_c_ends_it_even_when_the_terminal_hangs),
        cmocka_unit_test(doctor_reports_and_leaves_the_terminal_alone),
        cmocka_unit_test(a_monkey_at_the_keyboard_breaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
