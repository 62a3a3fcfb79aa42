/* How far from a stored item a state may start and still end there: the basin of attraction. */
#include "session_impl.h"

#include <string.h>

#include "cue.h"

static const double tolerance = 0.02; /* share of the pixels that may be wrong */

/* Room for a batch of states; V, clean and settled are (n, n_state). */
typedef struct basin {
    mn_session *s;
    mn_arena arena;
    int n, n_state;
    float *V, *clean, *settled;
    mn_rng rng;
} basin;

static void layout(basin *b, mn_arena *a)
{
    const size_t size = (size_t)b->n * (size_t)b->n_state;
    b->V = mn_arena_floats(a, size);
    b->clean = mn_arena_floats(a, size);
    b->settled = mn_arena_floats(a, size);
}

/* Items as states: their task units and classes tell nothing. */
static void fill(basin *b)
{
    mn_session *s = b->s;
    const mn_sample *p = &s->sample;
    const bool graded = mn_model_reconstructs(mn_model_kind(s->model));
    float lo, hi;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    for (int i = 0; i < b->n; i++) {
        float *v = b->clean + (size_t)i * (size_t)b->n_state;
        const size_t item = (size_t)i * (size_t)p->n / (size_t)b->n;
        const float *x = p->X + item * (size_t)p->n_visible;
        const int n_extra = mn_model_shape(s->model)->n_extra;
        for (int j = 0; j < b->n_state; j++)
            v[j] = graded ? 0.0f : -1.0f;
        for (int j = 0; j < p->n_visible; j++)
            v[j] = graded ? x[j] : x[j] > (lo + hi) / 2.0f ? 1.0f : -1.0f;
        for (int t = 0; t < n_extra; t++)
            v[p->n_visible + t] = t == p->task[item] ? 1.0f : graded ? lo : -1.0f;
    }
}

static void relax(basin *b, float *V)
{
    mn_session *s = b->s;
    const int batch = mn_model_shape(s->model)->batch;
    for (int at = 0; at < b->n; at += batch)
        mn_model_relax(s->model, V + (size_t)at * (size_t)b->n_state,
                       b->n - at < batch ? b->n - at : batch, MN_SYNCHRONOUS,
                       s->config.strategy.max_sweeps, NULL, NULL, NULL);
}

/* Share of the states whose pixels, as on or off, are those wanted. */
static double share_near(const basin *b, const float *wanted)
{
    const int n_visible = mn_model_shape(b->s->model)->n_visible;
    float lo, hi, middle = 0.0f;
    mn_model_range(mn_model_kind(b->s->model), &lo, &hi);
    if (mn_model_reconstructs(mn_model_kind(b->s->model)))
        middle = (lo + hi) / 2.0f;
    int n_near = 0;
    for (int i = 0; i < b->n; i++) {
        const float *v = b->V + (size_t)i * (size_t)b->n_state,
                    *w = wanted + (size_t)i * (size_t)b->n_state;
        int wrong = 0;
        for (int j = 0; j < n_visible; j++)
            wrong += (v[j] > middle) != (w[j] > middle);
        n_near += wrong <= tolerance * n_visible;
    }
    return (double)n_near / b->n;
}

static void measure(basin *b, mn_basin *out)
{
    const size_t size = (size_t)b->n * (size_t)b->n_state;
    fill(b);
    memcpy(b->settled, b->clean, size * sizeof *b->settled);
    relax(b, b->settled);
    for (int k = 0; k < MN_BASIN_POINTS; k++) {
        memcpy(b->V, b->clean, size * sizeof *b->V);
        for (int i = 0; i < b->n; i++)
            mn_cue_flip(b->s, b->V + (size_t)i * (size_t)b->n_state, k * MN_BASIN_STEP,
                        &b->rng);
        relax(b, b->V);
        out->recalled[k] = share_near(b, b->clean);
        out->returned[k] = share_near(b, b->settled);
    }
    out->n_items = b->n;
    out->step = b->s->step;
}

mn_status mn_session_measure_basin(mn_session *s, int n, mn_basin *out, mn_err *err)
{
    basin b = {.s = s, .n_state = mn_model_n_state(s->model)};
    mn_status status = mn_session_draw_sample(s, err);
    if (status != MN_OK)
        return status;
    b.n = n < s->sample.n ? n : s->sample.n;
    mn_rng_seed(&b.rng, (uint64_t)s->config.run.seed, "basin");
    layout(&b, &b.arena);
    if ((status = mn_arena_allocate(&b.arena, "the states of a basin of attraction", err)) ==
        MN_OK) {
        layout(&b, &b.arena);
        measure(&b, out);
    }
    mn_arena_finish(&b.arena);
    return status;
}
