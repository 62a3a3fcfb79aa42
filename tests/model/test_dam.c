#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dam_case.h"

/* The derivative of the reference loss by the logits, in double, as float. */
static void slope(const dam_case *c, int m)
{
    for (int i = 0; i < c->batch; i++)
        for (int d = 0; d < c->classes; d++) {
            int k = i * c->classes + d;
            double out = tanh(ldexp((double)c->logits[k], c->exponent[i]));
            double error = out - (2.0 * (double)c->Y[k] - 1.0);
            c->dlogits[k] = (float)(2.0 * m * pow(error, 2.0 * m - 1.0) * (1.0 - out * out));
        }
}

static void run(dam_case *c, int m)
{
    mn_model_forward(c->m, c->X, c->batch, c->logits, c->exponent);
    slope(c, m);
    mn_model_backward(c->m, c->X, c->batch, c->dlogits, &c->grad);
}

static void text_of(const json_t *o, const char *key, char *text, size_t size)
{
    snprintf(text, size, "%.10g", oracle_number(o, key));
}

static void check_oracle(const char *name, const char *interaction)
{
    json_t *o = oracle_open(name);
    char vertex[32], leak[32], temperature[32], memories[32];
    text_of(o, "vertex", vertex, sizeof vertex);
    text_of(o, "leak", leak, sizeof leak);
    text_of(o, "temperature", temperature, sizeof temperature);
    text_of(o, "memories", memories, sizeof memories);
    dam_case c = dam_case_make((int)oracle_number(o, "visible"), 0,
                               (int)oracle_number(o, "classes"), (int)oracle_number(o, "batch"),
                               (const char *const[]){"memories", memories, "vertex", vertex,
                                                     "leak", leak, "temperature", temperature,
                                                     "interaction", interaction, NULL});
    size_t n;
    float *x = oracle_floats(o, "x", &n), *xi = oracle_floats(o, "xi", NULL);
    memcpy(c.X, x, n * sizeof *x);
    memcpy(mn_model_theta(c.m), xi, mn_model_size(c.m) * sizeof *xi);
    double *y = oracle_numbers(o, "y", NULL);
    for (int i = 0; i < c.batch; i++)
        c.Y[i * c.classes + (int)y[i]] = 1.0f;
    run(&c, (int)oracle_number(o, "error_exponent"));
    double *logits = oracle_numbers(o, "logits", &n), *grad = oracle_numbers(o, "grad", NULL);
    for (size_t i = 0; i < n; i++)
        c.logits[i] = ldexpf(c.logits[i], c.exponent[i / (size_t)c.classes]);
    /* Single precision; differences of powers lose another digit. */
    assert_close(c.logits, logits, n, 2e-5, 0.0);
    for (int mu = 0; mu < c.K; mu++)
        for (int j = 0; j < c.D; j++)
            c.grad.g[mu * c.D + j] = ldexpf(c.grad.g[mu * c.D + j], c.grad.exponent[mu]);
    assert_close(c.grad.g, grad, mn_model_size(c.m), 2e-5, 0.0);
    free(x);
    free(xi);
    free(y);
    free(logits);
    free(grad);
    dam_case_finish(&c);
    json_decref(o);
}

static void agrees_with_the_independent_implementation(void **unused)
{
    check_oracle("dam_n2_m1.json", "leaky");
    check_oracle("dam_n3_m2.json", "leaky");
    check_oracle("dam_n5_m1.json", "leaky");
    check_oracle("dam_n10_m1.json", "leaky");
    check_oracle("dam_n20_m5.json", "leaky");
    check_oracle("dam_rectified_n4.json", "rectified");
}

/* Central differences of the loss in double; the gradient is in float, so 1e-4 of its row's
 * largest entry. The memories are drawn on the active side, where F is smooth. */
