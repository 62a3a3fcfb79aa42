#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    return mn_session_nudge(s, args->word[1], -1, say, err);
}

const mn_command_ops mn_command_down = {
    .name = "down",
    .usage = "NAME",
    .help = "the next smaller value of a parameter",
    .kind = MN_INTERVENTION,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
