#include "mnemoscope/strategy_impl.h"

#include "penalty.h"
#include "scaled.h"

/* L + lambda * sum over old tasks v and weights of (theta - theta_v)^2 (McAlister, Robins and
 * Szymanski 2025, equation 12 with an importance of 1); online and without what is left of old
 * importances, of the last task alone (Bricken et al. 2023). */

typedef struct l2 {
    mn_penalised base; /* first: penalty.h */
    mn_grad ones;
} l2;

static void layout(mn_strategy *s, const mn_model *m, mn_arena *a)
{
    l2 *st = s->state;
    mn_penalised_layout(s, m, a);
    mn_scaled_layout(&st->ones, m, a);
    for (size_t i = 0; i < mn_model_size(m) && st->ones.g; i++)
        st->ones.g[i] = 1.0f;
}

static void shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    const l2 *st = s->state;
    mn_penalty_shape(&st->base.penalty, m, grad, 2.0 * mn_penalised_strength(s, grad));
}

static mn_status end(mn_strategy *s, mn_model *m, int task, const mn_source *items, mn_rng *r,
                     mn_err *err)
{
    l2 *st = s->state;
    mn_status status = mn_penalty_admit(m, mn_model_theta(m), &st->ones, err);
    if (status != MN_OK)
        return status;
    if (s->cfg.terms == MN_TERM_ONLINE)
        mn_penalty_follow(&st->base.penalty, m, s->cfg.fisher_decay, &st->ones);
    else
        mn_penalty_merge(&st->base.penalty, m, &st->ones);
    return MN_OK;
}

const mn_strategy_ops mn_strategy_l2 = {
    .name = "l2",
    .title = "L2 towards old weights",
    .cite = "McAlister, Robins and Szymanski 2025",
    .about = "pulls every weight alike towards its values at the ends of old tasks",
    .importance = "terms",
    .any_gradient = true,
    .state_size = sizeof(l2),
    .layout = layout,
    .check = mn_penalised_check,
    .shape = shape,
    .task_end = end,
    .state = mn_penalised_state,
    .penalty = mn_penalised_penalty,
};
