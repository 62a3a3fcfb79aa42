#include "balance.h"

mn_status mn_balance_check(const char *strategy, const mn_model *m, mn_err *err)
{
    const mn_model_ops *ops = mn_model_kind(m);
    if (mn_model_reconstructs(ops))
        return MN_OK;
    return mn_fail(err, MN_EINVAL,
                   "strategy '%s' looks for exceptions in how items are given back, and model "
                   "'%s' learns classes: wanted a model such as consolidate",
                   strategy, mn_model_name(ops));
}

double mn_balance_odds(const mn_strategy *s, const mn_ledger *l, size_t item)
{
    return mn_ledger_odds(l, s->cfg.signal, s->cfg.gamma, item);
}
