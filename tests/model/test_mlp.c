#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

static const mn_shape small = {5, 2, 3, 5, 1, 1, 4};

static void tensors_have_their_public_names_and_shapes(void **unused)
{
    static const struct {
        const char *name;
        int rows, cols;
    } want[] = {
        {"addresses", 6, 7}, {"address_bias", 1, 6}, {"values", 3, 6}, {"value_bias", 1, 3}};
    net t = net_make("mlp", small, (const char *const[]){"neurons", "6", NULL});
    assert_int_equal(mn_model_n_tensors(t.m), 4);
    for (int i = 0; i < 4; i++) {
        const mn_tensor tensor = mn_model_tensor(t.m, i);
        assert_string_equal(tensor.name, want[i].name);
        assert_int_equal(tensor.rows, want[i].rows);
        assert_int_equal(tensor.cols, want[i].cols);
    }
    assert_int_equal(mn_model_n_rows(t.m), 11);
    assert_false(mn_model_recalls(t.m));
    net_finish(&t);
    t = net_make("mlp", small,
                 (const char *const[]){"r", "6", "bias", "no", "output-bias", "no", NULL});
    assert_int_equal(mn_model_n_tensors(t.m), 2);
    assert_string_equal(mn_model_tensor(t.m, 1).name, "values");
    net_finish(&t);
}

/* h = phi(A x + a) of item i, in double; `top` = 0 keeps all. Returns the logits too. */
static void reference(net *t, const float *theta, int i, int top, double *h, double *z)
{
    const float *x = t->X + i * t->n_inputs, *a = theta + t->r * t->n_inputs, *V = a + t->r,
                *v = V + t->classes * t->r;
    for (int u = 0; u < t->r; u++) {
        h[u] = (double)a[u];
        for (int j = 0; j < t->n_inputs; j++)
            h[u] += (double)theta[u * t->n_inputs + j] * (double)x[j];
        h[u] = fmax(0.0, h[u]);
    }
    double kept[64] = {0};
    for (int k = 0; k < top; k++) {
        int best = 0;
        for (int u = 1; u < t->r; u++)
            best = h[u] > h[best] ? u : best;
        kept[best] = h[best];
        h[best] = -1.0;
    }
    if (top)
        memcpy(h, kept, (size_t)t->r * sizeof *h);
    for (int c = 0; c < t->classes; c++) {
        z[c] = (double)v[c];
        for (int u = 0; u < t->r; u++)
            z[c] += (double)V[c * t->r + u] * h[u];
    }
}

static void check_against_reference(const char *activation, int top)
{
    char k[8];
    snprintf(k, sizeof k, "%d", top ? top : 1);
    net t = net_make(
        "mlp", small,
        (const char *const[]){"neurons", "40", "activation", activation, "k", k, NULL});
    uint32_t fired[40] = {0}, want_fired[40] = {0};
    float *A = net_numbers(4 * 40, sizeof *A);
    net_forward(&t);
    mn_model_tally(t.m, 4, NULL, &(mn_tally){.fired = fired});
    mn_model_activity(t.m, t.X, 4, A);
    for (int i = 0; i < 4; i++) {
        double h[40], z[3], sum = 0.0;
        reference(&t, mn_model_theta(t.m), i, top, h, z);
        assert_close(t.logits + i * 3, z, 3, 1e-5, 0.0); /* sums of 40 floats */
        assert_int_equal(t.exponent[i], 0);
        for (int u = 0; u < 40; u++) {
            sum += h[u];
            want_fired[u] += h[u] > 0.0;
        }
        for (int u = 0; u < 40; u++)
            h[u] /= sum;
        assert_close(A + i * 40, h, 40, 1e-5, 0.0);
    }
    assert_memory_equal(fired, want_fired, sizeof fired);
    free(A);
    net_finish(&t);
}

static void logits_and_firing_follow_the_equations(void **unused)
{
    check_against_reference("relu", 0);
    check_against_reference("top-k", 1);
    check_against_reference("top-k", 7);
}

/* sum of dlogits * logits, whose slope in theta is what backward says. */
static double objective(net *t)
{
    double sum = 0.0;
    net_forward(t);
    for (int i = 0; i < t->batch * t->classes; i++)
        sum += (double)t->dlogits[i] * (double)t->logits[i];
    return sum;
}

