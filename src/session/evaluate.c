#include "session_impl.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

/* Test items 0..n-1 of a task through the model, in batches. Uses no random numbers. `by_class`
 * (n_units, n_classes), or NULL: firings are added. */
static mn_score score(mn_session *s, int task, size_t n, uint32_t *by_class)
{
    mn_work *w = &s->work;
    mn_tally tally = {.fired = w->fired, .by_class = by_class};
    const mn_shape *shape = mn_model_shape(s->model);
    float lo, hi;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    for (size_t at = 0; at < n; at += (size_t)shape->batch) {
        size_t m = n - at < (size_t)shape->batch ? n - at : (size_t)shape->batch;
        mn_stream_gather(s->stream, task, MN_TEST, w->range + at, m, lo, hi, w->X);
        mn_model_forward(s->model, w->X, (int)m, w->logits, w->exponent);
        for (size_t i = 0; i < m; i++) {
            w->truth[at + i] = mn_stream_label(s->stream, task, MN_TEST, at + i);
            w->predicted[at + i] = (int)mn_argmax((size_t)shape->n_classes,
                                                  w->logits + i * (size_t)shape->n_classes);
        }
        if (by_class)
            mn_model_tally(s->model, (int)m, w->truth + at, &tally);
    }
    return mn_score_of(w->truth, w->predicted, n, shape->n_classes, w->confusion);
}

static size_t probe_size(const mn_session *s, int task)
{
    size_t all = mn_stream_items(s->stream, task, MN_TEST);
    size_t wanted = (size_t)s->config.run.probe_items;
    return wanted < all ? wanted : all;
}

static void measure_units(mn_session *s)
{
    mn_work *w = &s->work;
    float lo, hi;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    size_t n = probe_size(s, s->task);
    if (n > (size_t)w->n_probe)
        n = (size_t)w->n_probe;
    mn_stream_gather(s->stream, s->task, MN_TEST, w->range, n, lo, hi, w->probe_X);
    for (size_t i = 0; i < n; i++)
        w->probe_label[i] = mn_stream_label(s->stream, s->task, MN_TEST, i);
    mn_prototype_measure(s->model, w->probe_X, w->probe_label, (int)n, w->probe_work,
                         &s->units);
    for (int i = 0; i < MN_N_INDICES; i++)
        s->scores.index_mean[i] = mn_prototype_mean(&s->units, (mn_index)i);
}

static void fill_strip(const mn_units *u, mn_index which, float *bins)
{
    int defined = 0;
    memset(bins, 0, MN_STRIP_BINS * sizeof *bins);
    for (int i = 0; i < u->n; i++) {
        float x = u->index[which][i];
        if (!isfinite(x))
            continue;
        int bin = (int)(x * (float)MN_STRIP_BINS);
        bins[bin < 0 ? 0 : bin >= MN_STRIP_BINS ? MN_STRIP_BINS - 1 : bin] += 1.0f;
        defined++;
    }
    for (int b = 0; b < MN_STRIP_BINS; b++)
        bins[b] = defined ? bins[b] / (float)defined : NAN;
}

static void remember(mn_session *s)
{
    mn_moment *m = mn_history_moment(&s->history);
    if (!m)
        return;
    mn_scores *sc = &s->scores;
    m->step = s->step;
    m->loss = sc->loss_items ? sc->loss_sum / (double)sc->loss_items : (double)NAN;
    sc->loss_sum = 0.0;
    sc->loss_items = 0;
    for (int t = 0; t < MN_TASKS_MAX; t++) {
        m->score[t] = sc->now[t].n ? sc->now[t].accuracy : (double)NAN;
        m->f1[t] = sc->now[t].n ? sc->now[t].macro_f1 : (double)NAN;
    }
    m->index_mean = sc->index_mean[0];
    m->dead = mn_units_count_dead(&s->units);
    for (int i = 0; i < MN_N_INDICES; i++)
        fill_strip(&s->units, (mn_index)i, m->strip[i]);
    for (int i = 0; i < MN_GAUGES_MAX; i++)
        m->gauge[i] = (float)sc->gauge[i];
    m->entropy = (float)s->poll.mixture[MN_CENSUS_EPOCH].weighted;
    m->moved_silent = (float)sc->moved_silent;
    m->moved_firing = (float)sc->moved_firing;
    mn_session_remember_returns(s, m);
}

/* Tasks that have been trained on, at least for a step. */
static int n_met(const mn_session *s)
{
    return s->scores.n_trained > s->task + 1 ? s->scores.n_trained : s->task + 1;
}

/* Every task met so far, on a probe of its test items: cheap enough for every epoch. */
void mn_session_probe(mn_session *s)
{
    const int met = n_met(s);
    for (int t = 0; t < met; t++)
        s->scores.now[t] = score(s, t, probe_size(s, t), NULL);
    s->scores.probe_step = s->step;
    measure_units(s);
    mn_session_look_at_returns(s, (size_t)s->config.run.probe_items);
    remember(s);
    mn_session_record(s, "epoch");
}

void mn_session_evaluate_row(mn_session *s, int row)
{
    mn_poll *p = &s->poll;
    const int n_tasks = mn_stream_tasks(s->stream), met = n_met(s);
    memset(p->tested, 0, (size_t)s->units.n * (size_t)s->units.n_classes * sizeof *p->tested);
    p->tested_items = 0;
    p->tested_step = s->step;
    for (int t = 0; t < n_tasks; t++) {
        const size_t n = mn_stream_items(s->stream, t, MN_TEST);
        mn_score full = score(s, t, n, t < met ? p->tested : NULL);
        p->tested_items += t < met ? n : 0;
        s->scores.R[row * n_tasks + t] = full.accuracy;
        s->scores.R_f1[row * n_tasks + t] = full.macro_f1;
    }
    if (s->scores.n_trained < row + 1)
        s->scores.n_trained = row + 1;
    mn_session_look_at_returns(s, SIZE_MAX);
    mn_session_take_census(s);
}

/* Forward transfer compares with a network that has learnt nothing; one task has none to
 * compare. */
void mn_session_evaluate_untrained(mn_session *s)
{
    int n_tasks = mn_stream_tasks(s->stream);
    for (int t = 0; t < n_tasks && n_tasks > 1; t++)
        s->scores.untrained[t] =
            score(s, t, mn_stream_items(s->stream, t, MN_TEST), NULL).accuracy;
}

void mn_session_evaluate(mn_session *s)
{
    mn_session_evaluate_row(s, s->task);
    mn_session_record(s, "evaluation");
}
