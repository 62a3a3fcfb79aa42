#include "mnemoscope/strategy_impl.h"

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    if (!mn_model_recalls(m))
        return mn_fail(err, MN_EINVAL,
                       "pseudorehearsal needs a model that recalls: '%s' has no attractors to "
                       "dream of",
                       mn_model_name(mn_model_kind(m)));
    return MN_OK;
}

static mn_status dream(mn_strategy *s, mn_model *m, int task, const mn_source *items, mn_rng *r,
                       mn_err *err)
{
    const mn_dream_plan plan = {.max_sweeps = s->cfg.max_sweeps, .ink = 0.5};
    return mn_dream(m, mn_strategy_share(s, items->n), &plan, r, task, &s->buffer, NULL,
                    &s->tally, err);
}

const mn_strategy_ops mn_strategy_pseudorehearsal = {
    .name = "pseudorehearsal",
    .title = "Pseudorehearsal",
    .cite = "Robins & McCallum 1998",
    .about = "relaxes random probes to attractors after every task and trains on these dreams",
    .replays = true,
    .dreams = true,
    .check = check,
    .task_end = dream,
};
