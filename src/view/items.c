/* Training items as pictures, with what they are. */
#include <string.h>

#include "page.h"

enum { SMALLEST = 6 };

/* Pictures, unlike weights, need no whole multiples of their size: they may fill the room. */
static mn_fit fit_items(const mn_snapshot *s, int n, mn_room room)
{
    mn_fit fit = mn_tiles_fit(n, s->width, s->height, 0, true, room);
    for (int side = fit.size_x - 1; !fit.shown && side >= SMALLEST; side--)
        fit = mn_tiles_fit(n, s->width, s->height, side, true, room);
    for (int side = fit.size_x + 1; fit.shown == n && side <= room.cols * room.dots_x; side++) {
        mn_fit larger = mn_tiles_fit(n, s->width, s->height, side, true, room);
        if (larger.shown < n)
            break;
        fit = larger;
    }
    return fit;
}

/* The longest of the ways to say it that fits. */
static const char *label_of(const mn_snapshot *s, const mn_items *items, int i, int cols,
                            mn_figure *f)
{
    const char *class = items->label[i] < 0 ? "?" : mn_view_class(s, items->label[i], f),
               *ways[4];
    int n = 0;
    const char *of = s->n_tasks > 1 ? mn_figure_text(f, " T%d", items->task[i] + 1) : "";
    if (items->number) {
        ways[n++] = mn_figure_text(f, "%s%s %.2f", class, of, (double)items->number[i]);
        ways[n++] = mn_figure_text(f, "%s %.2f", class, (double)items->number[i]);
    }
    ways[n++] = mn_figure_text(f, "%s%s", class, of);
    ways[n++] = class;
    for (int k = 0; k < n; k++)
        if (mn_page_columns(ways[k]) <= cols)
            return ways[k];
    return items->label[i] < 0 ? "?" : mn_figure_text(f, "%d", items->label[i]);
}

mn_part *mn_view_items(const mn_snapshot *s, const mn_items *items, const char *title,
                       mn_room room, int column, mn_figure *f)
{
    size_t size = (size_t)s->width * (size_t)s->height * (size_t)s->channels;
    room.rows -= title != NULL;
    mn_fit fit = fit_items(s, items->n, room);
    int n = fit.shown;
    if (n < 1 || !items->pixels)
        return NULL;
    mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
    float *pixels = mn_figure_room(f, (size_t)n * size, sizeof *pixels);
    const char **labels = mn_figure_room(f, (size_t)n, sizeof *labels);
    int *classes = mn_figure_room(f, (size_t)n, sizeof *classes);
    if (!t || !pixels || !labels || !classes)
        return NULL;
    memcpy(pixels, items->pixels, (size_t)n * size * sizeof *pixels);
    for (int i = 0; i < n; i++) {
        labels[i] = label_of(s, items, i, fit.tile_cols, f);
        classes[i] = items->label[i];
    }
    *t = (mn_tiles){.n = n,
                    .width = s->width,
                    .height = s->height,
                    .channels = s->channels,
                    .pixels = pixels,
                    .scale = MN_UNSIGNED,
                    .lo = s->item_lo,
                    .hi = s->item_hi,
                    .size = fit.size_x,
                    .labels = labels,
                    .classes = classes,
                    .cursor = -1};
    mn_part *p = mn_figure_add(f, MN_MARK_TILES, t);
    p->title = title;
    p->column = column;
    p->rows = (n + fit.across - 1) / fit.across * fit.tile_rows;
    p->min_rows = 2;
    return p;
}
