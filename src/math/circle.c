#include "mnemoscope/circle.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

void mn_circle_layout(mn_circle *c, int n, mn_arena *a)
{
    c->n = n;
    c->log_factorial = mn_arena_bytes(a, (size_t)n + 1, sizeof *c->log_factorial);
}

void mn_circle_init(mn_circle *c)
{
    c->log_factorial[0] = 0.0;
    for (int k = 1; k <= c->n; k++)
        c->log_factorial[k] = c->log_factorial[k - 1] + log(k);
}

static double log_choose(const mn_circle *c, int n, int k)
{
    if (k < 0 || k > n)
        return (double)-INFINITY;
    return c->log_factorial[n] - c->log_factorial[k] - c->log_factorial[n - k];
}

/* Products are rounded back to whole numbers, which keeps them exact below about 2^52. */
static double choose(int n, int k)
{
    double b = 1.0;
    if (k < 0 || k > n)
        return 0.0;
    for (int i = 1; i <= k; i++) {
        b = b * (n - k + i) / i;
        b = b < 0x1p52 ? rint(b) : b;
    }
    return b;
}

/* Kanerva's form: a circle without what leaves it as the other one moves away, bit by bit:
 *
 *     I(v) = sum over i <= d of C(n, i)
 *            - sum over odd j <= v of C(j - 1, (j - 1) / 2) C(n - j, d - (j - 1) / 2)
 */
double mn_circle_count(int n, int d, int v)
{
    double sum = 0.0;
    for (int i = 0; i <= d && i <= n; i++)
        sum += choose(n, i);
    for (int j = 1; j <= v && j <= n; j += 2)
        sum -= choose(j - 1, (j - 1) / 2) * choose(n - j, d - (j - 1) / 2);
    return v > 2 * d ? 0.0 : sum;
}

/* The same as shares. Differences of rounded shares leave 1e-16 of the circle where circles do
 * not meet any more. */
void mn_circle_profile(const mn_circle *c, int d, double *share)
{
    const int n = c->n;
    const double log_all = n * log(2.0);
    double sum = mn_circle_share(c, d);
    share[0] = sum;
    for (int v = 1; v <= n; v++) {
        const int half = (v - 1) / 2;
        if (v % 2)
            sum -= exp(log_choose(c, v - 1, half) + log_choose(c, n - v, d - half) - log_all);
        share[v] = v > 2 * d ? 0.0 : fmax(sum, 0.0);
    }
}

static double weigh(int n, int a, int c, int v, mn_circle_weight w, double decay)
{
    const int near = a + c, far = a + v - c; /* bits agreeing with one and the other */
    switch (w) {
    case MN_CIRCLE_LINEAR: return log(near) + log(far) - 2.0 * log(n);
    case MN_CIRCLE_EXPONENTIAL: return -decay * (2 * n - near - far);
    default: return 0.0;
    }
}

/* log(exp(x) + exp(y)) */
static double add(double x, double y)
{
    const double most = fmax(x, y), least = fmin(x, y);
    return least - most < -40.0 || isinf(most) ? most : most + log1p(exp(least - most));
}

/* Bits in which the two centres agree, a of them as the neuron has them; and bits in which they
 * differ, c of them as in the first:
 *
 *     I(v) = sum over a, c of w C(n - v, a) C(v, c),  where a + c and a + v - c >= n - d
 */
double mn_circle_log(const mn_circle *c, int d, int v, mn_circle_weight w, double decay)
{
    const int n = c->n;
    double sum = (double)-INFINITY;
    for (int a = n - d - v / 2 > 0 ? n - d - v / 2 : 0; a <= n - v; a++) {
        const double agreeing = log_choose(c, n - v, a);
        if (2 * a > n - v && agreeing + v * log(2.0) < sum - 40.0)
            break; /* from here on terms only fall */
        int first = n - d - a, last = v - first;
        first = first > 0 ? first : 0;
        last = last < v ? last : v;
        for (int same = first; same <= last; same++) {
            const double x = agreeing + log_choose(c, v, same);
            if (x > sum - 40.0)
                sum = add(sum, x + weigh(n, a, same, v, w, decay));
        }
    }
    return sum;
}

