#include <stdio.h>
#include <stdlib.h>

#include "mnemoscope/rng.h"
#include "mnemoscope/stream_impl.h"

/* s->state: one permutation per task, (n_tasks, n_visible). Input j of task t is input
 * state[t * n_visible + j] of the item. */
static const uint32_t *places(const mn_stream *s, int task)
{
    return (const uint32_t *)s->state + (size_t)task * (size_t)s->n_visible;
}

/* A task's permutation depends on the seed and its number only, not on how many tasks there
 * are. */
static void draw(uint32_t *place, size_t n, uint64_t seed, int task)
{
    char purpose[32];
    mn_rng r;
    snprintf(purpose, sizeof purpose, "permutation %d", task);
    mn_rng_seed(&r, seed, purpose);
    mn_rng_shuffle(&r, place, n);
}

static mn_status create(mn_stream *s, uint64_t seed, mn_err *err)
{
    size_t n = (size_t)s->n_visible, n_tasks = (size_t)s->cfg.n_tasks;
    uint32_t *place = calloc(n * n_tasks, sizeof *place);
    if (!place)
        return mn_fail(err, MN_ENOMEM, "cannot allocate %zu permutations of %zu inputs",
                       n_tasks, n);
    s->state = place;
    for (size_t t = 0; t < n_tasks; t++, place += n) {
        for (size_t j = 0; j < n; j++)
            place[j] = (uint32_t)j;
        if (t || !s->cfg.first_identity)
            draw(place, n, seed, (int)t);
    }
    return MN_OK;
}

static void destroy(mn_stream *s)
{
    free(s->state);
}

static void read_item(const mn_stream *s, int task, mn_split split, size_t item, float lo,
                      float hi, float *x)
{
    if (task == 0 && s->cfg.first_identity)
        mn_dataset_read(s->data, split, item, lo, hi, x);
    else
        mn_dataset_read_places(s->data, split, item, places(s, task), lo, hi, x);
}

static void restore(const mn_stream *s, int task, const float *in, float *out)
{
    const uint32_t *place = places(s, task);
    for (int j = 0; j < s->n_visible; j++)
        out[place[j]] = in[j];
}

static char *describe(const mn_stream *s, int task, char *out, size_t size)
{
    if (task == 0 && s->cfg.first_identity)
        snprintf(out, size, "pixels in place");
    else
        snprintf(out, size, "permutation %d", task + 1);
    return out;
}

const mn_stream_ops mn_stream_permuted = {
    .name = "permuted",
    .title = "Permuted pixels",
    .cite = "Goodfellow et al. 2014",
    .about = "every task shuffles the pixels in its own fixed way",
    .create = create,
    .destroy = destroy,
    .items = mn_stream_all_items,
    .item = mn_stream_same_item,
    .read = read_item,
    .restore = restore,
    .describe = describe,
};
