/* cifar_set.h: CIFAR-10 and CIFAR-100 in their binary version.
 *
 * A file is records and nothing else: the labels, a byte each, then 32 x 32 pixels, all red
 * ones first, then green, then blue. Files may hold fewer records than the original's, or more.
 * Private to src/data.
 */
#ifndef MNEMOSCOPE_CIFAR_SET_H
#define MNEMOSCOPE_CIFAR_SET_H

#include "whereabouts.h"

enum { MN_CIFAR_FILES_MAX = 8 };

typedef struct mn_cifar_set {
    mn_whereabouts where; /* its files: those of training, then the one of the test */
    int n_labels;         /* bytes before the pixels */
    int label;            /* which of them is the class */
    int n_classes;
} mn_cifar_set;

MN_MUST_CHECK mn_status mn_cifar_set_load(const mn_cifar_set *set, mn_dataset *d,
                                          const mn_data_cfg *cfg, mn_err *err);

#endif
