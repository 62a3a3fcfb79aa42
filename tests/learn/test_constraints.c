#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/kernel.h"
#include "mnemoscope/model_impl.h"
#include "mnemoscope/strategy_impl.h"
#include "scaled.h"

/* A model whose gradient of an item is the item: N numbers in ROWS rows, behind them the
 * exponent of each row, the same for all items of a batch. */
enum { ROWS = 3, COLS = 10, N = ROWS * COLS, INPUTS = N + ROWS, BATCH = 2, TASKS = 4 };

static const mn_loss_cfg loss_cfg = {.error_exponent = 1};

static void literal_layout(mn_model *m, mn_arena *a)
{
    mn_model_declare(m, "w", ROWS, COLS);
    m->n_units = ROWS;
}

static void literal_forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    memset(logits, 0, (size_t)n * sizeof *logits);
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

static void literal_backward(mn_model *m, const float *X, int n, const float *dlogits,
                             mn_grad *grad)
{
    memset(grad->g, 0, N * sizeof *grad->g);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < N; j++)
            grad->g[j] += X[i * INPUTS + j];
    grad->scaled = false;
    for (int r = 0; r < ROWS; r++) {
        grad->exponent[r] = (int)X[N + r];
        grad->scaled |= grad->exponent[r] != 0;
    }
}

static const mn_model_ops literal = {.name = "literal",
                                     .title = "Literal",
                                     .lo = -1.0f,
                                     .hi = 1.0f,
                                     .layout = literal_layout,
                                     .forward = literal_forward,
                                     .backward = literal_backward};

static mn_model *create_literal(void)
{
    const mn_shape shape = {INPUTS, 0, 1, INPUTS, 1, 1, BATCH};
    mn_model *m = NULL;
    mn_err err;
    int none = 0;
    assert_ok(mn_model_create(&m, &literal, &shape, &none, &err), &err);
    return m;
}

static mn_strategy_cfg settings(void)
{
    mn_strategy_cfg cfg;
    mn_param_defaults(mn_strategy_params, &cfg);
    return cfg;
}

static mn_strategy *create(const char *name, mn_model *m, const mn_strategy_cfg *cfg)
{
    mn_strategy *s = NULL;
    mn_err err;
    assert_ok(
        mn_strategy_create(&s, mn_strategy_find(name), m, mn_losses[0], &loss_cfg, cfg, &err),
        &err);
    return s;
}

/* An item of the literal model whose gradient is g 2^exponent. */
static void remember(mn_strategy *s, int task, const float *g, int exponent)
{
    float x[INPUTS], y[1] = {1.0f};
    mn_err err;
    memcpy(x, g, N * sizeof *x);
    for (int r = 0; r < ROWS; r++)
        x[N + r] = (float)exponent;
    assert_ok(mn_buffer_reserve(mn_strategy_buffer(s), 1, &err), &err);
    mn_buffer_add(mn_strategy_buffer(s), x, y, 1, task);
}

static void begin(mn_strategy *s, mn_model *m, int task)
{
    mn_err err;
    assert_ok(mn_strategy_task_begin(s, m, task, &err), &err);
}

/* One step's worth of hooks on the gradient g 2^exponent, in place. */
typedef struct vector {
    float g[N];
    int exponent[ROWS];
    mn_grad grad;
} vector;

static void load(vector *v, const float *g, int exponent)
{
    memcpy(v->g, g, sizeof v->g);
    for (int r = 0; r < ROWS; r++)
        v->exponent[r] = exponent;
    v->grad = (mn_grad){.g = v->g, .exponent = v->exponent, .scaled = exponent != 0};
}

static void shape_once(mn_strategy *s, mn_model *m, vector *v)
{
    mn_rng r, before;
    mn_rng_seed(&r, 1, "strategy");
    before = r;
    mn_strategy_before(s, m, &r);
    mn_strategy_shape(s, m, &v->grad);
    assert_memory_equal(&r, &before, sizeof r); /* nothing is sampled */
}

static void draw(mn_rng *r, float *g)
{
    for (int j = 0; j < N; j++)
        g[j] = (float)mn_rng_normal(r);
}

