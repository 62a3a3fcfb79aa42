/* The journal of a run: its configuration, what was done and what happened, as text in a
 * checkpoint's metadata. */
#include "session_impl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

mn_status mn_log_reserve(mn_log *log, mn_err *err)
{
    if (log->n < log->capacity)
        return MN_OK;
    size_t capacity = log->capacity ? 2 * log->capacity : 16;
    mn_log_entry *at = realloc(log->at, capacity * sizeof *at);
    if (!at)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the command log");
    log->at = at;
    log->capacity = capacity;
    return MN_OK;
}

void mn_log_add(mn_log *log, int64_t step, const char *line)
{
    mn_log_entry *e = &log->at[log->n++];
    e->step = step;
    snprintf(e->text, sizeof e->text, "%s", line);
}

void mn_log_finish(mn_log *log)
{
    free(log->at);
    *log = (mn_log){0};
}

/* "table.name=value" lines: every parameter, so that a checkpoint does not depend on later
 * defaults. */
static void write_config(mn_config *c, mn_text *out)
{
    mn_text_add(out, "run.model=%s\n", c->run.model);
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(c, i);
        for (size_t j = 0; j < t.params.n; j++) {
            const mn_param *p = &t.params.rows[j];
            char value[MN_SPEC_MAX];
            if (strcmp(p->name, "model"))
                mn_text_add(out, "%s.%s=%s\n", t.name, p->name,
                            mn_param_print(p, t.block, value, sizeof value));
        }
    }
}

static mn_status assign_line(mn_config *c, const char *line, mn_err *err)
{
    /* A preset's settings are all there one by one; choosing it again would undo the changes
     * made since. */
    if (!strncmp(line, "run.preset=", 11)) {
        snprintf(c->run.preset, sizeof c->run.preset, "%.*s", MN_NAME_MAX - 1, line + 11);
        return MN_OK;
    }
    return mn_config_assign(c, line, err);
}

static mn_status read_config(const mn_tensors *t, const char *key, const char *name,
                             mn_config *c, mn_err *err)
{
    const char *text = mn_tensors_meta(t, key);
    if (!text)
        return mn_fail(err, MN_EFORMAT,
                       "checkpoint '%s' has no %s: was it written by mnemoscope?", name, key);
    mn_config_defaults(c);
    while (*text) {
        char line[MN_SPEC_MAX + 64];
        size_t n = strcspn(text, "\n");
        if (n >= sizeof line)
            return mn_fail(err, MN_EFORMAT, "checkpoint '%s': a line of its %s is too long",
                           name, key);
        snprintf(line, sizeof line, "%.*s", (int)n, text);
        mn_status s = *line ? assign_line(c, line, err) : MN_OK;
        if (s != MN_OK)
            return s;
        text += n + (text[n] == '\n');
    }
    return MN_OK;
}

static void write_log(const mn_session *s, mn_text *out)
{
    for (size_t i = 0; i < s->log.n; i++)
        mn_text_add(out, "%" PRId64 " %s\n", s->log.at[i].step, s->log.at[i].text);
}

static void write_events(const mn_session *s, mn_text *out)
{
    for (int i = 0; i < s->history.n_events; i++) {
        const mn_event *e = &s->history.events[i];
        mn_text_add(out, "%" PRId64 " %c %s\n", e->step, e->intervention ? '!' : '.', e->text);
    }
}

/* The number at the start of a line, and what follows it; the next line, or NULL at the end. */
static const char *take_line(const char *text, long long *step, char *rest, size_t size)
{
    size_t n = strcspn(text, "\n");
    char *end;
    if (!*text)
        return NULL;
    *step = strtoll(text, &end, 10);
    size_t used = (size_t)(end - text);
    if (used < n && *end == ' ')
        used++;
    snprintf(rest, size, "%.*s", (int)(used < n ? n - used : 0), text + used);
    return text + n + (text[n] == '\n');
}

static mn_status read_log(mn_log *log, const char *text, mn_err *err)
{
    char rest[MN_LINE_MAX];
    long long step;
    mn_status status = MN_OK;
    while (status == MN_OK && text && (text = take_line(text, &step, rest, sizeof rest)))
        if ((status = mn_log_reserve(log, err)) == MN_OK)
            mn_log_add(log, step, rest);
    return status;
}

static void read_events(mn_session *s, const char *text)
{
    char rest[80];
    long long step;
    s->history.n_events = 0;
    while (text && (text = take_line(text, &step, rest, sizeof rest)))
        if (strlen(rest) > 2)
            mn_history_event(&s->history, step, rest[0] == '!', rest + 2);
}

/* Lost text is no checkpoint: an empty log would replay to another run. */
static void add_text(mn_tensors_out *out, const char *key, mn_text *text, bool *lost)
{
    *lost = *lost || text->failed;
    mn_tensors_add_meta(out, key, text->data ? text->data : "");
    mn_text_reset(text);
}

mn_status mn_journal_add(mn_session *s, mn_tensors_out *out, mn_err *err)
{
    mn_text text = {0};
    bool lost = false;
    write_config(&s->config, &text);
    add_text(out, "configuration", &text, &lost);
    write_config(&s->initial, &text);
    add_text(out, "initial", &text, &lost);
    write_log(s, &text);
    add_text(out, "log", &text, &lost);
    write_events(s, &text);
    add_text(out, "events", &text, &lost);
    mn_text_finish(&text);
    return lost ? mn_fail(err, MN_ENOMEM, "cannot allocate the text of a checkpoint") : MN_OK;
}

mn_status mn_journal_read(mn_journal *j, const mn_tensors *t, const char *name, mn_err *err)
{
    *j = (mn_journal){.events = mn_tensors_meta(t, "events")};
    mn_status status = read_config(t, "configuration", name, &j->config, err);
    if (status == MN_OK)
        status = read_config(t, "initial", name, &j->initial, err);
    if (status == MN_OK)
        status = read_log(&j->log, mn_tensors_meta(t, "log"), err);
    return status;
}

void mn_journal_fill(mn_journal *j, mn_session *s)
{
    mn_log log = s->log;
    s->config = j->config;
    s->initial = j->initial;
    s->log = j->log;
    j->log = log;
    read_events(s, j->events);
}

void mn_journal_finish(mn_journal *j)
{
    mn_log_finish(&j->log);
}
