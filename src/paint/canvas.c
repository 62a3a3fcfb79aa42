#include "mnemoscope/canvas.h"

#include <stdlib.h>

#include "utf8.h"

enum { CANVAS_SIDE_MAX = 4096 };

static const mn_cell blank = {' ', MN_DEFAULT_COLOUR, MN_DEFAULT_COLOUR, 0};

mn_status mn_canvas_init(mn_canvas *c, int cols, int rows, mn_colours colours, mn_err *err)
{
    if (cols < 1 || rows < 1 || cols > CANVAS_SIDE_MAX || rows > CANVAS_SIDE_MAX)
        return mn_fail(err, MN_EINVAL, "making a canvas: %d x %d cells found, 1..%d wanted",
                       cols, rows, CANVAS_SIDE_MAX);
    mn_cell *cells = malloc((size_t)cols * (size_t)rows * sizeof *cells);
    if (!cells)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a canvas of %d x %d cells", cols, rows);
    *c = (mn_canvas){.cols = cols, .rows = rows, .colours = colours, .cells = cells};
    mn_canvas_clear(c);
    return MN_OK;
}

void mn_canvas_finish(mn_canvas *c)
{
    if (!c)
        return;
    free(c->cells);
    *c = (mn_canvas){0};
}

void mn_canvas_clear(mn_canvas *c)
{
    for (size_t i = 0; i < (size_t)c->cols * (size_t)c->rows; i++)
        c->cells[i] = blank;
    c->cursor_x = c->cursor_y = -1;
    c->clipped = 0;
}

void mn_canvas_put(mn_canvas *c, int x, int y, mn_cell cell)
{
    if (x < 0 || y < 0 || x >= c->cols || y >= c->rows) {
        c->clipped++;
        return;
    }
    if (c->ascii && cell.ch >= 0x80) {
        char store[2];
        cell.ch = (unsigned char)mn_utf8_ascii(cell.ch, store)[0];
    }
    c->cells[(size_t)y * (size_t)c->cols + (size_t)x] = cell;
}

/* The columns of one character as the canvas folds it, at most MN_UTF8_MAX; returns how many.
 */
static int fold(const mn_canvas *c, uint32_t ch, uint32_t *out)
{
    char store[2];
    int n = 0;
    if (!c->ascii || ch < 0x80) {
        *out = ch;
        return 1;
    }
    for (const char *a = mn_utf8_ascii(ch, store); *a && n < MN_UTF8_MAX; a++)
        out[n++] = (unsigned char)*a;
    return n;
}

int mn_canvas_text(mn_canvas *c, int x, int y, int width, const char *utf8, int32_t fg,
                   int32_t bg, uint8_t attr)
{
    int used = 0;
    uint32_t ch, columns[MN_UTF8_MAX];
    while (used < width && (ch = mn_utf8_next(&utf8))) {
        int n = fold(c, ch, columns);
        for (int i = 0; i < n && used < width; i++, used++)
            mn_canvas_put(c, x + used, y, (mn_cell){columns[i], fg, bg, attr});
    }
    return used;
}

int mn_canvas_columns(const mn_canvas *c, const char *utf8)
{
    int used = 0;
    uint32_t ch, columns[MN_UTF8_MAX];
    while (used < CANVAS_SIDE_MAX && (ch = mn_utf8_next(&utf8)))
        used += fold(c, ch, columns);
    return used;
}

static void dump_characters(const mn_cell *row, int cols, mn_text *out)
{
    char bytes[MN_UTF8_MAX];
    while (cols > 0 && row[cols - 1].ch == ' ')
        cols--;
    for (int x = 0; x < cols; x++)
        mn_text_bytes(out, bytes, (size_t)mn_utf8_write(row[x].ch, bytes));
    mn_text_bytes(out, "\n", 1);
}

static void dump_attributes(const mn_cell *row, int cols, mn_text *out)
{
    while (cols > 0 && !row[cols - 1].attr)
        cols--;
    for (int x = 0; x < cols; x++)
        mn_text_bytes(out, &".123456789abcdef"[row[x].attr & 15], 1);
    mn_text_bytes(out, "\n", 1);
}

void mn_canvas_dump(const mn_canvas *c, int with_attrs, mn_text *out)
{
    for (int y = 0; y < c->rows; y++)
        dump_characters(c->cells + (size_t)y * (size_t)c->cols, c->cols, out);
    for (int y = 0; with_attrs && y < c->rows; y++)
        dump_attributes(c->cells + (size_t)y * (size_t)c->cols, c->cols, out);
}
