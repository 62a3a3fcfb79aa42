/* file.h: reading whole files, and writing them so that nothing is lost.
 *
 * Writing is temporary file in the same folder + fsync + rename (+ fsync of the folder): after
 * a crash there is the old file or the new one, never half of one. Any thread.
 */
#ifndef MNEMOSCOPE_FILE_H
#define MNEMOSCOPE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "mnemoscope/status.h"

/* The whole file, at most `limit` bytes, with a NUL behind it that *size does not count. The
 * caller frees. */
MN_MUST_CHECK mn_status mn_file_read(const char *path, size_t limit, char **out, size_t *size,
                                     mn_err *err);

/* A write in progress: open, add any number of times, then commit; discard is for giving up
 * instead. */
typedef struct mn_file_write mn_file_write;
MN_MUST_CHECK mn_status mn_file_begin(mn_file_write **out, const char *path, mn_err *err);
MN_MUST_CHECK mn_status mn_file_add(mn_file_write *w, const void *bytes, size_t n, mn_err *err);
/* With `replace` false an existing file is an MN_EIO failure and stays as it is. Ends the write
 * either way. */
MN_MUST_CHECK mn_status mn_file_commit(mn_file_write *w, bool replace, mn_err *err);
void mn_file_discard(mn_file_write *w);

/* begin + add + commit. */
MN_MUST_CHECK mn_status mn_file_replace(const char *path, const void *bytes, size_t n,
                                        bool replace, mn_err *err);

/* A name that does not exist yet: "wall.png", then "wall-0001.png", ... Returns out, or NULL
 * when 9999 are taken. */
char *mn_file_unused(const char *path, char *out, size_t size);
bool mn_file_exists(const char *path);

#endif
