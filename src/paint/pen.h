/* pen.h: what marks paint pixels with: rectangles, bitmap text, smooth strokes, pictures.
 * Private to painting.
 *
 * Everything is clipped to the image. `scale` pixels make one pixel of the font and one dot.
 */
#ifndef MNEMOSCOPE_PAINT_PEN_H
#define MNEMOSCOPE_PAINT_PEN_H

#include "brush.h"

typedef struct mn_pen {
    mn_image *image;
    const mn_style *style;
    int scale;
    bool light;
    uint32_t paper, ink, grey, faint; /* background, text, secondary text, rules and grids */
    unsigned char *coverage;          /* (height, width) of the stroke being drawn */
    mn_rect clip;                     /* of strokes */
    bool at_foot;                     /* nothing is below the mark but the page's foot */
} mn_pen;

void mn_pen_fill(const mn_pen *p, mn_rect r, uint32_t rgb);
/* The same, letting 1 - share of what is there shine through. */
void mn_pen_blend(const mn_pen *p, mn_rect r, uint32_t rgb, double share);
/* A frame just outside `r`. */
void mn_pen_frame(const mn_pen *p, mn_rect r, int thickness, uint32_t rgb);

/* One line of text in at most `width` pixels, cut with an ellipsis; returns the pixels used. */
int mn_pen_text(const mn_pen *p, int x, int y, int width, const char *text, uint32_t rgb,
                bool bold);
void mn_pen_text_right(const mn_pen *p, int x, int y, int width, const char *text,
                       uint32_t rgb);
void mn_pen_text_centred(const mn_pen *p, int x, int y, int width, const char *text,
                         uint32_t rgb);
int mn_pen_width(const mn_pen *p, const char *text); /* pixels */
int mn_pen_column(const mn_pen *p);                  /* width and height of a character */
int mn_pen_row(const mn_pen *p);
uint32_t mn_pen_tone(const mn_pen *p, mn_tone tone);
uint32_t mn_pen_class(const mn_pen *p, int class);

/* Smooth lines: begin, any number of segments, end inks them in one colour, so that joints do
 * not show. */
void mn_pen_stroke_begin(mn_pen *p, mn_rect clip);
void mn_pen_stroke(mn_pen *p, double x0, double y0, double x1, double y1, double thickness);
void mn_pen_stroke_end(mn_pen *p, uint32_t rgb);

/* The exact palette, every native pixel a rectangle. */
void mn_pen_picture(const mn_pen *p, const mn_picture *picture, mn_rect box);
uint32_t mn_pen_value(const mn_pen *p, mn_scale scale, double value, double lo, double hi);
/* A colour bar with its limits' numbers, right-aligned in the box, one row of text high. */
void mn_pen_scale(const mn_pen *p, mn_scale scale, float lo, float hi, mn_rect box);
/* The same between two texts. */
void mn_pen_ramp(const mn_pen *p, mn_scale scale, const char *low, const char *high,
                 mn_rect box);

#endif
