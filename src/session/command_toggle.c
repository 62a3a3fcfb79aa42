#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    if (s->running) {
        s->running = false;
        return MN_OK;
    }
    return mn_session_do(s, "run", say, err);
}

const mn_command_ops mn_command_toggle = {
    .name = "toggle",
    .usage = "",
    .help = "run when paused, pause when running",
    .kind = MN_ACTION,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