static void check_gradient(dam_case *c, mn_rng *r, int m)
{
    run(c, m);
    double *xi = dam_case_xi(c);
    for (int mu = 0; mu < c->K; mu += 1 + c->K / 40) {
        double largest = 0.0;
        for (int j = 0; j < c->D; j++)
            largest = fmax(largest,
                           fabs(ldexp((double)c->grad.g[mu * c->D + j], c->grad.exponent[mu])));
        for (int probe = 0; probe < 4; probe++) {
            int j = probe < 2
                        ? (int)mn_rng_below(r, (uint64_t)c->D)
                        : c->D - 1 - (int)mn_rng_below(r, (uint64_t)(c->classes + c->extra));
            double *at = xi + mu * c->D + j, keep = *at, h = 1e-6;
            *at = keep + h;
            double up = reference_loss(c, xi, m);
            *at = keep - h;
            double down = reference_loss(c, xi, m);
            *at = keep;
            double got = ldexp((double)c->grad.g[mu * c->D + j], c->grad.exponent[mu]);
            /* the difference of two losses of about 10 is good to 1e-9 */
            assert_near(got, (up - down) / (2.0 * h), 2e-4 * largest + 2e-8);
        }
    }
    free(xi);
}

static void gradient_matches_central_differences(void **unused)
{
    static const char *const interactions[] = {"polynomial", "rectified", "leaky"};
    static const char *const vertices[] = {"2", "3", "5", "7", "10", "20", "30", "100"};
    mn_rng r;
    mn_rng_seed(&r, 7, "gradient");
    for (int kind = 0; kind < 3; kind++)
        for (int v = 0; v < 8; v++)
            for (int raw = 0; raw < 2; raw++) {
                int visible = 5 + (int)mn_rng_below(&r, 14), extra = (int)mn_rng_below(&r, 4);
                int classes = 1 + (int)mn_rng_below(&r, 5);
                char memories[16], temperature[32];
                snprintf(memories, sizeof memories, "%d", 1 + (int)mn_rng_below(&r, 40));
                /* similarities reach about 1 */
                double T = 0.25 * (raw ? visible + extra + classes : 1);
                snprintf(temperature, sizeof temperature, "%.6g", T);
                dam_case c = dam_case_make(
                    visible, extra, classes, 6,
                    (const char *const[]){"memories", memories, "interaction",
                                          interactions[kind], "vertex", vertices[v],
                                          "similarity", raw ? "raw" : "per-unit", "temperature",
                                          temperature, NULL});
                dam_case_draw(&c, &r, 0.0, 0.4);
                check_gradient(&c, &r, 1 + (int)mn_rng_below(&r, 3));
                dam_case_finish(&c);
            }
}

/* More memories than the kernels take at once. */
static void many_memories_agree_with_the_definition(void **unused)
{
    mn_rng r;
    mn_rng_seed(&r, 21, "many");
    dam_case c = dam_case_make(
        6, 1, 3, 2,
        (const char *const[]){"memories", "2100", "vertex", "3", "temperature", "1", NULL});
    dam_case_draw(&c, &r, 0.0, 0.2);
    check_gradient(&c, &r, 1);
    double *xi = dam_case_xi(&c), want[3];
    for (int i = 0; i < 2; i++) {
        reference_logits(&c, xi, c.X + i * 7, want);
        assert_close(c.logits + i * 3, want, 3, 1e-5, 0.0);
    }
    free(xi);
    dam_case_finish(&c);
}

