/* brush.h: what marks paint cells with: text in tones, pictures as dots, scale bars. Private.
 *
 * The painter behind a brush keeps scratch room between frames, so that a frame allocates
 * nothing once the screen's size is known, and the levels it painted last.
 */
#ifndef MNEMOSCOPE_PAINT_BRUSH_H
#define MNEMOSCOPE_PAINT_BRUSH_H

#include "mnemoscope/paint.h"

enum { MN_CELL_DOTS = 4, MN_CELL_LEVELS = 3 * MN_CELL_DOTS, MN_LEVELS_MAX = 128 };

/* Colours of the levels, made again when what they depend on changes. */
typedef struct mn_inks {
    const mn_palette *palette;
    mn_colours mode;
    mn_scale scale;
    bool light;
    int n; /* levels; odd for signed numbers, so that zero is one of them */
    int32_t colour[MN_LEVELS_MAX + 1];
} mn_inks;

struct mn_cells_painter {
    int cols, rows;  /* that the scratch below is for */
    uint8_t *levels; /* (rows, cols, MN_CELL_LEVELS), 255 = none yet */
    uint32_t *keys;  /* (rows, cols): what the picture begun here was painted with */
    uint8_t *masks;  /* (rows, cols) dots of curves */
    uint8_t *owners; /* (rows, cols) whose curve */
    mn_inks inks[2]; /* of signed and unsigned numbers */
};

typedef struct mn_brush {
    mn_cells_painter *painter;
    const mn_style *style;
    mn_canvas *canvas;
    mn_rect frame; /* the figure's, border included */
    bool focused;
} mn_brush;

void mn_brush_put(const mn_brush *b, int x, int y, uint32_t ch, int32_t fg, uint8_t attr);
/* Text in a tone, at most `width` columns, cut with an ellipsis; returns columns used. */
int mn_brush_text(const mn_brush *b, int x, int y, int width, const char *text, mn_tone tone);
/* The same, ending at the last of the `width` columns. */
void mn_brush_text_right(const mn_brush *b, int x, int y, int width, const char *text,
                         mn_tone tone);
int mn_brush_columns(const mn_brush *b, const char *text);
/* Either of two characters: the second where only ASCII may be used. */
uint32_t mn_brush_glyph(const mn_brush *b, uint32_t utf8, char ascii);
int32_t mn_brush_class(const mn_brush *b, int class);
/* True when the canvas shows sizes by colour; else they must be in the glyphs. */
bool mn_brush_coloured(const mn_brush *b, mn_scale scale);

/* A picture, resampled to `cols` x `rows` dots (of mn_style_dots) at the top left of the box.
 */
typedef struct mn_picture {
    const float *pixels; /* (channels, height, width) */
    int width, height, channels;
    mn_scale scale;
    float lo, hi;
} mn_picture;
void mn_brush_picture(mn_brush *b, const mn_picture *p, mn_rect box, int cols, int rows);
/* The palette for numbers of a scale. */
const mn_palette *mn_style_palette(const mn_style *s, mn_scale scale);
/* Dots per cell, as layouts see it. */
void mn_style_dots(const mn_style *s, int *x, int *y);
const mn_inks *mn_brush_inks(mn_brush *b, mn_scale scale);
/* The levels' glyphs between the limits' numbers, in at most `width` columns ending at
 * x + width; returns the columns used. */
int mn_brush_scale(mn_brush *b, mn_scale scale, float lo, float hi, int x, int y, int width);
/* The same between two texts. */
int mn_brush_ramp(mn_brush *b, mn_scale scale, const char *low, const char *high, int x, int y,
                  int width);

#endif
