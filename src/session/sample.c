#include "session_impl.h"

#include <math.h>

#include "mnemoscope/kernel.h"

static int tasks_met(const mn_session *s)
{
    return s->task + 1 > s->scores.n_trained ? s->task + 1 : s->scores.n_trained;
}

static size_t items_of(const mn_session *s, int tasks)
{
    size_t n = 0;
    for (int t = 0; t < tasks; t++)
        n += mn_stream_items(s->stream, t, MN_TRAIN);
    return n;
}

static void layout(mn_sample *p, mn_arena *a)
{
    const size_t n = (size_t)p->n, n_visible = (size_t)p->n_visible;
    p->X = mn_arena_floats(a, n * n_visible);
    p->label = mn_arena_ints(a, n);
    p->task = mn_arena_ints(a, n);
    p->norm = mn_arena_floats(a, n);
    p->mean = mn_arena_floats(a, n_visible);
    p->along = mn_arena_floats(a, n);
}

static void take(mn_session *s, mn_sample *p, int at, int task, uint32_t item, float *row)
{
    float lo, hi, *x = p->X + (size_t)at * (size_t)p->n_visible;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    mn_stream_gather(s->stream, task, MN_TRAIN, &item, 1, lo, hi, row);
    for (int j = 0; j < p->n_visible; j++)
        x[j] = row[j];
    p->label[at] = mn_stream_label(s->stream, task, MN_TRAIN, item);
    p->task[at] = task;
    p->norm[at] = (float)sqrt(mn_sumsq((size_t)p->n_visible, x));
}

/* Selection sampling (Knuth, volume 2, 3.4.2, algorithm S): one pass, no list of what there
 * is. */
static void draw(mn_session *s, mn_sample *p, size_t n_all, float *row)
{
    mn_rng rng;
    size_t left = n_all;
    int taken = 0;
    mn_rng_seed(&rng, (uint64_t)s->config.run.seed, "sample");
    for (int t = 0; t < p->tasks; t++) {
        const size_t n = mn_stream_items(s->stream, t, MN_TRAIN);
        for (size_t i = 0; i < n; i++, left--)
            if (mn_rng_below(&rng, left) < (uint64_t)(p->n - taken))
                take(s, p, taken++, t, (uint32_t)i, row);
    }
}

static void find_mean(mn_sample *p)
{
    const size_t n_visible = (size_t)p->n_visible;
    for (int i = 0; i < p->n; i++)
        if (p->norm[i] > 0.0f)
            mn_axpy(n_visible, 1.0f / (p->norm[i] * (float)p->n), p->X + (size_t)i * n_visible,
                    p->mean);
    for (int i = 0; i < p->n; i++)
        if (p->norm[i] > 0.0f)
            p->along[i] =
                (float)mn_dot(n_visible, p->X + (size_t)i * n_visible, p->mean) / p->norm[i];
}

mn_status mn_session_draw_sample(mn_session *s, mn_err *err)
{
    const int tasks = tasks_met(s);
    if (s->sample.tasks == tasks)
        return MN_OK;
    const size_t n_all = items_of(s, tasks);
    mn_sample p = {.tasks = tasks,
                   .n = n_all < MN_SAMPLE_MAX ? (int)n_all : MN_SAMPLE_MAX,
                   .n_visible = mn_model_shape(s->model)->n_visible};
    mn_sample_finish(&s->sample);
    layout(&p, &p.arena);
    const mn_status status = mn_arena_allocate(&p.arena, "a sample of the items", err);
    if (status != MN_OK)
        return status;
    layout(&p, &p.arena);
    draw(s, &p, n_all, s->work.state);
    find_mean(&p);
    s->sample = p;
    return MN_OK;
}

void mn_sample_finish(mn_sample *p)
{
    mn_arena_finish(&p->arena);
    *p = (mn_sample){0};
}