static void the_same_numbers_give_the_same_bits_wherever_they_lie(void **unused)
{
    enum { N = 33, VISIBLE = 50 };
    static float moved[N * VISIBLE + 1];
    const char *const set[] = {"memories", "45", "vertex", "20", NULL};
    mn_rng r;
    mn_rng_seed(&r, 22, "bits");
    dam_case a = dam_case_make(VISIBLE, 0, 3, N, set), b = dam_case_make(VISIBLE, 0, 3, N, set);
    dam_case_draw(&a, &r, -0.3, 0.3);
    memcpy(mn_model_theta(b.m), mn_model_theta(a.m), mn_model_size(a.m) * sizeof(float));
    memcpy(b.Y, a.Y, N * 3 * sizeof *a.Y);
    memcpy(moved + 1, a.X, N * VISIBLE * sizeof *a.X);
    run(&a, 2);
    mn_model_forward(b.m, moved + 1, N, b.logits, b.exponent);
    slope(&b, 2);
    mn_model_backward(b.m, moved + 1, N, b.dlogits, &b.grad);
    assert_memory_equal(a.logits, b.logits, N * 3 * sizeof(float));
    assert_memory_equal(a.grad.g, b.grad.g, mn_model_size(a.m) * sizeof(float));
    dam_case_finish(&a);
    dam_case_finish(&b);
}

static void two_backwards_after_one_forward_agree(void **unused)
{
    mn_rng r;
    mn_rng_seed(&r, 3, "twice");
    dam_case c = dam_case_make(9, 2, 3, 5, (const char *const[]){"memories", "20", NULL});
    dam_case_draw(&c, &r, 0.0, 0.4);
    run(&c, 2);
    size_t bytes = mn_model_size(c.m) * sizeof(float);
    float *first = malloc(bytes);
    assert_non_null(first);
    memcpy(first, c.grad.g, bytes);
    memset(c.grad.g, 0x7f, bytes);
    mn_model_backward(c.m, c.X, c.batch, c.dlogits, &c.grad);
    assert_memory_equal(first, c.grad.g, bytes);
    free(first);
    dam_case_finish(&c);
}

/* True logits at n = 100, whatever the scale of the similarities: finite numbers that are not
 * zero, near those of the same sums in double. */
static void logits_neither_overflow_nor_vanish(void **unused)
{
    static const struct {
        const char *temperature, *similarity, *interaction;
        double mean, sd;
    } cases[] = {
        {"0.3", "per-unit", "leaky", -0.3, 0.3},  {"1", "per-unit", "leaky", -0.3, 0.3},
        {"540", "raw", "rectified", -0.3, 0.3},   {"0.3", "per-unit", "leaky", 0.0, 0.1},
        {"1", "per-unit", "rectified", 0.0, 0.1}, {"540", "raw", "polynomial", 0.0, 0.1},
        {"1", "raw", "leaky", -0.3, 0.3}};
    mn_rng r;
    mn_rng_seed(&r, 5, "range");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        dam_case c = dam_case_make(
            784, 0, 10, 8,
            (const char *const[]){"memories", "50", "vertex", "100", "temperature",
                                  cases[k].temperature, "similarity", cases[k].similarity,
                                  "interaction", cases[k].interaction, NULL});
        dam_case_draw(&c, &r, cases[k].mean, cases[k].sd);
        for (int i = 0; i < 8 * 784; i++)
            c.X[i] = mn_rng_uniform(&r) < 0.13 ? 1.0f : -1.0f;
        mn_model_forward(c.m, c.X, 8, c.logits, c.exponent);
        double *xi = dam_case_xi(&c), want[10];
        for (int i = 0; i < 8; i++) {
            reference_logits(&c, xi, c.X + i * 784, want);
            float scaled[10], largest = 0.0f;
            for (int d = 0; d < 10; d++) {
                assert_true(isfinite(c.logits[i * 10 + d]));
                assert_true(d == 0 || c.logits[i * 10 + d] != c.logits[i * 10]);
                want[d] = ldexp(want[d], -c.exponent[i]);
                scaled[d] = c.logits[i * 10 + d];
                largest = fmaxf(largest, fabsf(scaled[d]));
            }
            assert_true(largest > 0.0f);
            /* float rounding of a similarity, times 100 */
            assert_close(scaled, want, 10, 5e-4, 0.0);
        }
        free(xi);
        dam_case_finish(&c);
    }
}

