#include "mnemoscope/safetensors.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dtype.h"

struct part {
    const void *data;
    size_t size;
};

struct mn_tensors_out {
    json_t *header, *meta;
    struct part *parts;
    size_t n, capacity, size;
    mn_err failed; /* the first failure; its code is MN_OK while there is none */
};

mn_status mn_tensors_begin(mn_tensors_out **out, mn_err *err)
{
    mn_tensors_out *o = calloc(1, sizeof *o);
    if (!o || !(o->header = json_object()) || !(o->meta = json_object())) {
        mn_tensors_end(o);
        return mn_fail(err, MN_ENOMEM, "cannot allocate a safetensors writer");
    }
    *out = o;
    return MN_OK;
}

static bool add_part(mn_tensors_out *o, const void *data, size_t size)
{
    if (o->n == o->capacity) {
        size_t capacity = o->capacity ? 2 * o->capacity : 16;
        struct part *parts = realloc(o->parts, capacity * sizeof *parts);
        if (!parts)
            return false;
        o->parts = parts;
        o->capacity = capacity;
    }
    o->parts[o->n++] = (struct part){data, size};
    return true;
}

/* The JSON value of an entry of `size` bytes that begins where the data end so far. */
static json_t *describe_entry(const mn_tensors_out *o, const mn_dtype_row *d, int n_dims,
                              const size_t *dims, size_t size)
{
    json_t *shape = json_array();
    for (int i = 0; i < n_dims; i++)
        if (json_array_append_new(shape, json_integer((json_int_t)dims[i]))) {
            json_decref(shape);
            return NULL;
        }
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", d->name, "shape", shape, "data_offsets",
                     (json_int_t)o->size, (json_int_t)(o->size + size));
}

void mn_tensors_add(mn_tensors_out *o, const char *name, mn_dtype dtype, int n_dims,
                    const size_t *dims, const void *data)
{
    const mn_dtype_row *d = mn_dtype_describe(dtype);
    size_t size = d ? d->size : 0;
    bool fits = n_dims >= 0 && n_dims <= MN_DIMS_MAX;
    if (o->failed.code != MN_OK)
        return;
    for (int i = 0; fits && i < n_dims; i++)
        fits = !__builtin_mul_overflow(size, dims[i], &size);
    if (!d || !fits || size > (size_t)INT64_MAX - o->size)
        mn_fail(&o->failed, MN_EINVAL, "cannot write '%.60s': its %s is out of range", name,
                d ? "shape" : "type");
    else if (!strcmp(name, MN_META_NAME) || json_object_get(o->header, name))
        mn_fail(&o->failed, MN_EINVAL, "cannot write '%.60s': the name is taken", name);
    else if (!add_part(o, data, size) ||
             json_object_set_new(o->header, name, describe_entry(o, d, n_dims, dims, size)))
        mn_fail(&o->failed, MN_EINVAL, "cannot write '%.60s': no memory, or not UTF-8", name);
    else
        o->size += size;
}

void mn_tensors_add_meta(mn_tensors_out *o, const char *key, const char *value)
{
    if (o->failed.code == MN_OK && json_object_set_new(o->meta, key, json_string(value)))
        mn_fail(&o->failed, MN_EINVAL, "cannot write metadata '%.60s': no memory, or not UTF-8",
                key);
}

/* Measured first, then written into room of that size: json_dumps grows its room as it goes and
 * loses keys silently when memory runs out in the middle. */
static char *print(const json_t *whole, size_t *n)
{
    *n = json_dumpb(whole, NULL, 0, JSON_COMPACT);
    char *text = *n ? malloc(*n) : NULL;
    if (text && json_dumpb(whole, text, *n, JSON_COMPACT) == *n)
        return text;
    free(text);
    return NULL;
}

/* The header as text, padded with blanks so that the data begin at a multiple of 8. */
static mn_status add_header(mn_tensors_out *o, mn_text *bytes, mn_err *err)
{
    size_t n = 0;
    json_t *whole = json_object();
    bool made = whole && (!json_object_size(o->meta) ||
                          json_object_set(whole, MN_META_NAME, o->meta) == 0);
    made = made && json_object_update(whole, o->header) == 0;
    char *text = made ? print(whole, &n) : NULL;
    json_decref(whole);
    if (!text)
        return mn_fail(err, MN_ENOMEM, "cannot make the header of a safetensors file");
    size_t padding = (MN_ALIGNMENT - n % MN_ALIGNMENT) % MN_ALIGNMENT;
    uint64_t length = n + padding;
    mn_text_bytes(bytes, &length, MN_LENGTH_SIZE);
    mn_text_bytes(bytes, text, n);
    mn_text_bytes(bytes, "        ", padding);
    free(text);
    return MN_OK;
}

mn_status mn_tensors_serialise(mn_tensors_out *o, mn_text *bytes, mn_err *err)
{
    if (o->failed.code != MN_OK)
        return mn_fail(err, o->failed.code, "%s", o->failed.msg);
    mn_status s = add_header(o, bytes, err);
    if (s != MN_OK)
        return s;
    for (size_t i = 0; i < o->n; i++)
        mn_text_bytes(bytes, o->parts[i].data, o->parts[i].size);
    if (bytes->failed)
        return mn_fail(err, MN_ENOMEM, "cannot make a safetensors file of %zu bytes", o->size);
    return MN_OK;
}

void mn_tensors_end(mn_tensors_out *o)
{
    if (!o)
        return;
    json_decref(o->header);
    json_decref(o->meta);
    free(o->parts);
    free(o);
}
