/* balance.h: what strategies share that make up for exceptions being few. */
#ifndef MN_LEARN_BALANCE_H
#define MN_LEARN_BALANCE_H

#include "mnemoscope/strategy_impl.h"

/* Refuses a model that has no signals. */
MN_MUST_CHECK mn_status mn_balance_check(const char *strategy, const mn_model *m, mn_err *err);
/* The item's odds under the strategy's signal and gamma. */
double mn_balance_odds(const mn_strategy *s, const mn_ledger *l, size_t item);

#endif
