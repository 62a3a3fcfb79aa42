/* capacity.h: how many random states a memory holds.
 *
 * A fresh model is given random states of +-1 without classes, by its own rule (hopfield) or, a
 * dense memory, one memory vector each (Krotov and Hopfield 2016, section 2); then recall
 * starts from every state, or from copies with flipped units, and what it ends in is compared
 * with it. The same seed, the same numbers. Any thread.
 */
#ifndef MNEMOSCOPE_CAPACITY_H
#define MNEMOSCOPE_CAPACITY_H

#include "mnemoscope/model.h"

typedef struct mn_load {
    int units, states;
    int probes;   /* states that recall starts from, at most; 0 = all */
    int epochs;   /* times that a rule sees every state */
    double flips; /* share of units turned over before recall */
    mn_update update;
    int max_sweeps;
} mn_load;

typedef struct mn_capacity {
    int states, probes;
    double whole;   /* share of probes that end in their state, unit for unit */
    double wrong;   /* mean share of units that differ from it */
    double settled; /* share of probes at rest within max_sweeps */
    /* Of models whose units are those of the states; else NAN. */
    double spurious; /* share of random probes that come to rest in no state and no negative */
    double ratio, spurious_ratio; /* mean energy ratio of the states, of the spurious ones */
} mn_capacity;

/* How evenly a state is held (Robins and McCallum 2004): what the tenth of the units that are
 * held least firmly carries by what the tenth does that is held most firmly. Learnt states have
 * more than spurious ones. `share` (n) as from mn_model_shares; it is sorted. */
double mn_energy_ratio(float *share, int n);

/* `cfg` is a block of the kind's parameters. A dense memory gets as many memories as there are
 * states. Refuses kinds that do not recall, or neither learn by a rule nor are dense. */
MN_MUST_CHECK mn_status mn_capacity_measure(const mn_model_ops *ops, const void *cfg,
                                            const mn_load *load, uint64_t seed,
                                            mn_capacity *out, mn_err *err);

/* Hebb's rule: states recalled with few errors, 0.138 N (Amit, Gutfreund and Sompolinsky 1985),
 * and most of them without any, N / (2 ln N) (McEliece et al. 1987). */
double mn_capacity_hebb(int units);
double mn_capacity_hebb_exact(int units);
/* Dense memories of vertex n (Krotov and Hopfield 2016, equation 6): states recalled without
 * errors, N^(n-1) / (2 (2n-3)!! ln N). */
double mn_capacity_dense(int units, int vertex);

#endif
