#include "view_impl.h"

#include <math.h>
#include <string.h>

enum { CHARTS_MAX = MN_GAUGES_MAX + 2, TWO_COLUMNS = 100, CHART_ROWS = 4 };

/* One chart: one number over time, or two of the same kind. */
typedef struct mn_dial {
    const char *title;
    int n_series;
    double *y[2]; /* (n_moments) */
    const char *name[2];
} mn_dial;

static double *gauge_over_time(const mn_snapshot *s, int gauge, mn_figure *f)
{
    double *y = mn_figure_room(f, (size_t)s->n_moments, sizeof *y);
    for (int i = 0; y && i < s->n_moments; i++)
        y[i] = (double)s->moments[i].gauge[gauge];
    return y;
}

static bool is_measured(const mn_snapshot *s, const double *y)
{
    double lo, hi;
    return y && mn_view_span(y, s->n_moments, &lo, &hi);
}

static int collect_gauges(const mn_snapshot *s, mn_dial *dials, mn_figure *f)
{
    int n = 0;
    for (int i = 0; i < s->n_gauges && i < MN_GAUGES_MAX; i++) {
        double *y = gauge_over_time(s, i, f);
        if (is_measured(s, y))
            dials[n++] = (mn_dial){
                .title = mn_figure_text(f, "%s: %s", s->gauge_name[i], s->gauge_about[i]),
                .n_series = 1,
                .y = {y},
                .name = {mn_figure_text(f, "%s", s->gauge_name[i])}};
    }
    return n;
}

/* What besides the model's own gauges is followed over time. */
static int collect_others(const mn_snapshot *s, mn_dial *dials, mn_figure *f)
{
    char units[MN_NOUN_MAX];
    double *y[3];
    int n = 0;
    for (int k = 0; k < 3; k++)
        if (!(y[k] = mn_figure_room(f, (size_t)s->n_moments, sizeof **y)))
            return 0;
    for (int i = 0; i < s->n_moments; i++) {
        y[0][i] = (double)s->moments[i].entropy;
        y[1][i] = (double)s->moments[i].moved_firing;
        y[2][i] = (double)s->moments[i].moved_silent;
    }
    const char *all = mn_figure_text(f, "%s", mn_view_units(s, units));
    if (is_measured(s, y[0]))
        dials[n++] = (mn_dial){
            .title = mn_figure_text(f, "weighted entropy of the classes of %s (nats)", all),
            .n_series = 1,
            .y = {y[0]},
            .name = {"entropy"}};
    if (is_measured(s, y[1]) || is_measured(s, y[2]))
        dials[n++] = (mn_dial){
            .title = mn_figure_text(f, "length of a step's update of one of the %s", all),
            .n_series = 2,
            .y = {y[1], y[2]},
            .name = {"firing", "silent"}};
    return n;
}

/* From zero, unless all numbers are far away from it or below. */
static void set_limits(mn_lines *mark, double lo, double hi)
{
    bool flat = !(hi > lo);
    mark->y_lo = flat ? fmin(0.0, lo) : lo > 0.0 && lo < 0.5 * hi ? 0.0 : lo;
    mark->y_hi = flat ? fmax(0.0, hi) : hi;
    if (!(mark->y_hi > mark->y_lo))
        mark->y_hi = mark->y_lo + 1.0;
}

/* As much of a title as fits, cut at a comma where there is one. */
static const char *fit_title(const char *title, int cols, mn_figure *f)
{
    size_t n = strlen(title);
    while (n > (size_t)cols) {
        size_t at = n - 1;
        while (at > 0 && title[at] != ',' && title[at] != ';')
            at--;
        if (!at)
            return title;
        n = at;
    }
    return mn_figure_text(f, "%.*s", (int)n, title);
}

static void add_dial(const mn_snapshot *s, const mn_dial *d, const double *x, int cols,
                     int column, mn_figure *f)
{
    mn_series *series;
    mn_lines *mark = mn_view_lines(s, d->n_series, &series, f);
    double lo = HUGE_VAL, hi = -HUGE_VAL, a, b;
    if (!mark)
        return;
    for (int i = 0; i < d->n_series; i++) {
        series[i] = (mn_series){.name = d->n_series > 1 ? d->name[i] : NULL,
                                .n = s->n_moments,
                                .x = x,
                                .y = d->y[i],
                                .class = i};
        if (mn_view_span(d->y[i], s->n_moments, &a, &b)) {
            lo = fmin(lo, a);
            hi = fmax(hi, b);
        }
    }
    set_limits(mark, lo, hi);
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, mark);
    p->title = fit_title(d->title, cols, f);
    p->column = column;
    p->weight = 1.0;
    p->min_rows = 3;
}

static void say_empty(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    mn_writer w = mn_writer_begin(f, room.rows);
    for (int i = 0; i < s->n_gauges && i < MN_GAUGES_MAX; i++)
        if (!isnan(s->gauge[i]))
            mn_writer_line(&w, MN_PLAIN, "%s %.4g  %s", s->gauge_name[i], s->gauge[i],
                           s->gauge_about[i]);
    mn_writer_wrap(&w, MN_DIM, room.cols - 2,
                   s->n_moments < 2 ? "over steps, once training goes (Space)"
                                    : "nothing was measured in this run");
    mn_writer_end(&w, 0);
}

static const char *now(const mn_snapshot *s, mn_figure *f)
{
    const char *text = "";
    for (int i = 0; i < s->n_gauges && i < MN_GAUGES_MAX; i++)
        if (!isnan(s->gauge[i]))
            text = mn_figure_text(f, "%s%s%s %.4g", text, *text ? "  " : "", s->gauge_name[i],
                                  s->gauge[i]);
    return text;
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    mn_dial dials[CHARTS_MAX];
    const double *x = s->n_moments > 1 ? mn_view_steps(s, f) : NULL;
    int n = 0;
    (void)l;
    mn_figure_title(f, "Gauges");
    mn_figure_status(f, "%s", now(s, f));
    if (x) {
        n = collect_gauges(s, dials, f);
        n += collect_others(s, dials + n, f);
    }
    if (!n) {
        say_empty(s, room, f);
        return;
    }
    int columns = room.cols >= TWO_COLUMNS && n > 1 ? 2 : 1, fit = room.rows / CHART_ROWS;
    fit = (fit < 1 ? 1 : fit) * columns;
    n = n < fit ? n : fit;
    for (int i = 0; i < n && !f->full; i++)
        add_dial(s, &dials[i], x, room.cols / columns - MN_COLUMN_GAP, i * columns / n, f);
}

const mn_view_ops mn_view_gauges = {
    .name = "gauges",
    .title = "Gauges",
    .about =
        "numbers that the model's dynamics stand at, entropy, and how far firing and silent "
        "units are moved, over steps",
    .make = make,
};
