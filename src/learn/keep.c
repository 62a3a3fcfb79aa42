#include "keep.h"

#include <stdlib.h>
#include <string.h>

/* How many items each old task keeps, and the ended one last. */
typedef struct division {
    int n_old, task[MN_BUFFER_TASKS_MAX];
    size_t quota[MN_BUFFER_TASKS_MAX];
    size_t n_kept; /* of old tasks, after thinning */
    size_t n_new;
} division;

mn_status mn_keep_check(const char *name, const mn_strategy_cfg *cfg, mn_err *err)
{
    if (cfg->proportion > 1.0)
        return mn_fail(err, MN_EINVAL,
                       "%s cannot keep a proportion of %g of a task's items: wanted 0 to 1 "
                       "(more than there are can only be dreamt)",
                       name, cfg->proportion);
    return MN_OK;
}

/* The first n_kept of a Fisher-Yates shuffle: every subset is equally likely. */
static void choose(mn_rng *r, uint32_t *index, size_t n, size_t n_kept)
{
    for (size_t i = 0; i < n; i++)
        index[i] = (uint32_t)i;
    for (size_t i = 0; i < n_kept; i++) {
        size_t j = i + (size_t)mn_rng_below(r, n - i);
        uint32_t chosen = index[j];
        index[j] = index[i];
        index[i] = chosen;
    }
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A task that ends again is drawn from anew: its old items leave. */
static mn_status divide(const mn_strategy *s, int task, size_t n_items, division *d,
                        mn_err *err)
{
    const mn_buffer *b = &s->buffer;
    int known[MN_BUFFER_TASKS_MAX], n = mn_buffer_tasks(b, known);
    if (n > MN_BUFFER_TASKS_MAX)
        return mn_fail(err, MN_EINVAL,
                       "cannot share %d items among more than %d tasks: buffer 0 lets it grow",
                       s->cfg.buffer, MN_BUFFER_TASKS_MAX);
    for (int k = 0; k < n; k++)
        if (known[k] != task)
            d->task[d->n_old++] = known[k];
    size_t n_tasks = (size_t)d->n_old + 1, each = (size_t)s->cfg.buffer / n_tasks,
           rest = (size_t)s->cfg.buffer % n_tasks;
    for (int k = 0; k < d->n_old; k++) {
        d->quota[k] = each + ((size_t)k < rest);
        d->n_kept += lesser(d->quota[k], mn_buffer_count(b, d->task[k]));
    }
    d->n_new = lesser(each, n_items);
    return MN_OK;
}

static void thin(mn_buffer *b, int task, const division *d, mn_rng *r)
{
    mn_buffer_thin(b, task, 0, r);
    for (int k = 0; k < d->n_old; k++)
        mn_buffer_thin(b, d->task[k], d->quota[k], r);
}

/* `index`: room for as many as there are items. */
static void add(mn_buffer *b, int task, const mn_source *items, size_t n, mn_rng *r,
                uint32_t *index)
{
    choose(r, index, items->n, n);
    size_t first = mn_buffer_extend(b, n, task);
    items->fetch(items->ctx, index, n, b->X + first * (size_t)b->n_inputs,
                 b->Y + first * (size_t)b->n_classes);
}

mn_status mn_keep_items(mn_strategy *s, int task, const mn_source *items, mn_rng *r,
                        mn_err *err)
{
    mn_buffer *b = &s->buffer;
    const bool fixed = s->cfg.buffer > 0;
    if (items->n > UINT32_MAX)
        return mn_fail(err, MN_EINVAL, "cannot keep some of %zu items: wanted at most %u",
                       items->n, UINT32_MAX);
    division d = {.n_kept = b->n, .n_new = mn_strategy_share(s, items->n)};
    if (fixed) {
        d = (division){0};
        mn_status status = divide(s, task, items->n, &d, err);
        if (status != MN_OK)
            return status;
    }
    uint32_t *index = NULL;
    if (d.n_new) {
        size_t n = d.n_kept + d.n_new;
        mn_status status = n > b->n ? mn_buffer_reserve(b, n - b->n, err) : MN_OK;
        if (status != MN_OK)
            return status;
        if (!(index = malloc(items->n * sizeof *index)))
            return mn_fail(err, MN_ENOMEM, "cannot choose among %zu items to keep", items->n);
    }
    if (fixed)
        thin(b, task, &d, r);
    if (d.n_new)
        add(b, task, items, d.n_new, r, index);
    free(index);
    return MN_OK;
}
