#include "mark.h"

#include <math.h>
#include <stdio.h>

#include "ruler.h"
#include "grid.h"
#include "number.h"

/* Everything below counts columns of text; `measure` is the brush's or the pen's. */
typedef struct {
    int label, number, cols, rows, header; /* widths of a label and a number; how many show */
} grid;

static grid grid_of(const mn_heat *h, int columns, int rows, int label, int number)
{
    grid g = {.label = label, .number = number + 1, .header = h->col_labels ? 1 : 0};
    if (g.label > columns / 3)
        g.label = columns / 3;
    g.cols = (columns - g.label) / g.number;
    g.cols = g.cols < h->n_cols ? g.cols : h->n_cols;
    g.rows = rows - g.header < h->n_rows ? rows - g.header : h->n_rows;
    return g;
}

static grid measure_cells(const mn_brush *b, const mn_heat *h, mn_rect box)
{
    char text[MN_GRID_NUMBER_MAX];
    int label = 0, number = 1;
    for (int r = 0; r < h->n_rows; r++) {
        label = (int)fmax(label, mn_brush_columns(b, mn_grid_label(h->row_labels, r)));
        for (int c = 0; c < h->n_cols; c++)
            number = (int)fmax(number, mn_brush_columns(b, mn_grid_number(h, r, c, text)));
    }
    for (int c = 0; c < h->n_cols; c++)
        number = (int)fmax(number, mn_brush_columns(b, mn_grid_label(h->col_labels, c)));
    return grid_of(h, box.w, box.h, label, number);
}

static void number_cell(mn_brush *b, const mn_heat *h, int row, int col, mn_rect box)
{
    char text[MN_GRID_NUMBER_MAX];
    double v = mn_grid_value(h, row, col);
    mn_brush_text_right(b, box.x, box.y, box.w, mn_grid_number(h, row, col, text),
                        isnan(v) ? MN_DIM : MN_PLAIN);
    mn_grid_tint(b, h, v, box);
}

static void numbers_cells(mn_brush *b, const mn_heat *h, mn_rect box)
{
    grid g = measure_cells(b, h, box);
    for (int c = 0; c < g.cols && g.header; c++)
        mn_brush_text_right(b, box.x + g.label + c * g.number + 1, box.y, g.number - 1,
                            mn_grid_label(h->col_labels, c), MN_DIM);
    for (int r = 0; r < g.rows; r++) {
        int y = box.y + g.header + r;
        mn_brush_text(b, box.x, y, g.label, mn_grid_label(h->row_labels, r), MN_PLAIN);
        for (int c = 0; c < g.cols; c++)
            number_cell(b, h, r, c,
                        (mn_rect){box.x + g.label + c * g.number + 1, y, g.number - 1, 1});
    }
}

static mn_picture strip_of(const mn_heat *h)
{
    return (mn_picture){h->values, h->n_cols, h->n_rows, 1, h->scale, h->lo, h->hi};
}

/* Where a flag stands, in units of a strip's width, or -1. */
static int flag_at(const mn_heat *h, int i, int width)
{
    mn_ruler a = mn_ruler_of(h->x_lo, h->x_hi, false);
    double t = mn_ruler_place(&a, h->flags[i].x);
    int at = t >= 0.0 && t <= 1.0 ? (int)(t * width) : -1;
    return at < width ? at : width - 1;
}

/* Room for a flag's text: up to the next one's, or to the end. */
static int flag_room(const mn_heat *h, int i, int at, int width)
{
    for (int k = i + 1; k < h->n_flags; k++)
        if (flag_at(h, k, width) > at)
            return flag_at(h, k, width) - at;
    return width - at;
}

