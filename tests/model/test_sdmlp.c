#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/loss.h"
#include "mnemoscope/optimiser.h"
#include "net.h"

static const mn_shape small = {5, 2, 3, 5, 1, 1, 4};

static int *counts(net *t)
{
    mn_state_array a;
    assert_true(mn_model_state(t->m, 0, &a));
    assert_string_equal(a.name, "counts");
    assert_int_equal(a.rows * a.cols, t->r);
    assert_null(a.f);
    return a.i;
}

/* Gives the gradient a set of rows to keep. */
static void keep_rows(net *t)
{
    t->grad.touched.list =
        net_numbers((size_t)mn_model_n_rows(t->m), sizeof *t->grad.touched.list);
}

static void finish(net *t)
{
    free(t->grad.touched.list);
    net_finish(t);
}

/* Neurons that fire for item 0, and for all items. */
static int n_firing(net *t, int n_items)
{
    uint32_t *fired = net_numbers((size_t)t->r, sizeof *fired);
    int n = 0;
    net_forward(t);
    mn_model_tally(t->m, n_items, fired);
    for (int u = 0; u < t->r; u++)
        n += (int)fired[u];
    free(fired);
    return n;
}

static void tensors_have_their_public_names_and_shapes(void **unused)
{
    static const struct {
        const char *name;
        int rows, cols;
    } want[] = {
        {"addresses", 6, 7}, {"address_bias", 1, 6}, {"values", 3, 6}, {"value_bias", 1, 3}};
    mn_state_array a;
    net t = net_make("sdmlp", small,
                     (const char *const[]){"neurons", "6", "k", "2", "bias", "yes",
                                           "output-bias", "yes", NULL});
    assert_int_equal(mn_model_n_tensors(t.m), 4);
    for (int i = 0; i < 4; i++) {
        const mn_tensor tensor = mn_model_tensor(t.m, i);
        assert_string_equal(tensor.name, want[i].name);
        assert_int_equal(tensor.rows, want[i].rows);
        assert_int_equal(tensor.cols, want[i].cols);
    }
    finish(&t);
    t = net_make("sdmlp", small, (const char *const[]){"r", "6", "k", "2", NULL});
    assert_int_equal(mn_model_n_tensors(t.m), 2);
    assert_string_equal(mn_model_tensor(t.m, 1).name, "values");
    assert_false(mn_model_recalls(t.m));
    assert_int_equal(counts(&t)[5], 0);
    assert_false(mn_model_state(t.m, 1, &a));
    finish(&t);
}

/* --- the oracles: one whole step ---------------------------------------------------------- */

static void put_floats(const json_t *o, const char *key, float *to, size_t n)
{
    size_t found;
    float *x = oracle_floats(o, key, &found);
    assert_int_equal(found, n);
    memcpy(to, x, n * sizeof *x);
    free(x);
}

static net make_of(const json_t *o)
{
    char neurons[16], k[16], counts_to[16];
    const int n = (int)oracle_number(o, "n");
    const mn_shape shape = {.n_visible = n,
                            .width = n,
                            .height = 1,
                            .channels = 1,
                            .n_classes = (int)oracle_number(o, "o"),
                            .batch = (int)oracle_number(o, "batch")};
    snprintf(neurons, sizeof neurons, "%d", (int)oracle_number(o, "r"));
    snprintf(k, sizeof k, "%d", (int)oracle_number(o, "k"));
    snprintf(counts_to, sizeof counts_to, "%d", (int)oracle_number(o, "s"));
    net t =
        net_make("sdmlp", shape,
                 (const char *const[]){"neurons", neurons, "k", k, "switch", counts_to, "top-k",
                                       json_string_value(json_object_get(o, "mode")), NULL});
    float before[64];
    put_floats(o, "x", t.X, (size_t)(t.batch * t.n_inputs));
    put_floats(o, "addresses", mn_model_tensor(t.m, 0).data, (size_t)(t.r * t.n_inputs));
    put_floats(o, "values", mn_model_tensor(t.m, 1).data, (size_t)(t.classes * t.r));
    put_floats(o, "counts", before, (size_t)t.r);
    for (int u = 0; u < t.r; u++)
        counts(&t)[u] = (int)before[u];
    return t;
}

