#include "mnemoscope/stream_impl.h"

static mn_status plan(mn_stream *s, const char *argument, mn_err *err)
{
    if (s->cfg.n_tasks == 1)
        return mn_stream_add_task(s, &(mn_plan){.title = "all items"}, err);
    return mn_fail(
        err, MN_EINVAL,
        "n-tasks cannot be %d: the task stream 'single' has one task; 'permuted' has "
        "several",
        s->cfg.n_tasks);
}

const mn_stream_ops mn_stream_single = {
    .name = "single",
    .title = "One task",
    .cite = "",
    .about = "all items of the data set as one task",
    .plan = plan,
};
