#include "mnemoscope/safetensors.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dtype.h"
#include "mnemoscope/file.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "safetensors files are little-endian and are used in place");

enum { HEADER_MAX = 100000000 };
#define FILE_MAX (SIZE_MAX / 4)

/* An entry and where its bytes are, counted from the end of the header. */
struct span {
    mn_entry entry;
    size_t begin, end;
    void *copy; /* of data that the file does not align */
};

struct mn_tensors {
    char *name, *bytes; /* both owned */
    size_t size, data;  /* of the file; where its data begin */
    json_t *header;     /* keeps the names alive */
    struct span *spans; /* in the order of their data */
    size_t n;
};

static mn_status parse_header(mn_tensors *t, mn_err *err)
{
    uint64_t length = 0;
    if (t->size < MN_LENGTH_SIZE)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' is no safetensors file: %zu bytes found, at least 8 wanted",
                       t->name, t->size);
    memcpy(&length, t->bytes, MN_LENGTH_SIZE);
    if (length > HEADER_MAX)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' is no safetensors file: its header claims %llu bytes, at most %d "
                       "wanted",
                       t->name, (unsigned long long)length, HEADER_MAX);
    if (length > t->size - MN_LENGTH_SIZE)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' is cut off: a header of %llu bytes is promised, %zu are there",
                       t->name, (unsigned long long)length, t->size - MN_LENGTH_SIZE);
    t->data = MN_LENGTH_SIZE + (size_t)length;
    json_error_t error;
    t->header =
        json_loadb(t->bytes + MN_LENGTH_SIZE, (size_t)length, JSON_REJECT_DUPLICATES, &error);
    if (!t->header)
        return mn_fail(err, MN_EFORMAT, "cannot read the header of '%s': %s", t->name,
                       error.text);
    if (!json_is_object(t->header))
        return mn_fail(err, MN_EFORMAT,
                       "cannot read the header of '%s': a JSON object is wanted", t->name);
    return MN_OK;
}

static mn_status check_meta(const mn_tensors *t, mn_err *err)
{
    json_t *meta = json_object_get(t->header, MN_META_NAME), *value;
    const char *key;
    if (meta && !json_is_object(meta))
        return mn_fail(err, MN_EFORMAT, "metadata of '%s' is not an object", t->name);
    json_object_foreach(meta, key, value) if (!json_is_string(value)) return mn_fail(
        err, MN_EFORMAT, "metadata '%.60s' of '%s' is not a string", key, t->name);
    return MN_OK;
}

static bool get_size(const json_t *v, size_t *out)
{
    if (!json_is_integer(v) || json_integer_value(v) < 0)
        return false;
    *out = (size_t)json_integer_value(v);
    return true;
}

static mn_status read_dtype(const mn_tensors *t, const json_t *v, mn_entry *e, size_t *size,
                            mn_err *err)
{
    const char *name = json_string_value(json_object_get(v, "dtype"));
    const mn_dtype_row *d = name ? mn_dtype_find(name) : NULL;
    if (!d)
        return mn_fail(err, MN_EFORMAT, "'%.60s' in '%s' has the unknown dtype '%.20s'",
                       e->name, t->name, name ? name : "");
    e->dtype = d->dtype;
    strcpy(e->dtype_name, d->name);
    *size = d->size;
    return MN_OK;
}

static mn_status read_shape(const mn_tensors *t, const json_t *v, mn_entry *e, mn_err *err)
{
    const json_t *shape = json_object_get(v, "shape");
    size_t n_dims = json_array_size(shape);
    if (!json_is_array(shape) || n_dims > MN_DIMS_MAX)
        return mn_fail(err, MN_EFORMAT,
                       "shape of '%.60s' in '%s' is not a list of at most %d sizes", e->name,
                       t->name, MN_DIMS_MAX);
    e->n_dims = (int)n_dims;
    e->n = 1;
    for (size_t i = 0; i < n_dims; i++)
        if (!get_size(json_array_get(shape, i), &e->dims[i]) ||
            __builtin_mul_overflow(e->n, e->dims[i], &e->n))
            return mn_fail(err, MN_EFORMAT,
                           "shape of '%.60s' in '%s' is not a list of sizes that fit", e->name,
                           t->name);
    return MN_OK;
}

static mn_status read_offsets(const mn_tensors *t, const json_t *v, struct span *s, size_t size,
                              mn_err *err)
{
    const json_t *offsets = json_object_get(v, "data_offsets");
    const mn_entry *e = &s->entry;
    size_t room = t->size - t->data, wanted;
    if (json_array_size(offsets) != 2 || !get_size(json_array_get(offsets, 0), &s->begin) ||
        !get_size(json_array_get(offsets, 1), &s->end) || s->begin > s->end)
        return mn_fail(err, MN_EFORMAT,
                       "data_offsets of '%.60s' in '%s' are not a begin and an end", e->name,
                       t->name);
    if (s->end > room)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' is cut off: '%.60s' ends at byte %zu of the data, %zu are there",
                       t->name, e->name, s->end, room);
    if (__builtin_mul_overflow(e->n, size, &wanted) || wanted != s->end - s->begin)
        return mn_fail(err, MN_EFORMAT,
                       "'%.60s' in '%s' has %zu bytes, its shape wants %zu times %zu", e->name,
                       t->name, s->end - s->begin, e->n, size);
    return MN_OK;
}

