#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    for (int i = 1; i < args->n; i++)
        mn_text_add(say, "%s%s", i > 1 ? " " : "", args->word[i]);
    mn_history_event(&s->history, s->step, false, say->data ? say->data : "");
    return MN_OK;
}

const mn_command_ops mn_command_note = {
    .name = "note",
    .usage = "TEXT ...",
    .help = "a line for the caption and the timeline",
    .kind = MN_ACTION,
    .min_args = 1,
    .max_args = 60,
    .run = run,
};
