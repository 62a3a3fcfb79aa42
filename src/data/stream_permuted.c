#include <stdio.h>

#include "mnemoscope/stream_impl.h"

static mn_status plan(mn_stream *s, const char *argument, mn_err *err)
{
    mn_status status = MN_OK;
    for (int t = 0; t < s->cfg.n_tasks && status == MN_OK; t++) {
        mn_plan p = {.share = s->cfg.share};
        if (t == 0 && s->cfg.first_identity)
            p = (mn_plan){.title = "pixels in place"};
        else if (p.share >= 1.0)
            snprintf(p.title, sizeof p.title, "permutation %d", t + 1);
        status = mn_stream_add_task(s, &p, err);
    }
    return status;
}

const mn_stream_ops mn_stream_permuted = {
    .name = "permuted",
    .title = "Permuted pixels",
    .cite = "Goodfellow et al. 2014",
    .about = "every task shuffles the pixels, or a share of them, in its own fixed way",
    .plan = plan,
};
