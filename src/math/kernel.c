#include "mnemoscope/kernel.h"

#include <float.h>
#include <math.h>

#ifdef __SSE__
#include <xmmintrin.h>
#endif

/* Every reduction keeps MN_LANES partial results, so that its order is the same whatever the
 * width of the machine's vectors. */
MN_INLINE float fold_max(const float *lanes)
{
    float max = lanes[0];
    for (int j = 1; j < MN_LANES; j++)
        max = lanes[j] > max ? lanes[j] : max;
    return max;
}

MN_INLINE double fold_sum(double *lanes)
{
    for (int width = MN_LANES / 2; width > 0; width /= 2)
        for (int j = 0; j < width; j++)
            lanes[j] += lanes[j + width];
    return lanes[0];
}

MN_CLONES float mn_max(size_t n, const float *x)
{
    float lanes[MN_LANES];
    size_t whole = n - n % MN_LANES;
    for (int j = 0; j < MN_LANES; j++)
        lanes[j] = x[0];
    for (size_t i = 0; i < whole; i += MN_LANES)
        for (int j = 0; j < MN_LANES; j++)
            lanes[j] = x[i + j] > lanes[j] ? x[i + j] : lanes[j];
    for (size_t i = whole; i < n; i++)
        lanes[0] = x[i] > lanes[0] ? x[i] : lanes[0];
    return fold_max(lanes);
}

MN_CLONES float mn_max_abs(size_t n, const float *x)
{
    float lanes[MN_LANES] = {0};
    size_t whole = n - n % MN_LANES;
    for (size_t i = 0; i < whole; i += MN_LANES)
        for (int j = 0; j < MN_LANES; j++)
            lanes[j] = fabsf(x[i + j]) > lanes[j] ? fabsf(x[i + j]) : lanes[j];
    for (size_t i = whole; i < n; i++)
        lanes[0] = fabsf(x[i]) > lanes[0] ? fabsf(x[i]) : lanes[0];
    return fold_max(lanes);
}

size_t mn_argmax(size_t n, const float *x)
{
    float max = mn_max(n, x);
    for (size_t i = 0; i < n; i++)
        if (x[i] == max)
            return i;
    return 0; /* nothing but not-a-numbers */
}

int mn_sole_above(size_t n, const float *x, float limit)
{
    int found = -1;
    for (size_t i = 0; i < n; i++)
        if (x[i] > limit) {
            if (found >= 0)
                return -1;
            found = (int)i;
        }
    return found;
}

MN_CLONES double mn_sum(size_t n, const float *x)
{
    double lanes[MN_LANES] = {0};
    size_t whole = n - n % MN_LANES;
    for (size_t i = 0; i < whole; i += MN_LANES)
        for (int j = 0; j < MN_LANES; j++)
            lanes[j] += (double)x[i + j];
    for (size_t i = whole; i < n; i++)
        lanes[i - whole] += (double)x[i];
    return fold_sum(lanes);
}

MN_CLONES double mn_dot(size_t n, const float *x, const float *y)
{
    double lanes[MN_LANES] = {0};
    size_t whole = n - n % MN_LANES;
    for (size_t i = 0; i < whole; i += MN_LANES)
        for (int j = 0; j < MN_LANES; j++)
            lanes[j] += (double)x[i + j] * (double)y[i + j];
    for (size_t i = whole; i < n; i++)
        lanes[i - whole] += (double)x[i] * (double)y[i];
    return fold_sum(lanes);
}

double mn_sumsq(size_t n, const float *x)
{
    return mn_dot(n, x, x);
}

MN_CLONES void mn_clamp(size_t n, float lo, float hi, float *x)
{
    for (size_t i = 0; i < n; i++) {
        float raised = x[i] < lo ? lo : x[i];
        x[i] = raised > hi ? hi : raised;
    }
}

MN_CLONES void mn_scale(size_t n, float a, float *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] *= a;
}

MN_CLONES void mn_axpy(size_t n, float a, const float *restrict x, float *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

MN_CLONES bool mn_finite(size_t n, const float *x)
{
    int bad[MN_LANES] = {0}, any = 0;
    size_t whole = n - n % MN_LANES;
    for (size_t i = 0; i < whole; i += MN_LANES)
        for (int j = 0; j < MN_LANES; j++)
            bad[j] |= !(fabsf(x[i + j]) <= FLT_MAX);
    for (size_t i = whole; i < n; i++)
        any |= !(fabsf(x[i]) <= FLT_MAX);
    for (int j = 0; j < MN_LANES; j++)
        any |= bad[j];
    return !any;
}

void mn_transpose(size_t m, size_t n, const float *restrict A, float *restrict B)
{
    enum { BLOCK = 16 }; /* a block of either side is one cache line per row */
    for (size_t i0 = 0; i0 < m; i0 += BLOCK)
        for (size_t j0 = 0; j0 < n; j0 += BLOCK)
            for (size_t i = i0; i < m && i < i0 + BLOCK; i++)
                for (size_t j = j0; j < n && j < j0 + BLOCK; j++)
                    B[j * m + i] = A[i * n + j];
}

unsigned mn_denormals_flush(void)
{
#ifdef __SSE__
    enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 };
    unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
    return mode;
#else
    return 0;
#endif
}

void mn_denormals_restore(unsigned mode)
{
#ifdef __SSE__
    _mm_setcsr(mode);
#else
    (void)mode;
#endif
}