/* A vertex of 100 leaves gradients of 2^-500, which must still point somewhere. */
static void gradient_keeps_its_direction_at_vertex_100(void **unused)
{
    mn_rng r;
    mn_rng_seed(&r, 6, "direction");
    dam_case c =
        dam_case_make(784, 5, 10, 20,
                      (const char *const[]){"memories", "30", "vertex", "100", "interaction",
                                            "rectified", "temperature", "1", NULL});
    dam_case_draw(&c, &r, 0.0, 0.1);
    run(&c, 1);
    assert_true(c.grad.scaled);
    for (int mu = 0; mu < 30; mu++) {
        float largest = 0.0f;
        for (int j = 0; j < c.D; j++) {
            assert_true(isfinite(c.grad.g[mu * c.D + j]));
            largest = fmaxf(largest, fabsf(c.grad.g[mu * c.D + j]));
        }
        assert_true(c.grad.exponent[mu] < -300);
        assert_true(largest > 1e-30f);
    }
    dam_case_finish(&c);
}

/* Items long learnt: all slopes of the loss are at the lower end of float's range. */
static void slopes_near_zero_give_gradients_near_zero(void **unused)
{
    static const float slopes[] = {0x1p-100f, 0x1p-126f, -0x1.8p-127f, 0x1p-149f};
    for (int i = 0; i < 4; i++) {
        dam_case c = dam_case_make(9, 2, 3, 4,
                                   (const char *const[]){"memories", "5", "vertex", "20",
                                                         "temperature", "0.01", NULL});
        mn_rng r;
        mn_rng_seed(&r, (uint64_t)i, "slopes");
        dam_case_draw(&c, &r, -0.3, 0.3);
        mn_model_forward(c.m, c.X, c.batch, c.logits, c.exponent);
        c.dlogits[4] = slopes[i];
        mn_model_backward(c.m, c.X, c.batch, c.dlogits, &c.grad);
        for (size_t k = 0; k < mn_model_size(c.m); k++)
            assert_true(isfinite(c.grad.g[k]));
        dam_case_finish(&c);
    }
}

static void results_are_not_scaled_where_they_need_not_be(void **unused)
{
    mn_rng r;
    mn_rng_seed(&r, 8, "plain");
    dam_case c = dam_case_make(784, 0, 10, 20,
                               (const char *const[]){"memories", "30", "vertex", "20", NULL});
    dam_case_draw(&c, &r, -0.3, 0.3);
    run(&c, 2);
    assert_false(c.grad.scaled);
    for (int i = 0; i < 20; i++)
        assert_int_equal(c.exponent[i], 0);
    dam_case_finish(&c);
}

static void projection_clamps_what_it_is_told_to(void **unused)
{
    static const char *const clamps[] = {"all", "visible", "none"};
    dam_case c = dam_case_make(3, 1, 2, 1, (const char *const[]){"memories", "2", NULL});
    for (int k = 0; k < 3; k++) {
        float *theta = mn_model_theta(c.m);
        for (int j = 0; j < 12; j++)
            theta[j] = j % 2 ? 2.0f : -3.0f;
        dam_case_set(&c, "clamp", clamps[k]);
        mn_model_project(c.m);
        for (int j = 0; j < 12; j++) {
            bool clamped = k == 0 || (k == 1 && j % 6 < 4);
            float size = clamped ? 1.0f : j % 2 ? 2.0f : 3.0f;
            assert_true(theta[j] == (j % 2 ? size : -size));
        }
    }
    dam_case_finish(&c);
}

