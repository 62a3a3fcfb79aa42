#include "mark.h"

#include <math.h>
#include <stdio.h>

#include "number.h"

/* Bins [*from, *to) that column `col` of `cols` stands for: whole columns per bin when there is
 * room for that, else several bins per column. */
static void bins_of(const mn_hist *h, int col, int cols, int *from, int *to)
{
    int wide = cols / h->n;
    if (wide >= 1) {
        *from = col / wide;
        *to = *from + 1;
    } else {
        *from = (int)((long long)col * h->n / cols);
        *to = (int)((long long)(col + 1) * h->n / cols);
    }
}

/* Columns in use: whole multiples of the number of bins when they fit. */
static int used_columns(const mn_hist *h, int cols)
{
    return cols >= h->n ? cols / h->n * h->n : cols;
}

static double height_of(const mn_hist *h, int col, int cols, bool *marked)
{
    int from, to;
    double sum = 0.0;
    bins_of(h, col, cols, &from, &to);
    *marked = h->marked >= from && h->marked < to;
    for (int i = from; i < to && i < h->n; i++)
        sum += h->counts[i] > 0.0 && isfinite(h->counts[i]) ? h->counts[i] : 0.0;
    return sum;
}

static double tallest(const mn_hist *h, int cols)
{
    bool marked;
    double most = 0.0;
    for (int col = 0; col < cols; col++)
        most = fmax(most, height_of(h, col, cols, &marked));
    return most;
}

static void column_cells(mn_brush *b, int x, int top, int rows, double share, int32_t fg)
{
    int eighths = (int)(share * rows * 8.0 + 0.5);
    if (share > 0.0 && eighths == 0)
        eighths = 1; /* something is there */
    for (int i = 0; i < rows; i++) {
        int left = eighths - 8 * i, y = top + rows - 1 - i;
        if (left <= 0)
            return;
        if (!b->style->utf8)
            mn_brush_put(b, x, y, left >= 4 || i == 0 ? '#' : ' ', fg, 0);
        else
            mn_brush_put(b, x, y, 0x2580u + (uint32_t)(left < 8 ? left : 8), fg, 0);
    }
}

/* Where a name of `length` columns stands in `room`, clear of column `mark`; -1 = nowhere. */
static int place_name(int room, int length, int mark)
{
    int at = (room - length) / 2;
    if (length > room)
        return -1;
    if (mark < at - 1 || mark > at + length)
        return at;
    if (mark + 2 + length <= room)
        return mark + 2;
    return mark - 1 - length >= 0 ? mark - 1 - length : -1;
}

/* "0     log10 win rate     1" */
static void axis_cells(mn_brush *b, const mn_hist *h, int x, int y, int width, int mark)
{
    char lo[MN_NUMBER_MAX], hi[MN_NUMBER_MAX];
    int a = mn_brush_text(b, x, y, width, mn_number(lo, h->lo), MN_DIM);
    int c = mn_brush_columns(b, mn_number(hi, h->hi));
    int room = width - a - c - 2, name = mn_brush_columns(b, h->x_name);
    if (room < 0)
        return;
    mn_brush_text_right(b, x, y, width, hi, MN_DIM);
    int at = place_name(room, name, mark - a - 1);
    if (at >= 0)
        mn_brush_text(b, x + a + 1 + at, y, room, h->x_name, MN_DIM);
}

/* Column of the marked bin; far away when there is none. */
static int marked_column(const mn_hist *h, int cols)
{
    bool marked;
    for (int col = 0; col < cols; col++) {
        height_of(h, col, cols, &marked);
        if (marked)
            return col;
    }
    return -cols;
}

static void caption(char out[64], const mn_hist *h, double most)
{
    char number[MN_NUMBER_MAX];
    snprintf(out, 64, "%.32s%smax %s", h->y_name ? h->y_name : "", h->y_name ? ", " : "",
             mn_number(number, most));
}

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    const mn_hist *h = mark;
    char text[64];
    if (h->n <= 0 || box.w <= 0 || box.h <= 0)
        return;
    int cols = used_columns(h, box.w);
    double most = tallest(h, cols);
    int top = box.h >= 5, axis = box.h >= 2, rows = box.h - top - axis;
    caption(text, h, most);
    if (top)
        mn_brush_text(b, box.x, box.y, box.w, text, MN_DIM);
    if (axis)
        axis_cells(b, h, box.x, box.y + box.h - 1, cols, marked_column(h, cols));
    for (int col = 0; col < cols && most > 0.0; col++) {
        bool marked;
        double share = height_of(h, col, cols, &marked) / most;
        column_cells(b, box.x + col, box.y + top, rows, share,
                     mn_brush_class(b, marked ? 1 : 0));
        if (marked) /* also where the bin is empty */
            mn_brush_put(b, box.x + col, box.y + box.h - 1, mn_brush_glyph(b, 0x25B2, '^'),
                         MN_DEFAULT_COLOUR, MN_BOLD);
    }
}

static void pixels(mn_pen *p, const void *mark, mn_rect box)
{
    const mn_hist *h = mark;
    char text[64], number[MN_NUMBER_MAX];
    int row = mn_pen_row(p), s = p->scale;
    mn_rect plot = {box.x, box.y + row, box.w, box.h - 5 * row / 2};
    if (h->n <= 0 || plot.h < row || plot.w < mn_pen_column(p))
        return;
    int cols = h->n < plot.w / (2 * s) ? h->n : plot.w / (2 * s);
    double most = tallest(h, cols);
    caption(text, h, most);
    mn_pen_text(p, box.x, box.y, box.w, text, p->grey, false);
    for (int col = 0; col < cols && most > 0.0; col++) {
        bool marked;
        int height = (int)(height_of(h, col, cols, &marked) / most * plot.h + 0.5);
        int x0 = plot.x + plot.w * col / cols, x1 = plot.x + plot.w * (col + 1) / cols;
        int gap = x1 - x0 > 4 * s ? s : 0;
        mn_pen_fill(p, (mn_rect){x0, plot.y + plot.h - height, x1 - x0 - gap, height},
                    mn_pen_class(p, marked ? 1 : 0));
        if (marked)
            mn_pen_text_centred(p, x0 - row, plot.y + plot.h, x1 - x0 + 2 * row, "▲", p->ink);
    }
    mn_pen_fill(p, (mn_rect){plot.x, plot.y + plot.h, plot.w, (s + 1) / 2}, p->grey);
    int y = plot.y + plot.h + row / 2 + 2 * s;
    int ends = mn_pen_text(p, plot.x, y, plot.w, mn_number(number, h->lo), p->grey, false);
    mn_pen_text_right(p, plot.x, y, plot.w, mn_number(number, h->hi), p->grey);
    ends = (ends > mn_pen_width(p, number) ? ends : mn_pen_width(p, number)) + mn_pen_column(p);
    if (mn_pen_width(p, h->x_name) <= plot.w - 2 * ends)
        mn_pen_text_centred(p, plot.x, y, plot.w, h->x_name, p->grey);
}

const mn_mark_ops mn_mark_hist = {cells, pixels};
