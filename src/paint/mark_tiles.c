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

/* Tiles stand further apart when their labels are longer than they are wide, as long as none of
 * them loses its place. */
static void spread(mn_fit *f, int longest, mn_room room)
{
    if (longest <= f->tile_cols || longest > 2 * f->tile_cols)
        return;
    int across = room.cols / (longest + 1);
    if (across * f->down < f->shown)
        return;
    f->across = across;
    f->tile_cols = longest;
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

/* Blanks keep the edge's line off the numbers. */
static void scale_on_edge(mn_brush *b, const mn_tiles *t, mn_rect box, int y)
{
    int right = box.x + box.w - 2;
    int used = mn_brush_scale(b, t->scale, t->lo, t->hi, box.x + 2, y, box.w - 4);
    if (!used)
        return;
    for (int x = right - used - 1; x <= right; x++)
        mn_brush_put(b, x, y, ' ', MN_DEFAULT_COLOUR, 0);
    mn_brush_scale(b, t->scale, t->lo, t->hi, box.x + 2, y, box.w - 4);
}

/* In a row that the wall leaves free, else on the frame's lower edge, so that it takes no
 * tile's room. */
static void scale_cells(mn_brush *b, const mn_tiles *t, mn_rect box, int used_rows)
{
    int bottom = box.y + box.h;
    if (used_rows < box.h)
        mn_brush_scale(b, t->scale, t->lo, t->hi, box.x, bottom - 1, box.w);
    else if (bottom == b->frame.y + b->frame.h - 1 && box.w > 4)
        scale_on_edge(b, t, box, bottom);
}

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    const mn_tiles *t = mark;
    mn_room room = {.cols = box.w, .rows = box.h};
    mn_style_dots(b->style, &room.dots_x, &room.dots_y);
    mn_fit f = mn_tiles_fit(t->n, t->width, t->height, t->size, t->labels, room);
    if (!f.shown && t->n > 0)
        mn_brush_text(b, box.x, box.y, box.w, "tiles need more room", MN_DIM);
    int longest = 0;
    for (int i = 0; t->labels && i < f.shown; i++) {
        int columns = mn_brush_columns(b, label_of(t, i));
        longest = columns > longest ? columns : longest;
    }
    spread(&f, longest, room);
    for (int i = 0; i < f.shown; i++)
        paint_tile(b, t, &f, i, box);
    if (t->scale_bar && t->channels == 1 && f.shown)
        scale_cells(b, t, box, (f.shown + f.across - 1) / f.across * f.tile_rows);
}

/* The fit in pixels of the page. The wall shows what views expect of a room in dots; if that is
 * all there are, tiles grow to the largest whole number of pixels per native pixel. */
static mn_fit fit_pixels(const mn_pen *p, const mn_tiles *t, mn_rect box)
{
    int col = mn_pen_column(p), row = mn_pen_row(p);
    mn_room dots = {box.w / col, box.h / row, col / p->scale, row / p->scale};
    mn_room pixels = {dots.cols, dots.rows, col, row};
    mn_fit f = mn_tiles_fit(t->n, t->width, t->height, t->size, t->labels, dots);
    if (t->size == 0 && f.shown == t->n)
        return mn_tiles_fit(t->n, t->width, t->height, 0, t->labels, pixels);
    f.size_x *= p->scale;
    f.size_y *= p->scale;
    return f;
}

static void tile_pixels(mn_pen *p, const mn_tiles *t, const mn_fit *f, int i, int x, int y)
{
    mn_picture picture = picture_of(t, i);
    int s = p->scale, class = t->classes ? t->classes[i] : -1;
    bool current = i == t->cursor;
    mn_rect box = {x, y, f->size_x, f->size_y};
    mn_pen_picture(p, &picture, box);
    mn_pen_frame(p, box, current ? 2 * s : (s + 1) / 2,
                 current      ? p->ink
                 : class >= 0 ? mn_pen_class(p, class)
                              : p->faint);
    if (!t->labels)
        return;
    mn_tone tone = t->tones ? t->tones[i] : MN_PLAIN;
    mn_pen_text(p, x, y + box.h + s, f->tile_cols * mn_pen_column(p), label_of(t, i),
                current ? p->ink : mn_pen_tone(p, tone), current);
}

static void pixels(mn_pen *p, const void *mark, mn_rect box)
{
    const mn_tiles *t = mark;
    int col = mn_pen_column(p), row = mn_pen_row(p);
    mn_fit f = fit_pixels(p, t, box);
    if (!f.shown)
        return;
    int longest = 0;
    for (int i = 0; t->labels && i < f.shown; i++) {
        int columns = mn_pen_width(p, label_of(t, i)) / col;
        longest = columns > longest ? columns : longest;
    }
    spread(&f, longest, (mn_room){box.w / col, box.h / row, 1, 1});
    int across = f.shown < f.across ? f.shown : f.across;
    int left = box.x + (box.w - across * (f.tile_cols + 1) * col + col) / 2;
    for (int i = 0; i < f.shown; i++)
        tile_pixels(p, t, &f, i, left + i % f.across * (f.tile_cols + 1) * col,
                    box.y + i / f.across * f.tile_rows * row);
    int used = (f.shown + f.across - 1) / f.across * f.tile_rows * row;
    if (!t->scale_bar || t->channels != 1)
        return;
    if (box.h - used >= row)
        mn_pen_scale(p, t->scale, t->lo, t->hi,
                     (mn_rect){box.x, box.y + box.h - row, box.w, row});
    else if (p->at_foot) /* takes no tile's room */
        mn_pen_scale(p, t->scale, t->lo, t->hi,
                     (mn_rect){box.x, box.y + box.h + row / 4, box.w, row});
}

const mn_mark_ops mn_mark_tiles = {cells, pixels};
