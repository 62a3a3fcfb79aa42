#include "mnemoscope/screen.h"

/* Views by their place in views.def; later ones take the box of the dream. */
enum { WALL, TASKS, NEURONS, TIMELINE, DREAM };

static void place(mn_layout *l, int view, int x, int y, int w, int h)
{
    l->panels[l->n_panels].view = view;
    l->panels[l->n_panels++].box = (mn_rect){x, y, w, h};
}

/* The wall with a column of tasks and neurons beside it, the timeline below. A view without a
 * place of its own takes the wall's, because it needs room. */
static void place_four(mn_layout *l, int cols, int top, int rows, int focus)
{
    int below = rows / 3 > 7 ? rows / 3 : 7;
    int above = rows - below, left = cols * 47 / 80, tasks = above * 8 / 14;
    place(l, focus > TIMELINE ? focus : WALL, 0, top, left, above);
    place(l, TASKS, left, top, cols - left, tasks);
    place(l, NEURONS, left, top + tasks, cols - left, above - tasks);
    place(l, TIMELINE, 0, top + above, cols, below);
}

static void place_five(mn_layout *l, int cols, int top, int rows, int focus)
{
    int below = rows * 27 / 100, above = rows - below;
    int left = cols * 58 / 100, right = cols - left, half = right / 2, upper = above * 45 / 100;
    place(l, WALL, 0, top, left, above);
    place(l, TASKS, left, top, half, upper);
    place(l, NEURONS, left + half, top, right - half, upper);
    place(l, TIMELINE, 0, top + above, cols, below);
    place(l, focus > DREAM ? focus : DREAM, left, top + upper, right, above - upper);
}

mn_layout mn_layout_of(int cols, int rows, int focus, bool zoomed)
{
    mn_layout l = {.too_small = cols < MN_COLS_LEAST || rows < MN_ROWS_LEAST};
    if (l.too_small)
        return l;
    l.header = (mn_rect){0, 0, cols, 1};
    l.caption = (mn_rect){0, rows - 2, cols, 1};
    l.footer = (mn_rect){0, rows - 1, cols, 1};
    int body = rows - 3;
    if (!zoomed && cols >= 160 && rows >= 45)
        place_five(&l, cols, 1, body, focus);
    else if (!zoomed && cols >= 80 && rows >= 24)
        place_four(&l, cols, 1, body, focus);
    else if (!zoomed && cols >= 60 && rows >= 16 && focus != TIMELINE) {
        int spark = rows >= 20 ? 5 : 4;
        place(&l, focus, 0, 1, cols, body - spark);
        place(&l, TIMELINE, 0, 1 + body - spark, cols, spark);
    } else
        place(&l, focus, 0, 1, cols, body);
    return l;
}
