#include "mnemoscope/strategy_impl.h"

#include "importance.h"
#include "penalty.h"

/* L + lambda * sum over weights of Omega (theta - theta*)^2 (Aljundi et al. 2018; McAlister,
 * Robins and Szymanski 2025, equations 15 and 16): Omega is summed over tasks, theta* is the
 * weights at the end of the last. Outputs are the logits: class units are linear when they
 * answer. */

typedef struct mas {
    mn_penalised base; /* first: penalty.h */
    mn_importance work;
} mas;

static void layout(mn_strategy *s, const mn_model *m, mn_arena *a)
{
    mas *st = s->state;
    mn_penalised_layout(s, m, a);
    mn_importance_layout(&st->work, m, a);
}

static void shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    const mas *st = s->state;
    mn_penalty_shape(&st->base.penalty, m, grad, 2.0 * mn_penalised_strength(s, grad));
}

static mn_status end(mn_strategy *s, mn_model *m, int task, const mn_source *items, mn_rng *r,
                     mn_err *err)
{
    mas *st = s->state;
    mn_status status = mn_importance_measure(&st->work, s, m, items, r,
                                             s->cfg.sensitivity == MN_SENSITIVITY_NORM
                                                 ? &mn_importance_norm
                                                 : &mn_importance_outputs,
                                             err);
    if (status == MN_OK)
        mn_penalty_follow(&st->base.penalty, m, 1.0, &st->work.sum);
    return status;
}

const mn_strategy_ops mn_strategy_mas = {
    .name = "mas",
    .title = "Memory-aware synapses",
    .cite = "Aljundi et al. 2018",
    .about = "pulls weights towards old values by how much the outputs noticed them",
    .importance = "sensitivity",
    .state_size = sizeof(mas),
    .layout = layout,
    .check = mn_penalised_check,
    .shape = shape,
    .task_end = end,
    .state = mn_penalised_state,
    .penalty = mn_penalised_penalty,
};
