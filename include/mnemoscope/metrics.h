/* metrics.h: how well a learner does. Pure functions.
 *
 * R is row-major (n_tasks, n_tasks): R[i][j] = score on task j after training task i; NAN = not
 * measured. Undefined results are NAN, never 0: views and JSON say "undefined" (null).
 */
#ifndef MNEMOSCOPE_METRICS_H
#define MNEMOSCOPE_METRICS_H

#include <stddef.h>

typedef struct mn_score {
    double accuracy; /* share of items whose largest logit is the label's */
    double macro_f1; /* mean over the classes present in truth or prediction of 2PR/(P+R) */
    size_t n;        /* items it was measured on */
} mn_score;

/* truth and predicted hold n class numbers below n_classes; counts is n_classes * n_classes of
 * work space, left as the confusion matrix (truth, predicted). */
mn_score mn_score_of(const int *truth, const int *predicted, size_t n, int n_classes,
                     size_t *counts);

typedef struct mn_summary {
    double acc; /* mean of the last measured row over tasks seen */
    double bwt; /* mean_{j<t} (R_tj - R_jj); undefined for one task */
    double fwt; /* mean_{j>0} (R_{j-1,j} - untrained_j); undefined for one task (Lopez-Paz &
                   Ranzato 2017) */
    double forgetting; /* mean_{j<t} (max_{i<t} R_ij - R_tj) */
    double min_task;   /* the smallest R_jj: how well the hardest task was learnt */
} mn_summary;

/* `n_trained` tasks have a row. forgetting_by_task (may be NULL): n_tasks entries, NAN where
 * undefined. */
mn_summary mn_summary_of(const double *R, const double *untrained, int n_tasks, int n_trained,
                         double *forgetting_by_task);

#endif
