#include "dam.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* Recall (Krotov and Hopfield 2016, equation 4). With h = xi.v, one of the two similarities
 * that unit i chooses between is b h itself, so a sweep costs one power per unit and memory:
 *
 *     gap_i = sum over mu of F(b (h - 2 v_i xi_i)) - F(b h)
 *
 * and the unit turns over when the gap is positive. A unit without a preference ends off. */

enum {
    UNITS = 64,      /* units whose weights stay in cache while all states pass */
    UNFIT = INT_MIN, /* no one scale serves all units of this state */
    MOST_BITS = 120  /* powers above 2^120 may overflow when they are summed */
};

void mn_dam_recall_layout(mn_model *m, mn_arena *a)
{
    mn_dam *st = m->state;
    size_t batch = (size_t)m->shape.batch, D = (size_t)st->D;
    st->state = mn_arena_bytes(a, batch, D * sizeof *st->state);
    st->xt = mn_arena_bytes(a, D, st->Kp * sizeof *st->xt);
    st->reach = mn_arena_floats(a, st->Kp);
    st->active = mn_arena_ints(a, batch);
    st->fit = mn_arena_ints(a, batch);
    st->u = mn_arena_floats(a, D);
    st->sums = mn_arena_bytes(a, D, sizeof *st->sums);
    st->order = mn_arena_bytes(a, D, sizeof *st->order);
}

/* One state on its way: its units, its similarities b h, and F of them scaled by 2^-k. */
typedef struct probe {
    mn_dam *st;
    const mn_interaction *f;
    float b;
    float *v, *s, *f0;
    int *k;
} probe;

static void transpose(mn_model *m, float b)
{
    mn_dam *st = m->state;
    const size_t D = (size_t)st->D;
    for (size_t mu = 0; mu < (size_t)st->K; mu++) {
        const float *xi = m->theta + mu * D;
        for (size_t i = 0; i < D; i++)
            st->xt[i * st->Kp + mu] = xi[i];
        st->reach[mu] = 2.0f * b * mn_max_abs(D, xi);
    }
}

static void widen(float x, float *lo, float *hi)
{
    *lo = x < *lo ? x : *lo;
    *hi = x > *hi ? x : *hi;
}

/* The scale for all units of a state. Every gap holds F(s), so the scale of s serves unless
 * one unit can change similarities out of all proportion. */
static int fit(const mn_dam *st, const mn_interaction *f, const float *s)
{
    float lo = s[0], hi = s[0], least = s[0], most = s[0];
    for (int mu = 0; mu < st->K; mu++) {
        widen(s[mu], &lo, &hi);
        widen(s[mu] - st->reach[mu], &least, &most);
        widen(s[mu] + st->reach[mu], &least, &most);
    }
    const int k = mn_interaction_fit(f, f->vertex, lo, hi);
    const int wide = mn_interaction_fit(f, f->vertex, least, most);
    const float bits = (float)f->vertex * log2f(mn_interaction_reach(f, least, most));
    if ((k == 0 && wide < 0) || (k < 0 && f->leak > 0.0f && least < 0.0f) ||
        bits - (float)(f->vertex * k) > MOST_BITS)
        return UNFIT;
    return k;
}

/* The state's similarities as the kernels take them. */
static const float *scaled(const probe *p)
{
    if (*p->k == 0)
        return p->s;
    memcpy(p->st->row, p->s, p->st->Kp * sizeof *p->s);
    mn_scale(p->st->Kp, ldexpf(1.0f, -*p->k), p->st->row);
    return p->st->row;
}

static void prepare(const probe *p)
{
    *p->k = fit(p->st, p->f, p->s);
    if (*p->k == UNFIT)
        return;
    const mn_interaction f = mn_interaction_scaled(p->f, *p->k);
    mn_interaction_apply(&f, p->st->Kp, scaled(p), p->f0);
}

/* The gap of one unit at its own scale, up to a positive factor. */
static double measure_alone(const probe *p, size_t unit)
{
    mn_dam *st = p->st;
    float *on = st->row, *off = st->col_lo, *f_on = st->col_hi, *f_off = st->f0;
    float lo = 0.0f, hi = 0.0f;
    for (size_t mu = 0; mu < st->Kp; mu++) {
        off[mu] = p->s[mu];
        on[mu] = p->s[mu] - 2.0f * p->b * p->v[unit] * st->xt[unit * st->Kp + mu];
        widen(off[mu], &lo, &hi);
        widen(on[mu], &lo, &hi);
    }
    const int k = mn_interaction_fit(p->f, p->f->vertex, lo, hi);
    const mn_interaction f = mn_interaction_scaled(p->f, k);
    mn_scale(st->Kp, ldexpf(1.0f, -k), on);
    mn_scale(st->Kp, ldexpf(1.0f, -k), off);
    mn_interaction_apply(&f, st->Kp, on, f_on);
    mn_interaction_apply(&f, st->Kp, off, f_off);
    mn_axpy(st->Kp, -1.0f, f_off, f_on);
    return mn_sum(st->Kp, f_on);
}

/* Gaps of n units from `first` on, into sums. */
static void measure(const probe *p, size_t first, size_t n)
{
    mn_dam *st = p->st;
    if (*p->k == UNFIT) {
        for (size_t j = 0; j < n; j++)
            st->sums[j] = measure_alone(p, first + j);
        return;
    }
    const mn_interaction f = mn_interaction_scaled(p->f, *p->k);
    const float step = -2.0f * p->b * ldexpf(1.0f, -*p->k);
    for (size_t j = 0; j < n; j++) {
        st->u[j] = step * p->v[first + j];
        st->sums[j] = 0.0;
    }
    const mn_steps steps = {.K = st->Kp,
                            .stride = st->Kp,
                            .n_rows = (int)n,
                            .s = scaled(p),
                            .c = st->xt + first * st->Kp,
                            .u = st->u};
    mn_interaction_differences(&f, &steps, p->f0, st->sums);
}