static void check(const json_t *o, const char *key, const float *got, size_t n)
{
    size_t found;
    double *want = oracle_numbers(o, key, &found);
    assert_int_equal(found, n);
    assert_close(got, want, n, 2e-6, 0.0); /* sums of a dozen floats */
    free(want);
}

/* Shares of what fires, as that is what a model tells of its activity. */
static void check_activity(const json_t *o, net *t)
{
    double *want = oracle_numbers(o, "activity", NULL);
    float *A = net_numbers((size_t)(t->batch * t->r), sizeof *A);
    mn_model_activity(t->m, t->X, t->batch, A);
    for (int i = 0; i < t->batch; i++) {
        double sum = 0.0;
        for (int u = 0; u < t->r; u++)
            sum += want[i * t->r + u];
        for (int u = 0; u < t->r; u++)
            want[i * t->r + u] /= sum;
    }
    assert_close(A, want, (size_t)(t->batch * t->r), 2e-5, 0.0); /* of a small difference */
    free(A);
    free(want);
}

static double loss_of(const json_t *o, net *t)
{
    float Y[64] = {0};
    double *y = oracle_numbers(o, "y", NULL);
    const mn_loss_cfg cfg = {0};
    for (int i = 0; i < t->batch; i++)
        Y[i * t->classes + (int)y[i]] = 1.0f;
    free(y);
    return mn_loss_find("cross-entropy")
        ->eval(&cfg, t->batch, t->classes, t->logits, t->exponent, Y, t->dlogits);
}

static void step(const json_t *o, net *t)
{
    mn_optimiser *optimiser;
    mn_optimiser_cfg cfg;
    mn_err err;
    mn_param_defaults(mn_optimiser_params, &cfg);
    cfg.rate = oracle_number(o, "lr");
    cfg.clip = oracle_number(o, "clip");
    assert_ok(mn_optimiser_create(&optimiser, mn_optimiser_find("sgd"), t->m, &cfg, &err),
              &err);
    const mn_rows moved = mn_optimiser_step(optimiser, t->m, &t->grad, 0);
    mn_model_project_rows(t->m, &moved);
    mn_optimiser_destroy(optimiser);
}

static void check_oracle(const char *file, bool keeping)
{
    json_t *o = oracle_open(file);
    net t = make_of(o);
    const size_t n_addresses = (size_t)(t.r * t.n_inputs), n_values = (size_t)(t.r * t.classes);
    if (keeping)
        keep_rows(&t);
    check_activity(o, &t);
    mn_model_train(t.m);
    net_forward(&t);
    check(o, "logits", t.logits, (size_t)(t.batch * t.classes));
    assert_near(loss_of(o, &t) / t.batch, oracle_number(o, "loss"), 2e-6);
    net_backward(&t);
    double sum = 0.0;
    for (size_t i = 0; i < mn_model_size(t.m); i++) {
        t.grad.g[i] /= (float)t.batch; /* the oracle's is of the mean loss */
        sum += (double)t.grad.g[i] * (double)t.grad.g[i];
    }
    check(o, "grad_addresses", t.grad.g, n_addresses);
    check(o, "grad_values", t.grad.g + n_addresses, n_values);
    assert_near(sqrt(sum), oracle_number(o, "grad_norm"), 2e-6);
    t.grad.items = 1;
    step(o, &t);
    check(o, "addresses_after", mn_model_tensor(t.m, 0).data, n_addresses);
    check(o, "values_after", mn_model_tensor(t.m, 1).data, n_values);
    double *after = oracle_numbers(o, "counts_after", NULL);
    for (int u = 0; u < t.r; u++)
        assert_int_equal(counts(&t)[u], (int)after[u]);
    free(after);
    finish(&t);
    json_decref(o);
}

static void a_step_agrees_with_the_oracles(void **unused)
{
    static const char *const files[] = {"sdmlp_gaba_excite.json",  "sdmlp_gaba_mixed.json",
                                        "sdmlp_gaba_inhibit.json", "sdmlp_subtract.json",
                                        "sdmlp_mask.json",         "sdmlp_clipped.json"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        check_oracle(files[i], false);
        check_oracle(files[i], true);
    }
}

/* --- against the equations, in double ------------------------------------------------------
 */

enum { MOST = 512 };

/* What is held while the objective is differentiated: inhibition, by definition, and on which
 * side of their kinks the neurons are, as some are on them: the one whose activation is I, and
 * addresses of zeros. */
