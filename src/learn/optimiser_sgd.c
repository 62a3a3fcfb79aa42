#include "mnemoscope/kernel.h"
#include "mnemoscope/optimiser_impl.h"

/* theta <- theta - eta G (Robbins and Monro 1951). */

static void layout(mn_optimiser *o, mn_arena *a)
{
}

static void reset(mn_optimiser *o)
{
}

static void step(mn_optimiser *o, const mn_row_step *r)
{
    mn_axpy(r->n, (float)(-r->rate * mn_row_factor(r)), r->g, r->theta);
}

static bool state(mn_optimiser *o, int index, mn_state_array *out)
{
    return false;
}

const mn_optimiser_ops mn_optimiser_sgd = {
    .name = "sgd",
    .title = "Stochastic gradient descent",
    .cite = "Robbins and Monro 1951",
    .about = "every weight moves by the learning rate times its gradient",
    .rests = true,
    .layout = layout,
    .reset = reset,
    .step = step,
    .state = state,
};
