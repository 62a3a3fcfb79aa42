#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/loss.h"
#include "mnemoscope/optimiser.h"

typedef struct trained {
    mn_model *m;
    mn_optimiser *o;
    mn_grad grad;
    size_t n;
    int K, D;
} trained;

static void put(mn_param_table t, void *block, const char *name, const char *text)
{
    mn_err err;
    const mn_param *p = mn_param_find(t, name);
    assert_non_null(p);
    assert_ok(mn_param_set(p, block, text, &err), &err);
}

/* `set`: pairs of model parameters and texts, ended by NULL. */
static trained make(int visible, int classes, int batch, const char *const *set)
{
    trained t = {.D = visible + classes};
    mn_err err;
    const mn_model_ops *ops = mn_model_find("dam");
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    assert_non_null(cfg);
    mn_param_defaults(mn_model_params(ops), cfg);
    for (; *set; set += 2)
        put(mn_model_params(ops), cfg, set[0], set[1]);
    mn_shape shape = {visible, 0, classes, visible, 1, 1, batch};
    assert_ok(mn_model_create(&t.m, ops, &shape, cfg, &err), &err);
    free(cfg);
    mn_optimiser_cfg o;
    mn_param_defaults(mn_optimiser_params, &o);
    assert_ok(mn_optimiser_create(&t.o, mn_optimiser_find("maxnorm"), t.m, &o, &err), &err);
    t.n = mn_model_size(t.m);
    t.K = mn_model_n_rows(t.m);
    t.grad.g = calloc(t.n, sizeof *t.grad.g);
    t.grad.exponent = calloc((size_t)t.K, sizeof *t.grad.exponent);
    assert_true(t.grad.g && t.grad.exponent);
    return t;
}

static void finish(trained *t)
{
    mn_optimiser_destroy(t->o);
    mn_model_destroy(t->m);
    free(t->grad.g);
    free(t->grad.exponent);
}

static mn_state_array state(trained *t, int index)
{
    mn_state_array a;
    assert_true(mn_optimiser_state(t->o, index, &a));
    return a;
}

static void every_optimiser_is_registered_and_described(void **unused)
{
    for (int i = 0; mn_optimisers[i]; i++) {
        const mn_optimiser_ops *ops = mn_optimisers[i];
        assert_ptr_equal(mn_optimiser_find(ops->name), ops);
        assert_true(*ops->title && *ops->cite && *ops->about);
    }
    assert_null(mn_optimiser_find("no such optimiser"));
    mn_optimiser_destroy(NULL);
}

static void check_step(const char *file, const char *clamp, const char *after)
{
    json_t *o = oracle_open(file);
    trained t = make(12, 4, 6, (const char *const[]){"memories", "7", "clamp", clamp, NULL});
    size_t n;
    float *xi = oracle_floats(o, "xi", &n), *g = oracle_floats(o, "grad", NULL),
          *v = oracle_floats(o, "velocity", NULL);
    assert_int_equal(n, t.n);
    memcpy(mn_model_theta(t.m), xi, n * sizeof *xi);
    memcpy(t.grad.g, g, n * sizeof *g);
    memcpy(state(&t, 0).f, v, n * sizeof *v);
    mn_optimiser_config(t.o)->rate = oracle_number(o, "lr");
    mn_optimiser_config(t.o)->momentum = oracle_number(o, "momentum");
    mn_optimiser_step(t.o, t.m, &t.grad, 0);
    mn_model_project(t.m);
    double *want = oracle_numbers(o, after, NULL),
           *moved = oracle_numbers(o, "velocity_after", NULL);
    mn_state_array got = state(&t, 0), exponent = state(&t, 1);
    for (size_t i = 0; i < n; i++)
        got.f[i] = ldexpf(got.f[i], exponent.i[i / (size_t)t.D]);
    assert_close(got.f, moved, n, 1e-6, 0.0);
    assert_close(mn_model_theta(t.m), want, n, 1e-6, 0.0);
    free(xi);
    free(g);
    free(v);
    free(want);
    free(moved);
    finish(&t);
    json_decref(o);
}

static void step_agrees_with_the_independent_implementation(void **unused)
{
    static const char *const files[] = {"dam_n2_m1.json",  "dam_n3_m2.json",
                                        "dam_n5_m1.json",  "dam_n10_m1.json",
                                        "dam_n20_m5.json", "dam_rectified_n4.json"};
    for (int k = 0; k < 6; k++) {
        check_step(files[k], "all", "xi_after_all_clamped");
        check_step(files[k], "visible", "xi_after_visible_clamped");
    }
}

