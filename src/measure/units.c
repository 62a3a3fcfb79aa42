#include "mnemoscope/units.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *mn_window_name(mn_window w)
{
    static const char *const names[MN_N_WINDOWS] = {"batch", "epoch", "task", "run"};
    assert(w >= 0 && w < MN_N_WINDOWS);
    return names[w];
}

const char *mn_order_name(mn_order o)
{
    static const char *const names[MN_N_ORDERS] = {"number", "wins", "label",
                                                   "index",  "norm", "age"};
    assert(o >= 0 && o < MN_N_ORDERS);
    return names[o];
}

static void layout_classes(mn_units *u, mn_arena *a)
{
    const size_t n = (size_t)u->n, row = (size_t)u->n_classes * sizeof(uint32_t);
    uint32_t **const tables[] = {&u->running_by_class, &u->epoch_by_class, &u->run_by_class};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        *tables[i] = u->n_classes ? mn_arena_bytes(a, n, row) : NULL;
    u->last_task = u->n_classes ? mn_arena_ints(a, n * MN_LAST_ITEMS) : NULL;
    u->last_item = u->n_classes ? mn_arena_ints(a, n * MN_LAST_ITEMS) : NULL;
}

void mn_units_layout(mn_units *u, int n, int n_classes, mn_arena *a)
{
    size_t count = (size_t)n;
    u->n = n;
    u->n_classes = n_classes;
    u->running = mn_arena_bytes(a, count, sizeof *u->running);
    for (int w = 0; w < MN_N_WINDOWS; w++)
        u->fired[w] = mn_arena_bytes(a, count, sizeof *u->fired[w]);
    u->last_fired = mn_arena_bytes(a, count, sizeof *u->last_fired);
    u->share = mn_arena_floats(a, count);
    u->norm = mn_arena_floats(a, count);
    u->label = mn_arena_ints(a, count);
    for (int i = 0; i < MN_N_INDICES; i++)
        u->index[i] = mn_arena_floats(a, count);
    layout_classes(u, a);
}

static size_t table_size(const mn_units *u)
{
    return (size_t)u->n * (size_t)u->n_classes * sizeof(uint32_t);
}

static void forget_classes(mn_units *u)
{
    if (!u->n_classes)
        return;
    memset(u->running_by_class, 0, table_size(u));
    memset(u->epoch_by_class, 0, table_size(u));
    memset(u->run_by_class, 0, table_size(u));
    for (size_t i = 0; i < (size_t)u->n * MN_LAST_ITEMS; i++)
        u->last_task[i] = u->last_item[i] = -1;
}

static void clear(uint32_t *fired, uint64_t *items, int n)
{
    memset(fired, 0, (size_t)n * sizeof *fired);
    *items = 0;
}

void mn_units_reset(mn_units *u)
{
    clear(u->running, &u->running_items, u->n);
    u->epoch_step = -1;
    forget_classes(u);
    for (int w = 0; w < MN_N_WINDOWS; w++)
        clear(u->fired[w], &u->items[w], u->n);
    for (int i = 0; i < u->n; i++) {
        u->last_fired[i] = u->label[i] = -1;
        u->share[i] = u->norm[i] = NAN;
        for (int k = 0; k < MN_N_INDICES; k++)
            u->index[k][i] = NAN;
    }
}

static void copy_classes(mn_units *to, const mn_units *from)
{
    const size_t last = (size_t)from->n * MN_LAST_ITEMS * sizeof *to->last_task;
    memcpy(to->running_by_class, from->running_by_class, table_size(from));
    memcpy(to->epoch_by_class, from->epoch_by_class, table_size(from));
    memcpy(to->run_by_class, from->run_by_class, table_size(from));
    memcpy(to->last_task, from->last_task, last);
    memcpy(to->last_item, from->last_item, last);
}

void mn_units_copy(mn_units *to, const mn_units *from)
{
    assert(to->n == from->n);
    size_t n = (size_t)from->n;
    if (to->n_classes && to->n_classes == from->n_classes)
        copy_classes(to, from);
    to->epoch_step = from->epoch_step;
    memcpy(to->running, from->running, n * sizeof *to->running);
    to->running_items = from->running_items;
    for (int w = 0; w < MN_N_WINDOWS; w++) {
        memcpy(to->fired[w], from->fired[w], n * sizeof *to->fired[w]);
        to->items[w] = from->items[w];
    }
    memcpy(to->last_fired, from->last_fired, n * sizeof *to->last_fired);
    memcpy(to->share, from->share, n * sizeof *to->share);
    memcpy(to->norm, from->norm, n * sizeof *to->norm);
    memcpy(to->label, from->label, n * sizeof *to->label);
    for (int k = 0; k < MN_N_INDICES; k++)
        memcpy(to->index[k], from->index[k], n * sizeof *to->index[k]);
}

