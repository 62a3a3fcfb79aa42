#include "hopfield.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* The Hopfield network (Hopfield 1982): items become states of +-1 and the weights between all
 * pairs of units make them attractors. It learns by a rule (hopfield_rules.c), item by item in
 * the order they come; one epoch is one look at every item, which is list learning when a task
 * is one item.
 *
 * Classes are either units like the others, which recall completes, or read out by Hebb's rule
 * from the visible ones without taking part, as in the classical experiments. */

static void layout(mn_model *m, mn_arena *a)
{
    mn_hopfield *st = m->state;
    const mn_hopfield_cfg *cfg = m->cfg;
    const size_t batch = (size_t)m->shape.batch;
    st->N = m->shape.n_visible + m->shape.n_extra;
    st->C = m->shape.n_classes;
    st->D = st->N + (cfg->class_units ? st->C : 0);
    const size_t D = (size_t)st->D;
    mn_model_declare(m, "weights", st->D, st->D);
    if (!cfg->class_units)
        mn_model_declare(m, "readout", st->C, st->N);
    m->n_units = st->N;
    st->x = mn_arena_floats(a, (size_t)mn_model_n_state(m));
    st->cue = mn_arena_floats(a, D);
    st->field = mn_arena_floats(a, D);
    st->delta = mn_arena_floats(a, D);
    st->V = mn_arena_bytes(a, batch, D * sizeof *st->V);
    st->H = mn_arena_bytes(a, batch, D * sizeof *st->H);
    st->Wt = mn_arena_bytes(a, D, D * sizeof *st->Wt);
    st->order = mn_arena_bytes(a, D, sizeof *st->order);
    st->active = mn_arena_ints(a, batch);
    st->stored = mn_arena_bytes(a, MN_STORED_MAX, D * sizeof *st->stored);
    st->n_stored = mn_arena_ints(a, 1);
    st->n_learnt = mn_arena_ints(a, 1);
    st->proof = mn_arena_bytes(a, MN_STORED_MAX, D * sizeof *st->proof);
    st->stable = mn_arena_floats(a, MN_STORED_MAX);
}

static void init(mn_model *m, mn_rng *r)
{
    mn_hopfield *st = m->state;
    memset(m->theta, 0, m->n_theta * sizeof *m->theta);
    memset(st->stored, 0, (size_t)MN_STORED_MAX * (size_t)st->D * sizeof *st->stored);
    *st->n_stored = *st->n_learnt = 0;
    st->seed = mn_rng_next(r);
    st->mark[0] = st->mark[1] = (double)NAN;
}

void mn_hopfield_state(const mn_model *m, const float *x, const float *y, float *v)
{
    const mn_hopfield *st = m->state;
    for (int i = 0; i < st->N; i++)
        v[i] = x[i] > 0.0f ? 1.0f : -1.0f;
    for (int i = st->N; i < st->D; i++)
        v[i] = y[i - st->N] > 0.5f ? 1.0f : -1.0f;
}

/* What a class unit, or a readout, says of the visible ones. */
static const float *class_rows(const mn_model *m, int *stride)
{
    const mn_hopfield *st = m->state;
    *stride = m->n_tensors > 1 ? st->N : st->D;
    return m->theta + (m->n_tensors > 1 ? (size_t)st->D : (size_t)st->N) * (size_t)st->D;
}

static void forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_hopfield *st = m->state;
    const size_t N = (size_t)st->N;
    int stride;
    const float *rows = class_rows(m, &stride);
    for (size_t i = 0; i < (size_t)n * N; i++)
        st->V[i] = X[i] > 0.0f ? 1.0f : -1.0f;
    mn_gemm_nt(n, st->C, st->N, 1.0f, st->V, st->N, rows, stride, 0.0f, logits, st->C);
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

/* A checkpoint may hold any number. */
static int n_stored(const mn_hopfield *st)
{
    return *st->n_stored < MN_STORED_MAX ? *st->n_stored : MN_STORED_MAX;
}

/* The first items are kept, each once, to see what becomes of them. */
static void remember(mn_hopfield *st, const float *v)
{
    const size_t D = (size_t)st->D;
    if (n_stored(st) == MN_STORED_MAX)
        return;
    for (size_t i = 0; i < (size_t)n_stored(st); i++)
        if (!memcmp(st->stored + i * D, v, D * sizeof *v))
            return;
    memcpy(st->stored + (size_t)(*st->n_stored)++ * D, v, D * sizeof *v);
}

