/* curve.h: curves as characters: braille, blocks or ASCII. Private to painting.
 *
 * Begin, any number of segments of any number of series, end. Series differ by dash (or by
 * marker in ASCII), so colour is only an extra.
 */
#ifndef MNEMOSCOPE_PAINT_CURVE_H
#define MNEMOSCOPE_PAINT_CURVE_H

#include "brush.h"

enum { MN_DASHES = 4 };

typedef struct mn_curves {
    mn_brush *brush;
    mn_rect box;
    mn_strokes strokes;
    int dots_x, dots_y; /* per cell */
} mn_curves;

mn_curves mn_curves_begin(mn_brush *b, mn_rect box);
/* From (x0, y0) to (x1, y1), in 0..1 of the box, y upwards; `owner` (0..254) is remembered per
 * cell. */
void mn_curves_segment(mn_curves *c, double x0, double y0, double x1, double y1, int dash,
                       int owner);
/* Light dots between two edges from x0 to x1, in 0..1; each class has its own places for them.
 */
void mn_curves_band(mn_curves *c, double x0, double lo0, double hi0, double x1, double lo1,
                    double hi1, int class, int owner);
/* Paints the cells; colours and attributes by owner. In ASCII a line is made of its class'
 * marker, or of full stops where markers stand at its points only. */
typedef enum mn_curve_texture {
    MN_CURVE_MARKER,
    MN_CURVE_STOPS,
    MN_CURVE_SHADE
} mn_curve_texture;
typedef struct mn_curve_ink {
    int32_t fg;
    uint8_t attr;
    int class;
    mn_curve_texture texture;
} mn_curve_ink;
void mn_curves_end(const mn_curves *c, const mn_curve_ink *inks, int n);
char mn_curves_marker(int class);
/* What stands for a series in a legend. */
const char *mn_curves_sample(const mn_curves *c, int class);
/* 1 where dash number `dash` is drawn at `step` dots along x. */
int mn_dash_on(int dash, int step);

#endif
