#include <limits.h>
#include <math.h>

#include "keep.h"
#include "reference.h"
#include "scaled.h"

/* Averaged gradient episodic memory (Chaudhry et al. 2019). With g the step's gradient and r
 * that of remembered items of all old tasks together: when <g, r> < 0
 *
 *     g <- g - r <g, r> / <r, r>                          (their equation 11)
 *
 * before momentum and normalisation, as for gem. Neither is changed by the sizes of r or g, so
 * the dot products are of gradients brought to 1. */

typedef struct agem {
    mn_reference reference;
    mn_grad r;
    int r_reach;  /* INT_MIN when r is zero */
    size_t n_old; /* items of old tasks */
    mn_constraints seen;
} agem;

static void layout(mn_strategy *s, const mn_model *m, mn_arena *a)
{
    agem *st = s->state;
    mn_reference_layout(&st->reference, m, a);
    mn_scaled_layout(&st->r, m, a);
}

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    return mn_keep_check("agem", cfg, err);
}

static mn_status task_begin(mn_strategy *s, mn_model *m, int task, mn_err *err)
{
    agem *st = s->state;
    *st->reference.task = task;
    return MN_OK;
}

/* Selection sampling (Knuth, algorithm S): draws nothing when all items are wanted. */
static void before(mn_strategy *s, mn_model *m, mn_rng *r)
{
    agem *st = s->state;
    const mn_buffer *b = &s->buffer;
    const int at_hand = *st->reference.task;
    st->n_old = b->n - mn_buffer_count(b, at_hand);
    if (!st->n_old)
        return;
    size_t left = st->n_old, wanted = (size_t)s->cfg.references;
    if (!wanted || wanted > left)
        wanted = left;
    mn_reference_begin(&st->reference, &st->r);
    for (size_t i = 0; wanted; i++) {
        if (b->task[i] == at_hand)
            continue;
        if (wanted == left || mn_rng_below(r, left) < wanted) {
            mn_reference_item(s, m, &st->reference, i);
            wanted--;
        }
        left--;
    }
    mn_reference_end(s, m, &st->reference);
    st->r_reach = mn_scaled_reach(m, &st->r);
}

static void shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    agem *st = s->state;
    mn_constraints *seen = &st->seen;
    seen->n = 0;
    if (!st->n_old)
        return;
    const int reach = mn_scaled_reach(m, grad);
    double gr = 0.0, gg = 0.0, rr = 0.0;
    if (reach != INT_MIN && st->r_reach != INT_MIN) {
        gr = mn_scaled_dot(m, grad, &st->r, reach + st->r_reach);
        gg = mn_scaled_dot(m, grad, grad, 2 * reach);
        rr = mn_scaled_dot(m, &st->r, &st->r, 2 * st->r_reach);
    }
    seen->n = 1;
    seen->task[0] = -1;
    seen->cosine[0] = gr / sqrt(gg * rr); /* NAN = zero */
    mn_reference_count(seen, gr < 0.0);
    if (gr < 0.0)
        mn_reference_project(m, grad, -gr / rr, reach, &st->r);
}

static mn_status task_end(mn_strategy *s, mn_model *m, int task, const mn_source *items,
                          mn_rng *r, mn_err *err)
{
    return mn_keep_items(s, task, items, r, err);
}

static bool state(mn_strategy *s, int index, mn_state_array *out)
{
    agem *st = s->state;
    return mn_reference_state(&st->reference, index, out);
}

static const mn_constraints *constraints(const mn_strategy *s)
{
    const agem *st = s->state;
    return &st->seen;
}

const mn_strategy_ops mn_strategy_agem = {
    .name = "agem",
    .title = "Averaged gradient episodic memory",
    .cite = "Chaudhry et al. 2019",
    .about = "turns a step's gradient until it does not raise the loss of kept items "
             "taken together",
    .keeps = true,
    .state_size = sizeof(agem),
    .layout = layout,
    .check = check,
    .task_begin = task_begin,
    .before = before,
    .shape = shape,
    .task_end = task_end,
    .state = state,
    .constraints = constraints,
};
