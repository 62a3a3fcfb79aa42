#include "view_impl.h"

#include <math.h>
#include <string.h>

enum { SIDE_COLS = 34, SIDE_BY_SIDE_COLS = 74, SMALLEST = 4 };
enum { TILES_MOST = 6, CHART_ROWS = 6, CHART_ROWS_LEAST = 5, WORDS = 4 };

static size_t n_visible(const mn_snapshot *s)
{
    return (size_t)s->width * (size_t)s->height * (size_t)s->channels;
}

/* The pictures of a recall: some states from the cue to where it is, then the nearest item. */
typedef struct row {
    mn_fit fit;
    int n_states, n; /* states shown; tiles */
} row;

/* The largest tiles of which n stand in one row. */
static mn_fit fit_row(const mn_snapshot *s, int n, mn_room room)
{
    mn_fit fit = {0};
    for (int side = room.cols * room.dots_x; side >= SMALLEST; side--) {
        fit = mn_tiles_fit(n, s->width, s->height, side, true, room);
        if (fit.across >= n && fit.shown >= n)
            return fit;
    }
    return (mn_fit){0};
}

/* As many states as leave every picture at its best size. */
static row plan_row(const mn_snapshot *s, mn_room room)
{
    const int item = s->recall.n_items > 0, least = s->dream.n_states < 2 ? 1 : 2;
    int n = s->dream.n_states < TILES_MOST - item ? s->dream.n_states : TILES_MOST - item;
    const mn_fit best = fit_row(s, least + item, room);
    mn_fit fit = fit_row(s, n + item, room);
    while (n > least && (fit.shown < n + item || fit.size_x < best.size_x))
        fit = fit_row(s, --n + item, room);
    return (row){.fit = fit, .n_states = n, .n = n + item};
}

static int state_at(const mn_snapshot *s, int i, int shown)
{
    return shown > 1 ? i * (s->dream.n_states - 1) / (shown - 1) : s->dream.n_states - 1;
}

static const char *state_name(const mn_snapshot *s, int state, int cols, mn_figure *f)
{
    const bool last = state == s->dream.n_states - 1;
    if (state == 0)
        return "cue";
    if (last && !s->recall.held)
        return "result";
    return mn_figure_text(f,
                          last       ? cols < 9 ? "now" : "now: %d"
                          : cols < 9 ? "%d"
                                     : "update %d",
                          last ? s->dream.n_updates : state);
}

/* Items are shown in the range of states, which in most models is -1 to 1. */
static void copy_item(const mn_snapshot *s, float lo, float hi, float *out)
{
    const float range = s->item_hi - s->item_lo;
    for (size_t i = 0; i < n_visible(s); i++)
        out[i] =
            lo + (s->recall_items[i] - s->item_lo) * (hi - lo) / (range > 0.0f ? range : 1.0f);
}

/* Returns the rows used. */
static int add_pictures(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    const row r = plan_row(s, room);
    const size_t size = n_visible(s),
                 n_state = size + (size_t)s->n_extra + (size_t)s->n_classes;
    if (r.fit.shown < r.n)
        return 0;
    mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
    float *pixels = mn_figure_room(f, (size_t)r.n * size, sizeof *pixels);
    const char **labels = mn_figure_room(f, (size_t)r.n, sizeof *labels);
    if (!t || !pixels || !labels)
        return 0;
    *t = (mn_tiles){.n = r.n,
                    .width = s->width,
                    .height = s->height,
                    .channels = s->channels,
                    .pixels = pixels,
                    .scale = MN_UNSIGNED,
                    .lo = s->gives_back ? s->item_lo : -1.0f,
                    .hi = s->gives_back ? s->item_hi : 1.0f,
                    .size = r.fit.size_x,
                    .labels = labels,
                    .cursor = -1};
    for (int i = 0; i < r.n_states; i++) {
        const int state = state_at(s, i, r.n_states);
        memcpy(pixels + (size_t)i * size, s->dream.states + (size_t)state * n_state,
               size * sizeof *pixels);
        labels[i] = state_name(s, state, r.fit.tile_cols, f);
    }
    if (r.n > r.n_states) {
        const char *class = mn_view_class(s, s->recall.label[0], f);
        copy_item(s, t->lo, t->hi, pixels + (size_t)r.n_states * size);
        labels[r.n_states] =
            mn_figure_text(f, r.fit.tile_cols < 14 ? "a \"%s\"" : "nearest: \"%s\"", class);
    }
    mn_part *p = mn_figure_add(f, MN_MARK_TILES, t);
    p->rows = r.fit.tile_rows;
    p->min_rows = 2;
    return r.fit.tile_rows;
}

static void add_lines(const mn_lines *lines, const char *title, int column, int rows,
                      mn_figure *f)
{
    mn_lines *mark = mn_figure_room(f, 1, sizeof *mark);
    if (!mark)
        return;
    *mark = *lines;
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, mark);
    p->title = title;
    p->column = column;
    p->rows = rows;
    p->min_rows = 4;
}

