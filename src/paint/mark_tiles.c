#include "mark.h"

static mn_picture picture_of(const mn_tiles *t, int i)
{
    size_t size = (size_t)t->channels * (size_t)t->width * (size_t)t->height;
    return (mn_picture){.pixels = t->pixels + (size_t)i * size,
                        .width = t->width,
                        .height = t->height,
                        .channels = t->channels,
                        .scale = t->scale,
                        .lo = t->lo,
                        .hi = t->hi};
}

static const char *label_of(const mn_tiles *t, int i)
{
    return t->labels && t->labels[i] ? t->labels[i] : "";
}

/* The gap left of a tile: the cursor, else a dot in the colour of its class. */
static void mark_gap(mn_brush *b, const mn_tiles *t, int i, int x, int y)
{
    if (i == t->cursor)
        mn_brush_put(b, x, y, mn_brush_glyph(b, 0x25B8, '>'), MN_DEFAULT_COLOUR, MN_BOLD);
    else if (t->classes && t->classes[i] >= 0)
        mn_brush_put(b, x, y, mn_brush_glyph(b, 0xB7, '.'), mn_brush_class(b, t->classes[i]),
                     0);
}

static void label_tile(mn_brush *b, const mn_tiles *t, int i, int x, int y, int width)
{
    mn_tone tone = t->tones ? t->tones[i] : MN_PLAIN;
    int used = mn_brush_text(b, x, y, width, label_of(t, i), tone);
    mn_canvas *c = b->canvas;
    for (int k = 0; i == t->cursor && k < used && x + k < c->cols; k++)
        c->cells[(size_t)y * (size_t)c->cols + (size_t)(x + k)].attr |= MN_BOLD | MN_REVERSE;
}

static void paint_tile(mn_brush *b, const mn_tiles *t, const mn_fit *f, int i, mn_rect box)
{
    mn_picture p = picture_of(t, i);
    int rows = f->tile_rows - (t->labels ? 1 : 0);
    int x = box.x + i % f->across * (f->tile_cols + 1) + 1;
    int y = box.y + i / f->across * f->tile_rows;
    mn_brush_picture(b, &p, (mn_rect){x, y, f->tile_cols, rows}, f->size_x, f->size_y);
    int mark_y = t->labels ? y + rows : y;
    mark_gap(b, t, i, x - 1, mark_y);
    if (t->labels)
        label_tile(b, t, i, x, mark_y, f->tile_cols);
    if (i == t->cursor && b->focused) {
        b->canvas->cursor_x = x - 1;
        b->canvas->cursor_y = mark_y;
    }
}

/* In a row that the wall leaves free, else on the frame's lower edge, so that it takes no
 * tile's room. */
static void scale_cells(mn_brush *b, const mn_tiles *t, mn_rect box, int used_rows)
{
    int bottom = box.y + box.h;
    if (used_rows < box.h)
        mn_brush_scale(b, t->scale, t->lo, t->hi, box.x, bottom - 1, box.w);
    else if (bottom == b->frame.y + b->frame.h - 1 && box.w > 4)
        mn_brush_scale(b, t->scale, t->lo, t->hi, box.x + 1, bottom, box.w - 2);
}

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    const mn_tiles *t = mark;
    mn_room room = {.cols = box.w, .rows = box.h};
    mn_style_dots(b->style, &room.dots_x, &room.dots_y);
    mn_fit f = mn_tiles_fit(t->n, t->width, t->height, t->size, t->labels, room);
    if (!f.shown && t->n > 0)
        mn_brush_text(b, box.x, box.y, box.w, "tiles need more room", MN_DIM);
    for (int i = 0; i < f.shown; i++)
        paint_tile(b, t, &f, i, box);
    if (t->scale_bar && t->channels == 1 && f.shown)
        scale_cells(b, t, box, (f.shown + f.across - 1) / f.across * f.tile_rows);
}

static void tile_pixels(mn_pen *p, const mn_tiles *t, const mn_fit *f, int i, int x, int y)
{
    mn_picture picture = picture_of(t, i);
    int s = p->scale, w = f->size_x * s, h = f->size_y * s;
    int class = t->classes ? t->classes[i] : -1;
    bool current = i == t->cursor;
    mn_pen_picture(p, &picture, (mn_rect){x, y, w, h});
    mn_pen_frame(p, (mn_rect){x, y, w, h}, current ? 2 * s : (s + 1) / 2,
                 current      ? p->ink
                 : class >= 0 ? mn_pen_class(p, class)
                              : p->faint);
    if (!t->labels)
        return;
    mn_tone tone = t->tones ? t->tones[i] : MN_PLAIN;
    mn_pen_text(p, x, y + h + s, f->tile_cols * mn_pen_column(p), label_of(t, i),
                current ? p->ink : mn_pen_tone(p, tone), current);
}

static void pixels(mn_pen *p, const void *mark, mn_rect box)
{
    const mn_tiles *t = mark;
    int col = mn_pen_column(p), row = mn_pen_row(p);
    mn_room room = {box.w / col, box.h / row, col / p->scale, row / p->scale};
    mn_fit f = mn_tiles_fit(t->n, t->width, t->height, t->size, t->labels, room);
    if (!f.shown)
        return;
    int across = f.shown < f.across ? f.shown : f.across;
    int left = box.x + (box.w - across * (f.tile_cols + 1) * col + col) / 2;
    for (int i = 0; i < f.shown; i++)
        tile_pixels(p, t, &f, i, left + i % f.across * (f.tile_cols + 1) * col,
                    box.y + i / f.across * f.tile_rows * row);
    if (t->scale_bar && t->channels == 1) /* the page keeps a row free below the last part */
        mn_pen_scale(p, t->scale, t->lo, t->hi,
                     (mn_rect){box.x, box.y + box.h + row / 4, box.w, row});
}

const mn_mark_ops mn_mark_tiles = {cells, pixels};
