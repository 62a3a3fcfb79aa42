/* pca.h: principal components: the directions in which items differ most.
 *
 * Fitted on rows, then any rows of the same kind can be projected. Columns are centred; nothing
 * else is done to them. The few leading components come from subspace iteration with
 * Rayleigh-Ritz (Rutishauser 1970; Halko, Martinsson and Tropp 2011), in passes over the rows
 * block by block, so 5,000 pictures take a fraction of a second and no matrix of inputs by
 * inputs is ever made. The iteration starts from numbers that are always the same and the
 * largest entry of an axis is positive: equal rows, equal bits. Any thread, one at a time.
 *
 *     mn_pca_layout(&p, dims, k, &arena);    twice, as all layouts
 *     mn_pca_fit(&p, X, n, err);
 *     mn_pca_project(&p, Z, m, Y);
 */
#ifndef MNEMOSCOPE_PCA_H
#define MNEMOSCOPE_PCA_H

#include <stdbool.h>

#include "mnemoscope/arena.h"

typedef struct mn_pca {
    int dims, k;
    double *mean;     /* (dims) */
    double *variance; /* (k): along an axis, largest first; over n, not n - 1 */
    double total;     /* variance of all columns together */
    float *axes;      /* (k,dims): orthonormal rows; zero where the items do not differ */
    double scale;     /* the largest |x - mean|: what is computed with is at most 1 */
    int round;        /* of the iteration under way */
    int wide;         /* k and the spare directions of the iteration */
    float *basis, *image, *block, *shadow; /* work: (wide,dims) twice, a block, its shadow */
    double *small;                         /* work of the small eigenproblem */
} mn_pca;

void mn_pca_layout(mn_pca *p, int dims, int k, mn_arena *a);
/* X (n,dims). Refuses n < 1 and numbers that are not finite, naming row and column. */
MN_MUST_CHECK mn_status mn_pca_fit(mn_pca *p, const float *X, int n, mn_err *err);
/* The same in rounds, one pass over the rows each, for callers with something else to do in
 * between: until mn_pca_round returns false, when the components are there. */
MN_MUST_CHECK mn_status mn_pca_begin(mn_pca *p, const float *X, int n, mn_err *err);
bool mn_pca_round(mn_pca *p, const float *X, int n);
/* Y (n,k) = (X - mean) axes^T; must not overlap. */
void mn_pca_project(mn_pca *p, const float *X, int n, float *Y);
/* variance[i] / total, 0 where nothing differs. */
double mn_pca_share(const mn_pca *p, int i);

#endif
