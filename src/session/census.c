/* Which classes the units fire for: counted by the protocol and by evaluations, measured after
 * epochs and evaluations. */
#include "session_impl.h"

#include <string.h>

void mn_session_layout_poll(mn_session *s, mn_arena *a)
{
    mn_poll *p = &s->poll;
    const size_t n_classes = (size_t)mn_stream_classes(s->stream);
    const int n = mn_model_n_units(s->model);
    p->tested = mn_arena_bytes(a, (size_t)n, n_classes * sizeof *p->tested);
    p->counts = mn_arena_ints(a, MN_TASKS_MAX * MN_COUNT_BINS);
    p->never = mn_arena_ints(a, MN_TASKS_MAX);
    for (int c = 0; c < MN_N_CENSUSES; c++)
        mn_mixture_layout(&p->mixture[c], n, a);
}

void mn_session_reset_poll(mn_session *s)
{
    s->poll.tested_step = -1;
    for (int t = 0; t < MN_TASKS_MAX; t++)
        s->poll.never[t] = -1;
    mn_session_take_census(s);
}

void mn_session_leave_task(mn_session *s)
{
    uint32_t bins[MN_COUNT_BINS];
    mn_poll *p = &s->poll;
    if (!s->units.items[MN_TASK])
        return;
    p->never[s->task] = mn_mixture_histogram(s->units.fired[MN_TASK], s->units.n, bins);
    for (int b = 0; b < MN_COUNT_BINS; b++)
        p->counts[s->task * MN_COUNT_BINS + b] = (int)bins[b];
}

void mn_session_take_census(mn_session *s)
{
    mn_poll *p = &s->poll;
    const mn_units *u = &s->units;
    mn_mixture_measure(&p->mixture[MN_CENSUS_EPOCH], u->epoch_by_class, u->n_classes,
                       u->items[MN_EPOCH], u->epoch_step);
    mn_mixture_measure(&p->mixture[MN_CENSUS_RUN], u->run_by_class, u->n_classes,
                       u->items[MN_RUN] - u->running_items, u->epoch_step);
    mn_mixture_measure(&p->mixture[MN_CENSUS_TEST], p->tested, u->n_classes, p->tested_items,
                       p->tested_step);
}

/* Firings of the units in view. */
static void copy_firings(const mn_session *s, mn_snapshot *o)
{
    const size_t n_classes = (size_t)s->units.n_classes;
    const uint32_t *const tables[MN_N_CENSUSES] = {s->units.epoch_by_class,
                                                   s->units.run_by_class, s->poll.tested};
    for (int c = 0; c < MN_N_CENSUSES; c++)
        for (int i = 0; i < o->n_tiles; i++)
            memcpy(o->tile_firings[c] + (size_t)i * n_classes,
                   tables[c] + o->tile_unit[i] * n_classes, n_classes * sizeof *tables[c]);
}

void mn_session_copy_census(mn_session *s, mn_snapshot *o)
{
    const mn_poll *p = &s->poll;
    for (int c = 0; c < MN_N_CENSUSES; c++)
        mn_mixture_copy(&o->mixture[c], &p->mixture[c]);
    copy_firings(s, o);
    memset(o->counts, 0, sizeof o->counts);
    memset(o->never, 0, sizeof o->never);
    for (int t = 0; t < o->n_tasks; t++) {
        for (int b = 0; b < MN_COUNT_BINS && p->never[t] >= 0; b++)
            o->counts[t][b] = (uint32_t)p->counts[t * MN_COUNT_BINS + b];
        o->never[t] = p->never[t] < 0 ? 0 : p->never[t];
    }
    if (s->units.items[MN_TASK])
        o->never[s->task] =
            mn_mixture_histogram(s->units.fired[MN_TASK], s->units.n, o->counts[s->task]);
    o->never[o->n_tasks] =
        mn_mixture_histogram(s->units.fired[MN_RUN], s->units.n, o->counts[o->n_tasks]);
}
