#include "wire.h"

#include <stdio.h>

static size_t colour_bytes(int32_t colour, mn_colours mode)
{
    char text[32];
    if (colour == MN_DEFAULT_COLOUR || mode == MN_16)
        return 5; /* ESC [ 39 m */
    if (mode == MN_256)
        return (size_t)snprintf(text, sizeof text, "\033[38;5;%dm", (int)colour);
    return (size_t)snprintf(text, sizeof text, "\033[38;2;%d;%d;%dm", (int)(colour >> 16 & 255),
                            (int)(colour >> 8 & 255), (int)(colour & 255));
}

static size_t utf8_bytes(uint32_t ch)
{
    return ch < 0x80 ? 1 : ch < 0x800 ? 2 : ch < 0x10000 ? 3 : 4;
}

static size_t move_bytes(int x, int y)
{
    char text[32];
    return (size_t)snprintf(text, sizeof text, "\033[%d;%dH", y + 1, x + 1);
}

static int same(const mn_cell *a, const mn_cell *b)
{
    return a->ch == b->ch && a->fg == b->fg && a->bg == b->bg && a->attr == b->attr;
}

static size_t cell_bytes(const mn_cell *c, const mn_cell *pen, mn_colours mode)
{
    size_t n = utf8_bytes(c->ch);
    if (c->fg != pen->fg)
        n += colour_bytes(c->fg, mode);
    if (c->bg != pen->bg)
        n += colour_bytes(c->bg, mode);
    return c->attr == pen->attr ? n : n + 4;
}

size_t mn_wire_bytes(const mn_canvas *before, const mn_canvas *after)
{
    size_t n = 0;
    int at_x = -1, at_y = -1;
    mn_cell pen = {.fg = MN_DEFAULT_COLOUR, .bg = MN_DEFAULT_COLOUR};
    for (int y = 0; y < after->rows; y++)
        for (int x = 0; x < after->cols; x++) {
            const mn_cell *c = &after->cells[y * after->cols + x];
            if (same(c, &before->cells[y * after->cols + x]))
                continue;
            if (x != at_x || y != at_y)
                n += move_bytes(x, y);
            n += cell_bytes(c, &pen, after->colours);
            pen = *c;
            at_x = x + 1;
            at_y = y;
        }
    return n;
}
