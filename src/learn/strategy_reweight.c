#include "balance.h"

/* Loss reweighting (Tyulmankov et al. 2023, equations 5 and 8):
 *
 *     L = sum over the batch of a_b loss_b,   a = softmax(gamma alpha)
 *
 * over the items of the batch, or over all items seen so far as their signals were last.
 * Weights are those times the number of items the softmax is over: 1 for all where gamma is 0.
 */

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    return mn_balance_check("reweight", m, err);
}

/* Mean odds of what has been seen. */
static double mean_of_all(const mn_strategy *s, const mn_ledger *l)
{
    double sum = 0.0, n = 0.0;
    for (size_t i = 0; i < mn_ledger_items(l); i++)
        if (mn_ledger_seen(l, i)) {
            sum += mn_balance_odds(s, l, i);
            n++;
        }
    return sum / n;
}

static double mean_of_batch(const mn_strategy *s, const mn_ledger *l, const uint32_t *item,
                            size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += mn_balance_odds(s, l, item[i]);
    return sum / (double)n;
}

static void weigh(const mn_strategy *s, const mn_ledger *l, const uint32_t *item, size_t n,
                  float *weight)
{
    const double mean =
        s->cfg.among == MN_AMONG_BATCH ? mean_of_batch(s, l, item, n) : mean_of_all(s, l);
    for (size_t i = 0; i < n; i++)
        weight[i] = (float)(mn_balance_odds(s, l, item[i]) / mean);
}

const mn_strategy_ops mn_strategy_reweight = {
    .name = "reweight",
    .title = "Loss reweighting",
    .cite = "Tyulmankov, Stachenfeld, Krotov and Abbott 2023",
    .about = "the loss of an item counts for more, the more exceptional a signal says it is",
    .check = check,
    .weigh = weigh,
};
