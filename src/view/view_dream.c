#include "view_impl.h"

#include <math.h>
#include <string.h>

enum { SIDE_COLS = 33, SIDE_BY_SIDE_COLS = 76, TALLY_LEAST = 6 };
/* Rows of the energy with its heading, in cells and where dots are fine; of a gallery. */
enum { ENERGY_ROWS = 5, ENERGY_ROWS_FINE = 8, GALLERY_LEAST_ROWS = 5, FINE_DOTS = 4 };
/* Dots across the smallest state worth its place, and the smallest that can be painted. */
enum { LEGIBLE = 10, SMALLEST = 4, STATES_MOST = 8 };

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

/* The largest tiles of which n stand in one row. */
static mn_fit row_of(const mn_snapshot *s, int n, mn_room room)
{
    mn_fit fit = {0};
    for (int side = room.cols * room.dots_x; side >= SMALLEST; side--) {
        if (side > s->width && side % s->width)
            continue;
        fit = mn_tiles_fit(n, s->width, s->height, side, true, room);
        if (fit.across >= n && fit.shown >= n)
            return fit;
    }
    return fit;
}

/* One row of states from the cue to the attractor, as many as can be told apart. */
static int add_states(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    int n = s->dream.n_states < STATES_MOST ? s->dream.n_states : STATES_MOST;
    mn_fit fit = row_of(s, n, room);
    while (n > 2 && (fit.shown < n || fit.size_x < LEGIBLE))
        fit = row_of(s, --n, room);
    if (fit.shown < n)
        fit = row_of(s, n = 1, room);
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
    *series = (mn_series){.n = n, .x = x, .y = y, .class = -1};
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
        const char *name = label >= 0 ? mn_figure_text(w->figure, " \"%s\"",
                                                       mn_view_class(s, label, w->figure))
                                      : "";
        mn_writer_line(w, MN_PLAIN, "memory %02d%s: %.0f%% of the field", d->unit, name,
                       100.0 * d->share);
    }
    if (d->repeat)
        mn_writer_line(w, MN_DIM, "as others of its batch did");
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
    }
    if (s->answers_are_used)
        mn_writer_line(w, MN_DIM, "not counted: answers trained on");
    else
        mn_writer_line(w, s->dreams_are_used ? MN_GOOD : MN_DIM,
                       s->dreams_are_used ? "%s trains on them" : "%s ignores them (D)",
                       s->strategy);
    if (s->buffer_items)
        mn_writer_line(w, MN_PLAIN, "%zu items in the buffer", s->buffer_items);
    if (t->n)
        mn_writer_line(w, MN_PLAIN, "%.1f updates on average", t->sweeps);
}

/* "mem", "mix", "spur" or "?": for tiles that have no room for the word. */
static const char *chip_of(mn_verdict v)
{
    static const char *const chips[MN_N_VERDICTS] = {[MN_MEMORY] = "mem",
                                                     [MN_MIXTURE] = "mix",
                                                     [MN_SPURIOUS] = "spur",
                                                     [MN_UNSETTLED] = "?"};
    return chips[v];
}

/* The longest way to say it that fits: "7" mixture, 7 mix, 7. */
static const char *gallery_label(const mn_snapshot *s, int i, int cols, mn_figure *f)
{
    mn_verdict v = s->gallery_verdict[i];
    const char *word = mn_verdict_name(v), *chip = chip_of(v);
    int class = s->gallery_class[i];
    if (class < 0)
        return (int)strlen(word) <= cols ? word : chip;
    const char *name = mn_figure_text(f, "%d", class);
    int left = cols - (int)strlen(name);
    if (left >= (int)strlen(word) + 3)
        return mn_figure_text(f, "\"%s\" %s", name, word);
    return left > (int)strlen(chip) ? mn_figure_text(f, "%s %s", name, chip) : name;
}

/* Tiles of which a good number shows, the larger the fewer there are. */
static mn_fit fit_gallery(const mn_snapshot *s, mn_room room)
{
    mn_fit fit = mn_tiles_fit(s->n_gallery, s->width, s->height, 0, true, room);
    for (int side = fit.size_x - 1; !fit.shown && side >= SMALLEST; side--)
        fit = mn_tiles_fit(s->n_gallery, s->width, s->height, side, true, room);
    return fit;
}

