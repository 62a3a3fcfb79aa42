#include "consolidate.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* The gradient of a step, from y = dL/dg(t+1), zero where g is held, with u = v/|v|:
 *
 *     q = dt (y - u (u.y)) / |v|          = dL/dv
 *     s = beta f (W q - f.(W q))          = dL/d(W g)
 *     dL/dg(t) = (1 - dt) y + W^T s  where g is free,     dL/dW += f q^T + s g^T
 *
 * Through time, items are sorted so that those that took most steps come first: at every step
 * the rows that take part are consecutive. States between two that were kept are worked out
 * again, so that memory goes with the root of the steps.
 *
 * At a fixed point the same steps, with f, v and g as they stay, are the iteration that solves
 * (I - dPhi/dg)^T y = dL/dg, and one product at its end is the whole gradient. It contracts as
 * the relaxation does: the two have the same eigenvalues. */

/* Some rows of a step. */
typedef struct stretch {
    size_t from, n;
    const float *g, *f, *v; /* of all rows */
    double dt;              /* in q */
} stretch;

static void backtrack(const mn_consolidate *st, const stretch *p, size_t row)
{
    const size_t D = (size_t)st->D;
    const float *v = p->v + row * D, *y = st->adjoint + row * D;
    float *q = st->Q + row * D;
    const double length = sqrt(mn_sumsq(D, v));
    if (!(length > 0.0)) {
        memset(q, 0, D * sizeof *q);
        return;
    }
    memcpy(q, y, D * sizeof *q);
    mn_axpy(D, (float)(-mn_dot(D, v, y) / (length * length)), v, q);
    mn_scale(D, (float)(p->dt / length), q);
}

/* s from W q, in place. */
static void soften_back(size_t n, double beta, const float *f, float *s)
{
    const float mean = (float)mn_dot(n, f, s), b = (float)beta;
    for (size_t i = 0; i < n; i++)
        s[i] = b * f[i] * (s[i] - mean);
}

/* Q and S of the rows, and R = W^T s unless `last`. */
static void pull_back(mn_model *m, const stretch *p, bool last)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t D = (size_t)st->D, M = (size_t)st->M;
    float *S = st->S + p->from * M;
    for (size_t row = p->from; row < p->from + p->n; row++)
        backtrack(st, p, row);
    mn_gemm_nt((int)p->n, st->M, st->D, 1.0f, st->Q + p->from * D, st->D, st->W, st->D, 0.0f, S,
               st->M);
    for (size_t row = p->from; row < p->from + p->n; row++)
        soften_back(M, cfg->beta, p->f + row * M, st->S + row * M);
    if (!last)
        mn_gemm_nn((int)p->n, st->D, st->M, 1.0f, S, st->M, st->W, st->D, 0.0f,
                   st->R + p->from * D, st->D);
}

static void collect(const mn_consolidate *st, const stretch *p, float *dW)
{
    const size_t D = (size_t)st->D, M = (size_t)st->M;
    mn_gemm_tn(st->M, st->D, (int)p->n, 1.0f, p->f + p->from * M, st->M, st->Q + p->from * D,
               st->D, 1.0f, dW, st->D);
    mn_gemm_tn(st->M, st->D, (int)p->n, 1.0f, st->S + p->from * M, st->M, p->g + p->from * D,
               st->D, 1.0f, dW, st->D);
}

/* Items in the order of their steps, most first (a counting sort). */
static void sort(mn_model *m, int n)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const int most = cfg->max_steps;
    memset(st->begin, 0, ((size_t)most + 2) * sizeof *st->begin);
    for (int i = 0; i < n; i++)
        st->begin[most - st->steps[i] + 1]++;
    for (int t = 0; t < most; t++)
        st->begin[t + 1] += st->begin[t];
    for (int i = 0; i < n; i++)
        st->item[st->begin[most - st->steps[i]]++] = i;
}

static void gather(const mn_consolidate *st, size_t from, size_t to, const float *of, float *by)
{
    const size_t D = (size_t)st->D;
    for (size_t row = from; row < to; row++)
        memcpy(by + row * D, of + (size_t)st->item[row] * D, D * sizeof *by);
}

/* The slope of the loss at the end, by row: 2 weight (g - x) where g is free. */
static void begin(mn_consolidate *st, int n, const float *weight)
{
    const size_t D = (size_t)st->D;
    gather(st, 0, (size_t)n, st->free, st->K);
    for (size_t row = 0; row < (size_t)n; row++) {
        const size_t at = (size_t)st->item[row] * D;
        const float by = 2.0f * weight[st->item[row]];
        float *y = st->adjoint + row * D;
        for (size_t j = 0; j < D; j++)
            y[j] = by * st->free[at + j] * (st->g_end[at + j] - st->x[at + j]);
    }
}

/* Rows that took more than `steps`: the first so many. */
static size_t n_beyond(const mn_consolidate *st, size_t n, int64_t steps)
{
    while (n && st->steps[st->item[n - 1]] <= steps)
        n--;
    return n;
}

/* A slot's arrays: all rows of one step. */
static stretch slot(const mn_model *m, int at)
{
    const mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t states = (size_t)at * (size_t)m->shape.batch, D = (size_t)st->D;
    return (stretch){.g = st->slots_g + states * D,
                     .v = st->slots_v + states * D,
                     .f = st->slots_f + states * (size_t)st->M,
                     .dt = cfg->dt};
}

