#include "curve.h"

#include <math.h>
#include <string.h>

#include "ruler.h"

static const char *const markers[] = {"*", "o", "+", "x", "#", "%", "@", "&"};
enum { N_MARKERS = 8 };

mn_curves mn_curves_begin(mn_brush *b, mn_rect box)
{
    static const int dots[MN_N_STROKES][2] = {
        [MN_BRAILLE] = {2, 4}, [MN_BLOCK] = {1, 2}, [MN_ASCII_LINES] = {1, 1}};
    mn_strokes s = b->style->utf8 ? b->style->strokes : MN_ASCII_LINES;
    const mn_cells_painter *m = b->painter;
    mn_curves c = {b, box, s, dots[s][0], dots[s][1]};
    if (box.x < 0 || box.y < 0 || box.x + box.w > m->cols || box.y + box.h > m->rows)
        c.box.w = c.box.h = 0;
    for (int y = 0; y < c.box.h; y++)
        memset(m->masks + (size_t)(box.y + y) * (size_t)m->cols + (size_t)box.x, 0,
               (size_t)c.box.w);
    return c;
}

int mn_dash_on(int dash, int step)
{
    static const struct {
        int period;
        unsigned on;
    } dashes[MN_DASHES] = {{1, 1}, {8, 0x1F}, {4, 0x3}, {12, 0x27F}};
    return dashes[dash % MN_DASHES].on >> step % dashes[dash % MN_DASHES].period & 1;
}

static void set_dot(const mn_curves *c, int x, int y, int owner)
{
    static const uint8_t braille[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};
    const mn_cells_painter *m = c->brush->painter;
    if (x < 0 || y < 0 || x >= c->box.w * c->dots_x || y >= c->box.h * c->dots_y)
        return;
    size_t at = (size_t)(c->box.y + y / c->dots_y) * (size_t)m->cols +
                (size_t)(c->box.x + x / c->dots_x);
    m->masks[at] |= c->strokes == MN_BRAILLE ? braille[y % 4][x % 2]
                    : c->strokes == MN_BLOCK ? (uint8_t)(1 << y % 2)
                                             : 1;
    m->owners[at] = (uint8_t)owner;
}

void mn_curves_segment(mn_curves *c, double x0, double y0, double x1, double y1, int dash,
                       int owner)
{
    double w = c->box.w * c->dots_x - 1, h = c->box.h * c->dots_y - 1;
    if (w < 0.0 || h < 0.0 || !isfinite(x0 + y0 + x1 + y1))
        return;
    x0 *= w;
    x1 *= w;
    y0 = h - y0 * h;
    y1 = h - y1 * h;
    /* Half a dot of grace, so that a curve on the limits is not lost to rounding. */
    x0 += 0.5, x1 += 0.5, y0 += 0.5, y1 += 0.5;
    if (!mn_ruler_clip(&x0, &y0, &x1, &y1, w + 0.999, h + 0.999))
        return;
    int steps = (int)ceil(fmax(fabs(x1 - x0), fabs(y1 - y0)));
    for (int i = 0; i <= steps; i++) {
        double t = steps ? (double)i / steps : 0.0;
        int x = (int)(x0 + t * (x1 - x0)), y = (int)(y0 + t * (y1 - y0));
        if (c->strokes == MN_ASCII_LINES || mn_dash_on(dash, x))
            set_dot(c, x, y, owner);
    }
}

void mn_curves_band(mn_curves *c, double x0, double lo0, double hi0, double x1, double lo1,
                    double hi1, int class, int owner)
{
    int w = c->box.w * c->dots_x, h = c->box.h * c->dots_y;
    int from = (int)(x0 * (w - 1) + 0.5), to = (int)(x1 * (w - 1) + 0.5);
    if (w <= 0 || h <= 0)
        return;
    for (int x = from; x <= to; x++) {
        double t = to > from ? (double)(x - from) / (to - from) : 0.0;
        int top = (int)((1.0 - hi0 - t * (hi1 - hi0)) * (h - 1) + 0.5);
        int bottom = (int)((1.0 - lo0 - t * (lo1 - lo0)) * (h - 1) + 0.5);
        for (int y = top; y <= bottom; y++)
            if (c->strokes != MN_BRAILLE ||
                (x + y / 4 + class) % 2 + 2 * ((y + class) % 4) == 0)
                set_dot(c, x, y, owner);
    }
}

char mn_curves_marker(int class)
{
    return *markers[(unsigned)class % N_MARKERS];
}

static uint32_t character(const mn_curves *c, uint8_t mask, const mn_curve_ink *ink)
{
    static const uint32_t blocks[] = {' ', 0x2580, 0x2584, 0x2588};
    if (c->strokes == MN_BRAILLE)
        return 0x2800u + mask;
    if (c->strokes == MN_BLOCK)
        return ink->texture == MN_CURVE_SHADE ? 0x2591 : blocks[mask & 3];
    return ink->texture == MN_CURVE_SHADE   ? ':'
           : ink->texture == MN_CURVE_STOPS ? '.'
                                            : (unsigned char)mn_curves_marker(ink->class);
}

void mn_curves_end(const mn_curves *c, const mn_curve_ink *inks, int n)
{
    const mn_cells_painter *m = c->brush->painter;
    for (int y = c->box.y; y < c->box.y + c->box.h; y++)
        for (int x = c->box.x; x < c->box.x + c->box.w; x++) {
            size_t at = (size_t)y * (size_t)m->cols + (size_t)x;
            if (!m->masks[at] || m->owners[at] >= n)
                continue;
            const mn_curve_ink *ink = &inks[m->owners[at]];
            mn_brush_put(c->brush, x, y, character(c, m->masks[at], ink), ink->fg, ink->attr);
        }
}

const char *mn_curves_sample(const mn_curves *c, int class)
{
    static const char *const dashes[MN_DASHES] = {"━━", "╍╍", "┅┅", "━·"};
    unsigned k = (unsigned)(class < 0 ? 0 : class);
    return c->strokes == MN_ASCII_LINES ? markers[k % N_MARKERS] : dashes[k % MN_DASHES];
}
