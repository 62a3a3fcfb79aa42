/* mixture.h: of which classes the items are that a unit fires for, and how much of all firing
 * is its own (Bricken et al. 2023, figures 22 and 23 and table 10).
 *
 * Pure functions of counts by class. Entropies are in nats, at most ln(n_classes).
 */
#ifndef MNEMOSCOPE_MIXTURE_H
#define MNEMOSCOPE_MIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/arena.h"

/* Which firings are counted. */
typedef enum mn_census {
    MN_CENSUS_EPOCH, /* training items of the last complete epoch, each with the weights of its
                        step */
    MN_CENSUS_RUN,   /* training items of the whole run */
    MN_CENSUS_TEST,  /* test items of all tasks met, with the weights of the last evaluation */
    MN_N_CENSUSES
} mn_census;
const char *mn_census_name(mn_census c);

/* A unit is greedy when its share of all firing is at least so many times the mean share, and
 * polysemantic when its entropy is at least that of so many equally frequent classes. */
enum { MN_GREEDY_TIMES = 10, MN_POLYSEMANTIC_CLASSES = 3 };

typedef struct mn_mixture {
    int n;
    uint64_t items;  /* looked at; 0 = none yet */
    int64_t step;    /* of the weights, or of the window's end */
    uint32_t *fired; /* (n): items for which the unit fired */
    float *entropy;  /* (n): of their classes; NAN for a unit that never fired */
    float *share;    /* (n): of all firings; sums to 1 unless nothing fired */
    int *top;        /* (n): the most frequent class, or -1 */
    double weighted; /* mean weighted entropy: sum of share * entropy; NAN without firings */
    int never, greedy, polysemantic; /* units */
} mn_mixture;

void mn_mixture_layout(mn_mixture *m, int n, mn_arena *a); /* runs twice */
/* From counts by class (n, n_classes). */
void mn_mixture_measure(mn_mixture *m, const uint32_t *by_class, int n_classes, uint64_t items,
                        int64_t step);
void mn_mixture_copy(mn_mixture *to, const mn_mixture *from); /* both laid out for the same n */
bool mn_mixture_greedy(const mn_mixture *m, int unit);
bool mn_mixture_polysemantic(const mn_mixture *m, int unit);

/* Figure 22: units by log10 of how often they fired; bin b of MN_COUNT_BINS covers b * width ..
 * (b + 1) * width, width = MN_COUNT_DECADES / MN_COUNT_BINS, the last one what lies beyond.
 * Returns the units that never fired. */
enum { MN_COUNT_BINS = 49 };
#define MN_COUNT_DECADES 7.1
int mn_mixture_histogram(const uint32_t *fired, int n, uint32_t bins[MN_COUNT_BINS]);

#endif
