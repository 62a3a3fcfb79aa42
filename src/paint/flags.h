/* flags.h: the events of a chart as pixels: dashed verticals, their texts in lanes above the
 * plot, so that none overlaps another. Private to painting. */
#ifndef MNEMOSCOPE_PAINT_FLAGS_H
#define MNEMOSCOPE_PAINT_FLAGS_H

#include "ruler.h"
#include "pen.h"

/* Rows of text that the flags take above a plot of these columns. */
int mn_flags_rows(const mn_pen *p, const mn_lines *m, const mn_ruler *axis, mn_rect plot);
void mn_flags_paint(const mn_pen *p, const mn_lines *m, const mn_ruler *axis, mn_rect plot);

#endif
