/* Evidence of why units die: what they were on their last good day, how they have been moved
 * while silent, who wins their items. */
#include "session_impl.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

enum {
    LOOK_EVERY = 16,    /* steps; a look copies the weights */
    TRIALS_MAX = 4 * 64 /* units whose rivals are looked for after an epoch */
};

void mn_session_layout_morgue(mn_session *s, mn_arena *a)
{
    mn_morgue *m = &s->morgue;
    const mn_shape *shape = mn_model_shape(s->model);
    const size_t n = (size_t)mn_model_n_units(s->model);
    m->n_weights = shape->n_visible + shape->n_extra;
    m->weights = mn_arena_bytes(a, n, (size_t)m->n_weights * sizeof *m->weights);
    float **const rows[] = {&m->norm, &m->k_then, &m->k_silent, &m->moved};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = mn_arena_floats(a, n);
    m->cause = mn_arena_ints(a, n);
    m->before = mn_arena_floats(a, mn_model_size(s->model));
    m->X = mn_arena_bytes(a, JURY, (size_t)m->n_weights * sizeof *m->X);
    m->A = mn_arena_bytes(a, JURY, n * sizeof *m->A);
}

void mn_session_reset_morgue(mn_session *s)
{
    mn_morgue *m = &s->morgue;
    for (int u = 0; u < s->units.n; u++) {
        m->norm[u] = m->k_then[u] = m->k_silent[u] = NAN;
        m->cause[u] = MN_ALIVE;
    }
}

bool mn_session_looked_at(const mn_session *s)
{
    return s->step % LOOK_EVERY == 0;
}

void mn_session_look_before(mn_session *s)
{
    memcpy(s->morgue.before, mn_model_theta(s->model),
           mn_model_size(s->model) * sizeof *s->morgue.before);
}

void mn_session_look_after(mn_session *s)
{
    const float *theta = mn_model_theta(s->model);
    float *update = s->morgue.before;
    for (size_t i = 0; i < mn_model_size(s->model); i++)
        update[i] = theta[i] - update[i];
}

/* The unit's weights in a vector of theta's layout; classes apart. */
static void read_weights(const mn_session *s, const float *theta, int unit, float *out)
{
    mn_model_tile_of(s->model, theta, unit, out, out + mn_model_shape(s->model)->n_visible,
                     NULL);
}

static double length(const mn_session *s, const float *theta, int unit)
{
    float *weights = s->work.state; /* free between commands */
    read_weights(s, theta, unit, weights);
    return sqrt(mn_sumsq((size_t)s->morgue.n_weights, weights));
}

/* Bricken et al. 2023, figure 16: a unit is silent that fires for no item of the batch. What
 * moves a unit that stays silent, and has no gradient, is added up from the look after its last
 * firing on: that is the optimiser's memory. Dense memories have gradients though silent, and
 * penalties pull. */
static void look_at_moves(mn_session *s)
{
    mn_morgue *m = &s->morgue;
    const uint32_t *fired = s->work.fired;
    double sum[2] = {0.0, 0.0};
    int n[2] = {0, 0};
    for (int u = 0; u < s->units.n; u++) {
        const bool fires = fired[u] > 0;
        const double moved = length(s, m->before, u);
        sum[fires] += moved;
        n[fires]++;
        if (s->units.last_fired[u] > s->step - LOOK_EVERY)
            m->moved[u] = 0.0f;
        if (!fires && length(s, s->work.grad.g, u) == 0.0)
            m->moved[u] += (float)moved;
    }
    s->scores.moved_silent = n[0] ? sum[0] / n[0] : (double)NAN;
    s->scores.moved_firing = n[1] ? sum[1] / n[1] : (double)NAN;
}

void mn_session_look_at_fired(mn_session *s)
{
    if (!mn_model_has_rule(mn_model_kind(s->model)))
        look_at_moves(s);
    mn_session_read_gauges(s);
}

void mn_session_read_gauges(mn_session *s)
{
    mn_gauge g;
    for (int i = 0; mn_model_gauge(s->model, i, &g); i++)
        s->scores.gauge[i] = g.value;
}

static double mean_firing(const mn_session *s)
{
    double fired = 0.0;
    for (int u = 0; u < s->units.n; u++)
        fired += s->units.fired[MN_EPOCH][u];
    return fired / (double)s->units.items[MN_EPOCH];
}

/* Units that could fire for an item of the last epoch: the model's k, or as many as did where
 * an inhibition is at work that lets more of them. NAN for a model without one. */
static double could_fire(mn_session *s)
{
    mn_gauge g;
    for (int i = 0; mn_model_gauge(s->model, i, &g); i++)
        if (!strcmp(g.name, "k"))
            return isfinite(g.value) ? fmax(g.value, mean_firing(s)) : g.value;
    return (double)NAN;
}

