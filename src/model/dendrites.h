/* dendrites.h: what the files of active dendrites share. Included by src/model/dendrites*.c.
 *
 * Letters: N inputs, r neurons of a layer, S segments of a neuron, P contexts there is room
 * for. A slot is one of the contexts that the items of a batch are in.
 */
#ifndef MNEMOSCOPE_MODEL_DENDRITES_H
#define MNEMOSCOPE_MODEL_DENDRITES_H

#include "stack.h"

typedef enum mn_dendrites_context {
    MN_CONTEXT_TASK,
    MN_CONTEXT_CLASS,
    MN_CONTEXT_NONE,
} mn_dendrites_context;

typedef struct mn_dendrites_cfg {
    int neurons, segments, context;
    double gain, active, density;
    bool keep_sparse;
} mn_dendrites_cfg;

enum { MN_DENDRITES_LAYERS = 2, MN_DENDRITES_TASKS = 32 };

typedef struct mn_dendrites {
    mn_stack stack;
    int P, S;
    float *prototypes; /* (P, N) */
    int *met;          /* (P): 1 = there is such a prototype */
    int now;           /* the task at hand + 1, or 0 */

    bool training;     /* the next forward is that of a step */
    int n_slots, room; /* room: slots there can be */
    int *slot;         /* (batch): of the items */
    int *of;           /* (P): its slot, or -1 */
    float *contexts;   /* (room, N): as segments see them */
    float *near;       /* (batch, P) */
    float *norm;       /* (P) */
    float *drive;      /* (room, r S): what contexts do to the segments of a layer */
    int *segment[MN_DENDRITES_LAYERS]; /* (room, r): the one that answers */
    float *gate[MN_DENDRITES_LAYERS];  /* (room, r): what it lets through */
    float *H[MN_DENDRITES_LAYERS];     /* (batch, r) */
    float *back[2];                    /* (batch, r) */
    float *pull[MN_DENDRITES_LAYERS];  /* (room, r): dL/d drive of the segment that answers */
    float *slopes;                     /* (batch, C) */
    float *row;                        /* (r) scratch */
    float *X, *Y, *logits;
    int *exponent;
    uint32_t *index; /* (batch), as the four before */
    double *sums;    /* (C, N) */
    size_t *counts;  /* (C) */
} mn_dendrites;

/* Finds the contexts of the items, for the next forward's gates. */
void mn_dendrites_place(mn_model *m, const float *X, int n);
mn_status mn_dendrites_begin(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err);

void mn_dendrites_forward(mn_model *m, const float *X, int n, float *logits, int *exponent);
void mn_dendrites_backward(mn_model *m, const float *X, int n, const float *dlogits,
                           mn_grad *grad);

#endif
