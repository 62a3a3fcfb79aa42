#include "consolidate.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* A memory that stores exceptions as they are and what is common as prototypes (Tyulmankov,
 * Stachenfeld, Krotov and Abbott 2023). Visible activity g has length 1, hidden activity is an
 * attention over M memories xi = w/|w|, the rows of W:
 *
 *     f = softmax(beta W g),    dg/dt = -g + W^T f / |W^T f|               (equation 3)
 *
 * An item of length 1 loses half of its pixels; those that are left are held, the others move
 * in Euler steps until nothing changes. What is learnt is to come back to the item: the loss is
 * |item - g|^2 (equation 2), its gradient is with respect to w.
 *
 * Classes are no part of this. The session tells them after a step so that a person may see
 * which memory answers to which: a running mean for every memory over the items it won. */

enum { REMEMBERED = 100 }; /* items that the mean goes back */

static void layout_trajectory(mn_model *m, mn_arena *a)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t batch = (size_t)m->shape.batch, D = (size_t)st->D, M = (size_t)st->M;
    st->n_slots = cfg->checkpoint ? cfg->checkpoint : (int)ceil(sqrt(cfg->max_steps));
    if (st->n_slots > cfg->max_steps)
        st->n_slots = cfg->max_steps;
    st->n_marks = (cfg->max_steps + st->n_slots - 1) / st->n_slots;
    const size_t states = (size_t)st->n_slots * batch;
    st->marks = mn_arena_bytes(a, (size_t)st->n_marks * batch, D * sizeof *st->marks);
    st->slots_g = mn_arena_bytes(a, states, D * sizeof *st->slots_g);
    st->slots_v = mn_arena_bytes(a, states, D * sizeof *st->slots_v);
    st->slots_f = mn_arena_bytes(a, states, M * sizeof *st->slots_f);
}

static void layout(mn_model *m, mn_arena *a)
{
    mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    const size_t batch = (size_t)m->shape.batch;
    st->D = m->shape.n_visible + m->shape.n_extra;
    st->M = m->n_units = cfg->memories;
    st->C = m->shape.n_classes;
    const size_t D = (size_t)st->D, M = (size_t)st->M;
    mn_model_declare(m, "memories", st->M, st->D);
    st->W = mn_arena_bytes(a, M, D * sizeof *st->W);
    st->length = mn_arena_bytes(a, M, sizeof *st->length);
    st->answers = mn_arena_bytes(a, M, (size_t)st->C * sizeof *st->answers);
    float **const visible[] = {&st->x, &st->free,    &st->g_end,  &st->G, &st->K,
                               &st->V, &st->adjoint, &st->source, &st->Q, &st->R};
    for (size_t i = 0; i < sizeof visible / sizeof *visible; i++)
        *visible[i] = mn_arena_bytes(a, batch, D * sizeof(float));
    float **const hidden[] = {&st->f_end, &st->F, &st->S};
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        *hidden[i] = mn_arena_bytes(a, batch, M * sizeof(float));
    st->whole = mn_arena_floats(a, batch);
    st->steps = mn_arena_ints(a, batch);
    st->item = mn_arena_ints(a, batch);
    st->changed = mn_arena_bytes(a, batch, sizeof *st->changed);
    st->begin = mn_arena_ints(a, (size_t)cfg->max_steps + 2);
    if (cfg->gradient != MN_THROUGH_FIXED)
        layout_trajectory(m, a);
}

/* As linear layers of the authors' library start. */
static void init(mn_model *m, mn_rng *r)
{
    mn_consolidate *st = m->state;
    const double most = 1.0 / sqrt(st->D);
    for (size_t i = 0; i < m->n_theta; i++)
        m->theta[i] = (float)(most * (2.0 * mn_rng_uniform(r) - 1.0));
    memset(st->answers, 0, (size_t)st->M * (size_t)st->C * sizeof *st->answers);
}

double mn_consolidate_unit(size_t n, const float *x, float *unit)
{
    const double length = sqrt(mn_sumsq(n, x));
    memcpy(unit, x, n * sizeof *x);
    if (length > 0.0)
        mn_scale(n, (float)(1.0 / length), unit);
    return length;
}