static double true_dot(mn_model *m, const mn_grad *a, const mn_grad *b)
{
    double s = sqrt(mn_scaled_dot(m, a, a, 2 * mn_scaled_reach(m, a)) *
                    mn_scaled_dot(m, b, b, 2 * mn_scaled_reach(m, b)));
    return mn_scaled_dot(m, a, b, mn_scaled_reach(m, a) + mn_scaled_reach(m, b)) / s;
}

typedef struct oracle {
    json_t *json;
    float *tasks, *gradient;
    double *projected;
} oracle;

static oracle open_oracle(const char *name, const char *rows)
{
    size_t n;
    oracle o = {.json = oracle_open(name)};
    o.tasks = oracle_floats(o.json, rows, &n);
    o.gradient = oracle_floats(o.json, "gradient", &n);
    o.projected = oracle_numbers(o.json, "projected", &n);
    assert_int_equal(n, N);
    return o;
}

static void close_oracle(oracle *o)
{
    free(o->tasks), free(o->gradient), free(o->projected);
    json_decref(o->json);
}

/* Three items that add up to g: two batches. */
static void remember_in_parts(mn_strategy *s, int task, const float *g, int exponent)
{
    for (int part = 0; part < 3; part++) {
        float x[N];
        for (int j = 0; j < N; j++)
            x[j] = part == 2 ? -g[j] : g[j];
        remember(s, task, x, exponent);
    }
}

static void gem_projects_as_the_oracles_do(void **state)
{
    const char *names[2] = {"gem_margin0.json", "gem_margin0.5.json"};
    for (int c = 0; c < 2; c++) {
        oracle o = open_oracle(names[c], "task_gradients");
        mn_model *m = create_literal();
        mn_strategy_cfg cfg = settings();
        vector v;
        cfg.margin = oracle_number(o.json, "margin");
        mn_strategy *s = create("gem", m, &cfg);
        for (int t = 0; t < TASKS; t++)
            remember_in_parts(s, t, o.tasks + t * N, 0);
        begin(s, m, TASKS);
        load(&v, o.gradient, 0);
        shape_once(s, m, &v);
        assert_close(v.g, o.projected, N, 1e-6, 0.0); /* four sums in float */
        mn_strategy_destroy(s);
        mn_model_destroy(m);
        close_oracle(&o);
    }
}

static void agem_projects_as_the_oracle_does(void **state)
{
    oracle o = open_oracle("agem.json", "reference");
    mn_model *m = create_literal();
    mn_strategy_cfg cfg = settings();
    mn_strategy *s = create("agem", m, &cfg);
    vector v;
    remember_in_parts(s, 0, o.tasks, 0);
    begin(s, m, 1);
    load(&v, o.gradient, 0);
    shape_once(s, m, &v);
    assert_close(v.g, o.projected, N, 1e-6, 0.0);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
    close_oracle(&o);
}

/* Every old gradient has a size of its own, none of which a double squared can hold. */
static void sizes_beyond_every_range_change_nothing(void **state)
{
    static const int old[TASKS] = {-900, 700, -2000, 0};
    oracle o = open_oracle("gem_margin0.json", "task_gradients");
    const int sizes[4] = {0, -600, 1500, 30};
    for (int c = 0; c < 4; c++) {
        mn_model *m = create_literal();
        mn_strategy_cfg cfg = settings();
        mn_strategy *s = create("gem", m, &cfg);
        vector v;
        for (int t = 0; t < TASKS; t++)
            remember_in_parts(s, t, o.tasks + t * N, old[t]);
        begin(s, m, TASKS);
        load(&v, o.gradient, sizes[c]);
        shape_once(s, m, &v);
        for (int r = 0; r < ROWS; r++)
            mn_scale(COLS, ldexpf(1.0f, (v.grad.scaled ? v.exponent[r] : 0) - sizes[c]),
                     v.g + r * COLS);
        assert_close(v.g, o.projected, N, 1e-6, 0.0);
        mn_strategy_destroy(s);
        mn_model_destroy(m);
    }
    close_oracle(&o);
}