typedef struct held {
    double I[8];
    bool excited[8][MOST], fires[8][MOST]; /* a > 0, a* > 0 */
    double lambda[MOST];
} held;

typedef struct setting {
    const char *top_k, *k, *neurons;
    int count; /* of every third neuron; the others have none */
    bool normalise, non_negative, bias, output_bias;
} setting;

static const char *yes(bool on)
{
    return on ? "yes" : "no";
}

static net make_setting(const setting *s)
{
    net t = net_make("sdmlp", small,
                     (const char *const[]){
                         "top-k", s->top_k, "k", s->k, "neurons", s->neurons, "switch", "100",
                         "normalise", yes(s->normalise), "non-negative", yes(s->non_negative),
                         "bias", yes(s->bias), "output-bias", yes(s->output_bias), NULL});
    for (int u = 0; u < t.r; u += 3)
        counts(&t)[u] = s->count;
    for (int i = 0; i < t.batch * t.n_inputs; i++)
        t.X[i] = 2.0f * t.X[i] - 0.6f;
    return t;
}

static void inputs(const net *t, const setting *s, int item, double *x)
{
    double sum = 0.0;
    for (int j = 0; j < t->n_inputs; j++) {
        x[j] = (double)t->X[item * t->n_inputs + j];
        x[j] = s->non_negative ? fmax(0.0, x[j]) : x[j];
        sum += x[j] * x[j];
    }
    for (int j = 0; j < t->n_inputs && s->normalise; j++)
        x[j] /= sqrt(sum);
}

/* a (r) and, where `h` is given, a* (r) and z (C) of an item. */
static void reference(const net *t, const setting *s, const held *f, const double *theta,
                      int item, double *a, double *h, double *z)
{
    const double *bias = theta + t->r * t->n_inputs, *V = bias + (s->bias ? t->r : 0),
                 *v = V + t->r * t->classes;
    const bool masks = strstr(s->top_k, "mask");
    double x[16];
    inputs(t, s, item, x);
    for (int u = 0; u < t->r; u++) {
        a[u] = s->bias ? bias[u] : 0.0;
        for (int j = 0; j < t->n_inputs; j++)
            a[u] += theta[u * t->n_inputs + j] * x[j];
        a[u] = h && !f->excited[item][u] ? 0.0 : h ? a[u] : fmax(0.0, a[u]);
        if (h)
            h[u] = f->fires[item][u] * (masks ? a[u] : a[u] - f->lambda[u] * f->I[item]);
    }
    for (int c = 0; h && c < t->classes; c++) {
        z[c] = s->output_bias ? v[c] : 0.0;
        for (int u = 0; u < t->r; u++)
            z[c] += V[c * t->r + u] * h[u];
    }
}

