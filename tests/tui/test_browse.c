#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator.h"

/* A sanitizer has threads of its own, and leaks are looked for elsewhere. */
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

static const char ctrl_z[] = "\032";

static emulator *start(const char *const *argv)
{
    emulator_spec spec = {.argv = argv, .folder = tests_scratch(), .cols = 80, .rows = 24};
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

static void expect_end(emulator *e, int status)
{
    assert_int_equal(emulator_wait(e), status);
    assert_false(emulator_on_alternate_screen(e));
    assert_true(emulator_cursor_visible(e));
    assert_true(emulator_modes_restored(e));
    emulator_finish(e);
}

/* Four small runs, made once for all tests. */
static int make_results(void **state)
{
    const char *argv[] = {getenv("MN_PROGRAM"),
                          "sweep",
                          "--over",
                          "n=2,20",
                          "--seeds",
                          "2",
                          "--items",
                          "120",
                          "--test-items",
                          "40",
                          "--batch",
                          "40",
                          "--epochs",
                          "2",
                          "-o",
                          "r.jsonl",
                          "-q",
                          NULL};
    (void)state;
    emulator *e = start(argv);
    int status = emulator_wait(e);
    emulator_finish(e);
    return status;
}

/* Its line is longer than the terminal is wide; what is left of it on the screen has wrapped.
 */
static void a_sweep_says_how_far_it_is_in_one_line(void **state)
{
    const char *argv[] = {
        getenv("MN_PROGRAM"), "sweep",   "--over",       "vertex=2,20", "--over",
        "rate=0.05,0.1",      "--items", "120",          "--batch",     "40",
        "--epochs",           "1",       "--test-items", "40",          "-o",
        "line.jsonl",         NULL};
    emulator_spec spec = {.argv = argv, .folder = tests_scratch(), .cols = 40, .rows = 24};
    (void)state;
    emulator *e = emulator_start(&spec);
    assert_int_equal(emulator_wait(e), 0);
    char *screen = emulator_screen(e);
    assert_true(emulator_raw_has(e, " running  "));
    assert_null(strstr(screen, " running"));
    assert_non_null(strstr(screen, "results: line.jsonl"));
    free(screen);
    emulator_finish(e);
}

static emulator *browse(void)
{
    const char *argv[] = {getenv("MN_PROGRAM"), "explore", "r.jsonl", NULL};
    emulator *e = start(argv);
    expect_text(e, "2 points, 4 runs");
    expect_text(e, "? help"); /* the last row: the others are there */
    return e;
}

static void keys_move_and_quit(void **state)
{
    (void)state;
    emulator *e = browse();
    emulator_send(e, "\033[H"); /* Home */
    expect_text(e, " n 2: accuracy");
    emulator_send(e, "\033[C"); /* Right */
    expect_text(e, " n 20: accuracy");
    emulator_send_key(e, '?');
    expect_text(e, "these lines; any key closes them");
    emulator_send_key(e, ' ');
    emulator_resize(e, 100, 30);
    expect_text(e, "c colours");
    emulator_send_key(e, 'q');
    expect_end(e, 0);
}

static void enter_opens_a_run_and_leaving_it_comes_back(void **state)
{
    (void)state;
    emulator *e = browse();
    emulator_send(e, "\033[H\r");
    expect_text(e, "Memories");
    expect_text(e, "finished"); /* it trained from its start to its end */
    emulator_send_key(e, 'q');
    expect_text(e, " n 2: accuracy");
    emulator_send(e, "\033[C\r");
    expect_text(e, "n 20");
    expect_text(e, "finished");
    emulator_send_key(e, 'q');
    expect_text(e, " n 20: accuracy");
    emulator_send_key(e, 'q');
    expect_end(e, 0);
}

/* The digest in the caption is that of the run when it is done again. */
static void an_opened_run_ends_as_it_did(void **state)
{
    char digest[16];
    (void)state;
    emulator *e = browse();
    char *screen = emulator_screen(e), *at = strstr(screen, "seed 1 #");
    assert_non_null(at);
    snprintf(digest, sizeof digest, "#%.8s", at + 8);
    free(screen);
    emulator_send(e, "\r");
    expect_text(e, "finished");
    expect_text(e, digest);
    emulator_send_key(e, 'q');
    expect_text(e, "accuracy");
    emulator_send_key(e, 'q');
    expect_end(e, 0);
}

static void a_chart_is_saved_as_a_picture(void **state)
{
    char path[512];
    (void)state;
    emulator *e = browse();
    emulator_send(e, "4s");
    expect_text(e, "saved r-table.png");
    emulator_send(e, "s");
    expect_text(e, "saved r-table-0001.png");
    emulator_send_key(e, 'q');
    expect_end(e, 0);
    snprintf(path, sizeof path, "%s/r-table.png", tests_scratch());
    assert_int_equal(access(path, F_OK), 0);
}

static void every_death_restores_the_terminal(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    (void)state;
    for (int i = 0; i < 3; i++) {
        emulator *e = browse();
        emulator_signal(e, signals[i]);
        expect_end(e, 128 + signals[i]);
        e = browse();
        emulator_send(e, "\r");
        expect_text(e, "finished");
        emulator_signal(e, signals[i]);
        expect_end(e, 128 + signals[i]);
    }
}

static void it_stops_and_goes_on(void **state)
{
    (void)state;
    emulator *e = browse();
    for (int i = 0; i < 2; i++) {
        emulator_send(e, ctrl_z);
        assert_true(emulator_until_stopped(e));
        assert_false(emulator_on_alternate_screen(e));
        emulator_go_on(e);
        expect_text(e, "2 points, 4 runs");
        assert_true(emulator_on_alternate_screen(e));
    }
    emulator_send_key(e, 'q');
    expect_end(e, 0);
}

static void it_sleeps_while_nobody_types(void **state)
{
    (void)state;
    emulator *e = browse();
    emulator_watch(e, 700); /* the answer about the background, or none */
    double cpu = emulator_cpu_ms(e);
    long wake_ups = emulator_wake_ups(e);
    assert_int_equal(emulator_watch(e, 800), 0);
    assert_true(emulator_cpu_ms(e) - cpu < 20);
    if (!SANITIZED)
        assert_int_equal(emulator_wake_ups(e), wake_ups);
    emulator_send_key(e, 'q');
    expect_end(e, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sweep_says_how_far_it_is_in_one_line),
        cmocka_unit_test(keys_move_and_quit),
        cmocka_unit_test(enter_opens_a_run_and_leaving_it_comes_back),
        cmocka_unit_test(an_opened_run_ends_as_it_did),
        cmocka_unit_test(a_chart_is_saved_as_a_picture),
        cmocka_unit_test(every_death_restores_the_terminal),
        cmocka_unit_test(it_stops_and_goes_on),
        cmocka_unit_test(it_sleeps_while_nobody_types),
    };
    return cmocka_run_group_tests_name("browse", tests, make_results, NULL);
}
