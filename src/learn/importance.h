/* importance.h: how much a task's items say about every weight.
 *
 * Measured item by item, after one forward each, or with `importance-batch` by batches of so
 * many items: neither squares nor absolute values of a batch's summed gradient are the sums of
 * its items'. Included by src/learn only.
 */
#ifndef MN_LEARN_IMPORTANCE_H
#define MN_LEARN_IMPORTANCE_H

#include "mnemoscope/strategy.h"

typedef struct mn_importance {
    float *X, *Y, *logits, *dlogits; /* of one call of the model */
    int *exponent;
    double *p;     /* probabilities of an item's labels */
    mn_grad part;  /* a gradient of one call of the model */
    mn_grad whole; /* of a batch that takes several */
    mn_grad sum;   /* the result */
} mn_importance;

void mn_importance_layout(mn_importance *w, const mn_model *m, mn_arena *a);

/* w->dlogits <- the slopes of what is measured, to logits * 2^exponent of n items, times
 * 2^-(what is returned). `*weight` is 1 and may be changed if n is 1. */
typedef int mn_slopes(mn_importance *w, const mn_strategy *s, int n, int n_classes, int which,
                      double *weight);
typedef struct mn_importance_of {
    mn_slopes *slopes;
    bool squared;   /* or else absolute values */
    bool per_class; /* `which` counts through the classes, or else is 0 */
} mn_importance_of;
/* (dL/dtheta)^2 of the strategy's loss at the item's label: the empirical Fisher information.
 */
extern const mn_importance_of mn_importance_fisher;
/* The expectation over labels drawn from p = softmax(fisher_beta z) of (d -log p / dtheta)^2:
 * the true one. Item by item only. */
extern const mn_importance_of mn_importance_true_fisher;
/* (d -log p / dtheta)^2 at the label that the model thinks most likely. */
extern const mn_importance_of mn_importance_predicted;
/* The mean over classes of |dz_c/dtheta|, and |d (sum z_c^2)/dtheta|: memory-aware synapses. */
extern const mn_importance_of mn_importance_outputs;
extern const mn_importance_of mn_importance_norm;

/* w->sum <- the importance in `importance_items` of the task's items over their number, drawn
 * without replacement from r (0 or more than there are: all, and r is not touched). Batches are
 * of items in random order. On failure r is as it was. */
MN_MUST_CHECK mn_status mn_importance_measure(mn_importance *w, const mn_strategy *s,
                                              mn_model *m, const mn_source *items, mn_rng *r,
                                              const mn_importance_of *of, mn_err *err);

/* dlogits <- d -log p_label / dz for one item, p = softmax(beta z), z = logits * 2^exponent; p
 * (n_classes) is written. */
void mn_surprise(int n_classes, const float *logits, int exponent, int label, double beta,
                 double *p, float *dlogits);

#endif
