#include <math.h>
#include <stdio.h>

#include "mnemoscope/stream_impl.h"

static mn_status plan(mn_stream *s, const char *argument, mn_err *err)
{
    mn_status status = MN_OK;
    for (int t = 0; t < s->cfg.n_tasks && status == MN_OK; t++) {
        mn_plan p = {.angle = s->cfg.angle * t};
        if (fmod(p.angle, 360.0) == 0.0)
            snprintf(p.title, sizeof p.title, "upright");
        status = mn_stream_add_task(s, &p, err);
    }
    return status;
}

const mn_stream_ops mn_stream_rotated = {
    .name = "rotated",
    .title = "Turned pictures",
    .cite = "Lopez-Paz & Ranzato 2017",
    .about = "every task turns the pictures by `angle` further, about their centre",
    .plan = plan,
};
