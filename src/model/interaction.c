#include "interaction.h"

#include <math.h>
#include <stdbool.h>

#include "mnemoscope/kernel.h"

enum { RANGE_BITS = 40 };

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

/* x^n for n up to 127, by repeated squaring. Straight-line, so that loops around it vectorise
 * even when n is a variable; with a constant n the compiler leaves the products only. */
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

/* Written so that what is not a number stays so: divergence must show. */
MN_INLINE float above(float s, float floor)
{
    return s < floor ? floor : s;
}

MN_INLINE float below(float s)
{
    return s > 0.0f ? 0.0f : s;
}

/* Either the power or the leak is zero: no branch, and the leak is always loaded. */
MN_INLINE float slope_of(int n, float s, float floor, float leak)
{
    return power(above(s, floor), n - 1) + (s <= 0.0f ? leak : 0.0f);
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
        const float *restrict s = at->s + i, *restrict l = leak + i;
        float off[MN_LANES], total[MN_LANES] = {0};
        for (int j = 0; j < MN_LANES; j++)
            off[j] = slope_of(n, s[j], floor, l[j]);
        for (int d = 0; d < at->n_rows; d++) {
            const float *restrict c = at->c + (size_t)d * at->stride + i;
            float *restrict sum = on + (size_t)d * at->stride + i;
            const float u = at->u[d], gd = g[d];
            for (int j = 0; j < MN_LANES; j++) {
                float slope = slope_of(n, s[j] + u * c[j], floor, l[j]);
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

/* The vertices of the parameter's ladder have kernels with their n built in. */
#define VERTICES(X)                                                                            \
    X(2) X(3) X(4) X(5) X(8) X(10) X(15) X(20) X(25) X(30) X(40) X(50) X(70) X(100)

#define KERNELS(name, n)                                                                       \
    MN_CLONES static void apply_##name(const mn_interaction *f, size_t K, const float *s,      \
                                       float *out)                                             \
    {                                                                                          \
        apply(n, f, K, s, out);                                                                \
    }                                                                                          \
    MN_CLONES static void differences_##name(const mn_interaction *f, const mn_steps *at,      \
                                             const float *f0, double *sum)                     \
    {                                                                                          \
        differences(n, f, at, f0, sum);                                                        \
    }                                                                                          \
    MN_CLONES static void slopes_##name(const mn_interaction *f, const mn_steps *at,           \
                                        const float *leak, const float *g, float *w,           \
                                        float *w_sum, float *on)                               \
    {                                                                                          \
        slopes(n, f, at, leak, g, w, w_sum, on);                                               \
    }
#define KERNELS_OF(n) KERNELS(n, n)
VERTICES(KERNELS_OF)
KERNELS(any, f->vertex)

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
