/* Models that give items back: the ledger of the task at hand, and what a look at the items
 * finds. Looking draws masks of its own, so it changes nothing. */
#include "session_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t largest_training_set(const mn_session *s)
{
    size_t most = 1;
    for (int t = 0; t < mn_stream_tasks(s->stream); t++) {
        const size_t n = mn_stream_items(s->stream, t, MN_TRAIN);
        most = n > most ? n : most;
    }
    return most;
}

void mn_session_layout_returns(mn_session *s, mn_arena *a)
{
    mn_returns *r = &s->returns;
    const mn_shape *shape = mn_model_shape(s->model);
    const size_t batch = (size_t)shape->batch, n_items = largest_training_set(s),
                 n_inputs = (size_t)(shape->n_visible + shape->n_extra);
    float **const measures[] = {&r->signals.loss, &r->signals.time, &r->signals.entropy,
                                &r->signals.max,  &r->signals.norm, &r->weight};
    if (!mn_model_reconstructs(mn_model_kind(s->model)))
        return;
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        *measures[i] = mn_arena_floats(a, batch);
    r->signals.cue = mn_arena_bytes(a, batch, n_inputs * sizeof *r->signals.cue);
    r->signals.retrieved = mn_arena_bytes(a, batch, n_inputs * sizeof *r->signals.retrieved);
    r->odds = mn_arena_bytes(a, n_items, sizeof *r->odds);
    r->sorted = mn_arena_floats(a, n_items);
    r->chosen = mn_arena_bytes(a, n_items, sizeof *r->chosen);
    r->pixels = mn_arena_bytes(a, MN_RETURNED_MAX * MN_N_SIDES,
                               (size_t)shape->n_visible * sizeof *r->pixels);
}

mn_status mn_returns_ledger(mn_ledger **out, const mn_stream *stream, int task, mn_err *err)
{
    const size_t n = mn_stream_items(stream, task, MN_TRAIN);
    bool *exceptional = calloc(n + 1, sizeof *exceptional);
    if (!exceptional)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the kinds of %zu items", n);
    for (size_t i = 0; i < n; i++)
        exceptional[i] = mn_stream_exceptional(stream, task, i);
    const mn_status status = mn_ledger_create(out, n, exceptional, err);
    free(exceptional);
    return status;
}

mn_status mn_session_begin_returns(mn_session *s, mn_err *err)
{
    mn_ledger *fresh = NULL;
    if (!mn_model_reconstructs(mn_model_kind(s->model)))
        return MN_OK;
    const mn_status status = mn_returns_ledger(&fresh, s->stream, s->task, err);
    if (status != MN_OK)
        return status;
    mn_ledger_destroy(s->returns.ledger);
    s->returns.ledger = fresh;
    return MN_OK;
}

static mn_rarity kind_of(const mn_ledger *l, size_t item)
{
    return mn_ledger_exceptional(l, item) ? MN_EXCEPTIONAL : MN_REGULAR;
}

static size_t count(const mn_ledger *l, mn_rarity kind)
{
    size_t n = 0;
    for (size_t i = 0; i < mn_ledger_items(l); i++)
        n += kind_of(l, i) == kind;
    return n;
}

/* At most `wanted` items of a kind, evenly spaced; returns how many. */
static size_t choose(const mn_ledger *l, mn_rarity kind, size_t wanted, uint32_t *out)
{
    const size_t n = count(l, kind);
    size_t at = 0, taken = 0;
    if (wanted > n)
        wanted = n;
    for (size_t i = 0; i < mn_ledger_items(l) && taken < wanted; i++)
        if (kind_of(l, i) == kind && at++ * wanted / n == taken)
            out[taken++] = (uint32_t)i;
    return taken;
}

static void show_pixels(mn_session *s, mn_side side, const float *of, size_t n_inputs, size_t i)
{
    mn_returns *r = &s->returns;
    const size_t n_visible = (size_t)mn_model_shape(s->model)->n_visible;
    mn_stream_restore(s->stream, s->task, of + i * n_inputs,
                      r->pixels + ((size_t)r->n_shown * MN_N_SIDES + side) * n_visible);
}

static void show(mn_session *s, mn_rarity kind, uint32_t item, size_t i)
{
    mn_returns *r = &s->returns;
    const mn_shape *shape = mn_model_shape(s->model);
    const size_t n_inputs = (size_t)(shape->n_visible + shape->n_extra);
    const mn_signals *of = &r->signals;
    show_pixels(s, MN_SIDE_ITEM, s->work.X, n_inputs, i);
    show_pixels(s, MN_SIDE_CUE, of->cue, n_inputs, i);
    show_pixels(s, MN_SIDE_RETRIEVED, of->retrieved, n_inputs, i);
    r->shown[r->n_shown++] =
        (mn_returned){.kind = kind,
                      .item = item,
                      .label = mn_stream_label(s->stream, s->task, MN_TRAIN, item),
                      .signal = {kind == MN_EXCEPTIONAL ? 1.0f : 0.0f, of->loss[i],
                                 -of->time[i], -of->entropy[i], of->max[i], of->norm[i]}};
}

