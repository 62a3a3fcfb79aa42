#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"
#include "mnemoscope/model_impl.h"

/* FlyModel: the fruit fly's mushroom body (Shen, Dasgupta and Navlakha 2021; as run by Bricken
 * et al. 2023). N inputs, r Kenyon cells, C classes. Cell i listens to q inputs, drawn once:
 *
 *     x = (x - min x) / (max x - min x),  h_i = sum of the x that i listens to
 *     h_i = 0 where h_i < t, the (1 - active)-quantile of the cells;  h = h / max h
 *     learn: W[y, i] = min(1, W[y, i] + eta h_i);  answer: z = W h
 *
 * W (C, r) starts at 0 and never falls, and a class that does not occur keeps its row: nothing
 * is forgotten. As every item adds to W, the rule is for one pass over the data: a second epoch
 * of the same task brings more weights to 1, and is worse. */

struct cfg {
    int cells, inputs;
    double write_rate, active;
};

struct state {
    int N, r, q, C;
    int *inputs;          /* (r, q): what cells listen to */
    float *xt;            /* (N, MN_LANES): items side by side */
    float *sums;          /* (r, MN_LANES) */
    float *row, *scratch; /* (r) */
    size_t *first;        /* (batch + 1): where the active cells of an item begin in */
    int *cell;            /* (batch * r) */
    float *act;           /* (batch * r): h of them, in (0, 1] */
};

static void layout(mn_model *m, mn_arena *a)
{
    struct state *st = m->state;
    const struct cfg *cfg = m->cfg;
    const size_t batch = (size_t)m->shape.batch, r = (size_t)cfg->cells;
    st->N = m->shape.n_visible + m->shape.n_extra;
    st->r = m->n_units = cfg->cells;
    st->q = cfg->inputs < st->N ? cfg->inputs : st->N;
    st->C = m->shape.n_classes;
    mn_model_declare(m, "values", st->C, st->r);
    st->inputs = mn_arena_bytes(a, r, (size_t)st->q * sizeof *st->inputs);
    st->xt = mn_arena_bytes(a, (size_t)st->N, MN_LANES * sizeof *st->xt);
    st->sums = mn_arena_bytes(a, r, MN_LANES * sizeof *st->sums);
    st->row = mn_arena_floats(a, r);
    st->scratch = mn_arena_floats(a, r);
    st->first = mn_arena_bytes(a, batch + 1, sizeof *st->first);
    st->cell = mn_arena_bytes(a, batch, r * sizeof *st->cell);
    st->act = mn_arena_bytes(a, batch, r * sizeof *st->act);
}

/* Floyd's sample of q out of N without replacement, for every cell. */
static void init(mn_model *m, mn_rng *r)
{
    struct state *st = m->state;
    int *own = st->inputs;
    memset(m->theta, 0, m->n_theta * sizeof *m->theta);
    for (int u = 0; u < st->r; u++, own += st->q)
        for (int j = st->N - st->q, n = 0; j < st->N; j++, n++) {
            int drawn = (int)mn_rng_below(r, (uint64_t)j + 1);
            for (int i = 0; i < n; i++)
                if (own[i] == drawn) {
                    drawn = j; /* larger than any before it */
                    break;
                }
            own[n] = drawn;
        }
}

/* Item `lane` of the block, from 0 for its darkest input to 1 for its brightest. */
static void stretch(struct state *st, const float *x, int lane)
{
    float lo = x[0], hi = x[0];
    for (int j = 1; j < st->N; j++) {
        lo = x[j] < lo ? x[j] : lo;
        hi = x[j] > hi ? x[j] : hi;
    }
    const float factor = hi > lo ? 1.0f / (hi - lo) : 0.0f;
    for (int j = 0; j < st->N; j++)
        st->xt[(size_t)j * MN_LANES + (size_t)lane] = (x[j] - lo) * factor;
}

/* sums (r, MN_LANES): what cells hear of the items in xt (N, MN_LANES). A number of a damaged
 * checkpoint that is no input counts as the last one. */
MN_CLONES static void listen(int r, int q, int N, const int *inputs, const float *restrict xt,
                             float *restrict sums)
{
    for (int u = 0; u < r; u++, inputs += q, sums += MN_LANES) {
        float sum[MN_LANES] = {0};
        for (int i = 0; i < q; i++) {
            const float *x = xt + (size_t)(inputs[i] < N ? inputs[i] : N - 1) * MN_LANES;
            for (int lane = 0; lane < MN_LANES; lane++)
                sum[lane] += x[lane];
        }
        memcpy(sums, sum, sizeof sum);
    }
}

/* The quantile at `share` of the numbers in row, between two of them as numpy has it. */
static float quantile(struct state *st, double share)
{
    const size_t n = (size_t)st->r;
    const double at = share * (double)(n - 1);
    const size_t below = (size_t)at;
    const float lower = mn_largest_of(n, n - below, st->row, st->scratch);
    const float rest = (float)(at - (double)below);
    if (rest <= 0.0f || below + 1 >= n)
        return lower;
    return lower + rest * (mn_largest_of(n, n - below - 1, st->row, st->scratch) - lower);
}

/* Lists the active cells of the item in row, behind those of the items before it. */
static size_t list(const mn_model *m, size_t at)
{
    struct state *st = m->state;
    const struct cfg *cfg = m->cfg;
    const float least = quantile(st, 1.0 - cfg->active);
    const float most = mn_max((size_t)st->r, st->row);
    for (int u = 0; u < st->r; u++)
        if (st->row[u] > 0.0f && st->row[u] >= least) {
            st->cell[at] = u;
            st->act[at++] = st->row[u] / most;
        }
    return at;
}

