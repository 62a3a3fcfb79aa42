#include "interaction.h"

#include <math.h>
#include <stdbool.h>

#include "mnemoscope/kernel.h"

enum { BLOCK = 4 * MN_LANES, RANGE_BITS = 40 };

mn_interaction mn_interaction_make(mn_interaction_kind kind, int vertex, double leak)
{
    return (mn_interaction){.vertex = vertex,
                            .floor = kind == MN_POLYNOMIAL ? -INFINITY : 0.0f,
                            .leak = kind == MN_LEAKY ? (float)leak : 0.0f};
}

float mn_interaction_reach(const mn_interaction *f, float lo, float hi)
{
    return f->floor < 0.0f && -lo > hi ? -lo : hi;
}

int mn_interaction_fit(const mn_interaction *f, int power, float lo, float hi)
{
    float reach = mn_interaction_reach(f, lo, hi);
    if (!(reach > 0.0f) || !isfinite(reach))
        return 0;
    float bits = (float)power * log2f(reach);
    if (fabsf(bits) <= RANGE_BITS || (bits < 0.0f && f->leak > 0.0f && lo < 0.0f))
        return 0;
    int k;
    frexpf(reach, &k);
    return k;
}

mn_interaction mn_interaction_scaled(const mn_interaction *f, int k)
{
    mn_interaction scaled = *f;
    if (k > 0)
        scaled.leak = ldexpf(f->leak, k * (1 - f->vertex));
    else if (k < 0)
        scaled.leak = 0.0f; /* fit scales up only where nothing is negative */
    return scaled;
}

/* x^n by repeated squaring. With a constant n the compiler leaves the products only. */
MN_INLINE float power(float x, int n)
{
    float y = 1.0f;
#define BIT(b) y = y * y * ((n >> (b)) & 1 ? x : 1.0f)
    BIT(6);
    BIT(5);
    BIT(4);
    BIT(3);
    BIT(2);
    BIT(1);
    BIT(0);
#undef BIT
    return y;
}

/* y = x^n for a block of numbers and any n from 1 to 127. */
MN_INLINE void powers(int n, const float *x, float *y)
{
    int bit = 1;
    while (bit * 2 <= n)
        bit *= 2;
    for (int j = 0; j < BLOCK; j++)
        y[j] = x[j];
    for (bit /= 2; bit > 0; bit /= 2) {
        for (int j = 0; j < BLOCK; j++)
            y[j] *= y[j];
        if (n & bit)
            for (int j = 0; j < BLOCK; j++)
                y[j] *= x[j];
    }
}

MN_INLINE float above(float s, float floor)
{
    return s > floor ? s : floor;
}

MN_INLINE float below(float s)
{
    return s < 0.0f ? s : 0.0f;
}

MN_INLINE void apply(int n, const mn_interaction *f, size_t K, const float *s, float *out)
{
    const float floor = f->floor, leak = f->leak;
    for (size_t i = 0; i < K; i += MN_LANES)
        for (int j = 0; j < MN_LANES; j++)
            out[i + j] = power(above(s[i + j], floor), n) + leak * below(s[i + j]);
}

MN_INLINE double fold(float *lanes)
{
    for (int width = MN_LANES / 2; width > 0; width /= 2)
        for (int j = 0; j < width; j++)
            lanes[j] += lanes[j + width];
    return (double)lanes[0];
}

MN_INLINE void differences(int n, const mn_interaction *f, const mn_steps *at,
                           const float *restrict f0, double *restrict sum)
{
    const float floor = f->floor, leak = f->leak;
    const float *restrict s = at->s;
    for (int d = 0; d < at->n_rows; d++) {
        const float *restrict c = at->c + (size_t)d * at->stride;
        const float u = at->u[d];
        float lanes[MN_LANES] = {0};
        for (size_t i = 0; i < at->K; i += MN_LANES)
            for (int j = 0; j < MN_LANES; j++) {
                float on = s[i + j] + u * c[i + j];
                lanes[j] += power(above(on, floor), n) + leak * below(on) - f0[i + j];
            }
        sum[d] += fold(lanes);
    }
}

