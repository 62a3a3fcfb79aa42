#include "view_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BARS_MAX = 12, TEXT_LEAST = 2, TEXT_MOST = 11, STACKED_ROWS = 30 };
/* Rows of the items that drive the unit, and bars beside them, in a low and in a high room. */
enum { ITEM_ROWS_LOW = 6, ITEM_ROWS = 9, BARS_LOW = 5, ITEMS_LEAST = 4 };

/* The one large tile: the largest that fits, a whole multiple of its native size where there is
 * room for that. */
static mn_fit large_fit(const mn_snapshot *s, int cols, int rows, mn_room room)
{
    mn_fit fit = {0};
    room.cols = cols;
    room.rows = rows;
    for (int side = cols * room.dots_x; side >= 1 && fit.shown < 1; side--)
        if (side <= s->width || side % s->width == 0)
            fit = mn_tiles_fit(1, s->width, s->height, side, false, room);
    return fit;
}

static void add_tile(const mn_snapshot *s, int tile, int side, int column, mn_figure *f)
{
    size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
    float *pixels = mn_figure_room(f, size, sizeof *pixels);
    if (!t || !pixels)
        return;
    for (size_t i = 0; i < size; i++)
        pixels[i] = s->tile_pixels[(size_t)tile * size + i];
    *t = (mn_tiles){.n = 1,
                    .width = s->width,
                    .height = s->height,
                    .channels = s->channels,
                    .pixels = pixels,
                    .scale = MN_SIGNED,
                    .lo = -s->tile_limit,
                    .hi = s->tile_limit,
                    .size = side,
                    .cursor = -1};
    mn_part *p = mn_figure_add(f, MN_MARK_TILES, t);
    p->column = column;
    p->weight = 1.0;
}

enum { NARROW_COLS = 24 };

static void write_mixture(const mn_snapshot *s, const mn_look *l, int unit, mn_writer *w)
{
    mn_census census;
    const mn_mixture *m = mn_view_mixture(s, l->window, &census);
    if (!m || isnan(m->entropy[unit]))
        return;
    const char *kind = mn_mixture_greedy(m, unit)         ? ", greedy"
                       : mn_mixture_polysemantic(m, unit) ? ", of several classes"
                                                          : "";
    mn_writer_line(w, MN_PLAIN, "entropy %.2f nats%s", (double)m->entropy[unit], kind);
    mn_writer_line(w, MN_PLAIN, "%.1f times the mean share of wins",
                   (double)m->share[unit] * m->n);
}

static void write_numbers(const mn_snapshot *s, const mn_look *l, int unit, mn_room room,
                          int column, mn_figure *f)
{
    const mn_units *u = &s->units;
    mn_window window = mn_view_window(u, l->window);
    mn_writer w = mn_writer_begin(f, room.rows);
    bool narrow = room.cols < NARROW_COLS, dead = mn_units_dead(u, unit);
    double chosen = (double)u->index[l->index][unit];
    const char *rate = mn_view_percent(f, mn_view_rate(u, window, (uint32_t)unit), 2);
    const char *verdict = dead ? ", dead" : mn_units_weak(u, unit) ? ", weak" : "";
    mn_writer_line(&w, dead ? MN_BAD : MN_STRONG,
                   narrow ? "wins %s%%%s (%s)" : "wins %s%%%s in the last %s", rate, verdict,
                   mn_window_name(window));
    const char *name = narrow ? "index" : mn_index_name(l->index);
    if (isnan(chosen))
        mn_writer_line(&w, MN_PLAIN, "%s undefined", name);
    else
        mn_writer_line(&w, MN_PLAIN, "%s %.2f %s", name, chosen, mn_view_chip(chosen));
    mn_writer_line(&w, MN_PLAIN, "won %s", mn_view_age(f, s->step, u->last_fired[unit]));
    mn_writer_line(&w, MN_PLAIN, "norm %.2f", (double)u->norm[unit]);
    mn_writer_line(&w, MN_PLAIN, "%s%% of the field",
                   mn_view_percent(f, (double)u->share[unit], 1));
    write_mixture(s, l, unit, &w);
    for (int i = 0; i < MN_N_INDICES; i++)
        if (i != (int)l->index && !isnan(u->index[i][unit]))
            mn_writer_line(&w, MN_DIM, "%s %.2f", mn_index_name((mn_index)i),
                           (double)u->index[i][unit]);
    mn_writer_end(&w, column);
}

static int by_size(const void *a, const void *b)
{
    double x = fabs(((const mn_bar *)a)->value), y = fabs(((const mn_bar *)b)->value);
    return x < y ? 1 : x > y ? -1 : ((const mn_bar *)a)->class - ((const mn_bar *)b)->class;
}

