/* sdmlp.h: what the files of the sparse distributed memory share. Included by
 * src/model/sdmlp*.c.
 *
 * Letters: N inputs, r neurons, C classes. A firing is a pair of an item and a neuron that is
 * active for it. Where few are, they are listed, item by item, and nothing but them is worked
 * on; where many are, whole matrices are multiplied.
 */
#ifndef MNEMOSCOPE_MODEL_SDMLP_H
#define MNEMOSCOPE_MODEL_SDMLP_H

#include "layer.h"

typedef enum mn_top_k {
    MN_TOP_GABA,
    MN_TOP_ANNEAL,
    MN_TOP_SUBTRACT,
    MN_TOP_ANNEAL_MASK,
    MN_TOP_MASK,
    MN_TOP_NONE,
} mn_top_k;

typedef struct mn_sdmlp_cfg {
    int neurons, k, k_start, top_k, switch_counts;
    double anneal_epochs;
    bool count_evaluation, normalise, non_negative, bias, output_bias;
} mn_sdmlp_cfg;

typedef struct mn_sdmlp {
    int N, r, C;
    mn_layer layer;
    int *counts;          /* (r): items a neuron was active for */
    bool training;        /* the next forward is that of a step */
    float *X;             /* (batch, N): inputs as the neurons get them */
    const float *x;       /* X, or the caller's where they are the same */
    float *A;             /* (batch, r): activations before inhibition, >= 0 */
    float *row, *scratch; /* (r) */
    float *lambda;        /* (r): sign and share of the inhibition */
    int n;                /* items of the last forward, */
    float *I;             /* (batch): and the activations that inhibited them */
    double *sums;         /* (larger of r, C) scratch */
    float *slopes;        /* (batch, C): dL/dz, scaled */

    bool listed;     /* whether firings are; otherwise H has them */
    size_t n_firing; /* of `capacity` at most */
    size_t capacity;
    size_t *first;     /* (batch + 1): where the firings of an item begin */
    int *neuron;       /* (capacity) */
    float *act;        /* (capacity): activation after inhibition, not 0 */
    float *back;       /* (capacity): dL/d activation before it; dense: (batch, r) */
    size_t *begin;     /* (r + 1): where the firings of a neuron begin in */
    size_t *by_neuron; /* (capacity): firings, in the order of neurons */
    int *item;         /* (capacity) */
    float *H;          /* (batch, r) */
} mn_sdmlp;

/* How many neurons are to stay active for an item at this point of the run. */
int mn_sdmlp_k(const mn_model *m);

void mn_sdmlp_forward(mn_model *m, const float *X, int n, float *logits, int *exponent);
void mn_sdmlp_backward(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad);
void mn_sdmlp_tally(mn_model *m, int n, const int *label, mn_tally *t);
void mn_sdmlp_activity(mn_model *m, const float *X, int n, float *A);

#endif
