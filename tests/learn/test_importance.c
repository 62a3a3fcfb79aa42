#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pupil.h"

static const char *const all_items[] = {"importance-items", "0", NULL};
static const char *const norm[] = {"importance-items", "0", "sensitivity", "norm", NULL};

static const mn_shape small = {
    .n_visible = 9, .n_extra = 2, .n_classes = 3, .width = 9, .height = 1, .channels = 1};

static pupil *dense(const char *vertex, const char *temperature)
{
    const char *set[] = {"memories", "5", "vertex", vertex, "temperature", temperature, NULL};
    return pupil_create("dam", small, set, "power", 2, "maxnorm");
}

static pupil *layered(void)
{
    static const char *const set[] = {"neurons", "6", NULL};
    return pupil_create("mlp", small, set, "cross-entropy", 1, "sgd");
}

/* The oracle's weights and items in the place of the drawn ones. */
static void load(pupil *p, const json_t *o)
{
    size_t n_theta, n_x, n_y;
    float *theta = oracle_floats(o, "theta", &n_theta), *x = oracle_floats(o, "x", &n_x);
    double *y = oracle_numbers(o, "y", &n_y);
    assert_int_equal(n_theta, p->size);
    assert_int_equal(n_x, n_y * p->n_inputs);
    memcpy(mn_model_theta(p->m), theta, n_theta * sizeof *theta);
    memcpy(p->X, x, n_x * sizeof *x);
    memset(p->Y, 0, n_y * p->n_classes * sizeof *p->Y);
    p->n_items = n_y;
    for (size_t i = 0; i < n_y; i++)
        p->Y[i * p->n_classes + (size_t)y[i]] = 1.0f;
    free(theta);
    free(x);
    free(y);
}

/* Float gradients are good to 1e-6 of the largest, and so are means of their squares. */
static void compare(pupil *p, const json_t *o, const char *key)
{
    const mn_penalty *penalty = mn_strategy_penalty(p->s);
    mn_err err;
    size_t n;
    double *want = oracle_numbers(o, key, &n);
    assert_int_equal(n, p->size);
    assert_ok(pupil_end(p, 0, &err), &err);
    assert_int_equal(penalty->n_terms, 1);
    for (int row = 0; row < mn_model_n_rows(p->m); row++)
        assert_int_equal(penalty->exponent[row], 0); /* ordinary numbers */
    assert_close(penalty->importance, want, n, 1e-5, 0.0);
    free(want);
}

static void compare_all(pupil *p, const json_t *o)
{
    load(p, o);
    pupil_protect(p, "ewc", all_items);
    compare(p, o, "ewc");
    pupil_protect(p, "mas", all_items);
    compare(p, o, "mas");
    pupil_protect(p, "mas", norm);
    compare(p, o, "mas_l2");
}

static void a_dense_memory_agrees_with_the_independent_implementation(void **unused)
{
    static const mn_shape shape = {
        .n_visible = 9, .n_classes = 3, .width = 9, .height = 1, .channels = 1};
    static const char *const set[] = {"memories",    "5",   "vertex", "3",
                                      "temperature", "0.6", NULL};
    json_t *o = oracle_open("importance_dam.json");
    pupil *p = pupil_create("dam", shape, set, "power", 1, "maxnorm");
    compare_all(p, o);
    pupil_destroy(p);
    json_decref(o);
}

static void a_perceptron_agrees_with_the_independent_implementation(void **unused)
{
    static const mn_shape shape = {
        .n_visible = 8, .n_classes = 3, .width = 8, .height = 1, .channels = 1};
    static const char *const set[] = {"neurons", "6", NULL};
    json_t *o = oracle_open("importance_mlp.json");
    pupil *p = pupil_create("mlp", shape, set, "cross-entropy", 1, "sgd");
    compare_all(p, o);
    pupil_destroy(p);
    json_decref(o);
}

