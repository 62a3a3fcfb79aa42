#include "mark.h"

#include <math.h>
#include <stdio.h>

#include "ruler.h"

typedef struct {
    int label, bar, text; /* columns */
} widths;

static widths share(int columns, int longest_label, int longest_text)
{
    widths w = {.label = longest_label, .text = longest_text};
    if (w.label > columns / 3)
        w.label = columns / 3;
    if (w.text > columns - w.label - 3)
        w.text = columns - w.label - 3 > 0 ? columns - w.label - 3 : 0;
    w.bar = columns - w.label - w.text - 3; /* the mark, and a blank on both sides of the bar */
    return w;
}

/* The first bar shown, so that the current one always is. */
static int first_shown(const mn_bars *m, int rows)
{
    int current = 0;
    for (int i = 0; i < m->n; i++)
        if (m->bars[i].current)
            current = i;
    return m->n <= rows ? 0 : current < rows ? 0 : current - rows + 1;
}

/* A bar goes from zero, or from the limit next to it, to its value: shares of the track. */
static void ends(const mn_bars *m, double value, double *from, double *to)
{
    mn_ruler a = mn_ruler_of(m->lo, m->hi, false);
    double zero = fmin(fmax(mn_ruler_place(&a, 0.0), 0.0), 1.0);
    double t = fmin(fmax(mn_ruler_place(&a, value), 0.0), 1.0);
    *from = fmin(zero, t);
    *to = fmax(zero, t);
}

static bool has_inner_zero(const mn_bars *m)
{
    return m->lo < 0.0 && m->hi > 0.0;
}

/* One character of a bar that fills the eighths from `from` to `to` of it: blocks grow from the
 * left in eighths; from the right there is only the half one. */
static uint32_t block(const mn_brush *b, int from, int to)
{
    if (!b->style->utf8)
        return to - from >= 4 ? '#' : 0;
    if (from <= 0)
        return to > 0 ? 0x2590u - (uint32_t)to : 0;
    return to - from >= 6 ? 0x2588 : to - from >= 2 ? 0x2590 : 0;
}

/* A track of dots under the bar, a line at an inner zero; an undefined value has words. */
static void bar_cells(mn_brush *b, const mn_bars *m, const mn_bar *bar, int x, int y, int width)
{
    int32_t fg = mn_brush_class(b, bar->class);
    int32_t dim = mn_tone_colour(MN_DIM, b->canvas->colours, b->style->light);
    double from, to;
    if (isnan(bar->value)) {
        mn_brush_text(b, x, y, width, "undefined", MN_DIM);
        return;
    }
    ends(m, bar->value, &from, &to);
    int first = (int)(from * width * 8.0 + 0.5), last = (int)(to * width * 8.0 + 0.5);
    double zero = -m->lo / (m->hi - m->lo) * width;
    for (int i = 0; i < width; i++) {
        int left = first - 8 * i, right = last - 8 * i;
        uint32_t ch =
            left < 8 && right > 0 ? block(b, left > 0 ? left : 0, right < 8 ? right : 8) : 0;
        if (ch)
            mn_brush_put(b, x + i, y, ch, fg, 0);
        else if (has_inner_zero(m) && i == (int)zero)
            mn_brush_put(b, x + i, y, mn_brush_glyph(b, 0x2502, '|'), dim, 0);
        else
            mn_brush_put(b, x + i, y, mn_brush_glyph(b, 0xB7, '.'), dim, MN_FAINT);
    }
}

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    const mn_bars *m = mark;
    int label = 0, text = 0;
    for (int i = 0; i < m->n; i++) {
        label = (int)fmax(label, mn_brush_columns(b, m->bars[i].label));
        text = (int)fmax(text, mn_brush_columns(b, m->bars[i].text));
    }
    widths w = share(box.w, label, text);
    int first = first_shown(m, box.h);
    for (int i = first; i < m->n && i - first < box.h; i++) {
        const mn_bar *bar = &m->bars[i];
        int y = box.y + i - first;
        if (bar->current && box.w > 0)
            mn_brush_put(b, box.x, y, mn_brush_glyph(b, 0x25B8, '>'), MN_DEFAULT_COLOUR,
                         MN_BOLD);
        mn_brush_text(b, box.x + 1, y, w.label < box.w ? w.label : box.w - 1, bar->label,
                      bar->current ? MN_STRONG : MN_PLAIN);
        if (w.bar >= 3)
            bar_cells(b, m, bar, box.x + w.label + 2, y, w.bar);
        else
            w.bar = 0;
        mn_brush_text(b, box.x + box.w - w.text, y, w.text, bar->text, bar->tone);
    }
}

static void bar_pixels(mn_pen *p, const mn_bars *m, const mn_bar *bar, mn_rect track)
{
    if (isnan(bar->value)) {
        mn_pen_text(p, track.x, track.y + (track.h - mn_pen_row(p)) / 2, track.w, "undefined",
                    p->grey, false);
        return;
    }
    double from, to;
    ends(m, bar->value, &from, &to);
    mn_pen_fill(p, track, p->faint);
    mn_rect filled = {track.x + (int)(from * track.w + 0.5), track.y,
                      (int)((to - from) * track.w + 0.5), track.h};
    mn_pen_fill(p, filled, mn_pen_class(p, bar->class));
    if (has_inner_zero(m))
        mn_pen_fill(p,
                    (mn_rect){track.x + (int)(-m->lo / (m->hi - m->lo) * track.w + 0.5),
                              track.y - p->scale, (p->scale + 1) / 2, track.h + 2 * p->scale},
                    p->grey);
}

static void pixels(mn_pen *p, const void *mark, mn_rect box)
{
    const mn_bars *m = mark;
    int col = mn_pen_column(p), row = mn_pen_row(p), label = 0, text = 0;
    for (int i = 0; i < m->n; i++) {
        label = (int)fmax(label, mn_pen_width(p, m->bars[i].label) / col);
        text = (int)fmax(text, mn_pen_width(p, m->bars[i].text) / col);
    }
    widths w = share(box.w / col, label, text);
    int most = m->n > 0 ? box.h / m->n : row; /* up to two rows for a bar */
    int pitch = most < row ? row : most > 2 * row ? 2 * row : most;
    int rows = box.h / pitch, first = first_shown(m, rows);
    for (int i = first; i < m->n && i - first < rows; i++) {
        const mn_bar *bar = &m->bars[i];
        int top = box.y + (i - first) * pitch, y = top + (pitch - row) / 2;
        if (bar->current)
            mn_pen_text(p, box.x, y, col, "▸", p->ink, true);
        mn_pen_text(p, box.x + col, y, w.label * col, bar->label, p->ink, bar->current);
        if (w.bar >= 3)
            bar_pixels(p, m, bar,
                       (mn_rect){box.x + (w.label + 2) * col, top + 2 * p->scale, w.bar * col,
                                 pitch - 4 * p->scale});
        mn_pen_text(p, box.x + box.w - w.text * col, y, w.text * col, bar->text,
                    mn_pen_tone(p, bar->tone), false);
    }
}

const mn_mark_ops mn_mark_bars = {cells, pixels};
