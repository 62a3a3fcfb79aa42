#include "session_impl.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

static void layout(mn_lookup *l, const mn_sample *p, mn_arena *a)
{
    const size_t n_visible = (size_t)p->n_visible;
    l->w = mn_arena_floats(a, n_visible);
    l->cosine = mn_arena_floats(a, (size_t)p->n);
    l->pixels = mn_arena_floats(a, (MN_TOP_ITEMS + 1) * n_visible);
}

/* Room for as many items as the sample has now. */
static mn_status reserve(mn_lookup *l, const mn_sample *p, mn_err *err)
{
    if (l->tasks == p->tasks)
        return MN_OK;
    mn_lookup_finish(l);
    layout(l, p, &l->arena);
    const mn_status status = mn_arena_allocate(&l->arena, "a look at the items", err);
    if (status != MN_OK)
        return status;
    layout(l, p, &l->arena);
    l->tasks = p->tasks;
    return MN_OK;
}

/* In the middle of an epoch what was found at its beginning is new enough; otherwise the digest
 * tells whether anything has changed. */
static bool is_fresh(const mn_session *s, const mn_lookup *l, int unit)
{
    if (l->d.unit != unit || l->tasks != s->sample.tasks || l->d.step > s->step)
        return false;
    return s->running ? l->epochs_done == s->epochs_done : l->digest == s->digest;
}

/* cosine = x . w / |x| |w|; 0 of a blank item. */
static void compare(mn_lookup *l, const mn_sample *p, double norm)
{
    const int n_visible = p->n_visible;
    mn_scale((size_t)n_visible, (float)(1.0 / norm), l->w);
    mn_gemm_nt(p->n, 1, n_visible, 1.0f, p->X, n_visible, l->w, n_visible, 0.0f, l->cosine, 1);
    for (int i = 0; i < p->n; i++)
        l->cosine[i] = p->norm[i] > 0.0f ? l->cosine[i] / p->norm[i] : 0.0f;
}

static void show(mn_session *s, int item, float *pixels)
{
    const mn_sample *p = &s->sample;
    mn_stream_restore(s->stream, p->task[item], p->X + (size_t)item * (size_t)p->n_visible,
                      pixels);
}

/* The items with the largest cosine, equal ones in their order. */
static void choose_top(mn_session *s, mn_lookup *l)
{
    const mn_sample *p = &s->sample;
    mn_dossier *d = &l->d;
    int top[MN_TOP_ITEMS];
    for (int i = 0; i < p->n; i++) {
        int at = d->n_top;
        while (at > 0 && l->cosine[i] > l->cosine[top[at - 1]])
            at--;
        if (at == MN_TOP_ITEMS)
            continue;
        d->n_top += d->n_top < MN_TOP_ITEMS;
        memmove(top + at + 1, top + at, (size_t)(d->n_top - 1 - at) * sizeof *top);
        top[at] = i;
    }
    for (int i = 0; i < d->n_top; i++) {
        d->top_drive[i] = l->cosine[top[i]];
        d->top_label[i] = p->label[top[i]];
        d->top_task[i] = p->task[top[i]];
        show(s, top[i], l->pixels + (size_t)i * (size_t)p->n_visible);
    }
}

/* |x-m|, |w-m| and (x-m).(w-m) from products with the mean m, x and w of length 1. */
static void choose_nearest(mn_session *s, mn_lookup *l)
{
    const mn_sample *p = &s->sample;
    const size_t n_visible = (size_t)p->n_visible;
    const double mm = mn_sumsq(n_visible, p->mean), wm = mn_dot(n_visible, l->w, p->mean),
                 ww = 1.0 - 2.0 * wm + mm;
    double best = -2.0;
    int nearest = -1;
    for (int i = 0; i < p->n; i++) {
        const double xm = (double)p->along[i], xx = 1.0 - 2.0 * xm + mm;
        const double alike = ((double)l->cosine[i] - xm - wm + mm) / sqrt(xx * ww);
        if (p->norm[i] > 0.0f && alike > best) /* false of NAN: an item that is the mean */
            best = alike, nearest = i;
    }
    if (nearest < 0)
        return;
    l->d.nearest_label = p->label[nearest];
    l->d.nearest_task = p->task[nearest];
    l->d.nearest_distance = (float)sqrt(fmax(0.0, 2.0 - 2.0 * best));
    show(s, nearest, l->pixels + MN_TOP_ITEMS * n_visible);
}

static void look_up(mn_session *s, mn_lookup *l, int unit)
{
    l->d = (mn_dossier){.unit = unit,
                        .n_sampled = s->sample.n,
                        .step = s->step,
                        .nearest_label = -1,
                        .nearest_task = -1,
                        .nearest_distance = NAN};
    l->epochs_done = s->epochs_done;
    l->digest = s->digest;
    mn_model_tile(s->model, unit, l->w, NULL, NULL);
    const double norm = sqrt(mn_sumsq((size_t)s->sample.n_visible, l->w));
    if (norm > 0.0 && isfinite(norm)) { /* otherwise nothing drives it more than anything */
        compare(l, &s->sample, norm);
        choose_top(s, l);
        choose_nearest(s, l);
    }
}

mn_status mn_session_copy_dossier(mn_session *s, mn_snapshot *o, mn_err *err)
{
    const int unit = s->viewport.cursor;
    mn_lookup *l = &s->lookup;
    o->dossier = (mn_dossier){.unit = -1, .nearest_label = -1, .nearest_task = -1};
    if (!s->viewport.inspect || unit < 0 || unit >= o->n_units)
        return MN_OK;
    mn_status status = mn_session_draw_sample(s, err);
    if (status == MN_OK)
        status = reserve(l, &s->sample, err);
    if (status != MN_OK)
        return status;
    if (!is_fresh(s, l, unit))
        look_up(s, l, unit);
    const size_t n_visible = (size_t)s->sample.n_visible;
    o->dossier = l->d;
    memcpy(o->top_items, l->pixels, (size_t)l->d.n_top * n_visible * sizeof *o->top_items);
    if (l->d.nearest_label >= 0)
        memcpy(o->nearest_item, l->pixels + MN_TOP_ITEMS * n_visible,
               n_visible * sizeof *o->nearest_item);
    return MN_OK;
}

void mn_lookup_finish(mn_lookup *l)
{
    mn_arena_finish(&l->arena);
    *l = (mn_lookup){.d.unit = -1};
}
