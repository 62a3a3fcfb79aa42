/* Which connections there are: chosen neurons, removal and growth between phases (Gurbuz and
 * Dovrolis 2022, section 3). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layer.h"
#include "nispa.h"

static bool holds(const int *flags, const int *more, int i)
{
    return flags[i] || more[i];
}

int *mn_nispa_sources(const mn_nispa *st, int *nodes, int layer)
{
    return nodes + (layer ? st->stack.N + (layer - 1) * st->stack.neurons : 0);
}

int *mn_nispa_targets(const mn_nispa *st, int *nodes, int layer)
{
    return nodes + st->stack.N + layer * st->stack.neurons;
}

/* Kaiming's standard deviation for rectified neurons, by what a neuron sends to (fan out), of
 * the layer as if it were dense. */
static void start_layer(mn_model *m, int layer, mn_rng *r)
{
    mn_nispa *st = m->state;
    const int rows = mn_stack_rows(&st->stack, layer), cols = mn_stack_cols(&st->stack, layer);
    const int *source = mn_nispa_sources(st, st->stable, layer);
    const int *target = mn_nispa_targets(st, st->stable, layer);
    const int *there = st->stack.connected + mn_stack_offset(&st->stack, layer);
    float *w = m->theta + mn_stack_offset(&st->stack, layer);
    float *b = m->tensors[mn_stack_bias(&st->stack, layer)].data;
    const double sd = sqrt(2.0 / rows);
    for (int v = 0; v < rows; v++, w += cols, there += cols) {
        for (int u = 0; u < cols; u++)
            if (!there[u])
                w[u] = 0.0f;
            else if (!target[v] || !source[u])
                w[u] = (float)(sd * mn_rng_normal(r));
        if (!target[v])
            b[v] = 0.0f;
    }
}

void mn_nispa_start(mn_model *m, mn_rng *r)
{
    const mn_nispa *st = m->state;
    for (int l = 0; l <= st->stack.depth; l++)
        start_layer(m, l, r);
}

double mn_nispa_share(const mn_nispa_cfg *cfg, int phase)
{
    return 0.5 * (1.0 + cos(acos(-1.0) * phase / cfg->period));
}

/* The most active first; of equals the first. */
static int by_mean(const void *a, const void *b)
{
    const mn_nispa_rank *p = a, *q = b;
    if (p->mean != q->mean)
        return p->mean < q->mean ? 1 : -1;
    return (p->unit > q->unit) - (p->unit < q->unit);
}

static void choose_in(mn_nispa *st, int layer, double share)
{
    const int r = st->stack.neurons;
    int *chosen = mn_nispa_targets(st, st->chosen, layer);
    double total = 0.0, carried = 0.0;
    for (int u = 0; u < r; u++) {
        const float mean = st->means[layer * r + u];
        st->ranks[u] = (mn_nispa_rank){isfinite(mean) ? mean : 0.0f, u};
        total += (double)st->ranks[u].mean;
    }
    qsort(st->ranks, (size_t)r, sizeof *st->ranks, by_mean);
    memset(chosen, 0, (size_t)r * sizeof *chosen);
    for (int i = 0; i < r && carried < share * total; i++) {
        chosen[st->ranks[i].unit] = 1;
        carried += (double)st->ranks[i].mean;
    }
}

void mn_nispa_choose(mn_model *m, double share)
{
    mn_nispa *st = m->state;
    for (int l = 0; l < st->stack.depth; l++)
        choose_in(st, l, share);
    memcpy(mn_nispa_targets(st, st->chosen, st->stack.depth), st->current,
           (size_t)st->stack.C * sizeof *st->current);
}

/* One layer's connections while they are moved. */
typedef struct wiring {
    int rows, cols;
    const int *stable_source, *chosen_source, *stable_target, *chosen_target;
    int *there; /* (rows, cols) */
    float *w;   /* (rows, cols) */
    double mean, sd;
} wiring;

static wiring wiring_of(mn_model *m, int layer)
{
    mn_nispa *st = m->state;
    const size_t at = mn_stack_offset(&st->stack, layer);
    return (wiring){.rows = mn_stack_rows(&st->stack, layer),
                    .cols = mn_stack_cols(&st->stack, layer),
                    .stable_source = mn_nispa_sources(st, st->stable, layer),
                    .chosen_source = mn_nispa_sources(st, st->chosen, layer),
                    .stable_target = mn_nispa_targets(st, st->stable, layer),
                    .chosen_target = mn_nispa_targets(st, st->chosen, layer),
                    .there = st->stack.connected + at,
                    .w = m->theta + at};
}

