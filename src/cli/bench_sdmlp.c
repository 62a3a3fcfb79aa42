/* What a step of a sparse distributed memory costs beside the one product it cannot do without:
 * a batch with every address. All else is over the few neurons that fire.
 *
 * Measured once inhibition is complete. The bare product takes turns with the steps, so that a
 * machine that changes its speed changes both. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/clock.h"
#include "mnemoscope/session.h"

enum { ROUNDS = 31, WARM_UP = 10, BATCH = 128, K = 10, ITEMS = 6000 };

static const int sizes[] = {1000, 10000};

typedef struct product {
    int n_inputs, neurons;
    float *X, *A, *H;
} product;

static float *filled(size_t n)
{
    float *x = malloc(n * sizeof *x);
    for (size_t i = 0; x && i < n; i++)
        x[i] = (float)(i % 17) * 0.05f;
    return x;
}

static mn_status prepare(product *p, mn_model *m, mn_err *err)
{
    const size_t n_inputs = (size_t)mn_model_tensor(m, 0).cols,
                 neurons = (size_t)mn_model_n_units(m);
    *p = (product){.n_inputs = (int)n_inputs,
                   .neurons = (int)neurons,
                   .X = filled(BATCH * n_inputs),
                   .A = filled(neurons * n_inputs),
                   .H = filled(BATCH * neurons)};
    return p->X && p->A && p->H ? MN_OK
                                : mn_fail(err, MN_ENOMEM, "no memory for the matrix product");
}

static void finish(product *p)
{
    free(p->X);
    free(p->A);
    free(p->H);
}

static double time_product(product *p)
{
    const double start = mn_clock_now();
    mn_gemm_nt(BATCH, p->neurons, p->n_inputs, 1.0f, p->X, p->n_inputs, p->A, p->n_inputs, 0.0f,
               p->H, p->neurons);
    return mn_clock_now() - start;
}

static mn_status open(const mn_call *c, int neurons, mn_session **out, mn_err *err)
{
    mn_config config = c->config;
    const mn_session_hooks hooks = {NULL, NULL, c->command_line.data};
    char line[96];
    static const char *const words[] = {"model=sdmlp", "top-k=gaba", "optimiser=sgd",
                                        "tasks=single", "loss=cross-entropy"};
    /* A neuron that has fired once is inhibited, and at first all do. */
    const struct {
        const char *name;
        int value;
    } settings[] = {{"neurons", neurons}, {"k", K},         {"switch", 1},
                    {"batch", BATCH},     {"items", ITEMS}, {"test-items", 100},
                    {"probe-items", 100}, {"clip", 1},      {"rate-decay", 1},
                    {"epochs", 1000000},  {"steps", 0}};
    mn_status s = MN_OK;
    for (size_t i = 0; i < sizeof words / sizeof *words && s == MN_OK; i++)
        s = mn_config_assign(&config, words[i], err);
    for (size_t i = 0; i < sizeof settings / sizeof *settings && s == MN_OK; i++) {
        snprintf(line, sizeof line, "%s=%d", settings[i].name, settings[i].value);
        s = mn_config_assign(&config, line, err);
    }
    return s == MN_OK ? mn_session_create(out, &config, &hooks, err) : s;
}

/* Neurons that fired for an item of the last step. */
static mn_status count_firing(mn_model *m, json_t *row, mn_err *err)
{
    const size_t n = (size_t)mn_model_n_units(m);
    uint32_t *fired = calloc(n, sizeof *fired);
    double sum = 0.0;
    if (!fired)
        return mn_fail(err, MN_ENOMEM, "no memory to count what fires");
    mn_model_tally(m, BATCH, NULL, &(mn_tally){.fired = fired});
    for (size_t u = 0; u < n; u++)
        sum += fired[u];
    json_object_set_new(row, "firing", json_real(sum / BATCH));
    free(fired);
    return MN_OK;
}

static mn_status take_turns(mn_session *s, json_t *row, mn_err *err)
{
    double steps[ROUNDS], bare[ROUNDS], ratio[ROUNDS];
    product p = {0};
    mn_status status = mn_session_do(s, "run", NULL, err);
    if (status == MN_OK)
        status = prepare(&p, mn_session_model(s), err);
    for (int i = -WARM_UP; i < ROUNDS && status == MN_OK; i++) {
        const int at = i < 0 ? 0 : i;
        const double start = mn_clock_now();
        if (!mn_session_advance(s) && (status = mn_session_failure(s, err)) == MN_OK)
            status = mn_fail(err, MN_EINVAL, "the run is too short to be measured");
        steps[at] = mn_clock_now() - start;
        bare[at] = time_product(&p);
        ratio[at] = steps[at] / bare[at];
    }
    finish(&p);
    if (status != MN_OK)
        return status;
    json_object_set_new(row, "step_ms", json_real(1e3 * mn_bench_median(steps, ROUNDS)));
    json_object_set_new(row, "forward_ms", json_real(1e3 * mn_bench_median(bare, ROUNDS)));
    json_object_set_new(row, "of_forward", json_real(mn_bench_median(ratio, ROUNDS)));
    return count_firing(mn_session_model(s), row, err);
}

mn_status mn_bench_sdmlp(const mn_call *c, json_t *rows, mn_err *err)
{
    mn_status status = MN_OK;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && status == MN_OK; i++) {
        mn_session *session = NULL;
        json_t *row = json_object();
        json_object_set_new(row, "neurons", json_integer(sizes[i]));
        json_object_set_new(row, "k", json_integer(K));
        json_object_set_new(row, "batch", json_integer(BATCH));
        status = open(c, sizes[i], &session, err);
        if (status == MN_OK)
            status = take_turns(session, row, err);
        mn_session_destroy(session);
        json_array_append_new(rows, row);
    }
    return status;
}

static double number(const json_t *row, const char *key)
{
    return json_number_value(json_object_get(row, key));
}

void mn_bench_print_sdmlp(const json_t *rows)
{
    size_t i;
    json_t *row;
    printf("%-9s %9s %6s %9s %12s\n", "sdmlp", "firing", "batch", "step ms", "forward ms");
    json_array_foreach(rows, i, row)
    {
        printf("%-9.0f %9.1f %6.0f %9.2f %12.2f   %.2f times its forward product\n",
               number(row, "neurons"), number(row, "firing"), number(row, "batch"),
               number(row, "step_ms"), number(row, "forward_ms"), number(row, "of_forward"));
    }
}
