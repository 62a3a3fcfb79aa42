/* idx_set.h: a dataset in the four IDX files of MNIST: finding the folder, reading it.
 *
 * Looked at, in this order, the first folder with any of the files wins: with data-dir its
 * subfolders of the set's name, then itself, and nothing else; without, the same of
 * $MNEMOSCOPE_DATA, then mnemoscope/NAME and datasets/NAME in the XDG data folders
 * ($XDG_DATA_HOME, $XDG_DATA_DIRS) and /usr/share. Subfolders come first because the sets
 * differ in nothing but their folder. Private to src/data.
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
