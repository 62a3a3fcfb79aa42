#include <math.h>

#include "mnemoscope/optimiser_impl.h"

/* v <- a v + (1 - a) G^2;  theta <- theta - eta G / (sqrt(v) + epsilon) (Tieleman and Hinton
 * 2012, as in PyTorch). The root of v is what is kept: squares of gradients, which a dense
 * memory's vertex takes far from 1, would leave the range of float before they do. */

typedef struct rmsprop {
    mn_trace rms;
} rmsprop;

static void layout(mn_optimiser *o, mn_arena *a)
{
    rmsprop *st = o->state;
    mn_trace_layout(o, a, &st->rms, "gradient_rms");
}

static void reset(mn_optimiser *o)
{
    rmsprop *st = o->state;
    mn_trace_clear(o, &st->rms);
}

static void step(mn_optimiser *o, const mn_row_step *r)
{
    rmsprop *st = o->state;
    float *restrict rms = st->rms.at + r->at, *restrict theta = r->theta;
    const double factor = mn_row_factor(r), keep = o->cfg.alpha, epsilon = o->cfg.epsilon;
    for (size_t i = 0; i < r->n; i++) {
        const double g = factor * (double)r->g[i], old = (double)rms[i];
        const double root = sqrt(keep * old * old + (1.0 - keep) * g * g);
        rms[i] = (float)root;
        theta[i] -= (float)(r->rate * g / (root + epsilon));
    }
}

static bool state(mn_optimiser *o, int index, mn_state_array *out)
{
    rmsprop *st = o->state;
    return mn_trace_state(o, &st->rms, index, out);
}

const mn_optimiser_ops mn_optimiser_rmsprop = {
    .name = "rmsprop",
    .title = "RMSProp",
    .cite = "Tieleman and Hinton 2012",
    .about = "the gradient over its recent size; customary rate 0.0005",
    .state_size = sizeof(rmsprop),
    .layout = layout,
    .reset = reset,
    .step = step,
    .state = state,
};