static void remember(mn_session *s, int unit, double k)
{
    mn_morgue *m = &s->morgue;
    float *weights = m->weights + (size_t)unit * (size_t)m->n_weights;
    read_weights(s, mn_model_theta(s->model), unit, weights);
    m->norm[unit] = (float)sqrt(mn_sumsq((size_t)m->n_weights, weights));
    m->k_then[unit] = (float)k;
    m->k_silent[unit] = NAN;
    m->cause[unit] = MN_ALIVE;
}

void mn_session_remember_unit(mn_session *s, int unit)
{
    s->morgue.moved[unit] = 0.0f;
    remember(s, unit, could_fire(s));
}

/* How far the unit is from where it was. */
static double distance(const mn_session *s, int unit)
{
    const mn_morgue *m = &s->morgue;
    const float *then = m->weights + (size_t)unit * (size_t)m->n_weights;
    float *now = s->work.state;
    double sum = 0.0;
    read_weights(s, mn_model_theta(s->model), unit, now);
    for (int i = 0; i < m->n_weights; i++) {
        const double d = (double)now[i] - (double)then[i];
        sum += d * d;
    }
    return sqrt(sum);
}

/* All but the rival. */
static mn_evidence gather(const mn_session *s, int unit)
{
    const mn_morgue *m = &s->morgue;
    const double norm = (double)m->norm[unit];
    const bool rests =
        mn_optimiser_kind(s->optimiser)->rests || mn_model_has_rule(mn_model_kind(s->model));
    return (mn_evidence){
        .last_fired = s->units.last_fired[unit],
        .k_then = (double)m->k_then[unit],
        .k_now = (double)m->k_silent[unit],
        .norm_then = norm,
        .norm_now = length(s, mn_model_theta(s->model), unit),
        .moved = norm > 0.0 ? distance(s, unit) / norm : (double)NAN,
        .moved_step = norm > 0.0 && !rests ? (double)m->moved[unit] / norm : (double)NAN,
        .own_items = (double)NAN,
        .rival = -1,
        .rival_items = (double)NAN,
        .rival_share = (double)NAN,
    };
}

static int n_last(const mn_session *s, int unit)
{
    int n = 0;
    while (n < MN_LAST_ITEMS && s->units.last_task[unit * MN_LAST_ITEMS + n] >= 0)
        n++;
    return n;
}

/* The unit's last items; X (MN_LAST_ITEMS, n_inputs). Returns how many. */
static int fetch_last(const mn_session *s, int unit, float *X)
{
    float lo, hi;
    const int n = n_last(s, unit);
    const size_t n_inputs = (size_t)s->morgue.n_weights;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    for (int i = 0; i < n; i++) {
        const uint32_t item = (uint32_t)s->units.last_item[unit * MN_LAST_ITEMS + i];
        mn_stream_gather(s->stream, s->units.last_task[unit * MN_LAST_ITEMS + i], MN_TRAIN,
                         &item, 1, lo, hi, X + (size_t)i * n_inputs);
    }
    return n;
}

static double times_mean(const mn_session *s, int unit)
{
    const uint32_t *fired = s->units.fired[MN_EPOCH];
    double all = 0.0;
    for (int u = 0; u < s->units.n; u++)
        all += fired[u];
    return all > 0.0 ? (double)fired[unit] * s->units.n / all : (double)NAN;
}

/* Whether the unit would be among those that fire for an item: as many as on the mean. */
static bool would_fire(const mn_session *s, const float *a, int unit)
{
    int ahead = 0;
    for (int u = 0; u < s->units.n; u++)
        ahead += a[u] > a[unit];
    return a[unit] > 0.0f && ahead < fmax(1.0, ceil(mean_firing(s)));
}

/* The one that carries the most of an item, but for the unit; -1 if none does. */
static int winner_of(const mn_session *s, const float *a, int unit)
{
    int best = -1;
    for (int u = 0; u < s->units.n; u++)
        if (u != unit && a[u] > (best < 0 ? 0.0f : a[best]))
            best = u;
    return best;
}

/* Who wins the unit's last items, A (n, n_units): of several the first. */
static void accuse(const mn_session *s, int unit, const float *A, int n, mn_evidence *e)
{
    const size_t n_units = (size_t)s->units.n;
    int winner[MN_LAST_ITEMS], most = 0, own = 0;
    for (int i = 0; i < n; i++) {
        own += would_fire(s, A + (size_t)i * n_units, unit);
        winner[i] = winner_of(s, A + (size_t)i * n_units, unit);
    }
    for (int i = 0; i < n; i++) {
        int times = 0;
        for (int j = 0; j < n; j++)
            times += winner[j] == winner[i];
        if (winner[i] >= 0 && times > most) {
            most = times;
            e->rival = winner[i];
        }
    }
    e->own_items = n ? (double)own / n : (double)NAN;
    if (most) {
        e->rival_items = (double)most / n;
        e->rival_share = times_mean(s, e->rival);
    }
}

