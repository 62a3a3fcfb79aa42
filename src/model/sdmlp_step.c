#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"
#include "sdmlp.h"

/* With d = dL/dz, summed over items,
 *
 *     dL/dV = sum of d a*^T,  dL/dA = sum of (V^T d * [a* > 0] * [a > 0]) x^T
 *
 * A neuron that nothing but inverted inhibition drives (a = 0) speaks but does not learn its
 * address. With few firings both sums are over them alone, and all other rows of dL/dA are
 * zero. */

/* back <- dL/da of every firing. */
static void blame(mn_model *m)
{
    mn_sdmlp *st = m->state;
    const size_t r = (size_t)st->r, C = (size_t)st->C;
    const float *V = m->tensors[st->layer.values].data;
    for (size_t p = 0; p < st->n_firing; p++) {
        const size_t item = (size_t)st->item[p], u = (size_t)st->neuron[p];
        const float *d = st->slopes + item * C;
        double sum = 0.0;
        for (size_t c = 0; c < C; c++)
            sum += (double)d[c] * (double)V[c * r + u];
        st->back[p] = st->A[item * r + u] > 0.0f ? (float)sum : 0.0f;
    }
}

/* by_neuron <- the firings, neuron by neuron, the items of each in order. */
static void sort(mn_sdmlp *st)
{
    const size_t r = (size_t)st->r;
    size_t *begin = st->begin;
    memset(begin, 0, (r + 1) * sizeof *begin);
    for (size_t p = 0; p < st->n_firing; p++)
        begin[st->neuron[p] + 1]++;
    for (size_t u = 0; u < r; u++)
        begin[u + 1] += begin[u];
    for (size_t p = 0; p < st->n_firing; p++)
        st->by_neuron[begin[st->neuron[p]]++] = p;
    memmove(begin + 1, begin, r * sizeof *begin); /* every begin has become an end */
    begin[0] = 0;
}

/* out += sum of w_j x_j over four rows at once: out is read and written once for them. */
MN_CLONES static void add_four(size_t n, const float *w, const float *restrict x0,
                               const float *restrict x1, const float *restrict x2,
                               const float *restrict x3, float *restrict out)
{
    for (size_t i = 0; i < n; i++)
        out[i] += w[0] * x0[i] + w[1] * x1[i] + w[2] * x2[i] + w[3] * x3[i];
}

/* out (N), which is zero, becomes a neuron's row of dL/dA. */
static void add_inputs(const mn_sdmlp *st, size_t begin, size_t end, float *out)
{
    enum { WIDTH = 4 };
    const size_t N = (size_t)st->N;
    for (size_t at = begin; at < end; at += WIDTH) {
        const float *x[WIDTH] = {st->x, st->x, st->x, st->x};
        float w[WIDTH] = {0};
        for (size_t j = 0; j < WIDTH && at + j < end; j++) {
            const size_t p = st->by_neuron[at + j];
            x[j] = st->x + (size_t)st->item[p] * N;
            w[j] = st->back[p];
        }
        if (at + WIDTH <= end)
            add_four(N, w, x[0], x[1], x[2], x[3], out);
        else
            for (size_t j = 0; at + j < end; j++)
                mn_axpy(N, w[j], x[j], out);
    }
}

/* A neuron's column of dL/dV, and what its bias is blamed for. */
static void add_slopes(const mn_model *m, size_t u, mn_grad *grad)
{
    const mn_sdmlp *st = m->state;
    const size_t r = (size_t)st->r, C = (size_t)st->C;
    float *g = grad->g + mn_layer_offset(m, st->layer.values) + u;
    double blamed = 0.0;
    for (size_t c = 0; c < C; c++) {
        double sum = 0.0;
        for (size_t at = st->begin[u]; at < st->begin[u + 1]; at++) {
            const size_t p = st->by_neuron[at];
            sum += (double)st->act[p] * (double)st->slopes[(size_t)st->item[p] * C + c];
        }
        g[c * r] = (float)sum;
    }
    for (size_t at = st->begin[u]; at < st->begin[u + 1]; at++)
        blamed += (double)st->back[st->by_neuron[at]];
    if (st->layer.address_bias >= 0)
        grad->g[mn_layer_offset(m, st->layer.address_bias) + u] = (float)blamed;
}

static void touch(mn_grad *grad, int row)
{
    if (grad->touched.some)
        grad->touched.list[grad->touched.n++] = row;
}

static void gather(mn_model *m, mn_grad *grad)
{
    mn_sdmlp *st = m->state;
    const size_t N = (size_t)st->N;
    mn_model_clear_grad(m, grad);
    blame(m);
    sort(st);
    for (int u = 0; u < st->r; u++)
        if (st->begin[u] < st->begin[u + 1]) {
            add_inputs(st, st->begin[u], st->begin[u + 1], grad->g + (size_t)u * N);
            add_slopes(m, (size_t)u, grad);
            touch(grad, u);
        }
    for (int row = st->r; row < m->n_rows; row++)
        touch(grad, row);
}

static void silence(size_t n, const float *restrict a, const float *restrict h,
                    float *restrict back)
{
    for (size_t i = 0; i < n; i++)
        back[i] = a[i] > 0.0f && h[i] > 0.0f ? back[i] : 0.0f;
}

static void multiply(mn_model *m, int n, mn_grad *grad)
{
    mn_sdmlp *st = m->state;
    const int N = st->N, r = st->r, C = st->C;
    mn_gemm_tn(C, r, n, 1.0f, st->slopes, C, st->H, r, 0.0f,
               grad->g + mn_layer_offset(m, st->layer.values), r);
    mn_gemm_nn(n, r, C, 1.0f, st->slopes, C, m->tensors[st->layer.values].data, r, 0.0f,
               st->back, r);
    silence((size_t)n * (size_t)r, st->A, st->H, st->back);
    mn_gemm_tn(r, N, n, 1.0f, st->back, r, st->x, N, 0.0f, grad->g, N);
    if (st->layer.address_bias >= 0)
        mn_layer_sum_rows(n, r, st->back, st->sums,
                          grad->g + mn_layer_offset(m, st->layer.address_bias));
    grad->touched.some = false;
}

void mn_sdmlp_backward(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad)
{
    mn_sdmlp *st = m->state;
    const int k = mn_layer_fit_slopes((size_t)n * (size_t)st->C, dlogits, st->slopes);
    if (st->listed)
        gather(m, grad);
    else
        multiply(m, n, grad);
    if (st->layer.value_bias >= 0)
        mn_layer_sum_rows(n, st->C, st->slopes, st->sums,
                          grad->g + mn_layer_offset(m, st->layer.value_bias));
    grad->scaled = k != 0;
    for (int row = 0; row < m->n_rows; row++)
        grad->exponent[row] = k;
}
