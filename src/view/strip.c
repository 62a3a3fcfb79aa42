/* The prototype index of all units over time: which share of them stands where between feature
 * (below) and prototype (above). The picture in which raising the vertex shows as a front. */
#include "view_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LABEL_COLS = 12, WIDE_COLS = 70, LEAST_BINS = MN_STRIP_BINS / 2 };

/* "vertex 2 -> 20", perhaps among other changes. */
static bool vertex_of(const mn_event *e, double *from, double *to)
{
    const char *at = e->intervention ? strstr(e->text, "vertex ") : NULL;
    return at && sscanf(at, "vertex %lf -> %lf", from, to) == 2;
}

/* "K 100  n 20  T 0.3" */
bool mn_view_vertex(const mn_snapshot *s, double *n)
{
    const char *at = strstr(s->headline, "  n ");
    at = at ? at + 2 : s->headline;
    return sscanf(at, "n %lf", n) == 1;
}

/* What the vertex was from the start, and every change of it. */
static int collect_flags(const mn_snapshot *s, mn_figure *f, const mn_flag **out)
{
    mn_flag *flags = mn_figure_room(f, (size_t)s->n_events + 1, sizeof *flags);
    int64_t first = s->moments[0].step;
    double from, to;
    int n = 0;
    for (int i = 0; flags && i < s->n_events; i++) {
        const mn_event *e = &s->events[i];
        if (!vertex_of(e, &from, &to))
            continue;
        if (!n)
            flags[n++] = (mn_flag){.x = (double)first,
                                   .text = mn_figure_text(f, "n %.4g", from),
                                   .tone = MN_ACCENT};
        if (e->step <= flags[n - 1].x) /* the latest word at a step counts */
            n--;
        flags[n++] = (mn_flag){.x = fmax((double)e->step, (double)first),
                               .text = mn_figure_text(f, "n %.4g", to),
                               .tone = MN_ACCENT};
    }
    if (flags && !n && mn_view_vertex(s, &to))
        flags[n++] = (mn_flag){
            .x = (double)first, .text = mn_figure_text(f, "n %.4g", to), .tone = MN_ACCENT};
    *out = flags;
    return n;
}

/* The moment that counted at a step. */
static int moment_at(const mn_snapshot *s, double step)
{
    int i = 0;
    while (i + 1 < s->n_moments && (double)s->moments[i + 1].step <= step)
        i++;
    return i;
}

/* The scale's upper end is left away as long as no unit was ever near it. */
static int count_rows(const mn_snapshot *s, mn_index index)
{
    int rows = LEAST_BINS;
    for (int i = 0; i < s->n_moments; i++)
        for (int bin = rows - 1; bin < MN_STRIP_BINS; bin++)
            if (s->moments[i].strip[index][bin] > 0.0f)
                rows = bin + 2;
    return rows < MN_STRIP_BINS ? rows : MN_STRIP_BINS;
}

/* Of hundreds of units the few at the front are the story: logarithmic, one unit is the first
 * step. */
static float place_of(float share, int n_units)
{
    return isnan(share) ? NAN : (float)(log1p((double)share * n_units) / log1p(n_units));
}

static const char **name_rows(int rows, bool wide, mn_figure *f)
{
    const char **names = mn_figure_room(f, (size_t)rows, sizeof *names);
    for (int row = 0; names && row < rows; row++)
        names[row] = "";
    if (!names)
        return NULL;
    names[0] = rows < MN_STRIP_BINS ? mn_figure_text(f, "%.2f", (double)rows / MN_STRIP_BINS)
               : wide               ? "1 prototype"
                                    : "prot";
    names[rows - 1] = wide ? "0 feature" : "feat";
    return names;
}

static const char *count_text(const mn_snapshot *s, bool wide, mn_figure *f)
{
    char units[MN_NOUN_MAX];
    return wide ? mn_figure_text(f, "%d %s (log)", s->n_units, mn_view_units(s, units))
                : mn_figure_text(f, "%d log", s->n_units);
}

mn_part *mn_view_strip(const mn_snapshot *s, mn_index index, mn_room room, int column,
                       mn_figure *f)
{
    int cols = room.cols > LABEL_COLS + 6 ? room.cols - LABEL_COLS : 6;
    int rows = count_rows(s, index);
    bool wide = room.cols >= WIDE_COLS;
    double first = (double)s->moments[0].step;
    double last = (double)s->moments[s->n_moments - 1].step;
    mn_heat *mark = mn_figure_room(f, 1, sizeof *mark);
    float *values = mn_figure_room(f, (size_t)(cols * rows), sizeof *values);
    if (!mark || !values)
        return NULL;
    for (int c = 0; c < cols; c++) {
        double step = first + (last - first) * (c + 0.5) / cols;
        const mn_moment *m = &s->moments[moment_at(s, step)];
        for (int row = 0; row < rows; row++)
            values[row * cols + c] = place_of(m->strip[index][rows - 1 - row], s->n_units);
    }
    *mark = (mn_heat){.n_rows = rows,
                      .n_cols = cols,
                      .values = values,
                      .row_labels = name_rows(rows, wide, f),
                      .scale = MN_UNSIGNED,
                      .hi = 1.0f,
                      .x_name = mn_figure_text(f,
                                               wide              ? "steps %.0f to %.0f"
                                               : room.cols >= 40 ? "%.0f-%.0f steps"
                                                                 : "%.0f-%.0f",
                                               first, last),
                      .x_lo = first,
                      .x_hi = last,
                      .lo_text = "0",
                      .hi_text = count_text(s, wide, f)};
    mark->n_flags = collect_flags(s, f, &mark->flags);
    mn_part *p = mn_figure_add(f, MN_MARK_HEAT, mark);
    p->column = column;
    p->weight = 1.5;
    p->min_rows = MN_STRIP_LEAST_ROWS;
    return p;
}
