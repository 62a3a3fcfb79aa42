#include "mnemoscope/strategy_impl.h"

#include "importance.h"
#include "penalty.h"

/* L + lambda / 2 * sum over old tasks v and weights of F_v (theta - theta_v)^2 (Kirkpatrick et
 * al. 2017; McAlister, Robins and Szymanski 2025, equations 13 and 14), F_v the Fisher
 * information of the task at its end; online (Schwarz et al. 2018), one F that decays and one
 * anchor. */

typedef struct ewc {
    mn_penalised base; /* first: penalty.h */
    mn_importance work;
} ewc;

static void layout(mn_strategy *s, const mn_model *m, mn_arena *a)
{
    ewc *st = s->state;
    mn_penalised_layout(s, m, a);
    mn_importance_layout(&st->work, m, a);
}

static void shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    const ewc *st = s->state;
    mn_penalty_shape(&st->base.penalty, m, grad, mn_penalised_strength(s, grad));
}

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    if (cfg->fisher == MN_FISHER_TRUE && cfg->importance_batch > 1)
        return mn_fail(err, MN_EINVAL,
                       "fisher 'true' expects labels of single items: importance-batch is %d, "
                       "wanted 0",
                       cfg->importance_batch);
    return mn_penalised_check(m, cfg, err);
}

static mn_status end(mn_strategy *s, mn_model *m, int task, const mn_source *items, mn_rng *r,
                     mn_err *err)
{
    ewc *st = s->state;
    const mn_importance_of *const of[] = {
        [MN_FISHER_EMPIRICAL] = &mn_importance_fisher,
        [MN_FISHER_TRUE] = &mn_importance_true_fisher,
        [MN_FISHER_PREDICTED] = &mn_importance_predicted,
    };
    mn_status status = mn_importance_measure(&st->work, s, m, items, r, of[s->cfg.fisher], err);
    if (status != MN_OK)
        return status;
    if (s->cfg.terms == MN_TERM_ONLINE)
        mn_penalty_follow(&st->base.penalty, m, s->cfg.fisher_decay, &st->work.sum);
    else
        mn_penalty_merge(&st->base.penalty, m, &st->work.sum);
    return MN_OK;
}

const mn_strategy_ops mn_strategy_ewc = {
    .name = "ewc",
    .title = "Elastic weight consolidation",
    .cite = "Kirkpatrick et al. 2017",
    .about = "pulls weights towards old tasks' values by how much the tasks' loss noticed them",
    .importance = "Fisher information",
    .state_size = sizeof(ewc),
    .layout = layout,
    .check = check,
    .shape = shape,
    .task_end = end,
    .state = mn_penalised_state,
    .penalty = mn_penalised_penalty,
};
