#include "view_impl.h"

#include <math.h>
#include <stdlib.h>

enum { SIDE_COLS = 24, HIST_BINS_MAX = 24, LIST_MAX = 16, NAMED_CLASSES = 20 };

/* The axis starts a decade below one win in the window. */
static double axis_start(uint64_t items)
{
    double lo = items ? floor(-log10((double)items)) : -4.0;
    return lo < -6.0 ? -6.0 : lo > -1.0 ? -1.0 : lo;
}

/* Adds the histogram of win rates. */
static void add_rates(const mn_snapshot *s, const mn_look *l, mn_window w, int cols,
                      mn_figure *f)
{
    const mn_units *u = &s->units;
    uint32_t bins[HIST_BINS_MAX] = {0};
    double lo = axis_start(u->items[w]);
    int n = cols / 2 < HIST_BINS_MAX ? cols / 2 : HIST_BINS_MAX;
    n = n < 4 ? 4 : n;
    double width = -lo / n;
    mn_units_histogram(u, w, lo, width, n, bins);
    mn_hist *mark = mn_figure_room(f, 1, sizeof *mark);
    double *counts = mn_figure_room(f, (size_t)n, sizeof *counts);
    if (!mark || !counts)
        return;
    for (int i = 0; i < n; i++)
        counts[i] = bins[i];
    *mark = (mn_hist){
        .n = n,
        .counts = counts,
        .lo = lo,
        .hi = 0.0,
        .x_name = mn_figure_text(f, cols < 36 ? "log10 rate, %s" : "log10 win rate, last %s",
                                 mn_window_name(w)),
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
}

/* The row of counts that a window asks for: the task at hand, or the whole run; -1 = none. */
static int counts_of(const mn_snapshot *s, mn_window w)
{
    int at = w == MN_TASK ? s->task : w == MN_RUN ? s->n_tasks : -1;
    if (at < 0 || at > MN_TASKS_MAX)
        return -1;
    for (int b = 0; b < MN_COUNT_BINS; b++)
        if (s->counts[at][b])
            return at;
    return -1;
}

/* How often units fired, as in figure 22 of Bricken et al. 2023. */
static void add_counts(const mn_snapshot *s, const mn_look *l, mn_window w, int at,
                       mn_figure *f)
{
    const double width = MN_COUNT_DECADES / MN_COUNT_BINS;
    int n = MN_COUNT_BINS;
    mn_hist *mark = mn_figure_room(f, 1, sizeof *mark);
    double *counts = mn_figure_room(f, MN_COUNT_BINS, sizeof *counts);
    if (!mark || !counts)
        return;
    while (n > 2 && !s->counts[at][n - 2])
        n--;
    for (int i = 0; i < n; i++)
        counts[i] = s->counts[at][i];
    *mark = (mn_hist){.n = n,
                      .counts = counts,
                      .hi = n * width,
                      .x_name = mn_figure_text(f, "log10 wins, %d never", s->never[at]),
                      .y_name = "units",
                      .marked = -1};
    uint32_t fired = mn_view_unit(s, l->cursor) ? s->units.fired[w][l->cursor] : 0;
    if (fired) {
        int bin = (int)(log10(fired) / width);
        mark->marked = bin < n ? bin : n - 1;
    }
    mn_part *p = mn_figure_add(f, MN_MARK_HIST, mark);
    p->title = w == MN_RUN ? "how often units won in the run"
                           : mn_figure_text(f, "how often units won in task %d", s->task + 1);
    p->weight = 1.0;
    p->min_rows = 3;
}

static void add_histogram(const mn_snapshot *s, const mn_look *l, mn_window w, int cols,
                          mn_figure *f)
{
    int counts = counts_of(s, w);
    if (counts < 0)
        add_rates(s, l, w, cols, f);
    else
        add_counts(s, l, w, counts, f);
}

static const char **class_names(const mn_snapshot *s, mn_figure *f)
{
    const char **names = mn_figure_room(f, (size_t)s->n_classes + 1, sizeof *names);
    for (int c = 0; names && c < s->n_classes; c++)
        names[c] = mn_view_class(s, c, f);
    return names;
}

/* The units that fired, by entropy and share; `at` is the place of the one under the cursor. */
static int collect_spots(const mn_mixture *m, int cursor, mn_spot *spots, int *at)
{
    int n = 0;
    *at = -1;
    for (int u = 0; u < m->n; u++) {
        if (isnan(m->entropy[u]) || !(m->share[u] > 0.0f))
            continue;
        if (u == cursor)
            *at = n;
        spots[n++] = (mn_spot){(double)m->entropy[u], (double)m->share[u], m->top[u]};
    }
    return n;
}

/* Entropy against share of firing, as in their figure 23. */
static mn_part *add_scatter(const mn_snapshot *s, const mn_look *l, const mn_mixture *m,
                            mn_census census, int column, mn_figure *f)
{
    mn_scatter *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_spot_group *group = mn_figure_room(f, 1, sizeof *group);
    mn_spot *spots = mn_figure_room(f, (size_t)m->n, sizeof *spots);
    const char **names = class_names(s, f);
    int at;
    if (!mark || !group || !spots || !names)
        return NULL;
    int n = collect_spots(m, l->cursor, spots, &at);
    double lo = HUGE_VAL, hi = -HUGE_VAL, most = s->n_classes > 1 ? log(s->n_classes) : 1.0;
    for (int i = 0; i < n; i++) {
        lo = fmin(lo, spots[i].y);
        hi = fmax(hi, spots[i].y);
    }
    if (!n)
        return NULL;
    *group = (mn_spot_group){.n = n, .spots = spots};
    *mark = (mn_scatter){.n_groups = 1,
                         .groups = group,
                         .x_hi = most,
                         .y_lo = 0.8 * lo,
                         .y_hi = 1.25 * hi,
                         .x_name = "entropy of classes (nats)",
                         .y_name = "share of all wins",
                         .y_log = true,
                         .cursor_group = at < 0 ? -1 : 0,
                         .cursor = at,
                         .n_classes = s->n_classes <= NAMED_CLASSES ? s->n_classes : 0,
                         .class_names = names};
    mn_part *p = mn_figure_add(f, MN_MARK_SCATTER, mark);
    p->title = mn_figure_text(f, "entropy and share (%s)", mn_census_name(census));
    p->column = column;
    p->weight = 2.0;
    p->min_rows = 6;
    return p;
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

/* Greedy and polysemantic units, and the mean weighted entropy (table 10) of every census. */
static void write_mixture(const mn_snapshot *s, mn_window window, mn_writer *w)
{
    mn_census census;
    const mn_mixture *m = mn_view_mixture(s, window, &census);
    if (!m)
        return;
    mn_writer_line(w, MN_PLAIN, "greedy %d", m->greedy);
    mn_writer_line(w, MN_PLAIN, "polysemantic %d", m->polysemantic);
    for (int i = 0; i < MN_N_CENSUSES; i++)
        if (s->mixture[i].items && !isnan(s->mixture[i].weighted))
            mn_writer_line(w, i == (int)census ? MN_STRONG : MN_DIM, "entropy %.2f (%s)",
                           s->mixture[i].weighted, mn_census_name((mn_census)i));
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
    write_mixture(s, l->window, &w);
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

/* Which parts there is room for. The scatter goes where the strip would, which has a view of
 * its own; it stands below the histogram, or beside it in a wide room. */
typedef struct mn_plan {
    int left, middle,
        side; /* columns of the histogram, of what stands beside it, of the lists */
    bool lists_beside;
    bool scatter, strip; /* there is one */
} mn_plan;

enum {
    HIST_ROWS = 4,
    STRIP_ROWS = MN_STRIP_LEAST_ROWS + 2,
    SCATTER_ROWS = 8,
    SCATTER_FIRST = 16
};

static mn_plan plan_for(const mn_snapshot *s, bool mixed, mn_room room)
{
    mn_plan p = {.left = room.cols};
    bool history = s->n_moments > 1;
    int most = mixed ? SCATTER_ROWS : STRIP_ROWS, below = room.rows - HIST_ROWS;
    bool wide = room.cols >= 4 * SIDE_COLS;
    bool beside = wide && (below < most || mixed) && room.rows >= most;
    p.lists_beside =
        room.cols >= 2 * SIDE_COLS || (room.cols >= SIDE_COLS + 6 && room.rows < 8);
    p.scatter = mixed && (beside || below >= SCATTER_ROWS);
    if (p.scatter && !beside)
        below -= SCATTER_FIRST; /* before the strip, which has a view of its own */
    p.strip = history && (below >= STRIP_ROWS || (beside && !mixed));
    if (p.lists_beside)
        p.side = room.cols >= 2 * SIDE_COLS ? SIDE_COLS : room.cols / 2;
    if (beside && (p.scatter || p.strip))
        p.middle = mixed ? room.cols * 2 / 5 : room.cols / 2;
    p.left -= p.side + p.middle + MN_COLUMN_GAP * (p.lists_beside + (p.middle > 0));
    return p;
}

/* Rows for the lists below the other parts. */
static int rows_below(const mn_plan *p, int rows)
{
    bool more = !p->middle && (p->scatter || p->strip);
    int over = rows - HIST_ROWS;
    if (!p->middle)
        over -= (p->scatter ? SCATTER_ROWS : 0) + (p->strip ? STRIP_ROWS : 0);
    return over < 2 ? 0 : more && over > 4 ? 4 : over;
}

static void set_width(mn_figure *f, int part, int width)
{
    if (!f->full && f->n_parts > part)
        f->parts[part].column_weight = width;
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
    mn_census census;
    const mn_mixture *m = mn_view_mixture(s, l->window, &census);
    mn_plan p = plan_for(s, m != NULL, room);
    int lists = p.lists_beside ? 1 : 0, middle = p.middle ? lists + 1 : 0;
    mn_room part = {p.left, room.rows, room.dots_x, room.dots_y};
    add_histogram(s, l, w, p.left - 4, f);
    set_width(f, 0, p.left);
    if (p.scatter && !middle && !f->full)
        add_scatter(s, l, m, census, 0, f);
    if (p.strip && (p.scatter || !middle) && !f->full)
        add_strip(s, l, part, 0, f);
    int before = f->n_parts;
    if (!f->full)
        write_lists(s, l, lists ? room.rows : rows_below(&p, room.rows),
                    lists ? p.side : p.left, lists, f);
    if (lists)
        set_width(f, before, p.side);
    if (!middle || f->full)
        return;
    before = f->n_parts;
    part.cols = p.middle;
    if (p.scatter)
        add_scatter(s, l, m, census, middle, f);
    else
        add_strip(s, l, part, middle, f);
    set_width(f, before, p.middle);
}

const mn_view_ops mn_view_neurons = {
    .name = "neurons",
    .title = "Neurons",
    .about =
        "how often units win and for how many classes, which are dead or greedy, and whether "
        "they are features or prototypes",
    .key = '3',
    .make = make,
};