static void add_gallery(const mn_snapshot *s, mn_room room, int column, mn_figure *f)
{
    mn_fit fit = fit_gallery(s, room);
    int n = fit.shown;
    mn_states out;
    if (n < 1 || !carve(s, n, &out, f))
        return;
    out.tiles->size = fit.size_x;
    for (int i = 0; i < n; i++) {
        memcpy(out.pixels + (size_t)i * n_visible(s), s->gallery + (size_t)i * n_visible(s),
               n_visible(s) * sizeof *out.pixels);
        out.labels[i] = gallery_label(s, i, fit.tile_cols, f);
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

/* Lines of text that leave the histograms their rows. */
static int text_rows(const mn_snapshot *s, int rows, int least)
{
    int left = rows - s->n_classes - 1;
    if (s->n_extra > 0 && left - s->n_extra - 2 >= least)
        left -= s->n_extra + 2;
    return left > least ? left : least;
}

static void say_why_not(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    char units[MN_NOUN_MAX];
    const char *why = mn_figure_text(
        f,
        "the model %s has no recall: its %s answer an input once and relax nothing, so it "
        "cannot dream. A dense memory can (set model=dam).",
        s->model, mn_view_units(s, units));
    mn_writer w = mn_writer_begin(f, room.rows);
    mn_writer_wrap(&w, MN_DIM, room.cols - 2, why);
    if (s->buffer_items)
        mn_writer_line(&w, MN_PLAIN, "%zu items in the buffer (8 shows them)", s->buffer_items);
    mn_writer_end(&w, 0);
}

static void say_how(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    int rows = s->dreamt.n ? text_rows(s, room.rows, TALLY_LEAST + 2) : room.rows;
    mn_writer w = mn_writer_begin(f, rows);
    mn_writer_wrap(&w, MN_STRONG, room.cols - 2,
                   s->dreamt.n ? "a checkpoint keeps the counts of dreams, not their pictures: "
                                 "d dreams 64 more"
                               : "no dream yet: d dreams 64");
    if (!s->dreamt.n)
        mn_writer_wrap(
            &w, MN_PLAIN, room.cols - 2,
            "A dream starts from random pixels, task and class units and is relaxed until "
            "nothing changes. Where it ends is what the network remembers by itself: a "
            "memory, a mixture, or a state nobody stored.");
    write_tally(s, &w);
    mn_writer_end(&w, 0);
    add_histograms(s, room.rows - w.n, 0, f);
}

/* The way to the attractor, its energy, other attractors, as far as there are rows for them;
 * `verdict` lines are kept free. */
static void add_pictures(const mn_snapshot *s, mn_room room, int verdict, mn_figure *f)
{
    mn_room part = room;
    int energy = room.dots_y >= FINE_DOTS ? ENERGY_ROWS_FINE : ENERGY_ROWS;
    int rows = room.rows - verdict;
    bool gallery = s->n_gallery > 0 && rows >= 2 * GALLERY_LEAST_ROWS + energy + 1;
    part.rows = gallery ? (rows - energy) * 4 / 7 : rows;
    int left = rows - add_states(s, part, f);
    if (left >= energy && !f->full)
        add_energy(s, f);
    part.rows = left - energy - 1;
    if (gallery && !f->full)
        add_gallery(s, part, 0, f);
}

static void head(const mn_snapshot *s, mn_figure *f)
{
    bool seen = s->dream.n_states > 0;
    const char *lens = seen && s->dream_lens >= 0
                           ? mn_figure_text(f, "  as task %d sees", s->dream_lens + 1)
                           : "";
    mn_figure_title(f, "Dream");
    if (seen && *s->dream.cue)
        mn_figure_status(f, "recall of %s%s", s->dream.cue, lens);
    else if (s->dreamt.n)
        mn_figure_status(f, "%zu dreams%s", s->dreamt.n, lens);
    else
        mn_figure_status(f, "none yet");
}

/* The dream itself to the left, what all dreams came to on the right. */
static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    (void)l;
    head(s, f);
    if (s->dream.n_states < 1 || n_visible(s) < 1) {
        (s->recalls ? say_how : say_why_not)(s, room, f);
        return;
    }
    bool beside = room.cols >= SIDE_BY_SIDE_COLS;
    int rows = room.rows;
    if (beside)
        room.cols -= SIDE_COLS + MN_COLUMN_GAP;
    add_pictures(s, room, beside ? 0 : rows < 10 ? 2 : 3, f);
    mn_writer w = mn_writer_begin(f, beside ? text_rows(s, rows, TALLY_LEAST) : 3);
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
