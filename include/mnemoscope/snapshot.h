/* snapshot.h: everything a view may show, as one flat value at one step.
 *
 * Filled by the trainer's thread, immutable once published; a reader holds it until it fetches
 * the next. Arrays belong to the snapshot and grow only while the writer owns it. Tile pixels
 * are there only for the units of the viewport. Undefined numbers are NAN.
 */
#ifndef MNEMOSCOPE_SNAPSHOT_H
#define MNEMOSCOPE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/coroner.h"
#include "mnemoscope/dossier.h"
#include "mnemoscope/dream.h"
#include "mnemoscope/map.h"
#include "mnemoscope/metrics.h"
#include "mnemoscope/mixture.h"
#include "mnemoscope/portrait.h"
#include "mnemoscope/prototype.h"
#include "mnemoscope/recollection.h"
#include "mnemoscope/strategy.h"
#include "mnemoscope/units.h"

enum {
    MN_TASKS_MAX = 32,
    MN_CLASSES_MAX = 128,
    MN_EVENTS_MAX = 128,
    MN_HISTORY_MAX = 512,
    MN_STRIP_BINS = 16,
    MN_GALLERY_MAX = 24,
    MN_CLASS_NAME_MAX = 16
};

/* Items of a task as a model that gives items back is asked about them. */
typedef enum mn_rarity { MN_REGULAR, MN_EXCEPTIONAL, MN_N_RARITIES } mn_rarity;
enum { MN_N_QUANTILES = 3, MN_SIGNAL_BINS = 24, MN_RETURNED_MAX = 12 };
/* The three pictures of an item that was given back. */
typedef enum mn_side { MN_SIDE_ITEM, MN_SIDE_CUE, MN_SIDE_RETRIEVED, MN_N_SIDES } mn_side;

/* An item that was given back at the last look. */
typedef struct mn_returned {
    mn_rarity kind;
    uint32_t item; /* of the task's training items */
    int label;
    float signal[MN_N_SIGNALS]; /* more of it: more of an exception */
} mn_returned;

/* How a signal is distributed over the training items as it was last for each. */
typedef struct mn_spread {
    float lo, hi;                                 /* least and most of all items seen */
    uint32_t n[MN_N_RARITIES];                    /* items seen */
    uint32_t bins[MN_N_RARITIES][MN_SIGNAL_BINS]; /* from lo to hi */
} mn_spread;

/* One moment of the history; kept at even spacing, thinned when there are too many. */
typedef struct mn_moment {
    int64_t step;
    double loss;                /* training loss per item, mean since the last moment */
    double score[MN_TASKS_MAX]; /* probe accuracy per task */
    double f1[MN_TASKS_MAX];
    double index_mean; /* mean prototype index (the one chosen) */
    float strip[MN_N_INDICES]
               [MN_STRIP_BINS]; /* share of units in each bin of the prototype index */
    int dead;
    float gauge[MN_GAUGES_MAX];       /* as the model names them */
    float entropy;                    /* mean weighted entropy of the last epoch, nats */
    float moved_silent, moved_firing; /* mean length of an optimiser's update of one unit's
                                         weights in the step looked at: units that fired for
                                         no item of the batch, and the others (figure 16) */
    float returned[MN_N_RARITIES]; /* mean loss of an item given back (equation 2), by kind */
    float signal[MN_N_SIGNALS][MN_N_RARITIES]
                [MN_N_QUANTILES]; /* tenth, median and ninetieth percentile over the items */
} mn_moment;

typedef struct mn_event {
    int64_t step;
    bool intervention; /* false: epoch and task marks made by the run itself */
    char text[56];     /* "vertex 2 -> 20" */
} mn_event;

/* Whose eyes pixels are shown through, where it is not a task's number. */
enum {
    MN_LENS_AUTO = -1, /* the task at hand; in a snapshot, it has become a number, or OFF */
    MN_LENS_OFF = -2   /* as they are stored */
};

