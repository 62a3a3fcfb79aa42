#include <math.h>

#include "mnemoscope/optimiser_impl.h"

/* m <- b1 m + (1 - b1) G;  v <- b2 v + (1 - b2) G^2;
 * theta <- theta - eta (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon) in step t = 1, 2, ..
 * (Kingma and Ba 2015, algorithm 1). The root of v is what is kept: squares of gradients, which
 * a dense memory's vertex takes far from 1, would leave the range of float before they do. */

enum { STEPS_MAX = 1 << 24 }; /* as checkpoints hold; the corrections are 1 by then */

typedef struct adam {
    mn_trace mean, rms;
    int *steps; /* t */
} adam;

static void layout(mn_optimiser *o, mn_arena *a)
{
    adam *st = o->state;
    mn_trace_layout(o, a, &st->mean, "gradient_mean");
    mn_trace_layout(o, a, &st->rms, "gradient_rms");
    st->steps = mn_arena_ints(a, 1);
}

static void reset(mn_optimiser *o)
{
    adam *st = o->state;
    mn_trace_clear(o, &st->mean);
    mn_trace_clear(o, &st->rms);
    *st->steps = 0;
}

static void begin(mn_optimiser *o)
{
    adam *st = o->state;
    if (*st->steps < STEPS_MAX)
        ++*st->steps;
}

static void step(mn_optimiser *o, const mn_row_step *r)
{
    adam *st = o->state;
    const double b1 = o->cfg.beta1, b2 = o->cfg.beta2, epsilon = o->cfg.epsilon;
    const double of_mean = r->rate / (1.0 - pow(b1, *st->steps));
    const double of_root = 1.0 / sqrt(1.0 - pow(b2, *st->steps)), factor = mn_row_factor(r);
    float *restrict mean = st->mean.at + r->at, *restrict rms = st->rms.at + r->at;
    float *restrict theta = r->theta;
    for (size_t i = 0; i < r->n; i++) {
        const double g = factor * (double)r->g[i], old = (double)rms[i];
        const double moment = b1 * (double)mean[i] + (1.0 - b1) * g;
        const double root = sqrt(b2 * old * old + (1.0 - b2) * g * g);
        mean[i] = (float)moment;
        rms[i] = (float)root;
        theta[i] -= (float)(of_mean * moment / (of_root * root + epsilon));
    }
}

static bool state(mn_optimiser *o, int index, mn_state_array *out)
{
    adam *st = o->state;
    const int n_tensors = mn_model_n_tensors(o->model);
    if (index < n_tensors)
        return mn_trace_state(o, &st->mean, index, out);
    if (index < 2 * n_tensors)
        return mn_trace_state(o, &st->rms, index - n_tensors, out);
    *out = (mn_state_array){.name = "gradient_steps", .i = st->steps, .rows = 1, .cols = 1};
    return index == 2 * n_tensors;
}

const mn_optimiser_ops mn_optimiser_adam = {
    .name = "adam",
    .title = "Adam",
    .cite = "Kingma and Ba 2015",
    .about = "the mean of recent gradients over their size; customary rate 0.001",
    .state_size = sizeof(adam),
    .layout = layout,
    .reset = reset,
    .begin = begin,
    .step = step,
    .state = state,
};
