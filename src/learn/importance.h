/* importance.h: how much a task's items say about every weight.
 *
 * Measured item by item, in batches of one, after one forward each: neither squares nor
 * absolute values of a batch's summed gradient are the sums of its items'. Included by
 * src/learn only.
 */
#ifndef MN_LEARN_IMPORTANCE_H
#define MN_LEARN_IMPORTANCE_H

#include "mnemoscope/strategy.h"

typedef struct mn_importance {
    float *X, *Y, *logits, *dlogits; /* of one item */
    double *p;                       /* probabilities of its labels */
    mn_grad one;                     /* a gradient of one item */
    mn_grad sum;                     /* the result */
} mn_importance;

void mn_importance_layout(mn_importance *w, const mn_model *m, mn_arena *a);

/* Adds `share` of one item's importance to w->sum. X is fetched and run forward. */
typedef void mn_importance_of(mn_importance *w, const mn_strategy *s, mn_model *m, int exponent,
                              double share);
/* (dL/dtheta)^2 of the strategy's loss at the item's label: the empirical Fisher information.
 */
mn_importance_of mn_importance_fisher;
/* The expectation over labels drawn from p = softmax(fisher_beta z) of (d -log p / dtheta)^2:
 * the true one. */
mn_importance_of mn_importance_true_fisher;
/* The mean over classes of |dz_c/dtheta|, and |d (sum z_c^2)/dtheta|: memory-aware synapses. */
mn_importance_of mn_importance_outputs;
mn_importance_of mn_importance_norm;

/* w->sum <- the mean over `importance_items` of the task's items, drawn without replacement
 * from r (0 or more than there are: all, and r is not touched). On failure r is as it was. */
MN_MUST_CHECK mn_status mn_importance_measure(mn_importance *w, const mn_strategy *s,
                                              mn_model *m, const mn_source *items, mn_rng *r,
                                              mn_importance_of *item, mn_err *err);

#endif
