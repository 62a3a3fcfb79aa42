/* buffer.h: remembered or dreamt items that are trained on again.
 *
 * Grows at task ends and on `dream`, never inside a step. Items are model inputs X (n,
 * n_inputs) with truth values Y (n, n_classes) and where they came from. Owned by one strategy;
 * the trainer's thread.
 */
#ifndef MNEMOSCOPE_BUFFER_H
#define MNEMOSCOPE_BUFFER_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include "mnemoscope/rng.h"
#include "mnemoscope/status.h"

enum { MN_BUFFER_TASKS_MAX = 32 }; /* that anybody asks to tell apart */

typedef struct mn_buffer {
    int n_inputs, n_classes;
    size_t n, capacity;
    float *X, *Y; /* (n, n_inputs), (n, n_classes) */
    int *task;    /* n: the task after which the item was stored */
} mn_buffer;

void mn_buffer_init(mn_buffer *b, int n_inputs, int n_classes);
void mn_buffer_finish(mn_buffer *b);
void mn_buffer_reset(mn_buffer *b);
/* Room for n more; on failure the buffer is as it was. */
MN_MUST_CHECK mn_status mn_buffer_reserve(mn_buffer *b, size_t n, mn_err *err);
/* Appends n items and returns the number of the first; the caller fills their X and Y. Needs
 * the room reserved. */
size_t mn_buffer_extend(mn_buffer *b, size_t n, int task);
/* Appends n items; needs the room reserved. */
void mn_buffer_add(mn_buffer *b, const float *X, const float *Y, size_t n, int task);

/* The tasks that items are stored under, in the order of their first items, into `task`
 * (MN_BUFFER_TASKS_MAX); returns how many, one more than that when there are more. */
int mn_buffer_tasks(const mn_buffer *b, int *task);
size_t mn_buffer_count(const mn_buffer *b, int task);
/* Keeps n of the task's items, every choice equally likely, and their order. Draws nothing when
 * there are no more than n, or none is kept. */
void mn_buffer_thin(mn_buffer *b, int task, size_t n, mn_rng *r);

#endif
