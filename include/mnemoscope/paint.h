/* paint.h: the two painters: figure to cells, figure to pixels.
 *
 * Both walk the same figure and choose how many tiles fit with mn_tiles_fit. The cells painter
 * keeps, per place on the screen, the level it painted last, so that tiny changes of a weight
 * do not repaint the screen (hysteresis). Neither knows a terminal. One thread per painter.
 */
#ifndef MNEMOSCOPE_PAINT_H
#define MNEMOSCOPE_PAINT_H

#include "mnemoscope/canvas.h"
#include "mnemoscope/figure.h"
#include "mnemoscope/palette.h"

typedef enum mn_glyphs { MN_HALF, MN_QUADRANT, MN_SHADE, MN_ASCII, MN_N_GLYPHS } mn_glyphs;
typedef enum mn_strokes { MN_BRAILLE, MN_BLOCK, MN_ASCII_LINES, MN_N_STROKES } mn_strokes;
const char *mn_glyphs_name(mn_glyphs g);
const char *mn_strokes_name(mn_strokes s);

typedef struct mn_style {
    const mn_palette *palette; /* for signed numbers */
    const mn_palette *unsigned_palette;
    mn_glyphs glyphs;
    mn_strokes strokes;
    bool utf8;         /* false: ASCII everywhere, boxes too */
    bool light;        /* background */
    int levels;        /* 32 normally, 16 on slow lines, 128 when paused */
    double hysteresis; /* in levels; 0 when paused */
} mn_style;

typedef struct mn_cells_painter mn_cells_painter;
MN_MUST_CHECK mn_status mn_cells_painter_create(mn_cells_painter **out, mn_err *err);
void mn_cells_painter_destroy(mn_cells_painter *p);
void mn_cells_painter_forget(
    mn_cells_painter *p); /* levels painted before (another page, size, palette) */
/* The room a figure gets inside `box` (the frame takes a border of one cell). */
mn_room mn_cells_room(const mn_style *s, mn_rect box);
/* Paints frame, title, status and parts into what the canvas has of the box. `focused`: the
 * panel the keys act on. A wall's scale bar goes where no tile loses its room: a free row, or
 * the frame's lower edge. Sets the canvas's `ascii`. */
void mn_paint_cells(mn_cells_painter *p, const mn_style *s, const mn_figure *f, mn_rect box,
                    bool focused, mn_canvas *c);

/* Pixels: RGB, 8 bits, rows top down. */
typedef struct mn_image {
    int width, height;
    unsigned char *rgb;
} mn_image;
typedef struct mn_page {
    int width, height; /* in pixels */
    int scale;         /* pixels per dot and per font pixel, >= 1 */
    bool light;
} mn_page;
/* Room of a page, in units of the bitmap font's cells. */
mn_room mn_pixels_room(const mn_page *page);
MN_MUST_CHECK mn_status mn_paint_pixels(const mn_page *page, const mn_style *s,
                                        const mn_figure *f, mn_image *out, mn_err *err);
/* A canvas as a picture of a terminal, with the bitmap font: what --snapshot screen and the
 * README show. */
MN_MUST_CHECK mn_status mn_paint_screen(const mn_canvas *c, int scale, bool light,
                                        mn_image *out, mn_err *err);
void mn_image_finish(mn_image *i);

/* Deterministic PNG bytes (no time, fixed compression); metadata as iTXt pairs: keys and
 * values, n of them. */
MN_MUST_CHECK mn_status mn_png_write(const char *path, const mn_image *i,
                                     const char *const *keys, const char *const *values, int n,
                                     mn_err *err);
/* Reads iTXt/tEXt pairs back; both caps (16 pairs, 64 KiB each) and every chunk are checked. */
typedef struct mn_png_info {
    int width, height, n;
    char *keys[16], *values[16];
} mn_png_info;
MN_MUST_CHECK mn_status mn_png_inspect(const char *path, mn_png_info *out, mn_err *err);
void mn_png_info_finish(mn_png_info *i);

#endif
