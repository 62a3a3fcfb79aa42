/* hopfield.h: what the files of the Hopfield network share. Included by src/model/hopfield*.c.
 *
 * D units of +-1 take part in recall: the visible ones, the extra ones and, with class units,
 * the classes. Row i of W (D, D) holds the weights into unit i; fields leave the diagonal out.
 */
#ifndef MNEMOSCOPE_MODEL_HOPFIELD_H
#define MNEMOSCOPE_MODEL_HOPFIELD_H

#include "mnemoscope/model_impl.h"

typedef enum mn_hopfield_rule {
    MN_HEBB,
    MN_STORKEY,
    MN_DELTA,
    MN_PROJECTION,
    MN_THERMAL
} mn_hopfield_rule;

typedef struct mn_hopfield_cfg {
    int rule;
    double write_rate, later, decay, growth, flips, field_noise, heat, heat_epochs;
    bool class_units;
} mn_hopfield_cfg;

enum { MN_STORED_MAX = 256 }; /* items that are remembered, to be looked at */

typedef struct mn_hopfield {
    int N, D, C; /* inputs, units of recall, classes */
    uint64_t seed;
    float *x, *cue, *field, *delta; /* (D): an item, what is shown of it, fields, errors */
    float *V, *H;                   /* (batch, D): states and their fields */
    float *Wt;                      /* (D, D): columns of W, for recall unit by unit */
    uint32_t *order;                /* (D) */
    int *active;                    /* (batch) */
    float *stored;                  /* (MN_STORED_MAX, D): the first items, each once */
    int *n_stored;                  /* (1) */
    int *n_learnt;                  /* (1): items learnt, each time anew */
    float *proof;                   /* (MN_STORED_MAX, D): their fields */
    float *stable;                  /* (MN_STORED_MAX): share of units that stay; see mark */
    double mark[2]; /* what `stable` was worked out from: sum and sum of squares of W */
} mn_hopfield;

/* An item of the batch as a state: +-1, the sign of what is shown, classes from y. */
void mn_hopfield_state(const mn_model *m, const float *x, const float *y, float *v);
/* h (D) = W v without the diagonal. */
void mn_hopfield_fields(const mn_model *m, const float *v, float *h);
/* Item `item` of a batch by the rule of the configuration. */
void mn_hopfield_store(mn_model *m, const float *v, int item);

void mn_hopfield_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps,
                       mn_rng *order, int *sweeps, bool *converged);
double mn_hopfield_energy(mn_model *m, const float *v);
void mn_hopfield_shares(mn_model *m, const float *v, float *share);

#endif
