#include "pairs.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

/* Above this curses' own bookkeeping costs more than starting again does. */
enum { PAIRS_MAX = 65536 };

mn_status mn_pairs_init(mn_pairs *p, int limit, mn_err *err)
{
    *p = (mn_pairs){.used = 1, .limit = limit > PAIRS_MAX ? PAIRS_MAX : limit};
    uint32_t n = 16;
    while (n < 2u * (uint32_t)(p->limit > 0 ? p->limit : 1))
        n *= 2;
    if (!(p->slots = calloc(n, sizeof *p->slots)))
        return mn_fail(err, MN_ENOMEM, "cannot allocate a table of %u colour pairs", n);
    p->mask = n - 1;
    return MN_OK;
}

void mn_pairs_finish(mn_pairs *p)
{
    free(p->slots);
    p->slots = NULL;
}

static uint32_t hash(int32_t fg, int32_t bg)
{
    uint64_t key = (uint64_t)(uint32_t)fg << 32 | (uint32_t)bg;
    return (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32);
}

int mn_pairs_find(mn_pairs *p, int32_t fg, int32_t bg)
{
    uint32_t i = hash(fg, bg) & p->mask;
    while (p->slots[i].pair && (p->slots[i].fg != fg || p->slots[i].bg != bg))
        i = (i + 1) & p->mask;
    if (p->slots[i].pair)
        return p->slots[i].pair;
    if (p->used >= p->limit || init_extended_pair(p->used, fg, bg) == ERR)
        return -1;
    p->slots[i] = (mn_pair_slot){.fg = fg, .bg = bg, .pair = p->used};
    return p->used++;
}

void mn_pairs_reset(mn_pairs *p)
{
    memset(p->slots, 0, ((size_t)p->mask + 1) * sizeof *p->slots);
    p->used = 1;
    reset_color_pairs();
}
