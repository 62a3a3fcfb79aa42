/* Where a recall has come to: the items it is nearest to, and the units that drive it. */
#include "session_impl.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

void mn_session_layout_recall(mn_session *s, mn_arena *a)
{
    const size_t n_visible = (size_t)mn_model_shape(s->model)->n_visible,
                 n_state = (size_t)mn_model_n_state(s->model);
    s->recall.clean = mn_arena_floats(a, n_state);
    s->recall.next = mn_arena_floats(a, 2 * n_state);
    s->recall.picture = mn_arena_floats(a, n_visible);
    s->recall.pixels = mn_arena_floats(a, MN_RECALL_ITEMS * n_visible);
}

bool mn_session_recalling(const mn_session *s)
{
    return s->recall.r.there && *s->dream.cue;
}

/* Of pixels v (n) that are +-1 with an item's, by the middle of their range. */
static double product_of_signs(size_t n, const float *v, const float *x, float middle)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] > middle ? (double)v[i] : -(double)v[i];
    return sum / (double)n;
}

static double overlap_with(const mn_session *s, const float *v, int item)
{
    const mn_sample *p = &s->sample;
    const size_t n = (size_t)p->n_visible;
    const float *x = p->X + (size_t)item * n;
    float lo, hi;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    if (!mn_model_reconstructs(mn_model_kind(s->model)))
        return product_of_signs(n, v, x, (lo + hi) / 2.0f);
    const double length = sqrt(mn_sumsq(n, v)) * (double)p->norm[item];
    return length > 0.0 ? mn_dot(n, v, x) / length : 0.0;
}

/* Puts i where it belongs among the largest so far, of which there are room for `most`. */
static int insert(double value, int i, int n, int most, double *values, int *at)
{
    int k = n < most ? n : most;
    if (k == most && value <= values[k - 1])
        return n;
    for (k = k == most ? most - 1 : k; k > 0 && value > values[k - 1]; k--) {
        values[k] = values[k - 1];
        at[k] = at[k - 1];
    }
    values[k] = value;
    at[k] = i;
    return n < most ? n + 1 : most;
}

static void find_items(mn_session *s, const float *v)
{
    mn_recollection *r = &s->recall.r;
    const size_t n_visible = (size_t)s->sample.n_visible;
    int at[MN_RECALL_ITEMS];
    r->n_sample = s->sample.n;
    r->n_items = 0;
    for (int i = 0; i < s->sample.n; i++)
        r->n_items =
            insert(overlap_with(s, v, i), i, r->n_items, MN_RECALL_ITEMS, r->overlap, at);
    for (int k = 0; k < r->n_items; k++) {
        r->label[k] = s->sample.label[at[k]];
        r->task[k] = s->sample.task[at[k]];
        mn_stream_restore(s->stream, r->task[k], s->sample.X + (size_t)at[k] * n_visible,
                          s->recall.pixels + (size_t)k * n_visible);
    }
}

static void find_units(mn_session *s)
{
    mn_recollection *r = &s->recall.r;
    r->n_units = 0;
    for (int u = 0; u < mn_model_n_units(s->model); u++)
        r->n_units =
            insert((double)s->work.share[u], u, r->n_units, MN_RECALL_UNITS, r->share, r->unit);
}

mn_status mn_session_recollect(mn_session *s, mn_err *err)
{
    mn_dream_record *d = &s->dream;
    const size_t n_state = (size_t)mn_model_n_state(s->model);
    const float *v = s->dream_states + (size_t)(d->n_states - 1) * n_state;
    const mn_status status = mn_session_draw_sample(s, err);
    if (status != MN_OK)
        return status;
    const mn_judgement j =
        mn_dream_judge(s->model, v, d->verdict != MN_UNSETTLED, s->work.share);
    d->unit = j.unit;
    d->share = j.share;
    d->verdict = j.verdict;
    find_items(s, v);
    find_units(s);
    return MN_OK;
}

void mn_session_copy_recall(const mn_session *s, mn_snapshot *o)
{
    const size_t n_visible = (size_t)mn_model_shape(s->model)->n_visible;
    o->recall = s->recall.r;
    o->recall.there = mn_session_recalling(s);
    memcpy(o->recall_items, s->recall.pixels,
           (size_t)o->recall.n_items * n_visible * sizeof *o->recall_items);
}
