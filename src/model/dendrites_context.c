/* Contexts: which there are, and which one an item is in. */
#include <string.h>

#include "dendrites.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* The prototypes' order of nearness to x is that of |p|^2 - 2 x p. */
static void measure(mn_dendrites *st, const float *X, int n)
{
    const int N = st->stack.N;
    for (int p = 0; p < st->P; p++)
        st->norm[p] = (float)mn_sumsq((size_t)N, st->prototypes + (size_t)p * (size_t)N);
    mn_gemm_nt(n, st->P, N, 1.0f, X, N, st->prototypes, N, 0.0f, st->near, st->P);
}

/* The nearest of those met; 0, whose prototype is 0 then, if none was. */
static int nearest(const mn_dendrites *st, int item)
{
    const float *xp = st->near + (size_t)item * (size_t)st->P;
    int best = -1;
    float least = 0.0f;
    for (int p = 0; p < st->P; p++) {
        const float distance = st->norm[p] - 2.0f * xp[p];
        if (st->met[p] && (best < 0 || distance < least)) {
            best = p;
            least = distance;
        }
    }
    return best < 0 ? 0 : best;
}

static int slot_of(mn_dendrites *st, int prototype, float gain)
{
    const size_t N = (size_t)st->stack.N;
    if (st->of[prototype] < 0) {
        float *c = st->contexts + (size_t)st->n_slots * N;
        memcpy(c, st->prototypes + (size_t)prototype * N, N * sizeof *c);
        mn_scale(N, gain, c);
        st->of[prototype] = st->n_slots++;
    }
    return st->of[prototype];
}

void mn_dendrites_place(mn_model *m, const float *X, int n)
{
    mn_dendrites *st = m->state;
    const mn_dendrites_cfg *cfg = m->cfg;
    const bool told =
        st->training && cfg->context == MN_CONTEXT_TASK && st->now > 0 && st->now <= st->P;
    st->n_slots = 0;
    for (int p = 0; p < st->P; p++)
        st->of[p] = -1;
    if (!told)
        measure(st, X, n);
    for (int i = 0; i < n; i++)
        st->slot[i] = slot_of(st, told ? st->now - 1 : nearest(st, i), (float)cfg->gain);
}

/* Sums of the items: all in the first row, or by class. */
static void sum_items(mn_model *m, const mn_source *items, bool by_class)
{
    mn_dendrites *st = m->state;
    const size_t N = (size_t)st->stack.N, C = (size_t)st->stack.C,
                 batch = (size_t)m->shape.batch;
    memset(st->sums, 0, C * N * sizeof *st->sums);
    memset(st->counts, 0, C * sizeof *st->counts);
    for (size_t done = 0; done < items->n;) {
        const size_t n = items->n - done < batch ? items->n - done : batch;
        for (size_t i = 0; i < n; i++)
            st->index[i] = (uint32_t)(done + i);
        items->fetch(items->ctx, st->index, n, st->X, st->Y);
        for (size_t i = 0; i < n; i++) {
            const size_t row = by_class ? mn_argmax(C, st->Y + i * C) : 0;
            st->counts[row]++;
            for (size_t j = 0; j < N; j++)
                st->sums[row * N + j] += (double)st->X[i * N + j];
        }
        done += n;
    }
}

static void remember(mn_dendrites *st, int prototype, size_t row)
{
    const size_t N = (size_t)st->stack.N;
    if (!st->counts[row])
        return;
    for (size_t j = 0; j < N; j++)
        st->prototypes[(size_t)prototype * N + j] =
            (float)(st->sums[row * N + j] / (double)st->counts[row]);
    st->met[prototype] = 1;
}

mn_status mn_dendrites_begin(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err)
{
    mn_dendrites *st = m->state;
    const mn_dendrites_cfg *cfg = m->cfg;
    if (cfg->context == MN_CONTEXT_NONE)
        return MN_OK;
    if (cfg->context == MN_CONTEXT_TASK && (l->task < 0 || l->task >= MN_DENDRITES_TASKS))
        return mn_fail(err, MN_EINVAL,
                       "cannot keep a context for task %d: there is room for %d", l->task + 1,
                       MN_DENDRITES_TASKS);
    sum_items(m, &l->items, cfg->context == MN_CONTEXT_CLASS);
    if (cfg->context == MN_CONTEXT_TASK) {
        remember(st, l->task, 0);
        st->now = l->task + 1;
    }
    for (int c = 0; c < st->stack.C && cfg->context == MN_CONTEXT_CLASS; c++)
        remember(st, c, (size_t)c);
    return MN_OK;
}
