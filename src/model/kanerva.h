/* kanerva.h: what the files of Kanerva's memory share. Included by src/model/kanerva*.c.
 *
 * Letters: N inputs, r hard locations, C classes, D = N + C units of a whole state, n items.
 */
#ifndef MNEMOSCOPE_MODEL_KANERVA_H
#define MNEMOSCOPE_MODEL_KANERVA_H

#include "mnemoscope/circle.h"
#include "mnemoscope/model_impl.h"

typedef enum mn_kanerva_kind { MN_KANERVA_BINARY, MN_KANERVA_CONTINUOUS } mn_kanerva_kind;
typedef enum mn_kanerva_activation {
    MN_KANERVA_RADIUS,
    MN_KANERVA_NEAREST
} mn_kanerva_activation;

typedef struct mn_kanerva_cfg {
    int kind, locations, activation, radius, k, reads;
    bool centre;
} mn_kanerva_cfg;

enum { MN_PLAN_RADIUS, MN_PLAN_PATTERNS, MN_PLAN_FIELDS };

typedef struct mn_kanerva {
    int N, r, C, D;
    float *addresses;     /* (r, N): bits as +-1, or of length 1 */
    int *writes;          /* (r): patterns written to a location */
    int *plan;            /* (MN_PLAN_FIELDS): the best radius, and for how many patterns */
    float *centre;        /* (N): what an item is compared from, of the continuous kind */
    float *X, *Y;         /* (batch, N), (batch, C): items of a task */
    float *x;             /* (batch, N): items as addresses */
    float *next;          /* (batch, N): what was read, to be read from */
    float *state;         /* (batch, D) */
    float *S;             /* (batch, r): similarity to addresses */
    float *scratch;       /* (r) */
    double *sums;         /* (D) */
    float *value;         /* (D): a pattern as it is written */
    size_t *first;        /* (batch + 1): where the active locations of an item begin in */
    int *location;        /* (batch * r) */
    int *waiting;         /* (batch): states that still change */
    double mean_active;   /* locations per item of the last forward */
    mn_circle circle;     /* of N bits */
    double *share;        /* (N + 1): scratch */
    mn_portrait portrait; /* of the settings below */
    int drawn[2];         /* radius and patterns; [0] -1 = none yet */
} mn_kanerva;

/* The radius in bits that locations are active within; of the k nearest, that of the circle
 * that holds about k. */
int mn_kanerva_radius(const mn_model *m);
/* An item as an address: x (N). */
void mn_kanerva_present(const mn_model *m, const float *from, float *x);
/* Lists the locations that each of n items X (n, N) makes active. */
void mn_kanerva_activate(mn_model *m, const float *X, int n);
/* The sum of what was written to the locations of listed item i, into sums; returns how many
 * patterns that were. */
double mn_kanerva_sum(mn_model *m, int i);
/* What is read for listed item i: y (D). False if nothing was ever written there. */
bool mn_kanerva_read(mn_model *m, int i, float *y);

void mn_kanerva_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps,
                      mn_rng *order, int *sweeps, bool *converged);
double mn_kanerva_energy(mn_model *m, const float *v);
void mn_kanerva_shares(mn_model *m, const float *v, float *share);
bool mn_kanerva_portrait(mn_model *m, mn_portrait *out);

#endif
