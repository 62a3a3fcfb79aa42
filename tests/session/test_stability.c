#include "support.h"

#include <math.h>

#include "small.h"

/* Characters in a list, without the settings that only a dense memory has. */
static mn_session *list(const char *more)
{
    char settings[400];
    snprintf(settings, sizeof settings,
             "model=hopfield class-units=no loss=squared data=characters items=0 test-items=64 "
             "tasks=list class-order=shuffled levels=binary batch=64 write-rate=1 %s",
             more);
    mn_session *s = small_session(settings);
    small_do(s, "run");
    small_run(s);
    return s;
}

static mn_stability stability_of(mn_session *s)
{
    mn_stability found;
    mn_err err;
    assert_ok(mn_session_stability(s, &found, &err), &err);
    return found;
}

/* Batches of 5 as well, which are fewer than the items that are looked at. */
static void what_is_learnt_without_error_is_at_rest(void **state)
{
    for (int k = 0; k < 2; k++) {
        mn_session *s = list(k ? "base=20 n-tasks=1 epochs=60 rule=delta batch=5"
                               : "base=20 n-tasks=1 epochs=60 rule=delta");
        const uint64_t digest = mn_session_digest(s);
        const mn_stability found = stability_of(s);
        assert_int_equal(found.n_tasks, 1);
        assert_near(found.all, 1.0, 0.0);
        assert_near(found.task[0], 1.0, 0.0);
        assert_true(mn_session_digest(s) == digest);
        mn_session_destroy(s);
    }
}

static void models_that_do_not_recall_have_no_stability(void **state)
{
    mn_session *s = small_session("model=mlp");
    const mn_stability found = stability_of(s);
    assert_true(isnan(found.all) && isnan(found.task[0]));
    mn_session_destroy(s);
}

static double left(const char *more)
{
    mn_session *s = list(more);
    const mn_stability found = stability_of(s);
    assert_int_equal(found.n_tasks, 21);
    double sum = 44.0 * found.task[0];
    for (int t = 1; t < 21; t++)
        sum += found.task[t];
    assert_near(64.0 * found.all, sum, 1e-9);
    mn_session_destroy(s);
    return 64.0 * found.all;
}

/* Robins and McCallum 1998: 44 characters together, then 20 one at a time. */
static void pseudorehearsal_keeps_a_list_that_is_lost_without(void **state)
{
    const double alone =
                     left("base=44 n-tasks=21 epochs=40 rule=thermal heat=4 heat-epochs=40"),
                 dreamt = left("base=44 n-tasks=21 epochs=40 rule=thermal heat=4 "
                               "heat-epochs=40 later=0.1 flips=0.05 "
                               "strategy=pseudorehearsal buffer=256");
    print_message("# stable of 64: %g alone, %g with pseudoitems\n", alone, dreamt);
    assert_true(alone <= 8.0);
    assert_true(dreamt >= 15.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_learnt_without_error_is_at_rest),
        cmocka_unit_test(models_that_do_not_recall_have_no_stability),
        cmocka_unit_test(pseudorehearsal_keeps_a_list_that_is_lost_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