/* dz_c/dtheta of item i at its true size, one class at a time. */
static void differentiate(pupil *p, size_t i, size_t c, long double *J)
{
    int exponent;
    const float *x = p->X + i * p->n_inputs;
    mn_model_forward(p->m, x, 1, p->logits, &exponent);
    memset(p->dlogits, 0, p->n_classes * sizeof *p->dlogits);
    p->dlogits[c] = 1.0f;
    mn_model_backward(p->m, x, 1, p->dlogits, &p->grad);
    for (size_t k = 0; k < p->size; k++)
        J[k] = ldexpl((long double)p->grad.g[k],
                      p->grad.scaled ? p->grad.exponent[pupil_row(p, k)] : 0);
}

static void softmax(pupil *p, size_t i, long double beta, long double *probability)
{
    int exponent;
    long double sum = 0.0L, most = -1e4000L;
    mn_model_forward(p->m, p->X + i * p->n_inputs, 1, p->logits, &exponent);
    for (size_t c = 0; c < p->n_classes; c++)
        most = fmaxl(most, ldexpl((long double)p->logits[c], exponent));
    for (size_t c = 0; c < p->n_classes; c++)
        sum += probability[c] =
            expl(beta * (ldexpl((long double)p->logits[c], exponent) - most));
    for (size_t c = 0; c < p->n_classes; c++)
        probability[c] /= sum;
}

/* From the definition: sum over labels y of p_y (d -log p_y / dtheta)^2, with the outputs'
 * derivatives taken one by one. */
static long double *fisher(pupil *p, long double beta)
{
    const size_t C = p->n_classes;
    long double *F = calloc(p->size, sizeof *F), *J = calloc(C * p->size, sizeof *J), q[8];
    assert_true(F && J);
    for (size_t i = 0; i < p->n_items; i++) {
        softmax(p, i, beta, q);
        for (size_t c = 0; c < C; c++)
            differentiate(p, i, c, J + c * p->size);
        for (size_t k = 0; k < p->size; k++)
            for (size_t y = 0; y < C; y++) {
                long double slope = 0.0L;
                for (size_t c = 0; c < C; c++)
                    slope += beta * (q[c] - (c == y ? 1.0L : 0.0L)) * J[c * p->size + k];
                F[k] += q[y] * slope * slope / (long double)p->n_items;
            }
    }
    free(J);
    return F;
}

/* Relative to the row's largest, which the others share their exponent with. */
static void assert_importance(const pupil *p, const long double *want, long double tolerance)
{
    long double *got = pupil_importance(p);
    for (size_t k = 0; k < p->size; k++) {
        long double most = 0.0L;
        for (size_t j = 0; j < p->size; j++)
            if (pupil_row(p, j) == pupil_row(p, k))
                most = fmaxl(most, want[j]);
        assert_true(fabsl(got[k] - want[k]) <= tolerance * most);
    }
    free(got);
}

static void check_true_fisher(pupil *p, const char *beta)
{
    const char *set[] = {"importance-items", "0", "fisher", "true", "fisher-beta", beta, NULL};
    mn_err err;
    pupil_items(p, 3, 10);
    pupil_protect(p, "ewc", set);
    assert_ok(pupil_end(p, 0, &err), &err);
    long double *want = fisher(p, strtold(beta, NULL));
    assert_importance(p, want, 1e-4L);
    free(want);
    pupil_destroy(p);
}

static void the_true_fisher_information_is_an_expectation_over_labels(void **unused)
{
    check_true_fisher(layered(), "1");
    check_true_fisher(layered(), "0.005");
    check_true_fisher(layered(), "20");
    check_true_fisher(dense("3", "0.3"), "1");
    check_true_fisher(dense("20", "0.3"), "1");
}

/* Everything an item tells about a weight at a vertex where its square is nowhere near float's
 * range, against long double. */
