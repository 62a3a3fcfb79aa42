/* Forward and backward of active dendrites. */
#include <math.h>
#include <string.h>

#include "dendrites.h"
#include "layer.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* A segment's tensor, of a hidden layer. */
static int dendrites_of(const mn_stack *s, int layer)
{
    return mn_stack_bias(s, s->depth) + 1 + layer;
}

static bool gated(const mn_model *m)
{
    const mn_dendrites_cfg *cfg = m->cfg;
    return cfg->context != MN_CONTEXT_NONE;
}

/* The segment that a context drives most, whichever way, is the one that answers. */
static void answer(mn_model *m, int layer)
{
    mn_dendrites *st = m->state;
    const int r = st->stack.neurons, N = st->stack.N, S = st->S;
    const float *drive = st->drive;
    mn_gemm_nt(st->n_slots, r * S, N, 1.0f, st->contexts, N,
               m->tensors[dendrites_of(&st->stack, layer)].data, N, 0.0f, st->drive, r * S);
    for (int i = 0; i < st->n_slots * r; i++, drive += S) {
        int most = 0;
        for (int j = 1; j < S; j++)
            if (fabsf(drive[j]) > fabsf(drive[most]))
                most = j;
        st->segment[layer][i] = most;
        st->gate[layer][i] = 1.0f / (1.0f + expf(-drive[most]));
    }
}

/* H (n, r) holds sums, and then what is left of them. */
static void fire(mn_model *m, int layer, int n)
{
    mn_dendrites *st = m->state;
    const mn_dendrites_cfg *cfg = m->cfg;
    const size_t r = (size_t)st->stack.neurons;
    const long k = lround(cfg->active * (double)r);
    float *h = st->H[layer];
    for (int i = 0; i < n; i++, h += r) {
        const float *gate = st->gate[layer] + (size_t)st->slot[i] * r;
        for (size_t u = 0; u < r && gated(m); u++)
            h[u] *= gate[u];
        mn_layer_keep_largest(r, k > 0 ? (size_t)k : 1, h, st->row);
    }
}

void mn_dendrites_forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_dendrites *st = m->state;
    const mn_dendrites_cfg *cfg = m->cfg;
    const float *in = X;
    st->stack.whole = !cfg->keep_sparse;
    mn_stack_connect(m, &st->stack);
    if (gated(m))
        mn_dendrites_place(m, X, n);
    st->training = false;
    for (int l = 0; l < MN_DENDRITES_LAYERS; in = st->H[l++]) {
        if (gated(m))
            answer(m, l);
        mn_stack_sum(m, &st->stack, l, in, n, st->H[l]);
        fire(m, l, n);
    }
    mn_stack_sum(m, &st->stack, MN_DENDRITES_LAYERS, in, n, logits);
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

/* dL/dt from dL/dh, in place: h = t s(d), so dt = s dh and dd = (1 - s) h dh. What did not fire
 * has no slope. */
static void through_gates(mn_model *m, int layer, int n, float *back)
{
    mn_dendrites *st = m->state;
    const size_t r = (size_t)st->stack.neurons;
    const float *h = st->H[layer];
    memset(st->pull[layer], 0, (size_t)st->n_slots * r * sizeof(float));
    for (int i = 0; i < n; i++, h += r, back += r) {
        if (!gated(m)) {
            for (size_t u = 0; u < r; u++)
                back[u] = h[u] != 0.0f ? back[u] : 0.0f;
            continue;
        }
        const float *gate = st->gate[layer] + (size_t)st->slot[i] * r;
        float *pull = st->pull[layer] + (size_t)st->slot[i] * r;
        for (size_t u = 0; u < r; u++) {
            const float dh = h[u] != 0.0f ? back[u] : 0.0f;
            pull[u] += (1.0f - gate[u]) * h[u] * dh;
            back[u] = gate[u] * dh;
        }
    }
}

static void touch(mn_grad *grad, int row)
{
    if (grad->touched.some)
        grad->touched.list[grad->touched.n++] = row;
}

/* The slopes of the segments that answered; `row` is the first of them in theta. */
static void bend(mn_model *m, int layer, int row, mn_grad *grad)
{
    mn_dendrites *st = m->state;
    const int r = st->stack.neurons;
    const size_t N = (size_t)st->stack.N;
    float *g = grad->g + mn_layer_offset(m, dendrites_of(&st->stack, layer));
    for (int u = 0; u < r; u++)
        for (int j = 0; j < st->S; j++, row++, g += N) {
            bool answered = false;
            for (int p = 0; p < st->n_slots; p++) {
                if (st->segment[layer][p * r + u] != j)
                    continue;
                answered = true;
                mn_axpy(N, st->pull[layer][p * r + u], st->contexts + (size_t)p * N, g);
            }
            if (answered)
                touch(grad, row);
        }
}

void mn_dendrites_backward(mn_model *m, const float *X, int n, const float *dlogits,
                           mn_grad *grad)
{
    mn_dendrites *st = m->state;
    mn_stack *s = &st->stack;
    const int r = s->neurons, plain = MN_DENDRITES_LAYERS * (r + 1) + s->C + 1;
    const int k = mn_layer_fit_slopes((size_t)n * (size_t)s->C, dlogits, st->slopes);
    const float *D = st->slopes;
    mn_model_clear_grad(m, grad);
    for (int row = 0; row < plain; row++)
        touch(grad, row);
    for (int l = MN_DENDRITES_LAYERS; l > 0; l--) {
        float *back = st->back[l % 2];
        mn_stack_slopes(m, s, l, st->H[l - 1], D, n, grad->g);
        mn_stack_back(s, l, D, n, back);
        through_gates(m, l - 1, n, back);
        D = back;
    }
    mn_stack_slopes(m, s, 0, X, D, n, grad->g);
    for (int l = 0; l < MN_DENDRITES_LAYERS && gated(m); l++)
        bend(m, l, plain + l * r * st->S, grad);
    grad->scaled = k != 0;
    for (int row = 0; row < m->n_rows; row++)
        grad->exponent[row] = k;
}
