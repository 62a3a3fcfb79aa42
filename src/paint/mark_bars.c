#include "mark.h"

#include <math.h>
#include <stdio.h>

#include "axis.h"

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

static double filled(const mn_bars *m, double value)
{
    mn_axis a = mn_axis_of(m->lo, m->hi, false);
    double t = mn_axis_place(&a, value);
    return t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
}

/* Whole blocks, one in eighths, then a track of dots; an undefined value has a track of blanks
 * only. */
static void bar_cells(mn_brush *b, const mn_bars *m, const mn_bar *bar, int x, int y, int width)
{
    int32_t fg = mn_brush_class(b, bar->class);
    if (isnan(bar->value)) {
        mn_brush_text(b, x, y, width, "undefined", MN_DIM);
        return;
    }
    int eighths = (int)(filled(m, bar->value) * width * 8.0 + 0.5);
    for (int i = 0; i < width; i++) {
        int left = eighths - 8 * i;
        if (left >= 8 || (left >= 4 && !b->style->utf8))
            mn_brush_put(b, x + i, y, mn_brush_glyph(b, 0x2588, '#'), fg, 0);
        else if (left > 0 && b->style->utf8)
            mn_brush_put(b, x + i, y, 0x2590u - (uint32_t)left, fg, 0);
        else
            mn_brush_put(b, x + i, y, mn_brush_glyph(b, 0xB7, '.'),
                         mn_tone_colour(MN_DIM, b->canvas->colours, b->style->light), MN_FAINT);
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
        mn_pen_text(p, track.x, track.y - p->scale * 2, track.w, "undefined", p->grey, false);
        return;
    }
    mn_pen_fill(p, track, p->faint);
    track.w = (int)(filled(m, bar->value) * track.w + 0.5);
    mn_pen_fill(p, track, mn_pen_class(p, bar->class));
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
    /* Bars stand a quarter of a row apart when there is room for it. */
    int pitch = m->n > 0 && m->n * row * 5 / 4 <= box.h ? row * 5 / 4 : row;
    int rows = box.h / pitch, first = first_shown(m, rows);
    for (int i = first; i < m->n && i - first < rows; i++) {
        const mn_bar *bar = &m->bars[i];
        int y = box.y + (i - first) * pitch;
        if (bar->current)
            mn_pen_text(p, box.x, y, col, "▸", p->ink, true);
        mn_pen_text(p, box.x + col, y, w.label * col, bar->label, p->ink, bar->current);
        if (w.bar >= 3)
            bar_pixels(p, m, bar,
                       (mn_rect){box.x + (w.label + 2) * col, y + 2 * p->scale, w.bar * col,
                                 row - 4 * p->scale});
        mn_pen_text(p, box.x + box.w - w.text * col, y, w.text * col, bar->text,
                    mn_pen_tone(p, bar->tone), false);
    }
}

const mn_mark_ops mn_mark_bars = {cells, pixels};
