#include "session_impl.h"

#include <string.h>

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_config changed = s->config;
    if (args->n > 1) {
        if (strcmp(args->word[1], "new-seed"))
            return mn_fail(err, MN_EINVAL,
                           "cannot reset '%.40s': wanted `reset` or `reset new-seed`",
                           args->word[1]);
        changed.run.seed = changed.run.seed == INT32_MAX ? 0 : changed.run.seed + 1;
    }
    mn_status status = mn_session_build(s, &changed, err);
    if (status != MN_OK)
        return status;
    mn_text_add(say, "started anew with seed %d", s->config.run.seed);
    mn_session_tell_skipped(s, say);
    return MN_OK;
}

const mn_command_ops mn_command_reset = {
    .name = "reset",
    .usage = "[new-seed]",
    .help = "start anew with the settings as they are, from the same seed or the next",
    .kind = MN_INTERVENTION,
    .min_args = 0,
    .max_args = 1,
    .run = run,
};
