#include "mnemoscope/paint.h"

#include <stdlib.h>
#include <string.h>

#include "mark.h"

const char *mn_glyphs_name(mn_glyphs g)
{
    static const char *const names[] = {"half", "quadrant", "shade", "ascii"};
    return names[g];
}

const char *mn_strokes_name(mn_strokes s)
{
    static const char *const names[] = {"braille", "block", "ascii"};
    return names[s];
}

mn_status mn_cells_painter_create(mn_cells_painter **out, mn_err *err)
{
    mn_cells_painter *p = calloc(1, sizeof *p);
    if (!p)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a painter");
    *out = p;
    return MN_OK;
}

static void release(mn_cells_painter *p)
{
    free(p->levels);
    free(p->keys);
    free(p->masks);
    free(p->owners);
    *p = (mn_cells_painter){0};
}

void mn_cells_painter_destroy(mn_cells_painter *p)
{
    if (!p)
        return;
    release(p);
    free(p);
}

void mn_cells_painter_forget(mn_cells_painter *p)
{
    if (p->keys)
        memset(p->keys, 0, (size_t)p->cols * (size_t)p->rows * sizeof *p->keys);
}

/* Scratch for a canvas of this size; false when there is no memory for it. */
static bool fit(mn_cells_painter *p, int cols, int rows)
{
    size_t n = (size_t)cols * (size_t)rows;
    if (p->cols == cols && p->rows == rows)
        return true;
    release(p);
    p->levels = calloc(n, MN_CELL_LEVELS);
    p->keys = calloc(n, sizeof *p->keys);
    p->masks = calloc(n, 1);
    p->owners = calloc(n, 1);
    if (!p->levels || !p->keys || !p->masks || !p->owners) {
        release(p);
        return false;
    }
    p->cols = cols;
    p->rows = rows;
    return true;
}

mn_room mn_cells_room(const mn_style *s, mn_rect box)
{
    mn_room room = {box.w > 2 ? box.w - 2 : 0, box.h > 2 ? box.h - 2 : 0, 0, 0};
    mn_style_dots(s, &room.dots_x, &room.dots_y);
    return room;
}

static void paint_border(const mn_brush *b)
{
    mn_rect r = b->frame;
    int right = r.x + r.w - 1, bottom = r.y + r.h - 1;
    int32_t fg =
        mn_tone_colour(b->focused ? MN_ACCENT : MN_DIM, b->canvas->colours, b->style->light);
    uint8_t attr = b->focused ? MN_BOLD : 0;
    for (int x = r.x + 1; x < right; x++) {
        mn_brush_put(b, x, r.y, mn_brush_glyph(b, 0x2500, '-'), fg, attr);
        mn_brush_put(b, x, bottom, mn_brush_glyph(b, 0x2500, '-'), fg, attr);
    }
    for (int y = r.y + 1; y < bottom; y++) {
        mn_brush_put(b, r.x, y, mn_brush_glyph(b, 0x2502, '|'), fg, attr);
        mn_brush_put(b, right, y, mn_brush_glyph(b, 0x2502, '|'), fg, attr);
    }
    mn_brush_put(b, r.x, r.y, mn_brush_glyph(b, 0x250C, '+'), fg, attr);
    mn_brush_put(b, right, r.y, mn_brush_glyph(b, 0x2510, '+'), fg, attr);
    mn_brush_put(b, r.x, bottom, mn_brush_glyph(b, 0x2514, '+'), fg, attr);
    mn_brush_put(b, right, bottom, mn_brush_glyph(b, 0x2518, '+'), fg, attr);
}

/* "┌─ Memories 1-8/64 ── sort: wins ─┐": the title first; the status gives way. */
static void paint_titles(const mn_brush *b, const mn_figure *f)
{
    mn_rect r = b->frame;
    int room = r.w - 4; /* corners, and a dash inside each */
    int title = mn_brush_columns(b, f->title), status = mn_brush_columns(b, f->status);
    if (room < 3)
        return;
    if (title > 0) {
        int width = title + 2 < room ? title : room - 2;
        mn_brush_put(b, r.x + 2, r.y, ' ', MN_DEFAULT_COLOUR, 0);
        width = mn_brush_text(b, r.x + 3, r.y, width, f->title, MN_STRONG);
        mn_brush_put(b, r.x + 3 + width, r.y, ' ', MN_DEFAULT_COLOUR, 0);
        for (int x = r.x + 2; b->focused && x < r.x + 4 + width && x < b->canvas->cols; x++)
            b->canvas->cells[(size_t)r.y * (size_t)b->canvas->cols + (size_t)x].attr |=
                MN_BOLD | MN_REVERSE;
        room -= width + 3;
    }
    if (status > 0 && room >= 6) {
        int width = status + 2 < room ? status : room - 2;
        int x = r.x + r.w - 2 - width;
        mn_brush_put(b, x - 2, r.y, ' ', MN_DEFAULT_COLOUR, 0);
        mn_brush_text(b, x - 1, r.y, width, f->status, MN_PLAIN);
        mn_brush_put(b, x - 1 + width, r.y, ' ', MN_DEFAULT_COLOUR, 0);
    }
}

static void paint_parts(mn_brush *b, const mn_figure *f, mn_rect inside)
{
    mn_rect boxes[MN_PARTS_MAX];
    mn_parts_layout(f, inside, MN_COLUMN_GAP, boxes);
    for (int i = 0; i < f->n_parts; i++) {
        const mn_part *part = &f->parts[i];
        mn_rect box = boxes[i];
        if (box.h <= 0 || box.w <= 0)
            continue;
        if (part->title) {
            mn_brush_text(b, box.x, box.y, box.w, part->title, MN_STRONG);
            box.y++;
            box.h--;
        }
        mn_mark_of(part->kind)->cells(b, part->mark, box);
    }
}

/* What of the box lies on the canvas: a figure is laid out in the room that can be seen. */
static mn_rect visible(mn_rect box, mn_canvas *c)
{
    int x0 = box.x > 0 ? box.x : 0, y0 = box.y > 0 ? box.y : 0;
    long long right = (long long)box.x + box.w, bottom = (long long)box.y + box.h;
    int x1 = right < c->cols ? (int)right : c->cols;
    int y1 = bottom < c->rows ? (int)bottom : c->rows;
    mn_rect seen = {x0, y0, x1 - x0, y1 - y0};
    c->clipped += seen.w != box.w || seen.h != box.h;
    return seen;
}

void mn_paint_cells(mn_cells_painter *p, const mn_style *s, const mn_figure *f, mn_rect box,
                    bool focused, mn_canvas *c)
{
    if (box.w < 1 || box.h < 1)
        return;
    c->ascii = !s->utf8;
    mn_brush b = {p, s, c, visible(box, c), focused};
    if (b.frame.w < 2 || b.frame.h < 2) {
        mn_brush_text(&b, b.frame.x, b.frame.y, b.frame.h > 0 ? b.frame.w : 0, f->title,
                      MN_STRONG);
        return;
    }
    paint_border(&b);
    paint_titles(&b, f);
    if (fit(p, c->cols, c->rows))
        paint_parts(&b, f,
                    (mn_rect){b.frame.x + 1, b.frame.y + 1, b.frame.w - 2, b.frame.h - 2});
}
