#include "session_impl.h"

#include <math.h>
#include <string.h>

static void add_number(mn_text *out, double x)
{
    mn_text_add(out, isfinite(x) ? ",%.9g" : ",", x);
}

static void write_history(const mn_session *s, mn_text *out)
{
    int n_tasks = mn_stream_tasks(s->stream);
    mn_text_add(out, "step,loss,index_mean,dead");
    for (int t = 0; t < n_tasks; t++)
        mn_text_add(out, ",accuracy_%d,f1_%d", t + 1, t + 1);
    for (int i = 0; i < s->history.n_moments; i++) {
        const mn_moment *m = &s->history.moments[i];
        mn_text_add(out, "\n%lld", (long long)m->step);
        add_number(out, m->loss);
        add_number(out, m->index_mean);
        mn_text_add(out, ",%d", m->dead);
        for (int t = 0; t < n_tasks; t++) {
            add_number(out, m->score[t]);
            add_number(out, m->f1[t]);
        }
    }
    mn_text_add(out, "\n");
}

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    bool log = !strcmp(args->word[1], "log");
    char unused[4096];
    mn_text text = {0};
    if (!log && strcmp(args->word[1], "metrics"))
        return mn_fail(err, MN_EINVAL, "cannot export '%.40s': wanted log or metrics",
                       args->word[1]);
    const char *path = args->n > 2
                           ? args->word[2]
                           : mn_file_unused(log ? "mnemoscope.script" : "mnemoscope.csv",
                                            unused, sizeof unused);
    mn_status status = path ? MN_OK : mn_fail(err, MN_EIO, "cannot find a free name here");
    if (status == MN_OK && log)
        status = mn_session_log(s, &text, err);
    else if (status == MN_OK)
        write_history(s, &text);
    if (status == MN_OK)
        status = mn_file_replace(path, text.data, text.length, false, err);
    if (status == MN_OK)
        mn_text_add(say, "wrote %s", path);
    mn_text_finish(&text);
    return status;
}

const mn_command_ops mn_command_export = {
    .name = "export",
    .usage = "log|metrics [FILE]",
    .help = "write the command log (a script that replays the run) or the history as CSV",
    .kind = MN_ACTION,
    .min_args = 1,
    .max_args = 2,
    .run = run,
};
