#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_status status = mn_session_weights(s, args->word[1], say, err);
    if (status == MN_OK)
        mn_text_add(say, "%sweights from %s", say->length ? "; " : "", args->word[1]);
    return status;
}

const mn_command_ops mn_command_weights = {
    .name = "weights",
    .usage = "FILE",
    .help = "take weights from the named tensors of any safetensors file",
    .kind = MN_INTERVENTION,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
