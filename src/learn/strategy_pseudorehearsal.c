#include "mnemoscope/strategy_impl.h"

#include "mnemoscope/arena.h"

/* Pseudoitems are homogeneous, a random probe relaxed to an attractor, which is input and
 * target (Robins and McCallum 1998), or heterogeneous, a random probe with the network's answer
 * to it (Robins 1995). McAlister, Robins and Szymanski 2025 describe the second as the pair of
 * a probe and the attractor it relaxes to; the answer used here is one update of the class
 * units, which is what training teaches, and which a model without recall has as well. */

enum { SAMPLE = 256 }; /* items the ink of a task is measured on */
enum { PROBES = 8 };   /* at most, for every pseudoitem of a population of a given size */

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    if (cfg->pseudoitems == MN_HOMOGENEOUS && !mn_model_recalls(m))
        return mn_fail(err, MN_EINVAL,
                       "pseudorehearsal needs a model that recalls: '%s' has no attractors to "
                       "dream of (pseudoitems heterogeneous needs none)",
                       mn_model_name(mn_model_kind(m)));
    return MN_OK;
}

typedef struct sample {
    uint32_t *index;
    float *X, *Y;
} sample;

static mn_status prepare(sample *p, const mn_buffer *b, size_t n, mn_arena *a, mn_err *err)
{
    mn_status status = MN_OK;
    for (int pass = 0; pass < 2 && status == MN_OK; pass++) {
        p->index = mn_arena_bytes(a, n, sizeof *p->index);
        p->X = mn_arena_bytes(a, n, (size_t)b->n_inputs * sizeof *p->X);
        p->Y = mn_arena_bytes(a, n, (size_t)b->n_classes * sizeof *p->Y);
        if (pass == 0)
            status = mn_arena_allocate(a, "a sample of a task's items", err);
    }
    return status;
}

/* Share of pixels in the upper half of the range, over items spread evenly over the task: no
 * random numbers, so that the choice of probes does not change which dreams are drawn next. */
static mn_status measure(const mn_strategy *s, const mn_model *m, const mn_source *items,
                         double *ink, mn_err *err)
{
    const size_t n = items->n < SAMPLE ? items->n : SAMPLE,
                 n_visible = (size_t)mn_model_shape(m)->n_visible;
    float lo, hi;
    size_t n_on = 0;
    sample p = {0};
    mn_arena a = {0};
    mn_model_range(mn_model_kind(m), &lo, &hi);
    if (!n)
        return MN_OK;
    mn_status status = prepare(&p, &s->buffer, n, &a, err);
    if (status == MN_OK) {
        for (size_t i = 0; i < n; i++)
            p.index[i] = (uint32_t)(i * items->n / n);
        items->fetch(items->ctx, p.index, n, p.X, p.Y);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n_visible; j++)
                n_on += p.X[i * (size_t)s->buffer.n_inputs + j] > (lo + hi) / 2.0f;
        *ink = (double)n_on / (double)(n * n_visible);
    }
    mn_arena_finish(&a);
    return status;
}

static mn_status dream(mn_strategy *s, mn_model *m, size_t n, const mn_dream_plan *plan,
                       int task, mn_buffer *into, mn_rng *r, mn_err *err)
{
    if (s->cfg.pseudoitems == MN_HETEROGENEOUS)
        return mn_dream_answer(m, n, plan, s->loss, r, task, into, err);
    return mn_dream(m, n * (plan->most ? PROBES : 1), plan, r, task, into, NULL, &s->tally,
                    err);
}

/* Robins and McCallum's population: the first so many different states at rest that probes lead
 * to, unit by unit, in place of the one before. */
static mn_status populate(mn_strategy *s, mn_model *m, mn_dream_plan *plan, int task, mn_rng *r,
                          mn_err *err)
{
    mn_buffer fresh;
    mn_buffer_init(&fresh, s->buffer.n_inputs, s->buffer.n_classes);
    plan->distinct = plan->settled = true;
    plan->update = MN_ASYNCHRONOUS;
    plan->most = (size_t)s->cfg.buffer;
    const mn_status status = dream(s, m, plan->most, plan, task, &fresh, r, err);
    if (status != MN_OK) {
        mn_buffer_finish(&fresh);
        return status;
    }
    mn_buffer_finish(&s->buffer);
    s->buffer = fresh;
    return MN_OK;
}

static mn_status end(mn_strategy *s, mn_model *m, int task, const mn_source *items, mn_rng *r,
                     mn_err *err)
{
    mn_dream_plan plan = {
        .max_sweeps = s->cfg.max_sweeps, .ink = 0.5, .distinct = !s->cfg.duplicates};
    mn_status status = MN_OK;
    if (s->cfg.probes == MN_PROBES_INK)
        status = measure(s, m, items, &plan.ink, err);
    if (status != MN_OK)
        return status;
    if (s->cfg.buffer)
        return populate(s, m, &plan, task, r, err);
    return dream(s, m, mn_strategy_share(s, items->n), &plan, task, &s->buffer, r, err);
}

const mn_strategy_ops mn_strategy_pseudorehearsal = {
    .name = "pseudorehearsal",
    .title = "Pseudorehearsal",
    .cite = "Robins & McCallum 1998",
    .about = "dreams after every task, of attractors or of answers to noise, and trains on it",
    .replays = true,
    .dreams = true,
    .check = check,
    .task_end = end,
};
