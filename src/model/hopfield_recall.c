#include <math.h>
#include <string.h>

#include "hopfield.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* Recall (Hopfield 1982): a unit takes the sign of its field; one without a preference stays.
 * Unit by unit the energy -1/2 v.W v never rises while W is symmetric, which the delta and the
 * thermal rule do not keep it: then states may cycle. */

static float choose(float v, float h)
{
    return h > 0.0f ? 1.0f : h < 0.0f ? -1.0f : v;
}

/* H (n, D): fields of the active states, which are copied together. */
static void compare(mn_model *m, const float *V, int n)
{
    mn_hopfield *st = m->state;
    const size_t D = (size_t)st->D, n_state = (size_t)mn_model_n_state(m);
    for (int i = 0; i < n; i++)
        memcpy(st->V + (size_t)i * D, V + (size_t)st->active[i] * n_state, D * sizeof *V);
    mn_gemm_nt(n, st->D, st->D, 1.0f, st->V, st->D, m->theta, st->D, 0.0f, st->H, st->D);
    for (int i = 0; i < n; i++)
        for (size_t j = 0; j < D; j++)
            st->H[(size_t)i * D + j] -= m->theta[j * D + j] * st->V[(size_t)i * D + j];
}

static void sweep_in_order(mn_model *m, float *v, float *h)
{
    const mn_hopfield *st = m->state;
    const size_t D = (size_t)st->D;
    for (size_t at = 0; at < D; at++) {
        const size_t j = st->order[at];
        const float now = choose(v[j], h[j]), own = h[j];
        if (now == v[j])
            continue;
        mn_axpy(D, now - v[j], st->Wt + j * D, h);
        h[j] = own; /* a unit does not act on itself */
        v[j] = now;
    }
}

static void sweep(mn_model *m, float *V, int n, mn_update update)
{
    const mn_hopfield *st = m->state;
    const size_t D = (size_t)st->D, n_state = (size_t)mn_model_n_state(m);
    for (int i = 0; i < n; i++) {
        float *v = V + (size_t)st->active[i] * n_state, *h = st->H + (size_t)i * D;
        if (update == MN_ASYNCHRONOUS)
            sweep_in_order(m, v, h);
        else
            for (size_t j = 0; j < D; j++)
                v[j] = choose(v[j], h[j]);
    }
}

/* Drops the states that the last sweep left alone; returns how many go on. */
static int drop_settled(mn_model *m, const float *V, int n, int *sweeps, bool *converged)
{
    mn_hopfield *st = m->state;
    const size_t D = (size_t)st->D, n_state = (size_t)mn_model_n_state(m);
    int n_left = 0;
    for (int i = 0; i < n; i++) {
        const int a = st->active[i];
        const bool same =
            !memcmp(V + (size_t)a * n_state, st->V + (size_t)i * D, D * sizeof *V);
        if (same && converged)
            converged[a] = true;
        if (!same && sweeps)
            sweeps[a]++;
        if (!same)
            st->active[n_left++] = a;
    }
    return n_left;
}

/* Classes that are no units say what is read out of where recall has come to: one of them. */
static void name(mn_model *m, float *V, int n)
{
    const mn_hopfield *st = m->state;
    const float *readout = m->tensors[1].data;
    const size_t N = (size_t)st->N;
    for (int i = 0; i < n; i++, V += mn_model_n_state(m)) {
        int best = 0;
        double most = 0.0;
        for (int c = 0; c < st->C; c++) {
            const double z = mn_dot(N, readout + (size_t)c * N, V);
            V[N + (size_t)c] = -1.0f;
            if (z > most) {
                most = z;
                best = c;
            }
        }
        if (most > 0.0)
            V[N + (size_t)best] = 1.0f;
    }
}

void mn_hopfield_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps,
                       mn_rng *order, int *sweeps, bool *converged)
{
    mn_hopfield *st = m->state;
    const size_t D = (size_t)st->D;
    const int n_all = n;
    for (int i = 0; i < n; i++) {
        st->active[i] = i;
        if (sweeps)
            sweeps[i] = 0;
        if (converged)
            converged[i] = false;
    }
    if (update == MN_ASYNCHRONOUS)
        mn_transpose(D, D, m->theta, st->Wt);
    for (int t = 0; t < max_sweeps && n > 0; t++) {
        compare(m, V, n);
        for (int i = 0; update == MN_ASYNCHRONOUS && i < st->D; i++)
            st->order[i] = (uint32_t)i;
        if (update == MN_ASYNCHRONOUS)
            mn_rng_shuffle(order, st->order, D);
        sweep(m, V, n, update);
        n = drop_settled(m, V, n, sweeps, converged);
    }
    if (m->n_tensors > 1)
        name(m, V, n_all);
}

double mn_hopfield_energy(mn_model *m, const float *v)
{
    mn_hopfield *st = m->state;
    mn_hopfield_fields(m, v, st->field);
    return -0.5 * mn_dot((size_t)st->D, st->field, v);
}

/* A unit's part is how firmly its field holds it where it is. */
void mn_hopfield_shares(mn_model *m, const float *v, float *share)
{
    mn_hopfield *st = m->state;
    double sum = 0.0;
    mn_hopfield_fields(m, v, st->field);
    for (int i = 0; i < st->N; i++) {
        share[i] = fmaxf(0.0f, st->field[i] * v[i]);
        sum += (double)share[i];
    }
    for (int i = 0; i < st->N && sum > 0.0; i++)
        share[i] = (float)((double)share[i] / sum);
}
