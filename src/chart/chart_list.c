#include "chart_impl.h"

#include <math.h>
#include <stdio.h>

static bool suits(const mn_results *r, const mn_chart_look *l, char *why, size_t size)
{
    if (!mn_chart_has_runs(r, why, size))
        return false;
    for (size_t i = 0; i < r->n; i++)
        if (r->at[i].ok && r->at[i].n_tasks > 1 && isfinite(r->at[i].stable))
            return true;
    snprintf(why, size,
             "stable items by task need a model that recalls, and more than one task");
    return false;
}

static bool is_of(const mn_result *one, const mn_point *p)
{
    return one->cell == p->cell && one->trial == p->trial && one->ok && isfinite(one->stable);
}

static int count_tasks(const mn_results *r, const mn_point *p)
{
    int n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (is_of(&r->at[i], p) && r->at[i].n_tasks > n)
            n = r->at[i].n_tasks;
    return n;
}

/* In per cent: the mean over the runs that have the task. */
static double mean_of(const mn_results *r, const mn_point *p, int task)
{
    double sum = 0.0;
    int n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (is_of(&r->at[i], p) && task < r->at[i].n_tasks) {
            sum += r->at[i].stable_of[task];
            n++;
        }
    return n ? 100.0 * sum / n : (double)NAN;
}

static void fill(const mn_survey *s, size_t point, mn_series *out)
{
    const mn_point *p = &s->points[point];
    const int n = count_tasks(s->results, p);
    double *x = mn_figure_room(s->figure, 2 * (size_t)n + 1, sizeof *x);
    if (!x)
        return;
    double *y = x + n;
    for (int t = 0; t < n; t++) {
        x[t] = t + 1.0;
        y[t] = mean_of(s->results, p, t);
    }
    out->n = n, out->x = x, out->y = y;
    out->name = mn_survey_point(s, point);
    out->points = true;
    out->class = (int)point;
}

static void make(const mn_results *r, const mn_chart_look *l, mn_room room, mn_figure *f)
{
    mn_survey s = mn_survey_of(r, f);
    if (f->full)
        return;
    mn_figure_title(f, "%s", *r->title ? r->title : "Stable items by task");
    mn_figure_status(f, "%s", mn_survey_runs(&s, false));
    mn_lines *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_series *series = mn_figure_room(f, s.n + 1, sizeof *series);
    double most = 2.0;
    int n = 0;
    if (!mark || !series)
        return;
    for (size_t i = 0; i < s.n; i++) {
        fill(&s, i, &series[n]);
        most = fmax(most, series[n].n);
        n += series[n].n > 0;
    }
    *mark = (mn_lines){.n_series = n,
                       .series = series,
                       .x_lo = 1.0,
                       .x_hi = most,
                       .y_lo = 0.0,
                       .y_hi = 100.0,
                       .x_name = "task, in the order they were learnt",
                       .y_name = "items still stable after the last (%)"};
    mn_figure_add(f, MN_MARK_LINES, mark);
}

const mn_chart_ops mn_chart_list = {
    .name = "list",
    .title = "Lists",
    .about = "which tasks' items are stable states after the last: what became of a list",
    .key = '5',
    .suits = suits,
    .make = make,
};