static void temperature_moves_in_whole_epochs(void **unused)
{
    dam_case c = dam_case_make(1, 0, 1, 1,
                               (const char *const[]){"memories", "1", "similarity", "raw",
                                                     "temperature", "4", "temperature-final",
                                                     "2", "temperature-ramp", "10", NULL});
    mn_model_theta(c.m)[0] = 1.0f;
    mn_model_theta(c.m)[1] = 0.5f;
    c.X[0] = 1.0f;
    static const struct {
        double epoch, temperature;
    } at[] = {{0.0, 4.0}, {0.9, 4.0}, {5.5, 3.0}, {10.0, 2.0}, {50.0, 2.0}};
    for (int k = 0; k < 5; k++) {
        mn_model_progress(c.m, &(mn_progress){.epoch = at[k].epoch});
        mn_model_forward(c.m, c.X, 1, c.logits, c.exponent);
        double T = at[k].temperature; /* on: 1.5 / T, off: 0.5 / T */
        assert_near((double)c.logits[0], (2.25 - 0.25) / (T * T), 1e-6);
    }
    dam_case_finish(&c);
}

static void tally_counts_the_memory_with_the_largest_term(void **unused)
{
    dam_case c = dam_case_make(
        4, 0, 1, 3, (const char *const[]){"memories", "2", "interaction", "polynomial", NULL});
    float *theta = mn_model_theta(c.m);
    const float memories[] = {1, 1, 1, 1, 0, 0.5f, 0.5f, -0.5f, -0.5f, 0};
    const float X[] = {1, 1, 1, 0, 1, 1, -1, -1, -1, -1, -1, -0.9f};
    memcpy(theta, memories, sizeof memories);
    uint32_t fired[2] = {10, 0};
    mn_model_forward(c.m, X, 3, c.logits, c.exponent);
    mn_model_tally(c.m, 3, NULL, &(mn_tally){.fired = fired});
    assert_int_equal(fired[0], 12); /* an even power counts the opposite of a memory */
    assert_int_equal(fired[1], 1);
    dam_case_set(&c, "interaction", "leaky");
    mn_model_tally(c.m, 3, NULL, &(mn_tally){.fired = fired});
    assert_int_equal(fired[0], 13);
    assert_int_equal(fired[1], 3);
    dam_case_finish(&c);
}

static void activity_shares_sum_to_one_or_nothing(void **unused)
{
    mn_rng r;
    mn_rng_seed(&r, 9, "activity");
    static const char *const vertices[] = {"2", "7", "100"};
    for (int v = 0; v < 3; v++) {
        dam_case c = dam_case_make(
            20, 2, 3, 7, (const char *const[]){"memories", "33", "vertex", vertices[v], NULL});
        dam_case_draw(&c, &r, 0.0, 0.1);
        memset(c.X, 0, 22 * sizeof *c.X); /* the first item is like nothing */
        for (int mu = 0; mu < 33; mu++)
            for (int d = 0; d < 3; d++)
                mn_model_theta(c.m)[mu * 25 + 22 + d] = 0.05f;
        float *A = calloc(7 * 33, sizeof *A);
        mn_model_activity(c.m, c.X, 7, A);
        for (int i = 0; i < 7; i++) {
            double sum = 0.0;
            for (int mu = 0; mu < 33; mu++) {
                assert_true(A[i * 33 + mu] >= 0.0f);
                sum += (double)A[i * 33 + mu];
            }
            assert_near(sum, i ? 1.0 : 0.0, 1e-5);
        }
        free(A);
        dam_case_finish(&c);
    }
}

static void tile_shows_the_parts_of_one_memory(void **unused)
{
    dam_case c = dam_case_make(3, 2, 1, 1, (const char *const[]){"memories", "2", NULL});
    for (int j = 0; j < 12; j++)
        mn_model_theta(c.m)[j] = (float)j;
    float pixels[3], extra[2], classes[1];
    mn_model_tile(c.m, 1, pixels, extra, classes);
    assert_memory_equal(pixels, ((float[]){6, 7, 8}), sizeof pixels);
    assert_memory_equal(extra, ((float[]){9, 10}), sizeof extra);
    assert_true(classes[0] == 11.0f);
    mn_model_tile(c.m, 0, NULL, NULL, classes);
    assert_true(classes[0] == 5.0f);
    dam_case_finish(&c);
}