static void empirical(pupil *p, long double *F)
{
    int exponent;
    for (size_t i = 0; i < p->n_items; i++) {
        const float *x = p->X + i * p->n_inputs;
        mn_model_forward(p->m, x, 1, p->logits, &exponent);
        p->loss->eval(&p->loss_cfg, 1, (int)p->n_classes, p->logits, &exponent,
                      p->Y + i * p->n_classes, p->dlogits);
        mn_model_backward(p->m, x, 1, p->dlogits, &p->grad);
        for (size_t k = 0; k < p->size; k++) {
            long double g = ldexpl((long double)p->grad.g[k],
                                   p->grad.scaled ? p->grad.exponent[pupil_row(p, k)] : 0);
            F[k] += g * g / (long double)p->n_items;
        }
    }
}

static void high_vertices_keep_importances_of_any_size(void **unused)
{
    static const char *const vertices[] = {"20", "50", "100"};
    static const char *const temperatures[] = {"3", "0.3", "0.05"};
    for (int k = 0; k < 9; k++) {
        pupil *p = dense(vertices[k % 3], temperatures[k / 3]);
        mn_err err;
        long double *want = calloc(p->size, sizeof *want);
        assert_non_null(want);
        pupil_items(p, 4, 12);
        pupil_protect(p, "ewc", all_items);
        assert_ok(pupil_end(p, 0, &err), &err);
        empirical(p, want);
        assert_importance(p, want, 1e-5L);
        free(want);
        pupil_destroy(p);
    }
}

/* |d (sum z^2)| = |sum 2 z dz|, whose two factors may both be out of range. */
static void the_norm_of_outputs_of_any_size_is_followed(void **unused)
{
    static const char *const vertices[] = {"2", "20", "100"};
    static const char *const temperatures[] = {"3", "0.3", "0.01"};
    for (int k = 0; k < 9; k++) {
        pupil *p = dense(vertices[k % 3], temperatures[k / 3]);
        mn_err err;
        long double *want = calloc(p->size, sizeof *want), *J = calloc(p->size, sizeof *J);
        long double *sum = calloc(p->size, sizeof *sum);
        assert_true(want && J && sum);
        pupil_items(p, 5, 6);
        pupil_protect(p, "mas", norm);
        assert_ok(pupil_end(p, 0, &err), &err);
        for (size_t i = 0; i < p->n_items; i++) {
            memset(sum, 0, p->size * sizeof *sum);
            for (size_t c = 0; c < p->n_classes; c++) {
                int exponent;
                differentiate(p, i, c, J);
                mn_model_forward(p->m, p->X + i * p->n_inputs, 1, p->logits, &exponent);
                for (size_t w = 0; w < p->size; w++)
                    sum[w] += 2.0L * ldexpl((long double)p->logits[c], exponent) * J[w];
            }
            for (size_t w = 0; w < p->size; w++)
                want[w] += fabsl(sum[w]) / (long double)p->n_items;
        }
        assert_importance(p, want, 1e-4L);
        free(want);
        free(J);
        free(sum);
        pupil_destroy(p);
    }
}

/* d (what is measured in item i) / dz_c at its true size. */
typedef long double slope_of(const pupil *p, size_t i, size_t c, const long double *z);

static long double prediction_slope(const pupil *p, size_t i, size_t c, const long double *z)
{
    const long double beta = 0.7L;
    long double sum = 0.0L;
    size_t likeliest = 0;
    for (size_t k = 0; k < p->n_classes; k++) {
        sum += expl(beta * z[k]);
        likeliest = z[k] > z[likeliest] ? k : likeliest;
    }
    return beta * (expl(beta * z[c]) / sum - (c == likeliest ? 1.0L : 0.0L));
}

static long double norm_slope(const pupil *p, size_t i, size_t c, const long double *z)
{
    return 2.0L * z[c];
}

