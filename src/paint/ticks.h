/* ticks.h: the axes of a plot: round numbers at their places. Private to painting. */
#ifndef MNEMOSCOPE_PAINT_TICKS_H
#define MNEMOSCOPE_PAINT_TICKS_H

#include "ruler.h"
#include "number.h"
#include "pen.h"

enum { MN_TICKS_MAX = 64 };

typedef struct mn_tick {
    double place; /* 0..1 */
    char text[MN_NUMBER_MAX];
} mn_tick;

/* At most MN_TICKS_MAX, about `most`; powers of ten on a logarithmic axis. `whole`: what is
 * counted in whole numbers gets no ticks between them. Returns how many. */
int mn_ticks_of(const mn_ruler *a, int most, bool whole, mn_tick out[MN_TICKS_MAX]);

/* A rule with ticks, their numbers and the axis' name, in the row or rows of the box; the first
 * to go are the rule and then the name. */
void mn_ticks_cells(mn_brush *b, const mn_ruler *a, bool whole, const char *name, mn_rect box);
/* Numbers of the y axis at the plot's left: top, bottom and, with room, the middle. Returns the
 * columns they take of the plot. */
int mn_ticks_y_cells(mn_brush *b, const mn_ruler *a, mn_rect plot);
/* Ticks and numbers under the plot. */
void mn_ticks_pixels(const mn_pen *p, const mn_ruler *a, bool whole, mn_rect plot);
/* Lines across the plot with their numbers left of it, from `left` on. */
void mn_ticks_y_pixels(mn_pen *p, const mn_ruler *a, mn_rect plot, int left);

#endif