static void an_empty_batch_has_no_gradient(void **unused)
{
    dam_case c = dam_case_make(5, 0, 2, 4, (const char *const[]){"memories", "3", NULL});
    mn_rng r;
    mn_rng_seed(&r, 1, "empty");
    dam_case_draw(&c, &r, 0.0, 0.3);
    mn_model_forward(c.m, c.X, 0, c.logits, c.exponent);
    memset(c.grad.g, 0x7f, mn_model_size(c.m) * sizeof(float));
    mn_model_backward(c.m, c.X, 0, c.dlogits, &c.grad);
    for (size_t i = 0; i < mn_model_size(c.m); i++)
        assert_true(c.grad.g[i] == 0.0f);
    dam_case_finish(&c);
}

static void weights_that_are_not_finite_stay_visible(void **unused)
{
    dam_case c = dam_case_make(5, 0, 2, 4,
                               (const char *const[]){"memories", "3", "vertex", "100", NULL});
    mn_rng r;
    mn_rng_seed(&r, 1, "nan");
    dam_case_draw(&c, &r, 0.0, 0.3);
    mn_model_theta(c.m)[1] = NAN;
    mn_model_forward(c.m, c.X, 4, c.logits, c.exponent);
    assert_false(isfinite(c.logits[0]));
    dam_case_finish(&c);
}

static void a_revived_memory_is_the_item_and_says_nothing_yet(void **unused)
{
    dam_case c = dam_case_make(3, 1, 2, 1, (const char *const[]){"memories", "3", NULL});
    const float x[4] = {1, -1, 1, -1};
    float *theta = mn_model_theta(c.m);
    for (int i = 0; i < 18; i++)
        theta[i] = 0.5f; /* the others' inputs are of length 1 */
    assert_true(mn_model_revive(c.m, 2, x));
    const double want[6] = {0.5, -0.5, 0.5, -0.5, 0.0, 0.0};
    assert_close(theta + 12, want, 6, 1e-6, 0.0);
    assert_true(theta[11] == 0.5f);
    dam_case_finish(&c);
}

static void a_lone_memory_is_revived_too(void **unused)
{
    dam_case c = dam_case_make(3, 0, 1, 1, (const char *const[]){"memories", "1", NULL});
    const float x[3] = {1, -1, 1};
    assert_true(mn_model_revive(c.m, 0, x));
    assert_memory_equal(mn_model_theta(c.m), x, sizeof x);
    dam_case_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_independent_implementation),
        cmocka_unit_test(gradient_matches_central_differences),
        cmocka_unit_test(many_memories_agree_with_the_definition),
        cmocka_unit_test(the_same_numbers_give_the_same_bits_wherever_they_lie),
        cmocka_unit_test(two_backwards_after_one_forward_agree),
        cmocka_unit_test(logits_neither_overflow_nor_vanish),
        cmocka_unit_test(gradient_keeps_its_direction_at_vertex_100),
        cmocka_unit_test(slopes_near_zero_give_gradients_near_zero),
        cmocka_unit_test(results_are_not_scaled_where_they_need_not_be),
        cmocka_unit_test(projection_clamps_what_it_is_told_to),
        cmocka_unit_test(temperature_moves_in_whole_epochs),
        cmocka_unit_test(tally_counts_the_memory_with_the_largest_term),
        cmocka_unit_test(activity_shares_sum_to_one_or_nothing),
        cmocka_unit_test(tile_shows_the_parts_of_one_memory),
        cmocka_unit_test(an_empty_batch_has_no_gradient),
        cmocka_unit_test(weights_that_are_not_finite_stay_visible),
        cmocka_unit_test(a_revived_memory_is_the_item_and_says_nothing_yet),
        cmocka_unit_test(a_lone_memory_is_revived_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
