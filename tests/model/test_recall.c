#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dam_case.h"

static void draw_states(float *V, int n, mn_rng *r)
{
    for (int i = 0; i < n; i++)
        V[i] = mn_rng_next(r) >> 63 ? 1.0f : -1.0f;
}

/* Independent of the model: the definition with both clamped states, in double. A tie is a gap
 * that rounding could turn. */
static void update_by_definition(const dam_case *c, const double *xi, const float *v,
                                 float *next, double rounding, bool *tie)
{
    double b = 1.0 / (c->temperature * (c->raw ? 1 : c->D));
    for (int i = 0; i < c->D; i++) {
        double gap = 0.0, size = 0.0;
        for (int mu = 0; mu < c->K; mu++) {
            double rest = 0.0;
            for (int j = 0; j < c->D; j++)
                rest += j == i ? 0.0 : xi[mu * c->D + j] * (double)v[j];
            double on = reference_F(c, b * (rest + xi[mu * c->D + i]));
            double off = reference_F(c, b * (rest - xi[mu * c->D + i]));
            gap += on - off;
            size += fabs(on) + fabs(off);
        }
        next[i] = gap > 0.0 ? 1.0f : -1.0f;
        tie[i] = fabs(gap) <= rounding * size;
    }
}

static void trajectory_and_energy_agree_with_the_independent_implementation(void **unused)
{
    json_t *o = oracle_open("dam_relax.json");
    dam_case c = dam_case_make(
        16, 0, 2, 5,
        (const char *const[]){"memories", "4", "vertex", "5", "temperature", "0.6", NULL});
    size_t n;
    float *xi = oracle_floats(o, "xi", &n), *path = oracle_floats(o, "trajectory", NULL);
    assert_int_equal(n, mn_model_size(c.m));
    memcpy(mn_model_theta(c.m), xi, n * sizeof *xi);
    double *energy = oracle_numbers(o, "energy", &n), *exact = dam_case_xi(&c);
    float V[5 * 18], next[18];
    bool tie[18];
    int n_ties = 0;
    for (int t = 0; t < (int)n / 5; t++) {
        const float *from = path + (t ? t - 1 : 0) * 5 * 18, *to = path + t * 5 * 18;
        memcpy(V, from, sizeof V);
        mn_model_relax(c.m, V, 5, MN_SYNCHRONOUS, t ? 1 : 0, NULL, NULL, NULL);
        for (int i = 0; i < 5; i++) {
            /* memories of small whole numbers: some gaps are exactly zero, and the oracle's
             * rounding gave them a sign */
            update_by_definition(&c, exact, from + i * 18, next, 1e-12, tie);
            for (int j = 0; j < 18; j++) {
                assert_true(V[i * 18 + j] == to[i * 18 + j] || tie[j]);
                n_ties += tie[j];
            }
            /* the oracle has ten digits; b is a float */
            assert_near(mn_model_energy(c.m, to + i * 18), energy[t * 5 + i],
                        1e-6 * fabs(energy[t * 5 + i]) + 1e-9);
        }
    }
    assert_true(n_ties < 30); /* of 540 */
    free(exact);
    free(xi);
    free(path);
    free(energy);
    dam_case_finish(&c);
    json_decref(o);
}

static void energy_never_rises_in_asynchronous_recall(void **unused)
{
    static const char *const vertices[] = {"2", "3", "6", "20", "100"};
    mn_rng r;
    mn_rng_seed(&r, 11, "energy");
    for (int draw = 0; draw < 200; draw++) {
        dam_case c = dam_case_make(12, 2, 3, 3,
                                   (const char *const[]){"memories", "9", "interaction",
                                                         draw % 2 ? "rectified" : "polynomial",
                                                         "vertex", vertices[draw % 5], NULL});
        dam_case_draw(&c, &r, 0.0, 0.5);
        float V[3 * 17];
        draw_states(V, 3 * 17, &r);
        for (int sweep = 0; sweep < 6; sweep++)
            for (int i = 0; i < 3; i++) {
                double before = reference_energy(&c, V + i * 17);
                mn_model_relax(c.m, V + i * 17, 1, MN_ASYNCHRONOUS, 1, &r, NULL, NULL);
                double after = reference_energy(&c, V + i * 17);
                /* a gap is decided in float, n times the rounding of a similarity */
                assert_true(after <= before + 1e-4 * fabs(before));
            }
        dam_case_finish(&c);
    }
}

