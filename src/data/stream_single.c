#include <stdio.h>

#include "mnemoscope/stream_impl.h"

static mn_status create(mn_stream *s, uint64_t seed, mn_err *err)
{
    if (s->cfg.n_tasks == 1)
        return MN_OK;
    return mn_fail(
        err, MN_EINVAL,
        "n-tasks cannot be %d: the task stream 'single' has one task; 'permuted' has "
        "several",
        s->cfg.n_tasks);
}

static char *describe(const mn_stream *s, int task, char *out, size_t size)
{
    snprintf(out, size, "all items");
    return out;
}

const mn_stream_ops mn_stream_single = {
    .name = "single",
    .title = "One task",
    .cite = "",
    .about = "all items of the dataset as one task",
    .create = create,
    .items = mn_stream_all_items,
    .item = mn_stream_same_item,
    .describe = describe,
};
