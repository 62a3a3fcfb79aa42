/* What the strategy's buffer holds, for looking: counted once after every change. */
#include "session_impl.h"

#include <string.h>

#include "mnemoscope/kernel.h"

void mn_session_strategy_changed(mn_session *s)
{
    s->digest = s->buffer_digest = 0;
    s->holdings.counted = false;
    s->protection.measured = false;
}

int mn_session_restore(const mn_session *s, const float *x, int otherwise, float *pixels)
{
    const mn_shape *shape = mn_model_shape(s->model);
    float lo, hi;
    mn_model_range(mn_model_kind(s->model), &lo, &hi);
    int task =
        mn_sole_above((size_t)shape->n_extra, x + shape->n_visible, lo + (hi - lo) / 2.0f);
    if (task < 0)
        task = otherwise;
    mn_stream_restore(s->stream, task, x, pixels);
    return task;
}

/* Some items, spread evenly over the buffer. */
static void choose_kept(mn_session *s, const mn_buffer *b)
{
    mn_holdings *h = &s->holdings;
    const size_t n_visible = (size_t)mn_model_shape(s->model)->n_visible,
                 n_classes = (size_t)b->n_classes;
    h->n_kept = b->n < MN_GALLERY_MAX ? (int)b->n : MN_GALLERY_MAX;
    for (int i = 0; i < h->n_kept; i++) {
        const size_t item = (2 * (size_t)i + 1) * b->n / (2 * (size_t)h->n_kept);
        h->kept_task[i] = mn_session_restore(s, b->X + item * (size_t)b->n_inputs,
                                             b->task[item], h->kept + (size_t)i * n_visible);
        h->kept_class[i] = mn_sole_above(n_classes, b->Y + item * n_classes, 0.5f);
    }
}

void mn_session_count_holdings(mn_session *s)
{
    mn_holdings *h = &s->holdings;
    const mn_buffer *b = mn_strategy_buffer(s->strategy);
    if (h->counted)
        return;
    memset(h->by_task, 0, sizeof h->by_task);
    memset(h->by_class, 0, sizeof h->by_class);
    for (size_t i = 0; i < b->n; i++) {
        const size_t n_classes = (size_t)b->n_classes;
        const int class = mn_sole_above(n_classes, b->Y + i * n_classes, 0.5f);
        h->by_task[b->task[i]]++;
        h->by_class[class < 0 ? b->n_classes : class]++;
    }
    choose_kept(s, b);
    h->counted = true;
}