static void what_violates_nothing_stays_bit_for_bit(void **state)
{
    const char *names[2] = {"gem", "agem"};
    mn_rng r;
    mn_rng_seed(&r, 4, "draws");
    for (int c = 0; c < 200; c++) {
        mn_model *m = create_literal();
        mn_strategy_cfg cfg = settings();
        float g[N], h[N];
        vector v, want;
        cfg.margin = 0.5;
        mn_strategy *s = create(names[c % 2], m, &cfg);
        draw(&r, g);
        for (int t = 0; t < 3; t++) {
            draw(&r, h);
            if (mn_dot(N, g, h) < 0.0)
                mn_scale(N, -1.0f, h);
            remember(s, t, h, c % 5 * 100);
        }
        begin(s, m, 3);
        load(&v, g, c % 3 * 50);
        want = v;
        shape_once(s, m, &v);
        assert_memory_equal(v.g, want.g, sizeof v.g);
        assert_memory_equal(v.exponent, want.exponent, sizeof v.exponent);
        assert_int_equal(v.grad.scaled, want.grad.scaled);
        assert_int_equal(mn_strategy_constraints(s)->violated, 0);
        assert_int_equal(mn_strategy_constraints(s)->steps, 1);
        mn_strategy_destroy(s);
        mn_model_destroy(m);
    }
}

static void items_of_the_task_at_hand_constrain_nothing(void **state)
{
    const char *names[2] = {"gem", "agem"};
    for (int c = 0; c < 2; c++) {
        mn_model *m = create_literal();
        mn_strategy_cfg cfg = settings();
        mn_strategy *s = create(names[c], m, &cfg);
        float g[N], against[N];
        vector v;
        mn_rng r;
        mn_rng_seed(&r, 5, "draws");
        draw(&r, g);
        for (int j = 0; j < N; j++)
            against[j] = -g[j];
        remember(s, 7, against, 0);
        begin(s, m, 7);
        load(&v, g, 0);
        shape_once(s, m, &v);
        assert_memory_equal(v.g, g, sizeof g);
        assert_int_equal(mn_strategy_constraints(s)->n, 0);
        assert_int_equal(mn_strategy_constraints(s)->steps, 0);
        begin(s, m, 8);
        shape_once(s, m, &v);
        assert_int_equal(mn_strategy_constraints(s)->n, 1);
        assert_near(mn_strategy_constraints(s)->cosine[0], -1.0, 1e-6);
        for (int j = 0; j < N; j++) /* nothing is left but rounding */
            assert_near((double)v.g[j], 0.0, 1e-6);
        mn_strategy_destroy(s);
        mn_model_destroy(m);
    }
}

static void a_new_strategy_with_the_old_buffer_and_state_goes_on_alike(void **state)
{
    const char *names[2] = {"gem", "agem"};
    for (int c = 0; c < 2; c++) {
        oracle o = open_oracle("gem_margin0.json", "task_gradients");
        mn_model *m = create_literal();
        mn_strategy_cfg cfg = settings();
        mn_strategy *s = create(names[c], m, &cfg), *resumed = create(names[c], m, &cfg);
        mn_state_array from, to;
        vector v, w;
        mn_err err;
        for (int t = 0; t < TASKS; t++) {
            remember(s, t, o.tasks + t * N, 0);
            remember(resumed, t, o.tasks + t * N, 0);
        }
        begin(s, m, 2); /* back at an earlier task */
        assert_true(mn_strategy_state(s, 0, &from));
        assert_true(mn_strategy_state(resumed, 0, &to));
        assert_false(mn_strategy_state(s, 1, &from) && mn_strategy_state(s, -1, &from));
        assert_string_equal(from.name, to.name);
        to.i[0] = from.i[0];
        assert_ok(mn_strategy_ready(resumed, m, &err), &err);
        load(&v, o.gradient, 0);
        load(&w, o.gradient, 0);
        shape_once(s, m, &v);
        shape_once(resumed, m, &w);
        assert_memory_equal(v.g, w.g, sizeof v.g);
        assert_int_equal(mn_strategy_constraints(resumed)->violated, 1);
        mn_strategy_destroy(s), mn_strategy_destroy(resumed);
        mn_model_destroy(m);
        close_oracle(&o);
    }
}

