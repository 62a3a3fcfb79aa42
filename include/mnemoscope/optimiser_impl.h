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

/* A number per weight, kept from step to step: momentum, a mean of squares. */
enum { MN_TRACE_NAME = 64 };
typedef struct mn_trace {
    float *at; /* as theta */
    char names[MN_TENSORS_MAX][MN_TRACE_NAME];
} mn_trace;
/* Arrays of checkpoints are called NAME where theta is one tensor, NAME_TENSOR otherwise. */
void mn_trace_layout(const mn_optimiser *o, mn_arena *a, mn_trace *t, const char *name);
void mn_trace_clear(const mn_optimiser *o, mn_trace *t);
/* The trace's array for tensor `index`; false unless there is such a tensor. */
bool mn_trace_state(const mn_optimiser *o, mn_trace *t, int index, mn_state_array *out);

/* What a row's g is multiplied by; 0 or infinite where that is beyond double. */
double mn_row_factor(const mn_row_step *r);

#endif
