/* strategy_impl.h: what one file in src/learn/strategy_*.c works on. Included by strategies
 * only.
 *
 * The framework allocates `state` (state_size, zeroed), runs `layout` twice on the arena, and
 * calls every hook from the strategy's one thread. The buffer belongs to the strategy whether
 * or not it replays.
 */
#ifndef MNEMOSCOPE_STRATEGY_IMPL_H
#define MNEMOSCOPE_STRATEGY_IMPL_H

#include "mnemoscope/strategy.h"

struct mn_strategy {
    const mn_strategy_ops *ops;
    mn_strategy_cfg cfg;
    const mn_loss_ops *loss;
    mn_loss_cfg loss_cfg;
    mn_buffer buffer;
    mn_dream_tally tally;
    void *state;
    mn_arena arena;
};

/* How many items `proportion` of `n` are, to the nearest. */
size_t mn_strategy_share(const mn_strategy *s, size_t n);

#endif
