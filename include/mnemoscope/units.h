/* units.h: what is known about every unit: how often it fires, since when it is silent, what it
 * stores.
 *
 * Counts are of items. Windows: this batch, this epoch, this task, the whole run. Owned by the
 * session, copied into snapshots. Pure apart from the struct itself.
 */
#ifndef MNEMOSCOPE_UNITS_H
#define MNEMOSCOPE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/arena.h"
#include "mnemoscope/model.h"

typedef enum mn_window { MN_BATCH, MN_EPOCH, MN_TASK, MN_RUN, MN_N_WINDOWS } mn_window;
const char *mn_window_name(mn_window w);

/* Three measures of feature against prototype, each 0 (feature) to 1 (prototype); see
 * prototype.h. */
typedef enum mn_index {
    MN_WINNER_SHARE,
    MN_CLASS_MATCH,
    MN_LABEL_PURITY,
    MN_N_INDICES
} mn_index;

typedef struct mn_units {
    int n;
    uint32_t *fired[MN_N_WINDOWS]; /* (n): items for which the unit fired; the batch and epoch
                                      windows are the last complete ones */
    uint64_t items[MN_N_WINDOWS];  /* items seen in the window */
    int64_t *last_fired;           /* (n): step, or -1 = never */
    float *share;                  /* (n): mean share of the field over the last probe */
    float *norm;                   /* (n): Euclidean norm of the visible part */
    int *label;                    /* (n): class with the largest class weight, or -1 */
    float *index[MN_N_INDICES];    /* (n): NAN = undefined */
} mn_units;

void mn_units_layout(mn_units *u, int n, mn_arena *a); /* runs twice, as all layouts */
/* A unit is dead when it has not fired for a whole epoch's worth of items, weak when it fired
 * for less than a tenth of its fair share of them; window MN_EPOCH. With no complete epoch yet
 * nobody is dead. */
bool mn_units_dead(const mn_units *u, int unit);
bool mn_units_weak(const mn_units *u, int unit);
int mn_units_count_dead(const mn_units *u);
int mn_units_count_weak(const mn_units *u);
/* log10 histogram of fired/items in a window: bin b covers [lo + b*width, ...); returns units
 * that never fired. */
int mn_units_histogram(const mn_units *u, mn_window w, double lo, double width, int n_bins,
                       uint32_t *bins);

/* Orders for walls and lists. Ties by unit number, so an order is a pure function of the
 * numbers. */
typedef enum mn_order {
    MN_BY_NUMBER,
    MN_BY_WINS,
    MN_BY_LABEL,
    MN_BY_INDEX,
    MN_BY_NORM,
    MN_BY_AGE,
    MN_N_ORDERS
} mn_order;
const char *mn_order_name(mn_order o);
void mn_units_rank(const mn_units *u, mn_order o, mn_index index, uint32_t *out);

#endif
