#include "consolidate.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

/* Items on their way to their fixed points. A batch is two matrix products a step; items that
 * have settled leave it, and the last one takes their place. */

MN_CLONES double mn_consolidate_move(size_t n, double dt, const float *v, const float *free,
                                     float *g)
{
    const double length = sqrt(mn_sumsq(n, v));
    const float inverse = length > 0.0 ? (float)(1.0 / length) : 0.0f, by = (float)dt;
    double change = 0.0, size = 0.0;
#pragma omp simd reduction(+ : change, size)
    for (size_t i = 0; i < n; i++) {
        const float d = by * free[i] * (v[i] * inverse - g[i]);
        g[i] += d;
        change += (double)(d * d);
        size += (double)(g[i] * g[i]);
    }
    return change > 0.0 ? sqrt(change / size) : change;
}

/* What is taken away is 0 and may change. */
static void damage_items(mn_model *m, const float *X, int n, mn_rng *damage)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t D = (size_t)st->D, n_pixels = (size_t)m->shape.n_visible;
    for (size_t i = 0; i < (size_t)n; i++) {
        float *free = st->free + i * D, *x = st->x + i * D, *g = st->G + i * D;
        st->whole[i] = (float)mn_consolidate_unit(D, X + i * D, x);
        for (size_t j = 0; j < D; j++)
            free[j] = !damage ? 1.0f : 0.0f;
        for (size_t j = 0; j < n_pixels && damage; j++)
            free[j] = mn_rng_uniform(damage) < cfg->mask ? 1.0f : 0.0f;
        for (size_t j = 0; j < D; j++)
            g[j] = damage && free[j] > 0.0f ? 0.0f : x[j];
        st->item[i] = (int)i;
        st->steps[i] = cfg->max_steps;
    }
    memcpy(st->K, st->free, (size_t)n * D * sizeof *st->K);
}

static void keep(mn_consolidate *st, int row, float *into)
{
    const size_t D = (size_t)st->D;
    memcpy(into + (size_t)st->item[row] * D, st->G + (size_t)row * D, D * sizeof *into);
}

static void replace(mn_consolidate *st, int row, int last)
{
    const size_t D = (size_t)st->D, to = (size_t)row * D, from = (size_t)last * D;
    if (row == last)
        return;
    memcpy(st->G + to, st->G + from, D * sizeof *st->G);
    memcpy(st->K + to, st->K + from, D * sizeof *st->K);
    st->item[row] = st->item[last];
}

/* Takes leave of what has settled in step t; returns how many go on. */
static int retire(mn_model *m, int n, int t)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    for (int row = n - 1; row >= 0; row--) {
        if (!(st->changed[row] <= cfg->tolerance))
            continue;
        st->steps[st->item[row]] = t;
        keep(st, row, st->g_end);
        replace(st, row, --n);
    }
    return n;
}

/* Returns how many have not settled; they are the first rows of G. */
static int settle(mn_model *m, int n)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t D = (size_t)st->D;
    for (int t = 0; t < cfg->max_steps && n; t++) {
        if (st->n_slots && t % st->n_slots == 0)
            for (int row = 0; row < n; row++)
                keep(st, row,
                     st->marks + (size_t)(t / st->n_slots) * (size_t)m->shape.batch * D);
        mn_consolidate_field(m, n, st->G, st->F, st->V);
        for (size_t row = 0; row < (size_t)n; row++)
            st->changed[row] = mn_consolidate_move(D, cfg->dt, st->V + row * D, st->K + row * D,
                                                   st->G + row * D);
        n = retire(m, n, t + 1);
    }
    for (int row = 0; row < n; row++)
        keep(st, row, st->g_end);
    return n;
}

static double distance(size_t n, const float *x, const float *y)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double d = (double)x[i] - (double)y[i];
        sum += d * d;
    }
    return sum;
}

static double entropy(size_t n, const float *f)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        if (f[i] > 0.0f)
            sum -= (double)f[i] * log2((double)f[i]);
    return sum;
}

static void put(float *at, size_t i, double value)
{
    if (at)
        at[i] = (float)value;
}

static void measure(const mn_consolidate *st, size_t i, mn_signals *out)
{
    const size_t D = (size_t)st->D, M = (size_t)st->M;
    const float *f = st->f_end + i * M;
    put(out->loss, i, distance(D, st->x + i * D, st->g_end + i * D));
    put(out->time, i, st->steps[i]);
    put(out->entropy, i, entropy(M, f));
    put(out->max, i, (double)mn_max(M, f));
    put(out->norm, i, sqrt(mn_sumsq(M, f)));
}

static void show(const mn_consolidate *st, size_t n, const float *of, float *in_range)
{
    const size_t D = (size_t)st->D;
    if (!in_range)
        return;
    memcpy(in_range, of, n * D * sizeof *of);
    for (size_t i = 0; i < n; i++)
        mn_scale(D, st->whole[i], in_range + i * D);
}

