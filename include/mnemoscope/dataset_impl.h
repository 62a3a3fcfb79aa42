/* dataset_impl.h: what one file in src/data that loads a dataset fills in. Included by dataset
 * files only.
 *
 * A loader sets shape's width, height, channels, n_classes and bytes, then reserves each split
 * and fills its rows and labels with all the items there are. Choosing a subset and checking
 * `classes` and `levels` against the outcome are the framework's.
 */
#ifndef MNEMOSCOPE_DATASET_IMPL_H
#define MNEMOSCOPE_DATASET_IMPL_H

#include "mnemoscope/dataset.h"
#include "mnemoscope/text.h"

enum { MN_CLASS_TEXT = 32 };

struct mn_dataset {
    const mn_dataset_ops *ops;
    mn_data_shape shape;
    mn_levels levels;
    int n_inputs;                       /* width * height * channels */
    uint8_t *bytes[MN_N_SPLITS];        /* (n, n_inputs) when shape.bytes, else NULL */
    float *floats[MN_N_SPLITS];         /* (n, n_inputs) when not */
    int *labels[MN_N_SPLITS];           /* (n): 0 .. n_classes-1 */
    char (*class_names)[MN_CLASS_TEXT]; /* (n_classes) */
    mn_text skipped;                    /* a line for every file left out */
};

/* Room for n items of the shape set so far; sets shape.n. */
MN_MUST_CHECK mn_status mn_dataset_reserve(mn_dataset *d, mn_split split, size_t n,
                                           mn_err *err);
/* Names the classes, n_classes being set: as in `names`, or by number if it is NULL. Classes
 * that a loader leaves without names are numbered. */
MN_MUST_CHECK mn_status mn_dataset_name_classes(mn_dataset *d, const char *const *names,
                                                mn_err *err);

#endif
