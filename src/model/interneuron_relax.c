#include <math.h>
#include <string.h>

#include "interneuron.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* Gozel and Gerstner 2021, as Bricken et al. 2023 use it (appendix C.1, equation 13). For an
 * input x, from silence, by forward Euler steps of dt
 *
 *     tau_e de/dt = -e + tanh([W x - b + W_IE i]+ / L)
 *     tau_i di/dt = -i + [W_EI e - threshold E]+
 *
 * until every unit is within `tolerance` of where it is drawn to. Published: 1e-6 in a step of
 * 1e-4 s, which is 2e-4 here. A batch is integrated as matrices; an item that has come to rest
 * leaves it, so what an item comes to does not hang on its company.
 *
 * Excitation and inhibition swing about their fixed point, which Euler steps damp only while
 * dt < (tau_e + tau_i) / (1 + g), where g is at most 1.8 times the active units (at 0.9 of the
 * connections and L = 0.5): 6e-4 s for twenty of them, 6e-5 s for two hundred. */

/* The connections as they work now. Newborn units are excited by what inhibits others, and
 * nobody hears them. */
static void connect(mn_model *m)
{
    mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    const size_t E = (size_t)st->E, I = (size_t)st->I;
    const float each = (float)(cfg->inhibition / (cfg->connection * st->I));
    for (size_t k = 0; k < E * I; k++) {
        st->W_EI[k] = st->excites[k] && !st->newborn[k % E] ? 1.0f : 0.0f;
        st->W_IE[k] = !st->inhibits[k] ? 0.0f : st->newborn[k / I] ? each : -each;
    }
}

/* Every item a row, its units silent. */
static void start(mn_model *m, const float *X, int n)
{
    mn_interneuron *st = m->state;
    const float *b = m->tensors[MN_INTERNEURON_BIAS].data;
    const size_t E = (size_t)st->E;
    mn_gemm_nt(n, st->E, st->P, 1.0f, X, st->P, m->theta, st->P, 0.0f, st->drive, st->E);
    for (int row = 0; row < n; row++) {
        mn_axpy(E, -1.0f, b, st->drive + (size_t)row * E);
        st->item[row] = row;
    }
    memset(st->e, 0, (size_t)n * E * sizeof *st->e);
    memset(st->i, 0, (size_t)n * (size_t)st->I * sizeof *st->i);
}

/* e moves by `part` of its way. Returns the longest way of a unit. Silent units need no tanh,
 * and they are most of them. */
static float excite(size_t n, float part, float scale, const float *restrict sum,
                    float *restrict e)
{
    float most = 0.0f;
    for (size_t j = 0; j < n; j++) {
        const float way = (sum[j] > 0.0f ? tanhf(sum[j] * scale) : 0.0f) - e[j];
        e[j] += part * way;
        most = fabsf(way) > most ? fabsf(way) : most;
    }
    return most;
}

static void inhibit(size_t n, float part, float threshold, const float *restrict heard,
                    float *restrict i)
{
    for (size_t j = 0; j < n; j++) {
        const float to = heard[j] > threshold ? heard[j] - threshold : 0.0f;
        i[j] += part * (to - i[j]);
    }
}

/* The rate above which the learning rule takes a unit for active. */
static int count_active(const mn_model *m, const float *e)
{
    const mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    int n = 0;
    for (int j = 0; j < st->E; j++)
        n += (double)e[j] > cfg->theta;
    return n;
}

/* Every step at first, then a twelfth more each time: a hundred thousand steps find room. */
static void watch(mn_model *m, size_t row, int step)
{
    enum { SPACING = 12 };
    mn_interneuron *st = m->state;
    mn_dynamics *d = &st->last;
    const float *e = st->e + row * (size_t)st->E, *i = st->i + row * (size_t)st->I;
    const int before = d->n ? d->at[d->n - 1] : 0;
    if (d->n == MN_TRACE_ROOM || step < before + 1 + before / SPACING)
        return;
    d->at[d->n] = step;
    d->excitation[d->n] = (float)(mn_sum((size_t)st->E, e) / st->E);
    d->active[d->n] = (float)count_active(m, e) / (float)st->E;
    d->inhibition[d->n++] = (float)(mn_sum((size_t)st->I, i) / st->I);
}

/* The row's item has been followed to its end; the last row takes its place. */
static void leave(mn_model *m, size_t row, size_t last, int steps, bool rested, float *rates)
{
    mn_interneuron *st = m->state;
    const size_t E = (size_t)st->E, I = (size_t)st->I;
    const float *e = st->e + row * E;
    const int n_active = count_active(m, e);
    memcpy(rates + (size_t)st->item[row] * E, e, E * sizeof *rates);
    st->mean_active += n_active;
    st->mean_inhibition += mn_sum(I, st->i + row * I) / (double)I;
    st->mean_steps += steps;
    st->share_rested += rested;
    if (st->item[row] == 0) {
        st->last.steps = steps;
        st->last.rested = rested;
        st->last.n_active = n_active;
    }
    if (row == last)
        return;
    st->item[row] = st->item[last];
    memcpy(st->e + row * E, st->e + last * E, E * sizeof *st->e);
    memcpy(st->drive + row * E, st->drive + last * E, E * sizeof *st->drive);
    memcpy(st->i + row * I, st->i + last * I, I * sizeof *st->i);
}

/* One step of all rows. Returns how many are still moving. */
static int advance(mn_model *m, int n, int step, float *rates)
{
    mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    const size_t E = (size_t)st->E, I = (size_t)st->I;
    const float part_e = (float)(cfg->dt / cfg->tau_e), part_i = (float)(cfg->dt / cfg->tau_i);
    const float scale = (float)(1.0 / cfg->scale), tolerance = (float)cfg->tolerance;
    memcpy(st->sum, st->drive, (size_t)n * E * sizeof *st->sum);
    mn_gemm_nt(n, st->E, st->I, 1.0f, st->i, st->I, st->W_IE, st->I, 1.0f, st->sum, st->E);
    mn_gemm_nt(n, st->I, st->E, 1.0f, st->e, st->E, st->W_EI, st->E, 0.0f, st->heard, st->I);
    inhibit((size_t)n * I, part_i, (float)(cfg->threshold * st->E), st->heard, st->i);
    for (size_t row = (size_t)n; row-- > 0;) {
        const float way = excite(E, part_e, scale, st->sum + row * E, st->e + row * E);
        if (st->item[row] == 0)
            watch(m, row, step);
        if (way < tolerance)
            leave(m, row, (size_t)--n, step, true, rates);
    }
    return n;
}

void mn_interneuron_relax(mn_model *m, const float *X, int n, float *rates)
{
    mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    int moving = n;
    st->mean_active = st->mean_inhibition = st->mean_steps = st->share_rested = 0.0;
    st->last = (mn_dynamics){.dt = cfg->dt};
    connect(m);
    start(m, X, n);
    for (int step = 1; step <= cfg->steps && moving; step++)
        moving = advance(m, moving, step, rates);
    while (moving) {
        moving--;
        leave(m, (size_t)moving, (size_t)moving, cfg->steps, false, rates);
    }
    const double share = n ? 1.0 / n : 0.0;
    st->mean_active *= share;
    st->mean_inhibition *= share;
    st->mean_steps *= share;
    st->share_rested *= share;
}