/* Central differences in float: the objective is piecewise linear in every single weight, so a
 * wide step costs nothing but kinks, of which there are none that near. */
static void check_slopes(net *t, double rtol)
{
    const double h = 1.0 / 1024;
    const size_t n = mn_model_size(t->m);
    float *theta = mn_model_theta(t->m);
    double *want = net_numbers(n, sizeof *want);
    for (size_t i = 0; i < n; i++) {
        const float kept = theta[i];
        theta[i] = kept + (float)h;
        const double up = objective(t);
        theta[i] = kept - (float)h;
        const double down = objective(t);
        theta[i] = kept;
        want[i] = (up - down) / (2 * h);
    }
    net_forward(t);
    net_backward(t);
    assert_false(t->grad.scaled);
    assert_int_equal(t->grad.items, t->batch);
    assert_close(t->grad.g, want, n, rtol, 0.0);
    free(want);
}

static void gradient_matches_central_differences(void **unused)
{
    static const char *const cases[][9] = {
        {"neurons", "9", NULL},
        {"neurons", "9", "bias", "no", NULL},
        {"neurons", "9", "output-bias", "no", NULL},
        {"neurons", "9", "activation", "top-k", "k", "3", NULL},
        {"neurons", "9", "bias", "no", "output-bias", "no", NULL},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        net t = net_make("mlp", small, cases[k]);
        check_slopes(&t, 1e-3); /* logits of 1e-7 over a step of 2e-3 */
        net_finish(&t);
    }
}

/* The slopes of the power loss at its largest exponent, summed over a batch. */
static void slopes_at_the_end_of_float_stay_in_range(void **unused)
{
    net t = net_make("mlp", small, (const char *const[]){"neurons", "9", NULL});
    const size_t n = mn_model_size(t.m);
    double *want = net_numbers(n, sizeof *want);
    net_forward(&t);
    net_backward(&t);
    for (size_t i = 0; i < n; i++)
        want[i] = (double)t.grad.g[i];
    static const int sizes[] = {126, 60, -100};
    for (int s = 0; s < 3; s++) {
        net u = net_make("mlp", small, (const char *const[]){"neurons", "9", NULL});
        for (int i = 0; i < 12; i++)
            u.dlogits[i] = ldexpf(u.dlogits[i], sizes[s]);
        net_forward(&u);
        net_backward(&u);
        assert_true(u.grad.scaled);
        for (size_t i = 0; i < n; i++)
            u.grad.g[i] = ldexpf(u.grad.g[i], u.grad.exponent[0] - sizes[s]);
        for (int row = 0; row < mn_model_n_rows(u.m); row++)
            assert_int_equal(u.grad.exponent[row], u.grad.exponent[0]);
        assert_close(u.grad.g, want, n, 1e-6, 0.0);
        net_finish(&u);
    }
    free(want);
    net_finish(&t);
}

static void equals_at_the_edge_of_top_k_do_not_make_it_more_than_k(void **unused)
{
    net t =
        net_make("mlp", small,
                 (const char *const[]){"neurons", "30", "activation", "top-k", "k", "8", NULL});
    uint32_t fired[30] = {0};
    int n_fired = 0;
    for (size_t i = 0; i < mn_model_size(t.m); i++)
        mn_model_theta(t.m)[i] = 0.5f;
    net_forward(&t);
    mn_model_tally(t.m, 1, NULL, &(mn_tally){.fired = fired});
    for (int u = 0; u < 30; u++)
        n_fired += (int)fired[u];
    assert_int_equal(n_fired, 8);
    net_set(&t, "k", "100000"); /* more than there are: all of them */
    net_forward(&t);
    mn_model_tally(t.m, 1, NULL, &(mn_tally){.fired = fired});
    assert_int_equal(fired[29], 1);
    net_finish(&t);
}