static void asynchronous_recall_ends_in_a_fixed_point(void **unused)
{
    mn_rng r;
    mn_rng_seed(&r, 12, "fixed");
    dam_case c = dam_case_make(40, 0, 4, 20,
                               (const char *const[]){"memories", "30", "vertex", "10",
                                                     "interaction", "rectified", NULL});
    dam_case_draw(&c, &r, 0.0, 0.5);
    float V[20 * 44], W[20 * 44];
    int sweeps[20];
    bool converged[20];
    draw_states(V, 20 * 44, &r);
    mn_model_relax(c.m, V, 20, MN_ASYNCHRONOUS, 100, &r, sweeps, converged);
    for (int i = 0; i < 20; i++) {
        assert_true(converged[i]);
        assert_true(sweeps[i] > 0 && sweeps[i] < 100);
    }
    memcpy(W, V, sizeof V);
    mn_model_relax(c.m, W, 20, MN_SYNCHRONOUS, 5, NULL, sweeps, converged);
    assert_memory_equal(V, W, sizeof V);
    for (int i = 0; i < 20; i++) {
        assert_true(converged[i]);
        assert_int_equal(sweeps[i], 0);
    }
    dam_case_finish(&c);
}

static void synchronous_sweep_is_the_update_rule_at_any_vertex(void **unused)
{
    static const char *const interactions[] = {"polynomial", "rectified", "leaky"};
    static const char *const vertices[] = {"2", "5", "9", "30", "100"};
    static const char *const temperatures[] = {"0.05", "0.3", "3", "540"};
    mn_rng r;
    mn_rng_seed(&r, 13, "rule");
    int n_checked = 0;
    for (int k = 0; k < 60; k++) {
        dam_case c = dam_case_make(
            20, 3, 4, 4,
            (const char *const[]){"memories", "17", "interaction", interactions[k % 3],
                                  "vertex", vertices[k % 5], "temperature", temperatures[k % 4],
                                  "similarity", k % 2 ? "raw" : "per-unit", NULL});
        dam_case_draw(&c, &r, 0.0, k % 7 ? 0.5 : 0.01);
        double *xi = dam_case_xi(&c);
        float V[4 * 27], next[27];
        bool tie[27];
        draw_states(V, 4 * 27, &r);
        for (int i = 0; i < 4; i++) {
            float got[27];
            memcpy(got, V + i * 27, sizeof got);
            /* n times the rounding of a similarity */
            update_by_definition(&c, xi, got, next, 1e-4, tie);
            mn_model_relax(c.m, got, 1, MN_SYNCHRONOUS, 1, NULL, NULL, NULL);
            for (int j = 0; j < 27; j++)
                if (!tie[j]) {
                    assert_true(got[j] == next[j]);
                    n_checked++;
                }
        }
        free(xi);
        dam_case_finish(&c);
    }
    assert_true(n_checked > 5000); /* of 6480: hardly anything was a tie */
}

static void a_unit_without_preference_ends_off(void **unused)
{
    dam_case c = dam_case_make(3, 0, 1, 1, (const char *const[]){"memories", "2", NULL});
    float v[] = {1, -1, 1, 1};
    const float off[] = {-1, -1, -1, -1};
    mn_model_relax(c.m, v, 1, MN_SYNCHRONOUS, 1, NULL, NULL, NULL); /* all weights are 0 */
    assert_memory_equal(v, off, sizeof v);
    dam_case_finish(&c);
}

