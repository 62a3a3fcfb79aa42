#include "mark.h"

#include <math.h>
#include <stdio.h>

#include "axis.h"
#include "number.h"

enum { NUMBER_MAX = 32 };

static const char *label_of(const char *const *labels, int i)
{
    return labels && labels[i] ? labels[i] : "";
}

static double value_of(const mn_heat *h, int row, int col)
{
    return (double)h->values[(size_t)row * (size_t)h->n_cols + (size_t)col];
}

/* The number as the mark wants it, or "·" where there is none. */
static const char *number_of(const mn_heat *h, int row, int col, char out[NUMBER_MAX])
{
    double v = value_of(h, row, col);
    if (isnan(v))
        snprintf(out, NUMBER_MAX, "·");
    else
        snprintf(out, NUMBER_MAX, h->format, v);
    return out;
}

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
    char text[NUMBER_MAX];
    int label = 0, number = 1;
    for (int r = 0; r < h->n_rows; r++) {
        label = (int)fmax(label, mn_brush_columns(b, label_of(h->row_labels, r)));
        for (int c = 0; c < h->n_cols; c++)
            number = (int)fmax(number, mn_brush_columns(b, number_of(h, r, c, text)));
    }
    for (int c = 0; c < h->n_cols; c++)
        number = (int)fmax(number, mn_brush_columns(b, label_of(h->col_labels, c)));
    return grid_of(h, box.w, box.h, label, number);
}

/* Black or white, whichever can be read on the colour. */
static uint32_t ink_on(uint32_t rgb)
{
    double luma = 0.30 * (rgb >> 16) + 0.59 * (rgb >> 8 & 255) + 0.11 * (rgb & 255);
    return luma > 120.0 ? 0x000000 : 0xffffff;
}

/* The number on the palette's colour, where there are colours: in levels, because terminals
 * have only so many pairs of colours. */
static void number_cell(mn_brush *b, const mn_heat *h, int row, int col, mn_rect box)
{
    char text[NUMBER_MAX];
    double v = value_of(h, row, col);
    mn_brush_text_right(b, box.x, box.y, box.w, number_of(h, row, col, text),
                        isnan(v) ? MN_DIM : MN_PLAIN);
    if (!mn_brush_coloured(b, h->scale) || !isfinite(v))
        return;
    const mn_palette *p = mn_style_palette(b->style, h->scale);
    int top = mn_brush_inks(b, h->scale)->n - 1;
    double t = mn_palette_place(p, h->scale, v, (double)h->lo, (double)h->hi);
    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : floor(t * top + 0.5) / top;
    mn_colours mode = b->canvas->colours;
    uint32_t ink = ink_on(mn_palette_rgb(p, t, b->style->light));
    for (int x = box.x; x < box.x + box.w; x++) {
        mn_cell *cell = &b->canvas->cells[(size_t)box.y * (size_t)b->canvas->cols + (size_t)x];
        cell->fg = mode == MN_256 ? (ink ? 231 : 16) : mn_direct_colour(ink);
        cell->bg = mn_palette_colour(p, t, mode, b->style->light);
    }
}

static void numbers_cells(mn_brush *b, const mn_heat *h, mn_rect box)
{
    grid g = measure_cells(b, h, box);
    for (int c = 0; c < g.cols && g.header; c++)
        mn_brush_text_right(b, box.x + g.label + c * g.number + 1, box.y, g.number - 1,
                            label_of(h->col_labels, c), MN_DIM);
    for (int r = 0; r < g.rows; r++) {
        int y = box.y + g.header + r;
        mn_brush_text(b, box.x, y, g.label, label_of(h->row_labels, r), MN_PLAIN);
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
    mn_axis a = mn_axis_of(h->x_lo, h->x_hi, false);
    double t = mn_axis_place(&a, h->flags[i].x);
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

/* First and last row label on a strip's left, the x axis' name and the scale below it. */
static void strip_cells(mn_brush *b, const mn_heat *h, mn_rect box)
{
    int dots_x, dots_y, label = 0;
    const char *top = label_of(h->row_labels, 0);
    const char *bottom = label_of(h->row_labels, h->n_rows - 1);
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
    if (!below)
        return;
    int y = box.y + box.h - 1;
    int name = mn_brush_text(b, strip.x, y, strip.w, h->x_name, MN_DIM);
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
    if (h->format)
        numbers_cells(b, h, box);
    else
        strip_cells(b, h, box);
}

static grid measure_pixels(const mn_pen *p, const mn_heat *h, mn_rect box)
{
    char text[NUMBER_MAX];
    int col = mn_pen_column(p), label = 0, number = col;
    for (int r = 0; r < h->n_rows; r++) {
        label = (int)fmax(label, mn_pen_width(p, label_of(h->row_labels, r)));
        for (int c = 0; c < h->n_cols; c++)
            number = (int)fmax(number, mn_pen_width(p, number_of(h, r, c, text)));
    }
    for (int c = 0; c < h->n_cols; c++)
        number = (int)fmax(number, mn_pen_width(p, label_of(h->col_labels, c)));
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
                            label_of(h->col_labels, c), p->grey);
    for (int r = 0; r < g.rows; r++) {
        int y = top + r * pitch;
        mn_pen_text(p, box.x, y + (pitch - row) / 2, g.label * col, label_of(h->row_labels, r),
                    p->ink, false);
        for (int c = 0; c < g.cols; c++) {
            char text[NUMBER_MAX];
            double v = value_of(h, r, c);
            mn_rect tile = {box.x + (g.label + c * g.number) * col, y, g.number * col - s,
                            pitch - s};
            uint32_t rgb = isnan(v)
                               ? p->paper
                               : mn_pen_value(p, h->scale, v, (double)h->lo, (double)h->hi);
            mn_pen_fill(p, tile, rgb);
            mn_pen_text_centred(p, tile.x, y + (pitch - row) / 2, tile.w,
                                number_of(h, r, c, text), isnan(v) ? p->grey : ink_on(rgb));
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

static void strip_pixels(mn_pen *p, const mn_heat *h, mn_rect box)
{
    int col = mn_pen_column(p), row = mn_pen_row(p);
    int flags = h->n_flags > 0 ? 4 * row / 3 : 0;
    const char *top = label_of(h->row_labels, 0);
    const char *bottom = label_of(h->row_labels, h->n_rows - 1);
    int label = (int)fmax(mn_pen_width(p, top), mn_pen_width(p, bottom));
    label = label ? (label > box.w / 4 ? box.w / 4 : label) + col : 0;
    mn_rect strip = {box.x + label, box.y + flags, box.w - label, box.h - 3 * row / 2 - flags};
    if (strip.h < p->scale || strip.w < p->scale)
        return;
    mn_picture picture = strip_of(h);
    mn_pen_picture(p, &picture, strip);
    mn_pen_frame(p, strip, (p->scale + 1) / 2, p->grey);
    flags_pixels(p, h, strip);
    mn_pen_text(p, box.x, strip.y, label, top, p->grey, false);
    if (strip.h >= 2 * row)
        mn_pen_text(p, box.x, strip.y + strip.h - row, label, bottom, p->grey, false);
    int y = strip.y + strip.h + row / 4;
    mn_pen_text(p, strip.x, y, strip.w / 2, h->x_name, p->grey, false);
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
    if (h->format)
        numbers_pixels(p, h, box);
    else
        strip_pixels(p, h, box);
}

const mn_mark_ops mn_mark_heat = {cells, pixels};