static void gem_counts_tasks_up_to_its_limit_and_agem_beyond(void **state)
{
    mn_model *m = create_literal();
    mn_strategy_cfg cfg = settings();
    mn_strategy *gem = create("gem", m, &cfg), *agem = create("agem", m, &cfg);
    float g[N];
    vector v;
    mn_rng r;
    mn_err err;
    mn_rng_seed(&r, 6, "draws");
    for (int t = 0; t < MN_BUFFER_TASKS_MAX; t++) {
        draw(&r, g);
        remember(gem, t, g, 0);
        remember(agem, t, g, 0);
    }
    begin(gem, m, -3);
    draw(&r, g);
    load(&v, g, 0);
    shape_once(gem, m, &v); /* 32 constraints on 30 weights */
    assert_int_equal(mn_strategy_constraints(gem)->n, MN_BUFFER_TASKS_MAX);
    remember(gem, 1000, g, 0);
    remember(agem, 1000, g, 0);
    assert_failed(mn_strategy_ready(gem, m, &err), &err, MN_EINVAL, "more than 32 tasks");
    begin(agem, m, -3);
    shape_once(agem, m, &v);
    mn_strategy_destroy(gem), mn_strategy_destroy(agem);
    mn_model_destroy(m);
}

static void what_is_not_finite_or_zero_leaves_the_gradient_alone(void **state)
{
    const float bad[3] = {NAN, INFINITY, 0.0f};
    const char *names[2] = {"gem", "agem"};
    for (int c = 0; c < 12; c++) {
        mn_model *m = create_literal();
        mn_strategy_cfg cfg = settings();
        float g[N], h[N];
        vector v, want;
        mn_rng r;
        mn_rng_seed(&r, 7, "draws");
        cfg.margin = 0.1;
        mn_strategy *s = create(names[c % 2], m, &cfg);
        draw(&r, g);
        for (int j = 0; j < N; j++)
            h[j] = c / 6 || j == 3 ? bad[c / 2 % 3] : 0.0f;
        remember(s, 0, h, 0);
        begin(s, m, 1);
        load(&v, c == 11 ? h : g, 0);
        want = v;
        shape_once(s, m, &v);
        if (c / 2 % 3 != 1) /* an infinite one may well be opposed to g */
            assert_memory_equal(v.g, want.g, sizeof v.g);
        if (c / 2 % 3 == 2)
            assert_true(isnan(mn_strategy_constraints(s)->cosine[0]));
        mn_strategy_destroy(s);
        mn_model_destroy(m);
    }
}

