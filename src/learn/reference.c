#include "reference.h"

#include <string.h>

#include "scaled.h"

void mn_reference_layout(mn_reference *f, const mn_model *m, mn_arena *a)
{
    const mn_shape *shape = mn_model_shape(m);
    const size_t batch = (size_t)shape->batch, n_classes = (size_t)shape->n_classes,
                 n_inputs = (size_t)shape->n_visible + (size_t)shape->n_extra;
    f->task = mn_arena_ints(a, 1);
    mn_scaled_layout(&f->part, m, a);
    f->index = mn_arena_bytes(a, batch, sizeof *f->index);
    f->X = mn_arena_bytes(a, batch, n_inputs * sizeof *f->X);
    f->Y = mn_arena_bytes(a, batch, n_classes * sizeof *f->Y);
    f->logits = mn_arena_bytes(a, batch, n_classes * sizeof *f->logits);
    f->dlogits = mn_arena_bytes(a, batch, n_classes * sizeof *f->dlogits);
    f->exponent = mn_arena_ints(a, batch);
}

bool mn_reference_state(mn_reference *f, int index, mn_state_array *out)
{
    if (index > 0)
        return false;
    *out = (mn_state_array){.name = "strategy.task", .i = f->task, .rows = 1, .cols = 1};
    return true;
}

void mn_reference_begin(mn_reference *f, mn_grad *sum)
{
    f->sum = sum;
    f->n_pending = f->n_done = 0;
    f->started = false;
}

static void add(mn_model *m, mn_reference *f, int n)
{
    mn_grad *to = f->started ? &f->part : f->sum;
    mn_model_backward(m, f->X, n, f->dlogits, to);
    if (f->started)
        mn_scaled_add(m, f->sum, 1.0, &f->part);
    f->started = true;
}

/* A batch whose answers are right beyond what single precision can tell pulls nowhere. */
static void flush(mn_strategy *s, mn_model *m, mn_reference *f)
{
    const float nothing = 0x1p-100f;
    const int n = (int)f->n_pending, n_classes = mn_model_shape(m)->n_classes;
    if (!n)
        return;
    mn_strategy_fetch(s, f->index, f->n_pending, f->X, f->Y);
    mn_model_forward(m, f->X, n, f->logits, f->exponent);
    s->loss->eval(&s->loss_cfg, n, n_classes, f->logits, f->exponent, f->Y, f->dlogits);
    if (!(mn_row_max((size_t)n * (size_t)n_classes, f->dlogits) < nothing))
        add(m, f, n);
    f->n_done += f->n_pending;
    f->n_pending = 0;
}

void mn_reference_item(mn_strategy *s, mn_model *m, mn_reference *f, size_t item)
{
    f->index[f->n_pending++] = (uint32_t)item;
    if (f->n_pending == (size_t)mn_model_shape(m)->batch)
        flush(s, m, f);
}

void mn_reference_end(mn_strategy *s, mn_model *m, mn_reference *f)
{
    flush(s, m, f);
    if (!f->started)
        mn_scaled_clear(m, f->sum);
    f->sum->items = (int)f->n_done;
}

static void shift(const mn_model *m, mn_grad *g, int by)
{
    const size_t n_rows = (size_t)mn_model_n_rows(m);
    if (!by)
        return;
    if (!g->scaled)
        memset(g->exponent, 0, n_rows * sizeof *g->exponent);
    for (size_t r = 0; r < n_rows; r++)
        g->exponent[r] += by;
    g->scaled = true;
}

void mn_reference_project(const mn_model *m, mn_grad *grad, double a, int reach, mn_grad *h)
{
    shift(m, h, reach - mn_scaled_reach(m, h));
    mn_scaled_add(m, grad, a, h);
}

/* A mean over all steps until there are as many as it forgets in. */
void mn_reference_count(mn_constraints *c, bool violated)
{
    const uint64_t memory = 100;
    c->steps++;
    c->violated += violated;
    c->per_hundred += ((violated ? 100.0 : 0.0) - c->per_hundred) /
                      (double)(c->steps < memory ? c->steps : memory);
}