static void activate(const mn_model *m, const float *X, int n)
{
    struct state *st = m->state;
    size_t at = 0;
    st->first[0] = 0;
    for (int from = 0; from < n; from += MN_LANES) {
        const int lanes = n - from < MN_LANES ? n - from : MN_LANES;
        for (int lane = 0; lane < lanes; lane++)
            stretch(st, X + (size_t)(from + lane) * (size_t)st->N, lane);
        listen(st->r, st->q, st->N, st->inputs, st->xt, st->sums);
        for (int lane = 0; lane < lanes; lane++) {
            for (size_t u = 0; u < (size_t)st->r; u++)
                st->row[u] = st->sums[u * MN_LANES + (size_t)lane];
            st->first[from + lane + 1] = at = list(m, at);
        }
    }
}

static void forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    struct state *st = m->state;
    activate(m, X, n);
    for (int i = 0; i < n; i++)
        for (int c = 0; c < st->C; c++) {
            const float *W = m->theta + (size_t)c * (size_t)st->r;
            double sum = 0.0;
            for (size_t p = st->first[i]; p < st->first[i + 1]; p++)
                sum += (double)W[st->cell[p]] * (double)st->act[p];
            *logits++ = (float)sum;
        }
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

static void learn(mn_model *m, const float *X, const float *Y, int n)
{
    const struct state *st = m->state;
    const struct cfg *cfg = m->cfg;
    const float eta = (float)cfg->write_rate;
    for (int i = 0; i < n; i++, Y += st->C) {
        float *W = m->theta + mn_argmax((size_t)st->C, Y) * (size_t)st->r;
        for (size_t p = st->first[i]; p < st->first[i + 1]; p++) {
            const float w = W[st->cell[p]] + eta * st->act[p];
            W[st->cell[p]] = w < 1.0f ? w : 1.0f;
        }
    }
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    const struct state *st = m->state;
    *out = (mn_state_array){.name = "inputs", .i = st->inputs, .rows = st->r, .cols = st->q};
    return index == 0;
}

static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const struct state *st = m->state;
    for (int i = 0; i < n; i++)
        for (size_t p = st->first[i]; p < st->first[i + 1]; p++)
            mn_tally_add(m, t, st->cell[p], i, label);
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    const struct state *st = m->state;
    activate(m, X, n);
    memset(A, 0, (size_t)n * (size_t)st->r * sizeof *A);
    for (int i = 0; i < n; i++, A += st->r) {
        double sum = 0.0;
        for (size_t p = st->first[i]; p < st->first[i + 1]; p++)
            sum += (double)st->act[p];
        for (size_t p = st->first[i]; p < st->first[i + 1]; p++)
            A[st->cell[p]] = (float)((double)st->act[p] / sum);
    }
}

/* What a cell listens to is 1, the rest 0. */
static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const struct state *st = m->state;
    const int *own = st->inputs + (size_t)unit * (size_t)st->q, V = m->shape.n_visible;
    if (pixels)
        memset(pixels, 0, (size_t)V * sizeof *pixels);
    if (extra)
        memset(extra, 0, (size_t)m->shape.n_extra * sizeof *extra);
    for (int i = 0; i < st->q; i++)
        if (own[i] < V && pixels)
            pixels[own[i]] = 1.0f;
        else if (own[i] >= V && own[i] < st->N && extra)
            extra[own[i] - V] = 1.0f;
    for (int c = 0; classes && c < st->C; c++)
        classes[c] = theta[(size_t)c * (size_t)st->r + (size_t)unit];
}

#define AT(field) .offset = offsetof(struct cfg, field)
static const mn_param params[] = {
    {.name = "cells",
     .alias = "r",
     .kind = MN_INT,
     AT(cells),
     .min = 1,
     .max = 100000,
     .def = 1000,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "Kenyon cells"},
    {.name = "inputs",
     .alias = "q",
     .kind = MN_INT,
     AT(inputs),
     .min = 1,
     .max = 10000,
     .def = 64,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "inputs that a cell listens to, drawn once; at most as many as there are"},
    {.name = "write-rate",
     .kind = MN_REAL,
     AT(write_rate),
     .min = 1e-6,
     .max = 1.0,
     .def = 0.005,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "what an item adds to the weight from its most active cell to its class"},
    {.name = "active",
     .kind = MN_REAL,
     AT(active),
     .min = 1e-4,
     .max = 1.0,
     .def = 0.01,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "share of the cells that stay active for an item"},
};
#undef AT

const mn_model_ops mn_model_fly = {
    .name = "fly",
    .title = "FlyModel",
    .cite = "Shen, Dasgupta and Navlakha 2021; Bricken et al. 2023",
    .about = "a fly's sense of smell: fixed random cells, few active, each item written once",
    .unit_noun = "cell",
    .default_loss = "cross-entropy",
    .default_optimiser = "sgd",
    .lo = 0.0f,
    .hi = 1.0f,
    .state_size = sizeof(struct state),
    .cfg_size = sizeof(struct cfg),
    .params = {params, sizeof params / sizeof *params},
    .layout = layout,
    .init = init,
    .forward = forward,
    .learn = learn,
    .state = state,
    .tally = tally,
    .activity = activity,
    .tile = tile,
};
