#include "view_impl.h"

#include <math.h>
#include <string.h>

enum { SIDE_COLS = 33, SIDE_BY_SIDE_COLS = 76, ENERGY_ROWS = 7, GALLERY_LEAST_ROWS = 6 };

static size_t n_visible(const mn_snapshot *s)
{
    return (size_t)s->width * (size_t)s->height * (size_t)s->channels;
}

/* Floats of one whole state: pixels, task units, class units (model.h). */
static size_t state_size(const mn_snapshot *s)
{
    return n_visible(s) + (size_t)s->n_extra + (size_t)s->n_classes;
}

typedef struct mn_states {
    mn_tiles *tiles;
    float *pixels;
    const char **labels;
} mn_states;

/* Room for n tiles of states, which are +-1. */
static bool carve(const mn_snapshot *s, int n, mn_states *out, mn_figure *f)
{
    out->tiles = mn_figure_room(f, 1, sizeof *out->tiles);
    out->pixels = mn_figure_room(f, (size_t)n * n_visible(s), sizeof *out->pixels);
    out->labels = mn_figure_room(f, (size_t)n, sizeof *out->labels);
    if (!out->tiles || !out->pixels || !out->labels)
        return false;
    *out->tiles = (mn_tiles){.n = n,
                             .width = s->width,
                             .height = s->height,
                             .channels = s->channels,
                             .pixels = out->pixels,
                             .labels = out->labels,
                             .scale = MN_SIGNED,
                             .lo = -1.0f,
                             .hi = 1.0f,
                             .cursor = -1};
    return true;
}

/* The first and the last state are always among those shown. */
static int state_at(const mn_snapshot *s, int i, int shown)
{
    return shown > 1 ? i * (s->dream.n_states - 1) / (shown - 1) : s->dream.n_states - 1;
}

static const char *state_name(const mn_snapshot *s, int state, int cols, mn_figure *f)
{
    bool last = state == s->dream.n_states - 1;
    if (state == 0)
        return "cue";
    return last ? (cols < 9 ? "end" : "attractor")
                : mn_figure_text(f, cols < 9 ? "%d" : "update %d", state);
}

/* One row of states from the cue to the attractor, as many as can be told apart. */
static int add_states(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    mn_fit fit = mn_tiles_fit(s->dream.n_states, s->width, s->height, 0, true, room);
    if (fit.down > 1 && fit.across < fit.shown) {
        room.rows = fit.tile_rows; /* one row is the way; the rest of the room is for more */
        fit = mn_tiles_fit(s->dream.n_states, s->width, s->height, 0, true, room);
    }
    while (fit.shown < 2 && fit.size_x > 6)
        fit = mn_tiles_fit(s->dream.n_states, s->width, s->height, fit.size_x - 1, true, room);
    int n = fit.shown > 1 ? fit.shown : 1;
    mn_states out;
    if (!carve(s, n, &out, f))
        return 0;
    out.tiles->size = fit.size_x;
    for (int i = 0; i < n; i++) {
        int state = state_at(s, i, n);
        memcpy(out.pixels + (size_t)i * n_visible(s),
               s->dream.states + (size_t)state * state_size(s),
               n_visible(s) * sizeof *out.pixels);
        out.labels[i] = state_name(s, state, fit.tile_cols, f);
    }
    mn_part *p = mn_figure_add(f, MN_MARK_TILES, out.tiles);
    p->rows = fit.tile_rows;
    p->min_rows = 2;
    return fit.tile_rows;
}

static void add_energy(const mn_snapshot *s, mn_figure *f)
{
    int n = s->dream.n_states;
    mn_lines *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_series *series = mn_figure_room(f, 1, sizeof *series);
    double *x = mn_figure_room(f, (size_t)n, sizeof *x);
    double *y = mn_figure_room(f, (size_t)n, sizeof *y);
    if (!mark || !series || !x || !y)
        return;
    double lo, hi;
    for (int i = 0; i < n; i++) {
        x[i] = i;
        y[i] = s->dream.energy[i];
    }
    if (!mn_view_span(y, n, &lo, &hi))
        return;
    *series = (mn_series){.name = "energy", .n = n, .x = x, .y = y, .class = -1};
    *mark = (mn_lines){.n_series = 1,
                       .series = series,
                       .x_hi = n > 1 ? n - 1 : 1,
                       .y_lo = lo,
                       .y_hi = lo < hi ? hi : lo + 1.0,
                       .x_name = "updates"};
    mn_part *p = mn_figure_add(f, MN_MARK_LINES, mark);
    p->title = "energy";
    p->min_rows = 4;
}

