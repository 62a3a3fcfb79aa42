#include "mnemoscope/figure.h"

/* Columns below which a handwritten digit cannot be told from another one. */
enum { LEGIBLE_COLS = 10, PIXEL_DOTS = 4, SIZE_MAX_DOTS = 4096 };

static int ceil_div(int a, int b)
{
    return (a + b - 1) / b;
}

static int at_least_one(double x)
{
    return x < 1.0 ? 1 : x > SIZE_MAX_DOTS ? SIZE_MAX_DOTS : (int)(x + 0.5);
}

/* The fit of tiles `size` dots across. A dot is 1/dots_x wide and 2/dots_y high. */
static mn_fit fit_of(int n, int width, int height, int size, bool labels, mn_room room)
{
    mn_fit f = {.size_x = size};
    double aspect = (double)height / width * room.dots_y / (2.0 * room.dots_x);
    f.size_y = at_least_one(size * aspect);
    f.tile_cols = ceil_div(f.size_x, room.dots_x);
    f.tile_rows = ceil_div(f.size_y, room.dots_y) + (labels ? 1 : 0);
    f.across = room.cols / (f.tile_cols + 1);
    f.down = room.rows / f.tile_rows;
    long long places = (long long)f.across * f.down;
    f.shown = places < n ? (int)places : n;
    return f;
}

/* Whole multiples of the native size, so that every pixel stays a square of one size. */
static mn_fit enlarge(mn_fit f, int n, int width, int height, bool labels, mn_room room)
{
    for (int k = 2; k * width <= SIZE_MAX_DOTS; k++) {
        mn_fit larger = fit_of(n, width, height, k * width, labels, room);
        if (larger.shown < n)
            break;
        f = larger;
    }
    return f;
}

mn_fit mn_tiles_fit(int n, int width, int height, int size, bool labels, mn_room room)
{
    if (n <= 0 || width <= 0 || height <= 0 || room.cols <= 0 || room.rows <= 0 ||
        room.dots_x <= 0 || room.dots_y <= 0 || width > SIZE_MAX_DOTS || height > SIZE_MAX_DOTS)
        return (mn_fit){0};
    if (size > 0)
        return fit_of(n, width, height, size < SIZE_MAX_DOTS ? size : SIZE_MAX_DOTS, labels,
                      room);
    mn_fit f = fit_of(n, width, height, width, labels, room);
    if (f.shown == n)
        return enlarge(f, n, width, height, labels, room);
    int least = room.dots_x >= PIXEL_DOTS ? width : LEGIBLE_COLS * room.dots_x;
    for (int s = width - 1; s >= least && f.shown < n; s--)
        f = fit_of(n, width, height, s, labels, room);
    return f;
}
