/* dam.h: what the files of the dense associative memory share. Included by src/model/dam*.c.
 *
 * Letters: D units in a state (visible, extra, classes), K memories, C classes. `Kp` is K
 * padded to a multiple of MN_LANES; padded columns are zero and stay zero.
 */
#ifndef MNEMOSCOPE_MODEL_DAM_H
#define MNEMOSCOPE_MODEL_DAM_H

#include "interaction.h"
#include "mnemoscope/model_impl.h"

typedef enum mn_similarity { MN_PER_UNIT, MN_RAW } mn_similarity;
typedef enum mn_clamping { MN_CLAMP_ALL, MN_CLAMP_VISIBLE, MN_CLAMP_NONE } mn_clamping;

typedef struct mn_dam_cfg {
    int memories, vertex, interaction;
    double leak, temperature, temperature_final;
    int temperature_ramp, similarity, clamp;
    double init_mean, init_sd;
} mn_dam_cfg;

typedef struct mn_dam {
    int D, K, C;
    size_t Kp;
    float *S;        /* (batch, Kp): similarities with every class unit off */
    float *W;        /* (batch, Kp): dL/dS; while recalling: F(S) */
    float *row;      /* (Kp) scratch: one row, scaled */
    float *f0;       /* (Kp) scratch: F of that row */
    float *c;        /* (C, Kp): class weights, transposed */
    float *bias;     /* (Kp): similarity with the class units alone, all off */
    float *up;       /* (Kp): most that turning one class unit on adds to a memory; >= 0 */
    float *down;     /* (Kp): least, <= 0 */
    float *col_lo;   /* (Kp): least and largest similarity of a memory over the batch, class */
    float *col_hi;   /*       units on or off */
    float *u;        /* (D): how far a step of the similarity goes */
    double *sums;    /* (D): one item's logits, or one state's fields */
    float *g;        /* (C): one item's slopes of the loss, scaled */
    float *on;       /* (C, Kp): sum over items of dL/dlogit F'(class unit on) */
    float *w_sum;    /* (Kp): sum over items of W */
    float *leak;     /* (Kp): leak / n, scaled for each memory */
    float *cs;       /* (C, Kp): class weights, scaled for each memory */
    float *scale;    /* (Kp): 2^-k of each memory */
    int *k;          /* (K): scale of each memory's slopes */
    float *state;    /* (batch, D): the states that still change */
    float *xt;       /* (D, Kp): the memories, transposed */
    float *reach;    /* (Kp): largest |weight| of a memory, doubled */
    int *active;     /* (batch): which states those are */
    int *fit;        /* (batch): scale of each, or UNFIT */
    uint32_t *order; /* (D) */
} mn_dam;

/* F and the factor of the dot product inside it, as the parameters and the schedule stand. */
mn_interaction mn_dam_interaction(const mn_model *m);
float mn_dam_factor(const mn_model *m);

void mn_dam_forward(mn_model *m, const float *X, int n, float *logits, int *exponent);
void mn_dam_backward(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad);
void mn_dam_tally(mn_model *m, int n, const int *label, mn_tally *t);
void mn_dam_activity(mn_model *m, const float *X, int n, float *A);

void mn_dam_recall_layout(mn_model *m, mn_arena *a);
void mn_dam_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps, mn_rng *order,
                  int *sweeps, bool *converged);
double mn_dam_energy(mn_model *m, const float *v);
void mn_dam_shares(mn_model *m, const float *v, float *share);

#endif
