/* consolidate.h: what the files of the consolidation memory share. Included by
 * src/model/consolidate*.c.
 *
 * Letters: D visible units (n_inputs), M memories, g visible activity of length 1 at most, f
 * hidden activity, v = W^T f. Rows of W have length 1. A row of a batch on its way is not its
 * item's: `item` says whose it is.
 */
#ifndef MN_MODEL_CONSOLIDATE_H
#define MN_MODEL_CONSOLIDATE_H

#include "mnemoscope/model_impl.h"

typedef enum mn_through { MN_THROUGH_TIME, MN_THROUGH_TAIL, MN_THROUGH_FIXED } mn_through;

typedef struct mn_consolidate_cfg {
    int memories, max_steps, gradient, tail, checkpoint;
    double beta, dt, tolerance, mask;
} mn_consolidate_cfg;

typedef struct mn_consolidate {
    int D, M, C;
    float *W;       /* (M, D): memories as they are used */
    double *length; /* (M): of the raw memories */
    float *answers; /* (M, C): classes of the items a memory won, the late ones above all */

    float *x;     /* (batch, D): items of length 1 */
    float *free;  /* (batch, D): 1 where a unit may change, else 0 */
    float *whole; /* (batch): lengths of the items as they came */
    float *g_end; /* (batch, D), and what goes with it: */
    float *f_end; /* (batch, M) */
    int *steps;   /* (batch): how many it took */

    int *item;       /* (batch) */
    float *G, *K;    /* (batch, D): rows on their way, and where they may change */
    float *V;        /* (batch, D) */
    float *F;        /* (batch, M) */
    double *changed; /* (batch): relative change in the last step */

    /* Of a trajectory: the states at every n_slots-th step by item, and all there is to know of
     * n_slots steps in the order of `item`. */
    int n_slots, n_marks;
    float *marks;                    /* (n_marks, batch, D) */
    float *slots_g, *slots_v;        /* (n_slots, batch, D) */
    float *slots_f;                  /* (n_slots, batch, M) */
    int *begin;                      /* (max_steps + 2) scratch of the sorting */
    float *adjoint, *source, *Q, *R; /* (batch, D) */
    float *S;                        /* (batch, M) */
} mn_consolidate;

/* Brings the rows of W to length 1; before anything that looks at W. */
void mn_consolidate_normalise(mn_model *m);
/* Writes x / |x| (0 for 0) and returns |x|. */
double mn_consolidate_unit(size_t n, const float *x, float *unit);
/* f = softmax(beta W g) of n rows, and v = W^T f unless V is NULL. */
void mn_consolidate_field(mn_model *m, int n, const float *G, float *F, float *V);
/* g <- g + dt (v/|v| - g) where it is free, of one row; returns |change| / |g|. */
double mn_consolidate_move(size_t n, double dt, const float *v, const float *free, float *g);

void mn_consolidate_reconstruct(mn_model *m, const float *X, int n, mn_rng *damage,
                                mn_signals *out);
void mn_consolidate_back(mn_model *m, const float *X, int n, const float *weight,
                         mn_grad *grad);

void mn_consolidate_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps,
                          mn_rng *order, int *sweeps, bool *converged);
double mn_consolidate_energy(mn_model *m, const float *v);
void mn_consolidate_shares(mn_model *m, const float *v, float *share);

/* What the memories that share an activity (M) answer to, as shares of the classes (C). */
void mn_consolidate_classes(const mn_model *m, const float *f, float *classes);

#endif
