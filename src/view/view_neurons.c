#include "view_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_COLS = 24, HIST_BINS_MAX = 24, LIST_MAX = 16, STRIP_LEAST_ROWS = 4 };

/* The axis starts a decade below one win in the window. */
static double axis_start(uint64_t items)
{
    double lo = items ? floor(-log10((double)items)) : -4.0;
    return lo < -6.0 ? -6.0 : lo > -1.0 ? -1.0 : lo;
}

/* Adds the histogram; returns how many units never fired in the window. */
static int add_histogram(const mn_snapshot *s, const mn_look *l, mn_window w, int cols,
                         mn_figure *f)
{
    const mn_units *u = &s->units;
    uint32_t bins[HIST_BINS_MAX] = {0};
    double lo = axis_start(u->items[w]);
    int n = cols / 2 < HIST_BINS_MAX ? cols / 2 : HIST_BINS_MAX;
    n = n < 4 ? 4 : n;
    double width = -lo / n;
    int silent = mn_units_histogram(u, w, lo, width, n, bins);
    mn_hist *mark = mn_figure_room(f, 1, sizeof *mark);
    double *counts = mn_figure_room(f, (size_t)n, sizeof *counts);
    if (!mark || !counts)
        return silent;
    for (int i = 0; i < n; i++)
        counts[i] = bins[i];
    *mark = (mn_hist){.n = n,
                      .counts = counts,
                      .lo = lo,
                      .hi = 0.0,
                      .x_name = mn_figure_text(f, "log10 win rate, last %s", mn_window_name(w)),
                      .y_name = "units",
                      .marked = -1};
    double rate = mn_view_unit(s, l->cursor) ? mn_view_rate(u, w, (uint32_t)l->cursor) : 0.0;
    if (rate > 0.0) {
        int bin = (int)floor((log10(rate) - lo) / width);
        mark->marked = bin < 0 ? 0 : bin >= n ? n - 1 : bin;
    }
    mn_part *p = mn_figure_add(f, MN_MARK_HIST, mark);
    p->weight = 1.0;
    p->min_rows = 3;
    return silent;
}

typedef struct mn_silent {
    int unit;
    int64_t last;
} mn_silent;

static int longest_first(const void *a, const void *b)
{
    const mn_silent *x = a, *y = b;
    return x->last != y->last ? (x->last < y->last ? -1 : 1) : x->unit - y->unit;
}

/* The dead, longest silent first; returns how many there are (all of them, not only those
 * kept). */
static int collect_dead(const mn_snapshot *s, mn_silent *list, int room)
{
    int n = 0, all = 0;
    for (int i = 0; i < s->units.n; i++) {
        if (!mn_units_dead(&s->units, i))
            continue;
        mn_silent one = {i, s->units.last_fired[i]};
        all++;
        if (n < room)
            list[n++] = one;
        else if (longest_first(&one, &list[n - 1]) < 0)
            list[n - 1] = one;
        qsort(list, (size_t)n, sizeof *list, longest_first);
    }
    return all;
}

static void write_lists(const mn_snapshot *s, const mn_look *l, int rows, int cols, int column,
                        mn_figure *f)
{
    mn_silent list[LIST_MAX];
    mn_writer w = mn_writer_begin(f, rows);
    int dead = collect_dead(s, list, LIST_MAX), weak = mn_units_count_weak(&s->units);
    double mean = s->index_mean[l->index];
    if (isnan(mean))
        mn_writer_line(&w, MN_DIM, "index not measured yet");
    else
        mn_writer_line(&w, MN_STRONG, "%s %.2f %s", mn_index_name(l->index), mean,
                       mn_view_chip(mean));
    if (!s->units.items[MN_EPOCH])
        mn_writer_line(&w, MN_DIM, "dead: after epoch 1");
    else
        mn_writer_line(&w, dead ? MN_BAD : MN_GOOD, "dead %d  weak %d of %d", dead, weak,
                       s->n_units);
    for (int i = 0; i < dead && i < LIST_MAX; i++)
        if (list[i].last < 0)
            mn_writer_line(&w, MN_PLAIN, "%02d never won", list[i].unit);
        else
            mn_writer_line(&w, MN_PLAIN, "%02d silent %lld steps", list[i].unit,
                           (long long)(s->step - list[i].last));
    if (dead > LIST_MAX && w.n < w.room)
        mn_writer_line(&w, MN_DIM, "and %d more", dead - LIST_MAX);
    (void)cols;
    mn_writer_end(&w, column);
}

static bool is_vertex(const mn_event *e)
{
    return e->intervention && strstr(e->text, "vertex");
}

/* The moment shown in column c of `cols`, by step, so that the strip's axis is time. */
static int moment_at(const mn_snapshot *s, int c, int cols)
{
    int64_t first = s->moments[0].step, last = s->moments[s->n_moments - 1].step;
    double step = (double)first + (double)(last - first) * c / (cols > 1 ? cols - 1 : 1);
    int i = 0;
    while (i + 1 < s->n_moments && (double)s->moments[i + 1].step <= step + 0.5)
        i++;
    return i;
}

