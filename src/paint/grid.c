#include "grid.h"

#include <math.h>
#include <stdio.h>

/* Columns that "★" and "[★ ]" add to a number. */
enum { STAR = 1, BRACKETS = 3 };

const char *mn_grid_label(const char *const *labels, int i)
{
    return labels && labels[i] ? labels[i] : "";
}

double mn_grid_value(const mn_heat *h, int row, int col)
{
    return (double)h->values[(size_t)row * (size_t)h->n_cols + (size_t)col];
}

const char *mn_grid_number(const mn_heat *h, int row, int col, char out[MN_GRID_NUMBER_MAX])
{
    double v = mn_grid_value(h, row, col);
    if (isnan(v))
        snprintf(out, MN_GRID_NUMBER_MAX, "·");
    else
        snprintf(out, MN_GRID_NUMBER_MAX, h->format, v);
    return out;
}

uint32_t mn_grid_ink_on(uint32_t rgb)
{
    double luma = 0.30 * (rgb >> 16) + 0.59 * (rgb >> 8 & 255) + 0.11 * (rgb & 255);
    return luma > 120.0 ? 0x000000 : 0xffffff;
}

/* In levels, because terminals have only so many pairs of colours. */
void mn_grid_tint(mn_brush *b, const mn_heat *h, double value, mn_rect box)
{
    if (!mn_brush_coloured(b, h->scale) || !isfinite(value))
        return;
    const mn_palette *p = mn_style_palette(b->style, h->scale);
    int top = mn_brush_inks(b, h->scale)->n - 1;
    double t = mn_palette_place(p, h->scale, value, (double)h->lo, (double)h->hi);
    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : floor(t * top + 0.5) / top;
    mn_colours mode = b->canvas->colours;
    uint32_t ink = mn_grid_ink_on(mn_palette_rgb(p, t, b->style->light));
    for (int y = box.y; y < box.y + box.h; y++)
        for (int x = box.x; x < box.x + box.w; x++) {
            mn_cell *c = &b->canvas->cells[(size_t)y * (size_t)b->canvas->cols + (size_t)x];
            c->fg = mode == MN_256 ? (ink ? 231 : 16) : mn_direct_colour(ink);
            c->bg = mn_palette_colour(p, t, mode, b->style->light);
        }
}

static bool is_set_off(int which, const mn_heat *h, int row, int col)
{
    return which == row * h->n_cols + col + 1;
}

/* "87.3", "★87.3", "[87.3]". */
static const char *text_of(const mn_heat *h, int row, int col, bool brackets,
                           char out[MN_GRID_NUMBER_MAX + 8])
{
    char number[MN_GRID_NUMBER_MAX];
    bool cursor = brackets && is_set_off(h->cursor, h, row, col);
    snprintf(out, MN_GRID_NUMBER_MAX + 8, "%s%s%s%s", cursor ? "[" : "",
             is_set_off(h->best, h, row, col) ? "★" : "", mn_grid_number(h, row, col, number),
             cursor ? "]" : "");
    return out;
}

void mn_grid_axis(const char *name, const char *const *labels, int n, char out[96])
{
    const char *first = mn_grid_label(labels, 0), *last = mn_grid_label(labels, n - 1);
    if (*first && *last)
        snprintf(out, 96, "%.40s %.20s … %.20s", name ? name : "", first, last);
    else
        snprintf(out, 96, "%.90s", name ? name : "");
}

/* A grid in its room, in units of text (cells) or pixels. */
typedef struct {
    int label, width, height; /* of the row labels; of a cell */
} pitch;

/* Cells as large as the room allows, in the shape of a grid and not of a stripe. */
static pitch pitch_of(const mn_heat *h, mn_rect room, int label, int number, int row)
{
    int most = row * 3, wide = (room.w - label) / h->n_cols, high = room.h / h->n_rows;
    int widest = number * 3;
    return (pitch){label, wide < widest ? wide : widest, high < most ? high : most};
}

static int label_cells(const mn_brush *b, const mn_heat *h)
{
    int label = mn_brush_columns(b, h->y_name);
    for (int r = 0; r < h->n_rows; r++)
        label = (int)fmax(label, mn_brush_columns(b, mn_grid_label(h->row_labels, r)));
    return label;
}

static int number_cells(const mn_brush *b, const mn_heat *h)
{
    char text[MN_GRID_NUMBER_MAX];
    int number = 1;
    for (int c = 0; c < h->n_cols; c++) {
        number = (int)fmax(number, mn_brush_columns(b, mn_grid_label(h->col_labels, c)));
        for (int r = 0; r < h->n_rows; r++)
            number =
                (int)fmax(number, STAR + mn_brush_columns(b, mn_grid_number(h, r, c, text)));
    }
    return number;
}

static void centred(mn_brush *b, mn_rect box, const char *text, mn_tone tone)
{
    int used = mn_brush_columns(b, text);
    used = used < box.w ? used : box.w;
    mn_brush_text(b, box.x + (box.w - used) / 2, box.y + (box.h - 1) / 2, used, text, tone);
}

/* The cursor's brackets, or its colours turned round where there is no room for them. */
static void cell_cells(mn_brush *b, const mn_heat *h, int row, int col, bool brackets,
                       mn_rect box)
{
    char text[MN_GRID_NUMBER_MAX + 8];
    bool off = is_set_off(h->best, h, row, col) || is_set_off(h->cursor, h, row, col);
    double v = mn_grid_value(h, row, col);
    centred(b, box, text_of(h, row, col, brackets, text),
            isnan(v) ? MN_DIM
            : off    ? MN_STRONG
                     : MN_PLAIN);
    mn_grid_tint(b, h, v, box);
    for (int x = box.x; !brackets && is_set_off(h->cursor, h, row, col) && x < box.x + box.w;
         x++)
        b->canvas
            ->cells[(size_t)(box.y + (box.h - 1) / 2) * (size_t)b->canvas->cols + (size_t)x]
            .attr ^= MN_REVERSE;
}

