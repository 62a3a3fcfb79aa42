/* points.h: what a series of lines may have besides its line: a band behind it, markers on it.
 * Private to painting.
 *
 * Bands are painted before all lines and markers after them, so that nothing hides a line.
 * Markers differ by shape as lines do by dash: class numbers, so colour is only an extra.
 */
#ifndef MNEMOSCOPE_PAINT_POINTS_H
#define MNEMOSCOPE_PAINT_POINTS_H

#include "ruler.h"
#include "pen.h"

/* Where the numbers of a plot lie. */
typedef struct mn_plot {
    const mn_lines *lines;
    int n_series; /* that are painted */
    mn_ruler x, y;
    mn_rect box;
} mn_plot;

bool mn_points_any(const mn_lines *m);
/* Whether what lies along x is counted: it is, unless points stand between whole numbers. */
bool mn_points_whole(const mn_lines *m);
void mn_bands_cells(mn_brush *b, const mn_plot *plot);
void mn_points_cells(mn_brush *b, const mn_plot *plot);
/* The character that stands for a series' points. */
uint32_t mn_points_glyph(const mn_brush *b, int class);
void mn_bands_pixels(const mn_pen *p, const mn_plot *plot);
void mn_points_pixels(mn_pen *p, const mn_plot *plot);
/* One marker around a place, its shape by class. */
void mn_points_marker(mn_pen *p, int class, double x, double y, double radius, uint32_t rgb);
double mn_points_radius(const mn_pen *p); /* of markers on lines */
void mn_points_ring(mn_pen *p, double x, double y, double radius, uint32_t rgb);

#endif
