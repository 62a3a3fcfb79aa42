#include "mnemoscope/model_impl.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/kernel.h"

#define MN_MODEL(id) extern const mn_model_ops mn_model_##id;
#include "models.def"
#undef MN_MODEL
const mn_model_ops *const mn_models[] = {
#define MN_MODEL(id) &mn_model_##id,
#include "models.def"
#undef MN_MODEL
    NULL};

const mn_model_ops *mn_model_find(const char *name)
{
    for (int i = 0; mn_models[i]; i++)
        if (!strcmp(mn_models[i]->name, name))
            return mn_models[i];
    return NULL;
}

mn_status mn_model_check(const mn_model_ops *ops, const void *cfg, mn_err *err)
{
    return ops->check ? ops->check(cfg, err) : MN_OK;
}

static mn_status check_shape(const mn_shape *s, mn_err *err)
{
    if (s->n_visible < 1 || s->n_extra < 0 || s->n_classes < 1 || s->batch < 1)
        return mn_fail(err, MN_EINVAL,
                       "cannot shape a model with %d visible, %d extra and %d class units and "
                       "batches of %d: wanted at least 1, 0, 1 and 1",
                       s->n_visible, s->n_extra, s->n_classes, s->batch);
    /* Row lengths are ints, in BLAS and in every model's loops; padding takes a few more. */
    if ((int64_t)s->n_visible + s->n_extra + s->n_classes > INT_MAX - 64)
        return mn_fail(err, MN_ENOMEM,
                       "cannot shape a model with %d visible, %d extra and %d class units: at "
                       "most %d in all",
                       s->n_visible, s->n_extra, s->n_classes, INT_MAX - 64);
    return MN_OK;
}

/* One pass of the layout; theta comes last, when the tensors are known. */
static void layout(mn_model *m)
{
    m->n_tensors = m->n_rows = 0;
    m->n_theta = 0;
    m->ops->layout(m, &m->arena);
    m->theta = mn_arena_floats(&m->arena, m->n_theta);
    size_t at = 0;
    for (int i = 0; i < m->n_tensors && m->theta; i++) {
        m->tensors[i].data = m->theta + at;
        at += (size_t)m->tensors[i].rows * (size_t)m->tensors[i].cols;
    }
}

void mn_model_declare(mn_model *m, const char *name, int rows, int cols)
{
    assert(m->n_tensors < MN_TENSORS_MAX);
    m->tensors[m->n_tensors++] = (mn_tensor){.name = name, .rows = rows, .cols = cols};
    size_t size;
    if (__builtin_mul_overflow((size_t)rows, (size_t)cols, &size) ||
        __builtin_add_overflow(m->n_theta, size, &m->n_theta) ||
        __builtin_add_overflow(m->n_rows, rows, &m->n_rows))
        m->arena.overflowed = true;
}

static mn_status build(mn_model *m, const void *cfg, mn_err *err)
{
    m->cfg = calloc(1, m->ops->cfg_size ? m->ops->cfg_size : 1);
    m->state = calloc(1, m->ops->state_size ? m->ops->state_size : 1);
    if (!m->cfg || !m->state)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a model of kind '%s'", m->ops->name);
    memcpy(m->cfg, cfg, m->ops->cfg_size);
    layout(m);
    mn_status s = mn_arena_allocate(&m->arena, m->ops->title, err);
    if (s == MN_OK)
        layout(m);
    return s;
}

mn_status mn_model_create(mn_model **out, const mn_model_ops *ops, const mn_shape *shape,
                          const void *cfg, mn_err *err)
{
    mn_status s = check_shape(shape, err);
    if (s == MN_OK)
        s = mn_model_check(ops, cfg, err);
    if (s != MN_OK)
        return s;
    mn_model *m = calloc(1, sizeof *m);
    if (!m)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a model of kind '%s'", ops->name);
    m->ops = ops;
    m->shape = *shape;
    m->n_own = -1;
    s = build(m, cfg, err);
    if (s == MN_OK)
        *out = m;
    else
        mn_model_destroy(m);
    return s;
}

void mn_model_destroy(mn_model *m)
{
    if (!m)
        return;
    mn_arena_finish(&m->arena);
    free(m->state);
    free(m->cfg);
    free(m);
}

const mn_model_ops *mn_model_kind(const mn_model *m)
{
    return m->ops;
}

