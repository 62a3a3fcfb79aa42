#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    return mn_session_assign(s, args->n - 1, args->word + 1, say, err);
}

const mn_command_ops mn_command_set = {
    .name = "set",
    .usage = "NAME=VALUE ...",
    .help = "change parameters; what cannot change while it trains starts the experiment anew",
    .kind = MN_INTERVENTION,
    .min_args = 1,
    .max_args = 60,
    .run = run,
};
