#include "mark.h"

#include <stdio.h>

enum { COLS_MAX = 64, GAP = 2 };

/* What fits, in columns and rows of text. */
typedef struct {
    const mn_table *t;
    int widths[COLS_MAX];
    int cols, rows, head;               /* columns; rows under the headings; headings */
    bool cut_cols, cut_rows, cut_names; /* columns or rows left out; names shortened */
} grid;

static const char *text_of(const mn_table *t, int row, int col)
{
    const char *text =
        t->texts ? t->texts[(size_t)row * (size_t)t->n_cols + (size_t)col] : NULL;
    return text ? text : "";
}

static mn_tone tone_of(const mn_table *t, int row, int col)
{
    return t->tones ? t->tones[(size_t)row * (size_t)t->n_cols + (size_t)col] : MN_PLAIN;
}

static bool under_cursor(const mn_table *t, int row, int col)
{
    return row * t->n_cols + col + 1 == t->cursor;
}

/* The first column takes at most a third of the room, unless what is right of it needs less. */
static void fit_columns(grid *g, int room)
{
    int others = 0, n = g->t->n_cols < COLS_MAX ? g->t->n_cols : COLS_MAX;
    for (int c = 1; c < n; c++)
        others += GAP + g->widths[c];
    int first = room - others > room / 3 ? room - others : room / 3;
    g->cut_names = n > 0 && g->widths[0] > first;
    if (g->cut_names)
        g->widths[0] = first;
    int used = 0;
    for (g->cols = 0; g->cols < n; g->cols++) {
        int wanted = g->widths[g->cols] + (g->cols ? GAP : 0);
        if (used + wanted > room)
            break;
        used += wanted;
    }
    g->cut_cols = g->cols < g->t->n_cols;
}

/* `lines` hold headings, a rule under them, rows, and what is said about rows left out. */
static void fit_rows(grid *g, int lines)
{
    g->head = g->t->n_head < g->t->n_rows ? g->t->n_head : g->t->n_rows;
    int rule = g->head > 0, body = g->t->n_rows - g->head, room = lines - g->head - rule;
    g->cut_rows = body > room;
    g->rows = g->cut_rows ? room - 1 : body;
    if (g->rows < 0)
        g->rows = 0;
}

static void left_out(const grid *g, char out[64])
{
    int rows = g->t->n_rows - g->head - g->rows, cols = g->t->n_cols - g->cols;
    if (g->cut_rows && g->cut_cols)
        snprintf(out, 64, "… %d more rows, %d more columns", rows, cols);
    else if (g->cut_rows)
        snprintf(out, 64, "… %d more row%s", rows, rows == 1 ? "" : "s");
    else
        snprintf(out, 64, "… %d more column%s", cols, cols == 1 ? "" : "s");
}

static grid measure_cells(const mn_brush *b, const mn_table *t, mn_rect box)
{
    grid g = {.t = t};
    for (int c = 0; c < t->n_cols && c < COLS_MAX; c++)
        for (int r = 0; r < t->n_rows; r++) {
            int width = mn_brush_columns(b, text_of(t, r, c));
            g.widths[c] = width > g.widths[c] ? width : g.widths[c];
        }
    fit_columns(&g, box.w);
    fit_rows(&g, box.h);
    return g;
}

static void reverse(mn_brush *b, int x, int y, int width)
{
    for (int i = 0; i < width && x + i < b->canvas->cols && y < b->canvas->rows; i++)
        b->canvas->cells[(size_t)y * (size_t)b->canvas->cols + (size_t)(x + i)].attr ^=
            MN_REVERSE;
}

static void row_cells(mn_brush *b, const grid *g, int row, int x, int y)
{
    for (int c = 0; c < g->cols; c++) {
        const char *text = text_of(g->t, row, c);
        if (c)
            mn_brush_text_right(b, x, y, g->widths[c], text, tone_of(g->t, row, c));
        else
            mn_brush_text(b, x, y, g->widths[c], text, tone_of(g->t, row, c));
        if (under_cursor(g->t, row, c))
            reverse(b, x, y, g->widths[c]);
        x += g->widths[c] + GAP;
    }
}

