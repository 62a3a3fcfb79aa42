/* mark.h: how one kind of mark is painted, as cells and as pixels. Private to painting.
 *
 * Boxes are inside the canvas or page, may be empty, and are all that a mark may paint in.
 */
#ifndef MNEMOSCOPE_PAINT_MARK_H
#define MNEMOSCOPE_PAINT_MARK_H

#include "brush.h"
#include "pen.h"

typedef struct mn_mark_ops {
    void (*cells)(mn_brush *b, const void *mark, mn_rect box);
    void (*pixels)(mn_pen *p, const void *mark, mn_rect box); /* in pixels */
} mn_mark_ops;

const mn_mark_ops *mn_mark_of(mn_mark_kind kind);

/* The boxes of a figure's parts, in rows and columns of text, headings included; h = 0 for a
 * part that is left out. Columns stand `gap` apart. */
void mn_parts_layout(const mn_figure *f, mn_rect inside, int gap, mn_rect out[MN_PARTS_MAX]);

#endif
