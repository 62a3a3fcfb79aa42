/* The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kegl 2011). What was
 * seen is split by value: the best gamma of it is modelled by l(u), the rest by g(u), one
 * dimension at a time; of candidates drawn from l the one with the largest l / g is tried. As
 * the axes do the logarithm, everything is a matter of the unit interval.
 *
 * On a continuum a density is a mixture of normals cut off at 0 and 1, one on every point seen
 * and the prior (mean 1/2, deviation 1), all weighted alike. A normal is as wide as the way to
 * the farther of its neighbours, within 1 and 1 / min(100, n + 2). Stops are counted, each with
 * a share of the prior added.
 */
#include <math.h>
#include <stdlib.h>

#include "sampler.h"

static const double gamma_share = 0.15;
enum { N_STARTUP = 8, N_CANDIDATES = 24 };

typedef struct parzen {
    size_t n;
    double *mean, *deviation; /* (n) ascending */
} parzen;

typedef struct density {
    int n_stops; /* 0: a continuum */
    parzen kernels;
    double share[MN_STOPS_MAX];
} density;

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double phi(double z)
{
    return 0.5 * erfc(-z * 0.7071067811865476);
}

/* The part of a normal that is between 0 and 1. */
static double inside(double mean, double deviation)
{
    return phi((1.0 - mean) / deviation) - phi(-mean / deviation);
}

/* `mean` holds n points seen and room for the prior's. */
static void fit_kernels(parzen *k, size_t n)
{
    double least = 1.0 / fmin(100.0, (double)n + 2.0);
    k->n = n + 1;
    k->mean[n] = 0.5;
    qsort(k->mean, k->n, sizeof *k->mean, by_size);
    bool prior = false; /* one of those at 1/2, no matter which */
    for (size_t i = 0; i < k->n; i++) {
        double below = i ? k->mean[i] - k->mean[i - 1] : k->mean[i];
        double above = i + 1 < k->n ? k->mean[i + 1] - k->mean[i] : 1.0 - k->mean[i];
        k->deviation[i] = fmax(least, fmin(1.0, fmax(below, above)));
        if (!prior && k->mean[i] == 0.5) {
            k->deviation[i] = 1.0;
            prior = true;
        }
    }
}

static void fit_shares(density *f, const double *u, size_t n)
{
    for (int i = 0; i < f->n_stops; i++)
        f->share[i] = 1.0 / f->n_stops;
    for (size_t i = 0; i < n; i++)
        f->share[(int)(u[i] * f->n_stops)] += 1.0;
    for (int i = 0; i < f->n_stops; i++)
        f->share[i] /= (double)n + 1.0;
}

static double evaluate(const density *f, double u)
{
    if (f->n_stops)
        return f->share[(int)(u * f->n_stops)];
    double sum = 0.0;
    for (size_t i = 0; i < f->kernels.n; i++) {
        double m = f->kernels.mean[i], d = f->kernels.deviation[i], z = (u - m) / d;
        sum += exp(-0.5 * z * z) / (d * inside(m, d));
    }
    return sum / (double)f->kernels.n; /* all but 1 / sqrt(2 pi), which cancels */
}

static double draw(const density *f, mn_rng *rng)
{
    if (f->n_stops) {
        double left = mn_rng_uniform(rng);
        int i = 0;
        while (i < f->n_stops - 1 && (left -= f->share[i]) >= 0.0)
            i++;
        return (i + 0.5) / f->n_stops;
    }
    size_t i = (size_t)mn_rng_below(rng, f->kernels.n);
    double u;
    do /* half or more is inside: none of the means is outside */
        u = f->kernels.mean[i] + f->kernels.deviation[i] * mn_rng_normal(rng);
    while (!(u >= 0.0 && u < 1.0));
    return u;
}

static double choose(const density *l, const density *g, mn_rng *rng)
{
    double best = 0.0, most = -1.0;
    for (int i = 0; i < N_CANDIDATES; i++) {
        double u = draw(l, rng), ratio = evaluate(l, u) / evaluate(g, u);
        if (ratio > most) {
            most = ratio;
            best = u;
        }
    }
    return best;
}

static bool is_better(const mn_observation *a, const mn_observation *b)
{
    return !isnan(a->value) && (isnan(b->value) || a->value > b->value);
}

/* Indices, best first; of equals the earlier. */
static void rank(const mn_observation *seen, size_t n, size_t *order)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = i;
        for (; j && is_better(&seen[i], &seen[order[j - 1]]); j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
}

/* Dimension d of seen[order[0..n-1]]. */
static void fit(density *f, const mn_space *space, int d, const mn_observation *seen,
                const size_t *order, size_t n)
{
    f->n_stops = space->n_stops[d];
    for (size_t i = 0; i < n; i++)
        f->kernels.mean[i] = seen[order[i]].u[d];
    if (f->n_stops)
        fit_shares(f, f->kernels.mean, n);
    else
        fit_kernels(&f->kernels, n);
}

static void search(const mn_space *space, const mn_observation *seen, size_t n, mn_rng *rng,
                   size_t *order, double *work, double *u)
{
    density l = {.kernels = {.mean = work, .deviation = work + n + 1}};
    density g = {.kernels = {.mean = work + 2 * (n + 1), .deviation = work + 3 * (n + 1)}};
    size_t n_good = (size_t)ceil(gamma_share * (double)n);
    rank(seen, n, order);
    for (int d = 0; d < space->n; d++) {
        fit(&l, space, d, seen, order, n_good);
        fit(&g, space, d, seen, order + n_good, n - n_good);
        u[d] = choose(&l, &g, rng);
    }
}

static mn_status propose(const mn_space *space, const mn_observation *seen, size_t n,
                         mn_rng *rng, double *u, mn_err *err)
{
    if (n < N_STARTUP)
        return mn_sampler_find("random")->propose(space, seen, n, rng, u, err);
    size_t *order = calloc(n, sizeof *order);
    double *work = calloc(4 * (n + 1), sizeof *work);
    mn_status s = MN_OK;
    if (order && work)
        search(space, seen, n, rng, order, work, u);
    else
        s = mn_fail(err, MN_ENOMEM, "no memory for %zu trials", n);
    free(order);
    free(work);
    return s;
}

const mn_sampler_ops mn_sampler_tpe = {
    .name = "tpe",
    .title = "tree-structured Parzen estimator",
    .cite = "Bergstra, Bardenet, Bengio and Kegl 2011",
    .propose = propose,
};
