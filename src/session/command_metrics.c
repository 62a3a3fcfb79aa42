#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_status status = mn_session_metrics(s, args->word[1], err);
    if (status == MN_OK)
        mn_text_add(say, "metrics go to %s", args->word[1]);
    return status;
}

const mn_command_ops mn_command_metrics = {
    .name = "metrics",
    .usage = "FILE",
    .help =
        "write one record per evaluation to a new file: CSV by that ending, else JSON lines",
    .kind = MN_ACTION,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
