#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    bool on = mn_strategy_dreams(mn_strategy_kind(s->strategy));
    char assignment[] = "strategy=pseudorehearsal", plain[] = "strategy=vanilla";
    char *word = on ? plain : assignment;
    return mn_session_assign(s, 1, &word, say, err);
}

const mn_command_ops mn_command_dreaming = {
    .name = "dreaming",
    .usage = "",
    .help = "turn pseudorehearsal on, or back to vanilla",
    .kind = MN_INTERVENTION,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
