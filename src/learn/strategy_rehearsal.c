#include "keep.h"

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    return mn_keep_check("rehearsal", cfg, err);
}

static mn_status keep(mn_strategy *s, mn_model *m, int task, const mn_source *items, mn_rng *r,
                      mn_err *err)
{
    return mn_keep_items(s, task, items, r, err);
}

const mn_strategy_ops mn_strategy_rehearsal = {
    .name = "rehearsal",
    .title = "Rehearsal",
    .cite = "Ratcliff 1990",
    .about = "keeps items of every task and trains on them again",
    .replays = true,
    .keeps = true,
    .check = check,
    .task_end = keep,
};
