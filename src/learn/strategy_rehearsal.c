#include "mnemoscope/strategy_impl.h"

#include <stdlib.h>

static mn_status check(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err)
{
    if (cfg->proportion > 1.0)
        return mn_fail(
            err, MN_EINVAL,
            "rehearsal cannot keep a proportion of %g of a task's items: wanted 0 to "
            "1 (more than there are can only be dreamt)",
            cfg->proportion);
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

static mn_status keep(mn_strategy *s, mn_model *m, int task, const mn_source *items, mn_rng *r,
                      mn_err *err)
{
    mn_buffer *b = &s->buffer;
    size_t n_kept = mn_strategy_share(s, items->n);
    if (!n_kept)
        return MN_OK;
    mn_status status = mn_buffer_reserve(b, n_kept, err);
    if (status != MN_OK)
        return status;
    uint32_t *index = malloc(items->n * sizeof *index);
    if (!index)
        return mn_fail(err, MN_ENOMEM, "cannot choose among %zu items to rehearse", items->n);
    choose(r, index, items->n, n_kept);
    size_t first = mn_buffer_extend(b, n_kept, task);
    items->fetch(items->ctx, index, n_kept, b->X + first * (size_t)b->n_inputs,
                 b->Y + first * (size_t)b->n_classes);
    free(index);
    return MN_OK;
}

const mn_strategy_ops mn_strategy_rehearsal = {
    .name = "rehearsal",
    .title = "Rehearsal",
    .cite = "Ratcliff 1990",
    .about = "keeps a share of every task's items and trains on them again",
    .replays = true,
    .keeps = true,
    .check = check,
    .task_end = keep,
};