static int width_of(const grid *g)
{
    int width = 0;
    for (int c = 0; c < g->cols; c++)
        width += g->widths[c] + (c ? GAP : 0);
    return width;
}

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    const mn_table *t = mark;
    char note[64];
    if (t->n_rows <= 0 || t->n_cols <= 0 || box.w <= 0 || box.h <= 0)
        return;
    grid g = measure_cells(b, t, box);
    int y = box.y, bottom = box.y + box.h, width = width_of(&g);
    for (int r = 0; r < g.head && y < bottom; r++)
        row_cells(b, &g, r, box.x, y++);
    if (g.head > 0 && y < bottom) {
        int32_t dim = mn_tone_colour(MN_DIM, b->canvas->colours, b->style->light);
        for (int x = 0; x < width; x++)
            mn_brush_put(b, box.x + x, y, mn_brush_glyph(b, 0x2500, '-'), dim, 0);
        y++;
    }
    for (int r = 0; r < g.rows && y < bottom; r++)
        row_cells(b, &g, g.head + r, box.x, y++);
    left_out(&g, note);
    if ((g.cut_rows || g.cut_cols) && y < bottom)
        mn_brush_text(b, box.x, y, box.w, note, MN_DIM);
}

static grid measure_pixels(const mn_pen *p, const mn_table *t, mn_rect box, int pitch)
{
    grid g = {.t = t};
    int col = mn_pen_column(p);
    for (int c = 0; c < t->n_cols && c < COLS_MAX; c++)
        for (int r = 0; r < t->n_rows; r++) {
            int width = mn_pen_width(p, text_of(t, r, c)) / col;
            g.widths[c] = width > g.widths[c] ? width : g.widths[c];
        }
    fit_columns(&g, box.w / col);
    fit_rows(&g, box.h / pitch);
    return g;
}

static void row_pixels(const mn_pen *p, const grid *g, int row, int x, int y)
{
    int col = mn_pen_column(p), s = p->scale;
    for (int c = 0; c < g->cols; c++) {
        mn_tone tone = tone_of(g->t, row, c);
        const char *text = text_of(g->t, row, c);
        int width = g->widths[c] * col, used = mn_pen_width(p, text);
        used = used < width ? used : width;
        int at = c ? x + width - used : x;
        if (under_cursor(g->t, row, c))
            mn_pen_frame(p, (mn_rect){at - s, y - s, used + s, mn_pen_row(p)}, s,
                         mn_pen_tone(p, MN_ACCENT));
        mn_pen_text(p, at, y, used, text, mn_pen_tone(p, tone), mn_tone_attr(tone) & MN_BOLD);
        x += width + GAP * col;
    }
}

/* A rule over, under the headings and below the last row, as printed tables have them. */
static void rule_pixels(const mn_pen *p, const grid *g, int x, int y, bool thick)
{
    int s = p->scale, thin = (s + 1) / 2;
    mn_pen_fill(p, (mn_rect){x, y - 2 * s, width_of(g) * mn_pen_column(p), thick ? s : thin},
                p->grey);
}

/* Letters up to twice as large where everything still fits: tables are shown from afar. */
static mn_pen enlarged(const mn_pen *p, const mn_table *t, mn_rect box)
{
    mn_pen large = *p;
    for (large.scale = 2 * p->scale; large.scale > p->scale; large.scale--) {
        int pitch = mn_pen_row(&large) * 5 / 4;
        grid g = measure_pixels(&large, t, (mn_rect){0, 0, box.w, box.h - pitch}, pitch);
        if (!g.cut_cols && !g.cut_rows && !g.cut_names)
            break;
    }
    return large;
}

static void pixels(mn_pen *page, const void *mark, mn_rect box)
{
    const mn_table *t = mark;
    char note[64];
    if (t->n_rows <= 0 || t->n_cols <= 0 || box.w <= 0)
        return;
    const mn_pen large = enlarged(page, t, box), *p = &large;
    int row = mn_pen_row(p), roomy = row * 5 / 4;
    if (box.h < row)
        return;
    int pitch = (t->n_rows + 2) * roomy <= box.h ? roomy : row;
    grid g = measure_pixels(p, t, box, pitch);
    int y = box.y, bottom = box.y + box.h - row;
    rule_pixels(p, &g, box.x, y, true);
    y += pitch / 8;
    for (int r = 0; r < g.head && y <= bottom; r++, y += pitch)
        row_pixels(p, &g, r, box.x, y);
    if (g.head > 0) {
        y += pitch / 3;
        rule_pixels(p, &g, box.x, y, false);
        y += pitch / 6;
    }
    for (int r = 0; r < g.rows && y <= bottom; r++, y += pitch)
        row_pixels(p, &g, g.head + r, box.x, y);
    y += pitch / 3;
    if (y < box.y + box.h)
        rule_pixels(p, &g, box.x, y, true);
    left_out(&g, note);
    if ((g.cut_rows || g.cut_cols) && y <= bottom)
        mn_pen_text(p, box.x, y, box.w, note, p->grey, false);
}

const mn_mark_ops mn_mark_table = {cells, pixels};
