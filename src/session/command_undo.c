#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    return mn_session_undo(s, say, err);
}

const mn_command_ops mn_command_undo = {
    .name = "undo",
    .usage = "",
    .help = "go back to the state before the last intervention",
    .kind = MN_ACTION,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