static mn_status read_entry(const mn_tensors *t, const char *name, const json_t *v,
                            struct span *s, mn_err *err)
{
    size_t size = 0;
    s->entry.name = name;
    if (!json_is_object(v))
        return mn_fail(err, MN_EFORMAT, "'%.60s' in '%s' is not an object", name, t->name);
    mn_status status = read_dtype(t, v, &s->entry, &size, err);
    if (status == MN_OK)
        status = read_shape(t, v, &s->entry, err);
    if (status == MN_OK)
        status = read_offsets(t, v, s, size, err);
    return status;
}

static mn_status read_entries(mn_tensors *t, mn_err *err)
{
    const char *name;
    json_t *v;
    t->spans = calloc(json_object_size(t->header) + 1, sizeof *t->spans);
    if (!t->spans)
        return mn_fail(err, MN_ENOMEM, "cannot read '%s': no memory for its entries", t->name);
    json_object_foreach(t->header, name, v)
    {
        if (!strcmp(name, MN_META_NAME))
            continue;
        mn_status s = read_entry(t, name, v, &t->spans[t->n], err);
        if (s != MN_OK)
            return s;
        t->n++;
    }
    return MN_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    if (x->end != y->end)
        return x->end < y->end ? -1 : 1;
    return strcmp(x->entry.name, y->entry.name); /* empty entries may share a place */
}

/* Every byte of the data belongs to exactly one entry. */
static mn_status check_cover(mn_tensors *t, mn_err *err)
{
    size_t at = 0;
    qsort(t->spans, t->n, sizeof *t->spans, by_place);
    for (size_t i = 0; i < t->n; at = t->spans[i++].end)
        if (t->spans[i].begin != at)
            return mn_fail(err, MN_EFORMAT,
                           "'%.60s' in '%s' begins at byte %zu of the data, %s: %zu wanted",
                           t->spans[i].entry.name, t->name, t->spans[i].begin,
                           t->spans[i].begin < at ? "inside another entry" : "behind a hole",
                           at);
    if (at != t->size - t->data)
        return mn_fail(err, MN_EFORMAT, "'%s' has %zu bytes behind its last entry", t->name,
                       t->size - t->data - at);
    return MN_OK;
}

/* Points the entries at their data, through a copy where the file does not align them. */
static mn_status place_data(mn_tensors *t, mn_err *err)
{
    for (size_t i = 0; i < t->n; i++) {
        struct span *s = &t->spans[i];
        size_t at = t->data + s->begin, n = s->end - s->begin;
        s->entry.data = t->bytes + at;
        if (at % MN_ALIGNMENT == 0)
            continue;
        if (!(s->copy = malloc(n + 1)))
            return mn_fail(err, MN_ENOMEM, "cannot read '%s': no memory for '%.60s'", t->name,
                           s->entry.name);
        memcpy(s->copy, t->bytes + at, n);
        s->entry.data = s->copy;
    }
    return MN_OK;
}

/* Takes over `bytes`, also when it fails; they come from malloc, which aligns them. */
static mn_status adopt(mn_tensors **out, char *bytes, size_t n, const char *name, mn_err *err)
{
    mn_tensors *t = calloc(1, sizeof *t);
    char *copy = strdup(name);
    if (!t || !copy) {
        free(t);
        free(copy);
        free(bytes);
        return mn_fail(err, MN_ENOMEM, "cannot allocate a reader for '%s'", name);
    }
    *t = (mn_tensors){.name = copy, .bytes = bytes, .size = n};
    mn_status (*const steps[])(mn_tensors *, mn_err *) = {parse_header, read_entries,
                                                          check_cover, place_data};
    mn_status s = MN_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && s == MN_OK; i++)
        s = steps[i](t, err);
    if (s == MN_OK)
        s = check_meta(t, err);
    if (s != MN_OK) {
        mn_tensors_close(t);
        return s;
    }
    *out = t;
    return MN_OK;
}

mn_status mn_tensors_open(mn_tensors **out, const char *path, mn_err *err)
{
    char *bytes = NULL;
    size_t n = 0;
    mn_status s = mn_file_read(path, FILE_MAX, &bytes, &n, err);
    return s == MN_OK ? adopt(out, bytes, n, path, err) : s;
}

mn_status mn_tensors_parse(mn_tensors **out, const void *bytes, size_t n, const char *name,
                           mn_err *err)
{
    char *copy = malloc(n + 1);
    if (!copy)
        return mn_fail(err, MN_ENOMEM, "cannot copy the %zu bytes of '%s'", n, name);
    if (n)
        memcpy(copy, bytes, n);
    return adopt(out, copy, n, name, err);
}

void mn_tensors_close(mn_tensors *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n; i++)
        free(t->spans[i].copy);
    free(t->spans);
    json_decref(t->header);
    free(t->bytes);
    free(t->name);
    free(t);
}

size_t mn_tensors_count(const mn_tensors *t)
{
    return t->n;
}

const mn_entry *mn_tensors_at(const mn_tensors *t, size_t i)
{
    return &t->spans[i].entry;
}

const mn_entry *mn_tensors_find(const mn_tensors *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++)
        if (!strcmp(t->spans[i].entry.name, name))
            return &t->spans[i].entry;
    return NULL;
}

const char *mn_tensors_meta(const mn_tensors *t, const char *key)
{
    return json_string_value(json_object_get(json_object_get(t->header, MN_META_NAME), key));
}

int mn_tensors_meta_at(const mn_tensors *t, size_t i, const char **key, const char **value)
{
    json_t *meta = json_object_get(t->header, MN_META_NAME);
    void *at = json_object_iter(meta);
    while (at && i--)
        at = json_object_iter_next(meta, at);
    if (!at)
        return 0;
    *key = json_object_iter_key(at);
    *value = json_string_value(json_object_iter_value(at));
    return 1;
}
