/* pad.h: a grid of dots to draw a cue on, with keys or a mouse. Plain values, no screen in it.
 */
#ifndef MN_SCREEN_PAD_H
#define MN_SCREEN_PAD_H

#include <stdbool.h>
#include <stddef.h>

enum {
    MN_PAD_COLS_MAX = 32,
    MN_PAD_ROWS_MAX = 16,
    MN_PAD_COLS_LEAST = 4, /* a digit needs no fewer */
    MN_PAD_TEXT_MAX = 16 + MN_PAD_COLS_MAX * MN_PAD_ROWS_MAX / 4
};

typedef struct mn_pad {
    int cols, rows; /* 0: it has not been opened yet */
    int x, y;       /* the pen */
    bool down;      /* it draws as it moves */
    bool erasing;   /* what a drag of the mouse does */
    bool dot[MN_PAD_ROWS_MAX][MN_PAD_COLS_MAX];
} mn_pad;

/* A grid for items of this size: theirs, or the largest whole part of it that fits into cols x
 * rows. What was drawn on a grid of the same size is kept. False: there is no room for one. */
bool mn_pad_open(mn_pad *p, int width, int height, int cols, int rows);
/* Moves the pen, sets dots, clears; false for keys that mean nothing here. */
bool mn_pad_key(mn_pad *p, int key);
/* The mouse at a dot (others are left alone); `first`: its button has just been pressed, which
 * decides whether it draws or erases. */
void mn_pad_touch(mn_pad *p, int x, int y, bool first);
bool mn_pad_blank(const mn_pad *p);
/* "14x14:00F...": what `recall drawn` reads. Returns out. */
char *mn_pad_write(const mn_pad *p, char out[MN_PAD_TEXT_MAX]);

#endif
