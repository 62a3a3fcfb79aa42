#include "layer.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

size_t mn_layer_offset(const mn_model *m, int tensor)
{
    return (size_t)(m->tensors[tensor].data - m->theta);
}

mn_layer mn_layer_declare(mn_model *m, int neurons, bool bias, bool output_bias)
{
    const int N = m->shape.n_visible + m->shape.n_extra, C = m->shape.n_classes;
    mn_layer l = {-1, -1, -1};
    m->n_units = neurons;
    mn_model_declare(m, "addresses", neurons, N);
    if (bias) {
        l.address_bias = m->n_tensors;
        mn_model_declare(m, "address_bias", 1, neurons);
    }
    l.values = m->n_tensors;
    mn_model_declare(m, "values", C, neurons);
    if (output_bias) {
        l.value_bias = m->n_tensors;
        mn_model_declare(m, "value_bias", 1, C);
    }
    return l;
}

static void fill(mn_model *m, int tensor, int fan_in, mn_rng *r)
{
    if (tensor < 0)
        return;
    const mn_tensor t = m->tensors[tensor];
    const double reach = 1.0 / sqrt(fan_in);
    for (size_t j = 0; j < (size_t)t.rows * (size_t)t.cols; j++)
        t.data[j] = (float)(reach * (2.0 * mn_rng_uniform(r) - 1.0));
}

void mn_layer_init(mn_model *m, const mn_layer *l, mn_rng *r)
{
    const int N = m->tensors[0].cols, neurons = m->tensors[0].rows;
    fill(m, 0, N, r);
    fill(m, l->address_bias, N, r);
    fill(m, l->values, neurons, r);
    fill(m, l->value_bias, neurons, r);
}

void mn_layer_start(const mn_model *m, int bias, int n, int cols, float *out)
{
    const size_t size = (size_t)cols * sizeof *out;
    for (int i = 0; i < n; i++, out += cols)
        if (bias < 0)
            memset(out, 0, size);
        else
            memcpy(out, m->tensors[bias].data, size);
}

MN_CLONES void mn_layer_rectify(size_t n, float *h)
{
    for (size_t i = 0; i < n; i++)
        h[i] = h[i] < 0.0f ? 0.0f : h[i];
}

void mn_layer_keep_largest(size_t n, size_t k, float *h, float *scratch)
{
    if (k >= n)
        return;
    const float edge = mn_largest_of(n, k, h, scratch);
    size_t n_above = 0;
    for (size_t i = 0; i < n; i++)
        n_above += h[i] > edge;
    for (size_t i = 0; i < n; i++)
        if (h[i] < edge || (h[i] == edge && n_above++ >= k))
            h[i] = 0.0f;
}

int mn_layer_fit_slopes(size_t n, const float *dlogits, float *slopes)
{
    enum { RANGE_BITS = 40 };
    int k = 0;
    const float most = mn_max_abs(n, dlogits);
    if (most > 0.0f && isfinite(most))
        frexpf(most, &k);
    if (k >= -RANGE_BITS && k <= RANGE_BITS)
        k = 0;
    for (size_t i = 0; i < n; i++)
        slopes[i] = k ? ldexpf(dlogits[i], -k) : dlogits[i];
    return k;
}

void mn_layer_sum_rows(int n, int cols, const float *D, double *restrict sums, float *out)
{
    memset(sums, 0, (size_t)cols * sizeof *sums);
    for (int i = 0; i < n; i++, D += cols)
        for (int j = 0; j < cols; j++)
            sums[j] += (double)D[j];
    for (int j = 0; j < cols; j++)
        out[j] = (float)sums[j];
}

void mn_layer_share(int n, size_t r, float *A)
{
    for (int i = 0; i < n; i++, A += r) {
        const double sum = mn_sum(r, A);
        if (sum > 0.0)
            mn_scale(r, (float)(1.0 / sum), A);
    }
}

void mn_layer_tile(const mn_model *m, int values, const float *theta, int unit, float *pixels,
                   float *extra, float *classes)
{
    const size_t N = (size_t)m->tensors[0].cols, r = (size_t)m->n_units;
    const float *address = theta + (size_t)unit * N;
    const float *value = theta + mn_layer_offset(m, values) + unit;
    mn_model_copy_row(m, address, pixels, extra, NULL);
    for (int c = 0; classes && c < m->shape.n_classes; c++)
        classes[c] = value[(size_t)c * r];
}

void mn_layer_forget(mn_model *m, const mn_layer *l, int neuron)
{
    const mn_tensor values = m->tensors[l->values];
    for (size_t c = 0; c < (size_t)values.rows; c++)
        values.data[c * (size_t)values.cols + (size_t)neuron] = 0.0f;
    if (l->address_bias >= 0)
        m->tensors[l->address_bias].data[neuron] = 0.0f;
}
