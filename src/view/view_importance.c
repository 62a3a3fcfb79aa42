#include "page.h"

#include <math.h>
#include <string.h>

/* Importance spans many decades: a tile shows the logarithm of its share of the largest, this
 * many decades down. */
enum { DECADES = 4 };
enum { SIDE_COLS = 36, WALL_LEAST_COLS = 44, SIDE_LEAST_ROWS = 10, BELOW_ROWS = 2 };
enum { BINS = 12, BIN_WIDTH = 3, WIDE_COLS = 76 };

static bool measured(const mn_snapshot *s)
{
    return s->has_importance && s->importance_terms > 0 && s->importance_limit > 0.0f;
}

static bool has_side(mn_room room)
{
    return room.cols >= SIDE_COLS + WALL_LEAST_COLS && room.rows >= SIDE_LEAST_ROWS;
}

static size_t tile_size(const mn_snapshot *s)
{
    return (size_t)s->width * (size_t)s->height * (size_t)s->channels;
}

/* Whether every pixel of a tile matters as much as the others, as far as colours can tell. */
static bool is_flat(const mn_snapshot *s, int tile)
{
    const float *v = s->tile_importance + (size_t)tile * tile_size(s);
    float lo = v[0], hi = v[0];
    for (size_t i = 1; i < tile_size(s); i++) {
        lo = fminf(lo, v[i]);
        hi = fmaxf(hi, v[i]);
    }
    return hi - lo <= 0.01f * hi;
}

/* Squares of gradients are squares of a unit's own slope times those of its inputs; where these
 * are all +-1, a tile of Fisher information or of MAS has a single value. */
static bool all_flat(const mn_snapshot *s)
{
    for (int i = 0; i < s->n_tiles; i++)
        if (!is_flat(s, i))
            return false;
    return s->n_tiles > 0;
}

static const char *why_flat(const mn_snapshot *s, bool brief)
{
    if (s->importance_gini < 1e-6)
        return "flat: every weight matters alike";
    return brief ? "flat: inputs are ±1, their squares all alike"
                 : "flat: inputs are ±1, so squares of gradients are the same for all pixels";
}

static mn_room wall_room(const mn_snapshot *s, mn_room room)
{
    if (has_side(room))
        room.cols -= SIDE_COLS + MN_COLUMN_GAP;
    else
        room.rows -= BELOW_ROWS + (measured(s) && all_flat(s));
    return room;
}

static mn_fit fit_page(const mn_snapshot *s, const mn_look *l, mn_room room)
{
    return mn_page_fit(s, l, wall_room(s, room));
}

/* Decades below the largest importance, from -DECADES to 0. */
static float decades(float importance, float largest)
{
    float d = importance > 0.0f ? log10f(importance / largest) : -(float)DECADES;
    return d > -(float)DECADES ? d : -(float)DECADES;
}

static void fill(const mn_snapshot *s, int tile, float *pixels)
{
    size_t size = tile_size(s);
    for (size_t i = 0; i < size; i++)
        pixels[i] = tile < 0 ? -(float)DECADES
                             : decades(s->tile_importance[(size_t)tile * size + i],
                                       s->importance_limit);
}

/* The unit's part of all importance. */
static const char *label_of(mn_figure *f, const mn_snapshot *s, const mn_look *l, uint32_t unit,
                            int width, mn_tone *tone)
{
    double percent = 100.0 * (double)s->unit_importance[unit];
    int digits = mn_page_digits(s->n_units), least = digits + 5;
    (void)l;
    *tone = percent < 0.05 ? MN_DIM : MN_PLAIN;
    if (width > least)
        return mn_figure_text(f, "%0*u %.1f%%", digits, unit, percent);
    return width == least ? mn_figure_text(f, "%0*u %.0f%%", digits, unit, percent)
                          : mn_figure_text(f, "%0*u", digits, unit);
}