/* As many items as the model takes at a time, of whole units. */
static int room(const mn_session *s)
{
    const int batch = mn_model_shape(s->model)->batch;
    return batch < JURY ? batch : JURY;
}

/* The rival of one unit; its last items are tried in as many calls as the batch wants. */
static void try_unit(mn_session *s, int unit, mn_evidence *e)
{
    mn_morgue *m = &s->morgue;
    const int n = fetch_last(s, unit, m->X), at_once = room(s);
    for (int at = 0; at < n; at += at_once)
        mn_model_activity(s->model, m->X + (size_t)at * (size_t)m->n_weights,
                          n - at < at_once ? n - at : at_once,
                          m->A + (size_t)at * (size_t)s->units.n);
    accuse(s, unit, m->A, n, e);
}

/* The last word on units that have once fired: up to 16 of them in a call. */
static void try_units(mn_session *s, const int *unit, int n_units)
{
    mn_morgue *m = &s->morgue;
    int first[JURY / MN_LAST_ITEMS + 1] = {0};
    for (int i = 0; i < n_units; i++)
        first[i + 1] =
            first[i] + fetch_last(s, unit[i], m->X + (size_t)first[i] * (size_t)m->n_weights);
    mn_model_activity(s->model, m->X, first[n_units], m->A);
    for (int i = 0; i < n_units; i++) {
        mn_evidence e = gather(s, unit[i]);
        accuse(s, unit[i], m->A + (size_t)first[i] * (size_t)s->units.n,
               first[i + 1] - first[i], &e);
        m->cause[unit[i]] = mn_coroner_verdict(&e);
    }
}

/* The first units only, lest an epoch be short beside it; a batch too small for one unit's
 * items is rare and does without. */
static void find_rivals(mn_session *s)
{
    const mn_morgue *m = &s->morgue;
    const int per_call = room(s) / MN_LAST_ITEMS;
    int unit[JURY / MN_LAST_ITEMS], n = 0, tried = 0;
    for (int u = 0; u < s->units.n && per_call && tried < TRIALS_MAX; u++) {
        if (m->cause[u] > MN_NEVER_WON)
            unit[n++] = u, tried++;
        if (n == per_call) {
            try_units(s, unit, n);
            n = 0;
        }
    }
    if (n)
        try_units(s, unit, n);
}

void mn_session_examine(mn_session *s)
{
    mn_morgue *m = &s->morgue;
    const double k = could_fire(s);
    for (int u = 0; u < s->units.n; u++) {
        if (!mn_units_dead(&s->units, u)) {
            remember(s, u, k);
            continue;
        }
        if (isnan(m->k_silent[u]))
            m->k_silent[u] = (float)k;
        const mn_evidence e = gather(s, u);
        m->cause[u] = mn_coroner_verdict(&e);
    }
    find_rivals(s);
}

static void copy_last_items(mn_session *s, mn_snapshot *o, int unit)
{
    const mn_morgue *m = &s->morgue;
    mn_autopsy *a = &o->autopsy;
    const size_t n_visible = (size_t)mn_model_shape(s->model)->n_visible;
    a->n_last = fetch_last(s, unit, m->X);
    for (int i = 0; i < a->n_last; i++) {
        const int at = unit * MN_LAST_ITEMS + i, task = s->units.last_task[at];
        a->last_task[i] = task;
        a->last_label[i] =
            mn_stream_label(s->stream, task, MN_TRAIN, (size_t)s->units.last_item[at]);
        mn_stream_restore(s->stream, task, m->X + (size_t)i * (size_t)m->n_weights,
                          o->last_items + (size_t)i * n_visible);
    }
}

static void dissect(mn_session *s, mn_snapshot *o, int unit)
{
    mn_autopsy *a = &o->autopsy;
    a->unit = unit;
    a->evidence = gather(s, unit);
    try_unit(s, unit, &a->evidence);
    a->cause = mn_coroner_verdict(&a->evidence);
    copy_last_items(s, o, unit);
    mn_coroner_tell(&a->evidence, o->unit_noun, a->n_last, a->finding, sizeof a->finding);
    o->cause[unit] = (uint8_t)a->cause; /* with the rival of today */
}

void mn_session_copy_deaths(mn_session *s, mn_snapshot *o)
{
    const int cursor = o->viewport.cursor;
    memset(o->causes, 0, sizeof o->causes);
    o->autopsy = (mn_autopsy){.unit = -1};
    for (int u = 0; u < o->n_units; u++)
        o->cause[u] = (uint8_t)s->morgue.cause[u];
    if (cursor >= 0 && cursor < o->n_units && mn_units_dead(&s->units, cursor))
        dissect(s, o, cursor);
    for (int u = 0; u < o->n_units; u++)
        o->causes[o->cause[u]]++;
}
