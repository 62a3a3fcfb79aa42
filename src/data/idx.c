#include "idx.h"

#include <stdlib.h>

#include "mnemoscope/file.h"
#include "packed.h"

enum { DATA_MAX = 1 << 30 };

static uint32_t big_endian(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static mn_status cut_off(const mn_packed *s, const char *name, size_t found, size_t wanted,
                         mn_err *err)
{
    if (s->error)
        return mn_fail(err, MN_EFORMAT, "cannot unpack '%s': %s", name, s->error);
    return mn_fail(err, MN_EFORMAT, "'%s' is cut off: %zu bytes found, %zu wanted", name, found,
                   wanted);
}

static const char *kind(int n_dims)
{
    return n_dims == MN_IDX_IMAGES ? "images" : "labels";
}

static mn_status read_magic(mn_packed *s, const char *name, int n_dims, mn_err *err)
{
    uint8_t b[4];
    size_t got = mn_packed_take(s, b, sizeof b);
    if (got < sizeof b)
        return cut_off(s, name, got, sizeof b, err);
    uint32_t magic = big_endian(b), wanted = 0x800u + (uint32_t)n_dims;
    int other = n_dims == MN_IDX_IMAGES ? MN_IDX_LABELS : MN_IDX_IMAGES;
    if (magic == wanted)
        return MN_OK;
    if (magic == 0x800u + (uint32_t)other)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' is mislabelled: it holds %s (magic number 0x%08x), %s were "
                       "wanted (0x%08x)",
                       name, kind(other), magic, kind(n_dims), wanted);
    return mn_fail(err, MN_EFORMAT,
                   "'%s' is no IDX file of %s: its magic number is 0x%08x, 0x%08x wanted", name,
                   kind(n_dims), magic, wanted);
}

static mn_status read_sizes(mn_packed *s, mn_idx *x, const char *name, int n_dims, mn_err *err)
{
    uint8_t b[4 * MN_IDX_IMAGES];
    size_t n = 4 * (size_t)n_dims, got = mn_packed_take(s, b, n);
    if (got < n)
        return cut_off(s, name, 4 + got, 4 + n, err);
    x->n = 1;
    for (int i = 0; i < n_dims; i++) {
        x->dims[i] = big_endian(b + 4 * i);
        if (x->dims[i] == 0 || __builtin_mul_overflow(x->n, x->dims[i], &x->n) ||
            x->n > DATA_MAX)
            return mn_fail(err, MN_EFORMAT,
                           "size %d of '%s' is %zu: every size must be positive and all "
                           "together at most %d bytes",
                           i + 1, name, x->dims[i], DATA_MAX);
    }
    return MN_OK;
}

/* Refuses a promise the file is too short for before memory is asked for it. */
static mn_status check_room(const mn_packed *s, const mn_idx *x, const char *name, mn_err *err)
{
    if (x->n <= mn_packed_most(s))
        return MN_OK;
    if (!s->gzip)
        return cut_off(s, name, s->n, x->n, err);
    return mn_fail(err, MN_EFORMAT, "'%s' is cut off: it promises %zu bytes of data", name,
                   x->n);
}

static mn_status read_data(mn_packed *s, mn_idx *x, const char *name, mn_err *err)
{
    uint8_t more;
    x->data = malloc(x->n);
    if (!x->data)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the %zu bytes of '%s'", x->n, name);
    size_t got = mn_packed_take(s, x->data, x->n);
    if (got < x->n)
        return cut_off(s, name, got, x->n, err);
    /* The last call of inflate also checks the sum at the end of the file. */
    if (mn_packed_take(s, &more, 1))
        return mn_fail(err, MN_EFORMAT, "'%s' has bytes behind its %zu bytes of data", name,
                       x->n);
    if (s->error)
        return mn_fail(err, MN_EFORMAT, "cannot unpack '%s': %s", name, s->error);
    return MN_OK;
}

mn_status mn_idx_parse(mn_idx *out, const void *bytes, size_t n, const char *name, int n_dims,
                       mn_err *err)
{
    mn_packed source = {0};
    mn_idx x = {0};
    mn_status s = mn_packed_open(&source, bytes, n, name, err);
    if (s == MN_OK)
        s = read_magic(&source, name, n_dims, err);
    if (s == MN_OK)
        s = read_sizes(&source, &x, name, n_dims, err);
    if (s == MN_OK)
        s = check_room(&source, &x, name, err);
    if (s == MN_OK)
        s = read_data(&source, &x, name, err);
    mn_packed_close(&source);
    if (s == MN_OK)
        *out = x;
    else
        mn_idx_finish(&x);
    return s;
}

mn_status mn_idx_read(mn_idx *out, const char *path, int n_dims, mn_err *err)
{
    char *bytes = NULL;
    size_t n = 0;
    mn_status s = mn_file_read(path, MN_PACKED_FILE_MAX, &bytes, &n, err);
    if (s == MN_OK)
        s = mn_idx_parse(out, bytes, n, path, n_dims, err);
    free(bytes);
    return s;
}

void mn_idx_finish(mn_idx *x)
{
    free(x->data);
    *x = (mn_idx){0};
}