/* One block of MN_LANES memories at a time, so that s, F'(s) and w stay in registers. */
MN_INLINE void slopes(int n, const mn_interaction *f, const mn_steps *at,
                      const float *restrict leak, const float *restrict g, float *restrict w,
                      float *restrict w_sum, float *restrict on)
{
    const float floor = f->floor;
    for (size_t i = 0; i < at->K; i += MN_LANES) {
        float s[MN_LANES], off[MN_LANES], total[MN_LANES];
        for (int j = 0; j < MN_LANES; j++) {
            s[j] = at->s[i + j];
            off[j] = power(above(s[j], floor), n - 1) + (s[j] <= 0.0f ? leak[i + j] : 0.0f);
            total[j] = 0.0f;
        }
        for (int d = 0; d < at->n_rows; d++) {
            const float *restrict c = at->c + (size_t)d * at->stride + i;
            float *restrict sum = on + (size_t)d * at->stride + i;
            const float u = at->u[d], gd = g[d];
            for (int j = 0; j < MN_LANES; j++) {
                float x = s[j] + u * c[j];
                float slope = power(above(x, floor), n - 1) + (x <= 0.0f ? leak[i + j] : 0.0f);
                sum[j] += gd * slope;
                total[j] += gd * (slope - off[j]);
            }
        }
        for (int j = 0; j < MN_LANES; j++) {
            w[i + j] = total[j];
            w_sum[i + j] += total[j];
        }
    }
}

/* The same three for any n: a block of powers at a time. */
MN_INLINE size_t block(size_t K, size_t i)
{
    return K - i < BLOCK ? K - i : BLOCK;
}

MN_CLONES static void apply_any(const mn_interaction *f, size_t K, const float *s, float *out)
{
    for (size_t i = 0; i < K; i += BLOCK) {
        float x[BLOCK] = {0}, y[BLOCK];
        const size_t m = block(K, i);
        for (size_t j = 0; j < m; j++)
            x[j] = above(s[i + j], f->floor);
        powers(f->vertex, x, y);
        for (size_t j = 0; j < m; j++)
            out[i + j] = y[j] + f->leak * below(s[i + j]);
    }
}

MN_CLONES static void differences_any(const mn_interaction *f, const mn_steps *at,
                                      const float *f0, double *sum)
{
    for (int d = 0; d < at->n_rows; d++) {
        const float *c = at->c + (size_t)d * at->stride;
        float lanes[MN_LANES] = {0};
        for (size_t i = 0; i < at->K; i += BLOCK) {
            float x[BLOCK] = {0}, y[BLOCK], on[BLOCK] = {0};
            const size_t m = block(at->K, i);
            for (size_t j = 0; j < m; j++) {
                on[j] = at->s[i + j] + at->u[d] * c[i + j];
                x[j] = above(on[j], f->floor);
            }
            powers(f->vertex, x, y);
            for (size_t k = 0; k < m; k += MN_LANES)
                for (int j = 0; j < MN_LANES; j++)
                    lanes[j] += y[k + j] + f->leak * below(on[k + j]) - f0[i + k + j];
        }
        sum[d] += fold(lanes);
    }
}