double mn_circle_beta(const mn_circle *c, int d, const double *share, bool published)
{
    const int n_points = d < c->n + 1 ? d : c->n + 1;
    double x_mean = 0.0, y_mean = 0.0, xx = 0.0, xy = 0.0;
    if (n_points < 2)
        return (double)NAN;
    for (int v = 0; v < n_points; v++) {
        x_mean += (1.0 - 2.0 * v / c->n) / n_points;
        y_mean += log(share[v]) / n_points;
    }
    for (int v = 0; v < n_points; v++) {
        const double x = 1.0 - 2.0 * v / c->n - x_mean;
        xx += x * x;
        xy += x * (log(share[v]) - y_mean);
    }
    return xy / xx * (published ? (double)n_points / (n_points - 1) : 1.0);
}

double mn_circle_beta_estimate(int n, int d)
{
    return ((double)n - 2.0 * d) * ((double)n - 2.0 * d) / (4.0 * n);
}

double mn_circle_log_estimate(int n, int d, int v)
{
    const double off = (double)n - 2.0 * d;
    return (n + 1) * log(2.0) - log(pi) - 0.5 * log((double)v * (n - v)) -
           off * off / (2.0 * (n - v));
}

/* Lentz's continued fraction for the regularised incomplete beta function, which converges
 * quickly for x < (a + 1) / (a + b + 2) (Press et al. 2007, section 6.4). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    double product = d;
    for (int i = 1; i < 1000; i++) {
        const double terms[] = {i * (b - i) * x / ((a + 2 * i - 1) * (a + 2 * i)),
                                -(a + i) * (a + b + i) * x / ((a + 2 * i) * (a + 2 * i + 1))};
        const double before = product;
        for (int k = 0; k < 2; k++) {
            d = 1.0 + terms[k] * d;
            c = 1.0 + terms[k] / c;
            c = fabs(c) < tiny ? tiny : c;
            d = 1.0 / (fabs(d) < tiny ? tiny : d);
            product *= c * d;
        }
        if (fabs(product - before) <= 1e-15 * fabs(product))
            break;
    }
    return product;
}

static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

static double incomplete_beta(double a, double b, double x)
{
    if (x <= 0.0 || x >= 1.0)
        return x <= 0.0 ? 0.0 : 1.0;
    const double front =
        exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1.0) / (a + b + 2.0) ? front * beta_fraction(a, b, x) / a
                                         : 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

/* Slices of the sphere at an angle phi from one centre, and the share of each that is nearer to
 * it than to the other one. Caps wider than half a sphere are what their complements leave. */
static double narrow_caps(int n, double theta, double between)
{
    enum { SLICES = 2000 }; /* Simpson's rule; even */
    const double from = between / 2.0;
    if (theta <= from)
        return 0.0;
    const double step = (theta - from) / SLICES;
    const double log_front = log_gamma(0.5 * n) - log_gamma(0.5 * (n - 1)) - 0.5 * log(pi);
    double sum = 0.0;
    for (int i = 0; i <= SLICES; i++) {
        const double phi = from + i * step;
        const double ratio = tan(from) / tan(phi);
        const double share = incomplete_beta(0.5 * (n - 2), 0.5, 1.0 - ratio * ratio);
        const double slice = phi > 0.0 ? exp(log_front + (n - 2) * log(sin(phi))) * share : 0.0;
        sum += slice * (i == 0 || i == SLICES ? 1.0 : i % 2 ? 4.0 : 2.0);
    }
    return sum * step / 3.0;
}

double mn_circle_caps(int n, double d, double cosine)
{
    const double theta = acos(fmax(-1.0, fmin(1.0, 1.0 - 2.0 * d / n)));
    const double between = acos(fmax(-1.0, fmin(1.0, cosine)));
    if (theta <= pi / 2.0)
        return narrow_caps(n, theta, between);
    return 1.0 - 2.0 * narrow_caps(n, pi - theta, 0.0) + narrow_caps(n, pi - theta, between);
}

double mn_circle_share(const mn_circle *c, int d)
{
    const double log_all = c->n * log(2.0);
    double sum = 0.0;
    for (int i = 0; i <= d && i <= c->n; i++)
        sum += exp(log_choose(c, c->n, i) - log_all);
    return fmin(sum, 1.0);
}

int mn_circle_radius(const mn_circle *c, double p)
{
    const double log_all = c->n * log(2.0);
    double sum = 0.0;
    for (int d = 0; d < c->n; d++)
        if ((sum += exp(log_choose(c, c->n, d) - log_all)) >= p)
            return d;
    return c->n;
}
