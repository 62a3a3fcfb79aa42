#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    s->running = false;
    return MN_OK;
}

const mn_command_ops mn_command_pause = {
    .name = "pause",
    .usage = "",
    .help = "stop after the step at hand",
    .kind = MN_ACTION,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