static int falling(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static void hold(net *t, const setting *s, const double *theta, held *f)
{
    const int k = atoi(s->k);
    const bool masks = strstr(s->top_k, "mask");
    double a[MOST], sorted[MOST];
    for (int u = 0; u < t->r; u++)
        f->lambda[u] = strcmp(s->top_k, "gaba") ? strcmp(s->top_k, "none") ? 1.0 : 0.0
                                                : fmin(1.0, -1.0 + counts(t)[u] / 50.0);
    for (int i = 0; i < t->batch; i++) {
        reference(t, s, f, theta, i, a, NULL, NULL);
        memcpy(sorted, a, (size_t)t->r * sizeof *a);
        qsort(sorted, (size_t)t->r, sizeof *sorted, falling);
        f->I[i] = k < t->r ? sorted[k] : 0.0;
        for (int u = 0; u < t->r; u++) {
            f->excited[i][u] = a[u] > 0.0;
            f->fires[i][u] = a[u] > (masks ? 1.0 : f->lambda[u]) * f->I[i];
        }
    }
}

static double objective(const net *t, const setting *s, const held *f, const double *theta)
{
    double a[MOST], h[MOST], z[8], sum = 0.0;
    for (int i = 0; i < t->batch; i++) {
        reference(t, s, f, theta, i, a, h, z);
        for (int c = 0; c < t->classes; c++)
            sum += (double)t->dlogits[i * t->classes + c] * z[c];
    }
    return sum;
}

/* The objective is linear in every weight between kinks. */
static void check_slopes(net *t, const setting *s, const held *f, double *theta)
{
    const size_t n = mn_model_size(t->m);
    const double step = 0x1p-30;
    double *want = net_numbers(n, sizeof *want);
    for (size_t i = 0; i < n; i++) {
        const double kept = theta[i];
        theta[i] = kept + step;
        const double up = objective(t, s, f, theta);
        theta[i] = kept - step;
        want[i] = (up - objective(t, s, f, theta)) / (2 * step);
        theta[i] = kept;
    }
    net_backward(t);
    assert_close(t->grad.g, want, n, 2e-5, 1e-6); /* doubles of 1e-16 over 2e-9 */
    free(want);
}

static void check_setting(const setting *s, bool keeping)
{
    net t = make_setting(s);
    const size_t n = mn_model_size(t.m);
    double *theta = net_numbers(n, sizeof *theta), a[MOST], h[MOST], z[8];
    uint32_t fired[MOST] = {0}, want_fired[MOST] = {0};
    held f = {0};
    if (keeping)
        keep_rows(&t);
    for (size_t i = 0; i < n; i++)
        theta[i] = (double)mn_model_theta(t.m)[i];
    hold(&t, s, theta, &f);
    net_forward(&t);
    mn_model_tally(t.m, t.batch, fired);
    for (int i = 0; i < t.batch; i++) {
        reference(&t, s, &f, theta, i, a, h, z);
        assert_close(t.logits + i * t.classes, z, (size_t)t.classes, 1e-5, 1e-6);
        for (int u = 0; u < t.r; u++)
            want_fired[u] += h[u] > 0.0;
    }
    assert_memory_equal(fired, want_fired, (size_t)t.r * sizeof *fired);
    check_slopes(&t, s, &f, theta);
    free(theta);
    finish(&t);
}

/* With 400 neurons a list of firings ends at 25 for an item on average: k 8 and 100 are on its
 * two sides, as are few and many neurons that are excited. */
static void logits_and_gradients_follow_the_equations(void **unused)
{
    static const setting settings[] = {
        {"gaba", "8", "400", 1000, true, true, false, false},
        {"gaba", "8", "12", 60, true, true, false, false},
        {"gaba", "8", "400", 30, true, true, true, true},
        {"subtract", "8", "400", 0, true, true, false, false},
        {"subtract", "100", "400", 0, true, true, true, true},
        {"subtract", "8", "400", 0, false, true, true, false},
        {"subtract", "100", "400", 0, true, false, false, true},
        {"mask", "8", "400", 0, true, true, false, false},
        {"mask", "100", "400", 0, false, false, true, true},
        {"mask", "3", "9", 0, true, false, true, true},
        {"none", "8", "400", 0, true, true, false, false},
        {"none", "8", "9", 0, false, false, true, true},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        check_setting(&settings[i], false);
        check_setting(&settings[i], true);
    }
}

/* --- k ------------------------------------------------------------------------------------ */

static void k_neurons_stay_and_k_may_change(void **unused)
{
    static const char *const ways[] = {"subtract", "mask", "gaba"};
    for (int w = 0; w < 3; w++) {
        net t = net_make(
            "sdmlp", small,
            (const char *const[]){"neurons", "60", "top-k", ways[w], "switch", "1", NULL});
        for (int u = 0; u < t.r; u++)
            counts(&t)[u] = 1;
        assert_int_equal(n_firing(&t, 4), 40);
        net_set(&t, "k", "1");
        assert_int_equal(n_firing(&t, 4), 4);
        net_set(&t, "k", "59");
        assert_in_range(n_firing(&t, 1), 50, 59); /* those without any input are silent */
        finish(&t);
    }
}

static void k_falls_with_the_epochs_of_the_run(void **unused)
{
    static const struct {
        double epoch;
        int k;
    } want[] = {{0.0, 50}, {0.9, 50},  {1.0, 46},  {1.5, 46},
                {5.0, 30}, {9.99, 14}, {10.0, 10}, {1e9, 10}};
    static const char *const ways[] = {"anneal", "anneal-mask"};
    for (int w = 0; w < 2; w++) {
        net t = net_make("sdmlp", small,
                         (const char *const[]){"neurons", "80", "k-start", "50", "top-k",
                                               ways[w], "anneal-epochs", "10", NULL});
        for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
            mn_model_progress(t.m, &(mn_progress){.run_epoch = want[i].epoch, .epoch = 3.0});
            assert_int_equal(n_firing(&t, 1), want[i].k);
        }
        net_set(&t, "k-start", "5"); /* below k: nothing to fall */
        mn_model_progress(t.m, &(mn_progress){.run_epoch = 0.0});
        assert_int_equal(n_firing(&t, 1), 10);
        net_set(&t, "k-start", "0"); /* all */
        assert_in_range(n_firing(&t, 1), 70, 80);
        finish(&t);
    }
}