/* The mean loss of n chosen items, of which the first few are shown. */
static double look(mn_session *s, mn_rarity kind, size_t n, int n_shown, mn_rng *masks)
{
    mn_returns *r = &s->returns;
    const size_t batch = (size_t)mn_model_shape(s->model)->batch;
    double sum = 0.0;
    float lo, hi;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    for (size_t at = 0; at < n; at += batch) {
        const size_t m = n - at < batch ? n - at : batch;
        mn_stream_gather(s->stream, s->task, MN_TRAIN, r->chosen + at, m, lo, hi, s->work.X);
        mn_model_reconstruct(s->model, s->work.X, (int)m, masks, &r->signals);
        for (size_t i = 0; i < m; i++) {
            sum += (double)r->signals.loss[i];
            if (r->n_shown < n_shown)
                show(s, kind, r->chosen[at + i], i);
        }
    }
    return n ? sum / (double)n : (double)NAN;
}

/* Two thirds of what can be shown are exceptions, if there are so many. */
static void look_at_both(mn_session *s, size_t wanted, double *loss)
{
    static const int n_shown[MN_N_RARITIES] = {MN_RETURNED_MAX, 2 * MN_RETURNED_MAX / 3};
    mn_returns *r = &s->returns;
    mn_rng masks;
    mn_rng_seed(&masks, (uint64_t)s->config.run.seed, "probe");
    r->n_shown = 0;
    for (int k = MN_N_RARITIES - 1; k >= 0; k--) {
        const size_t n = choose(r->ledger, (mn_rarity)k, wanted, r->chosen);
        loss[k] = look(s, (mn_rarity)k, n, n_shown[k], &masks);
    }
}

void mn_session_look_at_returns(mn_session *s, size_t limit)
{
    if (s->returns.ledger)
        look_at_both(s, limit > MN_RETURNED_MAX ? limit : MN_RETURNED_MAX, s->scores.returned);
}

void mn_session_show_returns(mn_session *s)
{
    double unused[MN_N_RARITIES];
    if (s->returns.ledger)
        look_at_both(s, MN_RETURNED_MAX, unused);
}

static int ascending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static size_t collect(const mn_ledger *l, mn_signal signal, mn_rarity kind, float *out)
{
    size_t n = 0;
    for (size_t i = 0; i < mn_ledger_items(l); i++)
        if (kind_of(l, i) == kind && mn_ledger_seen(l, i))
            out[n++] = mn_ledger_last(l, signal)[i];
    return n;
}

static void quantiles(mn_returns *r, mn_signal signal, mn_rarity kind, float *out)
{
    static const double shares[MN_N_QUANTILES] = {0.1, 0.5, 0.9};
    const size_t n = collect(r->ledger, signal, kind, r->sorted);
    qsort(r->sorted, n, sizeof *r->sorted, ascending);
    for (int q = 0; q < MN_N_QUANTILES; q++)
        out[q] = n ? r->sorted[(size_t)lround(shares[q] * (double)(n - 1))] : NAN;
}

void mn_session_remember_returns(mn_session *s, mn_moment *m)
{
    for (int k = 0; k < MN_N_RARITIES; k++) {
        m->returned[k] = (float)s->scores.returned[k];
        for (int i = 0; i < MN_N_SIGNALS; i++)
            for (int q = 0; q < MN_N_QUANTILES; q++)
                m->signal[i][k][q] = NAN;
        for (int i = 0; i < MN_N_SIGNALS && s->returns.ledger; i++)
            quantiles(&s->returns, (mn_signal)i, (mn_rarity)k, m->signal[i][k]);
    }
}

static int bin_of(const mn_spread *p, float x)
{
    const float span = p->hi - p->lo;
    const int bin = span > 0.0f ? (int)((x - p->lo) / span * (float)MN_SIGNAL_BINS) : 0;
    return bin < 0 ? 0 : bin >= MN_SIGNAL_BINS ? MN_SIGNAL_BINS - 1 : bin;
}

static void spread(mn_returns *r, mn_signal signal, mn_spread *out)
{
    *out = (mn_spread){.lo = INFINITY, .hi = -INFINITY};
    for (int k = 0; k < MN_N_RARITIES; k++) {
        out->n[k] = (uint32_t)collect(r->ledger, signal, (mn_rarity)k, r->sorted);
        for (uint32_t i = 0; i < out->n[k]; i++) {
            out->lo = fminf(out->lo, r->sorted[i]);
            out->hi = fmaxf(out->hi, r->sorted[i]);
        }
    }
    for (int k = 0; k < MN_N_RARITIES; k++) {
        collect(r->ledger, signal, (mn_rarity)k, r->sorted);
        for (uint32_t i = 0; i < out->n[k]; i++)
            out->bins[k][bin_of(out, r->sorted[i])]++;
    }
}

void mn_session_copy_returns(mn_session *s, mn_snapshot *o)
{
    mn_returns *r = &s->returns;
    const mn_strategy_ops *ops = mn_strategy_kind(s->strategy);
    const size_t n_visible = (size_t)mn_model_shape(s->model)->n_visible;
    memcpy(o->returned, s->scores.returned, sizeof o->returned);
    o->signal = (mn_signal)s->config.strategy.signal;
    o->signal_is_used = ops->weigh || ops->odds;
    o->gamma = s->config.strategy.gamma;
    o->n_shown = 0;
    if (!o->gives_back)
        return;
    for (int k = 0; k < MN_N_RARITIES; k++)
        o->n_of_kind[k] = count(r->ledger, (mn_rarity)k);
    for (int i = 0; i < MN_N_SIGNALS; i++)
        spread(r, (mn_signal)i, &o->spread[i]);
    o->n_shown = r->n_shown;
    memcpy(o->shown, r->shown, sizeof o->shown);
    memcpy(o->shown_pixels, r->pixels,
           (size_t)r->n_shown * MN_N_SIDES * n_visible * sizeof *r->pixels);
}
