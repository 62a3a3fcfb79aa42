#include "view_impl.h"

#include <math.h>

enum { LOSS_LEAST_ROWS = 12, LOSS_BESIDE_COLS = 150 };

/* Logarithmic while the losses are positive and span more than one decade. */
static void add_loss(const mn_snapshot *s, const double *x, int column, mn_figure *f)
{
    mn_series *series;
    mn_lines *mark = mn_view_lines(s, 1, &series, f);
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
    const double *x = mn_view_steps(s, f);
    if (!x)
        return;
    mn_view_course(s, x, true, 0, f);
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
