#include "mnemoscope/optimiser_impl.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

/* V <- p V + G;  theta <- theta - eta V / max |V| over the row (Krotov and Hopfield 2016,
 * appendix A). The step does not depend on the size of G, and at high vertices G is 1e-60 and
 * less, so V is a block floating point number: row r is v * 2^exponent[r], and the published
 * floor of 1e-30 under max |V|, which would stop such a row, is only a guard against zero. */

enum { RANGE_BITS = 40 };

typedef struct maxnorm {
    mn_trace v;
    int *exponent;
    int n_rows;
} maxnorm;

static void layout(mn_optimiser *o, mn_arena *a)
{
    maxnorm *st = o->state;
    st->n_rows = mn_model_n_rows(o->model);
    mn_trace_layout(o, a, &st->v, "momentum");
    st->exponent = mn_arena_ints(a, (size_t)st->n_rows);
}

static void reset(mn_optimiser *o)
{
    maxnorm *st = o->state;
    mn_trace_clear(o, &st->v);
    memset(st->exponent, 0, (size_t)st->n_rows * sizeof *st->exponent);
}

/* v <- p v + a g; returns max |v| afterwards. */
MN_CLONES static float mix(size_t n, float p, float *restrict v, float a,
                           const float *restrict g)
{
    float lanes[MN_LANES] = {0}, max = 0.0f;
    size_t whole = n - n % MN_LANES;
    for (size_t i = 0; i < whole; i += MN_LANES)
        for (int j = 0; j < MN_LANES; j++) {
            float x = p * v[i + j] + a * g[i + j];
            v[i + j] = x;
            lanes[j] = fabsf(x) > lanes[j] ? fabsf(x) : lanes[j];
        }
    for (size_t i = whole; i < n; i++) {
        v[i] = p * v[i] + a * g[i];
        max = fabsf(v[i]) > max ? fabsf(v[i]) : max;
    }
    for (int j = 0; j < MN_LANES; j++)
        max = lanes[j] > max ? lanes[j] : max;
    return max;
}

/* The power of two above |x| * 2^exponent; far below all others when x is zero. */
static int size_of(float x, int exponent)
{
    int k;
    if (x == 0.0f || !isfinite(x))
        return x == 0.0f ? INT_MIN / 4 : exponent;
    frexpf(x, &k);
    return exponent + k;
}

/* 2^k, 0 or the largest power when that is out of range. */
static float power_of_two(int k)
{
    return k < -126 ? 0.0f : ldexpf(1.0f, k < 126 ? k : 126);
}

/* Mixes two rows of different exponents, aligned to the larger number. Returns max |v|. */
static float mix_aligned(size_t n, double p, float *v, int *exponent, const float *g,
                         int g_exponent)
{
    int v_size = size_of((float)p * mn_max_abs(n, v), *exponent);
    int g_size = size_of(mn_max_abs(n, g), g_exponent);
    if (v_size <= INT_MIN / 4 && g_size <= INT_MIN / 4)
        return mix(n, 0.0f, v, 0.0f, g);
    int size = v_size > g_size ? v_size : g_size;
    float of_v = power_of_two(*exponent - size), of_g = power_of_two(g_exponent - size);
    *exponent = size;
    return mix(n, (float)p * of_v, v, of_g, g);
}

/* Keeps the row's largest number between 2^-40 and 2^40, with exponent 0 where that does. */
static float renormalise(size_t n, float *v, int *exponent, float max)
{
    int size = size_of(max, *exponent);
    int wanted = size >= -RANGE_BITS && size <= RANGE_BITS ? 0 : size;
    if (max == 0.0f || !isfinite(max) || wanted == *exponent)
        return max;
    float scale = power_of_two(*exponent - wanted);
    mn_scale(n, scale, v);
    *exponent = wanted;
    return max * scale;
}

static void step(mn_optimiser *o, const mn_row_step *r)
{
    maxnorm *st = o->state;
    float *v = st->v.at + r->at;
    int *exponent = &st->exponent[r->row];
    float max = *exponent == 0 && r->exponent == 0
                    ? mix(r->n, (float)o->cfg.momentum, v, 1.0f, r->g)
                    : mix_aligned(r->n, o->cfg.momentum, v, exponent, r->g, r->exponent);
    max = renormalise(r->n, v, exponent, max);
    if (max == 0.0f)
        *exponent = 0;
    else
        mn_axpy(r->n, (float)(-r->rate / (double)max), v, r->theta);
}

static bool state(mn_optimiser *o, int index, mn_state_array *out)
{
    maxnorm *st = o->state;
    if (index != mn_model_n_tensors(o->model))
        return mn_trace_state(o, &st->v, index, out);
    *out = (mn_state_array){
        .name = "momentum_exponent", .i = st->exponent, .rows = st->n_rows, .cols = 1};
    return true;
}

const mn_optimiser_ops mn_optimiser_maxnorm = {
    .name = "maxnorm",
    .title = "Momentum with a normalised step",
    .cite = "Krotov and Hopfield 2016",
    .about = "every row moves by the learning rate in its largest component",
    .state_size = sizeof(maxnorm),
    .layout = layout,
    .reset = reset,
    .step = step,
    .state = state,
};
