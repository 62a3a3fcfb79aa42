#include "mnemoscope/session.h"

#include <stdio.h>
#include <string.h>

#include "small.h"
#include "support.h"

/* Neurons that still excite one another, and by and by no longer. */
static const char settings[] = "preset=sdmlp neurons=40 k=3 switch=60 batch=20 tasks=permuted "
                               "n-tasks=2 epochs=2 count-evaluation=no";

static uint64_t counted(mn_session *s)
{
    mn_state_array a;
    uint64_t sum = 0;
    assert_true(mn_model_state(mn_session_model(s), 0, &a));
    for (int i = 0; i < a.rows * a.cols; i++)
        sum += (uint64_t)a.i[i];
    return sum;
}

static void save(mn_session *s, char *path, size_t size)
{
    mn_err err;
    snprintf(path, size, "%s/sparse.safetensors", tests_scratch());
    assert_ok(mn_session_save(s, path, true, &err), &err);
}

static void resuming_with_counts_ends_in_the_same_bits(void **state)
{
    static const char *const kinds[] = {"optimiser=sgd", "optimiser=momentum momentum=0.9"};
    for (int k = 0; k < 2; k++) {
        char all[256], path[256];
        snprintf(all, sizeof all, "%s %s", settings, kinds[k]);
        mn_session *whole = small_session(all);
        small_do(whole, "run"), small_run(whole);
        for (int64_t at = 1; at < mn_session_step(whole); at += 5) {
            char line[64];
            mn_session *first = small_session(all), *second = NULL;
            mn_err err;
            snprintf(line, sizeof line, "run until step %lld", (long long)at);
            small_do(first, line), small_run(first);
            save(first, path, sizeof path);
            const uint64_t n = counted(first);
            mn_session_destroy(first);
            assert_ok(mn_session_resume(&second, path, NULL, &err), &err);
            assert_true(n > 0 && counted(second) == n);
            small_do(second, "run"), small_run(second);
            assert_true(mn_session_digest(second) == mn_session_digest(whole));
            mn_session_destroy(second);
        }
        mn_session_destroy(whole);
    }
}

static void undo_brings_the_counts_back(void **state)
{
    mn_session *s = small_session(settings);
    small_do(s, "step 3"), small_run(s);
    const uint64_t digest = mn_session_digest(s), n = counted(s);
    small_do(s, "set k=30");
    small_do(s, "step 2"), small_run(s);
    assert_true(counted(s) > n);
    small_do(s, "undo");
    assert_true(counted(s) == n);
    assert_true(mn_session_digest(s) == digest);
    small_do(s, "reset");
    assert_true(counted(s) == 0);
    mn_session_destroy(s);
}

static void the_digest_is_of_the_counts_too(void **state)
{
    mn_session *s = small_session(settings);
    mn_state_array a;
    small_do(s, "step 3"), small_run(s);
    const uint64_t before = mn_session_digest(s);
    assert_true(mn_model_state(mn_session_model(s), 0, &a));
    a.i[7]++;
    small_do(s, "set k=3"); /* forgets the digest that was worked out */
    assert_true(mn_session_digest(s) != before);
    a.i[7]--;
    small_do(s, "set k=3");
    assert_true(mn_session_digest(s) == before);
    mn_session_destroy(s);
}

static void evaluation_counts_only_where_it_is_to(void **state)
{
    for (int counting = 0; counting < 2; counting++) {
        char all[256];
        snprintf(all, sizeof all, "%s count-evaluation=%s", settings, counting ? "yes" : "no");
        mn_session *s = small_session(all);
        small_do(s, "step 3"), small_run(s);
        const uint64_t digest = mn_session_digest(s), n = counted(s);
        small_do(s, "evaluate");
        assert_int_equal(counted(s) > n, counting);
        assert_int_equal(mn_session_digest(s) != digest, counting);
        mn_session_destroy(s);
    }
}

static void a_k_beyond_the_neurons_is_refused_and_nothing_is_lost(void **state)
{
    mn_session *s = small_session(settings);
    mn_err err;
    small_do(s, "step 3"), small_run(s);
    const uint64_t before = mn_session_digest(s);
    assert_failed(mn_session_do(s, "set k=41", NULL, &err), &err, MN_EINVAL, "40 neurons");
    assert_failed(mn_session_do(s, "set neurons=2", NULL, &err), &err, MN_EINVAL, "2 neurons");
    assert_true(mn_session_digest(s) == before);
    small_do(s, "set k=40");
    small_do(s, "step 1"), small_run(s);
    assert_int_equal(mn_session_step(s), 4);
    mn_session_destroy(s);
}

static void counts_below_zero_in_a_checkpoint_are_refused(void **state)
{
    char path[256];
    mn_session *s = small_session(settings), *again = NULL;
    mn_state_array a;
    mn_err err;
    small_do(s, "step 3"), small_run(s);
    assert_true(mn_model_state(mn_session_model(s), 0, &a));
    a.i[0] = 2000000000; /* a long life is none of the file's faults */
    save(s, path, sizeof path);
    assert_ok(mn_session_resume(&again, path, NULL, &err), &err);
    mn_session_destroy(again);
    again = NULL;
    a.i[0] = -1;
    save(s, path, sizeof path);
    assert_failed(mn_session_resume(&again, path, NULL, &err), &err, MN_EFORMAT,
                  "contradicts itself");
    assert_null(again);
    mn_session_destroy(s);
}

static void every_strategy_and_optimiser_trains_it(void **state)
{
    static const char *const parts[] = {
        "strategy=ewc strength=10",
        "strategy=mas strength=1",
        "strategy=si strength=1",
        "strategy=l2 strength=0.1",
        "strategy=gem buffer=40",
        "strategy=agem buffer=40",
        "strategy=rehearsal buffer=40",
        "optimiser=adam rate=0.001",
        "optimiser=rmsprop rate=0.001",
        "optimiser=maxnorm",
        "loss=squared",
    };
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        char all[320];
        mn_err err;
        snprintf(all, sizeof all, "%s %s", settings, parts[k]);
        mn_session *s = small_session(all);
        small_do(s, "run"), small_run(s);
        assert_ok(mn_session_failure(s, &err), &err);
        const float *theta = mn_model_theta(mn_session_model(s));
        for (size_t i = 0; i < mn_model_size(mn_session_model(s)); i++)
            assert_true(theta[i] >= 0.0f);
        mn_session_destroy(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resuming_with_counts_ends_in_the_same_bits),
        cmocka_unit_test(undo_brings_the_counts_back),
        cmocka_unit_test(the_digest_is_of_the_counts_too),
        cmocka_unit_test(evaluation_counts_only_where_it_is_to),
        cmocka_unit_test(a_k_beyond_the_neurons_is_refused_and_nothing_is_lost),
        cmocka_unit_test(counts_below_zero_in_a_checkpoint_are_refused),
        cmocka_unit_test(every_strategy_and_optimiser_trains_it),
    };
    return cmocka_run_group_tests_name("sparse", tests, NULL, NULL);
}
