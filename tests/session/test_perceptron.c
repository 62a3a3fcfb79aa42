#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>

#include "small.h"
#include "support.h"

static double accuracy(mn_session *s)
{
    mn_snapshot *shot = mn_snapshot_create();
    mn_err err;
    assert_non_null(shot);
    assert_ok(mn_session_snapshot(s, shot, true, &err), &err);
    const double share = shot->now[0].accuracy;
    mn_snapshot_destroy(shot);
    return share;
}

static void every_optimiser_learns_the_digits(void **state)
{
    static const char *const settings[] = {
        "optimiser=sgd rate=0.2", "optimiser=momentum rate=0.03 momentum=0.9",
        "optimiser=adam rate=0.003", "optimiser=rmsprop rate=0.001",
        "optimiser=adam rate=0.003 activation=top-k k=20"};
    for (int k = 0; k < 5; k++) {
        char line[256];
        snprintf(line, sizeof line,
                 "preset=mlp neurons=100 items=1000 test-items=500 batch=50 epochs=12 %s",
                 settings[k]);
        mn_session *s = small_session(line);
        small_do(s, "run"), small_run(s);
        assert_true(accuracy(s) > 0.8); /* 0.1 is chance */
        mn_session_destroy(s);
    }
}

/* Moments, the count of steps and the noise of dropout, over the start of a task. */
static void resuming_adam_with_dropout_ends_in_the_same_bits(void **state)
{
    static const char settings[] = "preset=mlp-adam neurons=20 dropout=0.5 carry=yes batch=20 "
                                   "tasks=permuted n-tasks=2 epochs=2";
    mn_session *whole = small_session(settings);
    small_do(whole, "run"), small_run(whole);
    for (int64_t at = 1; at < mn_session_step(whole); at += 5) {
        char line[64], path[256];
        mn_session *first = small_session(settings), *second = NULL;
        mn_err err;
        snprintf(line, sizeof line, "run until step %lld", (long long)at);
        snprintf(path, sizeof path, "%s/adam.safetensors", tests_scratch());
        small_do(first, line), small_run(first);
        assert_ok(mn_session_save(first, path, true, &err), &err);
        mn_session_destroy(first);
        assert_ok(mn_session_resume(&second, path, NULL, &err), &err);
        small_do(second, "run"), small_run(second);
        assert_true(mn_session_digest(second) == mn_session_digest(whole));
        mn_session_destroy(second);
    }
    mn_session_destroy(whole);
}

static void what_needs_recall_is_refused_and_the_run_goes_on(void **state)
{
    mn_session *s = small_session("preset=mlp neurons=20 batch=20");
    mn_err err;
    small_do(s, "step 2"), small_run(s);
    const uint64_t before = mn_session_digest(s);
    assert_failed(mn_session_do(s, "dream 8", NULL, &err), &err, MN_EINVAL, "recall");
    assert_failed(mn_session_do(s, "set strategy=pseudorehearsal", NULL, &err), &err, MN_EINVAL,
                  "attractors");
    assert_true(mn_session_digest(s) == before);
    small_do(s, "step 2"), small_run(s);
    assert_int_equal(mn_session_step(s), 4);
    mn_session_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_optimiser_learns_the_digits),
        cmocka_unit_test(resuming_adam_with_dropout_ends_in_the_same_bits),
        cmocka_unit_test(what_needs_recall_is_refused_and_the_run_goes_on),
    };
    return cmocka_run_group_tests_name("perceptron", tests, NULL, NULL);
}
