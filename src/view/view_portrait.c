#include "view_impl.h"

#include <math.h>

enum { FACTS_BESIDE_COLS = 96, FACTS_COLS = 40, CURVES_LEAST_ROWS = 5 };

/* Widens [*lo, *hi] by the series' finite numbers that a logarithmic axis can show. */
static void take_span(const double *v, int n, bool log, double *lo, double *hi)
{
    for (int i = 0; i < n; i++)
        if (isfinite(v[i]) && (!log || v[i] > 0.0)) {
            *lo = fmin(*lo, v[i]);
            *hi = fmax(*hi, v[i]);
        }
}

static const double *copy(const double *v, int n, mn_figure *f)
{
    double *to = mn_figure_room(f, (size_t)(n > 0 ? n : 1), sizeof *to);
    for (int i = 0; to && i < n; i++)
        to[i] = v[i];
    return to;
}

static mn_lines *lines_of(const mn_portrait *p, mn_figure *f)
{
    mn_lines *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_series *series = mn_figure_room(f, MN_PORTRAIT_SERIES, sizeof *series);
    if (!mark || !series)
        return NULL;
    *mark = (mn_lines){.n_series = p->n_series,
                       .series = series,
                       .x_lo = HUGE_VAL,
                       .x_hi = -HUGE_VAL,
                       .y_lo = HUGE_VAL,
                       .y_hi = -HUGE_VAL,
                       .x_name = mn_figure_text(f, "%s", p->x_name),
                       .y_name = mn_figure_text(f, "%s", p->y_name),
                       .x_log = p->x_log,
                       .y_log = p->y_log};
    for (int i = 0; i < p->n_series; i++) {
        const mn_portrait_series *s = &p->series[i];
        series[i] = (mn_series){.name = mn_figure_text(f, "%s", s->name),
                                .n = s->n,
                                .x = copy(s->x, s->n, f),
                                .y = copy(s->y, s->n, f),
                                .class = i,
                                .dim = s->dim};
        if (f->full)
            return NULL;
        take_span(s->x, s->n, p->x_log, &mark->x_lo, &mark->x_hi);
        take_span(s->y, s->n, p->y_log, &mark->y_lo, &mark->y_hi);
    }
    return mark;
}

static void add_curves(const mn_portrait *p, mn_figure *f)
{
    mn_lines *mark = lines_of(p, f);
    if (!mark || !(mark->x_lo <= mark->x_hi) || !(mark->y_lo <= mark->y_hi))
        return;
    mn_part *part = mn_figure_add(f, MN_MARK_LINES, mark);
    part->weight = 1.0;
    part->min_rows = 3;
}

static void write_facts(const mn_portrait *p, int cols, mn_writer *w)
{
    for (int i = 0; i < p->n_facts; i++)
        mn_writer_wrap(w, MN_PLAIN, cols - 1, p->facts[i]);
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    const mn_portrait *p = &s->portrait;
    (void)l;
    mn_figure_title(f, "%s", s->has_portrait && *p->title ? p->title : "Portrait");
    mn_figure_status(f, "%s", s->model);
    if (!s->has_portrait) {
        mn_view_say(
            f, room,
            mn_figure_text(f, "the model %s shows nothing of itself but its units", s->model));
        return;
    }
    bool beside = room.cols >= FACTS_BESIDE_COLS && p->n_series > 0 && p->n_facts > 0;
    int cols = beside ? FACTS_COLS : room.cols, before;
    mn_writer w =
        mn_writer_begin(f, beside || !p->n_series ? room.rows : room.rows - CURVES_LEAST_ROWS);
    add_curves(p, f);
    if (f->full)
        return;
    before = f->n_parts;
    if (before > 0)
        f->parts[0].column_weight = beside ? room.cols - cols - MN_COLUMN_GAP : 1.0;
    write_facts(p, cols, &w);
    mn_writer_end(&w, beside && before > 0);
    if (f->full)
        return;
    if (beside && f->n_parts > before)
        f->parts[before].column_weight = cols;
    if (!f->n_parts)
        mn_view_say(f, room, "no numbers yet: Space trains");
}

const mn_view_ops mn_view_portrait = {
    .name = "portrait",
    .title = "Portrait",
    .about = "what the model shows of itself besides its units: curves and facts of its own",
    .make = make,
};
