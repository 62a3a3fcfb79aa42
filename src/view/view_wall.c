#include "view_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A wall beside an inspector needs both to be worth looking at. */
enum { INSPECTOR_COLS = 48, WALL_LEAST_COLS = 44, INSPECTOR_LEAST_ROWS = 18 };
/* Half the native size is worth a page of this many; fewer than the other number are none. */
enum { FULL_PAGE = 24, LEAST_ON_A_PAGE = 4, SMALLEST = 6 };

static bool has_side(const mn_look *l, mn_room room)
{
    return l->inspect && room.cols >= INSPECTOR_COLS + WALL_LEAST_COLS &&
           room.rows >= INSPECTOR_LEAST_ROWS;
}

static mn_room wall_room(const mn_look *l, mn_room room)
{
    if (has_side(l, room))
        room.cols -= INSPECTOR_COLS + MN_COLUMN_GAP;
    return room;
}

/* All units when they can be told apart; otherwise pages, of half the native size (every dot
 * then stands for the same number of pixels) where that makes a full page. */
static mn_fit fit_automatic(const mn_snapshot *s, mn_room room)
{
    mn_fit fit = mn_tiles_fit(s->n_units, s->width, s->height, 0, true, room);
    if (fit.shown >= s->n_units)
        return fit;
    if (fit.size_x < s->width / 2) {
        mn_fit half = mn_tiles_fit(s->n_units, s->width, s->height, s->width / 2, true, room);
        if (half.shown >= FULL_PAGE)
            return half;
    }
    for (int size = fit.size_x - 1; size >= SMALLEST && fit.shown < LEAST_ON_A_PAGE; size--)
        fit = mn_tiles_fit(s->n_units, s->width, s->height, size, true, room);
    return fit;
}

mn_fit mn_view_wall_fit(const mn_snapshot *s, const mn_look *l, mn_room room)
{
    if (s->n_units < 1 || s->width < 1 || s->height < 1)
        return (mn_fit){0};
    room = wall_room(l, room);
    if (l->tile_size > 0)
        return mn_tiles_fit(s->n_units, s->width, s->height, l->tile_size, true, room);
    return fit_automatic(s, room);
}

uint32_t mn_view_page(const mn_snapshot *s, const mn_look *l, mn_room room)
{
    mn_fit fit = mn_view_wall_fit(s, l, room);
    return (uint32_t)(fit.shown > 0 ? fit.shown : 0);
}

static int digits_of(int n_units)
{
    return n_units > 1000 ? 4 : n_units > 100 ? 3 : 2;
}

static int columns_of(const char *utf8)
{
    int n = 0;
    for (; *utf8; utf8++)
        n += ((unsigned char)*utf8 & 0xC0) != 0x80;
    return n;
}

/* The longest of the ways to say it that fits; the number alone always goes. */
static const char *label_of(mn_figure *f, const mn_snapshot *s, const mn_look *l, uint32_t unit,
                            int width, mn_tone *tone)
{
    const mn_units *u = &s->units;
    char number[16], name[16] = "", ways[7][64];
    int n = 0, class, votes = mn_view_votes(s, unit, &class);
    double rate = mn_view_rate(u, mn_view_window(u, l->window), unit);
    const char *chip = mn_view_chip((double)u->index[l->index][unit]);
    snprintf(number, sizeof number, "%0*u", digits_of(s->n_units), unit);
    if (votes == 1)
        snprintf(name, sizeof name, "\"%d\"", class);
    else if (votes)
        snprintf(name, sizeof name, "×%d", votes);
    else if (u->label[unit] >= 0)
        snprintf(name, sizeof name, "-");
    bool dead = mn_units_dead(u, (int)unit), weak = mn_units_weak(u, (int)unit);
    *tone = dead || weak ? MN_DIM : MN_PLAIN;
    if (dead) {
        snprintf(ways[n++], sizeof *ways, "%s ✝ dead", number);
        snprintf(ways[n++], sizeof *ways, "%s✝", number);
    } else if (weak) {
        snprintf(ways[n++], sizeof *ways, "%s %s weak", number, name);
        snprintf(ways[n++], sizeof *ways, "%s weak", number);
    } else {
        if (!isnan(rate)) {
            if (votes > 1)
                snprintf(ways[n++], sizeof *ways, "%s %d classes %.1f%% %s", number, votes,
                         100.0 * rate, chip);
            snprintf(ways[n++], sizeof *ways, "%s %s %.1f%% %s", number, name, 100.0 * rate,
                     chip);
            snprintf(ways[n++], sizeof *ways, "%s %s %.1f%%", number, name, 100.0 * rate);
            snprintf(ways[n++], sizeof *ways, "%s%s %.1f%%", number, name, 100.0 * rate);
            snprintf(ways[n++], sizeof *ways, "%s%s %.0f%%", number, name, 100.0 * rate);
        }
        snprintf(ways[n++], sizeof *ways, "%s %s", number, name);
        snprintf(ways[n++], sizeof *ways, "%s%s", number, name);
    }
    for (int i = 0; i < n; i++)
        if (columns_of(ways[i]) <= width)
            return mn_figure_text(f, "%s", ways[i]);
    return mn_figure_text(f, "%s", number);
}