static bool plastic_source(const wiring *w, int u)
{
    return !holds(w->stable_source, w->chosen_source, u);
}

static bool plastic_target(const wiring *w, int v)
{
    return !holds(w->stable_target, w->chosen_target, v);
}

/* From a plastic into a stable node. Returns how many there were. */
static int cut(wiring *w)
{
    int n = 0;
    for (int v = 0; v < w->rows; v++) {
        int *there = w->there + (size_t)v * (size_t)w->cols;
        for (int u = 0; u < w->cols && !plastic_target(w, v); u++) {
            if (!there[u] || !plastic_source(w, u))
                continue;
            there[u] = 0;
            w->w[(size_t)v * (size_t)w->cols + (size_t)u] = 0.0f;
            n++;
        }
    }
    return n;
}

/* Mean and standard deviation of the weights that there are. */
static void survey(wiring *w)
{
    const size_t size = (size_t)w->rows * (size_t)w->cols;
    double n = 0.0, sum = 0.0, square = 0.0;
    for (size_t i = 0; i < size; i++)
        if (w->there[i]) {
            n += 1.0;
            sum += (double)w->w[i];
            square += (double)w->w[i] * (double)w->w[i];
        }
    w->mean = n > 0.0 ? sum / n : 0.0;
    const double variance = n > 0.0 ? square / n - w->mean * w->mean : 0.0;
    w->sd = variance > 0.0 ? sqrt(variance) : 0.0;
}

static void connect(wiring *w, int v, int u, mn_rng *r)
{
    const size_t at = (size_t)v * (size_t)w->cols + (size_t)u;
    w->there[at] = 1;
    w->w[at] = (float)(w->mean + w->sd * mn_rng_normal(r));
}

static bool sends(const wiring *w, int u)
{
    for (int v = 0; v < w->rows; v++)
        if (w->there[(size_t)v * (size_t)w->cols + (size_t)u])
            return true;
    return false;
}

/* The i-th plastic target. */
static int nth_target(const wiring *w, uint64_t i)
{
    int v = 0;
    for (; v < w->rows; v++)
        if (plastic_target(w, v) && i-- == 0)
            break;
    return v;
}

/* Plastic neurons that nobody listens to come first. Returns how many are left to grow. */
static int grow_lonely(wiring *w, int budget, mn_rng *r)
{
    uint64_t targets = 0;
    for (int v = 0; v < w->rows; v++)
        targets += plastic_target(w, v);
    for (int u = 0; u < w->cols && targets && budget > 0; u++)
        if (plastic_source(w, u) && !sends(w, u)) {
            connect(w, nth_target(w, mn_rng_below(r, targets)), u, r);
            budget--;
        }
    return budget;
}

/* Among the absent connections into plastic nodes, each as likely as the others (Knuth's
 * selection sampling); all of them if they are fewer. */
static void grow_anywhere(wiring *w, int budget, mn_rng *r)
{
    uint64_t absent = 0, wanted = (uint64_t)budget;
    for (int v = 0; v < w->rows; v++)
        for (int u = 0; u < w->cols && plastic_target(w, v); u++)
            absent += !w->there[(size_t)v * (size_t)w->cols + (size_t)u];
    for (int v = 0; v < w->rows && wanted; v++)
        for (int u = 0; u < w->cols && wanted && plastic_target(w, v); u++) {
            if (w->there[(size_t)v * (size_t)w->cols + (size_t)u])
                continue;
            if (mn_rng_below(r, absent--) >= wanted)
                continue;
            connect(w, v, u, r);
            wanted--;
        }
}

void mn_nispa_rewire(mn_model *m, bool grow, mn_rng *r)
{
    mn_nispa *st = m->state;
    st->clock[MN_NISPA_SHED] = 0;
    for (int l = 0; l <= st->stack.depth; l++) {
        wiring w = wiring_of(m, l);
        const int n = cut(&w);
        st->clock[MN_NISPA_SHED] += n;
        if (!grow)
            continue;
        survey(&w);
        grow_anywhere(&w, grow_lonely(&w, n, r), r);
    }
}
