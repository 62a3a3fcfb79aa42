#include "chart_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LEAST_COLS = 44, LEAST_ROWS = 11 };

/* What lies along what; MN_NO_DIMENSION where there is none. */
typedef struct {
    int x, by, panel;
} layout;

/* A searched axis, else the numeric one of the grid with the most stops. */
static int choose_x(const mn_survey *s)
{
    int x = MN_NO_DIMENSION;
    for (int d = 0; d < s->n_dimensions; d++)
        if (s->dimensions[d].open && s->dimensions[d].searched && s->dimensions[d].numeric)
            return d;
    for (int d = 0; d < s->n_dimensions; d++) {
        const mn_dimension *k = &s->dimensions[d];
        if (k->open && k->numeric && (x < 0 || k->n_stops >= s->dimensions[x].n_stops))
            x = d;
    }
    return x;
}

static layout choose(const mn_survey *s, const mn_chart_look *l)
{
    layout k = {.x = mn_survey_wanted(s, l->x), .by = mn_survey_wanted(s, l->by)};
    if (k.x < 0 || !s->dimensions[k.x].numeric)
        k.x = choose_x(s);
    if (k.by == k.x || (k.by >= 0 && !s->dimensions[k.by].n_stops))
        k.by = MN_NO_DIMENSION;
    if (k.by < 0)
        k.by = mn_survey_free(s, &k.x, 1, MN_WISH_NUMERIC);
    if (k.by < 0)
        k.by = mn_survey_free(s, &k.x, 1, MN_WISH_ANY);
    k.panel = mn_survey_free(s, (const int[]){k.x, k.by}, 2, MN_WISH_ANY);
    return k;
}

static bool suits(const mn_results *r, const mn_chart_look *l, char *why, size_t size)
{
    if (!mn_chart_has_runs(r, why, size))
        return false;
    for (int i = 0; i < r->n_axes; i++)
        if (mn_chart_is_numeric(&r->axes[i]))
            return true;
    snprintf(why, size,
             "a response curve needs an axis of numbers with more than one value: "
             "there is none in this study");
    return false;
}

/* One point of a curve. */
typedef struct {
    double x;
    long point;
} place;

static int compare(const void *a, const void *b)
{
    const place *p = a, *q = b;
    return p->x < q->x ? -1 : p->x > q->x ? 1 : p->point < q->point ? -1 : p->point > q->point;
}

/* The points of a series by x; of those that differ in other settings only, the best. What
 * failed leaves a gap in a grid, but nothing among points that were drawn. */
static size_t gather(const mn_survey *s, const layout *k, const mn_panels *p, int panel,
                     int stop, place *out)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < s->n; i++) {
        double x = mn_survey_number(s, i, k->x);
        bool gap = s->dimensions[k->x].searched && isnan(s->points[i].mean);
        if (mn_panels_hold(s, p, panel, i) && !isnan(x) && !gap &&
            (k->by < 0 || mn_survey_at(s, i, k->by) == stop))
            out[n++] = (place){x, (long)i};
    }
    qsort(out, n, sizeof *out, compare);
    for (size_t i = 0; i < n; i++)
        if (!kept || out[kept - 1].x < out[i].x)
            out[kept++] = out[i];
        else if (mn_survey_is_better(s, (size_t)out[i].point, out[kept - 1].point))
            out[kept - 1] = out[i];
    return kept;
}

/* In per cent, with the band of one standard deviation where there is one. */
static void fill(const mn_survey *s, const place *at, size_t n, const mn_chart_look *l,
                 mn_series *out)
{
    double *x = mn_figure_room(s->figure, 4 * n + 1, sizeof *x);
    long best = -1;
    if (!x)
        return;
    double *y = x + n, *lo = x + 2 * n, *hi = x + 3 * n;
    for (size_t i = 0; i < n; i++) {
        const mn_point *p = &s->points[at[i].point];
        x[i] = at[i].x;
        y[i] = 100.0 * p->mean;
        lo[i] = 100.0 * fmax(p->mean - p->sd, 0.0);
        hi[i] = 100.0 * fmin(p->mean + p->sd, 1.0);
        if (isnan(p->mean + p->sd))
            lo[i] = hi[i] = y[i]; /* one run: the band closes */
        if (mn_survey_is_better(s, (size_t)at[i].point, best)) {
            best = at[i].point;
            out->best = (int)i + 1;
        }
        if (at[i].point == l->point)
            out->cursor = (int)i + 1;
    }
    out->n = (int)n, out->x = x, out->y = y, out->lo = lo, out->hi = hi;
    out->points = true;
}

