/* stream_impl.h: what one file in src/data that makes a task stream may see. Included by stream
 * files only. */
#ifndef MNEMOSCOPE_STREAM_IMPL_H
#define MNEMOSCOPE_STREAM_IMPL_H

#include "mnemoscope/stream.h"

struct mn_stream {
    const mn_stream_ops *ops;
    mn_tasks_cfg cfg;
    const mn_dataset *data; /* borrowed */
    int n_visible;
    void *state; /* the stream's own, made by create and freed by destroy */
};

/* For streams in which every task has all items, in the dataset's order. */
size_t mn_stream_all_items(const mn_stream *s, int task, mn_split split);
size_t mn_stream_same_item(const mn_stream *s, int task, mn_split split, size_t i);

#endif
