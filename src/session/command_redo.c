#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    return mn_session_redo(s, say, err);
}

const mn_command_ops mn_command_redo = {
    .name = "redo",
    .usage = "",
    .help = "take the last undo back",
    .kind = MN_ACTION,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
