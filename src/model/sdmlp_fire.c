#include <limits.h>
#include <math.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"
#include "sdmlp.h"

/* Bricken et al. 2023, equations 3, 4 and 12. With addresses A (r, N) and values V (C, r)
 *
 *     a = max(0, A x),  I = the (k + 1)-th largest of a,  a* = max(0, a - lambda I),  z = V a*.
 *
 * lambda_i goes from -1 to 1 with the number of items that neuron i was active for: at first
 * inhibition excites, as GABA does in neurons newly born, so that all of them find their place
 * among the data before they compete. Nothing is differentiated through I and lambda. */

int mn_sdmlp_k(const mn_model *m)
{
    const mn_sdmlp_cfg *cfg = m->cfg;
    const bool anneals = cfg->top_k == MN_TOP_ANNEAL || cfg->top_k == MN_TOP_ANNEAL_MASK;
    const double k = cfg->k, from = cfg->k_start ? cfg->k_start : cfg->neurons;
    if (!anneals || from <= k)
        return cfg->k;
    const double epoch = floor(m->progress.run_epoch);
    return (int)fmax(k, floor(from - epoch * (from - k) / cfg->anneal_epochs));
}

/* Inputs as the neurons get them: not negative, and of length 1. An empty one stays empty. */
static const float *prepare(mn_model *m, const float *X, int n)
{
    mn_sdmlp *st = m->state;
    const mn_sdmlp_cfg *cfg = m->cfg;
    const size_t N = (size_t)st->N;
    if (!cfg->normalise && !cfg->non_negative)
        return X;
    memcpy(st->X, X, (size_t)n * N * sizeof *X);
    if (cfg->non_negative)
        mn_layer_rectify((size_t)n * N, st->X);
    for (size_t i = 0; i < (size_t)n && cfg->normalise; i++) {
        const double norm = sqrt(mn_sumsq(N, st->X + i * N));
        if (norm > 0.0)
            mn_scale(N, (float)(1.0 / norm), st->X + i * N);
    }
    return st->X;
}

/* a (n, r), before inhibition. */
static void excite(mn_model *m, const float *x, int n, float *a)
{
    const mn_sdmlp *st = m->state;
    const bool bias = st->layer.address_bias >= 0;
    if (bias)
        mn_layer_start(m, st->layer.address_bias, n, st->r, a);
    mn_gemm_nt(n, st->r, st->N, 1.0f, x, st->N, m->theta, st->N, bias ? 1.0f : 0.0f, a, st->r);
    mn_layer_rectify((size_t)n * (size_t)st->r, a);
}

static void set_lambda(mn_model *m)
{
    mn_sdmlp *st = m->state;
    const mn_sdmlp_cfg *cfg = m->cfg;
    const double per_count = 2.0 / cfg->switch_counts;
    for (int u = 0; u < st->r; u++)
        st->lambda[u] = cfg->top_k == MN_TOP_GABA
                            ? (float)fmin(1.0, -1.0 + st->counts[u] * per_count)
                            : 1.0f;
}

MN_CLONES static void subtract(size_t n, float I, const float *restrict lambda,
                               const float *restrict a, float *restrict h)
{
    for (size_t i = 0; i < n; i++) {
        const float left = a[i] - lambda[i] * I;
        h[i] = left < 0.0f ? 0.0f : left;
    }
}

/* h (r): an item's neurons after inhibition by I, which it returns. */
static float inhibit(mn_model *m, size_t k, const float *a, float *h)
{
    mn_sdmlp *st = m->state;
    const mn_sdmlp_cfg *cfg = m->cfg;
    const size_t r = (size_t)st->r;
    float I = 0.0f;
    switch ((mn_top_k)cfg->top_k) {
    case MN_TOP_NONE: memcpy(h, a, r * sizeof *h); break;
    case MN_TOP_MASK:
    case MN_TOP_ANNEAL_MASK:
        memcpy(h, a, r * sizeof *h);
        mn_layer_keep_largest(r, k, h, st->scratch);
        break;
    case MN_TOP_GABA:
    case MN_TOP_ANNEAL:
    case MN_TOP_SUBTRACT:
        if (k < r)
            I = fmaxf(0.0f, mn_largest_of(r, k + 1, a, st->scratch));
        subtract(r, I, st->lambda, a, h);
        break;
    }
    return I;
}