void mn_consolidate_reconstruct(mn_model *m, const float *X, int n, mn_rng *damage,
                                mn_signals *out)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    mn_consolidate_normalise(m);
    damage_items(m, X, n, damage);
    show(st, (size_t)n, st->G, out->cue);
    const unsigned mode = mn_denormals_flush();
    const int n_unsettled = settle(m, n);
    mn_consolidate_field(m, n, st->g_end, st->f_end, NULL);
    mn_denormals_restore(mode);
    for (size_t i = 0; i < (size_t)n; i++)
        measure(st, i, out);
    for (int row = 0; row < n_unsettled; row++)
        put(out->time, (size_t)st->item[row], cfg->max_steps + 1.0);
    show(st, (size_t)n, st->g_end, out->retrieved);
}

/* Recall moves every unit, and brings the state back to length 1 after every step: then it
 * stays on the great circle between g and v/|v|, and since E is concave with gradient -v,
 *
 *     E(g') <= E(g) - v.(g' - g) <= E(g)                           for every dt up to 1. */

/* One step; a state that it would not change stays as it is. */
static double advance(mn_model *m, size_t row)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t D = (size_t)st->D;
    float *g = st->G + row * D, *next = st->Q + row * D;
    memcpy(next, g, D * sizeof *g);
    const double change =
        mn_consolidate_move(D, cfg->dt, st->V + row * D, st->K + row * D, next);
    if (!(change <= cfg->tolerance))
        mn_consolidate_unit(D, next, g);
    return change;
}

static void finish(mn_model *m, int row, float *V)
{
    mn_consolidate *st = m->state;
    const size_t D = (size_t)st->D;
    float *v = V + (size_t)st->item[row] * (size_t)mn_model_n_state(m);
    memcpy(v, st->G + (size_t)row * D, D * sizeof *v);
    mn_scale(D, st->whole[st->item[row]], v);
}

static void begin(mn_model *m, const float *V, int n, int *sweeps, bool *converged)
{
    mn_consolidate *st = m->state;
    const size_t D = (size_t)st->D, n_state = (size_t)mn_model_n_state(m);
    mn_consolidate_normalise(m);
    for (size_t i = 0; i < (size_t)n; i++) {
        st->whole[i] = (float)mn_consolidate_unit(D, V + i * n_state, st->G + i * D);
        for (size_t j = 0; j < D; j++)
            st->K[i * D + j] = 1.0f;
        st->item[i] = (int)i;
        if (sweeps)
            sweeps[i] = 0;
        if (converged)
            converged[i] = false;
    }
}

static int drop_settled(mn_model *m, int n, float *V, int *sweeps, bool *converged)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    for (int row = n - 1; row >= 0; row--) {
        const bool settled = st->changed[row] <= cfg->tolerance;
        if (!settled && sweeps)
            sweeps[st->item[row]]++;
        if (!settled)
            continue;
        if (converged)
            converged[st->item[row]] = true;
        replace(st, row, --n);
    }
    return n;
}

static void share_out(mn_model *m, const float *v, float *share)
{
    mn_consolidate *st = m->state;
    mn_consolidate_unit((size_t)st->D, v, st->G);
    mn_consolidate_field(m, 1, st->G, share, NULL);
}

/* Class units are only told, at the end: no memory has any. */
static void answer(mn_model *m, int n, float *V)
{
    mn_consolidate *st = m->state;
    const size_t n_state = (size_t)mn_model_n_state(m);
    for (size_t i = 0; i < (size_t)n; i++) {
        share_out(m, V + i * n_state, st->F);
        mn_consolidate_classes(m, st->F, V + i * n_state + (size_t)st->D);
    }
}

void mn_consolidate_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps,
                          mn_rng *order, int *sweeps, bool *converged)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const int n_all = n;
    begin(m, V, n, sweeps, converged);
    for (int t = 0; t < max_sweeps && n; t++) {
        mn_consolidate_field(m, n, st->G, st->F, st->V);
        for (int row = 0; row < n; row++) {
            st->changed[row] = advance(m, (size_t)row);
            if (!(st->changed[row] <= cfg->tolerance))
                finish(m, row, V);
        }
        n = drop_settled(m, n, V, sweeps, converged);
    }
    answer(m, n_all, V);
}

/* E = -1/beta log sum over mu of exp(beta xi.g) */
double mn_consolidate_energy(mn_model *m, const float *v)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t D = (size_t)st->D;
    mn_consolidate_normalise(m);
    mn_consolidate_unit(D, v, st->G);
    double most = -HUGE_VAL, sum = 0.0;
    for (size_t mu = 0; mu < (size_t)st->M; mu++) {
        const double h = mn_dot(D, st->W + mu * D, st->G);
        sum = h > most ? sum * exp(cfg->beta * (most - h)) + 1.0
                       : sum + exp(cfg->beta * (h - most));
        most = h > most ? h : most;
    }
    return -(most + log(sum) / cfg->beta);
}

void mn_consolidate_shares(mn_model *m, const float *v, float *share)
{
    mn_consolidate_normalise(m);
    share_out(m, v, share);
}
