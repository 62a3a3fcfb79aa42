/* stream.h: a task stream turns a dataset into tasks 0 .. n_tasks-1 and gathers batches of
 * them.
 *
 * An item of a task is [visible pixels, extra units]: the extra units are the task's one-hot
 * code when task units are on, else there are none. Immutable after creation (borrows the
 * dataset); any thread.
 */
#ifndef MNEMOSCOPE_STREAM_H
#define MNEMOSCOPE_STREAM_H

#include "mnemoscope/dataset.h"

/* The parameters of the "tasks" table, shared by all streams. */
typedef struct mn_tasks_cfg {
    int n_tasks;
    bool task_units; /* one extra unit per task: hi for the task at hand, lo for the others */
    bool first_identity; /* permuted: leave the first task's pixels in place */
} mn_tasks_cfg;
extern const mn_param_table mn_tasks_params;

typedef struct mn_stream mn_stream;
MN_MUST_CHECK mn_status mn_stream_create(mn_stream **out, const char *name,
                                         const mn_tasks_cfg *cfg, const mn_dataset *d,
                                         uint64_t seed, mn_err *err);
void mn_stream_free(mn_stream *s);
const char *mn_stream_name(const mn_stream *s);
int mn_stream_tasks(const mn_stream *s);
int mn_stream_visible(const mn_stream *s); /* pixels per item */
int mn_stream_extra(const mn_stream *s);   /* task units per item */
int mn_stream_classes(const mn_stream *s);
size_t mn_stream_items(const mn_stream *s, int task, mn_split split);
int mn_stream_label(const mn_stream *s, int task, mn_split split, size_t i);
/* Items index[0..n-1] of a task into X (n, visible + extra); see mn_dataset_read for lo and hi.
 */
void mn_stream_gather(const mn_stream *s, int task, mn_split split, const uint32_t *index,
                      size_t n, float lo, float hi, float *X);
/* Puts the pixels of a visible vector back where a person expects them: undoes what the task
 * did to places (permutation, rotation has none and copies). in and out hold `visible` floats,
 * no overlap. */
void mn_stream_restore(const mn_stream *s, int task, const float *in, float *out);
/* One line about a task for a person: "permutation 2", "all items". Returns out. */
char *mn_stream_describe(const mn_stream *s, int task, char *out, size_t size);

typedef struct mn_stream_ops {
    const char *name, *title, *cite, *about;
    /* Optional: checks the configuration and fills s->state; see stream_impl.h. On failure
     * leaves it to destroy. */
    mn_status (*create)(mn_stream *s, uint64_t seed, mn_err *err);
    void (*destroy)(mn_stream *s); /* optional; accepts what a failed create left */
    size_t (*items)(const mn_stream *s, int task, mn_split split);
    /* Where item i of the task is in the dataset. */
    size_t (*item)(const mn_stream *s, int task, mn_split split, size_t i);
    /* Optional: the visible part of one item of the dataset as the task shows it. Default:
     * mn_dataset_read. */
    void (*read)(const mn_stream *s, int task, mn_split split, size_t item, float lo, float hi,
                 float *x);
    /* Optional: undoes what `read` did to places. Default: a copy. */
    void (*restore)(const mn_stream *s, int task, const float *in, float *out);
    char *(*describe)(const mn_stream *s, int task, char *out, size_t size);
} mn_stream_ops;
extern const mn_stream_ops *const mn_streams[]; /* NULL-terminated */

#endif