static void add_page(const mn_snapshot *s, const mn_look *l, mn_fit fit, uint32_t first,
                     mn_figure *f)
{
    size_t size = tile_size(s);
    float *pixels;
    mn_tiles *t = mn_page_tiles(s, l, fit, first, label_of, f, &pixels);
    if (!t)
        return;
    t->scale = MN_UNSIGNED;
    t->lo = -(float)DECADES;
    t->hi = 0.0f;
    for (int i = 0; i < fit.shown; i++)
        fill(s, mn_snapshot_tile(s, s->order[first + (uint32_t)i]), pixels + (size_t)i * size);
}

/* For the column beside the wall. */
static void write_facts(const mn_snapshot *s, mn_writer *w)
{
    mn_writer_line(w, MN_STRONG, "%s", s->importance_name);
    mn_writer_line(w, MN_PLAIN, "of %d task%s, strength %.4g", s->importance_terms,
                   s->importance_terms == 1 ? "" : "s", s->strength);
    mn_writer_line(w, MN_PLAIN, "Gini %.2f (0 even, 1 one weight)", s->importance_gini);
    mn_writer_line(w, MN_PLAIN, "90 %% lies in %.1f %% of weights",
                   100.0 * s->importance_share90);
    if (all_flat(s))
        mn_writer_wrap(w, MN_DIM, SIDE_COLS - 1, why_flat(s, false));
}

/* In the lines below it. */
static void write_brief(const mn_snapshot *s, int cols, mn_writer *w)
{
    mn_writer_line(w, MN_STRONG, "%s of %d task%s, strength %.4g", s->importance_name,
                   s->importance_terms, s->importance_terms == 1 ? "" : "s", s->strength);
    mn_writer_line(w, MN_PLAIN,
                   cols < WIDE_COLS ? "Gini %.2f; 90 %% in %.1f %% of weights"
                                    : "Gini %.2f; 90 %% of it lies in %.1f %% of the weights",
                   s->importance_gini, 100.0 * s->importance_share90);
    if (all_flat(s))
        mn_writer_line(w, MN_DIM, "%s", why_flat(s, cols < WIDE_COLS));
}

/* How importance is spread over units, in decades of a unit's part of all of it. */
static void add_histogram(const mn_snapshot *s, const mn_look *l, int cols, int column,
                          mn_figure *f)
{
    int n = cols / BIN_WIDTH < BINS ? cols / BIN_WIDTH : BINS;
    char units[MN_NOUN_MAX];
    mn_hist *mark = mn_figure_room(f, 1, sizeof *mark);
    double *counts = mn_figure_room(f, (size_t)n, sizeof *counts);
    if (!mark || !counts || n < 2)
        return;
    *mark = (mn_hist){.n = n,
                      .counts = counts,
                      .lo = -6.0,
                      .hi = 0.0,
                      .x_name = mn_figure_text(f, "log10 part of a %s", s->unit_noun),
                      .y_name = mn_figure_text(f, "%s", mn_view_units(s, units)),
                      .marked = -1};
    for (int u = 0; u < s->n_units; u++) {
        double part = (double)s->unit_importance[u];
        int bin = part > 0.0 ? (int)floor((log10(part) + 6.0) / 6.0 * n) : 0;
        bin = bin < 0 ? 0 : bin >= n ? n - 1 : bin;
        counts[bin]++;
        if (u == l->cursor)
            mark->marked = bin;
    }
    mn_part *p = mn_figure_add(f, MN_MARK_HIST, mark);
    p->column = column;
    p->weight = 1.0;
    p->min_rows = 4;
}

/* The most important units, by name. */
static void write_first(const mn_snapshot *s, mn_writer *w)
{
    double last = HUGE_VAL;
    for (int i = 0; i < 5 && w->n < w->room; i++) {
        int best = -1;
        for (int u = 0; u < s->n_units; u++) {
            double part = (double)s->unit_importance[u];
            if (part < last && (best < 0 || part > (double)s->unit_importance[best]))
                best = u;
        }
        if (best < 0 || !(s->unit_importance[best] > 0.0f))
            return;
        last = (double)s->unit_importance[best];
        mn_writer_line(w, MN_DIM, "%s %0*d holds %.1f %%", s->unit_noun,
                       mn_page_digits(s->n_units), best, 100.0 * last);
    }
}

