#include "view_impl.h"

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static const char *of_buffer(const mn_snapshot *s, mn_figure *f)
{
    const char *what = s->dreams_are_used ? "pseudoitem" : "item";
    if (!s->buffer_items)
        return mn_figure_text(f, "%s: the buffer is empty until a task ends", s->strategy);
    const char *held = mn_figure_text(f, "%s: %zu %s%s", s->strategy, s->buffer_items, what,
                                      plural(s->buffer_items));
    if (s->has_constraints && !s->constraints.steps)
        return mn_figure_text(f, "%s, no step compared with them yet", held);
    if (s->has_constraints)
        return mn_figure_text(f, "%s; they turned %.0f of 100 steps lately", held,
                              s->constraints.per_hundred);
    if (!s->buffer_replays)
        return mn_figure_text(f, "%s kept", held);
    return s->buffer_replayed < s->buffer_items
               ? mn_figure_text(f, "%s, %zu of them join every epoch", held, s->buffer_replayed)
               : mn_figure_text(f, "%s join every epoch", held);
}

static const char *of_importance(const mn_snapshot *s, mn_figure *f)
{
    if (!s->importance_terms)
        return mn_figure_text(f, "%s: %s is measured when a task ends", s->strategy,
                              s->importance_name);
    if (!(s->strength > 0.0))
        return mn_figure_text(f, "%s: strength 0 protects nothing (j raises it)", s->strategy);
    return mn_figure_text(f, "%s, strength %.4g: %s of %d task%s, 90 %% in %.1f %% of weights",
                          s->strategy, s->strength, s->importance_name, s->importance_terms,
                          plural((size_t)s->importance_terms), 100.0 * s->importance_share90);
}

bool mn_view_has_buffer(const mn_snapshot *s)
{
    return s->buffer_items || s->has_constraints || s->dreams_are_used || s->buffer_replays;
}

const char *mn_view_method(const mn_snapshot *s, mn_figure *f)
{
    if (s->has_importance)
        return of_importance(s, f);
    if (mn_view_has_buffer(s))
        return of_buffer(s, f);
    return mn_figure_text(f, "%s protects no old task (a chooses)", s->strategy);
}
