#include "view_impl.h"

#include <math.h>
#include <stdlib.h>

enum { BARS_MAX = 12, TEXT_LEAST = 2, TEXT_MOST = 9, STACKED_ROWS = 30 };

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

/* One bar per weight. Of many classes the largest are shown. */
static void add_bars(const float *weights, int n, const char *noun, const char *title,
                     int column, mn_figure *f)
{
    mn_bars *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_bar *bars = mn_figure_room(f, (size_t)n, sizeof *bars);
    double limit = 1.0;
    if (!mark || !bars)
        return;
    for (int i = 0; i < n; i++) {
        double value = (double)weights[i];
        limit = fmax(limit, fabs(value));
        bars[i] = (mn_bar){.label = mn_figure_text(f, "%s%d", noun, *noun ? i + 1 : i),
                           .value = value,
                           .text = mn_figure_text(f, "%+.2f", value),
                           .tone = value > 0.0 ? MN_STRONG : MN_PLAIN,
                           .class = *noun ? -1 : i};
    }
    if (n > BARS_MAX) {
        qsort(bars, (size_t)n, sizeof *bars, by_size);
        n = BARS_MAX;
    }
    *mark = (mn_bars){.n = n, .bars = bars, .lo = -limit, .hi = limit};
    mn_part *p = mn_figure_add(f, MN_MARK_BARS, mark);
    p->column = column;
    p->rows = n;
    p->title = title;
    p->min_rows = 2;
}

static void add_weights(const mn_snapshot *s, int tile, int rows, int column, mn_figure *f)
{
    int classes = s->n_classes < BARS_MAX ? s->n_classes : BARS_MAX;
    if (s->n_classes > 0)
        add_bars(s->tile_classes + (size_t)tile * (size_t)s->n_classes, s->n_classes, "",
                 rows > classes ? "class weights" : NULL, column, f);
    if (s->n_extra > 0 && rows > classes + 3)
        add_bars(s->tile_extra + (size_t)tile * (size_t)s->n_extra, s->n_extra, "T",
                 "task weights", column, f);
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
    const char *name = votes == 1 ? mn_figure_text(f, " \"%d\"", class)
                       : votes    ? mn_figure_text(f, " votes for %d classes", votes)
                                  : "";
    const char *place = mn_figure_text(f, "%dx%d", s->width, s->height);
    if (column == 0) {
        mn_figure_title(f, "%s %02d%s", mn_view_unit_title(s, f), l->cursor, name);
        mn_figure_status(f, s->viewport.lens >= 0 ? "%s ±%.2f  as task %d sees" : "%s ±%.2f",
                         place, (double)s->tile_limit, s->viewport.lens + 1);
    }
    bool stacked = room.rows >= STACKED_ROWS && room.cols < 2 * room.rows;
    int classes = s->n_classes < BARS_MAX ? s->n_classes : BARS_MAX;
    int text = room.rows - classes - 1;
    text = text < TEXT_LEAST ? TEXT_LEAST : text > TEXT_MOST ? TEXT_MOST : text;
    int rows = stacked ? room.rows - text - classes - 2 : room.rows;
    int cols = stacked ? room.cols : room.cols * 6 / 10 - MN_COLUMN_GAP;
    mn_fit fit = large_fit(s, cols, rows, room);
    add_tile(s, tile, fit.size_x, column, f);
    if (f->full)
        return;
    mn_part *picture = &f->parts[f->n_parts - 1];
    if (column > 0)
        picture->title = mn_figure_text(f, "%s %02d%s", s->unit_noun, l->cursor, name);
    int left = room.rows - text;
    int facts = stacked ? column : column + 1;
    if (stacked) {
        picture->column_weight = room.cols;
        picture->rows = fit.tile_rows;
        left -= fit.tile_rows + 1;
    } else
        picture->column_weight = fit.tile_cols + 1.0;
    double rest = room.cols - MN_COLUMN_GAP - picture->column_weight;
    int before = f->n_parts;
    room.cols = (int)(stacked ? picture->column_weight : rest);
    room.rows = text;
    write_numbers(s, l, l->cursor, room, facts, f);
    if (!stacked && f->n_parts > before)
        f->parts[before].column_weight = rest;
    add_weights(s, tile, left, facts, f);
}