static void agem_draws_as_many_references_as_asked_for(void **state)
{
    mn_model *m = create_literal();
    mn_strategy_cfg cfg = settings();
    float unit[N] = {0};
    double sum = 0.0;
    mn_rng r;
    cfg.references = 5;
    mn_strategy *s = create("agem", m, &cfg);
    for (int j = 0; j < 20; j++) { /* item j says which it is by its weight */
        memset(unit, 0, sizeof unit);
        unit[j] = -1.0f;
        remember(s, j / 10, unit, 0);
    }
    begin(s, m, 2);
    for (int draws = 0; draws < 200; draws++) {
        vector v;
        int n_touched = 0;
        for (int j = 0; j < N; j++)
            unit[j] = 1.0f;
        mn_rng_seed(&r, (uint64_t)draws / 2, "strategy"); /* every seed twice */
        load(&v, unit, 0);
        mn_strategy_before(s, m, &r);
        mn_strategy_shape(s, m, &v.grad);
        for (int j = 0; j < N; j++) {
            bool touched = v.g[j] < 0.5f;
            assert_true(!touched || j < 20);
            n_touched += touched;
            sum += touched ? j : 0;
        }
        assert_int_equal(n_touched, 5);
    }
    /* the mean of 100 draws of five of 0..19; a standard deviation is about 0.23 */
    assert_near(sum / 1000.0, 9.5, 1.0);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

static void violations_are_counted(void **state)
{
    mn_model *m = create_literal();
    mn_strategy_cfg cfg = settings();
    mn_strategy *s = create("gem", m, &cfg);
    float g[N];
    vector v;
    mn_rng r;
    mn_rng_seed(&r, 8, "draws");
    draw(&r, g);
    remember(s, 3, g, 0);
    begin(s, m, 4);
    for (int step = 0; step < 50; step++) {
        load(&v, g, 0);
        if (step % 5 == 0)
            mn_scale(N, -1.0f, v.g);
        shape_once(s, m, &v);
        assert_near(mn_strategy_constraints(s)->cosine[0], step % 5 ? 1.0 : -1.0, 1e-6);
    }
    const mn_constraints *c = mn_strategy_constraints(s);
    assert_int_equal(c->n, 1);
    assert_int_equal(c->task[0], 3);
    assert_int_equal(c->steps, 50);
    assert_int_equal(c->violated, 10);
    assert_near(c->per_hundred, 20.0, 1e-9);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

/* A dense memory, trained for a few steps on items of random tasks. */
enum { VISIBLE = 40, CLASSES = 4, K = 12, D = VISIBLE + CLASSES, ITEMS = 30 };

static mn_model *dense(const char *vertex)
{
    const mn_model_ops *ops = mn_model_find("dam");
    mn_param_table table = mn_model_params(ops);
    const mn_shape shape = {VISIBLE, 0, CLASSES, VISIBLE, 1, 1, 8};
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    mn_model *m = NULL;
    mn_err err;
    mn_rng r;
    assert_non_null(cfg);
    mn_param_defaults(table, cfg);
    assert_ok(mn_param_set(mn_param_find(table, "memories"), cfg, "12", &err), &err);
    assert_ok(mn_param_set(mn_param_find(table, "vertex"), cfg, vertex, &err), &err);
    assert_ok(mn_model_create(&m, ops, &shape, cfg, &err), &err);
    mn_rng_seed(&r, 1, "init");
    mn_model_init(m, &r);
    free(cfg);
    return m;
}

/* Item i of a task: a noisy copy of the task's picture of its class. */
static void fetch(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t class = index[i] % CLASSES;
        mn_rng picture, noise;
        mn_rng_seed(&picture, (uint64_t) * (const int *)ctx * CLASSES + class, "picture");
        mn_rng_seed(&noise, index[i], "noise");
        for (int j = 0; j < VISIBLE; j++) {
            float x = mn_rng_below(&picture, 2) ? 1.0f : -1.0f;
            *X++ = mn_rng_below(&noise, 10) ? x : -x;
        }
        for (uint32_t c = 0; c < CLASSES; c++)
            *Y++ = c == class ? 1.0f : 0.0f;
    }
}

typedef struct trainer {
    mn_model *m;
    mn_strategy *s;
    mn_rng r;
    float g[K * D], logits[8 * CLASSES], dlogits[8 * CLASSES], X[8 * VISIBLE], Y[8 * CLASSES];
    int exponent[8], row_exponent[K];
    mn_grad grad;
} trainer;

static void gradient_of(trainer *t)
{
    mn_model_forward(t->m, t->X, 8, t->logits, t->exponent);
    mn_losses[0]->eval(&loss_cfg, 8, CLASSES, t->logits, t->exponent, t->Y, t->dlogits);
    mn_model_backward(t->m, t->X, 8, t->dlogits, &t->grad);
}

static void step_on(trainer *t, mn_optimiser *o, int task, uint32_t at)
{
    uint32_t index[8];
    for (uint32_t i = 0; i < 8; i++)
        index[i] = (at + i) % ITEMS;
    t->grad = (mn_grad){.g = t->g, .exponent = t->row_exponent};
    mn_strategy_before(t->s, t->m, &t->r);
    fetch(&task, index, 8, t->X, t->Y);
    gradient_of(t);
    mn_strategy_shape(t->s, t->m, &t->grad);
    if (!o)
        return;
    mn_optimiser_step(o, t->m, &t->grad, 0);
    mn_model_project(t->m);
    mn_strategy_stepped(t->s, t->m, &t->grad);
}

/* Trains on `n_tasks` tasks and begins another one. */
static void train(trainer *t, mn_optimiser *o, int n_tasks)
{
    mn_err err;
    for (int task = 0; task < n_tasks; task++) {
        mn_source items = {.ctx = &task, .n = ITEMS, .fetch = fetch};
        begin(t->s, t->m, task);
        for (uint32_t step = 0; step < 30; step++)
            step_on(t, o, task, step * 8);
        assert_ok(mn_strategy_task_end(t->s, t->m, task, &items, &t->r, &err), &err);
    }
    begin(t->s, t->m, n_tasks);
}

static mn_optimiser *optimiser(mn_model *m)
{
    mn_optimiser_cfg cfg;
    mn_optimiser *o = NULL;
    mn_err err;
    mn_param_defaults(mn_optimiser_params, &cfg);
    assert_ok(mn_optimiser_create(&o, mn_optimiser_find("maxnorm"), m, &cfg, &err), &err);
    return o;
}

/* The cosine of the gradient in t with the loss's over the buffer's items of one task, one by
 * one, or of all tasks (-1). */
static double cosine_with(const trainer *t, int task)
{
    const mn_buffer *b = mn_strategy_buffer(t->s);
    float sum[K * D] = {0};
    int exponent[K] = {0};
    mn_grad total = {.g = sum, .exponent = exponent};
    trainer one = {.m = t->m};
    for (size_t i = 0; i < b->n; i++) {
        if (task >= 0 && b->task[i] != task)
            continue;
        one.grad = (mn_grad){.g = one.g, .exponent = one.row_exponent};
        mn_model_forward(t->m, b->X + i * VISIBLE, 1, one.logits, one.exponent);
        mn_losses[0]->eval(&loss_cfg, 1, CLASSES, one.logits, one.exponent, b->Y + i * CLASSES,
                           one.dlogits);
        if (mn_max_abs(CLASSES, one.dlogits) < 1e-30f)
            continue; /* learnt beyond what float can tell */
        mn_model_backward(t->m, b->X + i * VISIBLE, 1, one.dlogits, &one.grad);
        mn_scaled_add(t->m, &total, 1.0, &one.grad);
    }
    return true_dot(t->m, &t->grad, &total);
}

static void no_old_task_is_hurt_at_any_vertex(void **state)
{
    const char *vertices[3] = {"2", "20", "100"};
    for (int c = 0; c < 6; c++) {
        const bool all = c % 2;
        static trainer t;
        mn_strategy_cfg cfg = settings();
        cfg.proportion = 0.5;
        t.m = dense(vertices[c / 2]);
        t.s = create(all ? "agem" : "gem", t.m, &cfg);
        mn_rng_seed(&t.r, 2, "strategy");
        mn_optimiser *o = optimiser(t.m);
        train(&t, o, 4);
        for (uint32_t step = 0; step < 20; step++) {
            step_on(&t, NULL, 4, step * 8);
            /* a rounding of a similarity counts a hundredfold at vertex 100: 1e-5 */
            for (int task = 0; task < 4 && !all; task++)
                assert_true(cosine_with(&t, task) > -1e-4);
            assert_true(!all || cosine_with(&t, -1) > -1e-4);
            step_on(&t, o, 4, step * 8);
        }
        assert_true(mn_finite(K * D, mn_model_theta(t.m)));
        assert_true(mn_strategy_constraints(t.s)->violated > 0);
        mn_strategy_destroy(t.s);
        mn_optimiser_destroy(o);
        mn_model_destroy(t.m);
    }
}

static void an_empty_buffer_equals_vanilla_bit_for_bit(void **state)
{
    const char *names[4] = {"vanilla", "rehearsal", "gem", "agem"};
    static float want[K * D];
    for (int c = 0; c < 4; c++) {
        static trainer t;
        mn_rng before;
        mn_strategy_cfg cfg = settings();
        cfg.proportion = 0.0;
        cfg.margin = 1.0;
        t.m = dense("20");
        t.s = create(names[c], t.m, &cfg);
        mn_rng_seed(&t.r, 2, "strategy");
        before = t.r;
        mn_optimiser *o = optimiser(t.m);
        train(&t, o, 3);
        assert_memory_equal(&t.r, &before, sizeof before);
        if (c == 0)
            memcpy(want, mn_model_theta(t.m), sizeof want);
        assert_memory_equal(mn_model_theta(t.m), want, sizeof want);
        mn_strategy_destroy(t.s);
        mn_optimiser_destroy(o);
        mn_model_destroy(t.m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gem_projects_as_the_oracles_do),
        cmocka_unit_test(agem_projects_as_the_oracle_does),
        cmocka_unit_test(sizes_beyond_every_range_change_nothing),
        cmocka_unit_test(what_violates_nothing_stays_bit_for_bit),
        cmocka_unit_test(items_of_the_task_at_hand_constrain_nothing),
        cmocka_unit_test(a_new_strategy_with_the_old_buffer_and_state_goes_on_alike),
        cmocka_unit_test(gem_counts_tasks_up_to_its_limit_and_agem_beyond),
        cmocka_unit_test(what_is_not_finite_or_zero_leaves_the_gradient_alone),
        cmocka_unit_test(agem_draws_as_many_references_as_asked_for),
        cmocka_unit_test(violations_are_counted),
        cmocka_unit_test(no_old_task_is_hurt_at_any_vertex),
        cmocka_unit_test(an_empty_buffer_equals_vanilla_bit_for_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
