/* ruler.h: numbers to places between two limits, tolerant of limits that make no sense. Private
 * to painting. */
#ifndef MNEMOSCOPE_PAINT_RULER_H
#define MNEMOSCOPE_PAINT_RULER_H

#include <math.h>
#include <stdbool.h>

typedef struct mn_ruler {
    double lo, hi; /* lo < hi, finite; exponents of ten when logarithmic */
    bool log;
} mn_ruler;

static inline double mn_ruler_plain(const mn_ruler *a, double value)
{
    return a->log && !isnan(value) ? log10(value > 1e-300 ? value : 1e-300) : value;
}

static inline mn_ruler mn_ruler_of(double lo, double hi, bool logarithmic)
{
    mn_ruler a = {lo, hi, logarithmic};
    if (logarithmic) {
        a.hi = mn_ruler_plain(&a, hi > 0.0 ? hi : 1.0);
        a.lo = lo > 0.0 ? mn_ruler_plain(&a, lo) : a.hi - 4.0;
    }
    if (!isfinite(a.lo) || !isfinite(a.hi) || fabs(a.lo) > 1e300 || fabs(a.hi) > 1e300)
        a.lo = a.hi = 0.0;
    if (!(a.hi > a.lo))
        a.hi = a.lo + (fabs(a.lo) > 1.0 ? fabs(a.lo) * 1e-6 : 1.0);
    return a;
}

/* 0 at lo, 1 at hi, beyond outside; NAN stays NAN. */
static inline double mn_ruler_place(const mn_ruler *a, double value)
{
    return (mn_ruler_plain(a, value) - a->lo) / (a->hi - a->lo);
}

static inline double mn_ruler_value(const mn_ruler *a, double place)
{
    double v = a->lo + place * (a->hi - a->lo);
    return a->log ? pow(10.0, v) : v;
}

/* Clips a segment to 0..w, 0..h; false when nothing is left of it. */
static inline bool mn_ruler_clip(double *x0, double *y0, double *x1, double *y1, double w,
                                 double h)
{
    double dx = *x1 - *x0, dy = *y1 - *y0, from = 0.0, to = 1.0;
    const double p[] = {-dx, dx, -dy, dy}, q[] = {*x0, w - *x0, *y0, h - *y0};
    for (int i = 0; i < 4; i++) { /* Liang & Barsky 1984 */
        if (p[i] == 0.0) {
            if (q[i] < 0.0)
                return false;
        } else if (p[i] < 0.0) {
            from = fmax(from, q[i] / p[i]);
        } else {
            to = fmin(to, q[i] / p[i]);
        }
    }
    if (!(from <= to))
        return false;
    *x1 = *x0 + to * dx;
    *y1 = *y0 + to * dy;
    *x0 += from * dx;
    *y0 += from * dy;
    return true;
}

#endif