static void widen(double *lo, double *hi, double v)
{
    if (!isfinite(v))
        return;
    *lo = fmin(*lo, v);
    *hi = fmax(*hi, v);
}

static mn_lines *make_panel(const mn_survey *s, const layout *k, const mn_panels *p, int panel,
                            const mn_chart_look *l)
{
    int n = k->by < 0 ? 1 : s->dimensions[k->by].n_stops;
    mn_lines *mark = mn_figure_room(s->figure, 1, sizeof *mark);
    mn_series *series = mn_figure_room(s->figure, (size_t)n, sizeof *series);
    place *at = mn_figure_room(s->figure, s->n + 1, sizeof *at);
    if (!mark || !series || !at)
        return NULL;
    for (int i = 0; i < n; i++) {
        series[i].class = i;
        series[i].name = k->by < 0 ? mn_objective_title(s->results)
                                   : mn_survey_words(s, k->by, mn_survey_stop(s, k->by, i));
        fill(s, at, gather(s, k, p, panel, i, at), l, &series[i]);
    }
    *mark = (mn_lines){.n_series = n,
                       .series = series,
                       .x_name = s->dimensions[k->x].title,
                       .y_name = k->by < 0 ? "" : mn_objective_title(s->results),
                       .x_log = s->dimensions[k->x].log};
    return mark;
}

/* The same limits in every panel: whole tens around what there is. */
static void set_limits(mn_lines **marks, int n)
{
    double x_lo = HUGE_VAL, x_hi = -HUGE_VAL, y_lo = HUGE_VAL, y_hi = -HUGE_VAL;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < marks[i]->n_series; k++)
            for (int j = 0; j < marks[i]->series[k].n; j++) {
                const mn_series *s = &marks[i]->series[k];
                widen(&x_lo, &x_hi, s->x[j]);
                widen(&y_lo, &y_hi, s->lo[j]);
                widen(&y_lo, &y_hi, s->hi[j]);
            }
    for (int i = 0; i < n && x_lo <= x_hi; i++) {
        marks[i]->x_lo = x_lo;
        marks[i]->x_hi = x_hi > x_lo ? x_hi : x_lo + (marks[i]->x_log ? 9.0 * x_lo : 1.0);
        marks[i]->y_lo = y_lo <= y_hi ? 10.0 * floor(y_lo / 10.0) : 0.0;
        marks[i]->y_hi =
            y_lo <= y_hi ? fmax(10.0 * ceil(y_hi / 10.0), marks[i]->y_lo + 10.0) : 100.0;
    }
}

static void make(const mn_results *r, const mn_chart_look *l, mn_room room, mn_figure *f)
{
    mn_survey s = mn_survey_of(r, f);
    layout k = choose(&s, l);
    mn_lines *marks[MN_PARTS_MAX];
    if (f->full || k.x < 0)
        return;
    mn_panels p = mn_panels_of(&s, k.panel, l->point, room, LEAST_COLS, LEAST_ROWS);
    mn_survey_head(&s, "Response");
    for (int i = 0; i < p.n; i++)
        if (!(marks[i] = make_panel(&s, &k, &p, i, l)))
            return;
    set_limits(marks, p.n);
    for (int i = 0; i < p.n; i++)
        mn_panels_add(&s, &p, i, MN_MARK_LINES, marks[i]);
}

const mn_chart_ops mn_chart_curve = {
    .name = "curve",
    .title = "Response curves",
    .about = "the objective along one axis, a line for every value of another, with the mean "
             "and the standard deviation over the runs",
    .key = '1',
    .suits = suits,
    .make = make,
};
