/* sampler.h: where in the unit cube to look next. A coordinate is a place on an axis (axis.h);
 * larger values are better. Pure functions of what was seen and of whose turn it is.
 */
#ifndef MNEMOSCOPE_STUDY_SAMPLER_H
#define MNEMOSCOPE_STUDY_SAMPLER_H

#include "mnemoscope/axis.h"
#include "mnemoscope/rng.h"

typedef struct mn_space {
    int n;
    int n_stops[MN_AXES_MAX]; /* equal parts of [0, 1) without an order; 0: a continuum */
} mn_space;

typedef struct mn_observation {
    double u[MN_AXES_MAX];
    double value; /* NAN: failed, worse than any other */
} mn_observation;

/* Which trial is proposed. */
typedef struct mn_turn {
    uint64_t seed;
    int cell, trial;
} mn_turn;
/* The random numbers of the trial alone. */
mn_rng mn_turn_rng(const mn_turn *turn);

/* A place for the trial before anything is known: a share of 1 / MN_SPREAD of every coordinate
 * has one of every MN_SPREAD trials, and the first few are far apart as well. */
enum { MN_SPREAD = 10 };
void mn_space_spread(const mn_space *space, const mn_turn *turn, double *u);

typedef struct mn_sampler_ops {
    const char *name, *title, *cite;
    /* u: n coordinates in [0, 1). */
    mn_status (*propose)(const mn_space *space, const mn_observation *seen, size_t n_seen,
                         const mn_turn *turn, double *u, mn_err *err);
} mn_sampler_ops;
extern const mn_sampler_ops *const mn_samplers[]; /* NULL-terminated, samplers.def */
const mn_sampler_ops *mn_sampler_find(const char *name);

#endif