static void read_out(mn_model *m, const float *v, const float *y)
{
    const mn_hopfield *st = m->state;
    const mn_hopfield_cfg *cfg = m->cfg;
    for (size_t c = 0; m->n_tensors > 1 && c < (size_t)st->C; c++)
        mn_axpy((size_t)st->N, (float)cfg->write_rate * y[c] / (float)st->N, v,
                m->tensors[1].data + c * (size_t)st->N);
}

/* Items that are learnt again are looked after already, and so are their classes; dreams are no
 * items, and the classes of a probe take no part in its recall. */
static void learn(mn_model *m, const float *X, const float *Y, int n)
{
    mn_hopfield *st = m->state;
    const int n_own = m->n_own < 0 ? n : m->n_own;
    for (int i = 0; i < n; i++) {
        const float *y = Y + (size_t)i * (size_t)st->C;
        mn_hopfield_state(m, X + (size_t)i * (size_t)st->N, y, st->x);
        if (i < n_own) {
            remember(st, st->x);
            read_out(m, st->x, y);
        }
        mn_hopfield_store(m, st->x, i);
    }
}

/* A unit fires for an item in which it is on; forward has left the states. */
static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_hopfield *st = m->state;
    const float *v = st->V;
    for (int i = 0; i < n; i++, v += st->N)
        for (int u = 0; u < st->N; u++)
            if (v[u] > 0.0f)
                mn_tally_add(m, t, u, i, label);
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    mn_hopfield *st = m->state;
    memset(st->x, 0, (size_t)mn_model_n_state(m) * sizeof *st->x);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < st->N; j++)
            st->x[j] = X[(size_t)i * (size_t)st->N + (size_t)j] > 0.0f ? 1.0f : -1.0f;
        mn_hopfield_shares(m, st->x, A + (size_t)i * (size_t)st->N);
    }
}

/* The share of every remembered item's units that their fields hold. */
static void prove(mn_model *m)
{
    mn_hopfield *st = m->state;
    const size_t D = (size_t)st->D, n = (size_t)n_stored(st);
    const double mark[2] = {mn_sum(D * D, m->theta), mn_sumsq(D * D, m->theta)};
    if (!memcmp(mark, st->mark, sizeof mark))
        return;
    memcpy(st->mark, mark, sizeof mark);
    mn_gemm_nt((int)n, st->D, st->D, 1.0f, st->stored, st->D, m->theta, st->D, 0.0f, st->proof,
               st->D);
    for (size_t i = 0; i < n; i++) {
        size_t held = 0;
        for (size_t j = 0; j < D; j++) {
            const float x = st->stored[i * D + j];
            held += (st->proof[i * D + j] - m->theta[j * D + j] * x) * x >= 0.0f;
        }
        st->stable[i] = (float)held / (float)D;
    }
}

static bool gauge(mn_model *m, int index, mn_gauge *out)
{
    mn_hopfield *st = m->state;
    const int n = n_stored(st);
    int whole = 0;
    prove(m);
    for (int i = 0; i < n; i++)
        whole += st->stable[i] >= 1.0f;
    switch (index) {
    case 0: *out = (mn_gauge){"stored", "distinct items looked after, at most 256", n}; break;
    case 1: *out = (mn_gauge){"stable", "of these, stable states", whole}; break;
    case 2:
        *out = (mn_gauge){"wrong", "share of their units that would turn over",
                          n ? 1.0 - mn_sum((size_t)n, st->stable) / n : (double)NAN};
        break;
    default: return false;
    }
    return true;
}

/* Which items are left, by the order they came in: recency and primacy. */
static bool portrait(mn_model *m, mn_portrait *out)
{
    mn_hopfield *st = m->state;
    const int n = n_stored(st);
    prove(m);
    snprintf(out->title, sizeof out->title, "Stored items, in the order they came");
    snprintf(out->x_name, sizeof out->x_name, "item");
    snprintf(out->y_name, sizeof out->y_name, "stable units (%%)");
    mn_portrait_series *s = mn_portrait_add(out, "stable units", n);
    const int step = (n + MN_PORTRAIT_POINTS - 1) / MN_PORTRAIT_POINTS;
    int whole = 0;
    s->n = 0;
    for (int i = 0; i < n; i++) {
        whole += st->stable[i] >= 1.0f;
        if (i % (step ? step : 1))
            continue;
        s->x[s->n] = i + 1;
        s->y[s->n++] = 100.0 * (double)st->stable[i];
    }
    mn_portrait_fact(out, "%d units, %d items looked after, %d of them stable", st->D, n,
                     whole);
    mn_portrait_fact(out, "Hebb's capacity: %.0f items with few errors (0.138 N)",
                     0.138 * st->D);
    mn_portrait_fact(out, "%.0f items without, for most of them (N / (2 ln N))",
                     st->D / (2.0 * log(fmax(2.0, st->D))));
    return true;
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    mn_hopfield *st = m->state;
    const mn_state_array arrays[] = {
        {.name = "stored", .f = st->stored, .rows = MN_STORED_MAX, .cols = st->D},
        {.name = "n_stored", .i = st->n_stored, .rows = 1, .cols = 1},
        {.name = "n_learnt", .i = st->n_learnt, .rows = 1, .cols = 1}};
    const int n = (int)(sizeof arrays / sizeof *arrays);
    if (index < n)
        *out = arrays[index];
    return index < n;
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_hopfield *st = m->state;
    int stride;
    const float *rows = theta + (class_rows(m, &stride) - m->theta);
    mn_model_copy_row(m, theta + (size_t)unit * (size_t)st->D, pixels, extra, NULL);
    for (int c = 0; classes && c < st->C; c++)
        classes[c] = rows[(size_t)c * (size_t)stride + (size_t)unit];
}