static void the_rate_decays_with_the_epochs_of_the_task(void **unused)
{
    trained t = make(3, 1, 1, (const char *const[]){"memories", "1", NULL});
    assert_near(mn_optimiser_rate(t.o, 0), 0.04, 0.0);
    assert_near(mn_optimiser_rate(t.o, 10), 0.04 * pow(0.998, 10), 1e-15);
    finish(&t);
}

static void state_has_the_public_names_and_shapes(void **unused)
{
    trained t = make(3, 1, 1, (const char *const[]){"memories", "5", NULL});
    mn_state_array v = state(&t, 0), e = state(&t, 1), none;
    assert_string_equal(v.name, "momentum");
    assert_true(v.f && !v.i && v.rows == 5 && v.cols == 4);
    assert_string_equal(e.name, "momentum_exponent");
    assert_true(e.i && !e.f && e.rows == 5 && e.cols == 1);
    assert_false(mn_optimiser_state(t.o, 2, &none));
    assert_false(mn_optimiser_state(t.o, -1, &none));
    finish(&t);
}

/* Whatever power of two a gradient is scaled by, and however far that leaves float's range. */
static void a_step_does_not_depend_on_the_size_of_the_gradient(void **unused)
{
    static const int sizes[] = {0, -30, 60, -900, 900, -20000};
    float first[12];
    mn_rng r;
    for (int k = 0; k < 6; k++) {
        trained t = make(3, 1, 1, (const char *const[]){"memories", "3", NULL});
        mn_rng_seed(&r, 1, "size");
        t.grad.scaled = sizes[k] != 0;
        for (int step = 0; step < 20; step++) {
            for (size_t i = 0; i < t.n; i++)
                t.grad.g[i] = (float)mn_rng_normal(&r);
            for (int row = 0; row < t.K; row++)
                t.grad.exponent[row] = sizes[k];
            mn_optimiser_step(t.o, t.m, &t.grad, 0);
        }
        if (k == 0)
            memcpy(first, mn_model_theta(t.m), sizeof first);
        double want[12];
        for (int i = 0; i < 12; i++)
            want[i] = (double)first[i];
        assert_close(mn_model_theta(t.m), want, 12, 1e-5, 0.0);
        finish(&t);
    }
}

/* Gradients that shrink by 2^40 a step: momentum p V is always far larger. Then one that is
 * larger than all before. In double with exponents this is V <- p V + G exactly. */
static void momentum_keeps_numbers_of_very_different_size(void **unused)
{
    trained t = make(3, 1, 1, (const char *const[]){"memories", "1", NULL});
    t.grad.scaled = true;
    for (int step = 0; step < 30; step++) {
        t.grad.g[0] = 1.0f;
        t.grad.g[1] = step ? 0.0f : 0.5f;
        t.grad.exponent[0] = -40 * step;
        mn_optimiser_step(t.o, t.m, &t.grad, 0);
    }
    mn_state_array v = state(&t, 0), e = state(&t, 1);
    assert_near(ldexp((double)v.f[0], e.i[0]), pow(0.6, 29) * (1.0 + 0x1p-40 / 0.6), 1e-12);
    assert_near(ldexp((double)v.f[1], e.i[0]), 0.5 * pow(0.6, 29), 1e-12);
    t.grad.g[0] = 0.0f;
    t.grad.g[2] = -1.0f;
    t.grad.exponent[0] = 500;
    float before = mn_model_theta(t.m)[2];
    mn_optimiser_step(t.o, t.m, &t.grad, 0);
    assert_near((double)(mn_model_theta(t.m)[2] - before), 0.04, 1e-7);
    finish(&t);
}

static void a_row_without_gradient_or_momentum_stays(void **unused)
{
    trained t = make(3, 1, 1, (const char *const[]){"memories", "2", NULL});
    t.grad.g[0] = -1.0f;
    mn_model_theta(t.m)[4] = 0.25f;
    mn_optimiser_step(t.o, t.m, &t.grad, 0);
    assert_near((double)mn_model_theta(t.m)[0], 0.04, 1e-8);
    assert_true(mn_model_theta(t.m)[4] == 0.25f);
    for (int j = 5; j < 8; j++)
        assert_true(mn_model_theta(t.m)[j] == 0.0f);
    finish(&t);
}

