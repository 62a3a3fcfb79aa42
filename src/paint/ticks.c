#include "ticks.h"

#include <stdio.h>

static int linear(const mn_ruler *a, int most, bool whole, mn_tick out[])
{
    double step = mn_tick_step(a->lo, a->hi, most);
    int n = 0;
    if (whole && step < 1.0 && a->hi - a->lo >= 1.0)
        step = 1.0;
    double first = ceil(a->lo / step - 1e-9);
    for (; n < MN_TICKS_MAX && (first + n) * step <= a->hi + step * 1e-9; n++) {
        double v = (first + n) * step;
        out[n].place = (v - a->lo) / (a->hi - a->lo);
        mn_number(out[n].text, fabs(v) < step * 1e-6 ? 0.0 : v);
    }
    return n;
}

/* "0.1", "1", "10", then "1e2": long zeros are hard to count. */
static void print_power(char out[MN_NUMBER_MAX], double digit, double exponent)
{
    if (fabs(exponent) < 2.0)
        mn_number(out, digit * pow(10.0, exponent));
    else
        snprintf(out, MN_NUMBER_MAX, "%.0fe%.0f", digit, exponent);
}

/* Decades, or every so many of them; 1, 2 and 5 of each where there are few. */
static int logarithmic(const mn_ruler *a, int most, mn_tick out[])
{
    static const double within[] = {1.0, 2.0, 5.0};
    double decades = a->hi - a->lo, step = decades > most ? ceil(decades / most) : 1.0;
    int kinds = 3.0 * decades <= most ? 3 : 1, n = 0;
    for (double e = floor(a->lo / step) * step; e <= a->hi + 1e-9; e += step)
        for (int i = 0; i < kinds && n < MN_TICKS_MAX; i++) {
            double place = (e + log10(within[i]) - a->lo) / decades;
            if (place < -1e-9 || place > 1.0 + 1e-9)
                continue;
            out[n].place = place;
            print_power(out[n++].text, within[i], e);
        }
    return n;
}

int mn_ticks_of(const mn_ruler *a, int most, bool whole, mn_tick out[MN_TICKS_MAX])
{
    most = most < 1 ? 1 : most > MN_TICKS_MAX ? MN_TICKS_MAX : most;
    return a->log ? logarithmic(a, most, out) : linear(a, most, whole, out);
}

static int column_of(const mn_tick *t, int width)
{
    return (int)(t->place * (width - 1) + 0.5);
}

static void rule_cells(mn_brush *b, const mn_tick *ticks, int n, mn_rect row)
{
    int32_t dim = mn_tone_colour(MN_DIM, b->canvas->colours, b->style->light);
    for (int x = 0; x < row.w; x++)
        mn_brush_put(b, row.x + x, row.y, mn_brush_glyph(b, 0x2500, '-'), dim, 0);
    for (int i = 0; i < n; i++)
        mn_brush_put(b, row.x + column_of(&ticks[i], row.w), row.y,
                     mn_brush_glyph(b, 0x252C, '+'), dim, 0);
}

static void numbers_cells(mn_brush *b, const mn_tick *ticks, int n, mn_rect row)
{
    int free = row.x;
    for (int i = 0; i < n; i++) {
        int width = mn_brush_columns(b, ticks[i].text);
        int x = row.x + column_of(&ticks[i], row.w) - (width - 1) / 2;
        x = x < row.x ? row.x : x + width > row.x + row.w ? row.x + row.w - width : x;
        if (x < free)
            continue;
        mn_brush_text(b, x, row.y, width, ticks[i].text, MN_DIM);
        free = x + width + 1;
    }
}

void mn_ticks_cells(mn_brush *b, const mn_ruler *a, bool whole, const char *name, mn_rect box)
{
    mn_tick ticks[MN_TICKS_MAX];
    int n = mn_ticks_of(a, box.w / 8, whole, ticks), y = box.y;
    int width = mn_brush_columns(b, name);
    if (box.w <= 0 || box.h <= 0)
        return;
    if (box.h >= 3)
        rule_cells(b, ticks, n, (mn_rect){box.x, y++, box.w, 1});
    numbers_cells(b, ticks, n, (mn_rect){box.x, y++, box.w, 1});
    if (y < box.y + box.h)
        mn_brush_text(b, box.x + (width < box.w ? (box.w - width) / 2 : 0), y, box.w, name,
                      MN_DIM);
}