static void write_verdict(const mn_snapshot *s, mn_writer *w)
{
    const mn_dream_record *d = &s->dream;
    int updates = d->n_updates;
    mn_writer_line(w, d->verdict == MN_MEMORY ? MN_GOOD : MN_BAD, "%s, %s after %d update%s",
                   mn_verdict_name(d->verdict),
                   d->verdict == MN_UNSETTLED ? "still changing" : "settled", updates,
                   updates == 1 ? "" : "s");
    if (mn_view_unit(s, d->unit)) {
        int label = s->units.label[d->unit];
        const char *name = label >= 0 ? mn_figure_text(w->figure, " \"%d\"", label) : "";
        mn_writer_line(w, MN_PLAIN, "memory %02d%s: %.0f%% of the field", d->unit, name,
                       100.0 * d->share);
    }
    if (d->repeat)
        mn_writer_line(w, MN_PLAIN, "dreamt before");
}

static void write_tally(const mn_snapshot *s, mn_writer *w)
{
    const mn_dream_tally *t = &s->dreamt;
    if (t->n) {
        mn_writer_line(w, MN_STRONG, "%zu dreams, %zu repeat%s", t->n, t->repeats,
                       t->repeats == 1 ? "" : "s");
        for (int i = 0; i < MN_N_VERDICTS; i += 2)
            mn_writer_line(w, MN_PLAIN, "%zu %s, %zu %s", t->verdicts[i],
                           mn_verdict_name((mn_verdict)i), t->verdicts[i + 1],
                           mn_verdict_name((mn_verdict)(i + 1)));
        mn_writer_line(w, MN_PLAIN, "%.1f updates on average", t->sweeps);
    }
    mn_writer_line(w, MN_PLAIN, "%zu items in the buffer", s->buffer_items);
    mn_writer_line(w, s->dreams_are_used ? MN_GOOD : MN_DIM,
                   s->dreams_are_used ? "%s trains on it" : "%s ignores it (D)", s->strategy);
}

static void add_gallery(const mn_snapshot *s, mn_room room, int column, mn_figure *f)
{
    mn_fit fit = mn_tiles_fit(s->n_gallery, s->width, s->height, 0, true, room);
    int n = fit.shown;
    mn_states out;
    if (n < 1 || !carve(s, n, &out, f))
        return;
    out.tiles->size = fit.size_x;
    for (int i = 0; i < n; i++) {
        memcpy(out.pixels + (size_t)i * n_visible(s), s->gallery + (size_t)i * n_visible(s),
               n_visible(s) * sizeof *out.pixels);
        const char *verdict = mn_verdict_name(s->gallery_verdict[i]);
        out.labels[i] = s->gallery_class[i] >= 0
                            ? mn_figure_text(f, "\"%d\" %s", s->gallery_class[i], verdict)
                            : verdict;
    }
    mn_part *p = mn_figure_add(f, MN_MARK_TILES, out.tiles);
    p->title = n < s->n_gallery ? mn_figure_text(f, "latest %d attractors", n)
                                : "latest attractors, newest first";
    p->column = column;
    p->rows = fit.tile_rows * fit.down;
    p->min_rows = 3;
}

