/* idx_set.h: a dataset in the four IDX files of MNIST, wherever they are (whereabouts.h).
 * Private to src/data.
 */
#ifndef MNEMOSCOPE_IDX_SET_H
#define MNEMOSCOPE_IDX_SET_H

#include "mnemoscope/dataset.h"

typedef struct mn_idx_set {
    const char *name;
    const char *const *folders; /* names of subfolders, the commonest first; NULL-terminated */
    const char *source;         /* where to get it, for the message when it is missing */
} mn_idx_set;

MN_MUST_CHECK mn_status mn_idx_set_load(const mn_idx_set *set, mn_dataset *d,
                                        const mn_data_cfg *cfg, mn_err *err);

#endif
