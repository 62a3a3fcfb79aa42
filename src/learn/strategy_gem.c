#include <limits.h>
#include <math.h>
#include <string.h>

#include "keep.h"
#include "mnemoscope/kernel.h"
#include "mnemoscope/qp.h"
#include "reference.h"
#include "scaled.h"

/* Gradient episodic memory (Lopez-Paz and Ranzato 2017). With g the step's gradient, g_k that
 * of old task k over its remembered items, and G their rows: when some <g, g_k> < 0
 *
 *     v = argmin 1/2 v'GG'v + (Gg)'v,  v >= margin        (their equation 11)
 *     g <- g + G'v
 *
 * The projection comes before momentum and normalisation: what the optimiser does with g is its
 * own. Momentum may therefore still carry a step against an old task, and a step normalised per
 * row does not keep the angles exactly.
 *
 * Every gradient is of the summed loss: with a margin of 0 that changes nothing, otherwise
 * margin counts sums over a task's remembered items against a sum over a batch.
 *
 * Gradients of a vertex of 100 may differ by 2^1000 in size, so all dot products are of
 * gradients brought to 1, and v is in those units until it is used. */

enum { OLD_MAX = MN_BUFFER_TASKS_MAX, SHIFT_MAX = 900 };
_Static_assert((int)OLD_MAX <= (int)MN_QP_MAX, "one multiplier per old task");

typedef struct memory_row {
    mn_grad grad;
    mn_arena arena;
    int task, reach; /* of the gradient; INT_MIN when it is zero */
} memory_row;

typedef struct gem {
    mn_reference reference;
    memory_row rows[OLD_MAX];
    int n_rows, n_old; /* that are there; that are compared with */
    mn_constraints seen;
    double P[OLD_MAX * OLD_MAX], q[OLD_MAX]; /* GG', Gg */
} gem;

static void layout(mn_strategy *s, const mn_model *m, mn_arena *a)
{
    gem *st = s->state;
    mn_reference_layout(&st->reference, m, a);
}

static void finish(mn_strategy *s)
{
    gem *st = s->state;
    for (int k = 0; k < st->n_rows; k++)
        mn_arena_finish(&st->rows[k].arena);
}

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    return mn_keep_check("gem", cfg, err);
}

static mn_status add_row(gem *st, const mn_model *m, mn_err *err)
{
    memory_row row = {0};
    mn_scaled_layout(&row.grad, m, &row.arena);
    mn_status status = mn_arena_allocate(&row.arena, "the gradient of an old task", err);
    if (status != MN_OK)
        return status;
    mn_scaled_layout(&row.grad, m, &row.arena);
    st->rows[st->n_rows++] = row;
    return MN_OK;
}

/* A row for every task of the buffer but the one at hand. */
static mn_status ready(mn_strategy *s, mn_model *m, mn_err *err)
{
    gem *st = s->state;
    int task[MN_BUFFER_TASKS_MAX], n_old = 0, n = mn_buffer_tasks(&s->buffer, task);
    if (n > MN_BUFFER_TASKS_MAX)
        return mn_fail(err, MN_EINVAL,
                       "gem cannot compare gradients of more than %d tasks: agem can",
                       MN_BUFFER_TASKS_MAX);
    for (int k = 0; k < n; k++)
        if (task[k] != *st->reference.task)
            task[n_old++] = task[k];
    while (st->n_rows < n_old) {
        mn_status status = add_row(st, m, err);
        if (status != MN_OK)
            return status;
    }
    for (int k = 0; k < n_old; k++)
        st->rows[k].task = task[k];
    st->n_old = n_old;
    return MN_OK;
}

static mn_status task_begin(mn_strategy *s, mn_model *m, int task, mn_err *err)
{
    gem *st = s->state;
    *st->reference.task = task;
    return MN_OK;
}

static void before(mn_strategy *s, mn_model *m, mn_rng *r)
{
    gem *st = s->state;
    for (int k = 0; k < st->n_old; k++) {
        memory_row *row = &st->rows[k];
        mn_reference_begin(&st->reference, &row->grad);
        for (size_t i = 0; i < s->buffer.n; i++)
            if (s->buffer.task[i] == row->task)
                mn_reference_item(s, m, &st->reference, i);
        mn_reference_end(s, m, &st->reference);
        row->reach = mn_scaled_reach(m, &row->grad);
    }
}

/* A gradient and what brings it to 1; NULL when it is zero. */
typedef struct unit {
    const mn_grad *grad;
    int reach;
} unit;

static unit unit_of(const memory_row *row)
{
    return (unit){row->reach == INT_MIN ? NULL : &row->grad, row->reach};
}

