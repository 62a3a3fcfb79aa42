/* One step of the sparse distributed memory: against the oracles' numbers, and against the
 * equations in double. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/loss.h"
#include "mnemoscope/optimiser.h"
#include "net.h"

static const mn_shape small = {5, 2, 3, 5, 1, 1, 4};

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
        net_counts(&t)[u] = (int)before[u];
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
        net_keep_rows(&t);
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
        assert_int_equal(net_counts(&t)[u], (int)after[u]);
    free(after);
    net_finish(&t);
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
        net_counts(&t)[u] = s->count;
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
                                                : fmin(1.0, -1.0 + net_counts(t)[u] / 50.0);
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
        net_keep_rows(&t);
    for (size_t i = 0; i < n; i++)
        theta[i] = (double)mn_model_theta(t.m)[i];
    hold(&t, s, theta, &f);
    net_forward(&t);
    mn_model_tally(t.m, t.batch, NULL, &(mn_tally){.fired = fired});
    for (int i = 0; i < t.batch; i++) {
        reference(&t, s, &f, theta, i, a, h, z);
        assert_close(t.logits + i * t.classes, z, (size_t)t.classes, 1e-5, 1e-6);
        for (int u = 0; u < t.r; u++)
            want_fired[u] += h[u] > 0.0;
    }
    assert_memory_equal(fired, want_fired, (size_t)t.r * sizeof *fired);
    check_slopes(&t, s, &f, theta);
    free(theta);
    net_finish(&t);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_agrees_with_the_oracles),
        cmocka_unit_test(logits_and_gradients_follow_the_equations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
