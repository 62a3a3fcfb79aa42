#include <stdio.h>

#include "mnemoscope/stream_impl.h"

/* Every task draws its own permutation: what a task has in common with the first one is the
 * pixels that neither moves, less with every task. */
static mn_status plan(mn_stream *s, const char *argument, mn_err *err)
{
    mn_status status = MN_OK;
    int n = s->cfg.n_tasks;
    for (int t = 0; t < n && status == MN_OK; t++) {
        mn_plan p = {.share = n > 1 ? s->cfg.share * t / (n - 1) : 0.0};
        if (p.share <= 0.0)
            snprintf(p.title, sizeof p.title, "pixels in place");
        status = mn_stream_add_task(s, &p, err);
    }
    return status;
}

const mn_stream_ops mn_stream_graded = {
    .name = "graded",
    .title = "From related to unrelated",
    .cite = "",
    .about = "every task moves more pixels than the one before: none at first, `share` at last",
    .plan = plan,
};
