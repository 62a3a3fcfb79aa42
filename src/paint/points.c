#include "points.h"

#include "curve.h"

enum { N_SHAPES = 8, SERIES_MAX = 64 };

bool mn_points_any(const mn_lines *m)
{
    for (int i = 0; i < m->n_series; i++)
        if (m->series[i].points)
            return true;
    return false;
}

bool mn_points_whole(const mn_lines *m)
{
    for (int i = 0; i < m->n_series; i++)
        for (int k = 0; m->series[i].points && k < m->series[i].n; k++)
            if (m->series[i].x[k] != floor(m->series[i].x[k]))
                return false;
    return true;
}

static int shape_of(int class)
{
    return class < 0 ? 0 : class % N_SHAPES;
}

/* Both in 0..1 and inside the plot, rounding apart. */
static bool place(const mn_plot *plot, const mn_series *s, int i, double *x, double *y)
{
    *x = mn_ruler_place(&plot->x, s->x[i]);
    *y = mn_ruler_place(&plot->y, s->y[i]);
    return *x >= -1e-9 && *x <= 1.0 + 1e-9 && *y >= -1e-9 && *y <= 1.0 + 1e-9;
}

static double bounded(double t)
{
    return t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
}

/* The stretch of a band between a point and the next, in 0..1; false where either has none. */
typedef struct {
    double x0, lo0, hi0, x1, lo1, hi1;
} stretch;

static bool stretch_of(const mn_plot *plot, const mn_series *s, int i, stretch *out)
{
    double x0 = mn_ruler_place(&plot->x, s->x[i]), x1 = mn_ruler_place(&plot->x, s->x[i + 1]);
    *out = (stretch){x0,
                     bounded(mn_ruler_place(&plot->y, s->lo[i])),
                     bounded(mn_ruler_place(&plot->y, s->hi[i])),
                     x1,
                     bounded(mn_ruler_place(&plot->y, s->lo[i + 1])),
                     bounded(mn_ruler_place(&plot->y, s->hi[i + 1]))};
    return isfinite(out->lo0 + out->hi0 + out->lo1 + out->hi1) && x0 >= -1e-9 && x0 <= x1 &&
           x1 <= 1.0 + 1e-9;
}

void mn_bands_cells(mn_brush *b, const mn_plot *plot)
{
    mn_curve_ink inks[SERIES_MAX];
    mn_curves curves = mn_curves_begin(b, plot->box);
    for (int i = plot->n_series - 1; i >= 0; i--) {
        const mn_series *s = &plot->lines->series[i];
        stretch k;
        inks[i] = (mn_curve_ink){mn_brush_class(b, s->class), MN_FAINT, shape_of(s->class),
                                 MN_CURVE_SHADE};
        for (int j = 0; s->lo && s->hi && j + 1 < s->n; j++)
            if (stretch_of(plot, s, j, &k))
                mn_curves_band(&curves, k.x0, k.lo0, k.hi0, k.x1, k.lo1, k.hi1,
                               shape_of(s->class), i);
    }
    mn_curves_end(&curves, inks, plot->n_series);
}

uint32_t mn_points_glyph(const mn_brush *b, int class)
{
    static const uint32_t glyphs[N_SHAPES] = {0x25CF, 0x25A0, 0x25B2, 0x25C6,
                                              0x25CB, 0x25A1, 0x25BC, 0xD7};
    int shape = shape_of(class);
    return b->style->utf8 ? glyphs[shape] : (uint32_t)mn_curves_marker(shape);
}

/* In the cell that the line's dot falls into. */
static void marker_cell(mn_brush *b, const mn_plot *plot, const mn_series *s, int i)
{
    double x, y;
    bool best = i + 1 == s->best, cursor = i + 1 == s->cursor;
    if (!place(plot, s, i, &x, &y))
        return;
    int across = (int)((bounded(x) * (2 * plot->box.w - 1) + 0.5) / 2.0);
    int down = (int)(((1.0 - bounded(y)) * (4 * plot->box.h - 1) + 0.5) / 4.0);
    mn_brush_put(b, plot->box.x + across, plot->box.y + down,
                 best ? mn_brush_glyph(b, 0x2605, '!') : mn_points_glyph(b, s->class),
                 mn_brush_class(b, s->class),
                 (uint8_t)((best ? MN_BOLD : 0) | (cursor ? MN_BOLD | MN_REVERSE : 0) |
                           (s->dim ? MN_FAINT : 0)));
}

void mn_points_cells(mn_brush *b, const mn_plot *plot)
{
    if (plot->box.w <= 0 || plot->box.h <= 0)
        return;
    for (int pass = 0; pass < 2; pass++) /* those set off last: nothing covers them */
        for (int i = plot->n_series - 1; i >= 0; i--) {
            const mn_series *s = &plot->lines->series[i];
            for (int j = 0; s->points && j < s->n; j++)
                if ((j + 1 == s->best || j + 1 == s->cursor) == (pass == 1))
                    marker_cell(b, plot, s, j);
        }
}

/* A column of pixels at a time, so that stretches meet without a seam. */
static void band_pixels(const mn_pen *p, const mn_plot *plot, const stretch *k, uint32_t rgb)
{
    double w = plot->box.w - 1, h = plot->box.h - 1;
    int from = (int)(k->x0 * w + 0.5), to = (int)(k->x1 * w + 0.5);
    for (int x = from; x < to || (x == to && k->x1 >= 1.0 - 1e-9); x++) {
        double t = to > from ? (double)(x - from) / (to - from) : 0.0;
        int top = (int)((1.0 - k->hi0 - t * (k->hi1 - k->hi0)) * h + 0.5);
        int bottom = (int)((1.0 - k->lo0 - t * (k->lo1 - k->lo0)) * h + 0.5);
        mn_pen_blend(p, (mn_rect){plot->box.x + x, plot->box.y + top, 1, bottom - top + 1}, rgb,
                     p->light ? 0.20 : 0.28);
    }
}

