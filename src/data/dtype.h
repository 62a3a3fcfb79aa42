/* dtype.h: the element types of safetensors files, and the constants of the format that reader
 * and writer share. Private to src/data; pure. */
#ifndef MNEMOSCOPE_DTYPE_H
#define MNEMOSCOPE_DTYPE_H

#include "mnemoscope/safetensors.h"

enum { MN_LENGTH_SIZE = 8, MN_ALIGNMENT = 8 };
#define MN_META_NAME "__metadata__"

typedef struct mn_dtype_row {
    const char *name; /* as files spell it */
    size_t size;      /* bytes of an element */
    mn_dtype dtype;
} mn_dtype_row;

/* NULL when no row has the name. */
const mn_dtype_row *mn_dtype_find(const char *name);
/* The row that writes `dtype`; NULL for MN_OTHER. */
const mn_dtype_row *mn_dtype_describe(mn_dtype dtype);

#endif
