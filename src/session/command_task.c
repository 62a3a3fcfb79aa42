#include "session_impl.h"

#include <string.h>

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    int n_tasks = mn_stream_tasks(s->stream);
    int64_t task = s->task;
    char about[48];
    if (!strcmp(args->word[1], "next"))
        task++;
    else if (!strcmp(args->word[1], "previous"))
        task--;
    else if (mn_number_of("task", args->word[1], 1, n_tasks, &task, err) == MN_OK)
        task--;
    else
        return MN_EINVAL;
    if (n_tasks == 1)
        return mn_fail(
            err, MN_ELATER,
            "there is one task only: `set tasks=permuted n-tasks=5` starts anew with five");
    if (task < 0 || task >= n_tasks)
        return mn_fail(err, MN_ELATER, "task %d is the %s one of %d", s->task + 1,
                       task < 0 ? "first" : "last", n_tasks);
    if (task == s->task)
        return mn_fail(err, MN_ELATER, "task %d is being learnt already", s->task + 1);
    mn_status status = mn_session_task_end(s, err);
    if (status == MN_OK)
        status = mn_session_task_begin(s, (int)task, err);
    if (status != MN_OK)
        return status;
    s->finished = false;
    mn_session_probe(s);
    mn_text_add(say, "task %d of %d: %s", s->task + 1, n_tasks,
                mn_stream_describe(s->stream, s->task, about, sizeof about));
    return MN_OK;
}

const mn_command_ops mn_command_task = {
    .name = "task",
    .usage = "next|previous|N",
    .help = "end this task (scores, memories of it, dreams) and begin another",
    .kind = MN_INTERVENTION,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
