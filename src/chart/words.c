#include "chart_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *mn_objective_title(const mn_results *r)
{
    if (!strcmp(r->objective, "f1"))
        return "average F1 (%)";
    if (!strcmp(r->objective, "min-task"))
        return "worst task when learnt (%)";
    if (!strcmp(r->objective, "exceptional"))
        return "of an exception comes back (%)";
    if (!strcmp(r->objective, "stable"))
        return "stable items (%)";
    return "average accuracy (%)";
}

/* "1e+04" -> "1e4" */
static void shorten_exponent(char *text)
{
    char *e = strchr(text, 'e'), *to = e ? e + 1 : text, *from = to;
    if (!e)
        return;
    if (*from == '-')
        to++;
    if (*from == '-' || *from == '+')
        from++;
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

const char *mn_survey_brief(const mn_survey *s, const char *setting)
{
    char *end, text[32];
    double v = strtod(setting, &end);
    if (!*setting || *end || !isfinite(v) || strlen(setting) <= 4)
        return setting;
    snprintf(text, sizeof text, fabs(v) >= 1e3 && fabs(v) < 1e4 ? "%.0f" : "%.3g", v);
    shorten_exponent(text);
    return mn_figure_text(s->figure, "%s", text);
}

const char *mn_survey_words(const mn_survey *s, int dimension, const char *setting)
{
    const mn_dimension *d = &s->dimensions[dimension];
    if (d->variant || !strcmp(d->name, "strategy"))
        return setting;
    return mn_figure_text(s->figure, "%s %s", d->name, mn_survey_brief(s, setting));
}

static const char *failures(const mn_survey *s)
{
    int failed = mn_survey_failed(s);
    if (!failed)
        return "";
    return mn_figure_text(s->figure, ", %d failed", failed);
}

const char *mn_survey_runs(const mn_survey *s, bool spread)
{
    const char *what = spread ? "mean ± sd" : "mean";
    int least = 0, most = 0;
    for (size_t i = 0; i < s->n; i++) {
        int n = s->points[i].n;
        least = n && (!least || n < least) ? n : least;
        most = n > most ? n : most;
    }
    if (most <= 1)
        return mn_figure_text(s->figure, "%s run%s%s", s->n > 1 ? "one" : "1",
                              s->n > 1 ? " each" : "", failures(s));
    if (least < most)
        return mn_figure_text(s->figure, "%s of %d to %d runs%s", what, least, most,
                              failures(s));
    return mn_figure_text(s->figure, "%s of %d runs%s", what, most, failures(s));
}

const char *mn_survey_point(const mn_survey *s, size_t point)
{
    const char *text = "";
    for (int pass = 0; pass < 2; pass++) /* the method first, then its settings */
        for (int d = 0; d < s->n_dimensions; d++) {
            const mn_dimension *k = &s->dimensions[d];
            const char *setting = mn_survey_setting(s, point, d);
            if (!k->open || !*setting || k->numeric == (pass == 0))
                continue;
            text = mn_figure_text(s->figure, "%s%s%s", text, *text ? " · " : "",
                                  mn_survey_words(s, d, setting));
        }
    return text;
}

void mn_survey_head(const mn_survey *s, const char *otherwise)
{
    const mn_results *r = s->results;
    bool known = *r->model && *r->data;
    if (*r->title)
        mn_figure_title(s->figure, "%s", r->title);
    else
        mn_figure_title(s->figure, "%s%s%s%s%s", otherwise, known ? ": " : "", r->model,
                        known ? " on " : "", r->data);
    mn_figure_status(s->figure, "%s", mn_survey_runs(s, true));
}

/* `text` broken at blanks into lines of at most `width` bytes. */
void mn_chart_say(mn_figure *f, mn_room room, const char *text)
{
    size_t width = room.cols > 10 ? (size_t)room.cols - 2 : 8, n = strlen(text) / width * 2 + 2;
    mn_text_lines *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_run_of_text *lines = mn_figure_room(f, n, sizeof *lines);
    if (!mark || !lines)
        return;
    for (mark->lines = lines; *text && (size_t)mark->n < n; mark->n++) {
        size_t take = strlen(text);
        if (take > width) {
            for (take = width; take > 1 && text[take] != ' '; take--)
                ;
            take = take == 1 ? width : take;
        }
        lines[mark->n] = (mn_run_of_text){mn_figure_text(f, "%.*s", (int)take, text), MN_DIM};
        text += take;
        text += strspn(text, " ");
    }
    mn_figure_add(f, MN_MARK_TEXT, mark);
}

bool mn_chart_has_runs(const mn_results *r, char *why, size_t size)
{
    const mn_result *failed = NULL;
    for (size_t i = 0; i < r->n; i++) {
        if (r->at[i].ok)
            return true;
        failed = failed ? failed : &r->at[i];
    }
    if (failed)
        snprintf(why, size, "every run failed, the first with: %.200s", failed->error);
    else
        snprintf(why, size, "no run has ended yet");
    return false;
}
