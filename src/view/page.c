#include "page.h"

#include <string.h>

/* Half the native size is worth a page of this many; fewer than the other number are none. */
enum { FULL_PAGE = 24, LEAST_ON_A_PAGE = 4, SMALLEST = 6 };

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

mn_fit mn_page_fit(const mn_snapshot *s, const mn_look *l, mn_room room)
{
    if (s->n_units < 1 || s->width < 1 || s->height < 1)
        return (mn_fit){0};
    if (l->tile_size > 0)
        return mn_tiles_fit(s->n_units, s->width, s->height, l->tile_size, true, room);
    return fit_automatic(s, room);
}

int mn_page_digits(int n_units)
{
    return n_units > 1000 ? 4 : n_units > 100 ? 3 : 2;
}

int mn_page_columns(const char *utf8)
{
    int n = 0;
    for (; *utf8; utf8++)
        n += ((unsigned char)*utf8 & 0xC0) != 0x80;
    return n;
}

/* Where the page starts: what the look asks for, or what the trainer delivered last when
 * nothing of that has come yet (a page was turned a moment ago). */
uint32_t mn_page_first(const mn_snapshot *s, const mn_look *l, uint32_t page)
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

mn_tiles *mn_page_tiles(const mn_snapshot *s, const mn_look *l, mn_fit fit, uint32_t first,
                        mn_page_label label, mn_figure *f, float **pixels)
{
    size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    int n = fit.shown;
    mn_page_arrays a;
    mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
    if (!carve(f, s, (size_t)n, &a) || !t)
        return NULL;
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
        a.labels[i] = label(f, s, l, unit, fit.tile_cols, &a.tones[i]);
        mn_view_votes(s, unit, &a.classes[i]);
        if ((int)unit == l->cursor)
            t->cursor = i;
    }
    mn_part *p = mn_figure_add(f, MN_MARK_TILES, t);
    p->column = 0;
    p->weight = 1.0;
    if (pixels)
        *pixels = a.pixels;
    return t;
}
