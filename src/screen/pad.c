#include "pad.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/screen.h"

static int part_of(int whole, int parts)
{
    return (whole + parts - 1) / parts;
}

bool mn_pad_open(mn_pad *p, int width, int height, int cols, int rows)
{
    int k = 1;
    if (cols > MN_PAD_COLS_MAX)
        cols = MN_PAD_COLS_MAX;
    if (rows > MN_PAD_ROWS_MAX)
        rows = MN_PAD_ROWS_MAX;
    if (width < 1 || height < 1 || cols < 1 || rows < 1)
        return false;
    while (part_of(width, k) > cols || part_of(height, k) > rows)
        k++;
    const int wide = part_of(width, k), high = part_of(height, k);
    if (k > 1 && (wide < MN_PAD_COLS_LEAST || high < MN_PAD_COLS_LEAST))
        return false;
    if (p->cols != wide || p->rows != high)
        *p = (mn_pad){.cols = wide, .rows = high, .x = wide / 2, .y = high / 2};
    return true;
}

static void move(mn_pad *p, int right, int below)
{
    p->x = (p->x + right + p->cols) % p->cols;
    p->y = (p->y + below + p->rows) % p->rows;
    if (p->down)
        p->dot[p->y][p->x] = true;
}

bool mn_pad_key(mn_pad *p, int key)
{
    switch (key) {
    case MN_KEY_LEFT: move(p, -1, 0); return true;
    case MN_KEY_RIGHT: move(p, 1, 0); return true;
    case MN_KEY_UP: move(p, 0, -1); return true;
    case MN_KEY_DOWN: move(p, 0, 1); return true;
    case ' ': p->dot[p->y][p->x] = !p->dot[p->y][p->x]; return true;
    case 'd':
        p->down = !p->down;
        move(p, 0, 0);
        return true;
    case MN_KEY_BACKSPACE:
    case MN_KEY_DELETE: memset(p->dot, 0, sizeof p->dot); return true;
    default: return false;
    }
}

void mn_pad_touch(mn_pad *p, int x, int y, bool first)
{
    if (x < 0 || y < 0 || x >= p->cols || y >= p->rows)
        return;
    if (first)
        p->erasing = p->dot[y][x];
    p->x = x;
    p->y = y;
    p->dot[y][x] = !p->erasing;
}

bool mn_pad_blank(const mn_pad *p)
{
    for (int y = 0; y < p->rows; y++)
        for (int x = 0; x < p->cols; x++)
            if (p->dot[y][x])
                return false;
    return true;
}

char *mn_pad_write(const mn_pad *p, char out[MN_PAD_TEXT_MAX])
{
    const int n = p->cols * p->rows;
    int used = snprintf(out, MN_PAD_TEXT_MAX, "%dx%d:", p->cols, p->rows);
    for (int i = 0; i < n; i += 4) {
        int digit = 0;
        for (int bit = 0; bit < 4; bit++) {
            const int at = i + bit;
            const bool on = at < n && p->dot[at / p->cols][at % p->cols];
            digit = digit * 2 + on;
        }
        used += snprintf(out + used, (size_t)(MN_PAD_TEXT_MAX - used), "%X", (unsigned)digit);
    }
    return out;
}
