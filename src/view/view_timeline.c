#include "view_impl.h"

#include <math.h>
#include <string.h>

enum { LOSS_LEAST_ROWS = 12, LOSS_BESIDE_COLS = 150, EPOCH_FLAGS_MAX = 12 };

static double *steps_of(const mn_snapshot *s, mn_figure *f)
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

/* Every intervention; the run's own marks (epochs, tasks) only while they are few. What
 * happened at one step shares a flag. */
static int collect_flags(const mn_snapshot *s, mn_figure *f, const mn_flag **out)
{
    mn_flag *flags = mn_figure_room(f, (size_t)s->n_events + 1, sizeof *flags);
    int n = 0, own = 0;
    if (!flags)
        return 0;
    for (int i = 0; i < s->n_events; i++)
        own += !s->events[i].intervention;
    for (int i = 0; i < s->n_events; i++) {
        const mn_event *e = &s->events[i];
        mn_tone tone = e->intervention ? MN_ACCENT : MN_DIM;
        if (!e->intervention && own > EPOCH_FLAGS_MAX)
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

static mn_lines *new_lines(const mn_snapshot *s, int n, mn_series **series, mn_figure *f)
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

static void add_scores(const mn_snapshot *s, const double *x, mn_figure *f)
{
    int n = s->n_tasks < MN_TASKS_MAX ? s->n_tasks : MN_TASKS_MAX;
    mn_series *series;
    mn_lines *mark = new_lines(s, n, &series, f);
    if (!mark)
        return;
    for (int task = 0; task < n; task++) {
        double *y = mn_figure_room(f, (size_t)s->n_moments, sizeof *y);
        if (!y)
            return;
        for (int i = 0; i < s->n_moments; i++)
            y[i] = 100.0 * s->moments[i].score[task];
        series[task] = (mn_series){.name = mn_figure_text(f, "T%d", task + 1),
                                   .n = s->n_moments,
                                   .x = x,
                                   .y = y,
                                   .class = task,
                                   .dim = task > s->task};
    }
    mark->y_hi = 100.0;
    mark->n_flags = collect_flags(s, f, &mark->flags);
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, mark);
    p->weight = 2.0;
    p->min_rows = 2;
}

/* Logarithmic while the losses are positive and span more than one decade. */
static void add_loss(const mn_snapshot *s, const double *x, int column, mn_figure *f)
{
    mn_series *series;
    mn_lines *mark = new_lines(s, 1, &series, f);
    double *y = mn_figure_room(f, (size_t)s->n_moments, sizeof *y);
    if (!mark || !y)
        return;
    for (int i = 0; i < s->n_moments; i++)
        y[i] = s->moments[i].loss;
    if (!mn_view_span(y, s->n_moments, &mark->y_lo, &mark->y_hi))
        return;
    mark->y_log = mark->y_lo > 0.0 && mark->y_hi > 10.0 * mark->y_lo;
    if (!mark->y_log)
        mark->y_lo = fmin(mark->y_lo, 0.0);
    if (!(mark->y_lo < mark->y_hi))
        mark->y_hi = mark->y_lo + 1.0;
    series[0] = (mn_series){.n = s->n_moments, .x = x, .y = y, .class = -1};
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, mark);
    p->title = mark->y_log ? "training loss per item (log)" : "training loss per item";
    p->column = column;
    p->column_weight = 1.0;
    p->weight = 1.0;
    p->min_rows = 3;
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    mn_figure_title(f, room.cols < 60 ? "Timeline" : "Timeline  test accuracy (%%) per task");
    if (s->n_moments < 1) {
        mn_figure_status(f, "step %lld", (long long)s->step);
        mn_view_say(f, room,
                    "accuracy and loss against steps, once training goes (Space); every change "
                    "you make will be a flag here");
        return;
    }
    mn_figure_status(f, isnan(s->loss) ? "0 to %lld steps" : "0 to %lld steps  loss %.3g",
                     (long long)s->step, s->loss);
    const double *x = steps_of(s, f);
    if (!x)
        return;
    add_scores(s, x, f);
    if (f->full)
        return;
    if (room.cols >= LOSS_BESIDE_COLS) {
        f->parts[0].column_weight = 2.0;
        add_loss(s, x, 1, f);
    } else if (room.rows >= LOSS_LEAST_ROWS)
        add_loss(s, x, 0, f);
}

const mn_view_ops mn_view_timeline = {
    .name = "timeline",
    .title = "Timeline",
    .about = "test accuracy per task and training loss against steps, with every change as a "
             "flag",
    .key = '4',
    .make = make,
};
