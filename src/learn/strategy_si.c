#include "mnemoscope/strategy_impl.h"

#include <math.h>
#include <string.h>

#include "importance.h"
#include "mnemoscope/kernel.h"
#include "penalty.h"
#include "scaled.h"

/* L + c * sum over weights of Omega (theta - theta*)^2 (Zenke, Poole and Ganguli 2017;
 * McAlister, Robins and Szymanski 2025, equations 17 to 21). Along a task every weight is
 * credited with the fall of the loss that its movement made,
 *
 *     w <- w - g (theta after the step - theta before),
 *
 * g the batch's gradient before the penalty joined it, and the movement what really happened:
 * after momentum, normalising and clamping. g is summed over the batch, as the loss is that the
 * penalty joins: the balance of the two does not depend on the size of a batch then. g may be
 * of another loss, -log softmax(beta z) at the label (Bricken et al. 2023), whose own gradient
 * also joins the step in their program, where the sum meets the mean loss. At the end
 *
 *     Omega <- Omega + max(0, w / ((theta - theta at the start)^2 + damping)).
 *
 * Zenke et al.'s program rectifies as well, though the sum: a weight that moved against its
 * gradient (momentum, clamping) has made the loss rise, and a negative importance would push
 * weights away from the anchor without bound. */

typedef struct si {
    mn_penalised base; /* first: penalty.h */
    float *start;      /* weights at the start of the task */
    mn_grad path;      /* w */
    float *before;     /* weights before the step under way */
    mn_grad g;         /* its gradient; the task's importance, at the end */
    float *dlogits;
    double *p; /* probabilities of an item's labels */
} si;

static void layout(mn_strategy *s, const mn_model *m, mn_arena *a)
{
    si *st = s->state;
    mn_penalised_layout(s, m, a);
    st->start = mn_arena_floats(a, mn_model_size(m));
    st->before = mn_arena_floats(a, mn_model_size(m));
    mn_scaled_layout(&st->path, m, a);
    mn_scaled_layout(&st->g, m, a);
    const mn_shape *shape = mn_model_shape(m);
    const size_t n_classes = (size_t)shape->n_classes;
    st->dlogits = mn_arena_bytes(a, (size_t)shape->batch, n_classes * sizeof *st->dlogits);
    st->p = mn_arena_bytes(a, n_classes, sizeof *st->p);
    st->path.scaled =
        true; /* so that its exponents always count, out of a checkpoint as well */
}

static mn_status begin(mn_strategy *s, mn_model *m, int task, mn_err *err)
{
    si *st = s->state;
    mn_scaled_clear(m, &st->path);
    st->path.scaled = true;
    memcpy(st->start, mn_model_theta(m), mn_model_size(m) * sizeof *st->start);
    return MN_OK;
}

static void answered(mn_strategy *s, mn_model *m, const mn_answers *a)
{
    si *st = s->state;
    const size_t n_classes = (size_t)mn_model_shape(m)->n_classes;
    if (s->cfg.path == MN_PATH_LOSS)
        return;
    for (size_t i = 0; i < (size_t)a->n; i++)
        mn_surprise((int)n_classes, a->logits + i * n_classes, a->exponent[i],
                    (int)mn_argmax(n_classes, a->Y + i * n_classes), s->cfg.fisher_beta, st->p,
                    st->dlogits + i * n_classes);
    mn_model_backward(m, a->X, a->n, st->dlogits, &st->g);
}

static void shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    si *st = s->state;
    if (s->cfg.path == MN_PATH_LOSS)
        mn_scaled_copy(m, &st->g, grad);
    if (s->cfg.path == MN_PATH_JOINED)
        mn_scaled_add(m, grad, grad->items ? grad->items : 1, &st->g);
    memcpy(st->before, mn_model_theta(m), mn_model_size(m) * sizeof *st->before);
    mn_penalty_shape(&st->base.penalty, m, grad, 2.0 * mn_penalised_strength(s, grad));
}

/* g <- unit * g * (before - after): of about the movement's size, whatever the gradient's. */
MN_CLONES static void credit(size_t n, float unit, float *restrict g,
                             const float *restrict before, const float *restrict after)
{
    for (size_t i = 0; i < n; i++)
        g[i] = unit * g[i] * (before[i] - after[i]);
}

/* The gradient's exponent takes up what `unit` took away; an integer power of two. */
static void credit_row(const si *st, const float *theta, const mn_row *r)
{
    float *g = st->g.g + r->at;
    const float max = mn_row_max(r->n, g);
    int size = 0;
    if (max > 0.0f && isfinite(max))
        size = max < 0x1p-126f ? -126 : ilogbf(max) > 126 ? 126 : ilogbf(max);
    credit(r->n, ldexpf(1.0f, -size), g, st->before + r->at, theta + r->at);
    st->g.exponent[r->row] += size;
}

static void stepped(mn_strategy *s, mn_model *m, const mn_grad *grad)
{
    si *st = s->state;
    for (mn_row r = {0}; mn_row_next(m, &r);)
        credit_row(st, mn_model_theta(m), &r);
    st->g.scaled = true;
    mn_scaled_add(m, &st->path, 1.0, &st->g);
    st->path.scaled = true;
}

/* max(0, w / (moved^2 + damping)); w's rows are within 2^+-40 and the damping within 1e-12 ..
 * 1e3, so that quotients keep the row's exponent. */
static void consolidate(size_t n, float damping, const float *restrict w,
                        const float *restrict start, const float *restrict theta,
                        float *restrict omega)
{
    for (size_t i = 0; i < n; i++) {
        const float moved = theta[i] - start[i], x = w[i] / (moved * moved + damping);
        omega[i] = x < 0.0f ? 0.0f : x;
    }
}

static mn_status end(mn_strategy *s, mn_model *m, int task, const mn_source *items, mn_rng *r,
                     mn_err *err)
{
    si *st = s->state;
    const size_t n = mn_model_size(m);
    mn_scaled_copy(m, &st->g, &st->path);
    consolidate(n, (float)s->cfg.damping, st->path.g, st->start, mn_model_theta(m), st->g.g);
    mn_status status = mn_penalty_admit(m, mn_model_theta(m), &st->g, err);
    if (status != MN_OK)
        return status;
    mn_penalty_follow(&st->base.penalty, m, 1.0, &st->g);
    return begin(s, m, task, err);
}

static bool state(mn_strategy *s, int index, mn_state_array *out)
{
    si *st = s->state;
    switch (index - MN_PENALTY_ARRAYS) {
    case 0: *out = mn_penalty_array(st->base.model, "strategy.path", st->path.g); return true;
    case 1:
        *out = (mn_state_array){.name = "strategy.path_exponent",
                                .i = st->path.exponent,
                                .rows = mn_model_n_rows(st->base.model),
                                .cols = 1};
        return true;
    case 2: *out = mn_penalty_array(st->base.model, "strategy.start", st->start); return true;
    default: return mn_penalised_state(s, index, out);
    }
}

const mn_strategy_ops mn_strategy_si = {
    .name = "si",
    .title = "Synaptic intelligence",
    .cite = "Zenke, Poole and Ganguli 2017",
    .about = "pulls weights towards old values by how much they did for the old tasks",
    .importance = "path importance",
    .state_size = sizeof(si),
    .layout = layout,
    .check = mn_penalised_check,
    .task_begin = begin,
    .answered = answered,
    .shape = shape,
    .stepped = stepped,
    .task_end = end,
    .state = state,
    .penalty = mn_penalised_penalty,
};