void mn_consolidate_normalise(mn_model *m)
{
    mn_consolidate *st = m->state;
    const size_t D = (size_t)st->D;
    for (size_t mu = 0; mu < (size_t)st->M; mu++)
        st->length[mu] = mn_consolidate_unit(D, m->theta + mu * D, st->W + mu * D);
}

static void soften(size_t n, float *h)
{
    const float most = mn_max(n, h);
    for (size_t i = 0; i < n; i++)
        h[i] = expf(h[i] - most);
    mn_scale(n, (float)(1.0 / mn_sum(n, h)), h);
}

void mn_consolidate_field(mn_model *m, int n, const float *G, float *F, float *V)
{
    const mn_consolidate *st = m->state;
    const mn_consolidate_cfg *cfg = m->cfg;
    mn_gemm_nt(n, st->M, st->D, (float)cfg->beta, G, st->D, st->W, st->D, 0.0f, F, st->M);
    for (size_t i = 0; i < (size_t)n; i++)
        soften((size_t)st->M, F + i * (size_t)st->M);
    if (V)
        mn_gemm_nn(n, st->D, st->M, 1.0f, F, st->M, st->W, st->D, 0.0f, V, st->D);
}

/* Shares of a memory's answers; all 0 while it has won nothing. */
static double answered(const mn_consolidate *st, size_t mu)
{
    const double sum = mn_sum((size_t)st->C, st->answers + mu * (size_t)st->C);
    return sum > 0.0 ? 1.0 / sum : 0.0;
}

void mn_consolidate_classes(const mn_model *m, const float *f, float *classes)
{
    const mn_consolidate *st = m->state;
    const size_t C = (size_t)st->C;
    memset(classes, 0, C * sizeof *classes);
    for (size_t mu = 0; mu < (size_t)st->M; mu++)
        mn_axpy(C, (float)((double)f[mu] * answered(st, mu)), st->answers + mu * C, classes);
}

/* The whole item is known, so nothing moves: hidden activity is all there is to see. */
static void forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_consolidate *st = m->state;
    const size_t D = (size_t)st->D, M = (size_t)st->M, C = (size_t)st->C;
    mn_consolidate_normalise(m);
    for (size_t i = 0; i < (size_t)n; i++)
        mn_consolidate_unit(D, X + i * D, st->G + i * D);
    mn_consolidate_field(m, n, st->G, st->f_end, NULL);
    for (size_t i = 0; i < (size_t)n; i++)
        mn_consolidate_classes(m, st->f_end + i * M, logits + i * C);
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

static size_t winner(const mn_consolidate *st, int i)
{
    return mn_argmax((size_t)st->M, st->f_end + (size_t)i * (size_t)st->M);
}

static void told(mn_model *m, int n, const int *label)
{
    mn_consolidate *st = m->state;
    const size_t C = (size_t)st->C;
    for (int i = 0; i < n; i++) {
        float *of = st->answers + winner(st, i) * C;
        mn_scale(C, 1.0f - 1.0f / REMEMBERED, of);
        of[label[i]] += 1.0f / REMEMBERED;
    }
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    mn_consolidate *st = m->state;
    *out = (mn_state_array){.name = "answers", .f = st->answers, .rows = st->M, .cols = st->C};
    return index == 0;
}

static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_consolidate *st = m->state;
    for (int i = 0; i < n; i++)
        mn_tally_add(m, t, (int)winner(st, i), i, label);
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    mn_consolidate *st = m->state;
    const size_t D = (size_t)st->D;
    mn_consolidate_normalise(m);
    for (size_t i = 0; i < (size_t)n; i++)
        mn_consolidate_unit(D, X + i * D, st->G + i * D);
    mn_consolidate_field(m, n, st->G, A, NULL);
}

