/* Models that are told of tasks and epochs: what they learn from it is in files, in undo and in
 * the digest. */
#include "mnemoscope/session.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/strategy.h"
#include "small.h"
#include "support.h"

#define COMMON                                                                                 \
    "tasks=split classes-per-task=2 n-tasks=3 items=120 test-items=30 probe-items=10 "         \
    "batch=10 epochs=5 loss=cross-entropy "

static const char *const variants[] = {
    COMMON "model=nispa neurons=9 density=0.4 phase-epochs=1 period=4 optimiser=adam rate=0.01",
    COMMON "model=nispa layers=1 neurons=6 phase-epochs=2 period=3 optimiser=sgd rate=0.05",
    COMMON "model=dendrites neurons=8 segments=3 active=0.4 optimiser=adam rate=0.002",
    COMMON
    "model=dendrites neurons=8 context=class keep-sparse=no optimiser=rmsprop rate=0.002",
    COMMON "model=dendrites neurons=8 context=none optimiser=momentum momentum=0.9 rate=0.01",
};
enum { N_VARIANTS = sizeof variants / sizeof *variants };

static void run_until(mn_session *s, int64_t step)
{
    char line[64];
    snprintf(line, sizeof line, "run until step %lld", (long long)step);
    small_do(s, line), small_run(s);
    assert_int_equal(mn_session_step(s), step);
}

static uint64_t run_to_end(mn_session *s)
{
    mn_err err;
    small_do(s, "run until end"), small_run(s);
    assert_ok(mn_session_failure(s, &err), &err);
    return mn_session_digest(s);
}

static void a_resumed_run_ends_in_the_same_bits(void **unused)
{
    char path[256];
    snprintf(path, sizeof path, "%s/l.safetensors", tests_scratch());
    for (int v = 0; v < N_VARIANTS; v++) {
        mn_session *s = small_session(variants[v]), *again = NULL;
        const uint64_t want = run_to_end(s);
        const int64_t last = mn_session_step(s);
        mn_session_destroy(s);
        s = small_session(variants[v]);
        for (int64_t at = v; at < last; at += 7) {
            mn_err err;
            run_until(s, at);
            assert_ok(mn_session_save(s, path, true, &err), &err);
            assert_ok(mn_session_resume(&again, path, NULL, &err), &err);
            assert_true(mn_session_digest(again) == mn_session_digest(s));
            if (run_to_end(again) != want)
                fail_msg("'%s' at step %lld ends elsewhere", variants[v], (long long)at);
            mn_session_destroy(again);
        }
        mn_session_destroy(s);
    }
}

static void going_to_another_task_is_undone(void **unused)
{
    for (int v = 0; v < N_VARIANTS; v++) {
        mn_session *s = small_session(variants[v]);
        const uint64_t want = run_to_end(s);
        const int64_t last = mn_session_step(s);
        mn_session_destroy(s);
        s = small_session(variants[v]);
        for (int64_t at = 1; at < last; at += 11) {
            run_until(s, at);
            const uint64_t here = mn_session_digest(s);
            if (mn_session_do(s, "task 3", NULL, NULL) != MN_OK) /* it is the third */
                small_do(s, "task 1");
            small_do(s, "step 9"), small_run(s);
            small_do(s, "undo");
            assert_true(mn_session_digest(s) == here);
        }
        assert_true(run_to_end(s) == want);
        mn_session_destroy(s);
    }
}

static void looking_and_measuring_change_nothing(void **unused)
{
    for (int v = 0; v < N_VARIANTS; v++) {
        mn_session *s = small_session(variants[v]);
        run_until(s, 17);
        const uint64_t here = mn_session_digest(s);
        small_do(s, "evaluate");
        assert_true(mn_session_digest(s) == here);
        mn_session_destroy(s);
    }
}

/* Those that refuse a model say so; the others bring it to the end. */
static void every_strategy_trains_them(void **unused)
{
    for (int v = 0; v < N_VARIANTS; v++)
        for (size_t i = 0; small_strategy(i); i++) {
            char all[640];
            snprintf(all, sizeof all, "%s importance-items=10 proportion=0.5", variants[v]);
            mn_session *s = small_session(all);
            mn_err err;
            snprintf(all, sizeof all, "set strategy=%s", small_strategy(i)->name);
            if (mn_session_do(s, all, NULL, &err) == MN_OK)
                run_to_end(s);
            else
                assert_true(strlen(err.msg) > 0);
            mn_session_destroy(s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resumed_run_ends_in_the_same_bits),
        cmocka_unit_test(going_to_another_task_is_undone),
        cmocka_unit_test(looking_and_measuring_change_nothing),
        cmocka_unit_test(every_strategy_trains_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
