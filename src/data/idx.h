/* idx.h: the IDX files of MNIST and its relatives, plain or gzip: bytes with one or more sizes.
 *
 * A magic number (0x0801: labels, one dimension; 0x0803: images, three), big-endian sizes, then
 * exactly that many bytes. An mn_idx owns its data. Private to src/data; any thread.
 */
#ifndef MNEMOSCOPE_IDX_H
#define MNEMOSCOPE_IDX_H

#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/status.h"

enum { MN_IDX_LABELS = 1, MN_IDX_IMAGES = 3 }; /* how many dimensions */

typedef struct mn_idx {
    size_t dims[MN_IDX_IMAGES];
    size_t n; /* bytes: the product of dims */
    uint8_t *data;
} mn_idx;

/* `n_dims` is MN_IDX_LABELS or MN_IDX_IMAGES; a file of the other kind is refused by name. */
MN_MUST_CHECK mn_status mn_idx_read(mn_idx *out, const char *path, int n_dims, mn_err *err);
/* The same from bytes in memory; `name` stands for the file in messages. */
MN_MUST_CHECK mn_status mn_idx_parse(mn_idx *out, const void *bytes, size_t n, const char *name,
                                     int n_dims, mn_err *err);
void mn_idx_finish(mn_idx *x);

#endif
