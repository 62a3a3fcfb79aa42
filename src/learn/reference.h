/* reference.h: the loss's gradient over remembered items, at the weights as they are.
 *
 * What gradient constraints compare a step with. Summed over the items, as a step's own
 * gradient is summed over its batch: a task of more items has a longer gradient, which no
 * projection without a margin notices. Noise of training (dropout) is not in it. Uses the
 * model's work space; allocates in layout only. Included by src/learn only.
 */
#ifndef MN_LEARN_REFERENCE_H
#define MN_LEARN_REFERENCE_H

#include "mnemoscope/strategy_impl.h"

typedef struct mn_reference {
    int *task; /* 1: the task at hand, whose items constrain nothing; private state */
    mn_grad *sum, part;
    size_t n_pending, n_done;
    bool started;    /* sum holds something */
    uint32_t *index; /* (batch): numbers in the buffer */
    float *X, *Y;    /* (batch, n_inputs), (batch, n_classes) */
    float *logits, *dlogits;
    int *exponent;
} mn_reference;

void mn_reference_layout(mn_reference *f, const mn_model *m, mn_arena *a);
/* The private state of whoever has a reference; see mn_strategy_state. */
bool mn_reference_state(mn_reference *f, int index, mn_state_array *out);

/* sum <- the gradient over the items given one by one, batch by batch. */
void mn_reference_begin(mn_reference *f, mn_grad *sum);
void mn_reference_item(mn_strategy *s, mn_model *m, mn_reference *f, size_t item);
void mn_reference_end(mn_strategy *s, mn_model *m, mn_reference *f);

/* grad <- grad + a * 2^reach * h / 2^(reach of h): h, which must not be zero, is brought to the
 * size of a gradient of that reach and left so. `a` stays a moderate number that way. */
void mn_reference_project(const mn_model *m, mn_grad *grad, double a, int reach, mn_grad *h);
/* One more step was compared. */
void mn_reference_count(mn_constraints *c, bool violated);

#endif