/* What the screen asked for with `viewport`. */
typedef struct mn_viewport {
    mn_order order;
    mn_index index;
    uint32_t first, count; /* of the order */
    int cursor;            /* a unit whose tile is always there too, or -1 */
    int lens;              /* show pixels as task `lens` places them, or MN_LENS_... */
    bool inspect;          /* a dossier of the cursor's unit is wanted */
} mn_viewport;

typedef enum mn_state { MN_PAUSED, MN_RUNNING, MN_FINISHED, MN_FAILED } mn_state;

typedef struct mn_snapshot {
    /* who and where */
    char model[32], title[64], unit_noun[16], preset[32], data[64], stream[32], strategy[32],
        task_text[64];
    char optimiser[32]; /* "adam"; "" for a model that learns by a rule of its own */
    char headline[96];  /* the model's live parameters: "n 20  T 0.3  m 2" */
    bool recalls;       /* the model relaxes states, so it can dream */
    int n_tasks, task, n_classes, n_units;
    int width, height, channels, n_extra;
    uint64_t seed, digest;
    int64_t digest_step; /* the digest is of this step; older than `step` while running */
    int64_t step;
    double epoch; /* of this task, with fraction */
    int64_t step_per_epoch;
    double rate, loss, steps_per_second, items_per_second;
    double progress; /* 0..1 of the planned run; NAN when it has no end */
    mn_state state;
    double pace; /* steps a second asked for; 0 = as fast as it goes */
    /* message from the last command or failure; `message_id` grows with every new one */
    char message[504];
    bool message_bad;
    bool message_undoes; /* it tells of an intervention that `undo` takes back */
    uint64_t message_id;
    /* scores */
    mn_score now[MN_TASKS_MAX]; /* latest probe, per task */
    int64_t probe_step;         /* when it was made; -1 = never */
    int n_trained;
    double R[MN_TASKS_MAX * MN_TASKS_MAX],
        R_f1[MN_TASKS_MAX * MN_TASKS_MAX]; /* (n_tasks, n_tasks), full test sets */
    size_t R_items[MN_TASKS_MAX];          /* test items of each task behind R */
    double untrained[MN_TASKS_MAX];
    mn_summary summary; /* of accuracies */
    double forgetting[MN_TASKS_MAX];
    /* units: everything for all units, pixels for those in view */
    mn_units units;
    double index_mean[MN_N_INDICES];
    mn_viewport viewport;
    uint32_t *order; /* (n_units) the viewport's order */
    int n_tiles;
    uint32_t *tile_unit;              /* (n_tiles) */
    float *tile_pixels;               /* (n_tiles, width*height*channels) */
    float *tile_extra, *tile_classes; /* (n_tiles, n_extra), (n_tiles, n_classes) */
    float tile_limit;                 /* largest |weight| of the visible parts of all units */
    /* history */
    int n_moments, n_events;
    mn_moment *moments; /* MN_HISTORY_MAX */
    mn_event *events;   /* MN_EVENTS_MAX, oldest dropped */
    /* dreams */
    mn_dream_record dream; /* n_states 0 = none yet */
    int dream_lens;        /* its pixels are as this task places them, or -1 */
    mn_recollection recall; /* of the states above, when they are those of a cue */
    float *recall_items; /* (MN_RECALL_ITEMS, n_visible), pixels as their own task places them */
    mn_dream_tally dreamt; /* all dreams in the buffer's lifetime */
    size_t by_class[MN_CLASSES_MAX], by_task[MN_TASKS_MAX + 1];
    int n_gallery;
    float *gallery; /* (MN_GALLERY_MAX, n_visible) latest attractors, newest first, pixels as
                       their own task places them */
    mn_verdict gallery_verdict[MN_GALLERY_MAX];
    int gallery_class[MN_GALLERY_MAX]; /* class on, or -1 */
    bool dreams_are_used;              /* the strategy trains on them, */
    bool answers_are_used;             /* or, instead, on answers to probes: not counted */
    /* the strategy's buffer: real items it keeps, or dreams */
    size_t buffer_items, buffer_replayed; /* held; joining an epoch */
    bool buffer_replays;                  /* trained on; false: only gradients constrain */
    size_t buffer_by_task[MN_TASKS_MAX];  /* by the task after which they were stored */
    size_t buffer_by_class[MN_CLASSES_MAX + 1]; /* exactly that class on; [n_classes]: none or
                                                   several */
    int n_kept;  /* some of them, evenly spaced over the buffer, oldest first */
    float *kept; /* (MN_GALLERY_MAX, n_visible), pixels as their own task places them */
    float item_lo, item_hi;         /* what the model takes for black and white */
    int kept_task[MN_GALLERY_MAX],  /* the one whose places they are in */
        kept_class[MN_GALLERY_MAX]; /* or -1 */
    /* what the strategy protects: importance of weights, as of the last task's end */
    bool has_importance;      /* the strategy measures one; importance_terms 0: not yet */
    char importance_name[32]; /* "Fisher information" */
    int importance_terms;     /* tasks behind it */
    double strength;
    float *tile_importance;    /* (n_tiles, n_visible), places as tile_pixels */
    float importance_limit;    /* largest of the visible parts of all units */
    float *unit_importance;    /* (n_units) sums; over all units 1 */
    double importance_gini;    /* 0 all weights alike .. 1 all in one weight */
    double importance_share90; /* least share of weights that hold 90 % */
    bool has_constraints;
    mn_constraints constraints;
    /* mixtures of classes, and how often units fired */
    mn_mixture mixture[MN_N_CENSUSES];
    uint32_t
        *tile_firings[MN_N_CENSUSES]; /* (n_tiles, n_classes): firings of the units in view */
    uint32_t counts[MN_TASKS_MAX + 1][MN_COUNT_BINS]; /* by task; [n_tasks]: the whole run */
    int never[MN_TASKS_MAX + 1];                      /* units that fired for none of it */
    uint8_t *cause;          /* (n_units): mn_cause, as of the last epoch's end */
    int causes[MN_N_CAUSES]; /* units */
    mn_autopsy autopsy;      /* of the cursor's unit, when it is dead */
    float *last_items; /* (MN_LAST_ITEMS, n_visible), pixels as their own task places them */
    /* what the model's dynamics stand at, and what it shows of itself */
    int n_gauges;
    char gauge_name[MN_GAUGES_MAX][16], gauge_about[MN_GAUGES_MAX][64];
    double gauge[MN_GAUGES_MAX];
    bool has_portrait;
    mn_portrait portrait;
    /* the inspected unit among the training items */
    mn_dossier dossier;
    float *top_items;    /* (MN_TOP_ITEMS, n_visible), pixels as their own task places them */
    float *nearest_item; /* (n_visible) */
    mn_map map;
    /* what came of giving back training items of the task at hand */
    bool gives_back; /* the model is of that kind */
    double
        returned[MN_N_RARITIES]; /* mean loss of an item at the last look; NAN = none of them */
    size_t n_of_kind[MN_N_RARITIES]; /* training items */
    mn_signal signal;                /* the strategy's, */
    bool signal_is_used;             /* if it has any use for it */
    double gamma;
    mn_spread spread[MN_N_SIGNALS];
    int n_shown; /* exceptions first */
    mn_returned shown[MN_RETURNED_MAX];
    float *shown_pixels; /* (MN_RETURNED_MAX, MN_N_SIDES, n_visible), places as their task has
                            them for a person, in the model's range */
    char class_name[MN_CLASSES_MAX][MN_CLASS_NAME_MAX]; /* "7", "sandal" */
    int n_undo, n_redo;
    /* storage behind the pointers; the session's alone */
    void *store;
    size_t store_size;
} mn_snapshot;

mn_snapshot *mn_snapshot_create(void);
void mn_snapshot_destroy(mn_snapshot *s);
/* The tile of a unit in this snapshot, or -1. */
int mn_snapshot_tile(const mn_snapshot *s, uint32_t unit);

#endif
