/* What relaxing a batch costs beside the two products of every Euler step, and what the
 * gradient of the fixed point costs beside as many. Nothing settles, so that every step has all
 * items.
 *
 * The bare products take turns with what is measured, so that a machine that changes its speed
 * changes both. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/clock.h"
#include "mnemoscope/model.h"

enum { ROUNDS = 15, WARM_UP = 2, BATCH = 100, MEMORIES = 100, SIDE = 28, STEPS = 60 };

typedef struct bench {
    mn_model *m;
    float *X, *weight, *W, *F, *V;
    mn_grad grad;
    mn_rng damage;
} bench;

static float *random_numbers(size_t n, mn_rng *r)
{
    float *x = malloc(n * sizeof *x);
    for (size_t i = 0; x && i < n; i++)
        x[i] = (float)mn_rng_uniform(r);
    return x;
}

static void finish(bench *b)
{
    float *const arrays[] = {b->X, b->weight, b->W, b->F, b->V, b->grad.g};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        free(arrays[i]);
    free(b->grad.exponent);
    mn_model_destroy(b->m);
}

static mn_status make(const mn_model_ops *ops, mn_model **out, mn_err *err)
{
    static const char *const settings[][2] = {{"memories", "100"},
                                              {"tolerance", "0"},
                                              {"dt", "0.05"},
                                              {"max-steps", "60"},
                                              {"gradient", "implicit"}};
    const mn_shape shape = {SIDE * SIDE, 0, 2, SIDE, SIDE, 1, BATCH};
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    if (!cfg)
        return mn_fail(err, MN_ENOMEM, "no memory for the parameters of a model");
    mn_param_defaults(mn_model_params(ops), cfg);
    mn_status s = MN_OK;
    for (size_t i = 0; i < sizeof settings / sizeof *settings && s == MN_OK; i++)
        s = mn_param_set(mn_param_find(mn_model_params(ops), settings[i][0]), cfg,
                         settings[i][1], err);
    if (s == MN_OK)
        s = mn_model_create(out, ops, &shape, cfg, err);
    free(cfg);
    return s;
}

static mn_status prepare(bench *b, const mn_model_ops *ops, mn_err *err)
{
    const size_t D = SIDE * SIDE;
    const mn_status s = make(ops, &b->m, err);
    if (s != MN_OK)
        return s;
    mn_rng_seed(&b->damage, 1, "bench");
    mn_model_init(b->m, &b->damage);
    b->X = random_numbers(BATCH * D, &b->damage);
    b->weight = random_numbers(BATCH, &b->damage);
    b->W = random_numbers(MEMORIES * D, &b->damage);
    b->F = random_numbers((size_t)BATCH * MEMORIES, &b->damage);
    b->V = random_numbers(BATCH * D, &b->damage);
    b->grad.g = random_numbers(mn_model_size(b->m), &b->damage);
    b->grad.exponent = calloc((size_t)mn_model_n_rows(b->m), sizeof *b->grad.exponent);
    return b->X && b->weight && b->W && b->F && b->V && b->grad.g && b->grad.exponent
               ? MN_OK
               : mn_fail(err, MN_ENOMEM, "no memory for the matrix products");
}

static double time_products(bench *b)
{
    const int D = SIDE * SIDE;
    const double start = mn_clock_now();
    for (int t = 0; t < STEPS; t++) {
        mn_gemm_nt(BATCH, MEMORIES, D, 1.0f, b->X, D, b->W, D, 0.0f, b->F, MEMORIES);
        mn_gemm_nn(BATCH, D, MEMORIES, 1.0f, b->F, MEMORIES, b->W, D, 0.0f, b->V, D);
    }
    return mn_clock_now() - start;
}

static double time_relaxation(bench *b)
{
    const double start = mn_clock_now();
    mn_signals none = {0};
    mn_model_reconstruct(b->m, b->X, BATCH, &b->damage, &none);
    return mn_clock_now() - start;
}

static double time_gradient(bench *b)
{
    const double start = mn_clock_now();
    mn_model_reconstruct_back(b->m, b->X, BATCH, b->weight, &b->grad);
    return mn_clock_now() - start;
}

static void take_turns(bench *b, json_t *row)
{
    double relaxed[ROUNDS], back[ROUNDS], bare[ROUNDS], share[ROUNDS], back_share[ROUNDS];
    for (int i = -WARM_UP; i < ROUNDS; i++) {
        const int at = i < 0 ? 0 : i;
        relaxed[at] = time_relaxation(b);
        back[at] = time_gradient(b);
        bare[at] = time_products(b);
        share[at] = bare[at] / relaxed[at];
        back_share[at] = bare[at] / back[at];
    }
    const struct {
        const char *name;
        double *of, scale;
    } columns[] = {{"relaxation_ms", relaxed, 1e3},
                   {"gradient_ms", back, 1e3},
                   {"products_ms", bare, 1e3},
                   {"products_share", share, 1.0},
                   {"gradient_share", back_share, 1.0}};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        json_object_set_new(
            row, columns[i].name,
            json_real(columns[i].scale * mn_bench_median(columns[i].of, ROUNDS)));
}

mn_status mn_bench_consolidate(json_t *rows, mn_err *err)
{
    const mn_model_ops *ops = mn_model_find("consolidate");
    bench b = {0};
    if (!ops) /* models.def says what there is */
        return MN_OK;
    const mn_status status = prepare(&b, ops, err);
    if (status == MN_OK) {
        json_t *row = json_object();
        json_object_set_new(row, "memories", json_integer(MEMORIES));
        json_object_set_new(row, "batch", json_integer(BATCH));
        json_object_set_new(row, "euler_steps", json_integer(STEPS));
        take_turns(&b, row);
        json_array_append_new(rows, row);
    }
    finish(&b);
    return status;
}

static double number(const json_t *row, const char *key)
{
    return json_number_value(json_object_get(row, key));
}

void mn_bench_print_consolidate(const json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        printf("%-12s %6s %6s %10s %10s %12s\n", "consolidate", "batch", "steps", "relax ms",
               "back ms", "products ms");
        printf(
            "%-12.0f %6.0f %6.0f %10.2f %10.2f %12.2f   %.0f %% of relaxing, %.0f %% of back\n",
            number(row, "memories"), number(row, "batch"), number(row, "euler_steps"),
            number(row, "relaxation_ms"), number(row, "gradient_ms"),
            number(row, "products_ms"), 100.0 * number(row, "products_share"),
            100.0 * number(row, "gradient_share"));
    }
}
