#include <stdlib.h>

#include "mnemoscope/stream_impl.h"

/* Labels and class units stay as they are: which task an item is from is told, if at all, by
 * task units. `chosen` is (n), all false. */
static mn_status add_tasks(mn_stream *s, const uint32_t *order, size_t n, bool *chosen,
                           mn_err *err)
{
    mn_status status = MN_OK;
    size_t per_task = (size_t)s->cfg.classes_per_task;
    for (size_t from = 0; from < n && status == MN_OK; from += per_task) {
        size_t to = per_task < n - from ? from + per_task : n;
        for (size_t i = from; i < to; i++)
            chosen[order[i]] = true;
        status = mn_stream_add_task(s, &(mn_plan){.classes = chosen}, err);
        for (size_t i = from; i < to; i++)
            chosen[order[i]] = false;
    }
    return status;
}

static mn_status plan(mn_stream *s, const char *argument, mn_err *err)
{
    int n = mn_stream_classes(s), per_task = s->cfg.classes_per_task;
    int n_tasks = (n + per_task - 1) / per_task;
    if (n_tasks > MN_STREAM_TASKS_MAX)
        return mn_fail(err, MN_EINVAL,
                       "classes-per-task cannot be %d: %d classes would be %d tasks, at most "
                       "%d wanted",
                       per_task, n, n_tasks, MN_STREAM_TASKS_MAX);
    uint32_t *order = calloc((size_t)n, sizeof *order);
    bool *chosen = calloc((size_t)n, sizeof *chosen);
    mn_status status = MN_ENOMEM;
    if (order && chosen) {
        mn_stream_order_classes(s, order, (size_t)n);
        status = add_tasks(s, order, (size_t)n, chosen, err);
    } else {
        mn_fail(err, MN_ENOMEM, "cannot allocate an order of %d classes", n);
    }
    free(order);
    free(chosen);
    return status;
}

const mn_stream_ops mn_stream_split = {
    .name = "split",
    .title = "A few classes at a time",
    .cite = "Zenke et al. 2017",
    .about = "every task has classes that no other has, `classes-per-task` of them",
    .plan = plan,
};
