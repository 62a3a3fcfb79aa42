/* stale.h: how far optimisers that remember move a weight that has no gradient, and how hard
 * they hit it when one comes back (Bricken et al. 2023, appendix D and figure 17).
 *
 * One weight meets a gradient of the same size at a few steps and none at all others. Updates
 * are without the learning rate; the corrections of Adam's two means are constant, 1 - beta, as
 * published. Pure functions; any thread.
 */
#ifndef MNEMOSCOPE_STALE_H
#define MNEMOSCOPE_STALE_H

#include <stddef.h>

typedef enum mn_memory { MN_MOMENTUM, MN_ADAM, MN_RMSPROP, MN_N_MEMORIES } mn_memory;
const char *mn_memory_name(mn_memory m); /* of the optimiser: "adam" */

typedef struct mn_stale {
    double gradient;            /* of the steps that have one */
    double gamma;               /* momentum */
    double beta1, beta2, alpha; /* what Adam's two means and RMSProp's keep of a step */
    double epsilon;
} mn_stale;
mn_stale mn_stale_published(void);

enum { MN_STALE_STEPS = 100, MN_STALE_PULSES = 9, MN_STALE_PAIR = 2, MN_STALE_AGAIN = 3 };
/* Steps with a gradient: of figure 17a, and of 17b, whose first two 17c has too. */
extern const int mn_stale_pulses[MN_STALE_PULSES];
extern const int mn_stale_again[MN_STALE_AGAIN];

/* The step t of a series: what the optimiser divides, by what, and the update that this makes.
 * Momentum divides by 1. */
typedef struct mn_stale_step {
    double mean, root, update;
} mn_stale_step;
/* Runs the steps 0 .. n - 1 with a gradient at `pulses`, ascending. */
void mn_stale_run(const mn_stale *p, mn_memory m, const int *pulses, size_t n_pulses, size_t n,
                  mn_stale_step *out);
/* Figure 17c: the update by a gradient at step `gap` after those at 0 and 1, less the gradient
 * itself: 0 for an optimiser without memory. gap > 1. */
double mn_stale_excess(const mn_stale *p, mn_memory m, int gap);

#endif
