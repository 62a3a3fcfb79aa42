#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "mnemoscope/strategy_impl.h"

enum { INPUTS = 5, CLASSES = 3, ITEMS = 40 };

static const mn_loss_cfg loss_cfg = {.error_exponent = 1};

static mn_model *fake(void)
{
    static const float rows[2 * (INPUTS + CLASSES)] = {1, 1,  -1, -1, 1, 1, -1, -1,
                                                       1, -1, 1,  -1, 1, 1, 1,  -1};
    mn_shape s = {.n_visible = 4,
                  .n_extra = 1,
                  .n_classes = CLASSES,
                  .width = 2,
                  .height = 2,
                  .channels = 1,
                  .batch = 8};
    return fake_create(&s, 2, rows, FAKE_JUMPS, -1.0f);
}

/* Item i of a task is five times its number, plus a hundred per task, with class i mod 3. */
static void fetch(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y)
{
    const int *task = ctx;
    for (size_t i = 0; i < n; i++) {
        for (int j = 0; j < INPUTS; j++)
            *X++ = (float)index[i] + 100.0f * (float)*task;
        for (uint32_t c = 0; c < CLASSES; c++)
            *Y++ = index[i] % CLASSES == c ? 1.0f : 0.0f;
    }
}

static mn_source source(const int *task, size_t n)
{
    return (mn_source){.ctx = task, .n = n, .fetch = fetch};
}

static mn_strategy_cfg settings(double proportion)
{
    mn_strategy_cfg cfg;
    mn_param_defaults(mn_strategy_params, &cfg);
    cfg.proportion = proportion;
    return cfg;
}

static mn_strategy *create(const char *name, mn_model *m, double proportion)
{
    mn_strategy *s = NULL;
    mn_err err;
    mn_strategy_cfg cfg = settings(proportion);
    assert_ok(
        mn_strategy_create(&s, mn_strategy_find(name), m, mn_losses[0], &loss_cfg, &cfg, &err),
        &err);
    return s;
}

static void end_task(mn_strategy *s, mn_model *m, int task, size_t n, mn_rng *r)
{
    mn_source items = source(&task, n);
    mn_err err;
    assert_ok(mn_strategy_task_end(s, m, task, &items, r, &err), &err);
}

static void every_strategy_introduces_itself(void **state)
{
    for (int i = 0; mn_strategies[i]; i++) {
        const mn_strategy_ops *ops = mn_strategies[i];
        assert_ptr_equal(mn_strategy_find(ops->name), ops);
        assert_true(strlen(ops->title) && strlen(ops->cite) && strlen(ops->about));
        assert_true(ops->replays || !ops->dreams);
        assert_int_equal(mn_strategy_dreams(ops), ops->dreams);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(mn_strategies[j]->name, ops->name);
    }
    assert_null(mn_strategy_find("none"));
    assert_null(mn_strategy_find(""));
}

static void parameters_have_the_documented_defaults_and_ranges(void **state)
{
    mn_strategy_cfg cfg;
    mn_err err;
    mn_param_defaults(mn_strategy_params, &cfg);
    assert_near(cfg.proportion, 0.2, 0.0);
    assert_int_equal(cfg.max_sweeps, 100);
    const mn_param *p = mn_param_find(mn_strategy_params, "proportion");
    assert_failed(mn_param_set(p, &cfg, "4.5", &err), &err, MN_EINVAL, "0 to 4");
    p = mn_param_find(mn_strategy_params, "max-sweeps");
    assert_failed(mn_param_set(p, &cfg, "0", &err), &err, MN_EINVAL, "from 1 to");
    for (size_t i = 0; i < mn_strategy_params.n; i++)
        assert_true(mn_strategy_params.rows[i].flags & MN_LIVE);
}

