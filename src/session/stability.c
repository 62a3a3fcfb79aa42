#include <math.h>
#include <stdlib.h>

#include "session_impl.h"

/* Which items are states at rest (Robins and McCallum 1998): an item counts when a synchronous
 * update of the whole state changes no unit. Uses no random numbers. */

enum { ITEMS_MAX = 64 }; /* of a task, the first ones */

/* Training items first .. first + n - 1 of a task as states, V (n, n_state). */
static void pose(mn_session *s, int task, size_t first, size_t n, float *V)
{
    uint32_t index[ITEMS_MAX];
    const size_t n_state = (size_t)mn_model_n_state(s->model),
                 n_classes = (size_t)mn_stream_classes(s->stream),
                 n_inputs = n_state - n_classes;
    for (size_t i = 0; i < n; i++)
        index[i] = (uint32_t)(first + i);
    mn_stream_gather(s->stream, task, MN_TRAIN, index, n, -1.0f, 1.0f, s->work.X);
    for (size_t i = 0; i < n; i++, V += n_state) {
        const size_t label = (size_t)mn_stream_label(s->stream, task, MN_TRAIN, first + i);
        for (size_t j = 0; j < n_inputs; j++)
            V[j] = s->work.X[i * n_inputs + j] > 0.0f ? 1.0f : -1.0f;
        for (size_t c = 0; c < n_classes; c++)
            V[n_inputs + c] = c == label ? 1.0f : -1.0f;
    }
}

static size_t count_at_rest(mn_session *s, int task, size_t n, float *V)
{
    bool rest[ITEMS_MAX];
    size_t n_rest = 0, batch = (size_t)mn_model_shape(s->model)->batch;
    for (size_t at = 0; at < n; at += batch) {
        const size_t k = n - at < batch ? n - at : batch;
        pose(s, task, at, k, V);
        mn_model_relax(s->model, V, (int)k, MN_SYNCHRONOUS, 1, NULL, NULL, rest);
        for (size_t i = 0; i < k; i++)
            n_rest += rest[i];
    }
    return n_rest;
}

static void measure(mn_session *s, float *V, mn_stability *out)
{
    size_t n = 0, n_rest = 0;
    for (int t = 0; t < out->n_tasks; t++) {
        const size_t items = mn_stream_items(s->stream, t, MN_TRAIN),
                     seen = items < ITEMS_MAX ? items : ITEMS_MAX,
                     rest = count_at_rest(s, t, seen, V);
        out->task[t] = (double)rest / (double)seen;
        n += seen;
        n_rest += rest;
    }
    out->all = (double)n_rest / (double)n;
}

mn_status mn_session_stability(mn_session *s, mn_stability *out, mn_err *err)
{
    out->n_tasks = mn_stream_tasks(s->stream);
    out->all = (double)NAN;
    for (int t = 0; t < out->n_tasks; t++)
        out->task[t] = (double)NAN;
    if (!mn_model_recalls(s->model) || mn_model_reconstructs(mn_model_kind(s->model)))
        return MN_OK;
    float *V = calloc(ITEMS_MAX, (size_t)mn_model_n_state(s->model) * sizeof *V);
    if (!V)
        return mn_fail(err, MN_ENOMEM, "cannot allocate %d states", ITEMS_MAX);
    measure(s, V, out);
    free(V);
    return MN_OK;
}
