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

/* Three measures of feature against prototype, each 0 (feature) to 1 (prototype), defined in
 * prototype.h. The first is the one to show unless asked. */
typedef enum mn_index {
    MN_WINNER_SHARE, /* how few units answer when this one does */
    MN_ITEM_MATCH,   /* how alike the items look that it answers */
    MN_LABEL_PURITY, /* how few classes the items are of that it answers */
    MN_N_INDICES
} mn_index;

enum { MN_LAST_ITEMS = 4 };

typedef struct mn_units {
    int n, n_classes;  /* n_classes 0: nothing is kept by class, nor of items */
    uint32_t *running; /* (n): the epoch under way, for mn_units_epoch */
    uint64_t running_items;
    uint32_t *fired[MN_N_WINDOWS]; /* (n): items for which the unit fired; the batch and epoch
                                      windows are the last complete ones */
    uint64_t items[MN_N_WINDOWS];  /* items seen in the window */
    int64_t epoch_step;            /* when MN_EPOCH ended, or -1 */
    int64_t *last_fired;           /* (n): step, or -1 = never */
    float *share;                  /* (n): mean share of the field over the last probe */
    float *norm;                   /* (n): Euclidean norm of the visible part */
    int *label;                    /* (n): class with the largest class weight, or -1 */
    float *index[MN_N_INDICES];    /* (n): NAN = undefined */
    /* (n, n_classes), or NULL: firings by the items' classes. Tallies add to the epoch under
     * way; the run is without it, so that a step has nothing to do for every class. */
    uint32_t *running_by_class, *epoch_by_class, *run_by_class;
    int *last_task, *last_item; /* (n, MN_LAST_ITEMS), or NULL: training items for which it
                                   fired last, the latest first; -1 = none */
} mn_units;

void mn_units_layout(mn_units *u, int n, int n_classes, mn_arena *a); /* runs twice */
/* Nothing has been seen yet: counts 0, last_fired and label -1, the rest NAN. After layout. */
void mn_units_reset(mn_units *u);
/* Both laid out for the same n; what is by class, and items, if both are for them too. */
void mn_units_copy(mn_units *to, const mn_units *from);
/* A training step on `items` items in which unit i fired for fired[i] of them. */
void mn_units_batch(mn_units *u, const uint32_t *fired, uint64_t items, int64_t step);
/* A unit has fired for a training item, the latest of those it is remembered by. */
void mn_units_item(mn_units *u, int unit, int task, int item);
/* An epoch is complete: it becomes the window MN_EPOCH. */
void mn_units_epoch(mn_units *u, int64_t step);
void mn_units_task(mn_units *u); /* a task begins: the window MN_TASK and the running epoch
                                    start  anew, MN_EPOCH stays */
/* A unit is dead when it has not fired for a whole epoch's worth of items, weak when it fired
 * for less than a tenth of its fair share of them; window MN_EPOCH. With no complete epoch yet
 * nobody is dead. */
bool mn_units_dead(const mn_units *u, int unit);
bool mn_units_weak(const mn_units *u, int unit);
int mn_units_count_dead(const mn_units *u);
int mn_units_count_weak(const mn_units *u);
/* log10 histogram of fired/items in a window: bin b covers [lo + b*width, lo + (b+1)*width),
 * the outermost bins take what lies beyond; returns the units that never fired, so that bins
 * and result add up to n. */
int mn_units_histogram(const mn_units *u, mn_window w, double lo, double width, int n_bins,
                       uint32_t *bins);

/* Orders for walls and lists. Ties by unit number, so an order is a pure function of the
 * numbers; undefined values and units without a label come last. */
typedef enum mn_order {
    MN_BY_NUMBER,
    MN_BY_WINS,  /* most first; in the last epoch, or the run before there is one */
    MN_BY_LABEL, /* smallest first */
    MN_BY_INDEX, /* prototypes first */
    MN_BY_NORM,  /* largest first */
    MN_BY_AGE,   /* longest silent first, units that never fired before all */
    MN_N_ORDERS
} mn_order;
const char *mn_order_name(mn_order o);
void mn_units_rank(const mn_units *u, mn_order o, mn_index index, uint32_t *out);

#endif
