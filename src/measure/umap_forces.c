#include "umap_forces.h"

#include <math.h>

enum { SAMPLES = 300, FIT_ROUNDS = 200 };

/* No coordinate moves further than this times the rate. */
static const float steepest = 4.0f;

/* Sum of squares of the residuals; J^T J in h (h[0] h[1]; h[1] h[2]) and J^T r in g, with
 * respect to the logarithms of a and b, which keeps both positive. */
static double compare(mn_umap_curve c, double min_dist, double spread, double h[3], double g[2])
{
    double sum = 0.0;
    h[0] = h[1] = h[2] = g[0] = g[1] = 0.0;
    for (int i = 0; i < SAMPLES; i++) {
        double d = 3.0 * spread * i / (SAMPLES - 1);
        double wanted = d <= min_dist ? 1.0 : exp(-(d - min_dist) / spread);
        double power = d > 0.0 ? c.a * pow(d, 2.0 * c.b) : 0.0, v = 1.0 / (1.0 + power);
        double by_a = -power * v * v;
        double by_b = d > 0.0 ? by_a * 2.0 * c.b * log(d) : 0.0;
        double r = v - wanted;
        sum += r * r;
        h[0] += by_a * by_a, h[1] += by_a * by_b, h[2] += by_b * by_b;
        g[0] += by_a * r, g[1] += by_b * r;
    }
    return sum;
}

/* Levenberg and Marquardt. */
mn_umap_curve mn_umap_curve_fit(double min_dist, double spread)
{
    mn_umap_curve c = {1.0, 1.0};
    double h[3], g[2], next_h[3], next_g[2], damping = 1e-3;
    double sum = compare(c, min_dist, spread, h, g);
    for (int i = 0; i < FIT_ROUNDS && damping < 1e9; i++) {
        double p = h[0] * (1.0 + damping), q = h[2] * (1.0 + damping);
        double determinant = p * q - h[1] * h[1];
        if (!(determinant > 0.0))
            break;
        double step_a = (h[1] * g[1] - q * g[0]) / determinant;
        double step_b = (h[1] * g[0] - p * g[1]) / determinant;
        mn_umap_curve next = {c.a * exp(fmax(-1.0, fmin(1.0, step_a))),
                              c.b * exp(fmax(-1.0, fmin(1.0, step_b)))};
        double next_sum = compare(next, min_dist, spread, next_h, next_g);
        if (!(next_sum < sum)) {
            damping *= 10.0;
            continue;
        }
        damping *= 0.1;
        c = next;
        sum = next_sum;
        for (int k = 0; k < 3; k++)
            h[k] = next_h[k];
        g[0] = next_g[0], g[1] = next_g[1];
    }
    return c;
}

static float limited(float x)
{
    return x > steepest ? steepest : (x < -steepest ? -steepest : x);
}

/* Along log v, which grows as the two come closer. */
static void pull(float a, float b, float rate, float *y, float *z, bool mutual)
{
    const float dx = y[0] - z[0], dy = y[1] - z[1], square = dx * dx + dy * dy;
    if (!(square > 0.0f))
        return;
    const float power = a * powf(square, b);
    const float slope = -2.0f * b * power / (square * (1.0f + power));
    const float x_step = rate * limited(slope * dx), y_step = rate * limited(slope * dy);
    y[0] += x_step;
    y[1] += y_step;
    if (mutual) {
        z[0] -= x_step;
        z[1] -= y_step;
    }
}

/* Along log(1 - v); the thousandth keeps points that meet from being flung away. */
static void push(float a, float b, float rate, float *y, const float *z)
{
    const float dx = y[0] - z[0], dy = y[1] - z[1], square = dx * dx + dy * dy;
    const float slope = 2.0f * b / ((0.001f + square) * (1.0f + a * powf(square, b)));
    y[0] += rate * limited(slope * dx);
    y[1] += rate * limited(slope * dy);
}

/* 0 .. n-1; the bias of n / 2^32 does not show in a picture, and a division would. */
static size_t pick(mn_rng *r, int n)
{
    return (size_t)((mn_rng_next(r) >> 32) * (uint64_t)n >> 32);
}

void mn_umap_forces_apply(mn_umap_forces *f, mn_rng *r)
{
    const float a = (float)f->curve.a, b = (float)f->curve.b;
    const float rate = (float)(f->rate * (1.0 - (double)f->epoch / f->n_epochs));
    for (size_t i = 0; i < f->n_links; i++) {
        const mn_umap_link *link = &f->links[i];
        const double share = (double)(link->weight / f->strongest);
        if (floor((f->epoch + 1) * share) <= floor(f->epoch * share))
            continue;
        float *y = f->heads + 2 * (size_t)link->head;
        pull(a, b, rate, y, f->tails + 2 * (size_t)link->tail, f->mutual);
        for (int k = 0; k < f->n_pushes; k++) {
            size_t other = pick(r, f->n_tails);
            if (!f->mutual || other != (size_t)link->head)
                push(a, b, rate, y, f->tails + 2 * other);
        }
    }
    f->epoch++;
}