/* Of many bars the `most` largest are shown, by size. */
static void add_bars(mn_bar *bars, int n, int most, double lo, double hi, const char *title,
                     int column, mn_figure *f)
{
    mn_bars *mark = mn_figure_room(f, 1, sizeof *mark);
    if (!mark)
        return;
    if (n > most) {
        qsort(bars, (size_t)n, sizeof *bars, by_size);
        n = most;
    }
    *mark = (mn_bars){.n = n, .bars = bars, .lo = lo, .hi = hi};
    mn_part *p = mn_figure_add(f, MN_MARK_BARS, mark);
    p->column = column;
    p->rows = n;
    p->title = title;
    p->min_rows = 2;
}

/* One bar per weight; `noun` before the number of a task, "" for classes. */
static void add_weight_bars(const mn_snapshot *s, const float *weights, int n, int most,
                            const char *noun, const char *title, int column, mn_figure *f)
{
    mn_bar *bars = mn_figure_room(f, (size_t)n, sizeof *bars);
    double limit = 1.0;
    for (int i = 0; bars && i < n; i++) {
        double value = (double)weights[i];
        limit = fmax(limit, fabs(value));
        bars[i] = (mn_bar){.label = *noun ? mn_figure_text(f, "%s%d", noun, i + 1)
                                          : mn_view_class(s, i, f),
                           .value = value,
                           .text = mn_figure_text(f, "%+.2f", value),
                           .tone = value > 0.0 ? MN_STRONG : MN_PLAIN,
                           .class = *noun ? -1 : i};
    }
    if (bars)
        add_bars(bars, n, most, -limit, limit, title, column, f);
}

/* Of which classes the items were that it fired for, with the class weights beside; false when
 * nobody counted, or there was none. */
static bool add_firings(const mn_snapshot *s, const mn_look *l, int tile, int most, bool titled,
                        int column, mn_figure *f)
{
    mn_census census;
    const mn_mixture *m = mn_view_mixture(s, l->window, &census);
    if (!m || !s->tile_firings[census] || s->n_classes < 1)
        return false;
    size_t n = (size_t)s->n_classes, at = (size_t)tile * n;
    const uint32_t *fired = s->tile_firings[census] + at;
    double all = 0.0;
    for (size_t c = 0; c < n; c++)
        all += fired[c];
    mn_bar *bars = all > 0.0 ? mn_figure_room(f, n, sizeof *bars) : NULL;
    if (!bars)
        return f->full;
    for (size_t c = 0; c < n; c++)
        bars[c] = (mn_bar){.label = mn_view_class(s, (int)c, f),
                           .value = 100.0 * fired[c] / all,
                           .text = mn_figure_text(f, "%3.0f%% %+.2f", 100.0 * fired[c] / all,
                                                  (double)s->tile_classes[at + c]),
                           .tone = fired[c] ? MN_STRONG : MN_PLAIN,
                           .class = (int)c};
    add_bars(bars, (int)n, most, 0.0, 100.0,
             titled
                 ? mn_figure_text(f, "wins by class (%s), class weight", mn_census_name(census))
                 : NULL,
             column, f);
    return true;
}

static void add_weights(const mn_snapshot *s, const mn_look *l, int tile, int rows, int most,
                        int column, mn_figure *f)
{
    int classes = s->n_classes < most ? s->n_classes : most;
    bool titled = rows > classes;
    if (s->n_classes > 0 && !add_firings(s, l, tile, most, titled, column, f))
        add_weight_bars(s, s->tile_classes + (size_t)tile * (size_t)s->n_classes, s->n_classes,
                        most, "", titled ? "class weights" : NULL, column, f);
    if (s->n_extra > 0 && rows > classes + 3 && !f->full)
        add_weight_bars(s, s->tile_extra + (size_t)tile * (size_t)s->n_extra, s->n_extra, most,
                        "T", "task weights", column, f);
}

static bool has_items(const mn_snapshot *s, const mn_look *l)
{
    const mn_dossier *d = &s->dossier;
    return l->inspect && d->unit == l->cursor && d->n_top > 0 && d->n_top <= MN_TOP_ITEMS &&
           s->top_items && s->width > 0 && s->height > 0;
}

