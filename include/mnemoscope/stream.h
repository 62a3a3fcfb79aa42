/* stream.h: a task stream turns one data set, or several of one shape, into tasks
 * 0 .. n_tasks-1 and gathers batches of them.
 *
 * An item of a task is [visible pixels, extra units]: the extra units are the task's one-hot
 * code when task units are on, else there are none. Tasks may differ in how many items they
 * have; none is without training or test items. Immutable after creation (borrows the first
 * data set); any thread.
 */
#ifndef MNEMOSCOPE_STREAM_H
#define MNEMOSCOPE_STREAM_H

#include "mnemoscope/dataset.h"

enum { MN_STREAM_TASKS_MAX = 32, MN_CLASSES_TEXT = 64 };
typedef enum mn_class_order { MN_CLASSES_NATURAL, MN_CLASSES_SHUFFLED } mn_class_order;

/* The parameters of the "tasks" table, shared by all streams. */
typedef struct mn_tasks_cfg {
    int n_tasks;     /* of streams that do not count their tasks themselves */
    bool task_units; /* one extra unit per task: hi for the task at hand, lo for the others */
    bool first_identity;  /* permuted: leave the first task's pixels in place */
    double share;         /* permuted, graded: of the pixels that move, 0 .. 1 */
    double angle;         /* rotated: degrees from one task to the next, anticlockwise */
    int classes_per_task; /* split; the last task takes what is left */
    int class_order;      /* split, list: mn_class_order */
    int base;             /* list: classes of the first task; 0: one, as of the others */
    /* exceptions: classes ("0,1" or "3-5"), and how many items of them; 0: all */
    char regular[MN_CLASSES_TEXT], exceptional[MN_CLASSES_TEXT];
    int regular_items, exceptional_items;
} mn_tasks_cfg;
extern const mn_param_table mn_tasks_params;

/* What tasks are made from. */
typedef struct mn_stream_source {
    const mn_dataset *data; /* the run's own */
    const mn_data_cfg *cfg; /* how it was loaded; others that a stream names are loaded alike */
    uint64_t seed;
} mn_stream_source;

typedef struct mn_stream mn_stream;
/* `spec` is a stream's name, or "name:ARGUMENT" ("sequence:fashion,digits"). */
MN_MUST_CHECK mn_status mn_stream_create(mn_stream **out, const char *spec,
                                         const mn_tasks_cfg *cfg,
                                         const mn_stream_source *source, mn_err *err);
void mn_stream_free(mn_stream *s);
const char *mn_stream_name(const mn_stream *s);
int mn_stream_tasks(const mn_stream *s);
int mn_stream_visible(const mn_stream *s); /* pixels per item */
int mn_stream_extra(const mn_stream *s);   /* task units per item */
int mn_stream_classes(const mn_stream *s);
/* What a class is called, or NULL when the tasks' data sets do not agree on it. */
const char *mn_stream_class(const mn_stream *s, int label);
size_t mn_stream_items(const mn_stream *s, int task, mn_split split);
int mn_stream_label(const mn_stream *s, int task, mn_split split, size_t i);
/* Whether training item i is one of the few that a task of exceptions has beside the many. */
bool mn_stream_exceptional(const mn_stream *s, int task, size_t i);
/* Items index[0..n-1] of a task into X (n, visible + extra); see mn_dataset_read for lo and hi.
 */
void mn_stream_gather(const mn_stream *s, int task, mn_split split, const uint32_t *index,
                      size_t n, float lo, float hi, float *X);
/* Puts the pixels of a visible vector back where a person expects them: undoes what the task
 * did to places. A permutation is undone exactly, a rotation by angles that are no multiples of
 * 90 degrees as well as sampling can; what the task turned out of sight is 0. in and out hold
 * `visible` floats, no overlap. */
void mn_stream_restore(const mn_stream *s, int task, const float *in, float *out);
/* One line about a task for a person: "permutation 2", "digits 2 and 3". Returns out. */
char *mn_stream_describe(const mn_stream *s, int task, char *out, size_t size);

/* The registry: one row per file in src/data listed in streams.def. */
typedef struct mn_stream_ops {
    const char *name, *title, *cite, *about;
    const char *argument; /* "FILE" when the spec takes one, else NULL */
    /* Adds the tasks, see stream_impl.h; on failure leaves what there is to
     * mn_stream_free. */
    mn_status (*plan)(mn_stream *s, const char *argument, mn_err *err);
} mn_stream_ops;
extern const mn_stream_ops *const mn_streams[]; /* NULL-terminated */

#endif
