#include "dam.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* Krotov and Hopfield 2016, equation 9; McAlister, Robins and Szymanski 2025, equation 1. With
 * every class unit held at -1, a = xi.x is one product per item and memory, and turning class
 * unit d on makes it a + 2 xi_d:
 *
 *     logit_d = sum over mu of F(b (a_mu + 2 xi_mu,d)) - F(b a_mu)
 *
 * where b is 1 / (T * D) or 1 / T. With g_d = dL/dlogit_d and
 *     P_d = b g_d F'(b (a + 2 xi_d)),  Q_d = b g_d F'(b a),  W = sum over d of P_d - Q_d
 * the gradient of a visible or extra weight is sum over items of W x, one product, and that of
 * class weight d is sum over items of 2 P_d - W. */

enum { BLOCK = 1024 }; /* memories whose class weights stay in the second-level cache */

/* What the class units add to every similarity: nothing of the batch is in it. */
static void transpose_classes(mn_model *m, float b)
{
    mn_dam *st = m->state;
    const size_t D = (size_t)st->D, C = (size_t)st->C;
    for (size_t mu = 0; mu < (size_t)st->K; mu++) {
        const float *weights = m->theta + mu * D + (D - C);
        float most = 0.0f, least = 0.0f;
        double sum = 0.0;
        for (size_t d = 0; d < C; d++) {
            st->c[d * st->Kp + mu] = weights[d];
            most = weights[d] > most ? weights[d] : most;
            least = weights[d] < least ? weights[d] : least;
            sum += (double)weights[d];
        }
        st->bias[mu] = (float)((double)-b * sum);
        st->up[mu] = 2.0f * b * most;
        st->down[mu] = 2.0f * b * least;
    }
}

/* Completes one row of similarities; returns its range with class units on and off, and widens
 * the range of every column. Padding keeps lo <= 0 <= hi where there is any. */
MN_CLONES static void complete(const mn_dam *st, float *restrict s, float *lo, float *hi)
{
    const float *restrict bias = st->bias, *restrict up = st->up, *restrict down = st->down;
    float *restrict col_lo = st->col_lo, *restrict col_hi = st->col_hi;
    float least[MN_LANES], most[MN_LANES];
    for (int j = 0; j < MN_LANES; j++) {
        least[j] = INFINITY;
        most[j] = -INFINITY;
    }
    for (size_t i = 0; i < st->Kp; i += MN_LANES)
        for (int j = 0; j < MN_LANES; j++) {
            float x = s[i + j] + bias[i + j], l = x + down[i + j], h = x + up[i + j];
            s[i + j] = x;
            least[j] = l < least[j] ? l : least[j];
            most[j] = h > most[j] ? h : most[j];
            col_lo[i + j] = l < col_lo[i + j] ? l : col_lo[i + j];
            col_hi[i + j] = h > col_hi[i + j] ? h : col_hi[i + j];
        }
    for (int width = MN_LANES / 2; width > 0; width /= 2)
        for (int j = 0; j < width; j++) {
            least[j] = least[j + width] < least[j] ? least[j + width] : least[j];
            most[j] = most[j + width] > most[j] ? most[j + width] : most[j];
        }
    *lo = least[0];
    *hi = most[0];
}

/* Logits of one completed row, scaled by 2^-kn. */
static void read_row(mn_dam *st, const mn_interaction *f, float b, int k, const float *s,
                     float *logits)
{
    const mn_interaction scaled = mn_interaction_scaled(f, k);
    const float scale = ldexpf(1.0f, -k);
    if (k) {
        memcpy(st->row, s, st->Kp * sizeof *s);
        mn_scale(st->Kp, scale, st->row);
        s = st->row;
    }
    for (int d = 0; d < st->C; d++) {
        st->u[d] = 2.0f * b * scale;
        st->sums[d] = 0.0;
    }
    for (size_t at = 0; at < st->Kp; at += BLOCK) {
        const mn_steps steps = {.K = st->Kp - at < BLOCK ? st->Kp - at : BLOCK,
                                .stride = st->Kp,
                                .n_rows = st->C,
                                .s = s + at,
                                .c = st->c + at,
                                .u = st->u};
        mn_interaction_apply(&scaled, steps.K, steps.s, st->f0);
        mn_interaction_differences(&scaled, &steps, st->f0, st->sums);
    }
    for (int d = 0; d < st->C; d++)
        logits[d] = (float)st->sums[d];
}

static void multiply(mn_model *m, const float *X, int n, float b)
{
    const mn_dam *st = m->state;
    int n_inputs = st->D - st->C;
    mn_gemm_nt(n, st->K, n_inputs, b, X, n_inputs, m->theta, st->D, 0.0f, st->S, (int)st->Kp);
}

static void start_columns(mn_dam *st)
{
    for (size_t i = 0; i < st->Kp; i++) {
        st->col_lo[i] = INFINITY;
        st->col_hi[i] = -INFINITY;
    }
}

void mn_dam_forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_dam *st = m->state;
    const mn_interaction f = mn_dam_interaction(m);
    const float b = mn_dam_factor(m);
    const unsigned mode = mn_denormals_flush();
    transpose_classes(m, b);
    start_columns(st);
    multiply(m, X, n, b);
    for (int i = 0; i < n; i++) {
        float *s = st->S + (size_t)i * st->Kp, lo, hi;
        complete(st, s, &lo, &hi);
        int k = mn_interaction_fit(&f, f.vertex, lo, hi);
        read_row(st, &f, b, k, s, logits + (size_t)i * (size_t)st->C);
        exponent[i] = k * f.vertex;
    }
    mn_denormals_restore(mode);
}

