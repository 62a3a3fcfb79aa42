#include <math.h>
#include <string.h>

#include "interneuron.h"
#include "mnemoscope/kernel.h"

/* The published inputs are 28 x 28 pixels without a border of 2, 2 x 2 of them averaged: 12 x
 * 12. Other pictures come near that; small ones stay as they are. */
enum { POOLED_SIDE = 12, BORDER = 2 };

mn_pooling mn_pooling_of(const mn_shape *shape)
{
    const int least = shape->width < shape->height ? shape->width : shape->height;
    mn_pooling p = {
        .width = shape->width, .height = shape->height, .channels = shape->channels, .side = 1};
    if (least >= 2 * POOLED_SIDE) {
        p.border = BORDER;
        p.side = least / POOLED_SIDE;
    }
    p.across = (p.width - 2 * p.border) / p.side;
    p.down = (p.height - 2 * p.border) / p.side;
    return p;
}

int mn_pooling_size(const mn_pooling *p)
{
    return p->across * p->down * p->channels;
}

/* The first pixel of a pooled one, in its channel. */
static size_t corner(const mn_pooling *p, int row, int col)
{
    return (size_t)(p->border + row * p->side) * (size_t)p->width +
           (size_t)(p->border + col * p->side);
}

static float average(const mn_pooling *p, const float *pixels)
{
    double sum = 0.0;
    for (int y = 0; y < p->side; y++, pixels += p->width)
        for (int x = 0; x < p->side; x++)
            sum += (double)pixels[x];
    return (float)(sum / (p->side * p->side));
}

static void fill(const mn_pooling *p, float weight, float *pixels)
{
    for (int y = 0; y < p->side; y++, pixels += p->width)
        for (int x = 0; x < p->side; x++)
            pixels[x] = weight;
}

static void pool(const mn_pooling *p, const float *x, float *out)
{
    const size_t plane = (size_t)p->width * (size_t)p->height;
    for (int c = 0; c < p->channels; c++, x += plane)
        for (int row = 0; row < p->down; row++)
            for (int col = 0; col < p->across; col++)
                *out++ = average(p, x + corner(p, row, col));
}

/* An empty picture stays empty. */
static void normalise(size_t n, float *x)
{
    const double norm = sqrt(mn_sumsq(n, x));
    if (norm > 0.0 && isfinite(norm))
        mn_scale(n, (float)(1.0 / norm), x);
}

void mn_pooling_apply(const mn_pooling *p, int n_extra, const float *X, int n, float *out)
{
    const size_t plane = (size_t)p->width * (size_t)p->height, extra = (size_t)n_extra;
    const size_t n_visible = plane * (size_t)p->channels, pooled = (size_t)mn_pooling_size(p);
    for (int i = 0; i < n; i++, X += n_visible + extra, out += pooled + extra) {
        pool(p, X, out);
        memcpy(out + pooled, X + n_visible, extra * sizeof *out);
        normalise(pooled + extra, out);
    }
}

void mn_pooling_spread(const mn_pooling *p, const float *pooled, float *pixels)
{
    const size_t plane = (size_t)p->width * (size_t)p->height;
    memset(pixels, 0, plane * (size_t)p->channels * sizeof *pixels);
    for (int c = 0; c < p->channels; c++, pixels += plane)
        for (int row = 0; row < p->down; row++)
            for (int col = 0; col < p->across; col++)
                fill(p, *pooled++, pixels + corner(p, row, col));
}
