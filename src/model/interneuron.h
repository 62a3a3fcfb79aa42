/* interneuron.h: what the files of the excitatory-inhibitory network share. Included by
 * src/model/interneuron*.c.
 *
 * Letters: P inputs (pooled pixels, then extra ones), E excitatory and I inhibitory units, C
 * classes. Times are in seconds.
 */
#ifndef MNEMOSCOPE_MODEL_INTERNEURON_H
#define MNEMOSCOPE_MODEL_INTERNEURON_H

#include "layer.h"

typedef struct mn_interneuron_cfg {
    int excitatory, inhibitory, steps, window;
    double connection, tau_e, tau_i, dt, tolerance, scale, threshold, inhibition;
    double rate, theta, potentiation, depression, decay, target, target_rate;
    double newborn;
} mn_interneuron_cfg;

/* Pictures become smaller before they are looked at. */
typedef struct mn_pooling {
    int width, height, channels; /* of the picture */
    int border, side;            /* pixels left out all round; side x side become one */
    int across, down;
} mn_pooling;

/* What an item did over time, at steps that lie further and further apart. */
enum { MN_TRACE_ROOM = MN_PORTRAIT_POINTS };
typedef struct mn_dynamics {
    int n, at[MN_TRACE_ROOM]; /* steps */
    double dt;                /* they were this long */
    float excitation[MN_TRACE_ROOM], active[MN_TRACE_ROOM], inhibition[MN_TRACE_ROOM];
    int steps; /* until it rested, or the most there may be */
    bool rested;
    int n_active;
} mn_dynamics;

typedef struct mn_interneuron {
    int P, E, I, C;
    mn_pooling pooling;
    int *excites;     /* (I, E): an excitatory unit is connected to an inhibitory one */
    int *inhibits;    /* (E, I): the other way */
    int *newborn;     /* (E): 1 in the unit's first epoch */
    float *means;     /* (C, E): activity for items of the class, a running mean */
    int *n_means;     /* (C): items behind it */
    float *W_EI;      /* (I, E): the connections as they work: none from newborn units */
    float *W_IE;      /* (E, I): negative, but for newborn units */
    float *X;         /* (batch, P) */
    float *rates;     /* (batch, E): at rest, by item */
    float *drive;     /* (batch, E), this and the next four: by row, of items still moving */
    float *e, *sum;   /* (batch, E) */
    float *i, *heard; /* (batch, I) */
    int *item;        /* (batch): of the row */
    float *norms;     /* (C): of the means */
    /* of the last forward */
    double mean_active, mean_inhibition, mean_steps, share_rested;
    mn_dynamics last;
} mn_interneuron;

enum { MN_INTERNEURON_WEIGHTS, MN_INTERNEURON_BIAS }; /* tensors (E, P), (1, E) */

mn_pooling mn_pooling_of(const mn_shape *shape);
int mn_pooling_size(const mn_pooling *p);
/* Pictures X (n, width * height * channels + n_extra) to out (n, P), rows of length 1. */
void mn_pooling_apply(const mn_pooling *p, int n_extra, const float *X, int n, float *out);
/* Weights of pooled pixels (P) spread over the pixels they came from; 0 on the border. */
void mn_pooling_spread(const mn_pooling *p, const float *pooled, float *pixels);

/* rates (n, E) <- what the network comes to rest at for X (n, P), from silence. */
void mn_interneuron_relax(mn_model *m, const float *X, int n, float *rates);
bool mn_interneuron_portrait(mn_model *m, mn_portrait *out);
bool mn_interneuron_gauge(mn_model *m, int index, mn_gauge *out);

#endif
