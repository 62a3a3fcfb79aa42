#include <math.h>

#include "returns.h"

/* Figure A1 of Tyulmankov et al. 2023: how what giving an item back is like differs between
 * regular items and exceptions, while training goes. */

enum {
    CHART_LEAST_ROWS = 5,
    STRIP_ROWS = 3, /* and a title */
    COLUMN_COLS = 36,
    N_INFERRED = MN_N_SIGNALS - 1
};

static const char *const titles[MN_N_SIGNALS] = {
    "",
    "loss",
    "minus the steps it took to settle",
    "minus entropy of hidden activity (bits)",
    "largest hidden activity",
    "length of hidden activity",
};

/* Median, tenth and ninetieth percentile of one kind of items. */
static bool fill(const mn_snapshot *s, int signal, int kind, const double *x, mn_series *out,
                 mn_figure *f)
{
    double *y[MN_N_QUANTILES];
    for (int q = 0; q < MN_N_QUANTILES; q++) {
        if (!(y[q] = mn_figure_room(f, (size_t)s->n_moments, sizeof **y)))
            return false;
        for (int i = 0; i < s->n_moments; i++)
            y[q][i] = (double)s->moments[i].signal[signal][kind][q];
    }
    *out = (mn_series){.name = kind == MN_REGULAR ? "regular" : "exceptional",
                       .n = s->n_moments,
                       .x = x,
                       .y = y[1],
                       .lo = y[0],
                       .hi = y[2],
                       .class = kind};
    return true;
}

static void stretch(const mn_series *of, mn_lines *mark)
{
    double lo, hi;
    if (mn_view_span(of->lo, of->n, &lo, &hi))
        mark->y_lo = fmin(mark->y_lo, lo);
    if (mn_view_span(of->hi, of->n, &lo, &hi))
        mark->y_hi = fmax(mark->y_hi, hi);
}

static void add_chart(const mn_snapshot *s, int signal, const double *x, int column,
                      mn_figure *f)
{
    mn_series *series;
    mn_lines *mark = mn_view_lines(s, MN_N_RARITIES, &series, f);
    if (!mark)
        return;
    mark->n_series = 0;
    mark->y_lo = HUGE_VAL, mark->y_hi = -HUGE_VAL;
    for (int k = 0; k < MN_N_RARITIES; k++) {
        if (!s->n_of_kind[k])
            continue;
        if (!fill(s, signal, k, x, &series[mark->n_series], f))
            return;
        stretch(&series[mark->n_series++], mark);
    }
    if (!(mark->y_lo <= mark->y_hi))
        mark->y_lo = 0.0, mark->y_hi = 1.0;
    if (mark->y_lo == mark->y_hi)
        mark->y_hi += 1.0;
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, mark);
    const bool used = s->signal_is_used && (int)s->signal == signal;
    p->title = mn_figure_text(f, "%s%s", titles[signal], used ? " (used)" : "");
    p->column = column;
    p->column_weight = 1.0;
    p->weight = 1.0;
    p->min_rows = CHART_LEAST_ROWS - 1;
}

/* Shares of each kind's items as they are now, by the signal. */
static void add_strip(const mn_snapshot *s, int signal, int column, mn_figure *f)
{
    static const char *const kinds[MN_N_RARITIES] = {"regular", "except."};
    const mn_spread *of = &s->spread[signal];
    mn_heat *mark = mn_figure_room(f, 1, sizeof *mark);
    float *share = mn_figure_room(f, MN_N_RARITIES * MN_SIGNAL_BINS, sizeof *share);
    if (!mark || !share || !(of->hi > of->lo))
        return;
    for (int k = 0; k < MN_N_RARITIES; k++)
        for (int b = 0; b < MN_SIGNAL_BINS; b++)
            share[k * MN_SIGNAL_BINS + b] =
                of->n[k] ? (float)of->bins[k][b] / (float)of->n[k] : NAN;
    *mark = (mn_heat){.n_rows = MN_N_RARITIES,
                      .n_cols = MN_SIGNAL_BINS,
                      .values = share,
                      .row_labels = kinds,
                      .scale = MN_UNSIGNED,
                      .hi = 0.5f,
                      .x_lo = (double)of->lo,
                      .x_hi = (double)of->hi};
    mn_part *p = mn_figure_add(f, MN_MARK_HEAT, mark);
    p->title = mn_figure_text(f, "now, from %.3g to %.3g", (double)of->lo, (double)of->hi);
    p->column = column;
    p->rows = STRIP_ROWS;
    p->min_rows = 2;
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    mn_figure_title(f, "Signals of an exception");
    mn_figure_status(f, "%s", mn_returns_losses(s, f));
    if (mn_returns_missing(s, room, true, f))
        return;
    const double *x = mn_view_steps(s, f);
    int columns = room.cols / COLUMN_COLS;
    columns = columns < 1 ? 1 : columns > 3 ? 3 : columns;
    const int down = (N_INFERRED + columns - 1) / columns, rows = room.rows / down;
    for (int i = 0; x && i < N_INFERRED && !f->full; i++) {
        add_chart(s, i + 1, x, i / down, f);
        if (rows >= 2 * CHART_LEAST_ROWS + STRIP_ROWS + 2)
            add_strip(s, i + 1, i / down, f);
    }
}

const mn_view_ops mn_view_signals = {
    .name = "signals",
    .title = "Signals",
    .about =
        "what tells exceptions from regular items: medians and middle four fifths of every "
        "signal over steps, and how they lie now",
    .make = make,
};