void mn_units_batch(mn_units *u, const uint32_t *fired, uint64_t items, int64_t step)
{
    uint32_t *batch = u->fired[MN_BATCH], *task = u->fired[MN_TASK], *run = u->fired[MN_RUN];
    for (int i = 0; i < u->n; i++) {
        batch[i] = fired[i];
        u->running[i] += fired[i];
        task[i] += fired[i];
        run[i] += fired[i];
        if (fired[i])
            u->last_fired[i] = step;
    }
    u->items[MN_BATCH] = items;
    u->running_items += items;
    u->items[MN_TASK] += items;
    u->items[MN_RUN] += items;
}

void mn_units_item(mn_units *u, int unit, int task, int item)
{
    int *tasks = u->last_task + (size_t)unit * MN_LAST_ITEMS,
        *items = u->last_item + (size_t)unit * MN_LAST_ITEMS;
    memmove(tasks + 1, tasks, (MN_LAST_ITEMS - 1) * sizeof *tasks);
    memmove(items + 1, items, (MN_LAST_ITEMS - 1) * sizeof *items);
    tasks[0] = task;
    items[0] = item;
}

/* What was counted by class goes into the run's counts, and the counting begins anew. */
static void settle_classes(mn_units *u)
{
    const size_t n = (size_t)u->n * (size_t)u->n_classes;
    for (size_t i = 0; i < n; i++)
        u->run_by_class[i] += u->running_by_class[i];
    if (n)
        memset(u->running_by_class, 0, table_size(u));
}

void mn_units_epoch(mn_units *u, int64_t step)
{
    uint32_t *complete = u->running;
    u->running = u->fired[MN_EPOCH];
    u->fired[MN_EPOCH] = complete;
    u->items[MN_EPOCH] = u->running_items;
    u->epoch_step = step;
    if (u->n_classes)
        memcpy(u->epoch_by_class, u->running_by_class, table_size(u));
    settle_classes(u);
    clear(u->running, &u->running_items, u->n);
}

void mn_units_task(mn_units *u)
{
    settle_classes(u);
    clear(u->fired[MN_TASK], &u->items[MN_TASK], u->n);
    clear(u->running, &u->running_items, u->n);
}

bool mn_units_dead(const mn_units *u, int unit)
{
    return u->items[MN_EPOCH] > 0 && u->fired[MN_EPOCH][unit] == 0;
}

/* In whole numbers: fired < items / n / 10, without the rounding. */
bool mn_units_weak(const mn_units *u, int unit)
{
    uint64_t fired = u->fired[MN_EPOCH][unit];
    return fired > 0 && 10 * fired * (uint64_t)u->n < u->items[MN_EPOCH];
}

int mn_units_count_dead(const mn_units *u)
{
    int n = 0;
    for (int i = 0; i < u->n; i++)
        n += mn_units_dead(u, i);
    return n;
}

int mn_units_count_weak(const mn_units *u)
{
    int n = 0;
    for (int i = 0; i < u->n; i++)
        n += mn_units_weak(u, i);
    return n;
}

int mn_units_histogram(const mn_units *u, mn_window w, double lo, double width, int n_bins,
                       uint32_t *bins)
{
    assert(n_bins > 0 && width > 0.0);
    int n_never = 0;
    memset(bins, 0, (size_t)n_bins * sizeof *bins);
    for (int i = 0; i < u->n; i++) {
        if (!u->fired[w][i]) {
            n_never++;
            continue;
        }
        double rate = (double)u->fired[w][i] / (double)u->items[w];
        double bin = floor((log10(rate) - lo) / width);
        bins[(size_t)fmin(fmax(bin, 0.0), n_bins - 1)]++;
    }
    return n_never;
}

/* What an order sorts by, as a number of which the smallest comes first. */
static double key(const mn_units *u, mn_order o, mn_index index, uint32_t i)
{
    switch (o) {
    case MN_BY_WINS: return -(double)u->fired[u->items[MN_EPOCH] ? MN_EPOCH : MN_RUN][i];
    case MN_BY_LABEL: return u->label[i] < 0 ? nan("") : (double)u->label[i];
    case MN_BY_INDEX: return -(double)u->index[index][i];
    case MN_BY_NORM: return -(double)u->norm[i];
    case MN_BY_AGE: return (double)u->last_fired[i];
    case MN_BY_NUMBER:
    case MN_N_ORDERS: break;
    }
    return 0.0;
}

typedef struct ordering {
    const mn_units *u;
    mn_order order;
    mn_index index;
} ordering;

/* NAN last, ties by number: a total order, so the result does not depend on the sort. */
static int compare(const void *a, const void *b, void *ctx)
{
    const ordering *o = ctx;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    double x = key(o->u, o->order, o->index, i), y = key(o->u, o->order, o->index, j);
    if (isnan(x) != isnan(y))
        return isnan(x) ? 1 : -1;
    if (x < y || x > y)
        return x < y ? -1 : 1;
    return i < j ? -1 : i > j;
}

void mn_units_rank(const mn_units *u, mn_order o, mn_index index, uint32_t *out)
{
    ordering ctx = {u, o, index};
    for (int i = 0; i < u->n; i++)
        out[i] = (uint32_t)i;
    qsort_r(out, (size_t)u->n, sizeof *out, compare, &ctx);
}
