/* The FlyModel against an independent implementation, and what its one rule promises. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "net.h"

static const mn_shape small = {12, 3, 4, 4, 3, 1, 20}; /* more items than a block has lanes */

static net make(const char *const *pairs)
{
    return net_make("fly", small, pairs);
}

static int *inputs_of(net *t, int *q)
{
    mn_state_array a;
    assert_true(mn_model_state(t->m, 0, &a));
    assert_string_equal(a.name, "inputs");
    assert_int_equal(a.rows, t->r);
    *q = a.cols;
    return a.i;
}

/* Item i is of class i modulo the classes from `from` to `to`. */
static void learn_classes(net *t, int from, int to)
{
    float *Y = net_numbers((size_t)(t->batch * t->classes), sizeof *Y);
    for (int i = 0; i < t->batch; i++)
        Y[i * t->classes + from + i % (to - from)] = 1.0f;
    net_forward(t);
    mn_model_learn(t->m, t->X, Y, t->batch);
    free(Y);
}

static net of_oracle(const json_t *o)
{
    char cells[16], q[16], rate[16], active[16];
    const int n = (int)oracle_number(o, "n");
    const mn_shape shape = {n, 0, (int)oracle_number(o, "classes"), n,
                            1, 1, (int)oracle_number(o, "batch")};
    snprintf(cells, sizeof cells, "%g", oracle_number(o, "cells"));
    snprintf(q, sizeof q, "%g", oracle_number(o, "inputs_per_cell"));
    snprintf(rate, sizeof rate, "%g", oracle_number(o, "lr"));
    snprintf(active, sizeof active, "%g", 1.0 - oracle_number(o, "quantile"));
    net t = net_make("fly", shape,
                     (const char *const[]){"cells", cells, "inputs", q, "write-rate", rate,
                                           "active", active, NULL});
    int width, *own = inputs_of(&t, &width);
    float *R = oracle_floats(o, "projection", NULL);
    for (int u = 0; u < t.r; u++)
        for (int j = 0, at = 0; j < n; j++)
            if (R[u * n + j] > 0.0f) {
                assert_true(at < width);
                own[u * width + at++] = j;
            }
    free(R);
    return t;
}

static void fill(const json_t *o, const char *key, float *to)
{
    size_t n;
    float *x = oracle_floats(o, key, &n);
    memcpy(to, x, n * sizeof *x);
    free(x);
}

static void check_activity(const json_t *o, net *t)
{
    size_t n;
    double *want = oracle_numbers(o, "activity", &n);
    float *A = net_numbers(n, sizeof *A);
    assert_int_equal(n, t->batch * t->r);
    mn_model_activity(t->m, t->X, t->batch, A);
    for (int i = 0; i < t->batch; i++) {
        double sum = 0.0;
        for (int u = 0; u < t->r; u++)
            sum += want[i * t->r + u];
        for (int u = 0; u < t->r; u++)
            want[i * t->r + u] /= sum;
    }
    assert_close(A, want, n, 1e-6, 0.0); /* sums of six floats */
    free(A);
    free(want);
}

static void agrees_with_the_independent_implementation(void **unused)
{
    json_t *o = oracle_open("fly.json");
    net t = of_oracle(o);
    size_t n;
    double *y = oracle_numbers(o, "y", &n);
    float *Y = net_numbers((size_t)(t.batch * t.classes), sizeof *Y);
    for (size_t i = 0; i < n; i++)
        Y[i * (size_t)t.classes + (size_t)y[i]] = 1.0f;
    fill(o, "x", t.X);
    check_activity(o, &t);
    net_forward(&t);
    mn_model_learn(t.m, t.X, Y, t.batch);
    double *want = oracle_numbers(o, "values", &n);
    assert_close(mn_model_theta(t.m), want, n, 2e-6, 0.0);
    free(want);
    fill(o, "probes", t.X);
    want = oracle_numbers(o, "probe_scores", &n);
    mn_model_forward(t.m, t.X, (int)n / t.classes, t.logits, t.exponent);
    assert_close(t.logits, want, n, 2e-6, 0.0);
    free(want);
    free(y);
    free(Y);
    net_finish(&t);
    json_decref(o);
}

static void cells_listen_to_different_inputs_each(void **unused)
{
    net t = make((const char *const[]){"cells", "300", "inputs", "7", NULL});
    int q, *own = inputs_of(&t, &q), heard[15] = {0};
    assert_int_equal(q, 7);
    for (int u = 0; u < t.r; u++) {
        bool has[15] = {false};
        for (int i = 0; i < q; i++) {
            assert_in_range(own[u * q + i], 0, 14);
            assert_false(has[own[u * q + i]]);
            has[own[u * q + i]] = true;
            heard[own[u * q + i]]++;
        }
    }
    for (int j = 0; j < 15; j++)
        assert_in_range(heard[j], 100, 180); /* 140 +- 8.6 */
    net_finish(&t);
}

static void more_inputs_than_there_are_is_all_of_them(void **unused)
{
    net t = make((const char *const[]){"cells", "3", "inputs", "10000", NULL});
    float pixels[12], extra[3];
    int q;
    inputs_of(&t, &q);
    assert_int_equal(q, 15);
    mn_model_tile(t.m, 2, pixels, extra, NULL);
    for (int j = 0; j < 12; j++)
        assert_true(pixels[j] == 1.0f);
    assert_true(extra[0] == 1.0f && extra[2] == 1.0f);
    net_finish(&t);
}