int mn_ticks_y_cells(mn_brush *b, const mn_ruler *a, mn_rect plot)
{
    char text[3][MN_NUMBER_MAX];
    int width = 0;
    for (int i = 0; i < 3; i++) {
        mn_number(text[i], mn_ruler_value(a, i / 2.0));
        width = (int)fmax(width, mn_brush_columns(b, text[i]));
    }
    if (plot.w < 4 * width || plot.h < 2)
        return 0;
    mn_brush_text_right(b, plot.x, plot.y, width, text[2], MN_DIM);
    mn_brush_text_right(b, plot.x, plot.y + plot.h - 1, width, text[0], MN_DIM);
    if (plot.h >= 5 && plot.h % 2)
        mn_brush_text_right(b, plot.x, plot.y + plot.h / 2, width, text[1], MN_DIM);
    return width + 1;
}

void mn_ticks_pixels(const mn_pen *p, const mn_ruler *a, bool whole, mn_rect plot)
{
    mn_tick ticks[MN_TICKS_MAX];
    int wide = 10 * mn_pen_column(p), s = p->scale;
    int n = mn_ticks_of(a, plot.w / wide, whole, ticks);
    for (int i = 0; i < n; i++) {
        int x = plot.x + (int)(ticks[i].place * (plot.w - 1) + 0.5);
        mn_pen_fill(p, (mn_rect){x, plot.y + plot.h, (s + 1) / 2, 2 * s}, p->grey);
        mn_pen_text_centred(p, x - wide / 2, plot.y + plot.h + 3 * s, wide, ticks[i].text,
                            p->grey);
    }
}

/* One line of the grid with its number. */
static void y_line_pixels(mn_pen *p, const mn_ruler *a, mn_rect plot, int left, double value)
{
    char text[MN_NUMBER_MAX];
    int row = mn_pen_row(p);
    int y = plot.y + (int)((1.0 - mn_ruler_place(a, value)) * (plot.h - 1) + 0.5);
    mn_pen_fill(p, (mn_rect){plot.x, y, plot.w, (p->scale + 1) / 2}, p->faint);
    mn_pen_text_right(p, left, y - row / 2, plot.x - left - mn_pen_column(p) / 2,
                      mn_number(text, value), p->grey);
}

/* At 1, 2 and 5 of every decade while there is room for it, else at the decades. */
static void y_decades_pixels(mn_pen *p, const mn_ruler *a, mn_rect plot, int left)
{
    static const double within[] = {1.0, 2.0, 5.0};
    double decades = a->hi - a->lo, room = (double)plot.h / (2 * mn_pen_row(p));
    double step = decades > room ? ceil(decades / room) : 1.0;
    for (double e = floor(a->lo); e <= a->hi; e += step)
        for (int i = 0; i < (3.0 * decades > room ? 1 : 3); i++) {
            double value = within[i] * pow(10.0, e), t = mn_ruler_place(a, value);
            if (t >= -1e-9 && t <= 1.0 + 1e-9)
                y_line_pixels(p, a, plot, left, value);
        }
}

void mn_ticks_y_pixels(mn_pen *p, const mn_ruler *a, mn_rect plot, int left)
{
    int row = mn_pen_row(p), most = plot.h / (2 * row) > 1 ? plot.h / (2 * row) : 1;
    if (a->log) {
        y_decades_pixels(p, a, plot, left);
        return;
    }
    double step = mn_tick_step(a->lo, a->hi, most), first = ceil(a->lo / step - 1e-9);
    for (int i = 0; i < 64 && (first + i) * step <= a->hi + step * 1e-9; i++) {
        double value = (first + i) * step;
        y_line_pixels(p, a, plot, left, fabs(value) < step * 1e-6 ? 0.0 : value);
    }
}