/* Where the page starts: what the look asks for, or what the trainer delivered last when
 * nothing of that has come yet (a page was turned a moment ago). */
static uint32_t first_shown(const mn_snapshot *s, const mn_look *l, uint32_t page)
{
    uint32_t last = (uint32_t)s->n_units > page ? (uint32_t)s->n_units - page : 0;
    uint32_t first = l->first <= last ? l->first : last;
    for (uint32_t i = first; i < first + page && i < (uint32_t)s->n_units; i++)
        if (mn_snapshot_tile(s, s->order[i]) >= 0)
            return first;
    return s->viewport.first <= last ? s->viewport.first : last;
}

static void fill_tile(const mn_snapshot *s, uint32_t unit, float *to)
{
    size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    int tile = mn_snapshot_tile(s, unit);
    if (tile >= 0)
        memcpy(to, s->tile_pixels + (size_t)tile * size, size * sizeof *to);
}

typedef struct mn_page_arrays {
    float *pixels;
    const char **labels;
    mn_tone *tones;
    int *classes;
} mn_page_arrays;

static bool carve(mn_figure *f, const mn_snapshot *s, size_t n, mn_page_arrays *a)
{
    size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    a->pixels = mn_figure_room(f, n * size, sizeof *a->pixels);
    a->labels = mn_figure_room(f, n, sizeof *a->labels);
    a->tones = mn_figure_room(f, n, sizeof *a->tones);
    a->classes = mn_figure_room(f, n, sizeof *a->classes);
    return a->pixels && a->labels && a->tones && a->classes;
}

static void add_tiles(const mn_snapshot *s, const mn_look *l, mn_fit fit, uint32_t first,
                      mn_figure *f)
{
    size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    int n = fit.shown;
    mn_page_arrays a;
    mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
    if (!carve(f, s, (size_t)n, &a) || !t)
        return;
    *t = (mn_tiles){.n = n,
                    .width = s->width,
                    .height = s->height,
                    .channels = s->channels,
                    .pixels = a.pixels,
                    .scale = MN_SIGNED,
                    .lo = -s->tile_limit,
                    .hi = s->tile_limit,
                    .size = fit.size_x,
                    .labels = a.labels,
                    .tones = a.tones,
                    .classes = a.classes,
                    .cursor = -1,
                    .scale_bar = true};
    for (int i = 0; i < n; i++) {
        uint32_t unit = s->order[first + (uint32_t)i];
        fill_tile(s, unit, a.pixels + (size_t)i * size);
        a.labels[i] = label_of(f, s, l, unit, fit.tile_cols, &a.tones[i]);
        mn_view_votes(s, unit, &a.classes[i]);
        if ((int)unit == l->cursor)
            t->cursor = i;
    }
    mn_part *p = mn_figure_add(f, MN_MARK_TILES, t);
    p->column = 0;
    p->weight = 1.0;
}

static void head(const mn_snapshot *s, mn_fit fit, uint32_t first, mn_room room, mn_figure *f)
{
    const char *order = mn_order_name(s->viewport.order);
    if (s->n_units <= fit.shown)
        mn_figure_title(f, "Memories %d", s->n_units);
    else
        mn_figure_title(f, "Memories %u-%u/%d", first + 1, first + (uint32_t)fit.shown,
                        s->n_units);
    const char *lens = s->viewport.lens >= 0
                           ? mn_figure_text(f, "  as task %d sees", s->viewport.lens + 1)
                           : "";
    const char *shrunk =
        fit.size_x < s->width
            ? mn_figure_text(f, "  %dx%d in %dx%d", s->width, s->height, fit.size_x, fit.size_y)
            : "";
    if (room.cols < 64)
        mn_figure_status(f, "by %s%s", order,
                         s->viewport.lens >= 0
                             ? mn_figure_text(f, ", as T%d sees", s->viewport.lens + 1)
                             : "");
    else
        mn_figure_status(f, "sort: %s  ±%.2f%s%s", order, (double)s->tile_limit, shrunk, lens);
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    mn_figure_title(f, "Memories");
    if (l->inspect && !has_side(l, room)) {
        mn_view_inspector(s, l, room, 0, f);
        return;
    }
    mn_fit fit = mn_view_wall_fit(s, l, room);
    if (fit.shown < 1 || !s->order) {
        mn_view_say(f, room, s->n_units < 1 ? "no memories yet" : "no room for a tile");
        return;
    }
    uint32_t first = first_shown(s, l, (uint32_t)fit.shown);
    head(s, fit, first, room, f);
    add_tiles(s, l, fit, first, f);
    if (!has_side(l, room) || f->full)
        return;
    f->parts[0].column_weight = wall_room(l, room).cols;
    mn_room side = room;
    side.cols = INSPECTOR_COLS;
    mn_view_inspector(s, l, side, 1, f);
}

const mn_view_ops mn_view_wall = {
    .name = "wall",
    .title = "Memories",
    .about = "every memory as a picture of its weights, with the class it votes for and how "
             "often it wins",
    .key = '1',
    .make = make,
};