static void classes_that_do_not_occur_keep_their_weights(void **unused)
{
    net t = make((const char *const[]){"cells", "200", "inputs", "5", NULL});
    float before[400];
    learn_classes(&t, 0, 2);
    memcpy(before, mn_model_theta(t.m), sizeof before);
    learn_classes(&t, 2, 4);
    assert_memory_equal(before, mn_model_theta(t.m), sizeof before);
    double sum = 0.0;
    for (int i = 400; i < 800; i++)
        sum += (double)mn_model_theta(t.m)[i];
    assert_true(sum > 0.0);
    net_finish(&t);
}

static void weights_rise_to_one_and_no_further(void **unused)
{
    net t =
        make((const char *const[]){"cells", "100", "inputs", "5", "write-rate", "0.4", NULL});
    float before[400];
    int at_one = 0;
    for (int pass = 0; pass < 8; pass++) {
        memcpy(before, mn_model_theta(t.m), sizeof before);
        learn_classes(&t, 0, 4);
        for (int i = 0; i < 400; i++) {
            assert_true(mn_model_theta(t.m)[i] >= before[i] && mn_model_theta(t.m)[i] <= 1.0f);
            at_one += pass == 7 && mn_model_theta(t.m)[i] == 1.0f;
        }
    }
    assert_true(at_one > 0);
    net_finish(&t);
}

static void one_in_a_hundred_cells_is_active(void **unused)
{
    net t = make((const char *const[]){"cells", "1000", "inputs", "7", NULL});
    uint32_t *fired = net_numbers((size_t)t.r, sizeof *fired);
    int sum = 0;
    net_forward(&t);
    mn_model_tally(t.m, t.batch, NULL, &(mn_tally){.fired = fired});
    for (int u = 0; u < t.r; u++)
        sum += (int)fired[u];
    assert_int_equal(sum, 10 * t.batch); /* random floats have no equals at the edge */
    free(fired);
    net_finish(&t);
}

static void an_item_is_the_same_in_any_batch(void **unused)
{
    net t = make((const char *const[]){"cells", "500", "inputs", "6", NULL});
    float alone[4];
    learn_classes(&t, 0, 4);
    net_forward(&t);
    for (int i = 0; i < t.batch; i++) {
        mn_model_forward(t.m, t.X + i * t.n_inputs, 1, alone, t.exponent);
        assert_memory_equal(alone, t.logits + i * t.classes, sizeof alone);
    }
    net_finish(&t);
}

static void brightness_and_contrast_do_not_matter(void **unused)
{
    net t = make((const char *const[]){"cells", "500", "inputs", "6", NULL});
    double want[80];
    learn_classes(&t, 0, 4);
    net_forward(&t);
    for (int i = 0; i < 80; i++)
        want[i] = (double)t.logits[i];
    for (int i = 0; i < t.batch * t.n_inputs; i++)
        t.X[i] = 0.25f * t.X[i] + 0.5f; /* rounds: 1e-7 of sums of six */
    net_forward(&t);
    assert_close(t.logits, want, 80, 1e-4, 0.0);
    net_finish(&t);
}

static void an_even_item_makes_no_cell_active(void **unused)
{
    net t = make((const char *const[]){"cells", "50", "inputs", "6", NULL});
    float A[50];
    for (int i = 0; i < t.batch * t.n_inputs; i++)
        t.X[i] = 0.7f;
    learn_classes(&t, 0, 4);
    for (int i = 0; i < 200; i++)
        assert_true(mn_model_theta(t.m)[i] == 0.0f);
    mn_model_activity(t.m, t.X, 1, A);
    for (int i = 0; i < 50; i++)
        assert_true(A[i] == 0.0f);
    net_finish(&t);
}

/* As a checkpoint may hold any count. */
static void inputs_that_there_are_not_lead_nowhere(void **unused)
{
    net t = make((const char *const[]){"cells", "50", "inputs", "6", NULL});
    float pixels[12], extra[3];
    int q, *own = inputs_of(&t, &q);
    for (int i = 0; i < t.r * q; i++)
        own[i] = INT32_MAX;
    learn_classes(&t, 0, 4);
    mn_model_tile(t.m, 0, pixels, extra, NULL);
    for (int j = 0; j < 12; j++)
        assert_true(pixels[j] == 0.0f);
    net_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_independent_implementation),
        cmocka_unit_test(cells_listen_to_different_inputs_each),
        cmocka_unit_test(more_inputs_than_there_are_is_all_of_them),
        cmocka_unit_test(classes_that_do_not_occur_keep_their_weights),
        cmocka_unit_test(weights_rise_to_one_and_no_further),
        cmocka_unit_test(one_in_a_hundred_cells_is_active),
        cmocka_unit_test(an_item_is_the_same_in_any_batch),
        cmocka_unit_test(brightness_and_contrast_do_not_matter),
        cmocka_unit_test(an_even_item_makes_no_cell_active),
        cmocka_unit_test(inputs_that_there_are_not_lead_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