static void reset_forgets_momentum(void **unused)
{
    trained t = make(3, 1, 1, (const char *const[]){"memories", "2", NULL});
    t.grad.scaled = true;
    t.grad.exponent[1] = -300;
    for (size_t i = 0; i < t.n; i++)
        t.grad.g[i] = 1.0f;
    mn_optimiser_step(t.o, t.m, &t.grad, 0);
    assert_true(state(&t, 1).i[1] < -200);
    mn_optimiser_reset(t.o);
    for (size_t i = 0; i < t.n; i++)
        assert_true(state(&t, 0).f[i] == 0.0f);
    assert_true(state(&t, 1).i[0] == 0 && state(&t, 1).i[1] == 0);
    finish(&t);
}

/* The whole step at n = 100, from starts and temperatures that leave float's range in both
 * directions: memories move, and nothing stops being a number. */
static void training_at_vertex_100_moves_memories(void **unused)
{
    static const struct {
        const char *mean, *sd, *temperature, *similarity, *interaction;
    } cases[] = {{"-0.3", "0.3", "0.3", "per-unit", "leaky"},
                 {"0", "0.1", "0.3", "per-unit", "leaky"},
                 {"-0.3", "0.3", "1", "per-unit", "rectified"},
                 {"0", "0.1", "1", "per-unit", "rectified"},
                 {"-0.3", "0.3", "540", "raw", "rectified"},
                 {"0", "0.1", "540", "raw", "polynomial"}};
    enum { BATCH = 40, VISIBLE = 200, CLASSES = 10 };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        trained t =
            make(VISIBLE, CLASSES, BATCH,
                 (const char *const[]){"memories", "30", "vertex", "100", "init-mean",
                                       cases[k].mean, "init-sd", cases[k].sd, "temperature",
                                       cases[k].temperature, "similarity", cases[k].similarity,
                                       "interaction", cases[k].interaction, NULL});
        mn_rng r;
        mn_rng_seed(&r, k, "vertex 100");
        mn_model_init(t.m, &r);
        float *start = malloc(t.n * sizeof *start);
        assert_non_null(start);
        memcpy(start, mn_model_theta(t.m), t.n * sizeof *start);
        static float X[BATCH * VISIBLE], Y[BATCH * CLASSES], logits[BATCH * CLASSES],
            dlogits[BATCH * CLASSES];
        int exponent[BATCH];
        memset(Y, 0, sizeof Y);
        for (int i = 0; i < BATCH; i++) {
            Y[i * CLASSES + i % CLASSES] = 1.0f;
            for (int j = 0; j < VISIBLE; j++)
                X[i * VISIBLE + j] = mn_rng_uniform(&r) < 0.15 ? 1.0f : -1.0f;
        }
        mn_loss_cfg cfg = {2};
        for (int step = 0; step < 20; step++) {
            mn_model_forward(t.m, X, BATCH, logits, exponent);
            double loss =
                mn_loss_find("power")->eval(&cfg, BATCH, CLASSES, logits, exponent, Y, dlogits);
            assert_true(isfinite(loss));
            mn_model_backward(t.m, X, BATCH, dlogits, &t.grad);
            mn_optimiser_step(t.o, t.m, &t.grad, 0);
            mn_model_project(t.m);
        }
        int n_moved = 0;
        for (int mu = 0; mu < t.K; mu++) {
            double distance = 0.0;
            for (int j = 0; j < t.D; j++) {
                float d = mn_model_theta(t.m)[mu * t.D + j] - start[mu * t.D + j];
                assert_true(isfinite(d));
                distance = fmax(distance, fabs((double)d));
            }
            n_moved += distance > 0.04;
        }
        assert_true(n_moved > t.K / 2);
        free(start);
        finish(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_optimiser_is_registered_and_described),
        cmocka_unit_test(step_agrees_with_the_independent_implementation),
        cmocka_unit_test(the_rate_decays_with_the_epochs_of_the_task),
        cmocka_unit_test(state_has_the_public_names_and_shapes),
        cmocka_unit_test(a_step_does_not_depend_on_the_size_of_the_gradient),
        cmocka_unit_test(momentum_keeps_numbers_of_very_different_size),
        cmocka_unit_test(a_row_without_gradient_or_momentum_stays),
        cmocka_unit_test(reset_forgets_momentum),
        cmocka_unit_test(training_at_vertex_100_moves_memories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