/* A dotted line in cells keeps the colour behind it; the texts stand in the row above. */
static void flags_cells(mn_brush *b, const mn_heat *h, mn_rect strip)
{
    for (int i = 0; i < h->n_flags; i++) {
        int at = flag_at(h, i, strip.w), x = strip.x + at;
        if (at < 0 || x >= b->canvas->cols)
            continue;
        int room = flag_room(h, i, at, strip.w);
        if (mn_brush_columns(b, h->flags[i].text) < room || room >= 5)
            mn_brush_text(b, x, strip.y - 1, room - (at + room < strip.w), h->flags[i].text,
                          h->flags[i].tone);
        for (int y = strip.y; at > 0 && y < strip.y + strip.h && y < b->canvas->rows; y++) {
            mn_cell *cell = &b->canvas->cells[(size_t)y * (size_t)b->canvas->cols + (size_t)x];
            *cell = (mn_cell){mn_brush_glyph(b, 0x250A, ':'), MN_DEFAULT_COLOUR, cell->bg, 0};
        }
    }
}

/* The middle of a cell of a strip, in units of its size; false when there is no such cell. */
static bool middle(const mn_heat *h, int which, int w, int height, int *x, int *y)
{
    int row = (which - 1) / h->n_cols, col = (which - 1) % h->n_cols;
    if (which <= 0 || row >= h->n_rows)
        return false;
    *x = (2 * col + 1) * w / (2 * h->n_cols);
    *y = (2 * row + 1) * height / (2 * h->n_rows);
    return *x < w && *y < height;
}

/* On the colour that is there. */
static void set_off_cells(mn_brush *b, const mn_heat *h, mn_rect strip)
{
    const int which[] = {h->best, h->cursor};
    int x, y;
    for (int i = 0; i < 2; i++)
        if (middle(h, which[i], strip.w, strip.h, &x, &y) && strip.x + x < b->canvas->cols &&
            strip.y + y < b->canvas->rows)
            mn_brush_put(b, strip.x + x, strip.y + y, i ? '+' : mn_brush_glyph(b, 0x2605, '!'),
                         MN_DEFAULT_COLOUR, MN_BOLD | (i ? MN_REVERSE : 0));
}

/* First and last row label on a strip's left, the x axis' name and the scale below it. */
static void strip_cells(mn_brush *b, const mn_heat *h, mn_rect box)
{
    char axis[96];
    int dots_x, dots_y, label = 0;
    const char *top = mn_grid_label(h->row_labels, 0);
    const char *bottom = mn_grid_label(h->row_labels, h->n_rows - 1);
    int below = box.h >= 3, flags = h->n_flags > 0 && box.h >= 4;
    box.y += flags;
    box.h -= flags;
    label = (int)fmax(mn_brush_columns(b, top), mn_brush_columns(b, bottom));
    label = label > box.w / 4 ? box.w / 4 : label;
    int gap = label > 0 ? 1 : 0;
    mn_rect strip = {box.x + label + gap, box.y, box.w - label - gap, box.h - below};
    mn_style_dots(b->style, &dots_x, &dots_y);
    mn_picture p = strip_of(h);
    mn_brush_picture(b, &p, strip, strip.w * dots_x, strip.h * dots_y);
    mn_brush_text(b, box.x, strip.y, label, top, MN_DIM);
    if (strip.h > 1)
        mn_brush_text(b, box.x, strip.y + strip.h - 1, label, bottom, MN_DIM);
    if (flags)
        flags_cells(b, h, strip);
    set_off_cells(b, h, strip);
    if (!below)
        return;
    int y = box.y + box.h - 1;
    mn_grid_axis(h->x_name, h->col_labels, h->n_cols, axis);
    int name = mn_brush_text(b, strip.x, y, strip.w, axis, MN_DIM);
    name += name > 0 ? 2 : 0; /* the scale shrinks, or goes, before the axis' name does */
    if (h->lo_text && h->hi_text)
        mn_brush_ramp(b, h->scale, h->lo_text, h->hi_text, strip.x + name, y, strip.w - name);
    else
        mn_brush_scale(b, h->scale, h->lo, h->hi, strip.x + name, y, strip.w - name);
}

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    const mn_heat *h = mark;
    if (h->n_rows <= 0 || h->n_cols <= 0 || box.w <= 0 || box.h <= 0)
        return;
    if (h->format && h->spread) {
        if (!mn_grid_cells(b, h, box))
            strip_cells(b, h, box);
    } else if (h->format)
        numbers_cells(b, h, box);
    else
        strip_cells(b, h, box);
}

