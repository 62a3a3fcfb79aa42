/* recollection.h: what a memory made of one cue, beside the states it went through (dream.h).
 *
 * For looking alone: nothing of it is trained on or kept in checkpoints. Items are looked for
 * in a sample of the training items of all tasks met. The overlap of a state and an item is the
 * mean product of their pixels as +-1 (1: the same, 0: no relation, -1: the inverse), and their
 * cosine in a model whose states are not +-1. Flat; the trainer's thread.
 */
#ifndef MNEMOSCOPE_RECOLLECTION_H
#define MNEMOSCOPE_RECOLLECTION_H

#include <stdbool.h>
#include <stdint.h>

enum {
    MN_RECALL_ITEMS = 6,
    MN_RECALL_UNITS = 6,
    MN_BASIN_POINTS = 11, /* 0, 5 .. 50 % of the pixels flipped */
    MN_BASIN_STEP = 5
};

/* Shares of the items of a basin measurement, by how much of the cue was flipped. */
typedef struct mn_basin {
    int n_items; /* 0: not measured */
    int64_t step;
    double recalled[MN_BASIN_POINTS]; /* ended within 2 % of the item's pixels */
    double returned[MN_BASIN_POINTS]; /* and of where the undamaged item itself ends */
} mn_basin;

typedef struct mn_recollection {
    bool there;          /* there is a cue; the states are its */
    bool held;           /* goes on step by step */
    int noise, occluded; /* percent of its pixels flipped; of its rows hidden */
    int n_sample;        /* items looked through */
    int n_items;         /* of those, nearest to the last state first: */
    int label[MN_RECALL_ITEMS], task[MN_RECALL_ITEMS];
    double overlap[MN_RECALL_ITEMS];
    int n_units; /* that carry most of the last state's field: */
    int unit[MN_RECALL_UNITS];
    double share[MN_RECALL_UNITS];
    mn_basin basin;
} mn_recollection;

#endif
