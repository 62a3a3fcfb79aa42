#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_session_evaluate(s);
    int n_tasks = mn_stream_tasks(s->stream);
    mn_text_add(say, "task %d: %.2f %% of %zu test items", s->task + 1,
                100.0 * s->scores.R[s->task * n_tasks + s->task],
                mn_stream_items(s->stream, s->task, MN_TEST));
    return MN_OK;
}

const mn_command_ops mn_command_evaluate = {
    .name = "evaluate",
    .usage = "",
    .help = "score every task on its whole test set now",
    .kind = MN_ACTION,
    .min_args = 0,
    .max_args = 0,
    .run = run,
};
