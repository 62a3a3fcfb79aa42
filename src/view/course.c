/* The course of a run: every task's accuracy against steps, with what happened as flags. */
#include "view_impl.h"

#include <math.h>
#include <string.h>

enum { EPOCH_FLAGS_MAX = 12 };

double *mn_view_steps(const mn_snapshot *s, mn_figure *f)
{
    double *x = mn_figure_room(f, (size_t)s->n_moments, sizeof *x);
    for (int i = 0; x && i < s->n_moments; i++)
        x[i] = (double)s->moments[i].step;
    return x;
}

/* Of the run's own marks the first words: "task 2: permutation 2" -> "task 2". */
static const char *brief(mn_figure *f, const mn_event *e)
{
    int n = e->intervention ? (int)strlen(e->text) : (int)strcspn(e->text, ":");
    return mn_figure_text(f, "%.*s", n, e->text);
}

/* "task 3" and "task 3 of 5" are one thing. */
static const char *join(mn_figure *f, const char *before, const char *text)
{
    const char *tail = strrchr(before, ',');
    tail = tail ? tail + 2 : before;
    if (!strncmp(text, tail, strlen(tail)))
        return mn_figure_text(f, "%.*s%s", (int)(tail - before), before, text);
    return mn_figure_text(f, "%s, %s", before, text);
}

/* A task's beginning is the end of the one before; a strategy acts on all that follow. */
static bool concerns_tasks(const mn_event *e)
{
    return !strncmp(e->text, "task ", 5) || strstr(e->text, "strategy ") ||
           strstr(e->text, "strength ");
}

/* Every intervention; the run's own marks (epochs, tasks) only while they are few. What
 * happened at one step shares a flag. */
static int collect_flags(const mn_snapshot *s, bool all, mn_figure *f, const mn_flag **out)
{
    mn_flag *flags = mn_figure_room(f, (size_t)s->n_events + 1, sizeof *flags);
    int n = 0, own = 0;
    if (!flags)
        return 0;
    for (int i = 0; i < s->n_events; i++)
        own += !s->events[i].intervention && (all || concerns_tasks(&s->events[i]));
    for (int i = 0; i < s->n_events; i++) {
        const mn_event *e = &s->events[i];
        mn_tone tone = e->intervention ? MN_ACCENT : MN_DIM;
        if ((!e->intervention && own > EPOCH_FLAGS_MAX) || (!all && !concerns_tasks(e)))
            continue;
        mn_flag flag = {(double)e->step, brief(f, e), tone};
        if (n && flags[n - 1].x == flag.x) {
            flag.text = join(f, flags[n - 1].text, flag.text);
            flag.tone = flags[--n].tone == MN_ACCENT ? MN_ACCENT : tone;
        }
        flags[n++] = flag;
    }
    *out = flags;
    return n;
}

mn_lines *mn_view_lines(const mn_snapshot *s, int n, mn_series **series, mn_figure *f)
{
    mn_lines *mark = mn_figure_room(f, 1, sizeof *mark);
    *series = mn_figure_room(f, (size_t)n, sizeof **series);
    if (!mark || !*series)
        return NULL;
    *mark = (mn_lines){.n_series = n,
                       .series = *series,
                       .x_lo = 0.0,
                       .x_hi = s->step > 0 ? (double)s->step : 1.0,
                       .x_name = "steps"};
    return mark;
}

/* Over the tasks met so far, in percent. */
static void fill_mean(const mn_snapshot *s, int n_tasks, double *mean)
{
    for (int i = 0; i < s->n_moments; i++) {
        double sum = 0.0;
        int n = 0;
        for (int task = 0; task < n_tasks; task++)
            if (!isnan(s->moments[i].score[task])) {
                sum += s->moments[i].score[task];
                n++;
            }
        mean[i] = n ? 100.0 * sum / n : (double)NAN;
    }
}

mn_part *mn_view_course(const mn_snapshot *s, const double *x, bool all, int column,
                        mn_figure *f)
{
    int n = s->n_tasks < MN_TASKS_MAX ? s->n_tasks : MN_TASKS_MAX;
    mn_series *series;
    double *mean = mn_figure_room(f, (size_t)s->n_moments, sizeof *mean);
    mn_lines *mark = mn_view_lines(s, n + 1, &series, f);
    if (!mark || !mean)
        return NULL;
    fill_mean(s, n, mean);
    for (int task = 0; task < n; task++) {
        double *y = mn_figure_room(f, (size_t)s->n_moments, sizeof *y);
        if (!y)
            return NULL;
        for (int i = 0; i < s->n_moments; i++)
            y[i] = 100.0 * s->moments[i].score[task];
        series[task] = (mn_series){.name = mn_figure_text(f, "T%d", task + 1),
                                   .n = s->n_moments,
                                   .x = x,
                                   .y = y,
                                   .class = task,
                                   .dim = task > s->task};
    }
    series[n] = (mn_series){.name = "mean", .n = s->n_moments, .x = x, .y = mean, .class = n};
    mark->n_series = n > 1 ? n + 1 : n;
    mark->y_hi = 100.0;
    mark->n_flags = collect_flags(s, all, f, &mark->flags);
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, mark);
    p->column = column;
    p->weight = 2.0;
    p->min_rows = 2;
    return p;
}
