/* optimiser_impl.h: what one file src/learn/optimiser_KIND.c fills in. Included by optimiser
 * files only.
 *
 * The framework allocates `state` (state_size, zeroed) and runs `layout` twice on the
 * optimiser's arena; the model it was created for is there to be measured. Hooks are called
 * from the model's one thread.
 */
#ifndef MNEMOSCOPE_OPTIMISER_IMPL_H
#define MNEMOSCOPE_OPTIMISER_IMPL_H

#include "mnemoscope/optimiser.h"

struct mn_optimiser {
    const mn_optimiser_ops *ops;
    mn_optimiser_cfg cfg;
    const mn_model *model; /* borrowed */
    void *state;
    mn_arena arena;
};

#endif