/* The model's own memories at length 1, and what they answer to; others as they are. */
static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_consolidate *st = m->state;
    const size_t at = (size_t)unit * (size_t)st->D, C = (size_t)st->C;
    const bool own = theta == m->theta;
    mn_model_copy_row(m, theta + at, pixels, extra, NULL);
    if (classes) {
        memcpy(classes, st->answers + (size_t)unit * C, C * sizeof *classes);
        mn_scale(C, own ? (float)answered(st, (size_t)unit) : 0.0f, classes);
    }
    const double length = own ? sqrt(mn_sumsq((size_t)st->D, theta + at)) : 1.0;
    const float shrink = length > 0.0 ? (float)(1.0 / length) : 1.0f;
    if (pixels)
        mn_scale((size_t)m->shape.n_visible, shrink, pixels);
    if (extra)
        mn_scale((size_t)m->shape.n_extra, shrink, extra);
}

static const char *const gradients[] = {"bptt", "truncated", "implicit", NULL};

#define AT(field) .offset = offsetof(mn_consolidate_cfg, field)
static const mn_param params[] = {
    {.name = "memories",
     .alias = "M",
     .kind = MN_INT,
     AT(memories),
     .min = 1,
     .max = 100000,
     .def = 100,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "hidden units, each with a memory"},
    {.name = "beta",
     .kind = MN_REAL,
     AT(beta),
     .min = 1e-3,
     .max = 1e4,
     .def = 5.0,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "inverse temperature of the hidden units: higher settles on one memory"},
    {.name = "dt",
     .kind = MN_REAL,
     AT(dt),
     .min = 1e-3,
     .max = 1.0,
     .def = 0.5,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "Euler step, 0.05 as published; where it ends does not depend on it"},
    {.name = "tolerance",
     .kind = MN_REAL,
     AT(tolerance),
     .min = 0.0,
     .max = 0.1,
     .def = 1e-5,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "relative change in a step at which an item has settled, 1e-6 as published"},
    {.name = "max-steps",
     .kind = MN_INT,
     AT(max_steps),
     .min = 1,
     .max = 100000,
     .def = 1000,
     .flags = MN_LOG,
     .unit = "steps",
     .help = "Euler steps after which an item that still changes is taken as it is"},
    {.name = "mask",
     .kind = MN_REAL,
     AT(mask),
     .min = 0.0,
     .max = 1.0,
     .def = 0.5,
     .flags = MN_LIVE,
     .unit = "",
     .help = "share of the pixels that an item loses before it is given back"},
    {.name = "gradient",
     .kind = MN_CHOICE,
     AT(gradient),
     .max = MN_THROUGH_FIXED,
     .def = MN_THROUGH_FIXED,
     .choices = gradients,
     .unit = "",
     .help = "through all Euler steps, through the last ones, or of the fixed point itself"},
    {.name = "tail",
     .kind = MN_INT,
     AT(tail),
     .min = 1,
     .max = 100000,
     .def = 20,
     .flags = MN_LIVE | MN_LOG,
     .unit = "steps",
     .help = "how far a truncated gradient goes back"},
    {.name = "checkpoint",
     .kind = MN_INT,
     AT(checkpoint),
     .min = 0,
     .max = 100000,
     .def = 0,
     .unit = "steps",
     .help = "steps between kept states, the rest is worked out again; 0 for least memory"},
};
#undef AT

const mn_model_ops mn_model_consolidate = {
    .name = "consolidate",
    .title = "Consolidation memory",
    .cite = "Tyulmankov, Stachenfeld, Krotov and Abbott 2023",
    .about = "fills in what is missing; keeps exceptions and makes prototypes of the rest",
    .unit_noun = "memory",
    .default_loss = "squared",
    .default_optimiser = "adam",
    .lo = 0.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_consolidate),
    .cfg_size = sizeof(mn_consolidate_cfg),
    .params = {params, sizeof params / sizeof *params},
    .layout = layout,
    .init = init,
    .forward = forward,
    .reconstruct = mn_consolidate_reconstruct,
    .reconstruct_back = mn_consolidate_back,
    .told = told,
    .state = state,
    .tally = tally,
    .activity = activity,
    .relax = mn_consolidate_relax,
    .energy = mn_consolidate_energy,
    .shares = mn_consolidate_shares,
    .tile = tile,
};
