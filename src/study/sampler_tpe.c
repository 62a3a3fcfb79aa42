/* The tree-structured Parzen estimator (Bergstra, Bardenet, Bengio and Kegl 2011), with kernels
 * of all dimensions at once (Falkner, Klein and Hutter 2018): what goes together stays
 * together.
 *
 * What was seen is split by value: the best gamma of it is modelled by l(u), the rest by g(u);
 * of candidates drawn from l the one with the largest l / g is tried. As the axes do the
 * logarithm, everything is a matter of the unit cube. A density is a mixture, all weights
 * alike, of a kernel on every point seen and the prior; a kernel is a product over the
 * dimensions:
 *
 *     a continuum   a normal, cut off at 0 and 1, as wide as the way to the farther of the
 *                   point's neighbours, within 1 and 1 / min(100, n + 2); prior: mean 1/2,
 *                   deviation 1
 *     stops         a share for the point's own, the rest for all alike; prior: all alike
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sampler.h"

static const double gamma_share = 0.2;
static const double own_share = 0.2; /* of the point's stop; more of it never looks elsewhere */
enum { N_STARTUP = MN_SPREAD, N_CANDIDATES = 24, DIMS = MN_AXES_MAX };

typedef struct kernel {
    double mean[DIMS], deviation[DIMS];
} kernel;

typedef struct density {
    const mn_space *space;
    size_t n;   /* the last is the prior */
    kernel *at; /* (n) */
} density;

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* From x to the farther of its neighbours in `sorted`; the ends of the interval are some. */
static double reach(const double *sorted, size_t n, double x)
{
    const double *at = bsearch(&x, sorted, n, sizeof x, by_size);
    const double *last = sorted + n - 1;
    while (at > sorted && at[-1] == x) /* of equals the first, whichever bsearch has found */
        at--;
    double below = at > sorted ? x - at[-1] : x;
    double above = at < last ? at[1] - x : 1.0 - x;
    return fmax(below, above);
}

/* `sorted` is work space for n numbers. */
static void fit_widths(density *f, int d, double *sorted)
{
    double least = 1.0 / fmin(100.0, (double)f->n + 1.0);
    for (size_t i = 0; i < f->n; i++)
        sorted[i] = f->at[i].mean[d];
    qsort(sorted, f->n, sizeof *sorted, by_size);
    for (size_t i = 0; i + 1 < f->n; i++)
        f->at[i].deviation[d] = fmax(least, fmin(1.0, reach(sorted, f->n, f->at[i].mean[d])));
    f->at[f->n - 1].deviation[d] = 1.0;
}

/* On seen[order[0..n-1]]. */
static void fit(density *f, const mn_observation *seen, const size_t *order, size_t n,
                double *sorted)
{
    f->n = n + 1;
    for (size_t i = 0; i < n; i++)
        memcpy(f->at[i].mean, seen[order[i]].u, sizeof f->at[i].mean);
    for (int d = 0; d < f->space->n; d++) {
        f->at[n].mean[d] = 0.5;
        if (!f->space->n_stops[d])
            fit_widths(f, d, sorted);
    }
}

static double below(double z)
{
    return 0.5 * erfc(-z * 0.7071067811865476);
}

/* All but 1 / sqrt(2 pi), which cancels. */
static double normal_at(double mean, double deviation, double u)
{
    double z = (u - mean) / deviation;
    double inside = below((1.0 - mean) / deviation) - below(-mean / deviation);
    return exp(-0.5 * z * z) / (deviation * inside);
}

static double kernel_at(const density *f, size_t i, const double *u)
{
    double product = 1.0;
    for (int d = 0; d < f->space->n; d++) {
        int n = f->space->n_stops[d];
        double mean = f->at[i].mean[d];
        if (!n) {
            product *= normal_at(mean, f->at[i].deviation[d], u[d]);
            continue;
        }
        double own = i + 1 == f->n ? 0.0 : own_share;
        bool same = (int)(mean * n) == (int)(u[d] * n);
        product *= (same ? own : 0.0) + (1.0 - own) / n;
    }
    return product;
}

static double density_at(const density *f, const double *u)
{
    double sum = 0.0;
    for (size_t i = 0; i < f->n; i++)
        sum += kernel_at(f, i, u);
    return sum / (double)f->n;
}

static double draw_normal(double mean, double deviation, mn_rng *rng)
{
    double u;
    do /* a third or more of it is inside: the mean is, and the deviation is 1 at most */
        u = mean + deviation * mn_rng_normal(rng);
    while (!(u >= 0.0 && u < 1.0));
    return u;
}

static void draw(const density *f, mn_rng *rng, double *u)
{
    size_t i = (size_t)mn_rng_below(rng, f->n);
    for (int d = 0; d < f->space->n; d++) {
        int n = f->space->n_stops[d];
        if (!n)
            u[d] = draw_normal(f->at[i].mean[d], f->at[i].deviation[d], rng);
        else if (i + 1 < f->n && mn_rng_uniform(rng) < own_share)
            u[d] = f->at[i].mean[d];
        else
            u[d] = ((double)mn_rng_below(rng, (uint64_t)n) + 0.5) / n;
    }
}

static void choose(const density *l, const density *g, mn_rng *rng, double *best)
{
    double most = -1.0, u[DIMS] = {0};
    for (int i = 0; i < N_CANDIDATES; i++) {
        draw(l, rng, u);
        double ratio = density_at(l, u) / density_at(g, u);
        if (ratio > most) {
            most = ratio;
            memcpy(best, u, (size_t)l->space->n * sizeof *u);
        }
    }
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

static mn_status propose(const mn_space *space, const mn_observation *seen, size_t n,
                         const mn_turn *turn, double *u, mn_err *err)
{
    if (n < N_STARTUP) {
        mn_space_spread(space, turn, u);
        return MN_OK;
    }
    mn_rng rng = mn_turn_rng(turn);
    size_t *order = calloc(n, sizeof *order);
    double *sorted = calloc(n + 1, sizeof *sorted);
    kernel *kernels = calloc(n + 2, sizeof *kernels);
    mn_status s = MN_OK;
    if (order && sorted && kernels) {
        size_t n_good = (size_t)ceil(gamma_share * (double)n);
        density l = {.space = space, .at = kernels};
        density g = {.space = space, .at = kernels + n_good + 1};
        rank(seen, n, order);
        fit(&l, seen, order, n_good, sorted);
        fit(&g, seen, order + n_good, n - n_good, sorted);
        choose(&l, &g, &rng, u);
    } else
        s = mn_fail(err, MN_ENOMEM, "no memory for %zu trials", n);
    free(order);
    free(sorted);
    free(kernels);
    return s;
}

const mn_sampler_ops mn_sampler_tpe = {
    .name = "tpe",
    .title = "tree-structured Parzen estimator",
    .cite = "Bergstra, Bardenet, Bengio and Kegl 2011",
    .propose = propose,
};
