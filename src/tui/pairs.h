/* pairs.h: curses colour pairs by their two colours.
 *
 * curses' own alloc_pair fails for good after some 65 500 different pairs, and crashes on a
 * terminal without colours; this table starts again when it is full. Main thread. */
#ifndef MNEMOSCOPE_TUI_PAIRS_H
#define MNEMOSCOPE_TUI_PAIRS_H

#include <stdint.h>

#include "mnemoscope/status.h"

typedef struct mn_pair_slot {
    int32_t fg, bg;
    int32_t pair; /* 0 = free */
} mn_pair_slot;

typedef struct mn_pairs {
    mn_pair_slot *slots; /* open addressing, a power of two of them */
    uint32_t mask;
    int used, limit; /* pairs 1 .. limit-1 are ours */
} mn_pairs;

/* `limit`: COLOR_PAIRS. 1 or less is fine: every pair is then the default pair. */
MN_MUST_CHECK mn_status mn_pairs_init(mn_pairs *p, int limit, mn_err *err);
void mn_pairs_finish(mn_pairs *p);
/* The pair's number, made if need be; -1 when the table is full. Colours as for
 * init_extended_pair. */
int mn_pairs_find(mn_pairs *p, int32_t fg, int32_t bg);
/* Forgets all, in curses too: everything has to be drawn again. */
void mn_pairs_reset(mn_pairs *p);

#endif
