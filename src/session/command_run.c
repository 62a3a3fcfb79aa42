#include "session_impl.h"

#include <string.h>

static mn_status read_goal(const mn_session *s, const mn_words *args, mn_goal *goal,
                           mn_err *err)
{
    const char *what = args->n > 2 ? args->word[2] : "";
    int64_t n = 0;
    bool end = !strcmp(what, "end");
    if (strcmp(args->word[1], "until") || (args->n != 4 && !(end && args->n == 3)))
        return mn_fail(err, MN_EINVAL,
                       "cannot read 'run %s': wanted `run`, `run until step|epoch|task N` or "
                       "`run until end`",
                       args->word[1]);
    if (end && !s->config.run.advance && !s->config.run.steps)
        return mn_fail(err, MN_ELATER,
                       "the run has no end while advance is no, it waits for `task next`: `set "
                       "advance=yes`, `set steps=N`, or run until a step, an epoch or a task");
    if (end)
        return MN_OK;
    bool task = !strcmp(what, "task");
    mn_status status = mn_number_of(what, args->word[3], task,
                                    task ? mn_stream_tasks(s->stream) : INT64_MAX / 8, &n, err);
    if (status != MN_OK)
        return status;
    if (!strcmp(what, "step"))
        goal->step = n;
    else if (!strcmp(what, "epoch"))
        goal->epochs = n;
    else if (task)
        goal->task = (int)(n - 1);
    else
        return mn_fail(err, MN_EINVAL,
                       "cannot run until '%.40s': wanted step, epoch, task or end", what);
    return MN_OK;
}

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    mn_goal goal = {GOAL_NONE, GOAL_NONE, GOAL_NONE};
    mn_status status = args->n > 1 ? read_goal(s, args, &goal, err) : MN_OK;
    if (status != MN_OK)
        return status;
    s->goal = goal;
    return mn_session_go(s, err);
}

const mn_command_ops mn_command_run = {
    .name = "run",
    .usage = "[until step|epoch|task N | until end]",
    .help =
        "train, without end or until a step, an epoch of all, a task, or the end of the run",
    .kind = MN_ACTION,
    .min_args = 0,
    .max_args = 3,
    .run = run,
};
