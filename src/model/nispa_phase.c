/* The phases of a task (Gurbuz and Dovrolis 2022, algorithm 1).
 *
 * A phase t is `phase-epochs` epochs, of which the one with the best accuracy is kept. Then the
 * fewest neurons that carry the share p_t = (1 + cos(pi t / period)) / 2 of their layer's
 * activity become candidates, and connections from the others to them are moved elsewhere. The
 * task is done when this has cost more accuracy than `recovery`, or when p_t is nearly nothing:
 * training goes back to the network as the phase before left it, whose candidates are stable
 * from then on; what is not frozen starts anew, and nothing moves until the next task. A task
 * that is cut short is concluded when the next one begins, with what is known by then.
 *
 * Other than published: accuracies and activations are measured in every tenth training item,
 * at most 1,000 of them, not in a tenth that is held out, because the protocol trains on all of
 * a task's items; and an optimiser keeps its memory from phase to phase, because models do not
 * know optimisers. */
#include <limits.h>
#include <string.h>

#include "mnemoscope/kernel.h"
#include "nispa.h"

#define LEAST_SHARE 0.05   /* of the activity: below, there is nothing left to choose */
enum { FIRST_JUDGED = 3 }; /* the first phase that may have been one too many */

/* Files may say that it is late. */
static void tick(int *clock)
{
    *clock += *clock < INT_MAX;
}

static void copy_state(mn_model *m, mn_nispa_copy *to)
{
    const mn_nispa *st = m->state;
    memcpy(to->theta, m->theta, m->n_theta * sizeof *to->theta);
    memcpy(to->connected, st->stack.connected, st->stack.n_weights * sizeof(int));
    memcpy(to->chosen, st->chosen, st->n_nodes * sizeof(int));
}

static void go_back(mn_model *m, const mn_nispa_copy *to)
{
    mn_nispa *st = m->state;
    memcpy(m->theta, to->theta, m->n_theta * sizeof *to->theta);
    memcpy(st->stack.connected, to->connected, st->stack.n_weights * sizeof(int));
    memcpy(st->chosen, to->chosen, st->n_nodes * sizeof(int));
}

static void keep(mn_model *m)
{
    mn_nispa *st = m->state;
    memcpy(st->kept, m->theta, m->n_theta * sizeof *st->kept);
}

static void restore(mn_model *m)
{
    const mn_nispa *st = m->state;
    memcpy(m->theta, st->kept, m->n_theta * sizeof *st->kept);
}

static void record(mn_model *m)
{
    mn_nispa *st = m->state;
    const int r = st->stack.neurons;
    const bool full = st->clock[MN_NISPA_RECORDED] >= MN_NISPA_POINTS;
    const int at = full ? MN_NISPA_POINTS - 1 : st->clock[MN_NISPA_RECORDED];
    for (int l = 0; l < st->stack.depth; l++) {
        const int *stable = mn_nispa_targets(st, st->stable, l);
        const int *chosen = mn_nispa_targets(st, st->chosen, l);
        float *h = st->history + l * MN_NISPA_POINTS;
        int n = 0;
        for (int u = 0; u < r; u++)
            n += stable[u] || chosen[u];
        if (full)
            memmove(h, h + 1, (MN_NISPA_POINTS - 1) * sizeof *h);
        h[at] = (float)n / (float)r;
    }
    tick(&st->clock[MN_NISPA_RECORDED]);
}

/* The candidates of the network as it is are stable from now on. */
static void conclude(mn_model *m, mn_rng *r)
{
    mn_nispa *st = m->state;
    for (size_t i = 0; i < st->n_nodes; i++) {
        st->stable[i] = st->stable[i] || st->chosen[i];
        st->chosen[i] = 0;
    }
    mn_nispa_start(m, r);
    keep(m);
    record(m);
    st->clock[MN_NISPA_DONE] = 1;
}

static void add_activations(const mn_model *m, int n)
{
    mn_nispa *st = m->state;
    const int r = st->stack.neurons;
    for (int l = 0; l < st->stack.depth; l++) {
        const float *h = st->H[l];
        double *sum = st->sums + (size_t)l * (size_t)r;
        for (int i = 0; i < n; i++, h += r)
            for (int u = 0; u < r; u++)
                sum[u] += (double)h[u];
    }
}

/* Items of n whose largest logit is their class's; those of other tasks' classes are 0. */
static int n_correct(const mn_nispa *st, int n)
{
    const size_t C = (size_t)st->stack.C;
    int correct = 0;
    for (size_t i = 0; i < (size_t)n; i++)
        correct += st->Y[i * C + mn_argmax(C, st->logits + i * C)] > 0.0f;
    return correct;
}

