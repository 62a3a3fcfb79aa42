#include "returns.h"

#include <math.h>

bool mn_returns_missing(const mn_snapshot *s, mn_room room, bool over_time, mn_figure *f)
{
    const char *why = NULL;
    if (!s->gives_back)
        why = mn_figure_text(f, "%s answers in classes: it does not give items back",
                             *s->title ? s->title : "the model");
    else if (over_time && s->n_moments < 2)
        why = "over steps, once training goes (Space)";
    if (why)
        mn_view_say(f, room, why);
    return why;
}

const char *mn_returns_losses(const mn_snapshot *s, mn_figure *f)
{
    const char *regular = isnan(s->returned[MN_REGULAR])
                              ? ""
                              : mn_figure_text(f, "regular %.3g  ", s->returned[MN_REGULAR]),
               *exceptional =
                   isnan(s->returned[MN_EXCEPTIONAL])
                       ? ""
                       : mn_figure_text(f, "exceptional %.3g", s->returned[MN_EXCEPTIONAL]);
    return mn_figure_text(f, "%s%s", regular, exceptional);
}

const char *mn_returns_method(const mn_snapshot *s, mn_figure *f)
{
    if (!s->signal_is_used)
        return mn_figure_text(f,
                              "%zu items and %zu exceptions, which count the same (strategies "
                              "reweight and resample favour exceptions).",
                              s->n_of_kind[MN_REGULAR], s->n_of_kind[MN_EXCEPTIONAL]);
    return mn_figure_text(f,
                          "%zu items and %zu exceptions, %s by %s: the strongest exception "
                          "counts e^%.3g times the weakest.",
                          s->n_of_kind[MN_REGULAR], s->n_of_kind[MN_EXCEPTIONAL], s->strategy,
                          mn_signal_names[s->signal], s->gamma);
}