/* From the definition, all items in one batch: the sum of their gradients. */
static long double *whole(pupil *p, slope_of *slope)
{
    long double *sum = calloc(p->size, sizeof *sum), *J = calloc(p->size, sizeof *J), z[8];
    assert_true(sum && J);
    for (size_t i = 0; i < p->n_items; i++) {
        int exponent;
        mn_model_forward(p->m, p->X + i * p->n_inputs, 1, p->logits, &exponent);
        for (size_t c = 0; c < p->n_classes; c++)
            z[c] = ldexpl((long double)p->logits[c], exponent);
        for (size_t c = 0; c < p->n_classes; c++) {
            const long double towards = slope(p, i, c, z);
            differentiate(p, i, c, J);
            for (size_t k = 0; k < p->size; k++)
                sum[k] += towards * J[k];
        }
    }
    free(J);
    return sum;
}

/* A model that takes three items at once needs several calls for a batch of ten. */
static pupil *narrow(const char *model)
{
    static const char *const perceptron[] = {"neurons", "6", NULL}, *const memory[] = {
                                                                        "memories",    "5",
                                                                        "vertex",      "4",
                                                                        "temperature", "0.3",
                                                                        NULL};
    mn_shape shape = small;
    shape.batch = 3;
    return strcmp(model, "dam")
               ? pupil_create(model, shape, perceptron, "cross-entropy", 1, "sgd")
               : pupil_create(model, shape, memory, "power", 2, "maxnorm");
}

static void check_whole(pupil *p, const char *kind, slope_of *slope, bool squared)
{
    static const char *const set[] = {
        "importance-items", "0",   "importance-batch", "512",  "fisher", "predicted",
        "fisher-beta",      "0.7", "sensitivity",      "norm", NULL};
    mn_err err;
    pupil_items(p, 9, 10);
    pupil_protect(p, kind, set);
    assert_ok(pupil_end(p, 0, &err), &err);
    long double *want = whole(p, slope);
    for (size_t k = 0; k < p->size; k++)
        want[k] = (squared ? want[k] * want[k] : fabsl(want[k])) / 10.0L;
    assert_importance(p, want, 1e-4L);
    free(want);
    pupil_destroy(p);
}

static void gradients_of_a_batch_are_summed_before_they_count(void **unused)
{
    check_whole(layered(), "ewc", prediction_slope, true);
    check_whole(layered(), "mas", norm_slope, false);
    check_whole(dense("20", "0.3"), "ewc", prediction_slope, true);
    check_whole(dense("20", "0.3"), "mas", norm_slope, false);
    check_whole(narrow("mlp"), "ewc", prediction_slope, true);
    check_whole(narrow("mlp"), "mas", norm_slope, false);
    check_whole(narrow("dam"), "ewc", prediction_slope, true);
    check_whole(narrow("dam"), "mas", norm_slope, false);
}

/* Six times the same item: a batch of four and one of two, whoever is in them, are
 * (4^2 + 2^2) / 6 of its square, and absolute values do not see batches. */
static void the_last_batch_has_what_is_left(void **unused)
{
    static const char *const kinds[] = {"ewc", "mas"};
    for (int k = 0; k < 2; k++) {
        const char *set[] = {"importance-items", "0", "importance-batch", "4", NULL};
        pupil *p = k ? layered() : narrow("mlp");
        mn_err err;
        pupil_items(p, 10, 1);
        for (p->n_items = 1; p->n_items < 6; p->n_items++) {
            memcpy(p->X + p->n_items * p->n_inputs, p->X, p->n_inputs * sizeof *p->X);
            memcpy(p->Y + p->n_items * p->n_classes, p->Y, p->n_classes * sizeof *p->Y);
        }
        pupil_protect(p, kinds[k], all_items);
        assert_ok(pupil_end(p, 0, &err), &err);
        long double *one = pupil_importance(p);
        pupil_protect(p, kinds[k], set);
        assert_ok(pupil_end(p, 0, &err), &err);
        for (size_t i = 0; i < p->size; i++)
            one[i] *= k ? 1.0L : 20.0L / 6.0L;
        assert_importance(p, one, 1e-5L);
        free(one);
        pupil_destroy(p);
    }
}

