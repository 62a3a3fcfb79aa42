/* whereabouts.h: where the files of a dataset are: finding their folder.
 *
 * Looked at, in this order, the first folder with any of the files wins: with data-dir its
 * subfolders of the set's name, then itself, and nothing else; without, the same of
 * $MNEMOSCOPE_DATA, then mnemoscope/NAME and datasets/NAME in the XDG data folders
 * ($XDG_DATA_HOME, $XDG_DATA_DIRS) and /usr/share. Subfolders come first because sets may
 * differ in nothing but their folder. Private to src/data.
 */
#ifndef MNEMOSCOPE_WHEREABOUTS_H
#define MNEMOSCOPE_WHEREABOUTS_H

#include "mnemoscope/dataset.h"

typedef struct mn_whereabouts {
    const char *name;           /* of the set */
    const char *const *folders; /* names of subfolders, the commonest first; NULL-terminated */
    const char *const *files; /* any of them, plain or .gz, shows the folder; NULL-terminated */
    const char *source;       /* where to get it, for the message when it is missing */
} mn_whereabouts;

/* The folder into out (size). */
MN_MUST_CHECK mn_status mn_whereabouts_find(const mn_whereabouts *w, const mn_data_cfg *cfg,
                                            char *out, size_t size, mn_err *err);
/* The path of a file in `folder`, plain or with ".gz", whichever is there; false when none is.
 */
bool mn_whereabouts_file(const char *folder, const char *file, char *path, size_t size);

#endif
