/* grid.h: the cells of a heat map, as numbers on their colours. Private to painting.
 *
 * A spread grid fills its room, has its axes' names, and sets off a best cell ("★") and the one
 * under the cursor ("[ ]").
 */
#ifndef MNEMOSCOPE_PAINT_GRID_H
#define MNEMOSCOPE_PAINT_GRID_H

#include "pen.h"

enum { MN_GRID_NUMBER_MAX = 40 };

const char *mn_grid_label(const char *const *labels, int i);
double mn_grid_value(const mn_heat *h, int row, int col);
/* The number as the mark wants it, or "·" where there is none. */
const char *mn_grid_number(const mn_heat *h, int row, int col, char out[MN_GRID_NUMBER_MAX]);
/* Black or white, whichever can be read on the colour. */
uint32_t mn_grid_ink_on(uint32_t rgb);
/* The palette's colours behind and in the cells of the box, where there are colours. */
void mn_grid_tint(mn_brush *b, const mn_heat *h, double value, mn_rect box);

/* Spread grids; false where not every number fits: nothing is painted then. */
bool mn_grid_cells(mn_brush *b, const mn_heat *h, mn_rect box);
bool mn_grid_pixels(mn_pen *p, const mn_heat *h, mn_rect box);
/* "temperature 0.5 … 2": an axis whose labels do not fit. */
void mn_grid_axis(const char *name, const char *const *labels, int n, char out[96]);

#endif