MN_CLONES static bool any(const float *h)
{
    int found = 0;
    for (int j = 0; j < MN_LANES; j++)
        found |= !(h[j] <= 0.0f); /* what is not a number is to show */
    return found;
}

/* Adds the firings of an item; false when there is no more room. */
static bool list(mn_sdmlp *st, int item, const float *h)
{
    const int r = st->r;
    for (int at = 0; at < r; at += MN_LANES) {
        const int end = at + MN_LANES < r ? at + MN_LANES : r;
        if (end - at == MN_LANES && !any(h + at))
            continue;
        for (int u = at; u < end; u++) {
            if (h[u] <= 0.0f)
                continue;
            if (st->n_firing == st->capacity)
                return false;
            st->neuron[st->n_firing] = u;
            st->item[st->n_firing] = item;
            st->act[st->n_firing++] = h[u];
        }
    }
    return true;
}

static void fire(mn_model *m, int n)
{
    mn_sdmlp *st = m->state;
    const size_t r = (size_t)st->r, k = (size_t)mn_sdmlp_k(m);
    set_lambda(m);
    st->n_firing = 0;
    st->listed = true;
    for (int i = 0; i < n && st->listed; i++) {
        st->first[i] = st->n_firing;
        st->I[i] = inhibit(m, k, st->A + (size_t)i * r, st->row);
        st->listed = list(st, i, st->row);
    }
    st->first[n] = st->n_firing;
    for (size_t i = 0; i < (size_t)n && !st->listed; i++)
        st->I[i] = inhibit(m, k, st->A + i * r, st->H + i * r);
    st->n = n;
}

MN_CLONES static void count_row(size_t r, const float *restrict h, int *restrict counts)
{
    for (size_t u = 0; u < r; u++)
        counts[u] += (counts[u] < INT_MAX) & (h[u] > 0.0f);
}

static void count(mn_sdmlp *st, int n)
{
    const size_t r = (size_t)st->r;
    for (size_t p = 0; st->listed && p < st->n_firing; p++)
        st->counts[st->neuron[p]] += st->counts[st->neuron[p]] < INT_MAX;
    for (size_t i = 0; !st->listed && i < (size_t)n; i++)
        count_row(r, st->H + i * r, st->counts);
}

/* z of one item, from its firings. */
static void say(const mn_model *m, int item, float *z)
{
    const mn_sdmlp *st = m->state;
    const float *V = m->tensors[st->layer.values].data;
    for (int c = 0; c < st->C; c++, V += st->r) {
        double sum = (double)z[c];
        for (size_t p = st->first[item]; p < st->first[item + 1]; p++)
            sum += (double)st->act[p] * (double)V[st->neuron[p]];
        z[c] = (float)sum;
    }
}

void mn_sdmlp_forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_sdmlp *st = m->state;
    const mn_sdmlp_cfg *cfg = m->cfg;
    st->x = prepare(m, X, n);
    excite(m, st->x, n, st->A);
    fire(m, n);
    if (st->training || cfg->count_evaluation)
        count(st, n);
    st->training = false;
    mn_layer_start(m, st->layer.value_bias, n, st->C, logits);
    for (int i = 0; i < n && st->listed; i++)
        say(m, i, logits + i * st->C);
    if (!st->listed)
        mn_gemm_nt(n, st->C, st->r, 1.0f, st->H, st->r, m->tensors[st->layer.values].data,
                   st->r, 1.0f, logits, st->C);
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

void mn_sdmlp_tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_sdmlp *st = m->state;
    const float *h = st->H;
    for (int i = 0; st->listed && i < n; i++)
        for (size_t p = st->first[i]; p < st->first[i + 1]; p++)
            mn_tally_add(m, t, st->neuron[p], i, label);
    for (int i = 0; !st->listed && i < n; i++, h += st->r)
        for (int u = 0; u < st->r; u++)
            if (h[u] > 0.0f)
                mn_tally_add(m, t, u, i, label);
}

void mn_sdmlp_activity(mn_model *m, const float *X, int n, float *A)
{
    mn_sdmlp *st = m->state;
    const size_t r = (size_t)st->r, k = (size_t)mn_sdmlp_k(m);
    excite(m, prepare(m, X, n), n, A);
    set_lambda(m);
    for (size_t i = 0; i < (size_t)n; i++) {
        inhibit(m, k, A + i * r, st->row);
        memcpy(A + i * r, st->row, r * sizeof *A);
    }
    mn_layer_share(n, r, A);
}
