/* dossier.h: what one unit answers to among the training items: for the unit inspector.
 *
 * Looked up in a sample of the training items of all tasks met; says how many that are. What
 * drives a unit is the cosine as it is (the activation of a sparse distributed memory's
 * neuron). What is nearest is looked for after the mean of all items, each of length 1, has
 * been taken from items and weights: what is left is what tells items apart, and not ink as
 * such.
 */
#ifndef MNEMOSCOPE_DOSSIER_H
#define MNEMOSCOPE_DOSSIER_H

#include <stdint.h>

enum { MN_TOP_ITEMS = 6 };
typedef struct mn_dossier {
    int unit;                      /* -1: none was made */
    int n_sampled;                 /* items that were looked through */
    int64_t step;                  /* of the weights */
    int n_top;                     /* the items that drive the unit most, first first */
    float top_drive[MN_TOP_ITEMS]; /* cosine of item and weights */
    int top_label[MN_TOP_ITEMS], top_task[MN_TOP_ITEMS];
    int nearest_label, nearest_task; /* the item nearest to the weights; -1 = none */
    float nearest_distance;          /* Euclidean, both centred and then of length 1 */
} mn_dossier;

#endif