static grid measure_pixels(const mn_pen *p, const mn_heat *h, mn_rect box)
{
    char text[MN_GRID_NUMBER_MAX];
    int col = mn_pen_column(p), label = 0, number = col;
    for (int r = 0; r < h->n_rows; r++) {
        label = (int)fmax(label, mn_pen_width(p, mn_grid_label(h->row_labels, r)));
        for (int c = 0; c < h->n_cols; c++)
            number = (int)fmax(number, mn_pen_width(p, mn_grid_number(h, r, c, text)));
    }
    for (int c = 0; c < h->n_cols; c++)
        number = (int)fmax(number, mn_pen_width(p, mn_grid_label(h->col_labels, c)));
    return grid_of(h, box.w / col, box.h / mn_pen_row(p), (label + col - 1) / col + 1,
                   (number + col - 1) / col);
}

/* Rows up to twice as high as text where that leaves room for the scale. */
static int pitch_of(int height, int rows, int row)
{
    int most = rows > 0 ? (height - 3 * row / 2) / rows : row;
    return most < row ? row : most > 2 * row ? 2 * row : most;
}

static void numbers_pixels(mn_pen *p, const mn_heat *h, mn_rect box)
{
    int col = mn_pen_column(p), row = mn_pen_row(p), s = p->scale;
    grid g = measure_pixels(p, h, box);
    int pitch = pitch_of(box.h - g.header * row, g.rows, row);
    int top = box.y + g.header * row;
    for (int c = 0; c < g.cols && g.header; c++)
        mn_pen_text_centred(p, box.x + (g.label + c * g.number) * col, box.y, g.number * col,
                            mn_grid_label(h->col_labels, c), p->grey);
    for (int r = 0; r < g.rows; r++) {
        int y = top + r * pitch;
        mn_pen_text(p, box.x, y + (pitch - row) / 2, g.label * col,
                    mn_grid_label(h->row_labels, r), p->ink, false);
        for (int c = 0; c < g.cols; c++) {
            char text[MN_GRID_NUMBER_MAX];
            double v = mn_grid_value(h, r, c);
            mn_rect tile = {box.x + (g.label + c * g.number) * col, y, g.number * col - s,
                            pitch - s};
            uint32_t rgb = isnan(v)
                               ? p->paper
                               : mn_pen_value(p, h->scale, v, (double)h->lo, (double)h->hi);
            mn_pen_fill(p, tile, rgb);
            mn_pen_text_centred(p, tile.x, y + (pitch - row) / 2, tile.w,
                                mn_grid_number(h, r, c, text),
                                isnan(v) ? p->grey : mn_grid_ink_on(rgb));
        }
    }
    if (top + g.rows * pitch + 3 * row / 2 <= box.y + box.h)
        mn_pen_scale(p, h->scale, h->lo, h->hi,
                     (mn_rect){box.x, top + g.rows * pitch + row / 2,
                               (g.label + g.cols * g.number) * col, row});
}

