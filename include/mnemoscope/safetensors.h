/* safetensors.h: named arrays in one file (8-byte little-endian header length, JSON header,
 * data).
 *
 * The reader trusts nothing: header length, JSON, dtypes, shapes, offsets, overlaps and the
 * file's size are checked before a byte is used. A reader owns the whole file in memory;
 * entries are borrowed from it. The writer collects borrowed arrays and serialises them to
 * bytes, so the same code makes a file on disk and an undo mark in memory. Not shared between
 * threads.
 *
 * Stricter than it must be: entries cover the data without holes, as the format asks, have at
 * most MN_DIMS_MAX dimensions and element types of a known size.
 */
#ifndef MNEMOSCOPE_SAFETENSORS_H
#define MNEMOSCOPE_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/status.h"
#include "mnemoscope/text.h"

typedef enum mn_dtype { MN_F32, MN_F64, MN_U8, MN_I32, MN_I64, MN_U64, MN_OTHER } mn_dtype;
enum { MN_DIMS_MAX = 8 };

typedef struct mn_entry {
    const char *name;
    mn_dtype dtype;
    char dtype_name[8]; /* as the file spells it */
    int n_dims;
    size_t dims[MN_DIMS_MAX];
    size_t n;         /* product of dims */
    const void *data; /* aligned to 8 */
} mn_entry;

typedef struct mn_tensors mn_tensors;
MN_MUST_CHECK mn_status mn_tensors_open(mn_tensors **out, const char *path, mn_err *err);
/* Reads from a copy of `bytes`; `name` stands for the file in messages. */
MN_MUST_CHECK mn_status mn_tensors_parse(mn_tensors **out, const void *bytes, size_t n,
                                         const char *name, mn_err *err);
void mn_tensors_close(mn_tensors *t);
size_t mn_tensors_count(const mn_tensors *t);
const mn_entry *mn_tensors_at(const mn_tensors *t, size_t i);
const mn_entry *mn_tensors_find(const mn_tensors *t, const char *name); /* NULL when absent */
/* A string of __metadata__, or NULL. mn_tensors_meta_at gives the i-th key and value, false
 * past the end. */
const char *mn_tensors_meta(const mn_tensors *t, const char *key);
int mn_tensors_meta_at(const mn_tensors *t, size_t i, const char **key, const char **value);

typedef struct mn_tensors_out mn_tensors_out;
MN_MUST_CHECK mn_status mn_tensors_begin(mn_tensors_out **out, mn_err *err);
/* Names and values are copied, `dims` too; `data` is borrowed until the serialising. A name
 * given twice, one that is not UTF-8 or MN_OTHER makes mn_tensors_serialise fail. */
void mn_tensors_add(mn_tensors_out *o, const char *name, mn_dtype dtype, int n_dims,
                    const size_t *dims, const void *data);
void mn_tensors_add_meta(mn_tensors_out *o, const char *key, const char *value);
/* Appends the file's bytes to `bytes`; deterministic: entries in the order they were added. */
MN_MUST_CHECK mn_status mn_tensors_serialise(mn_tensors_out *o, mn_text *bytes, mn_err *err);
void mn_tensors_end(mn_tensors_out *o);

#endif