static void equals_at_the_edge_do_not_make_it_more_than_k(void **unused)
{
    static const struct {
        const char *way;
        int n;
    } want[] = {{"mask", 8}, {"subtract", 0}, {"none", 30}};
    for (int w = 0; w < 3; w++) {
        net t = net_make(
            "sdmlp", small,
            (const char *const[]){"neurons", "30", "k", "8", "top-k", want[w].way, NULL});
        for (size_t i = 0; i < mn_model_size(t.m); i++)
            mn_model_theta(t.m)[i] = 0.5f;
        assert_int_equal(n_firing(&t, 1), want[w].n);
        finish(&t);
    }
}

static void more_k_than_neurons_are_refused(void **unused)
{
    const mn_model_ops *ops = mn_model_find("sdmlp");
    void *cfg = net_numbers(1, mn_model_cfg_size(ops));
    mn_model *m = NULL;
    mn_err err;
    mn_param_defaults(mn_model_params(ops), cfg);
    assert_ok(mn_model_check(ops, cfg, &err), &err);
    assert_ok(mn_param_set(mn_param_find(mn_model_params(ops), "k"), cfg, "1001", &err), &err);
    assert_failed(mn_model_check(ops, cfg, &err), &err, MN_EINVAL, "1000 neurons");
    assert_failed(mn_model_create(&m, ops, &small, cfg, &err), &err, MN_EINVAL, "1001");
    assert_null(m);
    assert_ok(mn_param_set(mn_param_find(mn_model_params(ops), "k"), cfg, "1000", &err), &err);
    assert_ok(mn_model_create(&m, ops, &small, cfg, &err), &err);
    mn_model_destroy(m);
    free(cfg);
}

/* --- counting ------------------------------------------------------------------------------
 */

static int total(net *t)
{
    int sum = 0;
    for (int u = 0; u < t->r; u++)
        sum += counts(t)[u];
    return sum;
}

static void training_counts_and_evaluation_does_if_it_is_to(void **unused)
{
    static const char *const sizes[] = {"12", "400"}; /* listed, and not */
    for (int i = 0; i < 2; i++) {
        net t = net_make("sdmlp", small, (const char *const[]){"neurons", sizes[i], NULL});
        float *A = net_numbers((size_t)(t.batch * t.r), sizeof *A);
        const int once = n_firing(&t, t.batch);
        assert_in_range(once, t.r, t.batch * t.r);
        assert_int_equal(total(&t), 0);
        mn_model_train(t.m);
        net_forward(&t);
        assert_int_equal(total(&t), once);
        net_forward(&t); /* only the one that was announced is a training step's */
        mn_model_activity(t.m, t.X, t.batch, A);
        assert_int_equal(total(&t), once);
        net_set(&t, "count-evaluation", "yes");
        mn_model_activity(t.m, t.X, t.batch, A);
        assert_int_equal(total(&t), once);
        net_forward(&t);
        assert_int_equal(total(&t), 2 * once);
        counts(&t)[3] = INT32_MAX;
        net_forward(&t);
        assert_int_equal(counts(&t)[3], INT32_MAX);
        free(A);
        finish(&t);
    }
}

static void neurons_go_from_excitation_to_inhibition_as_they_fire(void **unused)
{
    net t = net_make("sdmlp", small,
                     (const char *const[]){"neurons", "40", "k", "3", "switch", "100", NULL});
    int before = t.r;
    for (int step = 0; step < 80; step++) {
        mn_model_train(t.m);
        const int n = n_firing(&t, 1);
        assert_true(n >= 3);
        before = n;
    }
    assert_true(before < t.r);
    finish(&t);
}

/* --- the set of rows -----------------------------------------------------------------------
 */

