#include "mnemoscope/kernel.h"
#include "mnemoscope/optimiser_impl.h"

/* V <- p V + G;  theta <- theta - eta V (Polyak 1964, with the rate outside as in PyTorch, so
 * that what V holds does not depend on it). */

typedef struct momentum {
    mn_trace v;
} momentum;

static void layout(mn_optimiser *o, mn_arena *a)
{
    momentum *st = o->state;
    mn_trace_layout(o, a, &st->v, "momentum");
}

static void reset(mn_optimiser *o)
{
    momentum *st = o->state;
    mn_trace_clear(o, &st->v);
}

static void step(mn_optimiser *o, const mn_row_step *r)
{
    momentum *st = o->state;
    float *v = st->v.at + r->at;
    mn_scale(r->n, (float)o->cfg.momentum, v);
    mn_axpy(r->n, (float)mn_row_factor(r), r->g, v);
    mn_axpy(r->n, (float)-r->rate, v, r->theta);
}

static bool state(mn_optimiser *o, int index, mn_state_array *out)
{
    momentum *st = o->state;
    return mn_trace_state(o, &st->v, index, out);
}

const mn_optimiser_ops mn_optimiser_momentum = {
    .name = "momentum",
    .title = "Gradient descent with momentum",
    .cite = "Polyak 1964",
    .about = "every weight keeps a share of its last steps",
    .state_size = sizeof(momentum),
    .layout = layout,
    .reset = reset,
    .step = step,
    .state = state,
};