/* Chooses the scale of every memory's slopes; true when any is not 1. */
static bool fit_columns(mn_dam *st, const mn_interaction *f)
{
    bool scaled = false;
    for (int mu = 0; mu < st->K; mu++) {
        int k = mn_interaction_fit(f, f->vertex - 1, st->col_lo[mu], st->col_hi[mu]);
        st->k[mu] = k;
        st->scale[mu] = ldexpf(1.0f, -k);
        st->leak[mu] = mn_interaction_scaled(f, k).leak / (float)f->vertex;
        scaled |= k != 0;
    }
    for (size_t i = 0; i < st->Kp && scaled; i++)
        for (int d = 0; d < st->C; d++)
            st->cs[(size_t)d * st->Kp + i] = st->c[(size_t)d * st->Kp + i] * st->scale[i];
    return scaled;
}

/* The largest loss slopes may be near the ends of float's range (error exponents, and items
 * long learnt); the exponent that brings them back. 2^-FURTHEST joins the other factors of a
 * slope, a vertex and an inverse temperature, and the product has to stay a float. */
static int fit_slopes(size_t n, const float *dlogits)
{
    enum { ENOUGH = 40, FURTHEST = -100 };
    int k = 0;
    float largest = mn_max_abs(n, dlogits);
    if (largest > 0.0f && isfinite(largest))
        frexpf(largest, &k);
    k = k < FURTHEST ? FURTHEST : k;
    return k < -ENOUGH || k > ENOUGH ? k : 0;
}

static const float *scale_row(mn_dam *st, size_t at, size_t K, const float *s)
{
    for (size_t i = 0; i < K; i++)
        st->row[i] = s[i] * st->scale[at + i];
    return st->row;
}

/* Fills W and the sums over items that class weights need, for memories from `at`. */
static void weigh(mn_dam *st, const mn_interaction *f, size_t at, int n, const float *dlogits,
                  float factor, bool scaled)
{
    mn_steps steps = {.K = st->Kp - at < BLOCK ? st->Kp - at : BLOCK,
                      .stride = st->Kp,
                      .n_rows = st->C,
                      .c = (scaled ? st->cs : st->c) + at,
                      .u = st->u};
    for (int i = 0; i < n; i++) {
        const float *s = st->S + (size_t)i * st->Kp + at;
        for (int d = 0; d < st->C; d++)
            st->g[d] = factor * dlogits[(size_t)i * (size_t)st->C + (size_t)d];
        steps.s = scaled ? scale_row(st, at, steps.K, s) : s;
        mn_interaction_slopes(f, &steps, st->leak + at, st->g, st->W + (size_t)i * st->Kp + at,
                              st->w_sum + at, st->on + at);
    }
}

static void store_classes(const mn_dam *st, float *g)
{
    const size_t D = (size_t)st->D, C = (size_t)st->C;
    for (size_t mu = 0; mu < (size_t)st->K; mu++)
        for (size_t d = 0; d < C; d++)
            g[mu * D + (D - C) + d] = 2.0f * st->on[d * st->Kp + mu] - st->w_sum[mu];
}

void mn_dam_backward(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad)
{
    mn_dam *st = m->state;
    const mn_interaction f = mn_dam_interaction(m);
    const float b = mn_dam_factor(m);
    const int n_inputs = st->D - st->C, k = fit_slopes((size_t)n * (size_t)st->C, dlogits);
    const float factor = ldexpf((float)f.vertex * b, -k);
    const unsigned mode = mn_denormals_flush();
    const bool scaled = fit_columns(st, &f);
    for (int d = 0; d < st->C; d++)
        st->u[d] = 2.0f * b;
    memset(st->w_sum, 0, st->Kp * sizeof(float));
    memset(st->on, 0, (size_t)st->C * st->Kp * sizeof(float));
    for (size_t at = 0; at < st->Kp; at += BLOCK)
        weigh(st, &f, at, n, dlogits, factor, scaled);
    mn_gemm_tn(st->K, n_inputs, n, 1.0f, st->W, (int)st->Kp, X, n_inputs, 0.0f, grad->g, st->D);
    store_classes(st, grad->g);
    grad->scaled = scaled || k;
    for (int mu = 0; mu < st->K; mu++)
        grad->exponent[mu] = st->k[mu] * (f.vertex - 1) + k;
    mn_denormals_restore(mode);
}

/* The memory whose term is largest; an even power counts what is opposite as well. */
void mn_dam_tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_dam *st = m->state;
    const mn_interaction f = mn_dam_interaction(m);
    const bool even = f.floor < 0.0f && f.vertex % 2 == 0;
    for (int i = 0; i < n; i++) {
        const float *s = st->S + (size_t)i * st->Kp;
        for (int mu = 0; mu < st->K && even; mu++)
            st->row[mu] = fabsf(s[mu]);
        mn_tally_add(m, t, (int)mn_argmax((size_t)st->K, even ? st->row : s), i, label);
    }
}

void mn_dam_activity(mn_model *m, const float *X, int n, float *A)
{
    mn_dam *st = m->state;
    const mn_interaction f = mn_dam_interaction(m);
    const float b = mn_dam_factor(m);
    transpose_classes(m, b);
    multiply(m, X, n, b);
    for (int i = 0; i < n; i++) {
        float *s = st->S + (size_t)i * st->Kp;
        mn_axpy(st->Kp, 1.0f, st->bias, s);
        mn_interaction_shares(&f, (size_t)st->K, s, A + (size_t)i * (size_t)st->K);
    }
}