static void recall_follows_a_permutation_of_the_units(void **unused)
{
    mn_rng r;
    mn_rng_seed(&r, 14, "permute");
    const char *const set[] = {"memories", "12", "vertex", "6", NULL};
    dam_case a = dam_case_make(25, 0, 1, 30, set), b = dam_case_make(25, 0, 1, 30, set);
    dam_case_draw(&a, &r, 0.0, 0.5);
    uint32_t p[26];
    for (uint32_t j = 0; j < 26; j++)
        p[j] = j;
    mn_rng_shuffle(&r, p, 26);
    for (int mu = 0; mu < 12; mu++)
        for (int j = 0; j < 26; j++)
            mn_model_theta(b.m)[mu * 26 + j] = mn_model_theta(a.m)[mu * 26 + (int)p[j]];
    float V[30 * 26], W[30 * 26];
    draw_states(V, 30 * 26, &r);
    for (int i = 0; i < 30; i++)
        for (int j = 0; j < 26; j++)
            W[i * 26 + j] = V[i * 26 + (int)p[j]];
    mn_model_relax(a.m, V, 30, MN_SYNCHRONOUS, 50, NULL, NULL, NULL);
    mn_model_relax(b.m, W, 30, MN_SYNCHRONOUS, 50, NULL, NULL, NULL);
    for (int i = 0; i < 30; i++)
        for (int j = 0; j < 26; j++)
            assert_true(W[i * 26 + j] == V[i * 26 + (int)p[j]]);
    dam_case_finish(&a);
    dam_case_finish(&b);
}

static void few_memories_of_random_patterns_are_recalled_from_noise(void **unused)
{
    mn_rng r;
    mn_rng_seed(&r, 15, "recall");
    dam_case c = dam_case_make(100, 0, 10, 40,
                               (const char *const[]){"memories", "40", "vertex", "4",
                                                     "interaction", "rectified", NULL});
    draw_states(mn_model_theta(c.m), 40 * 110, &r);
    float V[40 * 110];
    bool converged[40];
    memcpy(V, mn_model_theta(c.m), sizeof V);
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 15; j++)
            V[i * 110 + (int)mn_rng_below(&r, 110)] *= -1.0f;
    mn_model_relax(c.m, V, 40, MN_SYNCHRONOUS, 20, NULL, NULL, converged);
    assert_memory_equal(V, mn_model_theta(c.m), sizeof V);
    for (int i = 0; i < 40; i++) {
        assert_true(converged[i]);
        float share[40];
        mn_model_shares(c.m, V + i * 110, share);
        assert_true(share[i] > 0.9f);
    }
    dam_case_finish(&c);
}

static void shares_follow_the_field_at_vertex_100(void **unused)
{
    dam_case c = dam_case_make(4, 0, 1, 1,
                               (const char *const[]){"memories", "3", "vertex", "100", NULL});
    const float xi[] = {0.010f, 0, 0, 0, 0, 0.0099f, 0, 0, 0, 0, -1, 0, 0, 0, 0};
    memcpy(mn_model_theta(c.m), xi, sizeof xi);
    float share[3];
    mn_model_shares(c.m, (const float[]){1, 1, 1, 1, 1}, share);
    double ratio = pow(0.99, 100);
    assert_close(share, (double[]){1.0 / (1.0 + ratio), ratio / (1.0 + ratio), 0.0}, 3, 1e-4,
                 0.0);
    dam_case_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trajectory_and_energy_agree_with_the_independent_implementation),
        cmocka_unit_test(energy_never_rises_in_asynchronous_recall),
        cmocka_unit_test(asynchronous_recall_ends_in_a_fixed_point),
        cmocka_unit_test(synchronous_sweep_is_the_update_rule_at_any_vertex),
        cmocka_unit_test(a_unit_without_preference_ends_off),
        cmocka_unit_test(recall_follows_a_permutation_of_the_units),
        cmocka_unit_test(few_memories_of_random_patterns_are_recalled_from_noise),
        cmocka_unit_test(shares_follow_the_field_at_vertex_100),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