static void batches_are_of_items_in_an_order_that_the_seed_decides(void **unused)
{
    static const char *const set[] = {"importance-items", "0", "importance-batch", "4", NULL};
    pupil *p = layered();
    const size_t bytes = p->size * sizeof(float);
    float *first = malloc(bytes);
    mn_err err;
    assert_non_null(first);
    pupil_items(p, 11, 40);
    for (uint64_t k = 0; k < 3; k++) {
        mn_rng_seed(&p->r, k / 2, "strategy"); /* 0 twice, then 1 */
        pupil_protect(p, "ewc", set);
        assert_ok(pupil_end(p, 0, &err), &err);
        for (int i = 0; i < 40; i++)
            assert_int_equal(p->fetched[i], 1);
        const float *importance = mn_strategy_penalty(p->s)->importance;
        if (k)
            assert_int_equal(!memcmp(first, importance, bytes), k == 1);
        memcpy(first, importance, bytes);
    }
    free(first);
    pupil_destroy(p);
}

static void labels_of_single_items_are_not_expected_of_batches(void **unused)
{
    static const char *const set[] = {"fisher", "true", "importance-batch", "512", NULL};
    mn_strategy_cfg cfg;
    mn_err err;
    pupil *p = layered();
    pupil_items(p, 12, 10);
    pupil_protect(p, "ewc", all_items);
    mn_param_defaults(mn_strategy_params, &cfg);
    for (int i = 0; set[i]; i += 2)
        assert_ok(
            mn_param_set(mn_param_find(mn_strategy_params, set[i]), &cfg, set[i + 1], &err),
            &err);
    *mn_strategy_config(p->s) = cfg;
    assert_failed(pupil_end(p, 0, &err), &err, MN_EINVAL, "importance-batch is 512");
    mn_strategy_config(p->s)->importance_batch = 1;
    assert_ok(pupil_end(p, 0, &err), &err);
    pupil_destroy(p);
}

static void items_are_drawn_without_replacement_and_by_seed(void **unused)
{
    static const char *const some[] = {"importance-items", "10", NULL};
    pupil *p = dense("2", "0.3");
    int asked[PUPIL_ITEMS] = {0}, first[PUPIL_ITEMS] = {0};
    mn_err err;
    pupil_items(p, 6, 40);
    for (uint64_t seed = 0; seed < 400; seed++) {
        int n = 0;
        mn_rng_seed(&p->r, seed / 2, "strategy"); /* every seed twice */
        pupil_protect(p, "ewc", some);
        assert_ok(pupil_end(p, 0, &err), &err);
        for (int i = 0; i < 40; i++) {
            assert_in_range(p->fetched[i], 0, 1);
            n += p->fetched[i];
            asked[i] += p->fetched[i];
        }
        assert_int_equal(n, 10);
        if (seed % 2)
            assert_memory_equal(first, p->fetched, sizeof first);
        memcpy(first, p->fetched, sizeof first);
    }
    /* 200 choices of a quarter: 50 expected with standard deviation 6 */
    for (int i = 0; i < 40; i++)
        assert_in_range(asked[i] / 2, 22, 80);
    pupil_destroy(p);
}

static void all_items_leave_the_random_numbers_alone(void **unused)
{
    static const char *const limits[] = {"0", "40", "1000"};
    pupil *p = dense("2", "0.3");
    float *first = malloc(p->size * sizeof *first);
    mn_err err;
    assert_non_null(first);
    pupil_items(p, 6, 40);
    for (int k = 0; k < 3; k++) {
        const char *set[] = {"importance-items", limits[k], NULL};
        const mn_rng before = p->r;
        pupil_protect(p, "mas", set);
        assert_ok(pupil_end(p, 0, &err), &err);
        assert_memory_equal(&p->r, &before, sizeof before);
        for (int i = 0; i < 40; i++)
            assert_int_equal(p->fetched[i], 1);
        if (k)
            assert_memory_equal(first, mn_strategy_penalty(p->s)->importance,
                                p->size * sizeof *first);
        memcpy(first, mn_strategy_penalty(p->s)->importance, p->size * sizeof *first);
    }
    free(first);
    pupil_destroy(p);
}

