#include "mnemoscope/optimiser_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/kernel.h"
#include "scaled.h"

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
     .help = "share of the last step's direction that is kept; of maxnorm and momentum"},
    {.name = "clip",
     .kind = MN_REAL,
     AT(clip),
     .min = 0.0,
     .max = 1e6,
     .def = 0.0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "a gradient longer than this is shortened to it, 0 for never; not of maxnorm"},
    {.name = "beta1",
     .kind = MN_REAL,
     AT(beta1),
     .min = 0.0,
     .max = 0.9999,
     .def = 0.9,
     .flags = MN_LIVE,
     .unit = "",
     .help = "share of adam's mean gradient that is kept from step to step"},
    {.name = "beta2",
     .kind = MN_REAL,
     AT(beta2),
     .min = 0.0,
     .max = 0.999999,
     .def = 0.999,
     .flags = MN_LIVE,
     .unit = "",
     .help = "share of adam's mean square that is kept from step to step"},
    {.name = "alpha",
     .kind = MN_REAL,
     AT(alpha),
     .min = 0.0,
     .max = 0.999999,
     .def = 0.99,
     .flags = MN_LIVE,
     .unit = "",
     .help = "share of rmsprop's mean square that is kept from step to step"},
    {.name = "epsilon",
     .kind = MN_REAL,
     AT(epsilon),
     .min = 1e-30,
     .max = 1.0,
     .def = 1e-8,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "gradients well below this do not move adam and rmsprop"},
    {.name = "carry",
     .kind = MN_BOOL,
     AT(carry),
     .max = 1,
     .def = 0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "momentum and other memory of gradients live through the start of a task"},
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
    if (!o->cfg.carry)
        o->ops->reset(o);
}

double mn_optimiser_rate(const mn_optimiser *o, int64_t epoch)
{
    return o->cfg.rate * pow(o->cfg.rate_decay, (double)epoch);
}

static mn_row_step at_row(mn_model *m, const mn_grad *grad, const mn_row *r)
{
    return (mn_row_step){.at = r->at,
                         .n = r->n,
                         .row = r->row,
                         .g = grad->g + r->at,
                         .exponent = mn_row_exponent(grad, r),
                         .theta = mn_model_theta(m) + r->at};
}

/* The next of some rows, `*i` of which have been; `r` as in mn_row_next. */
static bool next_row(const mn_model *m, const mn_rows *rows, int *i, mn_row *r)
{
    if (!rows->some)
        return mn_row_next(m, r);
    if (*i == rows->n)
        return false;
    *r = mn_row_of(m, rows->list[(*i)++]);
    return true;
}

/* What makes the summed gradient that of the mean loss, no longer than `clip`. The millionth
 * is PyTorch's. */
static double scale(const mn_optimiser *o, mn_model *m, const mn_grad *grad)
{
    const double share = 1.0 / (grad->items ? grad->items : 1);
    if (o->cfg.clip == 0.0)
        return share;
    double norm = 0.0;
    int i = 0;
    for (mn_row r = {0}; next_row(m, &grad->touched, &i, &r);) {
        mn_row_step step = at_row(m, grad, &r);
        step.scale = share;
        norm = hypot(norm, sqrt(mn_sumsq(step.n, step.g)) * mn_row_factor(&step));
    }
    return share * fmin(1.0, o->cfg.clip / (norm + 1e-6));
}

mn_rows mn_optimiser_step(mn_optimiser *o, mn_model *m, const mn_grad *grad, int64_t epoch)
{
    const mn_rows all = {0}, rows = o->ops->rests ? grad->touched : all;
    int i = 0;
    const double of_all = scale(o, m, grad), rate = mn_optimiser_rate(o, epoch);
    if (o->ops->begin)
        o->ops->begin(o);
    for (mn_row r = {0}; next_row(m, &rows, &i, &r);) {
        mn_row_step step = at_row(m, grad, &r);
        step.scale = of_all;
        step.rate = rate;
        o->ops->step(o, &step);
    }
    return rows;
}

/* Traces come first, a tensor after the other; other arrays have other shapes or are ints. */
void mn_optimiser_forget(mn_optimiser *o, const float *before)
{
    const int n_tensors = mn_model_n_tensors(o->model);
    mn_state_array a;
    for (int i = 0; mn_optimiser_state(o, i, &a); i++) {
        const mn_tensor t = mn_model_tensor(o->model, i % n_tensors);
        const float *then = before + (t.data - mn_model_tensor(o->model, 0).data);
        if (!a.f || a.rows != t.rows || a.cols != t.cols)
            continue;
        for (size_t j = 0; j < (size_t)t.rows * (size_t)t.cols; j++)
            if (t.data[j] != then[j])
                a.f[j] = 0.0f;
    }
}

double mn_row_factor(const mn_row_step *r)
{
    return r->exponent ? ldexp(r->scale, r->exponent) : r->scale;
}

void mn_trace_layout(const mn_optimiser *o, mn_arena *a, mn_trace *t, const char *name)
{
    const int n_tensors = mn_model_n_tensors(o->model);
    t->at = mn_arena_floats(a, mn_model_size(o->model));
    for (int i = 0; i < n_tensors; i++)
        if (n_tensors == 1)
            snprintf(t->names[i], MN_TRACE_NAME, "%s", name);
        else
            snprintf(t->names[i], MN_TRACE_NAME, "%s_%s", name,
                     mn_model_tensor(o->model, i).name);
}

void mn_trace_clear(const mn_optimiser *o, mn_trace *t)
{
    memset(t->at, 0, mn_model_size(o->model) * sizeof *t->at);
}

bool mn_trace_state(const mn_optimiser *o, mn_trace *t, int index, mn_state_array *out)
{
    if (index < 0 || index >= mn_model_n_tensors(o->model))
        return false;
    const mn_tensor tensor = mn_model_tensor(o->model, index);
    size_t at = 0;
    for (int i = 0; i < index; i++)
        at += (size_t)mn_model_tensor(o->model, i).rows *
              (size_t)mn_model_tensor(o->model, i).cols;
    *out = (mn_state_array){
        .name = t->names[index], .f = t->at + at, .rows = tensor.rows, .cols = tensor.cols};
    return true;
}

bool mn_optimiser_state(mn_optimiser *o, int index, mn_state_array *out)
{
    return index >= 0 && o->ops->state(o, index, out);
}