/* Dots of ink and paper in turn can be seen on every colour. */
static void flags_pixels(mn_pen *p, const mn_heat *h, mn_rect strip)
{
    int dot = 2 * p->scale, thin = (p->scale + 1) / 2, col = mn_pen_column(p);
    for (int i = 0; i < h->n_flags; i++) {
        int at = flag_at(h, i, strip.w), x = strip.x + at;
        if (at < 0)
            continue;
        int room = flag_room(h, i, at, strip.w);
        mn_pen_text(p, x, strip.y - mn_pen_row(p) - p->scale, room - col, h->flags[i].text,
                    mn_pen_tone(p, h->flags[i].tone), true);
        for (int y = 0; at > 0 && y < strip.h; y += dot)
            mn_pen_fill(p,
                        (mn_rect){x, strip.y + y, thin, y + dot < strip.h ? dot : strip.h - y},
                        y / dot % 2 ? p->paper : p->ink);
    }
}

/* Frames around cells, in ink over paper so that they show on every colour. */
static void set_off_pixels(const mn_pen *p, const mn_heat *h, mn_rect strip)
{
    const int which[] = {h->best, h->cursor};
    int s = p->scale;
    for (int i = 0; i < 2; i++) {
        int row = (which[i] - 1) / h->n_cols, col = (which[i] - 1) % h->n_cols;
        if (which[i] <= 0 || row >= h->n_rows)
            continue;
        int x0 = (int)((long long)col * strip.w / h->n_cols);
        int x1 = (int)((long long)(col + 1) * strip.w / h->n_cols);
        int y0 = (int)((long long)row * strip.h / h->n_rows);
        int y1 = (int)((long long)(row + 1) * strip.h / h->n_rows);
        mn_rect cell = {strip.x + x0, strip.y + y0, x1 - x0, y1 - y0};
        mn_pen_frame(p, cell, 2 * s, p->paper);
        mn_pen_frame(p, cell, s, i ? mn_pen_tone(p, MN_ACCENT) : p->ink);
    }
}

static void strip_pixels(mn_pen *p, const mn_heat *h, mn_rect box)
{
    char axis[96];
    int col = mn_pen_column(p), row = mn_pen_row(p);
    int flags = h->n_flags > 0 ? 4 * row / 3 : 0;
    const char *top = mn_grid_label(h->row_labels, 0);
    const char *bottom = mn_grid_label(h->row_labels, h->n_rows - 1);
    int label = (int)fmax(mn_pen_width(p, top), mn_pen_width(p, bottom));
    label = label ? (label > box.w / 4 ? box.w / 4 : label) + col : 0;
    mn_rect strip = {box.x + label, box.y + flags, box.w - label, box.h - 3 * row / 2 - flags};
    if (strip.h < p->scale || strip.w < p->scale)
        return;
    mn_picture picture = strip_of(h);
    mn_pen_picture(p, &picture, strip);
    mn_pen_frame(p, strip, (p->scale + 1) / 2, p->grey);
    flags_pixels(p, h, strip);
    set_off_pixels(p, h, strip);
    mn_pen_text(p, box.x, strip.y, label, top, p->grey, false);
    if (strip.h >= 2 * row)
        mn_pen_text(p, box.x, strip.y + strip.h - row, label, bottom, p->grey, false);
    int y = strip.y + strip.h + row / 4;
    mn_grid_axis(h->x_name, h->col_labels, h->n_cols, axis);
    mn_pen_text(p, strip.x, y, strip.w / 2, axis, p->grey, false);
    mn_rect scale = {strip.x + strip.w / 2, y, strip.w - strip.w / 2, row};
    if (h->lo_text && h->hi_text)
        mn_pen_ramp(p, h->scale, h->lo_text, h->hi_text, scale);
    else
        mn_pen_scale(p, h->scale, h->lo, h->hi, scale);
}

static void pixels(mn_pen *p, const void *mark, mn_rect box)
{
    const mn_heat *h = mark;
    if (h->n_rows <= 0 || h->n_cols <= 0)
        return;
    if (h->format && h->spread) {
        if (!mn_grid_pixels(p, h, box))
            strip_pixels(p, h, box);
    } else if (h->format)
        numbers_pixels(p, h, box);
    else
        strip_pixels(p, h, box);
}

const mn_mark_ops mn_mark_heat = {cells, pixels};