/* A row's part of the dot product of two gradients brought to 1. */
static double dot(const unit *a, const unit *b, const mn_row *r)
{
    if (!a->grad || !b->grad)
        return 0.0;
    int by = mn_row_exponent(a->grad, r) + mn_row_exponent(b->grad, r) - a->reach - b->reach;
    return ldexp(mn_dot(r->n, a->grad->g + r->at, b->grad->g + r->at), by);
}

/* Gg, the diagonal of GG', and gg, which is returned. Row by row, as a row of every gradient
 * fits the cache and all of them do not. */
static double measure(gem *st, const mn_model *m, const mn_grad *g, int reach)
{
    const int n = st->n_old;
    const unit step = {reach == INT_MIN ? NULL : g, reach};
    double gg = 0.0;
    memset(st->q, 0, sizeof st->q);
    memset(st->P, 0, sizeof st->P);
    for (mn_row r = {0}; mn_row_next(m, &r);) {
        gg += dot(&step, &step, &r);
        for (int k = 0; k < n; k++) {
            const unit old = unit_of(&st->rows[k]);
            st->q[k] += dot(&step, &old, &r);
            st->P[k * n + k] += dot(&old, &old, &r);
        }
    }
    return gg;
}

/* The rest of GG'. */
static void complete(gem *st, const mn_model *m)
{
    const int n = st->n_old;
    for (mn_row r = {0}; mn_row_next(m, &r);)
        for (int k = 0; k < n; k++) {
            const unit a = unit_of(&st->rows[k]);
            for (int l = 0; l < k; l++) {
                const unit b = unit_of(&st->rows[l]);
                st->P[k * n + l] += dot(&a, &b, &r);
            }
        }
    for (int k = 0; k < n; k++)
        for (int l = 0; l < k; l++)
            st->P[l * n + k] = st->P[k * n + l];
}

/* True when a constraint is violated. */
static bool compare(gem *st, const mn_model *m, const mn_grad *g, int reach)
{
    const double gg = measure(st, m, g, reach);
    bool violated = false;
    st->seen.n = st->n_old;
    for (int k = 0; k < st->n_old; k++) {
        st->seen.task[k] = st->rows[k].task;
        st->seen.cosine[k] = st->q[k] / sqrt(gg * st->P[k * st->n_old + k]); /* NAN = zero */
        violated |= st->q[k] < 0.0;
    }
    return violated;
}

/* The margin in units of gradients brought to 1; far apart ones as far as double goes. */
static double margin_of(const memory_row *row, double margin, int reach)
{
    if (row->reach == INT_MIN)
        return 0.0;
    int by = row->reach - reach;
    return ldexp(margin, by < -SHIFT_MAX ? -SHIFT_MAX : by > SHIFT_MAX ? SHIFT_MAX : by);
}

static void project(gem *st, const mn_model *m, double margin, mn_grad *g, int reach)
{
    double lower[OLD_MAX], v[OLD_MAX];
    complete(st, m);
    for (int k = 0; k < st->n_old; k++)
        lower[k] = margin_of(&st->rows[k], margin, reach);
    if (!mn_qp_bounded(st->n_old, st->P, st->q, lower, v))
        return; /* diverged: the session sees it in the weights */
    for (int k = 0; k < st->n_old; k++)
        if (v[k] > 0.0)
            mn_reference_project(m, g, v[k], reach, &st->rows[k].grad);
}

static void shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    gem *st = s->state;
    st->seen.n = 0;
    if (!st->n_old)
        return;
    const int reach = mn_scaled_reach(m, grad);
    const bool violated = compare(st, m, grad, reach);
    mn_reference_count(&st->seen, violated);
    if (violated)
        project(st, m, s->cfg.margin, grad, reach);
}

static mn_status task_end(mn_strategy *s, mn_model *m, int task, const mn_source *items,
                          mn_rng *r, mn_err *err)
{
    return mn_keep_items(s, task, items, r, err);
}

static bool state(mn_strategy *s, int index, mn_state_array *out)
{
    gem *st = s->state;
    return mn_reference_state(&st->reference, index, out);
}

static const mn_constraints *constraints(const mn_strategy *s)
{
    const gem *st = s->state;
    return &st->seen;
}

const mn_strategy_ops mn_strategy_gem = {
    .name = "gem",
    .title = "Gradient episodic memory",
    .cite = "Lopez-Paz & Ranzato 2017",
    .about = "turns a step's gradient until it raises the loss of no old task's kept items",
    .keeps = true,
    .state_size = sizeof(gem),
    .layout = layout,
    .finish = finish,
    .check = check,
    .task_begin = task_begin,
    .ready = ready,
    .before = before,
    .shape = shape,
    .task_end = task_end,
    .state = state,
    .constraints = constraints,
};