/* Counts of dreams per class or task, `noun` before the number. */
static void add_counts(const size_t *counts, int n, const char *noun, const char *last,
                       const char *title, int column, mn_figure *f)
{
    mn_bars *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_bar *bars = mn_figure_room(f, (size_t)n, sizeof *bars);
    if (!mark || !bars)
        return;
    double most = 1.0;
    for (int i = 0; i < n; i++) {
        bars[i] = (mn_bar){.label = i == n - 1 && last
                                        ? last
                                        : mn_figure_text(f, "%s%d", noun, *noun ? i + 1 : i),
                           .value = (double)counts[i],
                           .text = mn_figure_text(f, "%zu", counts[i]),
                           .class = *noun ? -1 : i};
        most = fmax(most, (double)counts[i]);
    }
    *mark = (mn_bars){.n = n, .bars = bars, .hi = most};
    mn_part *p = mn_figure_add(f, MN_MARK_BARS, mark);
    p->title = title;
    p->column = column;
    p->rows = n;
    p->min_rows = 3;
}

/* Histograms of the dreamt buffer, as far as they fit into `rows`. */
static void add_histograms(const mn_snapshot *s, int rows, int column, mn_figure *f)
{
    int classes = s->n_classes < MN_CLASSES_MAX ? s->n_classes : MN_CLASSES_MAX;
    int tasks = s->n_extra < MN_TASKS_MAX ? s->n_extra : MN_TASKS_MAX;
    if (!s->dreamt.n || classes < 1 || rows < 4)
        return;
    if (classes + 1 <= rows)
        add_counts(s->by_class, classes, "", NULL, "dreams per class", column, f);
    rows -= classes + 1;
    if (tasks > 0 && tasks + 2 <= rows)
        add_counts(s->by_task, tasks + 1, "T", "none", "dreams per task unit", column, f);
}

static void say_how(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    mn_writer w = mn_writer_begin(f, room.rows);
    mn_writer_wrap(&w, MN_STRONG, room.cols - 2, "no dream yet: d dreams 64");
    mn_writer_wrap(
        &w, MN_PLAIN, room.cols - 2,
        "A dream starts from random pixels, task and class units and is relaxed until "
        "nothing changes. Where it ends is what the network remembers by itself: a "
        "memory, a mixture, or a state nobody stored.");
    write_tally(s, &w);
    mn_writer_end(&w, 0);
}

/* States, energy and gallery, as far as `room` has rows for them; `verdict` lines are kept
 * free.
 */
static void add_pictures(const mn_snapshot *s, mn_room room, int verdict, mn_figure *f)
{
    mn_room part = room;
    bool gallery = s->n_gallery > 0 && room.rows >= 2 * GALLERY_LEAST_ROWS + ENERGY_ROWS;
    part.rows = gallery ? (room.rows - ENERGY_ROWS) / 2 : room.rows - verdict;
    int left = room.rows - verdict - add_states(s, part, f);
    part.rows = left - ENERGY_ROWS - 1;
    if (gallery && !f->full)
        add_gallery(s, part, 0, f);
    if (left >= ENERGY_ROWS - 1 && !f->full)
        add_energy(s, f);
}

/* The dream itself to the left, what all dreams came to on the right. */
static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    mn_figure_title(f, "Dream");
    if (s->dream.n_states > 0 && *s->dream.cue)
        mn_figure_status(f, "recall of %s", s->dream.cue);
    else
        mn_figure_status(f, s->dreamt.n ? "%zu dreams" : "none yet", s->dreamt.n);
    if (s->dream.n_states < 1 || n_visible(s) < 1) {
        say_how(s, room, f);
        return;
    }
    bool beside = room.cols >= SIDE_BY_SIDE_COLS;
    int rows = room.rows;
    if (beside)
        room.cols -= SIDE_COLS + MN_COLUMN_GAP;
    add_pictures(s, room, beside ? 0 : rows < 10 ? 2 : 3, f);
    mn_writer w = mn_writer_begin(f, beside ? rows : 3);
    write_verdict(s, &w);
    if (beside)
        write_tally(s, &w);
    int before = f->n_parts;
    mn_part *text = mn_writer_end(&w, beside);
    if (f->full || !text || !beside)
        return;
    f->parts[0].column_weight = room.cols;
    f->parts[before].column_weight = SIDE_COLS;
    add_histograms(s, rows - w.n, 1, f);
}

const mn_view_ops mn_view_dream = {
    .name = "dream",
    .title = "Dream",
    .about =
        "a random state relaxing to an attractor, its energy, and what the dreamt items are",
    .key = '5',
    .make = make,
};
