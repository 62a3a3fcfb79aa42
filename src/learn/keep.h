/* keep.h: real items of ended tasks that a strategy keeps in its buffer.
 *
 * Growing: `proportion` of every ended task's items is added. Fixed (`buffer` > 0): after each
 * task, the tasks so far share `buffer` items evenly, the earliest one more where it does not
 * divide; old items are dropped at random. What a task cannot fill stays empty. Which of the
 * two may change between tasks. Included by src/learn only.
 */
#ifndef MN_LEARN_KEEP_H
#define MN_LEARN_KEEP_H

#include "mnemoscope/strategy_impl.h"

/* Refuses to keep more items than a task has; `name` is the strategy's. */
MN_MUST_CHECK mn_status mn_keep_check(const char *name, const mn_strategy_cfg *cfg,
                                      mn_err *err);
/* At the end of `task`; on failure the buffer is as it was. */
MN_MUST_CHECK mn_status mn_keep_items(mn_strategy *s, int task, const mn_source *items,
                                      mn_rng *r, mn_err *err);

#endif
