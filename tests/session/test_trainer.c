#include "mnemoscope/trainer.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/clock.h"
#include "small.h"
#include "support.h"

/* Waits (poll, no sleep) for a snapshot that `seen` accepts; fails after a generous deadline.
 */
static const mn_snapshot *await(mn_trainer *t, bool (*seen)(const mn_snapshot *, int64_t),
                                int64_t value)
{
    for (int i = 0; i < 2000; i++) {
        const mn_snapshot *s = mn_trainer_snapshot(t);
        if (seen(s, value))
            return s;
        struct pollfd p = {.fd = mn_trainer_fd(t), .events = POLLIN};
        poll(&p, 1, 20);
    }
    fail_msg("the trainer never got there");
    return NULL;
}

static bool paused_at(const mn_snapshot *s, int64_t step)
{
    return s->state != MN_RUNNING && s->step == step;
}

static bool past(const mn_snapshot *s, int64_t step)
{
    return s->step > step;
}

static bool said(const mn_snapshot *s, int64_t id)
{
    return s->message_id > (uint64_t)id;
}

static mn_trainer *start(const char *settings)
{
    mn_trainer *t = NULL;
    mn_err err;
    assert_ok(mn_trainer_start(&t, small_session(settings), &err), &err);
    return t;
}

static void the_first_snapshot_is_there_at_once(void **state)
{
    mn_trainer *t = start(NULL);
    const mn_snapshot *s = mn_trainer_snapshot(t);
    assert_int_equal(s->step, 0);
    assert_int_equal(s->n_units, 12);
    mn_trainer_stop(t);
}

static void a_run_in_the_thread_ends_in_the_same_bits_as_one_without(void **state)
{
    mn_session *alone = small_session(NULL);
    small_do(alone, "run until step 6"), small_run(alone);
    small_do(alone, "set vertex=20");
    small_do(alone, "run"), small_run(alone);
    mn_trainer *t = start(NULL);
    assert_true(mn_trainer_post(t, "run until step 6"));
    await(t, paused_at, 6);
    assert_true(mn_trainer_post(t, "set vertex=20"));
    assert_true(mn_trainer_post(t, "viewport wins winner-share 0 12 0 -1"));
    assert_true(mn_trainer_post(t, "run"));
    const mn_snapshot *s = await(t, paused_at, 16);
    assert_true(s->digest == mn_session_digest(alone) && s->digest_step == 16);
    mn_trainer_stop(t);
    mn_session_destroy(alone);
}

static void a_bad_command_comes_back_as_a_message(void **state)
{
    mn_trainer *t = start(NULL);
    uint64_t id = mn_trainer_snapshot(t)->message_id;
    assert_true(mn_trainer_post(t, "set vertex=1"));
    const mn_snapshot *s = await(t, said, (int64_t)id);
    assert_true(s->message_bad);
    assert_non_null(strstr(s->message, "2 to 100"));
    mn_trainer_stop(t);
}

static void a_full_ring_or_a_long_line_is_refused_and_a_later_one_taken(void **state)
{
    char line[MN_LINE_MAX + 10];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    mn_trainer *t = start("advance=no");
    assert_false(mn_trainer_post(t, line));
    int taken = 0;
    while (taken < 100000 && mn_trainer_post(t, "step"))
        taken++;
    assert_true(taken >= 64);
    while (!mn_trainer_post(t, "run until step 3000"))
        poll(NULL, 0, 1);
    await(t, past, 100);
    mn_trainer_stop(t);
}

/* A step a second, and a screen that asks for something all the time. */
static void commands_do_not_hurry_a_slow_pace(void **state)
{
    mn_trainer *t = start("advance=no");
    double began = mn_clock_now();
    assert_true(mn_trainer_post(t, "pace 1"));
    assert_true(mn_trainer_post(t, "run"));
    for (int i = 0; i < 30; i++) {
        uint64_t id = mn_trainer_snapshot(t)->message_id;
        assert_true(mn_trainer_post(t, "set vertex=1")); /* refused: answered with a message */
        await(t, said, (int64_t)id);
    }
    int64_t step = mn_trainer_snapshot(t)->step;
    assert_true((double)step <= 1.0 + mn_clock_now() - began);
    mn_trainer_stop(t);
}

static void stopping_in_the_middle_of_a_run_hands_the_session_back(void **state)
{
    mn_trainer *t = start("advance=no");
    mn_trainer_post(t, "run");
    await(t, past, 5);
    mn_session *s = mn_trainer_release(t);
    int64_t step = mn_session_step(s);
    assert_true(step > 5);
    assert_true(mn_session_advance(s));
    assert_true(mn_session_step(s) == step + 1);
    mn_session_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_snapshot_is_there_at_once),
        cmocka_unit_test(a_run_in_the_thread_ends_in_the_same_bits_as_one_without),
        cmocka_unit_test(a_bad_command_comes_back_as_a_message),
        cmocka_unit_test(a_full_ring_or_a_long_line_is_refused_and_a_later_one_taken),
        cmocka_unit_test(commands_do_not_hurry_a_slow_pace),
        cmocka_unit_test(stopping_in_the_middle_of_a_run_hands_the_session_back),
    };
    return cmocka_run_group_tests_name("trainer", tests, NULL, NULL);
}
