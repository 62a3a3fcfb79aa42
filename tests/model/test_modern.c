#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

enum { UNITS = 60, N = 12 };

static net make(const char *interaction, const char *name, const char *text)
{
    const mn_shape shape = {UNITS, 0, 1, UNITS, 1, 1, 8};
    return net_make(
        "modern", shape,
        (const char *const[]){"memories", "20", "interaction", interaction, name, text, NULL});
}

static void draw(float *P, size_t n, uint64_t seed)
{
    mn_rng r;
    mn_rng_seed(&r, seed, "states");
    for (size_t i = 0; i < n; i++)
        P[i] = mn_rng_below(&r, 2) ? 1.0f : -1.0f;
}

static void teach(net *t, const float *P, int n)
{
    const float y = 0.0f;
    for (int i = 0; i < n; i++)
        mn_model_learn(t->m, P + i * UNITS, &y, 1);
}

/* State i with five units turned over, and its class unit. */
static void cue(const float *P, int i, float *v)
{
    memcpy(v, P + i * UNITS, UNITS * sizeof *v);
    v[UNITS] = -1.0f;
    for (int j = 0; j < 5; j++)
        v[j * 11 + i % 5] *= -1.0f;
}

static void every_interaction_recalls_what_was_written(void **unused)
{
    static const char *const kinds[][3] = {{"polynomial", "vertex", "4"},
                                           {"exponential", "beta", "0.5"},
                                           {"log-sum-exp", "beta", "0.5"}};
    float P[N * UNITS], v[UNITS + 1];
    draw(P, N * UNITS, 1);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (int update = 0; update < 2; update++) {
            net t = make(kinds[k][0], kinds[k][1], kinds[k][2]);
            mn_rng order;
            mn_rng_seed(&order, 1, "order");
            teach(&t, P, N);
            for (int i = 0; i < N; i++) {
                bool done;
                cue(P, i, v);
                mn_model_relax(t.m, v, 1, (mn_update)update, 50, &order, NULL, &done);
                assert_true(done);
                for (int j = 0; j < UNITS; j++)
                    assert_true(v[j] * P[i * UNITS + j] > 0.9f);
            }
            net_finish(&t);
        }
}

static void energy_never_rises(void **unused)
{
    static const char *const kinds[][3] = {{"polynomial", "vertex", "3"},
                                           {"exponential", "beta", "0.05"},
                                           {"log-sum-exp", "beta", "0.05"}};
    float P[N * UNITS], v[UNITS + 1];
    draw(P, N * UNITS, 2);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        net t = make(kinds[k][0], kinds[k][1], kinds[k][2]);
        mn_rng order;
        mn_rng_seed(&order, 1, "order");
        teach(&t, P, N);
        draw(v, UNITS + 1, 3);
        double before = mn_model_energy(t.m, v);
        for (int sweep = 0; sweep < 10; sweep++) {
            mn_model_relax(t.m, v, 1, MN_ASYNCHRONOUS, 1, &order, NULL, NULL);
            const double now = mn_model_energy(t.m, v);
            assert_true(now <= before + 1e-6 * fabs(before));
            before = now;
        }
        net_finish(&t);
    }
}

/* With a small beta attention is to all memories alike, with a large one to the nearest. */
static void attention_goes_from_the_mean_to_the_nearest(void **unused)
{
    float P[N * UNITS], v[UNITS + 1], mean = 0.0f;
    draw(P, N * UNITS, 4);
    for (int i = 0; i < N; i++)
        mean += P[i * UNITS + 7] / N;
    net t = make("log-sum-exp", "beta", "0.0001");
    teach(&t, P, N);
    cue(P, 0, v);
    mn_model_relax(t.m, v, 1, MN_SYNCHRONOUS, 50, NULL, NULL, NULL);
    assert_near((double)v[7], (double)mean, 0.01);
    net_finish(&t);
}

static void a_full_memory_gives_up_its_oldest_item(void **unused)
{
    float P[25 * UNITS];
    mn_gauge g;
    net t = make("exponential", "beta", "1");
    draw(P, 25 * UNITS, 5);
    teach(&t, P, 25);
    teach(&t, P + 24 * UNITS, 1); /* held already */
    assert_true(mn_model_gauge(t.m, 0, &g));
    assert_near(g.value, 20.0, 0.0);
    assert_memory_equal(mn_model_theta(t.m), P + 20 * UNITS, UNITS * sizeof *P);
    assert_memory_equal(mn_model_theta(t.m) + 5 * (UNITS + 1), P + 5 * UNITS,
                        UNITS * sizeof *P);
    net_finish(&t);
}

static void an_empty_memory_answers_nothing(void **unused)
{
    float x[UNITS + 1], logit = 1.0f, share[20];
    int exponent;
    bool done = false;
    net t = make("exponential", "beta", "1");
    draw(x, UNITS + 1, 6);
    mn_model_forward(t.m, x, 1, &logit, &exponent);
    assert_near((double)logit, 0.0, 0.0);
    mn_model_relax(t.m, x, 1, MN_SYNCHRONOUS, 5, NULL, NULL, &done);
    assert_true(done);
    mn_model_shares(t.m, x, share);
    assert_near((double)share[3], 0.0, 0.0);
    assert_near(mn_model_energy(t.m, x), 0.0, 0.0);
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_interaction_recalls_what_was_written),
        cmocka_unit_test(energy_never_rises),
        cmocka_unit_test(attention_goes_from_the_mean_to_the_nearest),
        cmocka_unit_test(a_full_memory_gives_up_its_oldest_item),
        cmocka_unit_test(an_empty_memory_answers_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
