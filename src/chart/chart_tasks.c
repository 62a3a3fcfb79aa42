#include "chart_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double *matrix_of(const mn_results *r, const mn_result *one)
{
    return !strcmp(r->objective, "f1") && one->R_f1 ? one->R_f1 : one->R;
}

static bool has_matrix(const mn_results *r, const mn_result *one)
{
    return one->ok && one->n_tasks > 0 && matrix_of(r, one);
}

static bool suits(const mn_results *r, const mn_chart_look *l, char *why, size_t size)
{
    if (!mn_chart_has_runs(r, why, size))
        return false;
    for (size_t i = 0; i < r->n; i++)
        if (has_matrix(r, &r->at[i]))
            return true;
    snprintf(why, size, "no run of this study has the accuracy of every task");
    return false;
}

/* The tasks of the point's runs; of several numbers the first. */
static int count_tasks(const mn_results *r, const mn_point *p)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->at[i].cell == p->cell && r->at[i].trial == p->trial && has_matrix(r, &r->at[i]))
            return r->at[i].n_tasks < MN_TASKS_MAX ? r->at[i].n_tasks : MN_TASKS_MAX;
    return 0;
}

/* Task `task` after task `after` in per cent, or with task -1 the mean of the tasks so far. */
static double value_of(const mn_results *r, const mn_result *one, int after, int task)
{
    const double *row = matrix_of(r, one) + (size_t)after * (size_t)one->n_tasks;
    double sum = 0.0;
    if (task >= 0)
        return 100.0 * row[task];
    for (int i = 0; i <= after; i++)
        sum += row[i];
    return 100.0 * sum / (after + 1);
}

typedef struct {
    double mean, sd; /* NAN without a run, below two */
} spread;

static spread over_runs(const mn_results *r, const mn_point *p, int n_tasks, int after,
                        int task)
{
    double sum = 0.0, squares = 0.0, mean;
    int n = 0;
    for (int pass = 0; pass < 2; pass++) {
        mean = n ? sum / n : (double)NAN;
        for (size_t i = 0; i < r->n; i++) {
            const mn_result *one = &r->at[i];
            if (one->cell != p->cell || one->trial != p->trial || !has_matrix(r, one) ||
                one->n_tasks < n_tasks)
                continue;
            double v = value_of(r, one, after, task);
            if (isnan(v))
                continue;
            if (pass == 0)
                sum += v, n++;
            else
                squares += (v - mean) * (v - mean);
        }
    }
    return (spread){mean, n > 1 ? sqrt(squares / (n - 1)) : (double)NAN};
}

/* From where the task is learnt on; before that it is chance. */
static void fill(const mn_survey *s, const mn_point *p, int n_tasks, int task, mn_series *out)
{
    size_t n = (size_t)n_tasks;
    double *x = mn_figure_room(s->figure, 4 * n, sizeof *x);
    if (!x)
        return;
    double *y = x + n, *lo = x + 2 * n, *hi = x + 3 * n;
    for (int i = 0; i < n_tasks; i++) {
        spread k = {(double)NAN, (double)NAN};
        if (i >= task)
            k = over_runs(s->results, p, n_tasks, i, task);
        double sd = isnan(k.sd) ? 0.0 : k.sd;
        x[i] = i + 1.0;
        y[i] = k.mean;
        lo[i] = fmax(k.mean - sd, 0.0);
        hi[i] = fmin(k.mean + sd, 100.0);
        if (isnan(k.mean))
            lo[i] = hi[i] = k.mean;
    }
    out->n = n_tasks, out->x = x, out->y = y;
    out->name = task < 0 ? "mean so far" : mn_figure_text(s->figure, "task %d", task + 1);
    if (task >= 0)
        out->lo = lo, out->hi = hi;
    out->points = task >= 0;
    out->dim = task < 0;
    out->class = task < 0 ? -1 : task;
}

static void head(const mn_survey *s, size_t point)
{
    const mn_point *p = &s->points[point];
    const char *words = mn_survey_point(s, point);
    mn_figure_title(s->figure, "%s", *words ? words : "Tasks");
    if (p->n > 1)
        mn_figure_status(s->figure, "mean ± sd of %d runs%s", p->n,
                         p->n_failed ? mn_figure_text(s->figure, ", %d failed", p->n_failed)
                                     : "");
    else
        mn_figure_status(s->figure, "%d run%s", p->n,
                         p->n_failed ? mn_figure_text(s->figure, ", %d failed", p->n_failed)
                                     : "");
}

/* The ten below everything there is. */
static double least(const mn_series *series, int n)
{
    double lo = 90.0;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < series[i].n && series[i].lo; k++)
            lo = fmin(lo, series[i].lo[k]); /* NAN loses */
    return 10.0 * floor(lo / 10.0);
}

static void make(const mn_results *r, const mn_chart_look *l, mn_room room, mn_figure *f)
{
    mn_survey s = mn_survey_of(r, f);
    long point = mn_survey_chosen(&s, l->point);
    if (f->full || point < 0)
        return;
    int n = count_tasks(r, &s.points[point]);
    head(&s, (size_t)point);
    if (!n) {
        mn_chart_say(f, room, "no run of this point ended well");
        return;
    }
    mn_lines *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_series *series = mn_figure_room(f, (size_t)n + 1, sizeof *series);
    if (!mark || !series)
        return;
    for (int task = 0; task < n; task++)
        fill(&s, &s.points[point], n, task, &series[task]);
    fill(&s, &s.points[point], n, -1, &series[n]);
    *mark = (mn_lines){.n_series = n + 1,
                       .series = series,
                       .x_lo = 1.0,
                       .x_hi = n > 1 ? n : 2.0,
                       .y_lo = least(series, n),
                       .y_hi = 100.0,
                       .x_name = "tasks learnt",
                       .y_name = strcmp(r->objective, "f1") ? "accuracy (%)" : "F1 (%)"};
    mn_figure_add(f, MN_MARK_LINES, mark);
}

const mn_chart_ops mn_chart_tasks = {
    .name = "tasks",
    .title = "Tasks",
    .about = "how well every task is done after each learnt task, at the point under the "
             "cursor or at the best one",
    .key = '2',
    .suits = suits,
    .make = make,
};