static float choose(float v, double gap)
{
    return (v > 0.0f ? gap < 0.0 : gap > 0.0) ? 1.0f : -1.0f;
}

static probe probe_at(mn_dam *st, const mn_interaction *f, float b, float *V, int i)
{
    const size_t D = (size_t)st->D;
    return (probe){.st = st,
                   .f = f,
                   .b = b,
                   .v = V + (size_t)st->active[i] * D,
                   .s = st->S + (size_t)i * st->Kp,
                   .f0 = st->W + (size_t)i * st->Kp,
                   .k = &st->fit[i]};
}

/* Every unit looks at the old state: similarities stay as they were. */
static void sweep_synchronously(mn_dam *st, const mn_interaction *f, float b, float *V, int n)
{
    for (size_t first = 0; first < (size_t)st->D; first += UNITS) {
        size_t count = (size_t)st->D - first < UNITS ? (size_t)st->D - first : UNITS;
        for (int i = 0; i < n; i++) {
            const probe p = probe_at(st, f, b, V, i);
            measure(&p, first, count);
            for (size_t j = 0; j < count; j++)
                p.v[first + j] = choose(p.v[first + j], st->sums[j]);
        }
    }
}

/* Every unit looks at what the others have become. */
static void sweep_in_order(mn_dam *st, const mn_interaction *f, float b, float *V, int n)
{
    for (int i = 0; i < n; i++) {
        const probe p = probe_at(st, f, b, V, i);
        for (int j = 0; j < st->D; j++) {
            size_t unit = st->order[j];
            measure(&p, unit, 1);
            float now = choose(p.v[unit], st->sums[0]);
            if (now == p.v[unit])
                continue;
            mn_axpy(st->Kp, b * (now - p.v[unit]), st->xt + unit * st->Kp, p.s);
            p.v[unit] = now;
            prepare(&p);
        }
    }
}

/* Copies the active states together, so that their similarities are one product. */
static void compare(mn_model *m, const mn_interaction *f, float b, float *V, int n)
{
    mn_dam *st = m->state;
    const size_t D = (size_t)st->D;
    for (int i = 0; i < n; i++)
        memcpy(st->state + (size_t)i * D, V + (size_t)st->active[i] * D, D * sizeof *V);
    mn_gemm_nt(n, st->K, st->D, b, st->state, st->D, m->theta, st->D, 0.0f, st->S, (int)st->Kp);
    for (int i = 0; i < n; i++) {
        const probe p = probe_at(st, f, b, V, i);
        prepare(&p);
    }
}

static void draw_order(mn_dam *st, mn_rng *order)
{
    for (int i = 0; i < st->D; i++)
        st->order[i] = (uint32_t)i;
    mn_rng_shuffle(order, st->order, (size_t)st->D);
}

/* Drops the states that the last sweep left alone; returns how many go on. */
static int drop_settled(mn_dam *st, const float *V, int n, int *sweeps, bool *converged)
{
    const size_t D = (size_t)st->D;
    int n_left = 0;
    for (int i = 0; i < n; i++) {
        int a = st->active[i];
        bool same = !memcmp(V + (size_t)a * D, st->state + (size_t)i * D, D * sizeof *V);
        if (same && converged)
            converged[a] = true;
        if (!same && sweeps)
            sweeps[a]++;
        if (!same)
            st->active[n_left++] = a;
    }
    return n_left;
}

void mn_dam_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps, mn_rng *order,
                  int *sweeps, bool *converged)
{
    mn_dam *st = m->state;
    const mn_interaction f = mn_dam_interaction(m);
    const float b = mn_dam_factor(m);
    const unsigned mode = mn_denormals_flush();
    for (int i = 0; i < n; i++) {
        st->active[i] = i;
        if (sweeps)
            sweeps[i] = 0;
        if (converged)
            converged[i] = false;
    }
    transpose(m, b);
    for (int t = 0; t < max_sweeps && n > 0; t++) {
        compare(m, &f, b, V, n);
        if (update == MN_SYNCHRONOUS) {
            sweep_synchronously(st, &f, b, V, n);
        } else {
            draw_order(st, order);
            sweep_in_order(st, &f, b, V, n);
        }
        n = drop_settled(st, V, n, sweeps, converged);
    }
    mn_denormals_restore(mode);
}

/* E = -sum over mu of F(b xi.v) */
double mn_dam_energy(mn_model *m, const float *v)
{
    const mn_dam *st = m->state;
    const mn_interaction f = mn_dam_interaction(m);
    const double b = (double)mn_dam_factor(m);
    const size_t D = (size_t)st->D;
    double sum = 0.0;
    for (size_t mu = 0; mu < (size_t)st->K; mu++)
        sum += mn_interaction_value(&f, b * mn_dot(D, m->theta + mu * D, v));
    return -sum;
}

void mn_dam_shares(mn_model *m, const float *v, float *share)
{
    mn_dam *st = m->state;
    const mn_interaction f = mn_dam_interaction(m);
    const double b = (double)mn_dam_factor(m);
    const size_t D = (size_t)st->D;
    for (size_t mu = 0; mu < (size_t)st->K; mu++)
        st->row[mu] = (float)(b * mn_dot(D, m->theta + mu * D, v));
    mn_interaction_shares(&f, (size_t)st->K, st->row, share);
}
