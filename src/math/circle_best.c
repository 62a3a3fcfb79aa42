/* What radius a memory's circles should have, by the three criteria of Bricken and Pehlevan
 * 2021: with p the share of the space in a circle, r neurons and m random patterns. */
#include <math.h>

#include "mnemoscope/circle.h"

/* The maximum of SNR^2 = p r / (1 + m p + m p^3 r), nearly. */
double mn_circle_best_signal(double r, double m)
{
    return fmin(pow(2.0 * m * r, -1.0 / 3.0), 1.0);
}

static double normal_share(double z)
{
    return 0.5 * erfc(-z * sqrt(0.5));
}

/* The deviation below which one bit must stay for all n to be right with a chance of a half. */
static double deviation(int n)
{
    const double upper = -expm1(log(0.5) / n); /* 1 - share: does not cancel */
    double lo = -10.0, hi = 40.0;
    for (int i = 0; i < 100; i++) {
        const double middle = 0.5 * (lo + hi);
        if (normal_share(-middle) > upper)
            lo = middle;
        else
            hi = middle;
    }
    return 0.5 * (lo + hi);
}

double mn_circle_capacity(int n, double r, double p)
{
    const double z = deviation(n), k = p * r, shared = p * k;
    return (k * k / (z * z) - k) / (shared + shared * shared) + 1.0;
}

/* The one positive root of -2 r^2 p^3 + 3 r z^2 p^2 + z^2, by bisection of log p. */
double mn_circle_best_capacity(int n, double r)
{
    const double z = deviation(n);
    double lo = -200.0, hi = 1.0;
    for (int i = 0; i < 200; i++) {
        const double middle = 0.5 * (lo + hi), p = exp(middle);
        if (-2.0 * r * r * p * p * p + 3.0 * r * z * z * p * p + z * z > 0.0)
            lo = middle;
        else
            hi = middle;
    }
    return fmin(exp(lo), 1.0);
}

/* From v bits away, reading leads to n (1 - Phi(I / sigma)) bits away: the m - 1 other patterns
 * are noise, n / 2 bits away each. As published, below five bits the estimate is not looked at,
 * and where neither signal nor noise is left is the distance. */
int mn_circle_critical(const mn_circle *c, int d, double r, double m, double *share)
{
    enum { FROM = 5 };
    const int n = c->n;
    mn_circle_profile(c, d, share);
    const double other = share[n / 2] * r, noise = (m - 1.0) * (other + other * other);
    int last = 0;
    for (int v = FROM; v <= n; v++) {
        const double signal = share[v] * r, sigma = sqrt(signal + noise);
        if (!(sigma > 0.0))
            return v;
        if (n * normal_share(-signal / sigma) > v)
            break;
        last = v;
    }
    return last;
}

int mn_circle_best_critical(const mn_circle *c, double r, double m, int *critical,
                            double *scratch)
{
    int best = 0, most = -1;
    for (int d = 0; d <= c->n / 2; d++) {
        const int reach = mn_circle_critical(c, d, r, m, scratch);
        if (reach > most) {
            most = reach;
            best = d;
        }
    }
    if (critical)
        *critical = most;
    return best;
}