static void add_side(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    mn_writer w = mn_writer_begin(f, room.rows);
    int before = f->n_parts;
    write_facts(s, &w);
    if (room.rows >= 20)
        write_first(s, &w);
    mn_writer_end(&w, 1);
    if (f->full)
        return;
    f->parts[before].column_weight = SIDE_COLS;
    add_histogram(s, l, SIDE_COLS - 4, 1, f);
}

/* The unit under the cursor: its weights beside what they matter. */
static void add_pair(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    size_t size = tile_size(s);
    int tile = mn_view_unit(s, l->cursor) ? mn_snapshot_tile(s, (uint32_t)l->cursor) : -1;
    if (tile < 0) {
        mn_view_say(f, room,
                    mn_figure_text(f, "the %s under the cursor is on its way", s->unit_noun));
        return;
    }
    for (int i = 0; i < 2; i++) {
        mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
        float *pixels = mn_figure_room(f, size, sizeof *pixels);
        if (!t || !pixels)
            return;
        *t = (mn_tiles){.n = 1,
                        .width = s->width,
                        .height = s->height,
                        .channels = s->channels,
                        .pixels = pixels,
                        .scale = i ? MN_UNSIGNED : MN_SIGNED,
                        .lo = i ? -(float)DECADES : -s->tile_limit,
                        .hi = i ? 0.0f : s->tile_limit,
                        .cursor = -1,
                        .scale_bar = true};
        if (i)
            fill(s, tile, pixels);
        else
            memcpy(pixels, s->tile_pixels + (size_t)tile * size, size * sizeof *pixels);
        mn_part *p = mn_figure_add(f, MN_MARK_TILES, t);
        p->column = i;
        p->column_weight = 1.0;
        p->weight = 1.0;
        p->title = i ? mn_figure_text(f, "%s, log10 of the largest%s", s->importance_name,
                                      is_flat(s, tile) ? ": one value" : "")
                     : mn_figure_text(f, "%s %d", s->unit_noun, l->cursor);
    }
}

static void say_why_not(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    if (!s->has_importance)
        mn_view_say(f, room,
                    mn_figure_text(f,
                                   "%s measures no importance of weights: EWC, MAS, SI and L2 "
                                   "do (a chooses one)",
                                   s->strategy));
    else if (!s->importance_terms)
        mn_view_say(f, room,
                    mn_figure_text(f,
                                   "%s is measured when a task ends: t ends this one; until "
                                   "then nothing is protected",
                                   s->importance_name));
    else
        mn_view_say(f, room, "no weight matters: the importance is zero everywhere");
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    mn_figure_title(f, "Importance");
    mn_figure_status(f, "%s", s->strategy);
    if (!measured(s)) {
        say_why_not(s, room, f);
        return;
    }
    mn_figure_status(f, room.cols < 60 ? "%s" : "%s  colour: log10 of the largest",
                     s->importance_name);
    if (l->inspect) {
        add_pair(s, l, room, f);
        return;
    }
    mn_fit fit = fit_page(s, l, room);
    if (fit.shown < 1 || !s->order) {
        mn_writer w = mn_writer_begin(f, room.rows);
        write_brief(s, room.cols, &w);
        mn_writer_end(&w, 0);
        return;
    }
    uint32_t first = mn_page_first(s, l, (uint32_t)fit.shown);
    if (fit.shown < s->n_units)
        mn_figure_title(f, "Importance %u-%u/%d", first + 1, first + (uint32_t)fit.shown,
                        s->n_units);
    add_page(s, l, fit, first, f);
    if (f->full)
        return;
    if (has_side(room)) {
        f->parts[0].column_weight = wall_room(s, room).cols;
        add_side(s, l, room, f);
        return;
    }
    mn_writer w = mn_writer_begin(f, BELOW_ROWS + 1);
    write_brief(s, room.cols, &w);
    mn_writer_end(&w, 0);
}

const mn_view_ops mn_view_importance = {
    .name = "importance",
    .title = "Importance",
    .about =
        "how much every weight matters to old tasks: Fisher information, MAS, SI or L2, as "
        "tiles, and how few weights hold most of it",
    .key = '7',
    .fit = fit_page,
    .make = make,
};
