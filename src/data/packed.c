#include "packed.h"

#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"

enum { DEFLATE_RATIO_MAX = 1032, CHUNK_MIN = 1 << 16 };

mn_status mn_packed_open(mn_packed *p, const void *bytes, size_t n, const char *name,
                         mn_err *err)
{
    if (n > MN_PACKED_FILE_MAX)
        return mn_fail(err, MN_EFORMAT, "'%s' is too large: %zu bytes, at most %d wanted", name,
                       n, MN_PACKED_FILE_MAX);
    *p = (mn_packed){.bytes = bytes, .n = n};
    p->gzip = n >= 2 && p->bytes[0] == 0x1f && p->bytes[1] == 0x8b;
    if (!p->gzip)
        return MN_OK;
    p->z.next_in = p->bytes;
    p->z.avail_in = (uInt)n;
    if (inflateInit2(&p->z, 16 + MAX_WBITS) != Z_OK) /* 16: gzip, with its checksum */
        return mn_fail(err, MN_ENOMEM, "cannot unpack '%s': no memory for it", name);
    return MN_OK;
}

void mn_packed_close(mn_packed *p)
{
    if (p->gzip)
        inflateEnd(&p->z);
}

static size_t inflate_some(mn_packed *p, uint8_t *out, size_t n)
{
    p->z.next_out = out;
    p->z.avail_out = (uInt)n;
    while (p->z.avail_out && !p->error) {
        int code = inflate(&p->z, Z_NO_FLUSH);
        if (code == Z_STREAM_END && p->z.avail_in == 0)
            break;
        if (code == Z_STREAM_END)
            code = inflateReset(&p->z);
        if (code == Z_BUF_ERROR)
            p->error = "it ends in the middle";
        else if (code != Z_OK)
            p->error = p->z.msg ? p->z.msg : "it is damaged";
    }
    return n - p->z.avail_out;
}

size_t mn_packed_take(mn_packed *p, uint8_t *out, size_t n)
{
    if (p->gzip)
        return inflate_some(p, out, n);
    size_t m = n < p->n ? n : p->n;
    memcpy(out, p->bytes, m);
    p->bytes += m;
    p->n -= m;
    return m;
}

size_t mn_packed_most(const mn_packed *p)
{
    return p->gzip ? (p->n + 1) * DEFLATE_RATIO_MAX : p->n;
}

/* Everything that comes, into a block that grows up to limit + 1 bytes: one more than may be
 * there shows that there are more, and lets zlib check the sum at the end. */
static mn_status take_all(mn_packed *p, const char *path, size_t limit, uint8_t **out,
                          size_t *n, mn_err *err)
{
    size_t room = limit + 1, most = mn_packed_most(p), size = 0, got = 0;
    uint8_t *bytes = NULL;
    if (most < limit)
        room = most + 1;
    do {
        size_t wanted = size ? 2 * size : p->gzip ? CHUNK_MIN : room;
        size = wanted < room ? wanted : room;
        uint8_t *more = realloc(bytes, size);
        if (!more) {
            free(bytes);
            return mn_fail(err, MN_ENOMEM, "cannot allocate the %zu bytes of '%s'", size, path);
        }
        bytes = more;
        got += mn_packed_take(p, bytes + got, size - got);
    } while (got == size && got < room);
    if (!p->error && got <= limit) {
        *out = bytes;
        *n = got;
        return MN_OK;
    }
    free(bytes);
    if (p->error)
        return mn_fail(err, MN_EFORMAT, "cannot unpack '%s': %s", path, p->error);
    return mn_fail(err, MN_EFORMAT, "'%s' holds more than the %zu bytes it may hold", path,
                   limit);
}

mn_status mn_packed_read(const char *path, size_t limit, uint8_t **out, size_t *n, mn_err *err)
{
    char *bytes = NULL;
    size_t size = 0;
    mn_packed p = {0};
    mn_status s = mn_file_read(path, MN_PACKED_FILE_MAX, &bytes, &size, err);
    if (s == MN_OK && (s = mn_packed_open(&p, bytes, size, path, err)) == MN_OK)
        s = take_all(&p, path, limit, out, n, err);
    mn_packed_close(&p);
    free(bytes);
    return s;
}