/* The axis' name below, the scale at its right. */
static void foot_cells(mn_brush *b, const mn_heat *h, const char *name, mn_rect row)
{
    int used = mn_brush_columns(b, name);
    mn_brush_text(b, row.x, row.y, row.w, name, MN_DIM);
    mn_brush_scale(b, h->scale, h->lo, h->hi, row.x + used + 2, row.y, row.w - used - 2);
}

bool mn_grid_cells(mn_brush *b, const mn_heat *h, mn_rect box)
{
    int foot = box.h > h->n_rows + 1, label = label_cells(b, h) + 1;
    int number = number_cells(b, h) + 1;
    label = label > box.w / 3 ? box.w / 3 : label;
    mn_rect room = {box.x, box.y + 1, box.w, box.h - 1 - foot};
    pitch g = pitch_of(h, room, label, number, 1);
    bool brackets = g.width >= number + BRACKETS - STAR;
    if (g.width < number || g.height < 1)
        return false;
    mn_brush_text(b, box.x, box.y, label - 1, h->y_name, MN_DIM);
    for (int c = 0; c < h->n_cols; c++)
        centred(b, (mn_rect){box.x + label + c * g.width, box.y, g.width - 1, 1},
                mn_grid_label(h->col_labels, c), MN_DIM);
    for (int r = 0; r < h->n_rows; r++) {
        int y = room.y + r * g.height;
        mn_brush_text(b, box.x, y + (g.height - 1) / 2, label - 1,
                      mn_grid_label(h->row_labels, r), MN_DIM);
        for (int c = 0; c < h->n_cols; c++)
            cell_cells(b, h, r, c, brackets,
                       (mn_rect){box.x + label + c * g.width, y, g.width - 1, g.height});
    }
    if (foot)
        foot_cells(b, h, h->x_name,
                   (mn_rect){box.x + label, room.y + h->n_rows * g.height, box.w - label, 1});
    return true;
}

static int widest_pixels(const mn_pen *p, const char *const *labels, int n, int least)
{
    for (int i = 0; i < n; i++)
        least = (int)fmax(least, mn_pen_width(p, mn_grid_label(labels, i)));
    return least;
}

static int number_pixels(const mn_pen *p, const mn_heat *h)
{
    char text[MN_GRID_NUMBER_MAX];
    int number = 0;
    for (int c = 0; c < h->n_cols; c++)
        for (int r = 0; r < h->n_rows; r++)
            number = (int)fmax(number, mn_pen_width(p, mn_grid_number(h, r, c, text)));
    return widest_pixels(p, h->col_labels, h->n_cols, number + mn_pen_column(p));
}

static void cell_pixels(const mn_pen *p, const mn_heat *h, int row, int col, mn_rect tile)
{
    char text[MN_GRID_NUMBER_MAX + 8];
    double v = mn_grid_value(h, row, col);
    int s = p->scale, height = mn_pen_row(p);
    uint32_t rgb =
        isnan(v) ? p->paper : mn_pen_value(p, h->scale, v, (double)h->lo, (double)h->hi);
    uint32_t ink = isnan(v) ? p->grey : mn_grid_ink_on(rgb);
    mn_pen_fill(p, tile, rgb);
    mn_pen_text_centred(p, tile.x, tile.y + (tile.h - height) / 2 + s, tile.w,
                        text_of(h, row, col, false, text), ink);
    mn_rect inner = {tile.x + s, tile.y + s, tile.w - 2 * s, tile.h - 2 * s};
    if (is_set_off(h->best, h, row, col))
        mn_pen_frame(p, inner, s, ink);
    if (is_set_off(h->cursor, h, row, col))
        mn_pen_frame(p, tile, 2 * s, p->ink);
}

bool mn_grid_pixels(mn_pen *p, const mn_heat *h, mn_rect box)
{
    int col = mn_pen_column(p), row = mn_pen_row(p), s = p->scale;
    int label = widest_pixels(p, h->row_labels, h->n_rows, mn_pen_width(p, h->y_name)) + col;
    int number = number_pixels(p, h) + col;
    label = label > box.w / 3 ? box.w / 3 : label;
    int top = box.y + 3 * row / 2;
    mn_rect room = {box.x, top, box.w, box.y + box.h - top - 3 * row};
    pitch g = pitch_of(h, room, label, number, row);
    if (g.width < number || g.height < row + 2 * s)
        return false;
    mn_pen_text(p, box.x, box.y, label - col, h->y_name, p->grey, false);
    for (int c = 0; c < h->n_cols; c++)
        mn_pen_text_centred(p, box.x + label + c * g.width, box.y, g.width,
                            mn_grid_label(h->col_labels, c), p->grey);
    for (int r = 0; r < h->n_rows; r++) {
        int y = top + r * g.height;
        mn_pen_text_right(p, box.x, y + (g.height - row) / 2, label - col,
                          mn_grid_label(h->row_labels, r), p->grey);
        for (int c = 0; c < h->n_cols; c++)
            cell_pixels(
                p, h, r, c,
                (mn_rect){box.x + label + c * g.width, y, g.width - 2 * s, g.height - 2 * s});
    }
    int below = top + h->n_rows * g.height + row / 4;
    mn_pen_text_centred(p, box.x + label, below, h->n_cols * g.width, h->x_name, p->grey);
    mn_pen_scale(p, h->scale, h->lo, h->hi,
                 (mn_rect){box.x + label, below + 3 * row / 2, h->n_cols * g.width, row});
    return true;
}
