/* page.h: a page of units as tiles, for the views that show every unit: the same order, cursor
 * and size, so that a unit is in the same place in all of them. Included by views only.
 */
#ifndef MN_VIEW_PAGE_H
#define MN_VIEW_PAGE_H

#include "view_impl.h"

/* The page in a room that it has to itself. */
mn_fit mn_page_fit(const mn_snapshot *s, const mn_look *l, mn_room room);
/* Its first place in the order: what the look asks for, or what has come. */
uint32_t mn_page_first(const mn_snapshot *s, const mn_look *l, uint32_t page);
/* What stands under a tile `width` columns wide. */
typedef const char *(*mn_page_label)(mn_figure *f, const mn_snapshot *s, const mn_look *l,
                                     uint32_t unit, int width, mn_tone *tone);
/* Adds the page with the weights as pixels; NULL when the frame is full. `pixels` (may be NULL)
 * receives them, (fit.shown, size of a tile), for a view that shows something else. */
mn_tiles *mn_page_tiles(const mn_snapshot *s, const mn_look *l, mn_fit fit, uint32_t first,
                        mn_page_label label, mn_figure *f, float **pixels);
int mn_page_digits(int n_units);       /* of a unit's number */
int mn_page_columns(const char *utf8); /* characters of a text */

#endif