/* Columns at which the vertex was changed become undefined: a dotted line in the picture. */
static const mn_event *mark_changes(const mn_snapshot *s, float *values, int cols)
{
    const mn_event *latest = NULL;
    int64_t first = s->moments[0].step, last = s->moments[s->n_moments - 1].step;
    for (int i = 0; i < s->n_events; i++) {
        const mn_event *e = &s->events[i];
        if (!is_vertex(e))
            continue;
        latest = e;
        if (e->step <= first || e->step >= last)
            continue;
        int c = (int)((double)(e->step - first) / (double)(last - first) * (cols - 1) + 0.5);
        for (int bin = 0; bin < MN_STRIP_BINS; bin++)
            values[bin * cols + c] = NAN;
    }
    return latest;
}

/* Share of units per bin of the index, over time: feature at the bottom, prototype on top. */
static void add_strip(const mn_snapshot *s, const mn_look *l, mn_room room, int column,
                      mn_figure *f)
{
    int cols = room.cols > 12 ? room.cols - 6 : 6;
    mn_heat *mark = mn_figure_room(f, 1, sizeof *mark);
    float *values = mn_figure_room(f, (size_t)(cols * MN_STRIP_BINS), sizeof *values);
    const char **names = mn_figure_room(f, MN_STRIP_BINS, sizeof *names);
    if (!mark || !values || !names)
        return;
    float most = 0.0f;
    for (int c = 0; c < cols; c++) {
        const mn_moment *m = &s->moments[moment_at(s, c, cols)];
        for (int row = 0; row < MN_STRIP_BINS; row++) {
            float share = m->strip[l->index][MN_STRIP_BINS - 1 - row];
            values[row * cols + c] = share;
            most = share > most ? share : most;
        }
    }
    for (int row = 0; row < MN_STRIP_BINS; row++)
        names[row] = "";
    names[0] = "prot";
    names[MN_STRIP_BINS - 1] = "feat";
    const mn_event *change = mark_changes(s, values, cols);
    const char *span = mn_figure_text(f, "steps %lld to %lld", (long long)s->moments[0].step,
                                      (long long)s->moments[s->n_moments - 1].step);
    *mark = (mn_heat){.n_rows = MN_STRIP_BINS,
                      .n_cols = cols,
                      .values = values,
                      .row_labels = names,
                      .scale = MN_UNSIGNED,
                      .hi = most > 0.0f ? most : 1.0f,
                      .x_name = change ? mn_figure_text(f, "%s  dots: %s at step %lld", span,
                                                        change->text, (long long)change->step)
                                       : span};
    mn_part *p = mn_figure_add(f, MN_MARK_HEAT, mark);
    p->column = column;
    p->title = mn_figure_text(f, "%s of all units over time", mn_index_name(l->index));
    p->weight = 1.5;
    p->min_rows = STRIP_LEAST_ROWS;
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    mn_figure_title(f, "Neurons");
    if (s->units.n < 1) {
        mn_view_say(f, room, "no units yet");
        return;
    }
    mn_window w = mn_view_window(&s->units, l->window);
    mn_figure_status(f, "dead %d/%d", mn_units_count_dead(&s->units), s->n_units);
    bool beside = room.cols >= 2 * SIDE_COLS || (room.cols >= SIDE_COLS + 6 && room.rows < 8);
    bool strip = s->n_moments > 1 && room.rows >= 6 + STRIP_LEAST_ROWS + 3;
    bool wide = s->n_moments > 1 && !strip && room.cols >= 4 * SIDE_COLS && room.rows >= 5;
    int side = beside ? (room.cols >= 2 * SIDE_COLS ? SIDE_COLS : room.cols / 2) : 0;
    int left = room.cols - side - (wide ? room.cols / 2 : 0);
    if (!s->units.items[w])
        mn_view_say(f, (mn_room){left, 2, room.dots_x, room.dots_y},
                    "no wins counted yet: train (Space)");
    else
        add_histogram(s, l, w, left - 4, f);
    if (!f->full && f->n_parts)
        f->parts[0].column_weight = left;
    if (strip && !f->full)
        add_strip(s, l, (mn_room){left, room.rows, room.dots_x, room.dots_y}, 0, f);
    int rows = beside              ? room.rows
               : room.rows - 6 < 2 ? room.rows / 3
               : strip             ? 4
                                   : room.rows - 6;
    int before = f->n_parts;
    write_lists(s, l, rows, side, beside, f);
    if (beside && !f->full && f->n_parts > before)
        f->parts[before].column_weight = side;
    if (wide && !f->full) {
        before = f->n_parts;
        add_strip(s, l, (mn_room){room.cols / 2, room.rows, room.dots_x, room.dots_y}, 2, f);
        if (!f->full)
            f->parts[before].column_weight = room.cols / 2;
    }
}

const mn_view_ops mn_view_neurons = {
    .name = "neurons",
    .title = "Neurons",
    .about =
        "how often units win, which are dead and since when, and whether they are features "
        "or prototypes over time",
    .key = '3',
    .make = make,
};
