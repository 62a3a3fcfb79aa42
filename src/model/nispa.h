/* nispa.h: what the files of NISPA share. Included by src/model/nispa*.c.
 *
 * A node is an input, a hidden neuron or a class, numbered in this order. Phases count from 1.
 */
#ifndef MNEMOSCOPE_MODEL_NISPA_H
#define MNEMOSCOPE_MODEL_NISPA_H

#include "stack.h"

typedef struct mn_nispa_cfg {
    int layers, neurons, phase_epochs, period;
    double density, recovery;
} mn_nispa_cfg;

/* Fields of `clock`. */
enum {
    MN_NISPA_BEGUN,    /* a task has */
    MN_NISPA_DONE,     /* the task is learned: nothing moves until the next */
    MN_NISPA_PHASE,    /* of the task */
    MN_NISPA_EPOCH,    /* whole epochs of the phase */
    MN_NISPA_RECORDED, /* phases in `history` */
    MN_NISPA_SHED,     /* connections removed at the last phase's end */
    MN_NISPA_CLOCK
};

/* A network that training may go back to. */
typedef struct mn_nispa_copy {
    float *theta;
    int *connected; /* (weights) */
    int *chosen;    /* (nodes) */
} mn_nispa_copy;

enum { MN_NISPA_POINTS = 128, MN_NISPA_SAMPLE = 1000 };

typedef struct mn_nispa_rank {
    float mean;
    int unit;
} mn_nispa_rank;

typedef struct mn_nispa {
    mn_stack stack;
    size_t n_nodes;
    int clock[MN_NISPA_CLOCK];
    int *stable;        /* (nodes): for good: what connects two of them is frozen */
    int *chosen;        /* (nodes): candidates of the phase */
    int *current;       /* (C): classes of the task */
    float *kept;        /* (theta): of the phase's best epoch; holds what is frozen too */
    float *means;       /* (hidden): activations in that epoch */
    mn_nispa_copy last; /* as the phase before ended */
    float accuracy[2];  /* best of the task so far, and of the phase */
    float *history;     /* (layers, points): share of the neurons that are stable or chosen */

    bool training; /* the next forward is that of a step */
    bool muted;    /* in the last forward, classes of other tasks were */
    float *H[MN_STACK_DEPTH];
    float *back[2]; /* (batch, neurons) */
    float *slopes;  /* (batch, C) */
    float *X, *Y, *logits;
    int *exponent;
    uint32_t *index;      /* (batch), as the four before */
    double *sums;         /* (hidden) */
    mn_nispa_rank *ranks; /* (neurons) */
} mn_nispa;

/* The nodes that layer l reads, and those it is. */
int *mn_nispa_sources(const mn_nispa *st, int *nodes, int layer);
int *mn_nispa_targets(const mn_nispa *st, int *nodes, int layer);
/* Kaiming's normal weights (fan out) and biases of 0, of all that is not frozen. */
void mn_nispa_start(mn_model *m, mn_rng *r);
/* The share p_t of a layer's activity that is to be carried by stable neurons. */
double mn_nispa_share(const mn_nispa_cfg *cfg, int phase);
/* Chooses candidates: of each layer the fewest neurons that carry so much of its activity. */
void mn_nispa_choose(mn_model *m, double share);
/* Removes connections from plastic to stable nodes; where `grow`, as many are grown elsewhere.
 */
void mn_nispa_rewire(mn_model *m, bool grow, mn_rng *r);

mn_status mn_nispa_begin(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err);
mn_status mn_nispa_epoch(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err);

bool mn_nispa_gauge(mn_model *m, int index, mn_gauge *out);
bool mn_nispa_portrait(mn_model *m, mn_portrait *out);

void mn_nispa_forward(mn_model *m, const float *X, int n, float *logits, int *exponent);

#endif
