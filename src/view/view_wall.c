#include "page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A wall beside an inspector needs both to be worth looking at. */
enum { INSPECTOR_COLS = 48, WALL_LEAST_COLS = 44, INSPECTOR_LEAST_ROWS = 18 };

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

mn_fit mn_view_wall_fit(const mn_snapshot *s, const mn_look *l, mn_room room)
{
    return mn_page_fit(s, l, wall_room(l, room));
}

uint32_t mn_view_page(const mn_snapshot *s, const mn_look *l, mn_room room)
{
    mn_fit fit = mn_view_wall_fit(s, l, room);
    return (uint32_t)(fit.shown > 0 ? fit.shown : 0);
}

/* The longest of the ways to say it that fits; the number alone always goes. */
static const char *label_of(mn_figure *f, const mn_snapshot *s, const mn_look *l, uint32_t unit,
                            int width, mn_tone *tone)
{
    const mn_units *u = &s->units;
    char number[16], name[24] = "", ways[8][64];
    int n = 0, class, votes = mn_view_votes(s, unit, &class);
    double rate = mn_view_rate(u, mn_view_window(u, l->window), unit);
    const char *chip = mn_view_chip((double)u->index[l->index][unit]);
    snprintf(number, sizeof number, "%0*u", mn_page_digits(s->n_units), unit);
    if (votes == 1)
        snprintf(name, sizeof name, "\"%s\"", mn_view_class(s, class, f));
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
        if (votes == 1)
            snprintf(ways[n++], sizeof *ways, "%s %d", number, class);
    }
    for (int i = 0; i < n; i++)
        if (mn_page_columns(ways[i]) <= width)
            return mn_figure_text(f, "%s", ways[i]);
    return mn_figure_text(f, "%s", number);
}

static void head(const mn_snapshot *s, mn_fit fit, uint32_t first, mn_room room, mn_figure *f)
{
    const char *order = mn_order_name(s->viewport.order);
    const char *units = mn_view_units_title(s, f);
    if (s->n_units <= fit.shown)
        mn_figure_title(f, "%s %d", units, s->n_units);
    else
        mn_figure_title(f, "%s %u-%u/%d", units, first + 1, first + (uint32_t)fit.shown,
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
    char units[MN_NOUN_MAX];
    mn_figure_title(f, "%s", mn_view_units_title(s, f));
    if (l->inspect && !has_side(l, room)) {
        mn_view_inspector(s, l, room, 0, f);
        return;
    }
    mn_fit fit = mn_view_wall_fit(s, l, room);
    if (fit.shown < 1 || !s->order) {
        mn_view_say(f, room,
                    s->n_units < 1 ? mn_figure_text(f, "no %s yet", mn_view_units(s, units))
                                   : "no room for a tile");
        return;
    }
    uint32_t first = mn_page_first(s, l, (uint32_t)fit.shown);
    head(s, fit, first, room, f);
    mn_page_tiles(s, l, fit, first, label_of, f, NULL);
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
    .about = "every memory or neuron as a picture of its weights, with the class it votes for "
             "and how often it wins",
    .key = '1',
    .fit = mn_view_wall_fit,
    .make = make,
};
