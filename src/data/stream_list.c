#include <stdlib.h>

#include "mnemoscope/stream_impl.h"

/* A base of classes that are learnt together, then the others one at a time: list learning,
 * with a class for an item (Robins and McCallum 1998; with no base, Burgess, Shapiro and Moore
 * 1991). */

static mn_status check(const mn_stream *s, mn_err *err)
{
    const int n = mn_stream_classes(s), base = s->cfg.base,
              wanted = base ? base + s->cfg.n_tasks - 1 : s->cfg.n_tasks;
    if (wanted <= n)
        return MN_OK;
    return mn_fail(err, MN_EINVAL,
                   "a list of %d tasks with base=%d has %d classes: '%s' has %d",
                   s->cfg.n_tasks, base, wanted, mn_dataset_name(s->source.data), n);
}

/* `chosen` is (n_classes), all false. */
static mn_status add_tasks(mn_stream *s, const uint32_t *order, bool *chosen, mn_err *err)
{
    mn_status status = MN_OK;
    int at = 0;
    for (int t = 0; t < s->cfg.n_tasks && status == MN_OK; t++) {
        const int from = at, n = t == 0 && s->cfg.base ? s->cfg.base : 1;
        for (; at < from + n; at++)
            chosen[order[at]] = true;
        status = mn_stream_add_task(s, &(mn_plan){.classes = chosen}, err);
        for (int i = from; i < at; i++)
            chosen[order[i]] = false;
    }
    return status;
}

static mn_status plan(mn_stream *s, const char *argument, mn_err *err)
{
    const size_t n = (size_t)mn_stream_classes(s);
    mn_status status = check(s, err);
    if (status != MN_OK)
        return status;
    uint32_t *order = calloc(n, sizeof *order);
    bool *chosen = calloc(n, sizeof *chosen);
    if (order && chosen) {
        mn_stream_order_classes(s, order, n);
        status = add_tasks(s, order, chosen, err);
    } else {
        status = mn_fail(err, MN_ENOMEM, "cannot allocate an order of %zu classes", n);
    }
    free(order);
    free(chosen);
    return status;
}

const mn_stream_ops mn_stream_list = {
    .name = "list",
    .title = "A list, one class at a time",
    .cite = "Robins & McCallum 1998",
    .about = "`base` classes together, then one class in every task: list learning",
    .plan = plan,
};