/* The items that drive the unit most, then the one nearest to its weights. */
static void add_items(const mn_snapshot *s, mn_room room, int column, mn_figure *f)
{
    const mn_dossier *d = &s->dossier;
    size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    size_t top = (size_t)d->n_top;
    bool nearest = d->nearest_label >= 0 && s->nearest_item;
    int *label = mn_figure_room(f, top + 1, sizeof *label),
        *task = mn_figure_room(f, top + 1, sizeof *task);
    float *number = mn_figure_room(f, top + 1, sizeof *number),
          *pixels = mn_figure_room(f, (top + 1) * size, sizeof *pixels);
    if (!label || !task || !number || !pixels)
        return;
    memcpy(pixels, s->top_items, top * size * sizeof *pixels);
    memcpy(label, d->top_label, top * sizeof *label);
    memcpy(task, d->top_task, top * sizeof *task);
    memcpy(number, d->top_drive, top * sizeof *number);
    if (nearest) {
        memcpy(pixels + top * size, s->nearest_item, size * sizeof *pixels);
        label[top] = d->nearest_label;
        task[top] = d->nearest_task;
        number[top] = d->nearest_distance;
    }
    const mn_items items = {d->n_top + nearest, pixels, label, task, number};
    const char *title = room.cols < 44
                            ? mn_figure_text(f, "drive it most of %d%s", d->n_sampled,
                                             nearest ? "; nearest" : "")
                            : mn_figure_text(f, "items that drive it most (cosine) of %d%s",
                                             d->n_sampled, nearest ? "; last: nearest" : "");
    mn_view_items(s, &items, title, room, column, f);
}

void mn_view_inspector(const mn_snapshot *s, const mn_look *l, mn_room room, int column,
                       mn_figure *f)
{
    int tile = mn_view_unit(s, l->cursor) ? mn_snapshot_tile(s, (uint32_t)l->cursor) : -1;
    if (tile < 0) {
        mn_view_say(f, room,
                    mn_figure_text(f, "the %s under the cursor is on its way", s->unit_noun));
        return;
    }
    int class, votes = mn_view_votes(s, (uint32_t)l->cursor, &class);
    const char *name = votes == 1 ? mn_figure_text(f, " \"%s\"", mn_view_class(s, class, f))
                       : votes    ? mn_figure_text(f, " votes for %d classes", votes)
                                  : "";
    const char *place = mn_figure_text(f, "%dx%d", s->width, s->height);
    if (column == 0) {
        mn_figure_title(f, "%s %02d%s", mn_view_unit_title(s, f), l->cursor, name);
        mn_figure_status(f, s->viewport.lens >= 0 ? "%s ±%.2f  as task %d sees" : "%s ±%.2f",
                         place, (double)s->tile_limit, s->viewport.lens + 1);
    }
    bool stacked = room.rows >= STACKED_ROWS && room.cols < 2 * room.rows;
    bool items = has_items(s, l) && room.rows >= 3 * ITEM_ROWS_LOW;
    bool low = items && room.rows < STACKED_ROWS;
    int most = low ? BARS_LOW : BARS_MAX, under = !items ? 0 : low ? ITEM_ROWS_LOW : ITEM_ROWS;
    int classes = s->n_classes < most ? s->n_classes : most;
    int text = room.rows - classes - 1 - under;
    text = text < TEXT_LEAST ? TEXT_LEAST : text > TEXT_MOST ? TEXT_MOST : text;
    int rows = stacked ? room.rows - text - classes - 2 - under : room.rows;
    int cols = stacked ? room.cols : room.cols * 6 / 10 - MN_COLUMN_GAP;
    mn_fit fit = large_fit(s, cols, rows, room);
    add_tile(s, tile, fit.size_x, column, f);
    if (f->full)
        return;
    mn_part *picture = &f->parts[f->n_parts - 1];
    if (column > 0)
        picture->title = mn_figure_text(f, "%s %02d%s", s->unit_noun, l->cursor, name);
    int left = room.rows - text - under;
    int facts = stacked ? column : column + 1;
    if (stacked) {
        picture->column_weight = room.cols;
        picture->rows = fit.tile_rows;
        left -= fit.tile_rows + 1;
    } else
        picture->column_weight = fit.tile_cols + 1.0;
    double rest = room.cols - MN_COLUMN_GAP - picture->column_weight;
    int before = f->n_parts;
    mn_room part = {(int)(stacked ? picture->column_weight : rest), text, room.dots_x,
                    room.dots_y};
    write_numbers(s, l, l->cursor, part, facts, f);
    if (!stacked && f->n_parts > before)
        f->parts[before].column_weight = rest;
    add_weights(s, l, tile, left, most, facts, f);
    part.rows = under;
    if (under >= ITEMS_LEAST && !f->full)
        add_items(s, part, facts, f);
}