static void add_energy(const mn_snapshot *s, int rows, mn_figure *f)
{
    const int n = s->dream.n_states;
    mn_series *series = mn_figure_room(f, 1, sizeof *series);
    double *x = mn_figure_room(f, (size_t)n, sizeof *x);
    double *y = mn_figure_room(f, (size_t)n, sizeof *y), lo, hi;
    if (!series || !x || !y)
        return;
    for (int i = 0; i < n; i++) {
        x[i] = i == n - 1 ? fmax(s->dream.n_updates, i) : i;
        y[i] = s->dream.energy[i];
    }
    if (!mn_view_span(y, n, &lo, &hi))
        return;
    *series = (mn_series){.n = n, .x = x, .y = y, .class = -1, .points = true};
    add_lines(&(mn_lines){.n_series = 1,
                          .series = series,
                          .x_hi = x[n - 1] > 0.0 ? x[n - 1] : 1.0,
                          .y_lo = lo,
                          .y_hi = lo < hi ? hi : lo + 1.0,
                          .x_name = "sweeps"},
              "energy", 0, rows, f);
}

/* Shares of items recalled against the share of their pixels flipped. */
static void add_basin(const mn_snapshot *s, int column, int rows, mn_figure *f)
{
    const mn_basin *b = &s->recall.basin;
    mn_series *series = mn_figure_room(f, 2, sizeof *series);
    double *x = mn_figure_room(f, MN_BASIN_POINTS, sizeof *x);
    double *y = mn_figure_room(f, (size_t)2 * MN_BASIN_POINTS, sizeof *y);
    if (!series || !x || !y)
        return;
    for (int k = 0; k < MN_BASIN_POINTS; k++) {
        x[k] = k * MN_BASIN_STEP;
        y[k] = 100.0 * b->recalled[k];
        y[MN_BASIN_POINTS + k] = 100.0 * b->returned[k];
    }
    series[0] = (mn_series){
        .name = "recalled", .n = MN_BASIN_POINTS, .x = x, .y = y, .class = 0, .points = true};
    series[1] = (mn_series){.name = "same end",
                            .n = MN_BASIN_POINTS,
                            .x = x,
                            .y = y + MN_BASIN_POINTS,
                            .class = 1,
                            .points = true};
    const char *age =
        b->step < s->step ? mn_figure_text(f, ", step %lld", (long long)b->step) : "";
    add_lines(&(mn_lines){.n_series = 2,
                          .series = series,
                          .x_hi = (MN_BASIN_POINTS - 1) * MN_BASIN_STEP,
                          .y_hi = 100.0,
                          .x_name = "% flipped"},
              mn_figure_text(f, "%% of %d items%s", b->n_items, age), column, rows, f);
}

static void add_bars(const mn_bars *bars, const char *title, int column, mn_figure *f)
{
    mn_bars *mark = mn_figure_room(f, 1, sizeof *mark);
    if (!mark)
        return;
    *mark = *bars;
    mn_part *p = mn_figure_add(f, MN_MARK_BARS, mark);
    p->title = title;
    p->column = column;
    p->rows = bars->n;
    p->min_rows = 3;
}

static void add_overlaps(const mn_snapshot *s, int most, int column, mn_figure *f)
{
    const mn_recollection *r = &s->recall;
    const int n = r->n_items < most ? r->n_items : most;
    mn_bar *bars = mn_figure_room(f, (size_t)n, sizeof *bars);
    if (!bars)
        return;
    for (int i = 0; i < n; i++)
        bars[i] = (mn_bar){
            .label = s->n_tasks > 1
                         ? mn_figure_text(f, "\"%s\" T%d", mn_view_class(s, r->label[i], f),
                                          r->task[i] + 1)
                         : mn_figure_text(f, "\"%s\"", mn_view_class(s, r->label[i], f)),
            .value = fmax(0.0, r->overlap[i]),
            .text = mn_figure_text(f, "%.2f", r->overlap[i]),
            .class = r->label[i]};
    add_bars(&(mn_bars){.n = n, .bars = bars, .hi = 1.0},
             mn_figure_text(f, "overlap, nearest of %d items", r->n_sample), column, f);
}

static void add_shares(const mn_snapshot *s, int most, int column, mn_figure *f)
{
    const mn_recollection *r = &s->recall;
    char units[MN_NOUN_MAX];
    const int n = r->n_units < most ? r->n_units : most;
    mn_bar *bars = mn_figure_room(f, (size_t)n, sizeof *bars);
    if (!bars)
        return;
    for (int i = 0; i < n; i++) {
        const int label = mn_view_unit(s, r->unit[i]) ? s->units.label[r->unit[i]] : -1;
        const char *class =
            label < 0 ? "" : mn_figure_text(f, " \"%s\"", mn_view_class(s, label, f));
        bars[i] = (mn_bar){.label = mn_figure_text(f, "%02d%s", r->unit[i], class),
                           .value = r->share[i],
                           .text = mn_figure_text(f, "%.0f%%", 100.0 * r->share[i]),
                           .class = label};
    }
    add_bars(&(mn_bars){.n = n, .bars = bars, .hi = 1.0},
             mn_figure_text(f, "%s that drive it", mn_view_units(s, units)), column, f);
}