static void measuring_changes_no_weight(void **unused)
{
    static const char *const kinds[] = {"l2", "ewc", "mas", "si"};
    pupil *p = dense("20", "0.3");
    float *before = malloc(p->size * sizeof *before);
    mn_err err;
    assert_non_null(before);
    pupil_items(p, 7, 20);
    memcpy(before, mn_model_theta(p->m), p->size * sizeof *before);
    for (int k = 0; k < 4; k++) {
        pupil_protect(p, kinds[k], (const char *const[]){NULL});
        assert_ok(pupil_end(p, 0, &err), &err);
        assert_memory_equal(before, mn_model_theta(p->m), p->size * sizeof *before);
    }
    free(before);
    pupil_destroy(p);
}

static void a_task_without_items_has_no_importance(void **unused)
{
    pupil *p = dense("3", "0.3");
    mn_err err;
    pupil_items(p, 7, 0);
    pupil_protect(p, "ewc", all_items);
    assert_ok(pupil_end(p, 0, &err), &err);
    for (size_t k = 0; k < p->size; k++)
        assert_true(mn_strategy_penalty(p->s)->importance[k] == 0.0f);
    pupil_destroy(p);
}

static void weights_that_are_no_numbers_fail_the_end_of_the_task(void **unused)
{
    static const char *const some[] = {"importance-items", "10", NULL};
    static const char *const batches[] = {"importance-items", "10", "importance-batch", "4",
                                          NULL};
    static const char *const kinds[] = {"ewc", "mas", "l2", "si", "ewc", "mas"};
    for (int k = 0; k < 6; k++) {
        pupil *p = layered();
        const size_t bytes = p->size * sizeof(float);
        mn_err err;
        pupil_items(p, 8, 20);
        pupil_protect(p, kinds[k], k < 4 ? some : batches);
        assert_ok(pupil_end(p, 0, &err), &err);
        const mn_penalty *penalty = mn_strategy_penalty(p->s);
        float *importance = malloc(bytes), *anchor = malloc(bytes);
        const mn_rng before = p->r;
        assert_true(importance && anchor);
        memcpy(importance, penalty->importance, bytes);
        memcpy(anchor, penalty->anchor, bytes);
        mn_model_theta(p->m)[p->size - 1] = NAN;
        assert_failed(pupil_end(p, 1, &err), &err, MN_EDIVERGED, "not finite");
        assert_int_equal(penalty->n_terms, 1);
        assert_memory_equal(importance, penalty->importance, bytes);
        assert_memory_equal(anchor, penalty->anchor, bytes);
        assert_memory_equal(&p->r, &before, sizeof before);
        free(importance);
        free(anchor);
        pupil_destroy(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dense_memory_agrees_with_the_independent_implementation),
        cmocka_unit_test(a_perceptron_agrees_with_the_independent_implementation),
        cmocka_unit_test(the_true_fisher_information_is_an_expectation_over_labels),
        cmocka_unit_test(high_vertices_keep_importances_of_any_size),
        cmocka_unit_test(the_norm_of_outputs_of_any_size_is_followed),
        cmocka_unit_test(gradients_of_a_batch_are_summed_before_they_count),
        cmocka_unit_test(the_last_batch_has_what_is_left),
        cmocka_unit_test(batches_are_of_items_in_an_order_that_the_seed_decides),
        cmocka_unit_test(labels_of_single_items_are_not_expected_of_batches),
        cmocka_unit_test(items_are_drawn_without_replacement_and_by_seed),
        cmocka_unit_test(all_items_leave_the_random_numbers_alone),
        cmocka_unit_test(measuring_changes_no_weight),
        cmocka_unit_test(a_task_without_items_has_no_importance),
        cmocka_unit_test(weights_that_are_no_numbers_fail_the_end_of_the_task),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
