/* What a strategy adds to a training step.
 *
 * Penalties protect one finished task and are compared with vanilla; gradient constraints hold
 * five tasks' items and are compared with the gradients they cannot do without: that of the
 * batch and that of every item held. Everything takes turns in one run, so that a machine that
 * changes its speed changes all of it. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "mnemoscope/clock.h"
#include "mnemoscope/session.h"

enum {
    ROUNDS = 31,
    WARM_UP = 2,
    BATCH = 200,
    ITEMS = 6000,
    OLD_TASKS = 5,
    HELD = 2000, /* items of all old tasks, in whole batches each */
    N_LEARNERS = 6
};

static const struct {
    const char *strategy;
    int old_tasks, steps; /* protected; per turn */
} kinds[N_LEARNERS] = {{"vanilla", 1, 5}, {"ewc", 1, 5},          {"mas", 1, 5},
                       {"si", 1, 5},      {"agem", OLD_TASKS, 1}, {"gem", OLD_TASKS, 1}};

typedef struct learner {
    mn_session *session;
    double steps[ROUNDS], ratio[ROUNDS]; /* seconds; to what it is compared with */
} learner;

/* Forward, loss and backward of a batch, and nothing else. */
typedef struct gradient {
    mn_model *model;
    const mn_loss_ops *loss;
    mn_loss_cfg cfg;
    mn_arena arena;
    float *X, *Y, *logits, *dlogits;
    int *exponent;
    mn_grad grad;
    double seconds[ROUNDS];
} gradient;

static void layout(gradient *g)
{
    mn_arena *a = &g->arena;
    const mn_shape *shape = mn_model_shape(g->model);
    const size_t n_inputs = (size_t)(shape->n_visible + shape->n_extra),
                 n_classes = (size_t)shape->n_classes;
    g->X = mn_arena_floats(a, BATCH * n_inputs);
    g->Y = mn_arena_floats(a, BATCH * n_classes);
    g->logits = mn_arena_floats(a, BATCH * n_classes);
    g->dlogits = mn_arena_floats(a, BATCH * n_classes);
    g->exponent = mn_arena_ints(a, BATCH);
    g->grad.g = mn_arena_floats(a, mn_model_size(g->model));
    g->grad.exponent = mn_arena_ints(a, (size_t)mn_model_n_rows(g->model));
}

static mn_status prepare(gradient *g, mn_session *s, mn_err *err)
{
    const mn_config *c = mn_session_config(s);
    float range[2];
    mn_rng r;
    *g = (gradient){
        .model = mn_session_model(s), .loss = mn_loss_find(c->run.loss), .cfg = c->loss};
    layout(g);
    mn_status status = mn_arena_allocate(&g->arena, "a gradient to be timed", err);
    if (status != MN_OK)
        return status;
    layout(g);
    const mn_shape *shape = mn_model_shape(g->model);
    const size_t n_inputs = (size_t)(shape->n_visible + shape->n_extra);
    mn_model_range(mn_model_kind(g->model), &range[0], &range[1]);
    mn_rng_seed(&r, 1, "bench");
    for (size_t i = 0; i < BATCH * n_inputs; i++)
        g->X[i] = range[mn_rng_below(&r, 2)];
    for (size_t i = 0; i < BATCH; i++)
        g->Y[i * (size_t)shape->n_classes + mn_rng_below(&r, (uint64_t)shape->n_classes)] =
            1.0f;
    return MN_OK;
}

static double time_gradient(gradient *g)
{
    const double start = mn_clock_now();
    mn_model_forward(g->model, g->X, BATCH, g->logits, g->exponent);
    g->loss->eval(&g->cfg, BATCH, mn_model_shape(g->model)->n_classes, g->logits, g->exponent,
                  g->Y, g->dlogits);
    mn_model_backward(g->model, g->X, BATCH, g->dlogits, &g->grad);
    return mn_clock_now() - start;
}

static mn_status advance(mn_session *s, int n, double *seconds, mn_err *err)
{
    mn_status status = MN_OK;
    const double start = mn_clock_now();
    for (int i = 0; i < n && status == MN_OK; i++)
        if (!mn_session_advance(s) && (status = mn_session_failure(s, err)) == MN_OK)
            status = mn_fail(err, MN_EINVAL, "the run is too short to be measured");
    *seconds = (mn_clock_now() - start) / n;
    return status;
}

