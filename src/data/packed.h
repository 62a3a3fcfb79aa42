/* packed.h: the bytes of a file in order, inflated on the way when it is gzip.
 *
 * A gzip file may have several members, one after the other. Borrows the file's bytes. Private
 * to src/data; any thread.
 */
#ifndef MNEMOSCOPE_PACKED_H
#define MNEMOSCOPE_PACKED_H

#define ZLIB_CONST /* next_in points at what is not ours to change */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "mnemoscope/status.h"

enum { MN_PACKED_FILE_MAX = 1 << 30 };

typedef struct mn_packed {
    const uint8_t *bytes;
    size_t n;
    bool gzip;
    z_stream z;
    const char *error; /* why no more came than did; NULL while nothing is wrong */
} mn_packed;

/* At most MN_PACKED_FILE_MAX bytes. `name` stands for the file in messages. */
MN_MUST_CHECK mn_status mn_packed_open(mn_packed *p, const void *bytes, size_t n,
                                       const char *name, mn_err *err);
void mn_packed_close(mn_packed *p);
/* Up to n bytes; fewer at the end of the file or at damage, which sets `error`. */
size_t mn_packed_take(mn_packed *p, uint8_t *out, size_t n);
/* Right after opening: no more bytes than this can come. */
size_t mn_packed_most(const mn_packed *p);

/* A whole file, at most `limit` bytes inflated. The caller frees. */
MN_MUST_CHECK mn_status mn_packed_read(const char *path, size_t limit, uint8_t **out, size_t *n,
                                       mn_err *err);

#endif