static void check_set(const net *t)
{
    const mn_rows *set = &t->grad.touched;
    const float *g = t->grad.g;
    assert_true(set->some);
    for (int i = 1; i < set->n; i++)
        assert_true(set->list[i - 1] < set->list[i]);
    for (int i = 0, row = 0; row < t->r; row++, g += t->n_inputs) {
        if (i < set->n && set->list[i] == row)
            i++;
        else
            for (int j = 0; j < t->n_inputs; j++)
                assert_true(g[j] == 0.0f);
    }
    for (int i = set->n - (mn_model_n_rows(t->m) - t->r), row = t->r;
         row < mn_model_n_rows(t->m); row++)
        assert_int_equal(set->list[i++], row);
}

/* What one backward leaves behind must not show in the next, from few firings to many and
 * back. */
static void rows_that_are_not_touched_are_zero(void **unused)
{
    static const char *const ks[] = {"2", "5", "200", "3", "1", "300", "4"};
    static const char *const pairs[] = {"neurons", "400",         "top-k", "subtract", "bias",
                                        "yes",     "output-bias", "yes",   NULL};
    net t = net_make("sdmlp", small, pairs), plain = net_make("sdmlp", small, pairs);
    mn_rng r;
    mn_rng_seed(&r, 7, "inputs");
    keep_rows(&t);
    for (int k = 0; k < 7; k++) {
        for (int i = 0; i < t.batch * t.n_inputs; i++)
            t.X[i] = plain.X[i] = (float)mn_rng_uniform(&r);
        net_set(&t, "k", ks[k]), net_set(&plain, "k", ks[k]);
        net_forward(&t), net_forward(&plain);
        net_backward(&t), net_backward(&plain);
        assert_memory_equal(t.grad.g, plain.grad.g, mn_model_size(t.m) * sizeof *t.grad.g);
        assert_false(plain.grad.touched.some);
        if (strlen(ks[k]) == 1)
            check_set(&t);
        else
            assert_false(t.grad.touched.some);
    }
    finish(&t);
    finish(&plain);
}

/* Twenty steps; returns how many rows the last one moved, -1 for all. */
static int train(net *t, const char *kind)
{
    mn_optimiser *o;
    mn_optimiser_cfg cfg;
    mn_rng r;
    mn_err err;
    mn_rows moved = {0};
    mn_param_defaults(mn_optimiser_params, &cfg);
    cfg.rate = 0.05;
    cfg.clip = 1.0;
    mn_rng_seed(&r, 3, "inputs");
    assert_ok(mn_optimiser_create(&o, mn_optimiser_find(kind), t->m, &cfg, &err), &err);
    for (int step = 0; step < 20; step++) {
        for (int i = 0; i < t->batch * t->n_inputs; i++)
            t->X[i] = (float)mn_rng_uniform(&r);
        mn_model_train(t->m);
        net_forward(t);
        net_backward(t);
        moved = mn_optimiser_step(o, t->m, &t->grad, 0);
        mn_model_project_rows(t->m, &moved);
    }
    mn_optimiser_destroy(o);
    return moved.some ? moved.n : -1;
}

/* Without lengths to restore, a row that is left alone is the same bits as one that is visited
 * and has no gradient. */
static void visiting_only_touched_rows_changes_no_bit(void **unused)
{
    static const char *const kinds[] = {"sgd", "momentum", "adam", "rmsprop"};
    for (int i = 0; i < 4; i++) {
        static const char *const pairs[] = {"neurons",  "400",       "k",  "3", "top-k",
                                            "subtract", "normalise", "no", NULL};
        net some = net_make("sdmlp", small, pairs), all = net_make("sdmlp", small, pairs);
        keep_rows(&some);
        const int n = train(&some, kinds[i]);
        if (i == 0)
            assert_in_range(n, 3, 3 + 4 * 3);
        else
            assert_int_equal(n, -1);
        assert_int_equal(train(&all, kinds[i]), -1);
        assert_memory_equal(mn_model_theta(some.m), mn_model_theta(all.m),
                            mn_model_size(all.m) * sizeof(float));
        finish(&some);
        finish(&all);
    }
}

/* --- the other switches --------------------------------------------------------------------
 */

