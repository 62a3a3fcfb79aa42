#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_tensors *t = NULL;
    mn_status status = mn_tensors_open(&t, args->word[1], err);
    if (status == MN_OK)
        status = mn_checkpoint_read(s, t, args->word[1], err);
    mn_tensors_close(t);
    if (status != MN_OK)
        return status;
    s->absorbed = true; /* its log came with it */
    mn_text_add(say, "loaded %s at step %lld", args->word[1], (long long)s->step);
    return MN_OK;
}

const mn_command_ops mn_command_load = {
    .name = "load",
    .usage = "FILE",
    .help = "go on from a checkpoint",
    .kind = MN_INTERVENTION,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