const mn_shape *mn_model_shape(const mn_model *m)
{
    return &m->shape;
}

void *mn_model_cfg(mn_model *m)
{
    return m->cfg;
}

size_t mn_model_size(const mn_model *m)
{
    return m->n_theta;
}

float *mn_model_theta(mn_model *m)
{
    return m->theta;
}

int mn_model_n_tensors(const mn_model *m)
{
    return m->n_tensors;
}

mn_tensor mn_model_tensor(const mn_model *m, int i)
{
    assert(i >= 0 && i < m->n_tensors);
    return m->tensors[i];
}

int mn_model_n_rows(const mn_model *m)
{
    return m->n_rows;
}

int mn_model_n_units(const mn_model *m)
{
    return m->n_units;
}

void mn_model_init(mn_model *m, mn_rng *r)
{
    m->ops->init(m, r);
}

void mn_model_progress(mn_model *m, const mn_progress *p)
{
    m->progress = *p;
    if (m->ops->progress)
        m->ops->progress(m);
}

void mn_model_train(mn_model *m)
{
    if (m->ops->train)
        m->ops->train(m);
}

void mn_model_forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    assert(n >= 0 && n <= m->shape.batch);
    m->ops->forward(m, X, n, logits, exponent);
}

void mn_model_backward(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad)
{
    assert(n >= 0 && n <= m->shape.batch);
    m->ops->backward(m, X, n, dlogits, grad);
    grad->items = n;
}

static void clear_row(const mn_model *m, mn_grad *grad, int row)
{
    size_t at = 0;
    const mn_tensor *t = m->tensors;
    for (; row >= t->rows; t++) {
        at += (size_t)t->rows * (size_t)t->cols;
        row -= t->rows;
    }
    memset(grad->g + at + (size_t)row * (size_t)t->cols, 0, (size_t)t->cols * sizeof *grad->g);
}

bool mn_model_clear_grad(const mn_model *m, mn_grad *grad)
{
    mn_rows *touched = &grad->touched;
    for (int i = 0; touched->some && i < touched->n; i++)
        clear_row(m, grad, touched->list[i]);
    if (!touched->some)
        memset(grad->g, 0, m->n_theta * sizeof *grad->g);
    touched->n = 0;
    touched->some = touched->list != NULL;
    return touched->some;
}

void mn_model_place(float *W, int n_rows, size_t stride, size_t n, int row, const float *x)
{
    const double length = sqrt(mn_sumsq(n, x));
    double mean = 0.0;
    for (int u = 0; u < n_rows; u++)
        if (u != row)
            mean += sqrt(mn_sumsq(n, W + (size_t)u * stride)) / (n_rows - 1);
    memcpy(W + (size_t)row * stride, x, n * sizeof *x);
    if (length > 0.0 && mean > 0.0)
        mn_scale(n, (float)(mean / length), W + (size_t)row * stride);
}

void mn_model_project(mn_model *m)
{
    if (m->ops->project)
        m->ops->project(m);
}

void mn_model_project_rows(mn_model *m, const mn_rows *moved)
{
    if (moved->some && m->ops->project_rows)
        m->ops->project_rows(m, moved);
    else
        mn_model_project(m);
}

bool mn_model_state(mn_model *m, int index, mn_state_array *out)
{
    return m->ops->state && m->ops->state(m, index, out);
}

mn_status mn_model_begin(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err)
{
    return m->ops->begin ? m->ops->begin(m, l, r, err) : MN_OK;
}

mn_status mn_model_epoch(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err)
{
    return m->ops->epoch ? m->ops->epoch(m, l, r, err) : MN_OK;
}

bool mn_model_has_rule(const mn_model_ops *ops)
{
    return ops->learn != NULL;
}

void mn_model_learn(mn_model *m, const float *X, const float *Y, int n)
{
    assert(m->ops->learn && n >= 0 && n <= m->shape.batch);
    m->ops->learn(m, X, Y, n);
    m->n_own = -1;
}

void mn_model_own(mn_model *m, int n)
{
    m->n_own = n;
}

bool mn_model_reconstructs(const mn_model_ops *ops)
{
    return ops->reconstruct != NULL;
}

void mn_model_reconstruct(mn_model *m, const float *X, int n, mn_rng *damage, mn_signals *out)
{
    assert(m->ops->reconstruct && n >= 0 && n <= m->shape.batch);
    m->ops->reconstruct(m, X, n, damage, out);
}