MN_CLONES static void slopes_any(const mn_interaction *f, const mn_steps *at, const float *leak,
                                 const float *g, float *w, float *w_sum, float *on)
{
    for (size_t i = 0; i < at->K; i += BLOCK) {
        float x[BLOCK] = {0}, off[BLOCK], y[BLOCK], total[BLOCK] = {0}, s[BLOCK];
        const size_t m = block(at->K, i);
        for (size_t j = 0; j < m; j++)
            x[j] = above(at->s[i + j], f->floor);
        powers(f->vertex - 1, x, off);
        for (size_t j = 0; j < m; j++)
            off[j] += at->s[i + j] <= 0.0f ? leak[i + j] : 0.0f;
        for (int d = 0; d < at->n_rows; d++) {
            const float *c = at->c + (size_t)d * at->stride + i;
            float *restrict sum = on + (size_t)d * at->stride + i;
            for (size_t j = 0; j < m; j++) {
                s[j] = at->s[i + j] + at->u[d] * c[j];
                x[j] = above(s[j], f->floor);
            }
            powers(f->vertex - 1, x, y);
            for (size_t j = 0; j < m; j++) {
                float slope = y[j] + (s[j] <= 0.0f ? leak[i + j] : 0.0f);
                sum[j] += g[d] * slope;
                total[j] += g[d] * (slope - off[j]);
            }
        }
        for (size_t j = 0; j < m; j++) {
            w[i + j] = total[j];
            w_sum[i + j] += total[j];
        }
    }
}

/* The vertices of the parameter's ladder, and the kernels with their n built in. */
#define VERTICES(X)                                                                            \
    X(2) X(3) X(4) X(5) X(8) X(10) X(15) X(20) X(25) X(30) X(40) X(50) X(70) X(100)

#define KERNELS(n)                                                                             \
    MN_CLONES static void apply_##n(const mn_interaction *f, size_t K, const float *s,         \
                                    float *out)                                                \
    {                                                                                          \
        apply(n, f, K, s, out);                                                                \
    }                                                                                          \
    MN_CLONES static void differences_##n(const mn_interaction *f, const mn_steps *at,         \
                                          const float *f0, double *sum)                        \
    {                                                                                          \
        differences(n, f, at, f0, sum);                                                        \
    }                                                                                          \
    MN_CLONES static void slopes_##n(const mn_interaction *f, const mn_steps *at,              \
                                     const float *leak, const float *g, float *w,              \
                                     float *w_sum, float *on)                                  \
    {                                                                                          \
        slopes(n, f, at, leak, g, w, w_sum, on);                                               \
    }
VERTICES(KERNELS)

void mn_interaction_apply(const mn_interaction *f, size_t K, const float *s, float *out)
{
    switch (f->vertex) {
#define CASE(n)                                                                                \
    case n: apply_##n(f, K, s, out); return;
        VERTICES(CASE)
#undef CASE
    default: apply_any(f, K, s, out);
    }
}

void mn_interaction_differences(const mn_interaction *f, const mn_steps *at, const float *f0,
                                double *sum)
{
    switch (f->vertex) {
#define CASE(n)                                                                                \
    case n: differences_##n(f, at, f0, sum); return;
        VERTICES(CASE)
#undef CASE
    default: differences_any(f, at, f0, sum);
    }
}

void mn_interaction_slopes(const mn_interaction *f, const mn_steps *at, const float *leak,
                           const float *g, float *w, float *w_sum, float *on)
{
    switch (f->vertex) {
#define CASE(n)                                                                                \
    case n: slopes_##n(f, at, leak, g, w, w_sum, on); return;
        VERTICES(CASE)
#undef CASE
    default: slopes_any(f, at, leak, g, w, w_sum, on);
    }
}

/* F is homogeneous where it counts here, so that dividing by the largest |s| changes no share
 * and keeps every power in range. */
void mn_interaction_shares(const mn_interaction *f, size_t n, const float *s, float *share)
{
    const bool even = f->floor < 0.0f && f->vertex % 2 == 0;
    float reach = even ? mn_max_abs(n, s) : mn_max(n, s);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        float size = even ? fabsf(s[i]) : s[i];
        share[i] = size > 0.0f ? power(size / reach, f->vertex) : 0.0f;
        sum += (double)share[i];
    }
    if (sum > 0.0)
        mn_scale(n, (float)(1.0 / sum), share);
}

double mn_interaction_value(const mn_interaction *f, double s)
{
    double x = s > (double)f->floor ? s : (double)f->floor, y = 1.0;
    for (int bit = 64; bit > 0; bit /= 2)
        y *= y * (f->vertex & bit ? x : 1.0);
    return y + (double)f->leak * (s < 0.0 ? s : 0.0);
}