static void an_item_for_which_nothing_fires_is_no_share_and_no_gradient(void **unused)
{
    net t = net_make("mlp", small, (const char *const[]){"neurons", "6", NULL});
    float A[24];
    memset(mn_model_theta(t.m), 0, 42 * sizeof(float));
    for (int u = 0; u < 6; u++)
        mn_model_tensor(t.m, 1).data[u] = -1.0f;
    mn_model_activity(t.m, t.X, 4, A);
    net_forward(&t);
    net_backward(&t);
    for (int i = 0; i < 24; i++)
        assert_true(A[i] == 0.0f);
    for (int i = 0; i < 48 + 18; i++)
        assert_true(t.grad.g[i] == 0.0f);
    assert_true(t.grad.g[66] != 0.0f); /* the bias of a class still learns */
    net_finish(&t);
}

static void weights_begin_as_published_settings_expect(void **unused)
{
    const mn_shape digits = {784, 0, 10, 28, 28, 1, 1};
    net t = net_make("mlp", digits, (const char *const[]){"neurons", "400", NULL});
    static const double reach[] = {1.0 / 28, 1.0 / 28, 1.0 / 20, 1.0 / 20};
    for (int k = 0; k < 4; k++) {
        const mn_tensor tensor = mn_model_tensor(t.m, k);
        const size_t n = (size_t)tensor.rows * (size_t)tensor.cols;
        double square = 0.0;
        for (size_t i = 0; i < n; i++) {
            assert_true(fabs((double)tensor.data[i]) <= reach[k] * (1 + 1e-6));
            square += (double)tensor.data[i] * (double)tensor.data[i] / (double)n;
        }
        if (n > 1000) /* a uniform number's standard deviation, to a few in a thousand */
            assert_near(sqrt(3 * square), reach[k], 0.02 * reach[k]);
    }
    net_finish(&t);
}

static void dropout_is_in_training_steps_only_and_has_their_mean(void **unused)
{
    const mn_shape shape = {5, 2, 3, 5, 1, 1, 200};
    net t =
        net_make("mlp", shape, (const char *const[]){"neurons", "60", "dropout", "0.25", NULL});
    const size_t n = 600;
    float *plain = net_numbers(n, sizeof *plain), *noisy = net_numbers(n, sizeof *noisy);
    for (int i = 1; i < 200; i++) /* one item, many times */
        memcpy(t.X + i * 7, t.X, 7 * sizeof(float));
    net_forward(&t);
    memcpy(plain, t.logits, n * sizeof *plain);
    mn_model_train(t.m);
    net_forward(&t);
    memcpy(noisy, t.logits, n * sizeof *noisy);
    double mean = 0.0, spread = 0.0;
    for (int i = 0; i < 200; i++) {
        mean += (double)noisy[i * 3] / 200;
        spread += pow((double)(noisy[i * 3] - plain[0]), 2) / 200;
    }
    assert_true(spread > 0.0);
    assert_near(mean, (double)plain[0], 4 * sqrt(spread / 200)); /* four standard errors */
    net_forward(&t);
    assert_memory_equal(t.logits, plain, n * sizeof *plain);
    mn_model_train(t.m); /* the same step again: the same noise */
    net_forward(&t);
    assert_memory_equal(t.logits, noisy, n * sizeof *noisy);
    mn_model_progress(t.m, &(mn_progress){.step = 1});
    mn_model_train(t.m);
    net_forward(&t);
    assert_memory_not_equal(t.logits, noisy, n * sizeof *noisy);
    free(plain);
    free(noisy);
    net_finish(&t);
}

/* The mask is the same while the step is, so central differences can be taken through it. */
static void gradient_goes_through_the_neurons_that_were_not_left_out(void **unused)
{
    net t =
        net_make("mlp", small, (const char *const[]){"neurons", "9", "dropout", "0.5", NULL});
    const double h = 1.0 / 1024;
    const size_t n = mn_model_size(t.m);
    float *theta = mn_model_theta(t.m);
    double *want = net_numbers(n, sizeof *want);
    for (size_t i = 0; i < n; i++) {
        const float kept = theta[i];
        for (int side = 1; side >= -1; side -= 2) {
            theta[i] = kept + (float)(side * h);
            mn_model_train(t.m);
            want[i] += side * objective(&t) / (2 * h);
        }
        theta[i] = kept;
    }
    mn_model_train(t.m);
    net_forward(&t);
    net_backward(&t);
    assert_close(t.grad.g, want, n, 1e-3, 0.0);
    free(want);
    net_finish(&t);
}

