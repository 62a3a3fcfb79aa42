#include "mnemoscope/strategy_impl.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MN_STRATEGY(id) extern const mn_strategy_ops mn_strategy_##id;
#include "strategies.def"
#undef MN_STRATEGY
const mn_strategy_ops *const mn_strategies[] = {
#define MN_STRATEGY(id) &mn_strategy_##id,
#include "strategies.def"
#undef MN_STRATEGY
    NULL};

static const double proportions[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 0.0};

static const mn_param rows[] = {
    {.name = "proportion",
     .kind = MN_REAL,
     .offset = offsetof(mn_strategy_cfg, proportion),
     .min = 0.0,
     .max = 4.0,
     .def = 0.2,
     .ladder = proportions,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "items kept or dreamt after a task, as a share of the task's items"},
    {.name = "max-sweeps",
     .kind = MN_INT,
     .offset = offsetof(mn_strategy_cfg, max_sweeps),
     .min = 1,
     .max = 1000,
     .def = 100,
     .flags = MN_LIVE | MN_LOG,
     .unit = "updates",
     .help = "updates after which a dream that still changes is taken as it is"},
};
const mn_param_table mn_strategy_params = {rows, sizeof rows / sizeof *rows};

const mn_strategy_ops *mn_strategy_find(const char *name)
{
    for (size_t i = 0; mn_strategies[i]; i++)
        if (!strcmp(mn_strategies[i]->name, name))
            return mn_strategies[i];
    return NULL;
}

mn_status mn_strategy_check(const mn_strategy_ops *ops, const mn_model *m,
                            const mn_strategy_cfg *cfg, mn_err *err)
{
    return ops->check ? ops->check(m, cfg, err) : MN_OK;
}

/* The counts of the tally and whatever the strategy keeps: one allocation. */
static void layout(mn_strategy *s, const mn_model *m)
{
    const mn_shape *shape = mn_model_shape(m);
    mn_dream_tally *t = &s->tally;
    t->by_class = mn_arena_bytes(&s->arena, (size_t)shape->n_classes, sizeof *t->by_class);
    t->by_task = mn_arena_bytes(&s->arena, (size_t)shape->n_extra + 1, sizeof *t->by_task);
    if (s->ops->layout)
        s->ops->layout(s, m, &s->arena);
}

static mn_status build(mn_strategy *s, const mn_model *m, mn_err *err)
{
    const mn_shape *shape = mn_model_shape(m);
    mn_buffer_init(&s->buffer, shape->n_visible + shape->n_extra, shape->n_classes);
    if (s->ops->state_size && !(s->state = calloc(1, s->ops->state_size)))
        return mn_fail(err, MN_ENOMEM, "cannot allocate the strategy '%s'", s->ops->name);
    layout(s, m);
    mn_status status = mn_arena_allocate(&s->arena, s->ops->title, err);
    if (status == MN_OK)
        layout(s, m);
    return status;
}

mn_status mn_strategy_create(mn_strategy **out, const mn_strategy_ops *ops, mn_model *m,
                             const mn_strategy_cfg *cfg, mn_err *err)
{
    mn_status status = mn_strategy_check(ops, m, cfg, err);
    if (status != MN_OK)
        return status;
    mn_strategy *s = calloc(1, sizeof *s);
    if (!s)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the strategy '%s'", ops->name);
    s->ops = ops;
    s->cfg = *cfg;
    if ((status = build(s, m, err)) != MN_OK) {
        mn_strategy_destroy(s);
        return status;
    }
    *out = s;
    return MN_OK;
}

void mn_strategy_destroy(mn_strategy *s)
{
    if (!s)
        return;
    mn_buffer_finish(&s->buffer);
    mn_arena_finish(&s->arena);
    free(s->state);
    free(s);
}

const mn_strategy_ops *mn_strategy_kind(const mn_strategy *s)
{
    return s->ops;
}

mn_strategy_cfg *mn_strategy_config(mn_strategy *s)
{
    return &s->cfg;
}

mn_buffer *mn_strategy_buffer(mn_strategy *s)
{
    return &s->buffer;
}

mn_dream_tally *mn_strategy_tally(mn_strategy *s)
{
    return &s->tally;
}

bool mn_strategy_dreams(const mn_strategy_ops *ops)
{
    return ops->dreams;
}

size_t mn_strategy_items(const mn_strategy *s)
{
    return s->ops->replays ? s->buffer.n : 0;
}

void mn_strategy_fetch(const mn_strategy *s, const uint32_t *index, size_t n, float *X,
                       float *Y)
{
    const mn_buffer *b = &s->buffer;
    size_t n_inputs = (size_t)b->n_inputs, n_classes = (size_t)b->n_classes;
    for (size_t i = 0; i < n; i++) {
        assert(index[i] < b->n);
        memcpy(X + i * n_inputs, b->X + index[i] * n_inputs, n_inputs * sizeof *X);
        memcpy(Y + i * n_classes, b->Y + index[i] * n_classes, n_classes * sizeof *Y);
    }
}

mn_status mn_strategy_task_begin(mn_strategy *s, int task, mn_err *err)
{
    return s->ops->task_begin ? s->ops->task_begin(s, task, err) : MN_OK;
}

void mn_strategy_shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    if (s->ops->shape)
        s->ops->shape(s, m, grad);
}

void mn_strategy_stepped(mn_strategy *s, mn_model *m, const mn_grad *grad)
{
    if (s->ops->stepped)
        s->ops->stepped(s, m, grad);
}

/* Settings may have changed since create: they are asked about again. */
mn_status mn_strategy_task_end(mn_strategy *s, mn_model *m, int task, const mn_source *items,
                               mn_rng *r, mn_err *err)
{
    mn_status status = mn_strategy_check(s->ops, m, &s->cfg, err);
    if (status != MN_OK || !s->ops->task_end)
        return status;
    return s->ops->task_end(s, m, task, items, r, err);
}

size_t mn_strategy_share(const mn_strategy *s, size_t n)
{
    return (size_t)llround(s->cfg.proportion * (double)n);
}