void mn_model_reconstruct_back(mn_model *m, const float *X, int n, const float *weight,
                               mn_grad *grad)
{
    assert(m->ops->reconstruct_back && n >= 0 && n <= m->shape.batch);
    m->ops->reconstruct_back(m, X, n, weight, grad);
    grad->items = n;
}

void mn_model_told(mn_model *m, int n, const int *label)
{
    if (m->ops->told)
        m->ops->told(m, n, label);
}

void mn_model_tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    assert(n >= 0 && n <= m->shape.batch && (label || !t->by_class));
    m->ops->tally(m, n, label, t);
}

bool mn_model_gauge(mn_model *m, int index, mn_gauge *out)
{
    return index < MN_GAUGES_MAX && m->ops->gauge && m->ops->gauge(m, index, out);
}

bool mn_model_portrait(mn_model *m, mn_portrait *out)
{
    memset(out, 0, sizeof *out);
    return m->ops->portrait && m->ops->portrait(m, out);
}

bool mn_model_revive(mn_model *m, int unit, const float *x)
{
    assert(unit >= 0 && unit < m->n_units);
    return m->ops->revive && m->ops->revive(m, unit, x);
}

void mn_model_activity(mn_model *m, const float *X, int n, float *A)
{
    assert(n >= 0 && n <= m->shape.batch);
    m->ops->activity(m, X, n, A);
}

bool mn_model_recalls(const mn_model *m)
{
    return m->ops->relax != NULL;
}

int mn_model_n_state(const mn_model *m)
{
    return m->shape.n_visible + m->shape.n_extra + m->shape.n_classes;
}

void mn_model_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps,
                    mn_rng *order, int *sweeps, bool *converged)
{
    assert(m->ops->relax && n >= 0 && n <= m->shape.batch);
    assert(update == MN_SYNCHRONOUS || order);
    m->ops->relax(m, V, n, update, max_sweeps, order, sweeps, converged);
}

double mn_model_energy(mn_model *m, const float *v)
{
    assert(m->ops->energy);
    return m->ops->energy(m, v);
}

void mn_model_shares(mn_model *m, const float *v, float *share)
{
    assert(m->ops->shares);
    m->ops->shares(m, v, share);
}

static void copy(float *to, const float *from, int n)
{
    if (to)
        memcpy(to, from, (size_t)n * sizeof *to);
}

void mn_model_copy_row(const mn_model *m, const float *row, float *pixels, float *extra,
                       float *classes)
{
    const mn_shape *s = &m->shape;
    copy(pixels, row, s->n_visible);
    copy(extra, row + s->n_visible, s->n_extra);
    copy(classes, row + s->n_visible + s->n_extra, s->n_classes);
}

void mn_model_tile(const mn_model *m, int unit, float *pixels, float *extra, float *classes)
{
    assert(unit >= 0 && unit < m->n_units);
    m->ops->tile(m, m->theta, unit, pixels, extra, classes);
}

void mn_model_tile_of(const mn_model *m, const float *theta, int unit, float *pixels,
                      float *extra, float *classes)
{
    m->ops->tile(m, theta, unit, pixels, extra, classes);
}

void mn_model_range(const mn_model_ops *ops, float *lo, float *hi)
{
    *lo = ops->lo;
    *hi = ops->hi;
}

const char *mn_model_loss(const mn_model_ops *ops)
{
    return ops->default_loss;
}

const char *mn_model_optimiser(const mn_model_ops *ops)
{
    return ops->default_optimiser ? ops->default_optimiser : "maxnorm";
}

const char *mn_model_name(const mn_model_ops *ops)
{
    return ops->name;
}

const char *mn_model_title(const mn_model_ops *ops)
{
    return ops->title;
}

const char *mn_model_cite(const mn_model_ops *ops)
{
    return ops->cite;
}

const char *mn_model_about(const mn_model_ops *ops)
{
    return ops->about;
}

const char *mn_model_unit_noun(const mn_model_ops *ops)
{
    return ops->unit_noun;
}

mn_param_table mn_model_params(const mn_model_ops *ops)
{
    return ops->params;
}

size_t mn_model_cfg_size(const mn_model_ops *ops)
{
    return ops->cfg_size;
}
