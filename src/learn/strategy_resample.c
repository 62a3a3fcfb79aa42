#include "balance.h"

/* Importance sampling (Tyulmankov et al. 2023, equations 4 and 8): batches are drawn with
 * replacement, an item with probability softmax(gamma alpha) over all items, by the signals as
 * they were when each item was last given back. */

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    return mn_balance_check("resample", m, err);
}

const mn_strategy_ops mn_strategy_resample = {
    .name = "resample",
    .title = "Importance sampling",
    .cite = "Tyulmankov, Stachenfeld, Krotov and Abbott 2023",
    .about = "an item comes more often, the more exceptional a signal says it is",
    .check = check,
    .odds = mn_balance_odds,
};