static mn_status open(const mn_call *c, int i, mn_session **out, mn_err *err)
{
    mn_config config = c->config;
    const mn_session_hooks hooks = {NULL, NULL, c->command_line.data};
    char line[96];
    const struct {
        const char *name;
        int value;
    } settings[] = {{"memories", 100},          {"vertex", 20},
                    {"batch", BATCH},           {"items", ITEMS},
                    {"test-items", 100},        {"probe-items", 100},
                    {"epochs", 1000000},        {"steps", 0},
                    {"n-tasks", OLD_TASKS + 1}, {"buffer", HELD},
                    {"importance-items", 100}};
    static const char *const words[] = {"tasks=permuted", "task-units=yes", "advance=no",
                                        "proportion=1"};
    mn_status s = MN_OK;
    for (size_t k = 0; k < sizeof words / sizeof *words && s == MN_OK; k++)
        s = mn_config_assign(&config, words[k], err);
    for (size_t k = 0; k < sizeof settings / sizeof *settings && s == MN_OK; k++) {
        snprintf(line, sizeof line, "%s=%d", settings[k].name, settings[k].value);
        s = mn_config_assign(&config, line, err);
    }
    snprintf(line, sizeof line, "strategy=%s", kinds[i].strategy);
    if (s == MN_OK)
        s = mn_config_assign(&config, line, err);
    return s == MN_OK ? mn_session_create(out, &config, &hooks, err) : s;
}

/* A few steps of every old task, so that there is something to protect. */
static mn_status teach(mn_session *s, int old_tasks, mn_err *err)
{
    double seconds;
    mn_status status = mn_session_do(s, "run", NULL, err);
    for (int t = 0; t < old_tasks && status == MN_OK; t++) {
        status = advance(s, 3, &seconds, err);
        if (status == MN_OK)
            status = mn_session_do(s, "task next", NULL, err);
    }
    return status;
}

static mn_status take_turns(learner *all, gradient *g, int round, mn_err *err)
{
    const double n_gradients = 1 + (double)HELD / BATCH;
    const int at = round < 0 ? 0 : round;
    mn_status status = MN_OK;
    for (int i = 0; i < N_LEARNERS && status == MN_OK; i++)
        status = advance(all[i].session, kinds[i].steps, &all[i].steps[at], err);
    g->seconds[at] = time_gradient(g);
    for (int i = 0; i < N_LEARNERS; i++)
        all[i].ratio[at] =
            all[i].steps[at] /
            (kinds[i].old_tasks > 1 ? n_gradients * g->seconds[at] : all[0].steps[at]);
    return status;
}

static json_t *row_of(int i, learner *l, gradient *g)
{
    json_t *row = json_object();
    const double ratio = mn_bench_median(l->ratio, ROUNDS);
    json_object_set_new(row, "strategy", json_string(kinds[i].strategy));
    json_object_set_new(row, "old_tasks", json_integer(kinds[i].old_tasks));
    json_object_set_new(row, "batch", json_integer(BATCH));
    json_object_set_new(row, "step_ms", json_real(1e3 * mn_bench_median(l->steps, ROUNDS)));
    if (kinds[i].old_tasks > 1) {
        json_object_set_new(row, "held", json_integer(HELD));
        json_object_set_new(
            row, "gradients_ms",
            json_real(1e3 * (1 + (double)HELD / BATCH) * mn_bench_median(g->seconds, ROUNDS)));
        json_object_set_new(row, "of_gradients", json_real(ratio));
    } else {
        json_object_set_new(row, "of_vanilla", json_real(ratio));
    }
    return row;
}

mn_status mn_bench_strategies(const mn_call *c, json_t *rows, mn_err *err)
{
    learner *all = calloc(N_LEARNERS, sizeof *all);
    gradient g = {0};
    mn_status status = all ? MN_OK : mn_fail(err, MN_ENOMEM, "no memory for the strategies");
    for (int i = 0; i < N_LEARNERS && status == MN_OK; i++)
        if ((status = open(c, i, &all[i].session, err)) == MN_OK)
            status = teach(all[i].session, kinds[i].old_tasks, err);
    if (status == MN_OK)
        status = prepare(&g, all[N_LEARNERS - 1].session, err);
    for (int round = -WARM_UP; round < ROUNDS && status == MN_OK; round++)
        status = take_turns(all, &g, round, err);
    for (int i = 0; i < N_LEARNERS && status == MN_OK; i++)
        json_array_append_new(rows, row_of(i, &all[i], &g));
    for (int i = 0; all && i < N_LEARNERS; i++)
        mn_session_destroy(all[i].session);
    mn_arena_finish(&g.arena);
    free(all);
    return status;
}

static double number(const json_t *row, const char *key)
{
    return json_number_value(json_object_get(row, key));
}

void mn_bench_print_strategies(const json_t *rows)
{
    size_t i;
    json_t *row;
    printf("%-9s %9s %6s %9s %s\n", "strategy", "old tasks", "batch", "step ms", "  costs");
    json_array_foreach(rows, i, row)
    {
        printf("%-9s %9.0f %6.0f %9.2f ", json_string_value(json_object_get(row, "strategy")),
               number(row, "old_tasks"), number(row, "batch"), number(row, "step_ms"));
        if (json_object_get(row, "of_gradients"))
            printf("  %.2f times its gradients (%.2f ms, %.0f items held)\n",
                   number(row, "of_gradients"), number(row, "gradients_ms"),
                   number(row, "held"));
        else if (i == 0)
            printf("  what the next ones are compared with\n");
        else
            printf("  %+.1f %% over vanilla\n", 100.0 * (number(row, "of_vanilla") - 1.0));
    }
}