static const char *const rules[] = {"hebb",           "storkey", "delta",
                                    "pseudo-inverse", "thermal", NULL};

#define AT(field) .offset = offsetof(mn_hopfield_cfg, field)
static const mn_param params[] = {
    {.name = "rule",
     .kind = MN_CHOICE,
     AT(rule),
     .max = MN_THERMAL,
     .choices = rules,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "how an item changes the weights"},
    {.name = "write-rate",
     .kind = MN_REAL,
     AT(write_rate),
     .min = 1e-6,
     .max = 1e3,
     .def = 1.0,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "size of a change; not of pseudo-inverse"},
    {.name = "later",
     .kind = MN_REAL,
     AT(later),
     .min = 1e-6,
     .max = 1.0,
     .def = 1.0,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "of delta and thermal: share of write-rate that is left after the first task"},
    {.name = "decay",
     .kind = MN_REAL,
     AT(decay),
     .max = 0.999,
     .flags = MN_LIVE,
     .unit = "",
     .help = "share of every weight that is lost with every item: a memory that forgets"},
    {.name = "growth",
     .kind = MN_REAL,
     AT(growth),
     .max = 1.0,
     .flags = MN_LIVE,
     .unit = "",
     .help =
         "of hebb: share by which all weights grow with every item, which favours the first"},
    {.name = "flips",
     .kind = MN_REAL,
     AT(flips),
     .max = 0.5,
     .flags = MN_LIVE,
     .unit = "",
     .help = "of delta and thermal: share of an item's units turned over when it is shown; "
             "none of what is replayed"},
    {.name = "field-noise",
     .kind = MN_REAL,
     AT(field_noise),
     .max = 100.0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "of delta and thermal: standard deviation of noise added to the fields"},
    {.name = "heat",
     .kind = MN_REAL,
     AT(heat),
     .min = 1e-3,
     .max = 1e6,
     .def = 1.0,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "of thermal: temperature at the start of a task; less changes firm units less"},
    {.name = "heat-epochs",
     .kind = MN_REAL,
     AT(heat_epochs),
     .min = 1e-3,
     .max = 1e6,
     .def = 100.0,
     .flags = MN_LIVE | MN_LOG,
     .unit = "epochs",
     .help = "of thermal: epochs of a task over which temperature and rate fall to nothing"},
    {.name = "class-units",
     .kind = MN_BOOL,
     AT(class_units),
     .max = 1,
     .def = 1,
     .unit = "",
     .help = "classes are units that recall completes, not only read out"},
};
#undef AT

const mn_model_ops mn_model_hopfield = {
    .name = "hopfield",
    .title = "Hopfield network",
    .cite = "Hopfield 1982; Storkey 1997; Robins and McCallum 1998",
    .about = "every pair of units is a weight; items become attractors, and too many of them "
             "destroy one another",
    .unit_noun = "unit",
    .default_loss = "squared",
    .default_optimiser = "sgd",
    .lo = -1.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_hopfield),
    .cfg_size = sizeof(mn_hopfield_cfg),
    .params = {params, sizeof params / sizeof *params},
    .layout = layout,
    .init = init,
    .forward = forward,
    .learn = learn,
    .tally = tally,
    .activity = activity,
    .gauge = gauge,
    .portrait = portrait,
    .state = state,
    .relax = mn_hopfield_relax,
    .energy = mn_hopfield_energy,
    .shares = mn_hopfield_shares,
    .tile = tile,
};
