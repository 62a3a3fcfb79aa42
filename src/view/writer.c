#include "view_impl.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

mn_writer mn_writer_begin(mn_figure *f, int room)
{
    mn_writer w = {.figure = f, .room = room > 0 ? room : 0};
    w.lines = mn_figure_room(f, (size_t)w.room + 1, sizeof *w.lines);
    if (!w.lines)
        w.room = 0;
    return w;
}

void mn_writer_line(mn_writer *w, mn_tone tone, const char *fmt, ...)
{
    char line[256];
    va_list args;
    if (w->n >= w->room)
        return;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    w->lines[w->n++] =
        (mn_run_of_text){.text = mn_figure_text(w->figure, "%s", line), .tone = tone};
}

void mn_writer_wrap(mn_writer *w, mn_tone tone, int cols, const char *text)
{
    size_t width = cols > 8 ? (size_t)cols : 8;
    while (*text) {
        size_t n = strlen(text);
        if (n > width) {
            n = width;
            while (n > 1 && text[n] != ' ')
                n--;
            if (n == 1)
                n = width;
        }
        mn_writer_line(w, tone, "%.*s", (int)n, text);
        text += n;
        text += strspn(text, " ");
    }
}

mn_part *mn_writer_end(mn_writer *w, int column)
{
    if (!w->n)
        return NULL;
    mn_text_lines *mark = mn_figure_room(w->figure, 1, sizeof *mark);
    if (!mark)
        return NULL;
    *mark = (mn_text_lines){.n = w->n, .lines = w->lines};
    mn_part *p = mn_figure_add(w->figure, MN_MARK_TEXT, mark);
    p->column = column;
    p->rows = w->n;
    p->min_rows = 1;
    return p;
}

void mn_view_say(mn_figure *f, mn_room room, const char *text)
{
    mn_writer w = mn_writer_begin(f, room.rows);
    mn_writer_wrap(&w, MN_DIM, room.cols - 2, text);
    mn_writer_end(&w, 0);
}

const char *mn_view_percent(mn_figure *f, double share, int decimals)
{
    return isnan(share) ? "-" : mn_figure_text(f, "%.*f", decimals, 100.0 * share);
}

const char *mn_view_age(mn_figure *f, int64_t now, int64_t then)
{
    if (then < 0)
        return "never";
    if (then >= now)
        return "now";
    return mn_figure_text(f, "%lld step%s ago", (long long)(now - then),
                          now - then == 1 ? "" : "s");
}

const char *mn_view_chip(double index)
{
    if (isnan(index))
        return "";
    return index < 1.0 / 3.0 ? "feat" : index < 2.0 / 3.0 ? "mix" : "prot";
}

mn_window mn_view_window(const mn_units *u, mn_window wanted)
{
    for (int w = (int)wanted; w < MN_N_WINDOWS; w++)
        if (u->items[w])
            return (mn_window)w;
    for (int w = (int)wanted; w >= 0; w--)
        if (u->items[w])
            return (mn_window)w;
    return wanted;
}

const mn_mixture *mn_view_mixture(const mn_snapshot *s, mn_window w, mn_census *census)
{
    mn_census wanted = w == MN_RUN    ? MN_CENSUS_RUN
                       : w == MN_TASK ? MN_CENSUS_TEST
                                      : MN_CENSUS_EPOCH;
    for (int i = 0; i < MN_N_CENSUSES; i++) {
        *census = (mn_census)(((int)wanted + i) % MN_N_CENSUSES);
        const mn_mixture *m = &s->mixture[*census];
        if (m->n == s->n_units && m->items)
            return m;
    }
    return NULL;
}

double mn_view_rate(const mn_units *u, mn_window w, uint32_t unit)
{
    return u->items[w] ? (double)u->fired[w][unit] / (double)u->items[w] : (double)NAN;
}

bool mn_view_span(const double *y, int n, double *lo, double *hi)
{
    *lo = HUGE_VAL;
    *hi = -HUGE_VAL;
    for (int i = 0; i < n; i++)
        if (isfinite(y[i])) {
            *lo = fmin(*lo, y[i]);
            *hi = fmax(*hi, y[i]);
        }
    return *lo <= *hi;
}

bool mn_view_unit(const mn_snapshot *s, int unit)
{
    return unit >= 0 && unit < s->n_units && unit < s->units.n;
}

bool mn_view_dead(const mn_snapshot *s, int unit)
{
    if (!mn_view_unit(s, unit))
        return false;
    return s->cause ? s->cause[unit] != MN_ALIVE : mn_units_dead(&s->units, unit);
}

const char *mn_view_class(const mn_snapshot *s, int class, mn_figure *f)
{
    bool named = class >= 0 && class < MN_CLASSES_MAX && *s->class_name[class];
    return named ? s->class_name[class] : mn_figure_text(f, "%d", class);
}

char *mn_view_units(const mn_snapshot *s, char out[MN_NOUN_MAX])
{
    size_t n = strlen(s->unit_noun);
    if (!n)
        snprintf(out, MN_NOUN_MAX, "units");
    else if (s->unit_noun[n - 1] == 'y')
        snprintf(out, MN_NOUN_MAX, "%.*sies", (int)n - 1, s->unit_noun);
    else
        snprintf(out, MN_NOUN_MAX, "%ss", s->unit_noun);
    return out;
}

static const char *capitalise(mn_figure *f, const char *noun)
{
    return mn_figure_text(f, "%c%s", toupper((unsigned char)*noun), noun + (*noun != 0));
}

const char *mn_view_unit_title(const mn_snapshot *s, mn_figure *f)
{
    return *s->unit_noun ? capitalise(f, s->unit_noun) : "Unit";
}

const char *mn_view_units_title(const mn_snapshot *s, mn_figure *f)
{
    char units[MN_NOUN_MAX];
    return capitalise(f, mn_view_units(s, units));
}

int mn_view_votes(const mn_snapshot *s, uint32_t unit, int *class)
{
    int tile = mn_snapshot_tile(s, unit), n = 0;
    *class = s->units.label[unit];
    if (tile < 0 || *class < 0) /* without its weights all that is known is the largest */
        return *class >= 0;
    const float *w = s->tile_classes + (size_t)tile * (size_t)s->n_classes;
    float most = 0.0f;
    for (int c = 0; c < s->n_classes; c++)
        most = fmaxf(most, w[c]);
    for (int c = 0; most > 0.0f && c < s->n_classes; c++)
        if (w[c] >= 0.5f * most) {
            *class = c;
            n++;
        }
    if (n != 1)
        *class = -1;
    return n;
}
