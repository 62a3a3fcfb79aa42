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
static trained make_any(const char *model, const char *optimiser, int visible, int classes,
                        int batch, const char *const *set)
{
    trained t = {.D = visible + classes};
    mn_err err;
    const mn_model_ops *ops = mn_model_find(model);
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
    assert_ok(mn_optimiser_create(&t.o, mn_optimiser_find(optimiser), t.m, &o, &err), &err);
    t.n = mn_model_size(t.m);
    t.K = mn_model_n_rows(t.m);
    t.grad.g = calloc(t.n, sizeof *t.grad.g);
    t.grad.exponent = calloc((size_t)t.K, sizeof *t.grad.exponent);
    assert_true(t.grad.g && t.grad.exponent);
    return t;
}

static trained make(int visible, int classes, int batch, const char *const *set)
{
    return make_any("dam", "maxnorm", visible, classes, batch, set);
}

/* Four weights at 0, the rate 1 and nothing that makes it smaller. */
static trained make_four(const char *optimiser)
{
    trained t =
        make_any("dam", optimiser, 3, 1, 1, (const char *const[]){"memories", "1", NULL});
    mn_optimiser_config(t.o)->rate = 1.0;
    mn_optimiser_config(t.o)->momentum = 0.9;
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

/* How far the first weight moves against a gradient of `g`. */
static double move(trained *t, float g)
{
    const double before = (double)mn_model_theta(t->m)[0];
    t->grad.g[0] = g;
    mn_optimiser_step(t->o, t->m, &t->grad, 0);
    return before - (double)mn_model_theta(t->m)[0];
}

/* The lone gradients of Bricken et al. 2023, figure 17a: 0.2 in some of a hundred steps, at a
 * rate of 1. The moves are from a computation of the authors' notebook in double. */
static void moves_after_stale_gradients_are_the_published_ones(void **unused)
{
    static const int at[] = {0, 1, 20, 22, 23, 24, 25, 50, 90};
    static const double sgdm[] = {.2000, .3800, .2513, .4036, .5632,
                                  .7069, .8362, .2600, .2038};
    static const double rms[] = {10.0000, 7.0888, 6.1498, 5.2767, 4.6852,
                                 4.2601,  3.9360, 4.0754, 4.4598};
    trained m = make_four("momentum"), r = make_four("rmsprop");
    for (int step = 0, k = 0; step < 100; step++) {
        const bool now = k < 9 && at[k] == step;
        const double by_m = move(&m, now ? 0.2f : 0.0f), by_r = move(&r, now ? 0.2f : 0.0f);
        if (now) { /* four decimals, and what a float near 50 leaves of a difference */
            assert_near(by_m, sgdm[k], 6e-5);
            assert_near(by_r, rms[k++], 7e-5);
        } else
            assert_near(by_r, 0.0, 0.0);
    }
    finish(&m);
    finish(&r);
}

/* Gradients 1, -2 and 0.5, worked out by hand: m = 0.1, -0.11, -0.049; v = 0.001, 0.004999,
 * 0.005244001; both over 1 - beta^t. */
static void adam_agrees_with_numbers_by_hand(void **unused)
{
    trained t = make_four("adam");
    assert_near(move(&t, 1.0f), 0.1 / 0.1 / sqrt(0.001 / 0.001), 1e-6);
    assert_near(move(&t, -2.0f), -0.11 / 0.19 / sqrt(0.004999 / 0.001999), 1e-6);
    assert_near(move(&t, 0.5f), -0.049 / 0.271 / sqrt(0.005244001 / 0.002997001), 1e-6);
    assert_int_equal(state(&t, 2).i[0], 3);
    assert_near((double)state(&t, 0).f[0], -0.049, 1e-8);
    assert_near((double)state(&t, 1).f[0], sqrt(0.005244001), 1e-8);
    assert_near((double)mn_model_theta(t.m)[1], 0.0, 0.0);
    finish(&t);
}

static void plain_descent_is_the_rate_times_the_gradient(void **unused)
{
    trained t = make_four("sgd");
    mn_state_array none;
    mn_optimiser_config(t.o)->rate = 0.5;
    assert_near(move(&t, 0.25f), 0.125, 0.0);
    assert_near(move(&t, 0.0f), 0.0, 0.0);
    assert_false(mn_optimiser_state(t.o, 0, &none));
    finish(&t);
}

/* Eight items of which each says the same are one item that says it. */
static void published_rates_hold_for_any_batch(void **unused)
{
    for (int i = 0; mn_optimisers[i]; i++) {
        trained one = make_four(mn_optimisers[i]->name),
                eight = make_four(mn_optimisers[i]->name);
        eight.grad.items = 8;
        for (int step = 0; step < 5; step++) {
            const float g = 0.3f * (float)(step - 1);
            assert_near(move(&eight, 8 * g), move(&one, g), 1e-6);
        }
        finish(&one);
        finish(&eight);
    }
}

/* Whether rows carry exponents or not. */
static void moves_do_not_depend_on_how_a_gradient_is_written(void **unused)
{
    static const int exponents[] = {100, -60, 0, 3, -100};
    for (int i = 0; mn_optimisers[i]; i++) {
        const char *kind = mn_optimisers[i]->name;
        trained plain = make_four(kind), scaled = make_four(kind);
        mn_optimiser_config(plain.o)->clip = mn_optimiser_config(scaled.o)->clip = 0.5;
        scaled.grad.scaled = true;
        for (int step = 0; step < 5; step++) {
            const float g = 0.4f * (float)(step - 1);
            const double want = move(&plain, g);
            scaled.grad.exponent[0] = exponents[step];
            assert_near(move(&scaled, ldexpf(g, -exponents[step])), want, 1e-6);
        }
        finish(&plain);
        finish(&scaled);
    }
}

static void clipping_shortens_the_mean_gradient_of_all_weights(void **unused)
{
    trained t = make_any("mlp", "sgd", 3, 2, 4, (const char *const[]){"neurons", "2", NULL});
    const float length = sqrtf((float)t.n);
    mn_optimiser_config(t.o)->rate = 1.0;
    mn_optimiser_config(t.o)->clip = 0.5;
    t.grad.items = 4;
    for (size_t i = 0; i < t.n; i++)
        t.grad.g[i] = 4.0f; /* the mean is 1 everywhere */
    mn_optimiser_step(t.o, t.m, &t.grad, 0);
    for (size_t i = 0; i < t.n; i++)
        assert_near((double)mn_model_theta(t.m)[i], -0.5 / (double)length, 1e-6);
    mn_optimiser_config(t.o)->clip = 100.0; /* short enough already */
    const double before = (double)mn_model_theta(t.m)[0];
    mn_optimiser_step(t.o, t.m, &t.grad, 0);
    assert_near((double)mn_model_theta(t.m)[0], before - 1.0, 1e-6);
    finish(&t);
}

/* The steps of adam and rmsprop do not depend on the size of gradients, whose squares no float
 * would hold. */
static void huge_gradients_do_not_stop_what_squares_them(void **unused)
{
    static const char *const kinds[] = {"adam", "rmsprop"};
    for (int k = 0; k < 2; k++) {
        trained plain = make_four(kinds[k]), huge = make_four(kinds[k]);
        for (int step = 0; step < 10; step++)
            assert_near(move(&huge, 1e30f), move(&plain, 1.0f), 1e-5);
        finish(&plain);
        finish(&huge);
    }
}

static void what_gradients_leave_is_forgotten_at_a_task_unless_it_is_carried(void **unused)
{
    for (int i = 0; mn_optimisers[i]; i++) {
        trained t = make_four(mn_optimisers[i]->name),
                fresh = make_four(mn_optimisers[i]->name);
        mn_state_array a;
        move(&t, 1.0f);
        mn_optimiser_config(t.o)->carry = true;
        mn_optimiser_reset(t.o);
        for (int k = 0; mn_optimiser_state(t.o, k, &a); k++)
            assert_true(!a.f || a.f[0] > 0.0f);
        mn_optimiser_config(t.o)->carry = false;
        mn_optimiser_reset(t.o);
        for (int k = 0; mn_optimiser_state(t.o, k, &a); k++)
            assert_true(a.f ? a.f[0] == 0.0f : a.i[0] == 0);
        assert_near(move(&t, -2.0f), move(&fresh, -2.0f), 1e-6);
        finish(&t);
        finish(&fresh);
    }
}

/* Checkpoints find every array by its name. */
static void arrays_of_several_tensors_have_names_of_their_own(void **unused)
{
    for (int i = 0; mn_optimisers[i]; i++) {
        trained t = make_any("mlp", mn_optimisers[i]->name, 3, 2, 1,
                             (const char *const[]){"neurons", "4", NULL});
        mn_state_array a, b;
        size_t n = 0;
        for (int k = 0; mn_optimiser_state(t.o, k, &a); k++) {
            assert_true((a.f != NULL) != (a.i != NULL));
            for (int l = 0; l < k; l++) {
                assert_true(mn_optimiser_state(t.o, l, &b));
                assert_string_not_equal(a.name, b.name);
            }
            n += a.f ? (size_t)a.rows * (size_t)a.cols : 0;
        }
        assert_int_equal(n % t.n, 0);
        finish(&t);
    }
    trained t = make_any("mlp", "momentum", 3, 2, 1, (const char *const[]){NULL});
    assert_string_equal(state(&t, 1).name, "momentum_address_bias");
    finish(&t);
}

static void a_gradient_that_is_not_a_number_shows(void **unused)
{
    static const char *const kinds[] = {"sgd", "momentum", "adam", "rmsprop"};
    for (int k = 0; k < 4; k++) {
        trained t = make_four(kinds[k]);
        move(&t, NAN);
        assert_true(isnan(mn_model_theta(t.m)[0]));
        finish(&t);
    }
}

static void weights_that_were_put_elsewhere_are_forgotten_and_no_others(void **unused)
{
    for (int i = 0; mn_optimisers[i]; i++) {
        trained t = make_any("mlp", mn_optimisers[i]->name, 3, 2, 1,
                             (const char *const[]){"neurons", "4", NULL});
        float *before = calloc(t.n, sizeof *before), *theta = mn_model_theta(t.m);
        mn_state_array a;
        size_t at = 0;
        assert_non_null(before);
        for (size_t j = 0; j < t.n; j++)
            t.grad.g[j] = 1.0f;
        mn_optimiser_step(t.o, t.m, &t.grad, 0);
        memcpy(before, theta, t.n * sizeof *before);
        for (size_t j = 0; j < t.n; j += 3)
            theta[j] += 1.0f;
        mn_optimiser_forget(t.o, before);
        for (int k = 0; mn_optimiser_state(t.o, k, &a); k++)
            for (int j = 0; a.f && j < a.rows * a.cols; j++, at++)
                assert_true((a.f[j] == 0.0f) == (at % t.n % 3 == 0));
        free(before);
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
        cmocka_unit_test(moves_after_stale_gradients_are_the_published_ones),
        cmocka_unit_test(adam_agrees_with_numbers_by_hand),
        cmocka_unit_test(plain_descent_is_the_rate_times_the_gradient),
        cmocka_unit_test(published_rates_hold_for_any_batch),
        cmocka_unit_test(moves_do_not_depend_on_how_a_gradient_is_written),
        cmocka_unit_test(clipping_shortens_the_mean_gradient_of_all_weights),
        cmocka_unit_test(huge_gradients_do_not_stop_what_squares_them),
        cmocka_unit_test(what_gradients_leave_is_forgotten_at_a_task_unless_it_is_carried),
        cmocka_unit_test(arrays_of_several_tensors_have_names_of_their_own),
        cmocka_unit_test(a_gradient_that_is_not_a_number_shows),
        cmocka_unit_test(weights_that_were_put_elsewhere_are_forgotten_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