/* Works out again what steps t .. end - 1 did to rows `from` on; the first of them was kept. */
static void redo(mn_model *m, size_t from, size_t n, int t, int end)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t D = (size_t)st->D, M = (size_t)st->M, batch = (size_t)m->shape.batch;
    size_t to = n_beyond(st, n, t);
    gather(st, from, to, st->marks + (size_t)(t / st->n_slots) * batch * D, st->slots_g);
    for (int s = 0; t + s < end; s++) {
        const size_t at = (size_t)s * batch + from;
        float *g = st->slots_g + at * D, *v = st->slots_v + at * D;
        to = n_beyond(st, to, t + s);
        mn_consolidate_field(m, (int)(to - from), g, st->slots_f + at * M, v);
        if (t + s + 1 == end)
            return;
        float *next = g + batch * D;
        memcpy(next, g, (to - from) * D * sizeof *next);
        for (size_t row = from; row < to; row++)
            mn_consolidate_move(D, cfg->dt, v + (row - from) * D, st->K + row * D,
                                next + (row - from) * D);
    }
}

static void step_back(mn_model *m, const stretch *p, float *dW)
{
    mn_consolidate *st = m->state;
    const size_t D = (size_t)st->D;
    const float left = (float)(1.0 - p->dt);
    pull_back(m, p, false);
    collect(st, p, dW);
    for (size_t i = p->from * D; i < (p->from + p->n) * D; i++)
        st->adjoint[i] = st->K[i] * (left * st->adjoint[i] + st->R[i]);
}

static void through_time(mn_model *m, int n, int64_t tail, float *dW)
{
    mn_consolidate *st = m->state;
    const int most = n ? st->steps[st->item[0]] : 0, length = st->n_slots;
    for (int k = (most + length - 1) / length - 1; k >= 0; k--) {
        const int first = k * length, end = first + length < most ? first + length : most;
        /* Rows that took so many more steps do not look back as far. */
        const size_t from = n_beyond(st, (size_t)n, end - 1 + tail);
        const size_t rows = n_beyond(st, (size_t)n, first);
        if (from >= rows)
            continue;
        redo(m, from, rows, first, end);
        for (int t = end - 1; t >= first; t--) {
            stretch p = slot(m, t - first);
            p.from = n_beyond(st, (size_t)n, t + tail);
            p.n = n_beyond(st, rows, t) - p.from;
            if (p.n)
                step_back(m, &p, dW);
        }
    }
}

/* One step of the iteration for one row; returns the relative change. */
static double relax_adjoint(const mn_consolidate *st, double dt, size_t row)
{
    const size_t at = row * (size_t)st->D;
    double change = 0.0, size = 0.0;
    for (size_t i = at; i < at + (size_t)st->D; i++) {
        const float d = (float)dt * (st->source[i] + st->K[i] * st->R[i] - st->adjoint[i]);
        st->adjoint[i] += d;
        change += (double)(d * d);
        size += (double)(st->adjoint[i] * st->adjoint[i]);
    }
    return change > 0.0 ? sqrt(change / size) : change;
}

/* Rows that took many steps need many here; what comes last leaves first. */
static void at_fixed_point(mn_model *m, int n, float *dW)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t D = (size_t)st->D;
    gather(st, 0, (size_t)n, st->g_end, st->G);
    mn_consolidate_field(m, n, st->G, st->F, st->V);
    memcpy(st->source, st->adjoint, (size_t)n * D * sizeof *st->source);
    stretch p = {.n = (size_t)n, .g = st->G, .f = st->F, .v = st->V, .dt = 1.0};
    for (int t = 0; t < cfg->max_steps && p.n; t++) {
        pull_back(m, &p, false);
        for (size_t row = 0; row < p.n; row++)
            st->changed[row] = relax_adjoint(st, cfg->dt, row);
        while (p.n && st->changed[p.n - 1] <= cfg->tolerance)
            p.n--;
    }
    p.n = (size_t)n;
    pull_back(m, &p, true);
    collect(st, &p, dW);
}

/* From dL/dW, W = w/|w|, to dL/dw. */
static void unnormalise(const mn_consolidate *st, float *dW)
{
    const size_t D = (size_t)st->D;
    for (size_t mu = 0; mu < (size_t)st->M; mu++) {
        float *g = dW + mu * D;
        const float *xi = st->W + mu * D;
        mn_axpy(D, (float)-mn_dot(D, xi, g), xi, g);
        mn_scale(D, st->length[mu] > 0.0 ? (float)(1.0 / st->length[mu]) : 0.0f, g);
    }
}

void mn_consolidate_back(mn_model *m, const float *X, int n, const float *weight, mn_grad *grad)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const unsigned mode = mn_denormals_flush();
    memset(grad->g, 0, m->n_theta * sizeof *grad->g);
    memset(grad->exponent, 0, (size_t)m->n_rows * sizeof *grad->exponent);
    grad->scaled = grad->touched.some = false;
    sort(m, n);
    begin(st, n, weight);
    if (cfg->gradient == MN_THROUGH_FIXED)
        at_fixed_point(m, n, grad->g);
    else
        through_time(m, n, cfg->gradient == MN_THROUGH_TAIL ? cfg->tail : INT_MAX, grad->g);
    unnormalise(st, grad->g);
    mn_denormals_restore(mode);
}
