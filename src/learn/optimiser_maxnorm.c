#include "mnemoscope/optimiser_impl.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/kernel.h"

/* V <- p V + G;  theta <- theta - eta V / max |V| over the row (Krotov and Hopfield 2016,
 * appendix A). The step does not depend on the size of G, and at high vertices G is 1e-60 and
 * less, so V is a block floating point number: row r is v * 2^exponent[r], and the published
 * floor of 1e-30 under max |V|, which would stop such a row, is only a guard against zero. */

enum { RANGE_BITS = 40, NAME_SIZE = 64 };

typedef struct maxnorm {
    float *v; /* as theta */
    int *exponent;
    int n_rows;
    char names[MN_TENSORS_MAX][NAME_SIZE];
} maxnorm;

/* "momentum" where there is one tensor to speak of, "momentum_NAME" otherwise. */
static void layout(mn_optimiser *o, mn_arena *a)
{
    maxnorm *st = o->state;
    const int n_tensors = mn_model_n_tensors(o->model);
    st->n_rows = mn_model_n_rows(o->model);
    st->v = mn_arena_floats(a, mn_model_size(o->model));
    st->exponent = mn_arena_ints(a, (size_t)st->n_rows);
    for (int i = 0; i < n_tensors; i++)
        if (n_tensors == 1)
            snprintf(st->names[i], NAME_SIZE, "momentum");
        else
            snprintf(st->names[i], NAME_SIZE, "momentum_%s", mn_model_tensor(o->model, i).name);
}

static void reset(mn_optimiser *o)
{
    maxnorm *st = o->state;
    memset(st->v, 0, mn_model_size(o->model) * sizeof *st->v);
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

static void step_row(size_t n, double p, double rate, float *v, int *exponent, const float *g,
                     int g_exponent, float *theta)
{
    float max = *exponent == 0 && g_exponent == 0
                    ? mix(n, (float)p, v, 1.0f, g)
                    : mix_aligned(n, p, v, exponent, g, g_exponent);
    max = renormalise(n, v, exponent, max);
    if (max == 0.0f)
        *exponent = 0;
    else
        mn_axpy(n, (float)(-rate / (double)max), v, theta);
}

static void step(mn_optimiser *o, mn_model *m, const mn_grad *grad, double rate)
{
    maxnorm *st = o->state;
    size_t at = 0;
    int row = 0;
    for (int t = 0; t < mn_model_n_tensors(m); t++) {
        const mn_tensor tensor = mn_model_tensor(m, t);
        const size_t n = (size_t)tensor.cols;
        for (int r = 0; r < tensor.rows; r++, row++, at += n)
            step_row(n, o->cfg.momentum, rate, st->v + at, &st->exponent[row], grad->g + at,
                     grad->scaled ? grad->exponent[row] : 0, tensor.data + (size_t)r * n);
    }
}

static bool state(mn_optimiser *o, int index, mn_state_array *out)
{
    maxnorm *st = o->state;
    const int n_tensors = mn_model_n_tensors(o->model);
    if (index > n_tensors)
        return false;
    if (index == n_tensors) {
        *out = (mn_state_array){
            .name = "momentum_exponent", .i = st->exponent, .rows = st->n_rows, .cols = 1};
        return true;
    }
    float *v = st->v;
    for (int t = 0; t < index; t++)
        v += (size_t)mn_model_tensor(o->model, t).rows *
             (size_t)mn_model_tensor(o->model, t).cols;
    const mn_tensor tensor = mn_model_tensor(o->model, index);
    *out = (mn_state_array){
        .name = st->names[index], .f = v, .rows = tensor.rows, .cols = tensor.cols};
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
