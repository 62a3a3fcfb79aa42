/* sample.h: training items to look things up in. For looking alone: it draws from a stream of
 * its own and nothing is computed from it.
 */
#ifndef MN_SESSION_SAMPLE_H
#define MN_SESSION_SAMPLE_H

#include "mnemoscope/arena.h"

enum { MN_SAMPLE_MAX = 5000 };

/* Items of the tasks met so far, each as likely as any other, in the order of tasks. Pixels as
 * the model gets them. */
typedef struct mn_sample {
    mn_arena arena;
    int tasks; /* met when it was drawn; 0 = it has not been drawn */
    int n, n_visible;
    float *X;          /* (n, n_visible) */
    int *label, *task; /* (n) */
    float *norm;       /* (n): Euclidean; 0 of a blank item */
    float *mean;       /* (n_visible): of the items, each of length 1 */
    float *along;      /* (n): the product of an item of length 1 and the mean */
} mn_sample;

#endif
