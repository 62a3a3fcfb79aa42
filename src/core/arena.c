#include "mnemoscope/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static bool size_of(size_t n_items, size_t item_size, size_t *bytes)
{
    if (item_size && n_items > (SIZE_MAX - ALIGNMENT) / item_size)
        return false;
    *bytes = (n_items * item_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return true;
}

void *mn_arena_bytes(mn_arena *a, size_t n_items, size_t item_size)
{
    size_t bytes;
    if (!size_of(n_items, item_size, &bytes)) {
        a->overflowed = true;
        return NULL;
    }
    if (!a->base) {
        if (a->size > SIZE_MAX - bytes)
            a->overflowed = true;
        else
            a->size += bytes;
        return NULL;
    }
    assert(bytes <= a->size - a->used && "layout carved more than it counted");
    void *p = a->base + a->used;
    a->used += bytes;
    return p;
}

float *mn_arena_floats(mn_arena *a, size_t n)
{
    return mn_arena_bytes(a, n, sizeof(float));
}

int *mn_arena_ints(mn_arena *a, size_t n)
{
    return mn_arena_bytes(a, n, sizeof(int));
}

mn_status mn_arena_allocate(mn_arena *a, const char *what, mn_err *err)
{
    if (a->overflowed)
        return mn_fail(err, MN_ENOMEM,
                       "cannot allocate %s: its size does not fit in memory addresses", what);
    size_t size = a->size ? a->size : ALIGNMENT;
    void *base = NULL;
    if (posix_memalign(&base, ALIGNMENT, size))
        return mn_fail(err, MN_ENOMEM, "cannot allocate %s: %zu bytes wanted", what, size);
    memset(base, 0, size);
    a->base = base;
    a->size = size;
    a->used = 0;
    return MN_OK;
}

void mn_arena_finish(mn_arena *a)
{
    free(a->base);
    *a = (mn_arena){0};
}
