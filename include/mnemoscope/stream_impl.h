/* stream_impl.h: what one file in src/data that makes a task stream may see. Included by stream
 * files only.
 *
 * A kind of stream says of each task, in order, what it is (an mn_plan). Which items that means
 * and where their pixels go is worked out here, once for all kinds, and written down in tables:
 * reading an item allocates nothing and asks for no kind.
 */
#ifndef MNEMOSCOPE_STREAM_IMPL_H
#define MNEMOSCOPE_STREAM_IMPL_H

#include "mnemoscope/stream.h"

enum { MN_TITLE_MAX = 48, MN_DATA_SPEC_MAX = 544 };

/* One task, as a kind of stream plans it. All zero: the run's own data set as it is. */
typedef struct mn_plan {
    char title[MN_TITLE_MAX]; /* "": told from the rest */
    int data;                 /* 0: the run's own; else from mn_stream_add_data */
    const bool *classes;      /* (n_classes), read while it is added; NULL: all */
    int n[MN_N_SPLITS];       /* items, a random choice when there are more; 0: all */
    const bool *exceptional;  /* (n_classes), among `classes`; not NULL: test items are the */
    int n_regular;            /*   training items, the first so many of each kind; 0: all */
    int n_exceptional;
    double angle; /* degrees anticlockwise; inputs are turned, then moved */
    double share; /* of the inputs that move */
    bool seeded;  /* `seed` instead of the run's: equal seeds, equal moves */
    uint64_t seed;
} mn_plan;

/* A task as it is read. */
typedef struct mn_task {
    char title[128];
    const mn_dataset *data;
    size_t n[MN_N_SPLITS];
    bool retested;               /* test items are the training items */
    size_t n_regular;            /* of these, that come first; the others are exceptional */
    uint32_t *item[MN_N_SPLITS]; /* (n) places in the data set; NULL: all, in order */
    uint32_t *places;            /* (n_visible) input j is input places[j] of the item, or NULL;
                                    with turned tasks, of the turned item */
    mn_tap *taps, *back;         /* (n_visible) of turned tasks: to read and to restore */
} mn_task;

struct mn_stream {
    const mn_stream_ops *ops;
    mn_tasks_cfg cfg;
    mn_stream_source source;
    int n_visible, n_tasks;
    mn_task tasks[MN_STREAM_TASKS_MAX];
    int n_data; /* beside the run's own */
    struct {
        char spec[MN_DATA_SPEC_MAX];
        mn_dataset *set;
    } data[MN_STREAM_TASKS_MAX];
};

MN_MUST_CHECK mn_status mn_stream_add_task(mn_stream *s, const mn_plan *plan, mn_err *err);
/* Loads a data set as the run's own was, unless the stream has it; it must be of the same shape
 * and classes. */
MN_MUST_CHECK mn_status mn_stream_add_data(mn_stream *s, const char *spec, int *data,
                                           mn_err *err);
/* Classes as a person writes them ("0,1", "3-5") into `classes` (n), where others stay. */
MN_MUST_CHECK mn_status mn_stream_read_classes(const char *text, int n, bool *classes,
                                               mn_err *err);
/* The order that tasks take classes in (class-order), into `order` (n). */
void mn_stream_order_classes(const mn_stream *s, uint32_t *order, size_t n);
/* What a person calls a data set of the stream: its name, or its file's. */
const char *mn_stream_data_name(const mn_stream *s, int data);
void mn_task_finish(mn_task *t);

#endif