static void write_verdict(const mn_snapshot *s, mn_writer *w)
{
    const mn_dream_record *d = &s->dream;
    const bool held = s->recall.held;
    const char *ending = d->n_updates == 1 ? "" : "s";
    if (held)
        mn_writer_line(w, MN_ACCENT, "held after %d sweep%s: Enter steps", d->n_updates,
                       ending);
    else
        mn_writer_line(w, d->verdict == MN_MEMORY ? MN_GOOD : MN_BAD, "%s, %s %d sweep%s",
                       mn_verdict_name(d->verdict),
                       d->verdict == MN_UNSETTLED ? "changing after" : "settled in",
                       d->n_updates, ending);
    mn_writer_line(w, MN_PLAIN, "energy %.4g, was %.4g", d->energy[d->n_states - 1],
                   d->energy[0]);
    if (s->recall.noise || s->recall.occluded)
        mn_writer_line(w, MN_DIM, "cue: %d%% noise, %d%% hidden", s->recall.noise,
                       s->recall.occluded);
}

/* Verdict, overlaps, shares, as far as there are rows. */
static void add_words(const mn_snapshot *s, mn_room room, int column, mn_figure *f)
{
    mn_writer w = mn_writer_begin(f, room.rows);
    write_verdict(s, &w);
    mn_part *text = mn_writer_end(&w, column);
    if (f->full || !text)
        return;
    int left = room.rows - w.n;
    const int each = (left - 2) / 2;
    if (each >= 3) {
        add_overlaps(s, each, column, f);
        add_shares(s, each, column, f);
        return;
    }
    if (left >= 4)
        add_overlaps(s, left - 1, column, f);
}

static void add_charts(const mn_snapshot *s, int rows, mn_figure *f)
{
    const bool basin = s->recall.basin.n_items > 0;
    if (rows < CHART_ROWS_LEAST)
        return;
    if (!basin || rows >= 2 * CHART_ROWS)
        add_energy(s, basin ? rows / 2 : rows, f);
    if (basin && !f->full)
        add_basin(s, 0, rows >= 2 * CHART_ROWS ? rows - rows / 2 : rows, f);
}

static void say_how(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    char units[MN_NOUN_MAX];
    if (!s->recalls) {
        mn_view_say(f, room,
                    mn_figure_text(f,
                                   "the model %s has no recall: its %s answer an input once "
                                   "and relax nothing. A dense memory recalls (set model=dam).",
                                   s->model, mn_view_units(s, units)));
        return;
    }
    mn_writer w = mn_writer_begin(f, room.rows);
    mn_writer_wrap(&w, MN_STRONG, room.cols - 2,
                   "no cue yet: P draws one, p takes one by name (recall test 5)");
    mn_writer_wrap(&w, MN_PLAIN, room.cols - 2,
                   "From a damaged cue the network relaxes to a state that it stores: e adds "
                   "noise to the cue, o hides a part of it, Enter goes on by one sweep, b "
                   "measures how much damage is borne.");
    mn_writer_end(&w, 0);
    if (s->recall.basin.n_items && room.rows - w.n >= CHART_ROWS_LEAST + 1)
        add_basin(s, 0, room.rows - w.n, f);
}

static void head(const mn_snapshot *s, mn_figure *f)
{
    mn_figure_title(f, "Recall");
    if (s->recall.there)
        mn_figure_status(f, "%s", s->dream.cue);
}

/* Pictures and charts to the left, what they come to on the right, or below. */
static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    head(s, f);
    if (!s->recall.there || s->dream.n_states < 1 || n_visible(s) < 1) {
        say_how(s, room, f);
        return;
    }
    const bool beside = room.cols >= SIDE_BY_SIDE_COLS;
    mn_room part = room;
    if (beside)
        part.cols -= SIDE_COLS + MN_COLUMN_GAP;
    const int words = beside ? 0 : WORDS - 1;
    part.rows = (room.rows - words) * (room.rows > 3 * CHART_ROWS ? 3 : 4) / 6;
    const int used = add_pictures(s, part, f);
    if (f->full)
        return;
    const int charts = room.rows - words - used;
    add_charts(s, charts, f);
    if (f->full)
        return;
    const int before = f->n_parts;
    part.cols = beside ? SIDE_COLS : room.cols;
    part.rows = beside ? room.rows : charts < CHART_ROWS_LEAST ? words + charts : words;
    add_words(s, part, beside, f);
    if (!f->full && beside && before && f->n_parts > before) {
        f->parts[0].column_weight = room.cols - SIDE_COLS - MN_COLUMN_GAP;
        f->parts[before].column_weight = SIDE_COLS;
    }
}

const mn_view_ops mn_view_recall = {
    .name = "recall",
    .title = "Recall",
    .about =
        "a cue relaxing to what is stored: states, energy, the items it is nearest to, the "
        "units that drive it, and the basin of attraction",
    .make = make,
};