static void vanilla_keeps_nothing_and_draws_nothing(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("vanilla", m, 4.0);
    mn_rng r, before;
    mn_err err;
    mn_rng_seed(&r, 1, "strategy");
    before = r;
    assert_ok(mn_strategy_task_begin(s, m, 0, &err), &err);
    mn_strategy_shape(s, m, NULL);
    mn_strategy_stepped(s, m, NULL);
    end_task(s, m, 0, ITEMS, &r);
    assert_int_equal(mn_strategy_items(s), 0);
    assert_int_equal(mn_strategy_buffer(s)->n, 0);
    assert_memory_equal(&r, &before, sizeof r);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

static void a_zero_proportion_equals_vanilla(void **state)
{
    const char *names[4] = {"rehearsal", "pseudorehearsal", "gem", "agem"};
    for (int i = 0; i < 4; i++) {
        mn_model *m = fake();
        mn_strategy *s = create(names[i], m, 0.0);
        mn_rng r, before;
        mn_rng_seed(&r, 1, "strategy");
        before = r;
        for (int task = 0; task < 3; task++)
            end_task(s, m, task, ITEMS, &r);
        assert_int_equal(mn_strategy_items(s), 0);
        assert_memory_equal(&r, &before, sizeof r);
        mn_strategy_destroy(s);
        mn_model_destroy(m);
    }
}

static void rehearsal_keeps_a_growing_share_of_every_task(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("rehearsal", m, 0.25);
    mn_rng r;
    mn_rng_seed(&r, 1, "strategy");
    for (int task = 0; task < 3; task++) {
        end_task(s, m, task, ITEMS, &r);
        assert_int_equal(mn_strategy_items(s), 10 * (task + 1));
    }
    uint32_t index[30];
    float X[30 * INPUTS], Y[30 * CLASSES];
    for (uint32_t i = 0; i < 30; i++)
        index[i] = 29 - i;
    mn_strategy_fetch(s, index, 30, X, Y);
    for (int i = 0; i < 30; i++) {
        int task = (29 - i) / 10, number = (int)X[i * INPUTS] - 100 * task;
        assert_in_range(number, 0, ITEMS - 1);
        assert_near((double)Y[i * CLASSES + number % CLASSES], 1.0, 0.0);
        assert_int_equal(mn_strategy_buffer(s)->task[29 - i], task);
    }
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

static void rehearsal_never_keeps_an_item_twice(void **state)
{
    mn_model *m = fake();
    mn_rng draws, r;
    mn_rng_seed(&draws, 9, "test");
    for (int draw = 0; draw < 200; draw++) {
        size_t n = (size_t)mn_rng_below(&draws, 60);
        double proportion = mn_rng_uniform(&draws);
        mn_strategy *s = create("rehearsal", m, proportion);
        mn_rng_seed(&r, (uint64_t)draw, "strategy");
        end_task(s, m, 0, n, &r);
        const mn_buffer *b = mn_strategy_buffer(s);
        bool seen[60] = {false};
        assert_near((double)b->n, proportion * (double)n, 0.5);
        for (size_t i = 0; i < b->n; i++) {
            size_t number = (size_t)b->X[i * INPUTS];
            assert_true(number < n && !seen[number]);
            seen[number] = true;
        }
        mn_strategy_destroy(s);
    }
    mn_model_destroy(m);
}

static void rehearsal_chooses_by_seed_and_every_item_alike(void **state)
{
    mn_model *m = fake();
    int kept[ITEMS] = {0};
    float first[INPUTS * ITEMS / 4] = {0};
    for (uint64_t seed = 0; seed < 402; seed++) {
        mn_strategy *s = create("rehearsal", m, 0.25);
        mn_rng r;
        mn_rng_seed(&r, seed / 2, "strategy"); /* every seed twice */
        end_task(s, m, 0, ITEMS, &r);
        const mn_buffer *b = mn_strategy_buffer(s);
        for (size_t i = 0; i < b->n; i++)
            kept[(int)b->X[i * INPUTS]]++;
        if (seed % 2)
            assert_memory_equal(b->X, first, sizeof first);
        else
            memcpy(first, b->X, sizeof first);
        mn_strategy_destroy(s);
    }
    /* 201 choices of a quarter: 50 expected with standard deviation 6 */
    for (int i = 0; i < ITEMS; i++)
        assert_in_range(kept[i] / 2, 22, 80);
    mn_model_destroy(m);
}

static void more_than_all_items_can_only_be_dreamt(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("rehearsal", m, 1.0), *none = NULL;
    mn_strategy_cfg cfg = settings(1.5);
    const mn_strategy_ops *rehearsal = mn_strategy_find("rehearsal");
    mn_err err;
    mn_rng r;
    int task = 0;
    mn_rng_seed(&r, 1, "strategy");
    end_task(s, m, task, ITEMS, &r);
    assert_int_equal(mn_strategy_items(s), ITEMS);
    assert_failed(mn_strategy_check(rehearsal, m, &cfg, &err), &err, MN_EINVAL, "1.5");
    assert_failed(mn_strategy_create(&none, rehearsal, m, mn_losses[0], &loss_cfg, &cfg, &err),
                  &err, MN_EINVAL, "0 to 1");
    assert_null(none);
    mn_strategy_config(s)->proportion = 1.5; /* changed live */
    mn_source items = source(&task, ITEMS);
    assert_failed(mn_strategy_task_end(s, m, 1, &items, &r, &err), &err, MN_EINVAL, "0 to 1");
    assert_int_equal(mn_strategy_items(s), ITEMS);
    mn_strategy_destroy(s);
    s = create("pseudorehearsal", m, 1.5);
    end_task(s, m, task, ITEMS, &r);
    assert_int_equal(mn_strategy_items(s), 60);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

static void pseudorehearsal_keeps_duplicates_and_tallies_them(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("pseudorehearsal", m, 0.5);
    mn_rng r;
    mn_rng_seed(&r, 1, "strategy");
    end_task(s, m, 0, ITEMS, &r);
    end_task(s, m, 1, ITEMS, &r);
    const mn_dream_tally *t = mn_strategy_tally(s);
    assert_int_equal(mn_strategy_items(s), 40);
    assert_int_equal(t->n, 40);
    assert_int_equal(t->repeats, 36); /* two attractors, both dreamt in both batches */
    assert_int_equal(t->by_class[0] + t->n_classes_on[2], 40);
    assert_int_equal(t->by_task[0] + t->by_task[1], 40);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

/* The fake has two attractors, so that a population of 16 has no more than these. */
static void a_population_is_dreamt_anew_and_has_every_attractor_once(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("pseudorehearsal", m, 0.5);
    mn_rng r;
    mn_rng_seed(&r, 1, "strategy");
    mn_strategy_config(s)->buffer = 16;
    for (int task = 0; task < 3; task++) {
        end_task(s, m, task, ITEMS, &r);
        const mn_buffer *b = mn_strategy_buffer(s);
        assert_int_equal(b->n, 2);
        assert_int_equal(b->task[0], task);
        assert_memory_not_equal(b->X, b->X + INPUTS, INPUTS * sizeof *b->X);
    }
    mn_strategy_config(s)->buffer = 1;
    end_task(s, m, 3, ITEMS, &r);
    assert_int_equal(mn_strategy_items(s), 1);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

static void a_model_without_recall_cannot_pseudorehearse(void **state)
{
    mn_shape shape = {.n_visible = 4,
                      .n_classes = CLASSES,
                      .width = 2,
                      .height = 2,
                      .channels = 1,
                      .batch = 8};
    mn_model *m = fake_create_forgetful(&shape);
    mn_strategy *s = NULL;
    mn_strategy_cfg cfg = settings(0.2);
    mn_err err;
    assert_failed(mn_strategy_create(&s, mn_strategy_find("pseudorehearsal"), m, mn_losses[0],
                                     &loss_cfg, &cfg, &err),
                  &err, MN_EINVAL, "'forgetful' has no attractors");
    assert_null(s);
    assert_ok(mn_strategy_create(&s, mn_strategy_find("rehearsal"), m, mn_losses[0], &loss_cfg,
                                 &cfg, &err),
              &err);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
    mn_strategy_destroy(NULL);
}

static size_t count(const mn_strategy *s, int task)
{
    return mn_buffer_count(&s->buffer, task);
}

/* No item is there twice, and every one is filed under its task. */
static void assert_whole(const mn_strategy *s)
{
    bool seen[10][ITEMS] = {{false}};
    for (size_t i = 0; i < s->buffer.n; i++) {
        int x = (int)s->buffer.X[i * INPUTS], task = x / 100, number = x % 100;
        assert_int_equal(s->buffer.task[i], task);
        assert_near((double)s->buffer.Y[i * CLASSES + (size_t)(number % CLASSES)], 1.0, 0.0);
        assert_false(seen[task][number]);
        seen[task][number] = true;
    }
}

static void a_fixed_buffer_is_shared_by_the_tasks_so_far(void **state)
{
    static const size_t want[5][5] = {{10}, {5, 5}, {4, 3, 3}, {3, 3, 2, 2}, {2, 2, 2, 2, 2}};
    const char *names[3] = {"rehearsal", "gem", "agem"};
    for (int k = 0; k < 3; k++) {
        mn_model *m = fake();
        mn_strategy *s = create(names[k], m, 0.2);
        mn_rng r;
        mn_rng_seed(&r, 1, "strategy");
        mn_strategy_config(s)->buffer = 10;
        for (int task = 0; task < 5; task++) {
            end_task(s, m, task, ITEMS, &r);
            for (int old = 0; old <= task; old++)
                assert_int_equal(count(s, old), want[task][old]);
            assert_int_equal(mn_strategy_buffer(s)->n, 10);
            assert_whole(s);
        }
        assert_int_equal(mn_strategy_items(s), k ? 0 : 10);
        mn_strategy_destroy(s);
        mn_model_destroy(m);
    }
}

static void what_a_task_cannot_fill_stays_empty(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("rehearsal", m, 0.2);
    mn_rng r;
    mn_rng_seed(&r, 1, "strategy");
    mn_strategy_config(s)->buffer = 21;
    end_task(s, m, 0, 3, &r);
    assert_int_equal(s->buffer.n, 3);
    end_task(s, m, 1, 0, &r); /* nothing of it is kept, so it is not a task of the buffer */
    end_task(s, m, 2, ITEMS, &r);
    assert_int_equal(count(s, 0), 3);
    assert_int_equal(count(s, 2), 10);
    mn_strategy_config(s)->buffer = 1;
    end_task(s, m, 3, ITEMS, &r);
    assert_int_equal(count(s, 0), 1);
    assert_int_equal(s->buffer.n, 1);
    assert_whole(s);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

static void a_buffer_may_change_its_size_between_tasks(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("rehearsal", m, 0.5);
    mn_rng r;
    mn_rng_seed(&r, 1, "strategy");
    end_task(s, m, 0, ITEMS, &r);
    end_task(s, m, 1, ITEMS, &r);
    mn_strategy_config(s)->buffer = 12;
    assert_int_equal(mn_strategy_items(s), 40); /* not before the next end */
    end_task(s, m, 2, ITEMS, &r);
    for (int task = 0; task < 3; task++)
        assert_int_equal(count(s, task), 4);
    mn_strategy_config(s)->buffer = 100;
    end_task(s, m, 3, ITEMS, &r); /* what was dropped does not come back */
    assert_int_equal(s->buffer.n, 37);
    end_task(s, m, 3, ITEMS, &r); /* went on, and ended again: drawn anew */
    assert_int_equal(s->buffer.n, 37);
    assert_whole(s);
    mn_strategy_config(s)->buffer = 0;
    end_task(s, m, 4, ITEMS, &r);
    assert_int_equal(s->buffer.n, 57);
    assert_whole(s);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

static void a_fixed_buffer_drops_every_old_item_alike(void **state)
{
    mn_model *m = fake();
    int kept[ITEMS] = {0};
    for (uint64_t seed = 0; seed < 400; seed++) {
        mn_strategy *s = create("rehearsal", m, 1.0);
        mn_rng r;
        mn_rng_seed(&r, seed, "strategy");
        end_task(s, m, 0, ITEMS, &r);
        mn_strategy_config(s)->buffer = 20;
        end_task(s, m, 1, ITEMS, &r);
        for (size_t i = 0; i < 10; i++)
            kept[(int)s->buffer.X[i * INPUTS]]++;
        mn_strategy_destroy(s);
    }
    /* 400 choices of a quarter: 100 expected with standard deviation 9 */
    for (int i = 0; i < ITEMS; i++)
        assert_in_range(kept[i], 60, 140);
    mn_model_destroy(m);
}

static void a_task_end_that_fails_leaves_everything_as_it_was(void **state)
{
    const char *names[4] = {"rehearsal", "gem", "agem", "pseudorehearsal"};
    for (int k = 0; k < 8; k++) {
        mn_model *m = fake();
        mn_strategy *s = create(names[k % 4], m, 0.2);
        int task = 1;
        mn_source absurd = source(&task, k < 4 ? SIZE_MAX / 64 : SIZE_MAX);
        mn_rng r, before;
        mn_err err;
        mn_rng_seed(&r, 1, "strategy");
        end_task(s, m, 0, ITEMS, &r);
        before = r;
        float was = s->buffer.X[0];
        size_t n = s->buffer.n;
        mn_strategy_config(s)->buffer = k / 4 && k % 4 < 3 ? 1000000 : 0;
        mn_strategy_config(s)->proportion = 1.0;
        assert_int_not_equal(mn_strategy_task_end(s, m, task, &absurd, &r, &err), MN_OK);
        assert_memory_equal(&r, &before, sizeof r);
        assert_int_equal(s->buffer.n, n);
        assert_near((double)s->buffer.X[0], (double)was, 0.0);
        mn_strategy_destroy(s);
        mn_model_destroy(m);
    }
}

static void more_tasks_than_a_fixed_buffer_tells_apart_are_refused(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("rehearsal", m, 0.1);
    mn_rng r;
    mn_err err;
    int task = 1000;
    mn_source items = source(&task, ITEMS);
    mn_rng_seed(&r, 1, "strategy");
    for (int t = 0; t <= MN_BUFFER_TASKS_MAX; t++)
        end_task(s, m, t, ITEMS, &r);
    mn_strategy_config(s)->buffer = 50;
    assert_failed(mn_strategy_task_end(s, m, task, &items, &r, &err), &err, MN_EINVAL,
                  "buffer 0 lets it grow");
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

static void duplicates_may_be_left_out(void **state)
{
    mn_model *m = fake();
    mn_strategy *s = create("pseudorehearsal", m, 0.5);
    mn_rng r;
    mn_rng_seed(&r, 1, "strategy");
    mn_strategy_config(s)->duplicates = false;
    end_task(s, m, 0, ITEMS, &r);
    const mn_dream_tally *t = mn_strategy_tally(s);
    assert_int_equal(mn_strategy_items(s), 2); /* the fake has two attractors */
    assert_int_equal(t->n, 20);
    assert_int_equal(t->repeats, 18);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

/* A registered model with its defaults, the inputs of which are 64 pixels and a task unit. */
static mn_model *registered(const char *name)
{
    const mn_model_ops *ops = mn_model_find(name);
    const mn_shape shape = {64, 1, CLASSES, 8, 8, 1, 8};
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    mn_model *m = NULL;
    mn_err err;
    mn_rng r;
    assert_non_null(cfg);
    mn_param_defaults(mn_model_params(ops), cfg);
    assert_ok(mn_model_create(&m, ops, &shape, cfg, &err), &err);
    mn_rng_seed(&r, 1, "init");
    mn_model_init(m, &r);
    free(cfg);
    return m;
}

/* Every item has 16 of its 64 pixels on. ctx: the range of the model. */
static void fetch_inked(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y)
{
    const float *range = ctx;
    for (size_t i = 0; i < n; i++) {
        for (int j = 0; j < 65; j++)
            *X++ = j < 16 || j == 64 ? range[1] : range[0];
        for (int c = 0; c < CLASSES; c++)
            *Y++ = 0.0f;
    }
}

static void heterogeneous_pseudoitems_are_probes_and_the_answers_to_them(void **state)
{
    const char *names[2] = {"dam", "mlp"};
    for (int k = 0; k < 4; k++) {
        mn_model *m = registered(names[k % 2]);
        mn_strategy_cfg cfg = settings(4.0);
        mn_strategy *s = NULL;
        mn_err err;
        mn_rng r;
        float range[2], logits[CLASSES], y[CLASSES];
        int exponent;
        double n_on = 0.0;
        mn_model_range(mn_model_kind(m), &range[0], &range[1]);
        cfg.pseudoitems = MN_HETEROGENEOUS;
        cfg.probes = k / 2 ? MN_PROBES_INK : MN_PROBES_UNIFORM;
        assert_ok(mn_strategy_create(&s, mn_strategy_find("pseudorehearsal"), m, mn_losses[0],
                                     &loss_cfg, &cfg, &err),
                  &err);
        mn_rng_seed(&r, 1, "strategy");
        mn_source items = {.ctx = range, .n = ITEMS, .fetch = fetch_inked};
        assert_ok(mn_strategy_task_end(s, m, 0, &items, &r, &err), &err);
        const mn_buffer *b = mn_strategy_buffer(s);
        assert_int_equal(b->n, 4 * ITEMS);
        for (size_t i = 0; i < b->n; i++) {
            const float *x = b->X + i * 65;
            for (int j = 0; j < 65; j++)
                assert_true(x[j] <= range[0] || x[j] >= range[1]);
            for (int j = 0; j < 64; j++)
                n_on += x[j] >= range[1];
            mn_model_forward(m, x, 1, logits, &exponent);
            mn_losses[0]->respond(1, CLASSES, logits, &exponent, y);
            for (size_t c = 0; c < CLASSES; c++) /* a batch of one may round otherwise */
                assert_near((double)b->Y[i * CLASSES + c], (double)y[c], 1e-5);
        }
        /* 10,240 coins: a standard deviation is 0.005 */
        assert_near(n_on / (4.0 * ITEMS * 64.0), k / 2 ? 0.25 : 0.5, 0.02);
        assert_int_equal(mn_strategy_tally(s)->n, 0);
        mn_strategy_destroy(s);
        mn_model_destroy(m);
    }
}

/* A strategy as a later one might be: it keeps a vector as long as theta and counts its hooks.
 */
struct counter {
    float *anchor;
    int n_begun, n_shaped, n_stepped, n_ended;
};

static void counter_layout(mn_strategy *s, const mn_model *m, mn_arena *a)
{
    struct counter *c = s->state;
    c->anchor = mn_arena_floats(a, mn_model_size(m));
}

static mn_status counter_begin(mn_strategy *s, mn_model *m, int task, mn_err *err)
{
    ((struct counter *)s->state)->n_begun++;
    return MN_OK;
}

static void counter_shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    ((struct counter *)s->state)->n_shaped++;
}

static void counter_stepped(mn_strategy *s, mn_model *m, const mn_grad *grad)
{
    ((struct counter *)s->state)->n_stepped++;
}

static mn_status counter_end(mn_strategy *s, mn_model *m, int task, const mn_source *items,
                             mn_rng *r, mn_err *err)
{
    struct counter *c = s->state;
    memcpy(c->anchor, mn_model_theta(m), mn_model_size(m) * sizeof *c->anchor);
    c->n_ended++;
    return MN_OK;
}

static void a_strategy_with_private_state_gets_every_hook(void **state)
{
    const mn_strategy_ops ops = {.name = "counter",
                                 .title = "Counter",
                                 .state_size = sizeof(struct counter),
                                 .layout = counter_layout,
                                 .task_begin = counter_begin,
                                 .shape = counter_shape,
                                 .stepped = counter_stepped,
                                 .task_end = counter_end};
    mn_model *m = fake();
    mn_strategy *s = NULL;
    mn_strategy_cfg cfg = {0};
    mn_err err;
    mn_rng r;
    mn_rng_seed(&r, 1, "strategy");
    assert_ok(mn_strategy_create(&s, &ops, m, mn_losses[0], &loss_cfg, &cfg, &err), &err);
    assert_ptr_equal(mn_strategy_kind(s), &ops);
    assert_ok(mn_strategy_task_begin(s, m, 0, &err), &err);
    for (int i = 0; i < 3; i++) {
        mn_strategy_shape(s, m, NULL);
        mn_strategy_stepped(s, m, NULL);
    }
    end_task(s, m, 0, ITEMS, &r);
    const struct counter *c = s->state;
    assert_int_equal(c->n_begun, 1);
    assert_int_equal(c->n_shaped, 3);
    assert_int_equal(c->n_stepped, 3);
    assert_int_equal(c->n_ended, 1);
    assert_memory_equal(c->anchor, mn_model_theta(m), mn_model_size(m) * sizeof *c->anchor);
    mn_strategy_destroy(s);
    mn_model_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_introduces_itself),
        cmocka_unit_test(parameters_have_the_documented_defaults_and_ranges),
        cmocka_unit_test(vanilla_keeps_nothing_and_draws_nothing),
        cmocka_unit_test(a_zero_proportion_equals_vanilla),
        cmocka_unit_test(rehearsal_keeps_a_growing_share_of_every_task),
        cmocka_unit_test(rehearsal_never_keeps_an_item_twice),
        cmocka_unit_test(rehearsal_chooses_by_seed_and_every_item_alike),
        cmocka_unit_test(more_than_all_items_can_only_be_dreamt),
        cmocka_unit_test(pseudorehearsal_keeps_duplicates_and_tallies_them),
        cmocka_unit_test(a_population_is_dreamt_anew_and_has_every_attractor_once),
        cmocka_unit_test(a_model_without_recall_cannot_pseudorehearse),
        cmocka_unit_test(a_fixed_buffer_is_shared_by_the_tasks_so_far),
        cmocka_unit_test(what_a_task_cannot_fill_stays_empty),
        cmocka_unit_test(a_buffer_may_change_its_size_between_tasks),
        cmocka_unit_test(a_fixed_buffer_drops_every_old_item_alike),
        cmocka_unit_test(a_task_end_that_fails_leaves_everything_as_it_was),
        cmocka_unit_test(more_tasks_than_a_fixed_buffer_tells_apart_are_refused),
        cmocka_unit_test(duplicates_may_be_left_out),
        cmocka_unit_test(heterogeneous_pseudoitems_are_probes_and_the_answers_to_them),
        cmocka_unit_test(a_strategy_with_private_state_gets_every_hook),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
