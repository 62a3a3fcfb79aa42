#include "picture.h"

static const uint32_t wide_set[] = {0x2580, 0x2584, 0x2588, 0x2591, 0x2500, 0x2502,
                                    0x28ff, 0x2801, 0x259a, 0xe9,   0xb1,   0x25b6};

static uint32_t scramble(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ x >> 16;
}

static int32_t colour(uint32_t chance, mn_colours mode, unsigned n_colours)
{
    if (mode == MN_MONO || chance % 4 == 0)
        return MN_DEFAULT_COLOUR;
    uint32_t pick = scramble(chance % n_colours + 77);
    if (mode == MN_DIRECT)
        return (int32_t)((pick & 0xffffff) | 8);
    return (int32_t)(pick % (mode == MN_256 ? 256 : 16));
}

void picture_draw(mn_canvas *c, unsigned seed, bool utf8, unsigned n_colours)
{
    for (int y = 0; y < c->rows; y++)
        for (int x = 0; x < c->cols; x++) {
            uint32_t here = (uint32_t)(y * c->cols + x), chance = scramble(here + 1);
            unsigned s = seed % 2 && chance % 8 ? seed - 1 : seed;
            uint32_t a = scramble(here * 2654435761u + s), b = scramble(a + 1);
            mn_cell cell = {.ch = a % 5 == 0 ? ' ' : '!' + a % 94};
            if (utf8 && a % 3 == 0)
                cell.ch = wide_set[b % (sizeof wide_set / sizeof *wide_set)];
            cell.fg = colour(b >> 3, c->colours, n_colours);
            cell.bg = colour(b >> 11, c->colours, n_colours);
            if (a % 11 == 0)
                cell.attr = (uint8_t)((a >> 8) & (MN_BOLD | MN_REVERSE | MN_UNDERLINE));
            c->cells[here] = cell;
        }
    c->cursor_x = seed % 3 ? (int)(seed % (unsigned)c->cols) : -1;
    c->cursor_y = seed % 3 ? (int)(seed % (unsigned)c->rows) : -1;
}
