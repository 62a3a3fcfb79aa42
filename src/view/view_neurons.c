#include "view_impl.h"

#include <math.h>
#include <stdlib.h>

enum { SIDE_COLS = 24, HIST_BINS_MAX = 24, LIST_MAX = 16 };

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
        mn_writer_line(&w, MN_DIM, "index: not measured yet");
    else
        mn_writer_line(&w, MN_STRONG, "%s %.2f %s",
                       cols < SIDE_COLS - 2 ? "index" : mn_index_name(l->index), mean,
                       mn_view_chip(mean));
    if (!s->units.items[MN_EPOCH])
        mn_writer_line(&w, MN_DIM, "dead: known after epoch 1");
    else
        mn_writer_line(&w, dead ? MN_BAD : MN_GOOD, "dead %d weak %d", dead, weak);
    for (int i = 0; i < dead && i < LIST_MAX; i++)
        if (list[i].last < 0)
            mn_writer_line(&w, MN_PLAIN, "%02d never won", list[i].unit);
        else
            mn_writer_line(&w, MN_PLAIN,
                           cols < SIDE_COLS - 2 ? "%02d for %lld" : "%02d silent %lld steps",
                           list[i].unit, (long long)(s->step - list[i].last));
    if (dead > LIST_MAX && w.n < w.room)
        mn_writer_line(&w, MN_DIM, "and %d more", dead - LIST_MAX);
    mn_writer_end(&w, column);
}

static void add_strip(const mn_snapshot *s, const mn_look *l, mn_room room, int column,
                      mn_figure *f)
{
    mn_part *p = mn_view_strip(s, l->index, room, column, f);
    if (p)
        p->title = mn_figure_text(f, "%s over time", mn_index_name(l->index));
}

/* Nothing has won yet: no histogram, no strip. */
static void say_empty(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    mn_writer w = mn_writer_begin(f, room.rows);
    mn_writer_wrap(&w, MN_STRONG, room.cols - 2, "no wins counted yet: Space trains");
    mn_writer_end(&w, 0);
    write_lists(s, l, room.rows - w.n, room.cols, 0, f);
}

/* Which parts there is room for. The strip goes below the histogram where that is possible,
 * beside it in a wide and low room. */
typedef struct mn_plan {
    int left, side, strip_cols; /* columns of the histogram, the lists, the strip */
    bool beside, below;         /* lists; strip */
} mn_plan;

enum { HIST_ROWS = 4, STRIP_ROWS = MN_STRIP_LEAST_ROWS + 2 };

static mn_plan plan_for(const mn_snapshot *s, mn_room room)
{
    mn_plan p = {.left = room.cols};
    bool history = s->n_moments > 1;
    p.below = history && room.rows >= HIST_ROWS + STRIP_ROWS;
    p.beside = room.cols >= 2 * SIDE_COLS || (room.cols >= SIDE_COLS + 6 && room.rows < 8);
    if (history && !p.below && room.cols >= 4 * SIDE_COLS && room.rows >= STRIP_ROWS)
        p.strip_cols = room.cols / 2;
    if (p.beside)
        p.side = room.cols >= 2 * SIDE_COLS ? SIDE_COLS : room.cols / 2;
    p.left -= p.side + p.strip_cols + MN_COLUMN_GAP * (p.beside + (p.strip_cols > 0));
    return p;
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
    if (!s->units.items[w]) {
        say_empty(s, l, room, f);
        return;
    }
    mn_plan p = plan_for(s, room);
    room.cols = p.left;
    add_histogram(s, l, w, p.left - 4, f);
    if (f->full)
        return;
    f->parts[0].column_weight = p.left;
    if (p.below)
        add_strip(s, l, room, 0, f);
    int over = room.rows - HIST_ROWS - (p.below ? STRIP_ROWS : 0);
    int rows = p.beside ? room.rows : over < 2 ? 0 : p.below && over > 4 ? 4 : over;
    int before = f->n_parts;
    write_lists(s, l, rows, p.beside ? p.side : p.left, p.beside, f);
    if (p.beside && !f->full)
        f->parts[before].column_weight = p.side;
    if (!p.strip_cols || f->full)
        return;
    before = f->n_parts;
    room.cols = p.strip_cols;
    add_strip(s, l, room, 2, f);
    if (!f->full)
        f->parts[before].column_weight = p.strip_cols;
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
