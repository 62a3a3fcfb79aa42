#include "support.h"

#include <math.h>
#include <stdlib.h>

#include "mnemoscope/capacity.h"

static mn_capacity measure(const char *model, const char *const *pairs, const mn_load *load)
{
    const mn_model_ops *ops = mn_model_find(model);
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    mn_capacity out;
    mn_err err = {0};
    assert_non_null(cfg);
    mn_param_defaults(mn_model_params(ops), cfg);
    for (; *pairs; pairs += 2)
        assert_ok(
            mn_param_set(mn_param_find(mn_model_params(ops), pairs[0]), cfg, pairs[1], &err),
            &err);
    assert_ok(mn_capacity_measure(ops, cfg, load, 1, &out, &err), &err);
    free(cfg);
    return out;
}

static mn_capacity hebb(int units, int states)
{
    const mn_load load = {.units = units,
                          .states = states,
                          .probes = 64,
                          .epochs = 1,
                          .update = MN_ASYNCHRONOUS,
                          .max_sweeps = 50};
    return measure("hopfield", (const char *const[]){"class-units", "no", NULL}, &load);
}

static mn_capacity dense(const char *vertex, int states)
{
    const mn_load load = {.units = 100,
                          .states = states,
                          .probes = 64,
                          .update = MN_ASYNCHRONOUS,
                          .max_sweeps = 20};
    return measure("dam",
                   (const char *const[]){"interaction", "polynomial", "vertex", vertex, NULL},
                   &load);
}

static void formulas_give_the_published_numbers(void **unused)
{
    assert_near(mn_capacity_hebb(1000), 138.0, 1e-9);
    assert_near(mn_capacity_hebb_exact(1000), 72.38, 0.01);
    assert_near(mn_capacity_dense(100, 2), 11.0, 0.5);
    assert_near(mn_capacity_dense(100, 3), 360.0, 5.0);
    assert_near(mn_capacity_dense(100, 4), 7240.0, 20.0);
}

static void hebbs_rule_breaks_down_near_its_capacity(void **unused)
{
    const mn_capacity below = hebb(500, 50), above = hebb(500, 90);
    assert_true(below.wrong < 0.02);
    assert_true(above.wrong > 0.08);
}

static void dense_memories_hold_more_by_the_vertex(void **unused)
{
    assert_true(dense("2", 8).whole > 0.8);
    assert_true(dense("2", 60).whole < 0.2);
    assert_true(dense("3", 60).whole > 0.9);
    assert_true(dense("3", 1500).whole < 0.2);
    assert_true(dense("4", 1500).whole > 0.9);
}

static void an_energy_ratio_compares_the_least_held_tenth_with_the_most(void **unused)
{
    float share[20], even[5] = {0.2f, 0.2f, 0.2f, 0.2f, 0.2f}, none[3] = {0};
    for (int i = 0; i < 20; i++)
        share[i] = (float)((7 * i) % 20 + 1); /* 1 to 20, in disorder */
    assert_near(mn_energy_ratio(share, 20), (1.0 + 2.0) / (19.0 + 20.0), 1e-6);
    assert_near(mn_energy_ratio(even, 5), 1.0, 0.0);
    assert_true(isnan(mn_energy_ratio(none, 3)));
}

/* Robins and McCallum 2004: spurious states below 0.2 to 0.25, learnt ones above. */
static void learnt_states_are_held_more_evenly_than_spurious_ones(void **unused)
{
    const mn_capacity few = hebb(100, 2), some = hebb(100, 9);
    assert_true(few.spurious < some.spurious);
    assert_true(some.spurious > 0.1);
    assert_true(some.ratio > 1.3 * some.spurious_ratio);
    assert_true(isnan(dense("2", 8).spurious));
}

static void the_same_seed_gives_the_same_numbers(void **unused)
{
    const mn_capacity a = hebb(100, 15), b = hebb(100, 15);
    assert_memory_equal(&a, &b, sizeof a);
}

static void models_without_recall_are_refused(void **unused)
{
    const mn_model_ops *ops = mn_model_find("mlp");
    const mn_load load = {.units = 10, .states = 2, .epochs = 1, .max_sweeps = 1};
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    mn_capacity out;
    mn_err err = {0};
    mn_param_defaults(mn_model_params(ops), cfg);
    assert_failed(mn_capacity_measure(ops, cfg, &load, 1, &out, &err), &err, MN_EINVAL, "mlp");
    free(cfg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_give_the_published_numbers),
        cmocka_unit_test(hebbs_rule_breaks_down_near_its_capacity),
        cmocka_unit_test(dense_memories_hold_more_by_the_vertex),
        cmocka_unit_test(an_energy_ratio_compares_the_least_held_tenth_with_the_most),
        cmocka_unit_test(learnt_states_are_held_more_evenly_than_spurious_ones),
        cmocka_unit_test(the_same_seed_gives_the_same_numbers),
        cmocka_unit_test(models_without_recall_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
