/* Whether the numbers of a file whose arrays have the right shapes can be worked with: whatever
 * would lead outside arrays, or outside what can be counted, is refused. */
#include "session_impl.h"

#include <limits.h>

/* Counts kept as doubles. */
static bool all_whole(const double *x, size_t n, size_t stride)
{
    for (size_t i = 0; i < n; i++)
        if (!(x[i * stride] >= 0.0 && x[i * stride] <= 0x1p53))
            return false;
    return true;
}

static bool in_range(const int *x, size_t n, int lo, int hi)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] < lo || x[i] > hi)
            return false;
    return true;
}

/* A generator whose words are all zero draws nothing but zeros, some of them for ever. */
static bool can_draw(const mn_tensors *t, const char *name)
{
    const uint64_t *s = mn_tensors_find(t, name)->data;
    return s[0] | s[1] | s[2] | s[3];
}

/* Exponents and counts: nothing that adding them up could not bear. */
static bool array_makes_sense(const mn_state_array *a, const mn_tensors *t)
{
    return !a->i || in_range(mn_tensors_find(t, a->name)->data,
                             (size_t)a->rows * (size_t)a->cols, -EXPONENT_MAX, EXPONENT_MAX);
}

/* A model's own ints. */
static bool counts_make_sense(const mn_state_array *a, const mn_tensors *t)
{
    return !a->i || in_range(mn_tensors_find(t, a->name)->data,
                             (size_t)a->rows * (size_t)a->cols, 0, INT_MAX);
}

static bool arrays_make_sense(mn_session *s, mn_strategy *strategy, const mn_tensors *t)
{
    mn_state_array a;
    for (int i = 0; mn_model_state(s->model, i, &a); i++)
        if (!counts_make_sense(&a, t))
            return false;
    for (int i = 0; mn_optimiser_state(s->optimiser, i, &a); i++)
        if (!array_makes_sense(&a, t))
            return false;
    for (int i = 0; mn_strategy_state(strategy, i, &a); i++)
        if (!array_makes_sense(&a, t))
            return false;
    return true;
}

/* A ledger of either the file's task or the first: its arrays have the same names. */
static bool returns_make_sense(mn_session *s, const mn_tensors *t)
{
    mn_state_array a;
    if (!s->returns.ledger)
        return true;
    for (int i = 0; mn_ledger_state(s->returns.ledger, i, &a); i++) {
        const mn_entry *e = mn_tensors_find(t, a.name);
        if (a.i && !in_range(e->data, e->n, 0, INT_MAX))
            return false;
    }
    return can_draw(t, "random.damage");
}

static bool order_makes_sense(size_t n_order, size_t n_items, const mn_tensors *t)
{
    const uint32_t *order = mn_tensors_find(t, "order")->data;
    for (size_t i = 0; i < n_order; i++)
        if (order[i] >= n_items)
            return false;
    return true;
}

/* Firings by class add up to those of the windows. */
static bool add_up(const mn_tensors *t, const char *by_class, const char *fired, int n,
                   int n_classes)
{
    const uint32_t *table = mn_tensors_find(t, by_class)->data,
                   *sums = mn_tensors_find(t, fired)->data;
    for (int u = 0; u < n; u++) {
        uint64_t sum = 0;
        for (int c = 0; c < n_classes; c++)
            sum += *table++;
        if (sum != sums[u])
            return false;
    }
    return true;
}

/* The items that units are remembered by are some. */
static bool items_make_sense(mn_session *s, const mn_tensors *t)
{
    const int *task = mn_tensors_find(t, "units.last_task")->data,
              *item = mn_tensors_find(t, "units.last_item")->data;
    for (size_t i = 0; i < (size_t)s->units.n * MN_LAST_ITEMS; i++)
        if (task[i] < -1 || task[i] >= mn_stream_tasks(s->stream) ||
            (task[i] >= 0 &&
             (item[i] < 0 || (size_t)item[i] >= mn_stream_items(s->stream, task[i], MN_TRAIN))))
            return false;
    return true;
}

static bool census_makes_sense(mn_session *s, const mn_tensors *t)
{
    const int n = s->units.n, n_classes = s->units.n_classes;
    const int64_t *epoch = mn_tensors_find(t, "units.epoch_step")->data,
                  *test = mn_tensors_find(t, "units.test_step")->data;
    return add_up(t, "units.by_class.running", "units.running", n, n_classes) &&
           add_up(t, "units.by_class.epoch", "units.fired.1", n, n_classes) &&
           items_make_sense(s, t) && *epoch >= -1 && *test >= -1 &&
           in_range(mn_tensors_find(t, "units.counts")->data, MN_TASKS_MAX * MN_COUNT_BINS, 0,
                    n) &&
           in_range(mn_tensors_find(t, "units.never")->data, MN_TASKS_MAX, -1, n) &&
           in_range(mn_tensors_find(t, "deaths.cause")->data, (size_t)n, 0, MN_N_CAUSES - 1);
}

bool mn_image_makes_sense(const mn_image_size *size, mn_session *s, mn_strategy *strategy,
                          const mn_tensors *t)
{
    const int64_t *at = mn_tensors_find(t, "position")->data;
    const double *moments = mn_tensors_find(t, "history")->data,
                 *now = mn_tensors_find(t, "scores.now")->data,
                 *loss = mn_tensors_find(t, "scores.loss")->data;
    int n_tasks = mn_stream_tasks(s->stream);
    for (int i = 0; i < POSITION_FIELDS; i++)
        if (at[i] < -1 || at[i] > INT64_MAX / 4)
            return false;
    if (at[0] < 0 || at[1] < 0 || at[2] < 0 || at[3] < 0 || at[4] < 0 || at[4] >= n_tasks ||
        at[5] >= n_tasks || at[6] < 0 || (size_t)at[6] > size->n_order || at[8] < 0 ||
        at[8] > n_tasks || at[10] < 1 || at[11] < 0 || size->n_moments > MN_HISTORY_MAX)
        return false;
    size_t n_items = mn_stream_items(s->stream, (int)at[4], MN_TRAIN);
    if (mn_strategy_kind(strategy)->replays)
        n_items += size->n_buffer;
    return order_makes_sense(size->n_order, n_items, t) &&
           in_range(mn_tensors_find(t, "buffer.task")->data, size->n_buffer, 0, n_tasks - 1) &&
           in_range(mn_tensors_find(t, "units.label")->data, (size_t)s->units.n, -1,
                    mn_stream_classes(s->stream) - 1) &&
           all_whole(moments, size->n_moments, MOMENT_FIELDS) &&
           all_whole(moments + 3, size->n_moments, MOMENT_FIELDS) &&
           all_whole(now + 2, MN_TASKS_MAX, 3) && all_whole(loss + 1, 1, 1) &&
           arrays_make_sense(s, strategy, t) && census_makes_sense(s, t) &&
           returns_make_sense(s, t) && can_draw(t, "random.order") &&
           can_draw(t, "random.strategy") && can_draw(t, "random.dream") &&
           can_draw(t, "random.model");
}
