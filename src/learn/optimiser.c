#include "mnemoscope/optimiser_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MN_OPTIMISER(id) extern const mn_optimiser_ops mn_optimiser_##id;
#include "optimisers.def"
#undef MN_OPTIMISER
const mn_optimiser_ops *const mn_optimisers[] = {
#define MN_OPTIMISER(id) &mn_optimiser_##id,
#include "optimisers.def"
#undef MN_OPTIMISER
    NULL};

#define AT(field) .offset = offsetof(mn_optimiser_cfg, field)
static const mn_param params[] = {
    {.name = "rate",
     .kind = MN_REAL,
     AT(rate),
     .min = 1e-6,
     .max = 10.0,
     .def = 0.04,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "learning rate at the start of a task"},
    {.name = "rate-decay",
     .kind = MN_REAL,
     AT(rate_decay),
     .min = 0.5,
     .max = 1.0,
     .def = 0.998,
     .flags = MN_LIVE,
     .unit = "per epoch",
     .help = "the learning rate is multiplied by this after every epoch of a task"},
    {.name = "momentum",
     .kind = MN_REAL,
     AT(momentum),
     .min = 0.0,
     .max = 0.999,
     .def = 0.6,
     .flags = MN_LIVE,
     .unit = "",
     .help = "share of the last step's direction that is kept"},
};
#undef AT
const mn_param_table mn_optimiser_params = {params, sizeof params / sizeof *params};

const mn_optimiser_ops *mn_optimiser_find(const char *name)
{
    for (int i = 0; mn_optimisers[i]; i++)
        if (!strcmp(mn_optimisers[i]->name, name))
            return mn_optimisers[i];
    return NULL;
}

static mn_status build(mn_optimiser *o, mn_err *err)
{
    o->state = calloc(1, o->ops->state_size ? o->ops->state_size : 1);
    if (!o->state)
        return mn_fail(err, MN_ENOMEM, "cannot allocate an optimiser of kind '%s'",
                       o->ops->name);
    o->ops->layout(o, &o->arena);
    mn_status s = mn_arena_allocate(&o->arena, o->ops->title, err);
    if (s != MN_OK)
        return s;
    o->ops->layout(o, &o->arena);
    o->ops->reset(o);
    return MN_OK;
}

mn_status mn_optimiser_create(mn_optimiser **out, const mn_optimiser_ops *ops,
                              const mn_model *m, const mn_optimiser_cfg *cfg, mn_err *err)
{
    mn_optimiser *o = calloc(1, sizeof *o);
    if (!o)
        return mn_fail(err, MN_ENOMEM, "cannot allocate an optimiser of kind '%s'", ops->name);
    o->ops = ops;
    o->cfg = *cfg;
    o->model = m;
    mn_status s = build(o, err);
    if (s == MN_OK)
        *out = o;
    else
        mn_optimiser_destroy(o);
    return s;
}

void mn_optimiser_destroy(mn_optimiser *o)
{
    if (!o)
        return;
    mn_arena_finish(&o->arena);
    free(o->state);
    free(o);
}

const mn_optimiser_ops *mn_optimiser_kind(const mn_optimiser *o)
{
    return o->ops;
}

mn_optimiser_cfg *mn_optimiser_config(mn_optimiser *o)
{
    return &o->cfg;
}

void mn_optimiser_reset(mn_optimiser *o)
{
    o->ops->reset(o);
}

double mn_optimiser_rate(const mn_optimiser *o, int64_t epoch)
{
    return o->cfg.rate * pow(o->cfg.rate_decay, (double)epoch);
}

void mn_optimiser_step(mn_optimiser *o, mn_model *m, const mn_grad *grad, int64_t epoch)
{
    o->ops->step(o, m, grad, mn_optimiser_rate(o, epoch));
}

bool mn_optimiser_state(mn_optimiser *o, int index, mn_state_array *out)
{
    return index >= 0 && o->ops->state(o, index, out);
}