static void a_tile_is_an_address_and_its_say_on_the_classes(void **unused)
{
    net t = net_make("mlp", small, (const char *const[]){"neurons", "6", NULL});
    float pixels[5], extra[2], classes[3];
    const mn_tensor A = mn_model_tensor(t.m, 0), V = mn_model_tensor(t.m, 2);
    mn_model_tile(t.m, 4, pixels, extra, classes);
    assert_memory_equal(pixels, A.data + 4 * 7, sizeof pixels);
    assert_memory_equal(extra, A.data + 4 * 7 + 5, sizeof extra);
    for (int c = 0; c < 3; c++)
        assert_true(classes[c] == V.data[c * 6 + 4]);
    for (size_t i = 0; i < mn_model_size(t.m); i++)
        t.grad.g[i] = (float)i;
    mn_model_tile_of(t.m, t.grad.g, 5, pixels, NULL, classes);
    assert_true(pixels[0] == 35.0f && classes[0] == 53.0f && classes[2] == 65.0f);
    mn_model_tile(t.m, 0, NULL, NULL, NULL);
    net_finish(&t);
}

static void what_is_not_a_number_shows(void **unused)
{
    net t =
        net_make("mlp", small,
                 (const char *const[]){"neurons", "6", "activation", "top-k", "k", "2", NULL});
    mn_model_theta(t.m)[0] = NAN;
    net_forward(&t);
    assert_true(isnan(t.logits[0]));
    net_finish(&t);
}

static void a_revived_neuron_is_as_long_as_the_others(void **unused)
{
    net t = net_make("mlp", small, (const char *const[]){"neurons", "3", NULL});
    const float x[7] = {3, 0, 0, 4, 0, 0, 0}, none[7] = {0};
    float *theta = mn_model_theta(t.m);
    for (int j = 0; j < 7; j++)
        theta[j] = theta[14 + j] = 0.0f;
    theta[0] = 2.0f, theta[14 + 6] = -4.0f; /* lengths 2 and 4 */
    assert_true(mn_model_revive(t.m, 1, x));
    const double want[7] = {1.8, 0, 0, 2.4, 0, 0, 0};
    assert_close(theta + 7, want, 7, 1e-6, 0.0);
    assert_true(mn_model_tensor(t.m, 1).data[1] == 0.0f); /* its bias */
    for (int c = 0; c < 3; c++)
        assert_true(mn_model_tensor(t.m, 2).data[c * 3 + 1] == 0.0f);
    assert_true(mn_model_revive(t.m, 1, none));
    for (int j = 0; j < 7; j++)
        assert_true(theta[7 + j] == 0.0f);
    net_finish(&t);
}

static void gauges_count_who_is_active(void **unused)
{
    net t =
        net_make("mlp", small,
                 (const char *const[]){"neurons", "40", "activation", "top-k", "k", "3", NULL});
    mn_gauge g;
    assert_true(mn_model_gauge(t.m, 0, &g) && g.value == 3.0);
    assert_true(mn_model_gauge(t.m, 1, &g) && isnan(g.value));
    net_forward(&t);
    assert_true(mn_model_gauge(t.m, 1, &g) && g.value == 3.0);
    net_set(&t, "activation", "relu");
    assert_true(mn_model_gauge(t.m, 0, &g) && isnan(g.value));
    assert_false(mn_model_gauge(t.m, 2, &g));
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_have_their_public_names_and_shapes),
        cmocka_unit_test(logits_and_firing_follow_the_equations),
        cmocka_unit_test(gradient_matches_central_differences),
        cmocka_unit_test(slopes_at_the_end_of_float_stay_in_range),
        cmocka_unit_test(equals_at_the_edge_of_top_k_do_not_make_it_more_than_k),
        cmocka_unit_test(an_item_for_which_nothing_fires_is_no_share_and_no_gradient),
        cmocka_unit_test(weights_begin_as_published_settings_expect),
        cmocka_unit_test(dropout_is_in_training_steps_only_and_has_their_mean),
        cmocka_unit_test(gradient_goes_through_the_neurons_that_were_not_left_out),
        cmocka_unit_test(a_tile_is_an_address_and_its_say_on_the_classes),
        cmocka_unit_test(what_is_not_a_number_shows),
        cmocka_unit_test(a_revived_neuron_is_as_long_as_the_others),
        cmocka_unit_test(gauges_count_who_is_active),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