static void weights_stay_in_their_bounds(void **unused)
{
    for (int flags = 0; flags < 4; flags++) {
        const bool normalise = flags & 1, non_negative = flags & 2;
        net t = net_make("sdmlp", small,
                         (const char *const[]){"neurons", "400", "k", "3", "top-k", "subtract",
                                               "normalise", yes(normalise), "non-negative",
                                               yes(non_negative), "bias", "yes", NULL});
        bool negative = false;
        keep_rows(&t);
        train(&t, "sgd");
        for (size_t i = 0; i < mn_model_size(t.m); i++)
            negative = negative || mn_model_theta(t.m)[i] < 0.0f;
        assert_int_equal(negative, !non_negative);
        int n_unit = 0;
        for (int u = 0; u < t.r; u++) {
            double square = 0.0;
            for (int j = 0; j < t.n_inputs; j++)
                square += pow((double)mn_model_theta(t.m)[u * t.n_inputs + j], 2);
            n_unit += fabs(square - 1.0) < 1e-6;
        }
        if (normalise)
            assert_in_range(n_unit, 390, 400); /* one in 2^7 begins with nothing positive */
        else
            assert_in_range(n_unit, 0, 10);
        finish(&t);
    }
}

static void nothing_to_normalise_stays_nothing(void **unused)
{
    net t = net_make("sdmlp", small,
                     (const char *const[]){"neurons", "6", "k", "2", "top-k", "none", NULL});
    memset(mn_model_theta(t.m), 0, 7 * sizeof(float));
    memset(t.X, 0, 7 * sizeof(float));
    mn_model_project(t.m);
    net_forward(&t);
    net_backward(&t);
    for (int c = 0; c < 3; c++)
        assert_true(t.logits[c] == 0.0f);
    for (int j = 0; j < 7; j++)
        assert_true(mn_model_theta(t.m)[j] == 0.0f);
    for (size_t i = 0; i < mn_model_size(t.m); i++)
        assert_true(isfinite(t.grad.g[i]));
    finish(&t);
}

static void what_is_not_a_number_shows(void **unused)
{
    static const char *const ways[] = {"gaba", "subtract", "mask", "none"};
    for (int w = 0; w < 4; w++)
        for (int size = 0; size < 2; size++) {
            net t = net_make("sdmlp", small,
                             (const char *const[]){"neurons", size ? "400" : "16", "k", "2",
                                                   "top-k", ways[w], NULL});
            mn_model_theta(t.m)[0] = NAN;
            mn_model_project(t.m);
            net_forward(&t);
            net_backward(&t);
            assert_true(isnan(t.logits[0]));
            finish(&t);
        }
}

static void a_tile_is_an_address_and_its_say_on_the_classes(void **unused)
{
    net t = net_make("sdmlp", small, (const char *const[]){"neurons", "6", "k", "2", NULL});
    float pixels[5], extra[2], classes[3];
    const mn_tensor A = mn_model_tensor(t.m, 0), V = mn_model_tensor(t.m, 1);
    mn_model_tile(t.m, 4, pixels, extra, classes);
    assert_memory_equal(pixels, A.data + 4 * 7, sizeof pixels);
    assert_memory_equal(extra, A.data + 4 * 7 + 5, sizeof extra);
    for (int c = 0; c < 3; c++)
        assert_true(classes[c] == V.data[c * 6 + 4]);
    finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_have_their_public_names_and_shapes),
        cmocka_unit_test(a_step_agrees_with_the_oracles),
        cmocka_unit_test(logits_and_gradients_follow_the_equations),
        cmocka_unit_test(k_neurons_stay_and_k_may_change),
        cmocka_unit_test(k_falls_with_the_epochs_of_the_run),
        cmocka_unit_test(equals_at_the_edge_do_not_make_it_more_than_k),
        cmocka_unit_test(more_k_than_neurons_are_refused),
        cmocka_unit_test(training_counts_and_evaluation_does_if_it_is_to),
        cmocka_unit_test(neurons_go_from_excitation_to_inhibition_as_they_fire),
        cmocka_unit_test(rows_that_are_not_touched_are_zero),
        cmocka_unit_test(visiting_only_touched_rows_changes_no_bit),
        cmocka_unit_test(weights_stay_in_their_bounds),
        cmocka_unit_test(nothing_to_normalise_stays_nothing),
        cmocka_unit_test(what_is_not_a_number_shows),
        cmocka_unit_test(a_tile_is_an_address_and_its_say_on_the_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
