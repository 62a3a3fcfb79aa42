/* The interpreter: one line in, one change of the session out, logged when it is an
 * intervention. */
#include "session_impl.h"

#include <assert.h>
#include <string.h>

#define MN_COMMAND(id) extern const mn_command_ops mn_command_##id;
#include "commands.def"
#undef MN_COMMAND
const mn_command_ops *const mn_commands[] = {
#define MN_COMMAND(id) &mn_command_##id,
#include "commands.def"
#undef MN_COMMAND
    NULL};

const mn_command_ops *mn_command_find(const char *name)
{
    for (size_t i = 0; mn_commands[i]; i++)
        if (!strcmp(mn_commands[i]->name, name))
            return mn_commands[i];
    return NULL;
}

static mn_status unknown(const char *name, mn_err *err)
{
    const char *names[128];
    size_t n = 0;
    for (; mn_commands[n] && n < 127; n++)
        names[n] = mn_commands[n]->name;
    names[n] = NULL;
    const char *close = mn_text_closest(name, names);
    if (close)
        return mn_fail(err, MN_EINVAL, "unknown command '%.60s': did you mean '%s'?", name,
                       close);
    return mn_fail(err, MN_EINVAL, "unknown command '%.60s': `list commands` names them", name);
}

static mn_status check_arguments(const mn_command_ops *c, const mn_words *w, mn_err *err)
{
    int n = w->n - 1;
    if (n >= c->min_args && n <= c->max_args)
        return MN_OK;
    return mn_fail(err, MN_EINVAL, "%s takes %d to %d words, %d found: wanted `%s%s%s`",
                   c->name, c->min_args, c->max_args, n, c->name, *c->usage ? " " : "",
                   c->usage);
}

/* The timeline has room for what was done, not for what came of it. */
static void mark_event(mn_session *s, const char *said)
{
    char text[56];
    snprintf(text, sizeof text, "%.*s", (int)strcspn(said, ":;"), said);
    mn_history_event(&s->history, s->step, true, text);
}

/* Takes back what a command changed before it failed. Commands check first and fail whole;
 * this is for memory that runs out in their middle. */
static void roll_back(mn_session *s, mn_mark *mark, uint64_t before)
{
    mn_goal goal = s->goal;
    mn_err failure = s->failure, err = {0};
    s->digest = 0;
    if (mn_session_digest(s) == before) {
        mn_mark_finish(mark);
        return;
    }
    if (mn_mark_restore(mark, s, &err) == MN_OK) {
        s->goal = goal;
        s->failure = failure;
        mn_mark_finish(mark);
        return;
    }
    mn_marks_push(&s->undo, *mark);
    mn_fail(&s->failure, MN_ENOMEM, "a command was cut short (%.160s): `undo` it", err.msg);
    s->running = false;
}

/* Marks the state, runs, and logs; whatever fails leaves no trace. */
static mn_status intervene(mn_session *s, const mn_command_ops *c, const mn_words *w,
                           const char *line, mn_text *say, mn_err *err)
{
    mn_mark mark;
    mn_status status = mn_log_reserve(&s->log, err);
    if (status == MN_OK)
        status = mn_mark_make(&mark, s, line, err);
    if (status != MN_OK)
        return status;
    uint64_t before = mn_session_digest(s);
    s->absorbed = false;
    if ((status = c->run(s, w, say, err)) != MN_OK) {
        roll_back(s, &mark, before);
        return status;
    }
    mn_marks_push(&s->undo, mark);
    mn_marks_clear(&s->redo);
    s->failure.code = MN_OK;
    mark_event(s, say->data ? say->data : line);
    if (!s->absorbed)
        mn_log_add(&s->log, s->step, line);
    return MN_OK;
}

mn_status mn_session_do(mn_session *s, const char *line, mn_text *say, mn_err *err)
{
    mn_words w;
    mn_err local = {0};
    mn_text spoken = {0};
    err = err ? err : &local;
    mn_status status = strchr(line, '\n') ? mn_fail(err, MN_EINVAL, "a command is one line")
                                          : mn_words_split(&w, line, err);
    if (status == MN_OK && w.n == 0)
        return MN_OK;
    const mn_command_ops *c = status == MN_OK ? mn_command_find(w.word[0]) : NULL;
    if (status == MN_OK && !c)
        status = unknown(w.word[0], err);
    if (status == MN_OK && (status = check_arguments(c, &w, err)) == MN_OK) {
        if (c->kind == MN_INTERVENTION)
            status = intervene(s, c, &w, line, &spoken, err);
        else
            status = c->run(s, &w, &spoken, err);
        if (c->kind != MN_LOOK)
            s->digest = 0;
    }
    if (status != MN_OK)
        mn_session_say(s, true, err->msg);
    else if (spoken.data)
        mn_session_say(s, false, spoken.data);
    s->message_undoes =
        s->message_undoes || (status == MN_OK && c && c->kind == MN_INTERVENTION);
    if (say && spoken.data)
        mn_text_add(say, "%s", spoken.data);
    mn_text_finish(&spoken);
    return status;
}

/* What brings a default configuration to `c`, a line per table; the model comes first, it
 * brings defaults and a table of its own. */
static void write_configuration(mn_config *c, mn_text *out)
{
    mn_config plain;
    mn_config_defaults(&plain);
    mn_status known = mn_config_set(&plain, "model", c->run.model, NULL);
    assert(known == MN_OK);
    (void)known;
    mn_text_add(out, "set model=%s\n", c->run.model);
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(c, i), base = mn_config_table_at(&plain, i);
        const char *before = "set ";
        for (size_t j = 0; j < t.params.n; j++) {
            const mn_param *p = &t.params.rows[j];
            char value[MN_SPEC_MAX], usual[MN_SPEC_MAX], word[MN_SPEC_MAX + 64];
            mn_param_print(p, t.block, value, sizeof value);
            mn_param_print(p, base.block, usual, sizeof usual);
            if (!strcmp(value, usual) || !strcmp(p->name, "model") ||
                !strcmp(p->name, "preset"))
                continue;
            snprintf(word, sizeof word, "%s.%s=%s", t.name, p->name, value);
            mn_text_add(out, "%s", before);
            mn_words_quote(out, word);
            before = " ";
        }
        if (*before == ' ')
            mn_text_add(out, "\n");
    }
}

mn_status mn_session_log(const mn_session *s, mn_text *out, mn_err *err)
{
    mn_config initial = s->initial;
    write_configuration(&initial, out);
    for (size_t i = 0; i < s->log.n; i++)
        mn_text_add(out, "at %lld %s\n", (long long)s->log.at[i].step, s->log.at[i].text);
    mn_text_add(out, "run until step %lld\n", (long long)s->step);
    return out->failed ? mn_fail(err, MN_ENOMEM, "cannot allocate the text of the command log")
                       : MN_OK;
}
