/* penalty.h: the quadratic penalty behind l2, ewc, mas and si: how it is kept and what it adds
 * to a gradient. Arrays are carved from the strategy's arena. Included by src/learn only.
 */
#ifndef MN_LEARN_PENALTY_H
#define MN_LEARN_PENALTY_H

#include "mnemoscope/strategy_impl.h"

/* What the private state of a strategy with a penalty begins with, and the hooks that need no
 * more than that. */
typedef struct mn_penalised {
    const mn_model *model;
    mn_penalty penalty;
} mn_penalised;

void mn_penalised_layout(mn_strategy *s, const mn_model *m, mn_arena *a);
/* Refuses a theta so large that its arrays have no place in a checkpoint. */
MN_MUST_CHECK mn_status mn_penalised_check(const mn_model *m, const mn_strategy_cfg *cfg,
                                           mn_err *err);
enum { MN_PENALTY_ARRAYS = 4 };
/* "strategy.importance", "_exponent", "strategy.anchor", "strategy.terms". */
bool mn_penalised_state(mn_strategy *s, int index, mn_state_array *out);
const mn_penalty *mn_penalised_penalty(const mn_strategy *s);

/* Refuses weights or importances that are not finite: what they would become part of is kept.
 */
MN_MUST_CHECK mn_status mn_penalty_admit(const mn_model *m, const float *theta,
                                         const mn_grad *F, mn_err *err);

/* The strategy's strength, against the gradient of a loss summed over grad->items. */
double mn_penalised_strength(const mn_strategy *s, const mn_grad *grad);

/* grad <- grad + coefficient * importance * (theta - anchor). Nothing is touched when the
 * coefficient is 0 or no task has ended. */
void mn_penalty_shape(const mn_penalty *p, mn_model *m, mn_grad *grad, double coefficient);

/* One more term, F (theta - the weights now)^2, merged with those before: the sum is what it
 * would be with every term kept. */
void mn_penalty_merge(mn_penalty *p, mn_model *m, const mn_grad *F);
/* importance <- decay * importance + F, and the anchor is the weights now. */
void mn_penalty_follow(mn_penalty *p, mn_model *m, double decay, const mn_grad *F);

/* An array of theta's layout under a name of its own. */
mn_state_array mn_penalty_array(const mn_model *m, const char *name, float *data);

#endif
