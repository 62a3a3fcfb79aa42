#include <math.h>

#include "returns.h"

/* Figure 1 of Tyulmankov et al. 2023. */

enum { CHART_LEAST_ROWS = 4, WORDS_LEAST_ROWS = 10 };

static double *losses_of(const mn_snapshot *s, mn_rarity kind, double *most, mn_figure *f)
{
    double *y = mn_figure_room(f, (size_t)s->n_moments, sizeof *y);
    for (int i = 0; y && i < s->n_moments; i++) {
        y[i] = (double)s->moments[i].returned[kind];
        if (isfinite(y[i]) && y[i] > *most)
            *most = y[i];
    }
    return y;
}

static void add_chart(const mn_snapshot *s, mn_figure *f)
{
    mn_series *series;
    const double *x = mn_view_steps(s, f);
    mn_lines *mark = mn_view_lines(s, MN_N_RARITIES, &series, f);
    if (!x || !mark)
        return;
    mark->n_series = 0;
    for (int k = 0; k < MN_N_RARITIES; k++)
        if (s->n_of_kind[k])
            series[mark->n_series++] =
                (mn_series){.name = k == MN_REGULAR ? "regular" : "exceptional",
                            .n = s->n_moments,
                            .x = x,
                            .y = losses_of(s, (mn_rarity)k, &mark->y_hi, f),
                            .class = k};
    if (!(mark->y_hi > 0.0))
        mark->y_hi = 1.0;
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, mark);
    p->title = "loss of an item given back";
    p->weight = 1.0;
    p->min_rows = CHART_LEAST_ROWS;
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    mn_figure_title(f, "Losses");
    mn_figure_status(f, "%s", mn_returns_losses(s, f));
    if (mn_returns_missing(s, room, true, f))
        return;
    add_chart(s, f);
    if (room.rows < WORDS_LEAST_ROWS)
        return;
    mn_writer w = mn_writer_begin(f, 4);
    mn_writer_wrap(&w, MN_PLAIN, room.cols - 1, mn_returns_method(s, f));
    mn_writer_wrap(
        &w, MN_DIM, room.cols - 1,
        "0: an item came back as it was; 1: nothing of it did. Masks are the same at "
        "every look.");
    mn_writer_end(&w, 0);
}

const mn_view_ops mn_view_losses = {
    .name = "losses",
    .title = "Losses",
    .about = "what is lost of regular and of exceptional items when they are given back, over "
             "steps",
    .make = make,
};