/* Accuracy in the sample, with logits as in training; leaves the sums of activations. */
static double measure(mn_model *m, const mn_source *items, size_t n)
{
    mn_nispa *st = m->state;
    size_t correct = 0;
    memset(st->sums, 0, (size_t)m->n_units * sizeof *st->sums);
    for (size_t done = 0; done < n;) {
        const size_t left = n - done, batch = (size_t)m->shape.batch;
        const size_t now = left < batch ? left : batch;
        for (size_t i = 0; i < now; i++)
            st->index[i] = (uint32_t)((done + i) * items->n / n);
        items->fetch(items->ctx, st->index, now, st->X, st->Y);
        st->training = true;
        mn_nispa_forward(m, st->X, (int)now, st->logits, st->exponent);
        add_activations(m, (int)now);
        correct += (size_t)n_correct(st, (int)now);
        done += now;
    }
    return (double)correct / (double)n;
}

/* Keeps the network if it is the best of the phase. */
static void judge_epoch(mn_model *m, const mn_source *items)
{
    mn_nispa *st = m->state;
    const size_t tenth = (items->n + 9) / 10;
    const size_t n = tenth < MN_NISPA_SAMPLE ? tenth : MN_NISPA_SAMPLE;
    const float accuracy = (float)measure(m, items, n);
    const bool first = !st->clock[MN_NISPA_EPOCH];
    tick(&st->clock[MN_NISPA_EPOCH]);
    if (!first && accuracy <= st->accuracy[1])
        return;
    st->accuracy[1] = accuracy;
    keep(m);
    for (int u = 0; u < m->n_units; u++)
        st->means[u] = (float)(st->sums[u] / (double)n);
}

static bool costs_too_much(const mn_model *m)
{
    const mn_nispa *st = m->state;
    const mn_nispa_cfg *cfg = m->cfg;
    return (double)st->accuracy[1] < (double)st->accuracy[0] - cfg->recovery / 100.0;
}

static void next_phase(mn_model *m, double share, mn_rng *r)
{
    mn_nispa *st = m->state;
    copy_state(m, &st->last);
    if (st->accuracy[1] > st->accuracy[0])
        st->accuracy[0] = st->accuracy[1];
    mn_nispa_choose(m, share);
    mn_nispa_rewire(m, true, r);
    record(m);
    keep(m);
    st->accuracy[1] = 0.0f;
    tick(&st->clock[MN_NISPA_PHASE]);
    st->clock[MN_NISPA_EPOCH] = 0;
}

mn_status mn_nispa_epoch(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err)
{
    mn_nispa *st = m->state;
    const mn_nispa_cfg *cfg = m->cfg;
    const int phase = st->clock[MN_NISPA_PHASE];
    if (st->clock[MN_NISPA_DONE] || !l->items.n)
        return MN_OK;
    judge_epoch(m, &l->items);
    if (st->clock[MN_NISPA_EPOCH] < cfg->phase_epochs)
        return MN_OK;
    const double share = mn_nispa_share(cfg, phase);
    restore(m);
    if (phase >= FIRST_JUDGED && (costs_too_much(m) || share <= LEAST_SHARE)) {
        go_back(m, &st->last);
        conclude(m, r);
    } else {
        next_phase(m, share, r);
    }
    return MN_OK;
}

/* A task is left in the middle of a phase: the best that is known to have kept its accuracy is
 * as good as the end. One whose first epoch did not end leaves no trace. */
static void cut_short(mn_model *m, mn_rng *r)
{
    mn_nispa *st = m->state;
    const int phase = st->clock[MN_NISPA_PHASE];
    const bool judged = st->clock[MN_NISPA_EPOCH] > 0;
    if (phase == 1 && !judged)
        return;
    if (phase >= FIRST_JUDGED && (!judged || costs_too_much(m)))
        go_back(m, &st->last);
    else
        restore(m);
    if (phase == 1) {
        mn_nispa_choose(m, mn_nispa_share(m->cfg, phase));
        mn_nispa_rewire(m, false, r);
    }
    conclude(m, r);
}

mn_status mn_nispa_begin(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err)
{
    mn_nispa *st = m->state;
    if (st->clock[MN_NISPA_BEGUN] && !st->clock[MN_NISPA_DONE])
        cut_short(m, r);
    for (int c = 0; c < st->stack.C; c++)
        st->current[c] = l->classes[c];
    memset(st->chosen, 0, st->n_nodes * sizeof *st->chosen);
    memset(st->accuracy, 0, sizeof st->accuracy);
    st->clock[MN_NISPA_BEGUN] = 1;
    st->clock[MN_NISPA_DONE] = 0;
    st->clock[MN_NISPA_PHASE] = 1;
    st->clock[MN_NISPA_EPOCH] = 0;
    keep(m);
    copy_state(m, &st->last);
    return MN_OK;
}
