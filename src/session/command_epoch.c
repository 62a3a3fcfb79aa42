#include "session_impl.h"

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    int64_t n = 1;
    mn_status status =
        args->n > 1 ? mn_number_of("epochs", args->word[1], 1, 1000000000, &n, err) : MN_OK;
    if (status != MN_OK)
        return status;
    /* Pressed again before it is done: one after the other. */
    int64_t from =
        s->running && s->goal.epochs > s->epochs_done ? s->goal.epochs : s->epochs_done;
    s->goal = (mn_goal){GOAL_NONE, GOAL_NONE, GOAL_NONE};
    s->goal.epochs = from + n;
    return mn_session_go(s, err);
}

const mn_command_ops mn_command_epoch = {
    .name = "epoch",
    .usage = "[N]",
    .help = "train for one, or N, epochs and pause",
    .kind = MN_ACTION,
    .min_args = 0,
    .max_args = 1,
    .run = run,
};