void mn_bands_pixels(const mn_pen *p, const mn_plot *plot)
{
    for (int i = plot->n_series - 1; i >= 0; i--) {
        const mn_series *s = &plot->lines->series[i];
        stretch k;
        for (int j = 0; s->lo && s->hi && j + 1 < s->n; j++)
            if (stretch_of(plot, s, j, &k))
                band_pixels(p, plot, &k, s->dim ? p->grey : mn_pen_class(p, s->class));
    }
}

/* Half the width of a filled shape at `t` from its top (-1) to its bottom (1), in radii. */
static double half_width(int shape, double t)
{
    switch (shape) {
    case 0: return sqrt(fmax(0.0, 1.0 - t * t));
    case 1: return 0.85;
    case 2: return 0.55 * (t + 1.0);
    case 3: return 1.15 * (1.0 - fabs(t));
    default: return 0.55 * (1.0 - t);
    }
}

static void fill_shape(mn_pen *p, int shape, double x, double y, double radius)
{
    double step = 0.5 / radius;
    for (double t = -1.0; t <= 1.0; t += step) {
        double half = half_width(shape, t) * radius - 0.75;
        if (half > -0.75)
            mn_pen_stroke(p, x - fmax(half, 0.0), y + t * radius, x + fmax(half, 0.0),
                          y + t * radius, 1.5);
    }
}

static void outline(mn_pen *p, int shape, double x, double y, double r, double thickness)
{
    enum { ARC = 16 };
    for (int i = 0; i < ARC && shape == 4; i++) {
        double a = 6.2831853071795862 * i / ARC, c = 6.2831853071795862 * (i + 1) / ARC;
        mn_pen_stroke(p, x + r * cos(a), y + r * sin(a), x + r * cos(c), y + r * sin(c),
                      thickness);
    }
    if (shape == 5) {
        mn_pen_stroke(p, x - r, y - r, x + r, y - r, thickness);
        mn_pen_stroke(p, x + r, y - r, x + r, y + r, thickness);
        mn_pen_stroke(p, x + r, y + r, x - r, y + r, thickness);
        mn_pen_stroke(p, x - r, y + r, x - r, y - r, thickness);
    }
    if (shape == 7) {
        mn_pen_stroke(p, x - r, y - r, x + r, y + r, 1.3 * thickness);
        mn_pen_stroke(p, x - r, y + r, x + r, y - r, 1.3 * thickness);
    }
}

double mn_points_radius(const mn_pen *p)
{
    return 2.4 * p->scale;
}

/* On a disc of paper, which keeps the markers of crossing lines apart. */
void mn_points_marker(mn_pen *p, int class, double x, double y, double r, uint32_t rgb)
{
    int shape = shape_of(class), reach = (int)ceil(2.0 * r) + 1;
    mn_rect around = {(int)x - reach, (int)y - reach, 2 * reach + 1, 2 * reach + 1};
    mn_pen_stroke_begin(p, around);
    mn_pen_stroke(p, x, y, x, y, 2.0 * r + 1.6 * p->scale);
    mn_pen_stroke_end(p, p->paper);
    mn_pen_stroke_begin(p, around);
    if (shape == 4 || shape == 5 || shape == 7)
        outline(p, shape, x, y, shape == 4 ? r : 0.85 * r, 0.8 * p->scale);
    else
        fill_shape(p, shape, x, y, r);
    mn_pen_stroke_end(p, rgb);
}

void mn_points_ring(mn_pen *p, double x, double y, double radius, uint32_t rgb)
{
    int reach = (int)ceil(radius) + 2 * p->scale;
    mn_pen_stroke_begin(p, (mn_rect){(int)x - reach, (int)y - reach, 2 * reach, 2 * reach});
    outline(p, 4, x, y, radius, p->scale);
    mn_pen_stroke_end(p, rgb);
}

static void marker_pixels(mn_pen *p, const mn_plot *plot, const mn_series *s, int i)
{
    double x, y;
    uint32_t rgb = s->dim ? p->grey : mn_pen_class(p, s->class);
    if (!place(plot, s, i, &x, &y))
        return;
    x = plot->box.x + x * (plot->box.w - 1) + 0.5;
    y = plot->box.y + (1.0 - y) * (plot->box.h - 1) + 0.5;
    mn_points_marker(p, s->class, x, y, mn_points_radius(p), rgb);
    if (i + 1 == s->best)
        mn_points_ring(p, x, y, 1.9 * mn_points_radius(p), rgb);
    if (i + 1 == s->cursor)
        mn_points_ring(p, x, y, 2.6 * mn_points_radius(p), p->ink);
}

void mn_points_pixels(mn_pen *p, const mn_plot *plot)
{
    for (int pass = 0; pass < 2; pass++)
        for (int i = plot->n_series - 1; i >= 0; i--) {
            const mn_series *s = &plot->lines->series[i];
            for (int j = 0; s->points && j < s->n; j++)
                if ((j + 1 == s->best || j + 1 == s->cursor) == (pass == 1))
                    marker_pixels(p, plot, s, j);
        }
}
