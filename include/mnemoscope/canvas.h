/* canvas.h: a screen in memory: cells of one character, two colours and attributes.
 *
 * Everything the explorer shows is drawn here; the terminal copies it, tests read it, --plain
 * prints it. Drawing outside is clipped and counted. One thread.
 */
#ifndef MNEMOSCOPE_CANVAS_H
#define MNEMOSCOPE_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "mnemoscope/status.h"
#include "mnemoscope/text.h"

enum { MN_BOLD = 1, MN_FAINT = 2, MN_REVERSE = 4, MN_UNDERLINE = 8 };
enum { MN_DEFAULT_COLOUR = -1 }; /* the terminal's own */

/* Colours are in the canvas's mode: 0xRRGGBB (direct), 0..255 (256), 0..15 (16), only the
 * default (mono). */
typedef enum mn_colours { MN_DIRECT, MN_256, MN_16, MN_MONO, MN_N_COLOURS } mn_colours;

typedef struct mn_cell {
    uint32_t ch; /* Unicode, one column wide */
    int32_t fg, bg;
    uint8_t attr;
} mn_cell;

typedef struct mn_canvas {
    int cols, rows;
    mn_colours colours;
    bool ascii;             /* what is put is folded to ASCII ("±" becomes "+-") */
    mn_cell *cells;         /* (rows, cols) */
    int cursor_x, cursor_y; /* where the hardware cursor goes; -1 = hidden */
    unsigned clipped;
} mn_canvas;

typedef struct mn_rect {
    int x, y, w, h;
} mn_rect;

MN_MUST_CHECK mn_status mn_canvas_init(mn_canvas *c, int cols, int rows, mn_colours colours,
                                       mn_err *err);
void mn_canvas_finish(mn_canvas *c);
void mn_canvas_clear(mn_canvas *c);
void mn_canvas_put(mn_canvas *c, int x, int y, mn_cell cell);
/* UTF-8 text in one row, at most `width` columns; returns columns used. Controls become '?'. */
int mn_canvas_text(mn_canvas *c, int x, int y, int width, const char *utf8, int32_t fg,
                   int32_t bg, uint8_t attr);
/* Columns that mn_canvas_text would use with room enough. */
int mn_canvas_columns(const mn_canvas *c, const char *utf8);
/* The characters, a line per row without trailing blanks; with `attrs`, then the plane of
 * attributes, a hexadecimal digit (the sum of MN_BOLD ...) per cell and a dot where there are
 * none. */
void mn_canvas_dump(const mn_canvas *c, int with_attrs, mn_text *out);

#endif
