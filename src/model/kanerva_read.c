#include <math.h>
#include <string.h>

#include "kanerva.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* Of the numbers in s, those that are at least `edge`. */
static size_t list_within(const mn_kanerva *st, const float *s, float edge, size_t at)
{
    for (int u = 0; u < st->r; u++)
        if (s[u] >= edge)
            st->location[at++] = u;
    return at;
}

/* Exactly k; of equals at the edge the first. */
static size_t list_nearest(const mn_kanerva *st, const float *s, size_t k, size_t at)
{
    const float edge = mn_largest_of((size_t)st->r, k, s, st->scratch);
    size_t n_above = 0;
    for (int u = 0; u < st->r; u++)
        n_above += s[u] > edge;
    for (int u = 0; u < st->r; u++)
        if (s[u] > edge || (s[u] == edge && n_above++ < k))
            st->location[at++] = u;
    return at;
}

void mn_kanerva_present(const mn_model *m, const float *from, float *x)
{
    const mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    const size_t N = (size_t)st->N;
    if (cfg->kind == MN_KANERVA_BINARY) {
        for (size_t j = 0; j < N; j++)
            x[j] = from[j] > 0.0f ? 1.0f : -1.0f;
        return;
    }
    for (size_t j = 0; j < N; j++)
        x[j] = from[j] - st->centre[j];
    const double norm = sqrt(mn_sumsq(N, x));
    if (norm > 0.0)
        mn_scale(N, (float)(1.0 / norm), x);
}

int mn_kanerva_radius(const mn_model *m)
{
    const mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    if (cfg->activation == MN_KANERVA_NEAREST)
        return mn_circle_radius(&st->circle, (double)cfg->k / st->r);
    const int d = cfg->radius > 0 ? cfg->radius : st->plan[MN_PLAN_RADIUS];
    return d < st->N ? d : st->N;
}

void mn_kanerva_activate(mn_model *m, const float *X, int n)
{
    mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    const int N = st->N, r = st->r, k = cfg->k < r ? cfg->k : r;
    const double agreement = N - 2.0 * mn_kanerva_radius(m);
    /* Half a bit below the edge: bits are whole numbers, cosines are rounded. */
    const float edge =
        (float)(cfg->kind == MN_KANERVA_BINARY ? agreement - 1.0 : agreement / N - 1e-6);
    for (int i = 0; i < n; i++)
        mn_kanerva_present(m, X + (size_t)i * (size_t)N, st->x + (size_t)i * (size_t)N);
    mn_gemm_nt(n, r, N, 1.0f, st->x, N, st->addresses, N, 0.0f, st->S, r);
    st->first[0] = 0;
    for (int i = 0; i < n; i++) {
        const float *s = st->S + (size_t)i * (size_t)r;
        st->first[i + 1] = cfg->activation == MN_KANERVA_RADIUS
                               ? list_within(st, s, edge, st->first[i])
                               : list_nearest(st, s, (size_t)k, st->first[i]);
    }
}

double mn_kanerva_sum(mn_model *m, int i)
{
    mn_kanerva *st = m->state;
    double n_written = 0.0;
    memset(st->sums, 0, (size_t)st->D * sizeof *st->sums);
    for (size_t p = st->first[i]; p < st->first[i + 1]; p++) {
        const int u = st->location[p];
        const float *counters = m->theta + (size_t)u * (size_t)st->D;
        if (!st->writes[u])
            continue;
        n_written += st->writes[u];
        for (int j = 0; j < st->D; j++)
            st->sums[j] += (double)counters[j];
    }
    return n_written;
}

bool mn_kanerva_read(mn_model *m, int i, float *y)
{
    const mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    const double n_written = mn_kanerva_sum(m, i);
    if (n_written <= 0.0)
        return false;
    for (int j = 0; j < st->D; j++)
        if (cfg->kind == MN_KANERVA_BINARY)
            y[j] = st->sums[j] > 0.0 ? 1.0f : -1.0f;
        else
            y[j] = (float)(st->sums[j] / n_written);
    return true;
}
