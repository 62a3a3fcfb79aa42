/* Changing parameters: what `set`, `up`, `down` and `dreaming` have in common. */
#include "session_impl.h"

#include <stdlib.h>
#include <string.h>

mn_status mn_number_of(const char *what, const char *text, int64_t min, int64_t max,
                       int64_t *out, mn_err *err)
{
    char *end;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || value < min || value > max)
        return mn_fail(err, MN_EINVAL,
                       "%s cannot be '%.40s': wanted a whole number from %lld to %lld", what,
                       text, (long long)min, (long long)max);
    *out = value;
    return MN_OK;
}

/* "vertex 2 -> 20" for every parameter that differs; a preset speaks for all it changes. */
static void say_changes(mn_config *before, mn_config *after, mn_text *say)
{
    if (strcmp(before->run.preset, after->run.preset)) {
        mn_text_add(say, "preset %s -> %s", before->run.preset, after->run.preset);
        return;
    }
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table a = mn_config_table_at(before, i), b = mn_config_table_at(after, i);
        for (size_t j = 0; j < b.params.n && a.params.rows == b.params.rows; j++) {
            const mn_param *p = &b.params.rows[j];
            char was[MN_SPEC_MAX], is[MN_SPEC_MAX];
            if (!strcmp(mn_param_print(p, a.block, was, sizeof was),
                        mn_param_print(p, b.block, is, sizeof is)))
                continue;
            mn_text_add(say, "%s%s %s -> %s", say->length ? ", " : "", p->name, was, is);
        }
    }
}

/* What a strategy held that another one has no use for. */
static void say_left(bool dreams, size_t held, size_t holds, mn_text *say)
{
    if (held > holds)
        mn_text_add(say, "; %zu %s left behind", held,
                    dreams ? (held == 1 ? "dream is" : "dreams are")
                           : (held == 1 ? "kept item is" : "kept items are"));
}

static mn_status change(mn_session *s, mn_config *changed, mn_text *say, mn_err *err)
{
    mn_config before = s->config;
    int64_t step = s->step;
    bool dreams = mn_strategy_dreams(mn_strategy_kind(s->strategy));
    size_t held = mn_strategy_buffer(s->strategy)->n;
    bool anew = !mn_session_same_parts(s, changed);
    mn_status status = mn_session_change(s, changed, err);
    if (status != MN_OK)
        return status;
    say_changes(&before, &s->config, say);
    if (!say->length)
        mn_text_add(say, "nothing changed");
    if (anew && step > 0)
        mn_text_add(say, " (started anew)");
    if (anew)
        mn_session_tell_skipped(s, say);
    if (!anew)
        say_left(dreams, held, mn_strategy_buffer(s->strategy)->n, say);
    return MN_OK;
}

mn_status mn_session_assign(mn_session *s, int n, char *const *assignments, mn_text *say,
                            mn_err *err)
{
    mn_config changed = s->config;
    for (int i = 0; i < n; i++) {
        mn_status status = mn_config_assign(&changed, assignments[i], err);
        if (status != MN_OK)
            return status;
    }
    return change(s, &changed, say, err);
}

mn_status mn_session_nudge(mn_session *s, const char *name, int direction, mn_text *say,
                           mn_err *err)
{
    mn_config changed = s->config;
    const mn_param *p;
    mn_config_table t;
    char text[64], edge[64];
    mn_status status = mn_config_find(&changed, name, &p, &t, err);
    if (status != MN_OK)
        return status;
    if (p->kind == MN_TEXT)
        return mn_fail(err, MN_EINVAL, "%s is a text: `set %s=...` changes it", p->name,
                       p->name);
    double now = mn_param_number(p, t.block), next = mn_param_neighbour(p, now, direction);
    if (next == now)
        return mn_fail(err, MN_ELATER, "%s is at its %s stop, %s", p->name,
                       direction > 0 ? "last" : "first",
                       mn_param_print(p, t.block, edge, sizeof edge));
    if (p->kind == MN_CHOICE)
        snprintf(text, sizeof text, "%s", p->choices[(int)next]);
    else if (p->kind == MN_BOOL)
        snprintf(text, sizeof text, "%s", next != 0.0 ? "yes" : "no");
    else
        snprintf(text, sizeof text, "%.9g", next);
    status = mn_param_set(p, t.block, text, err);
    return status == MN_OK ? change(s, &changed, say, err) : status;
}
