/* arena.h: one allocation that many arrays are carved from.
 *
 * The same `layout` function runs twice: first on an arena that only counts, then on one of
 * exactly that size, so sizes and pointers cannot disagree. Every array starts on a 64-byte
 * boundary and is zero. Products are checked: a shape too large to address makes
 * mn_arena_allocate fail with MN_ENOMEM. Not shared between threads.
 *
 *     mn_arena a = {0};            counting: every carve returns NULL
 *     layout(obj, &a);
 *     mn_arena_allocate(&a, "a dense memory", err);
 *     layout(obj, &a);             carving
 *     mn_arena_finish(&a);         frees everything at once
 */
#ifndef MNEMOSCOPE_ARENA_H
#define MNEMOSCOPE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "mnemoscope/status.h"

typedef struct mn_arena {
    unsigned char *base; /* NULL while counting */
    size_t size;         /* bytes counted so far, or allocated */
    size_t used;         /* bytes carved */
    bool overflowed;     /* a product did not fit in size_t */
} mn_arena;

/* n_items * item_size zeroed bytes; NULL while counting. Carving past the end is our bug
 * (assert). */
void *mn_arena_bytes(mn_arena *a, size_t n_items, size_t item_size);
float *mn_arena_floats(mn_arena *a, size_t n);
int *mn_arena_ints(mn_arena *a, size_t n);

/* Ends the counting and allocates; `what` names the owner in the message. */
MN_MUST_CHECK mn_status mn_arena_allocate(mn_arena *a, const char *what, mn_err *err);
void mn_arena_finish(mn_arena *a);

#endif
