#include "nispa.h"

#include <string.h>

#include "layer.h"

/* Neuro-Inspired Stability-Plasticity Adaptation (Gurbuz and Dovrolis 2022): a sparse network
 * in which what a task needs is separated from the rest and frozen. N inputs, L hidden layers
 * of r rectified neurons, C classes; with M_l (0 or 1) saying which connections there are
 *
 *     h_l = max(0, (M_l * W_l) h_{l-1} + b_l),   z = (M * V) h_L + v
 *
 * A task is learned in phases (nispa_phase.c); between two of them the connections from plastic
 * to stable neurons are moved to plastic ones (nispa_wire.c). Connections between two stable
 * neurons, and the biases of stable neurons, are frozen when the task is done: they have no
 * slope, and project puts them back whatever an optimiser's memory did to them.
 *
 * In training steps the logits of classes that are not of the task are 0, which is how the
 * network was published: such classes are pushed below 0 by nobody. That holds for replayed
 * items too. */

static void layout_copy(mn_nispa_copy *c, size_t n_theta, size_t n_weights, size_t n_nodes,
                        mn_arena *a)
{
    c->theta = mn_arena_floats(a, n_theta);
    c->connected = mn_arena_ints(a, n_weights);
    c->chosen = mn_arena_ints(a, n_nodes);
}

static void layout_work(mn_nispa *st, size_t batch, mn_arena *a)
{
    const size_t r = (size_t)st->stack.neurons, C = (size_t)st->stack.C;
    for (int l = 0; l < st->stack.depth; l++)
        st->H[l] = mn_arena_bytes(a, batch, r * sizeof(float));
    for (int i = 0; i < 2; i++)
        st->back[i] = mn_arena_bytes(a, batch, r * sizeof(float));
    st->slopes = mn_arena_bytes(a, batch, C * sizeof(float));
    st->X = mn_arena_bytes(a, batch, (size_t)st->stack.N * sizeof(float));
    st->Y = mn_arena_bytes(a, batch, C * sizeof(float));
    st->logits = mn_arena_bytes(a, batch, C * sizeof(float));
    st->exponent = mn_arena_ints(a, batch);
    st->index = mn_arena_bytes(a, batch, sizeof *st->index);
    st->sums = mn_arena_bytes(a, (size_t)st->stack.depth * r, sizeof *st->sums);
    st->ranks = mn_arena_bytes(a, r, sizeof *st->ranks);
}

static void layout(mn_model *m, mn_arena *a)
{
    mn_nispa *st = m->state;
    const mn_nispa_cfg *cfg = m->cfg;
    mn_stack_layout(m, &st->stack, cfg->layers, cfg->neurons, a);
    st->n_nodes = (size_t)st->stack.N + (size_t)m->n_units + (size_t)st->stack.C;
    st->stable = mn_arena_ints(a, st->n_nodes);
    st->chosen = mn_arena_ints(a, st->n_nodes);
    st->current = mn_arena_ints(a, (size_t)st->stack.C);
    st->kept = mn_arena_floats(a, m->n_theta);
    st->means = mn_arena_floats(a, (size_t)m->n_units);
    layout_copy(&st->last, m->n_theta, st->stack.n_weights, st->n_nodes, a);
    st->history = mn_arena_floats(a, (size_t)cfg->layers * MN_NISPA_POINTS);
    layout_work(st, (size_t)m->shape.batch, a);
}

/* At random, and one to every neuron that would hear nothing: it would sit on the bend of its
 * activation, silent whatever is shown. */
static void wire(mn_stack *s, double density, mn_rng *r)
{
    int *there = s->connected;
    for (int l = 0; l <= s->depth; l++) {
        const int rows = mn_stack_rows(s, l), cols = mn_stack_cols(s, l);
        for (int v = 0; v < rows; v++, there += cols) {
            bool hears = false;
            for (int u = 0; u < cols; u++) {
                there[u] = mn_rng_uniform(r) < density;
                hears = hears || there[u];
            }
            if (!hears)
                there[mn_rng_below(r, (uint64_t)cols)] = 1;
        }
    }
}

static void init(mn_model *m, mn_rng *r)
{
    mn_nispa *st = m->state;
    const mn_nispa_cfg *cfg = m->cfg;
    memset(st->clock, 0, sizeof st->clock);
    memset(st->accuracy, 0, sizeof st->accuracy);
    st->clock[MN_NISPA_PHASE] = 1;
    for (size_t i = 0; i < st->n_nodes; i++) {
        st->stable[i] = i < (size_t)st->stack.N;
        st->chosen[i] = st->last.chosen[i] = 0;
    }
    for (int c = 0; c < st->stack.C; c++)
        st->current[c] = 1;
    wire(&st->stack, cfg->density, r);
    mn_nispa_start(m, r);
    memcpy(st->kept, m->theta, m->n_theta * sizeof *st->kept);
    memcpy(st->last.theta, m->theta, m->n_theta * sizeof *st->kept);
    memcpy(st->last.connected, st->stack.connected, st->stack.n_weights * sizeof(int));
    memset(st->means, 0, (size_t)m->n_units * sizeof *st->means);
    memset(st->history, 0, (size_t)cfg->layers * MN_NISPA_POINTS * sizeof *st->history);
    st->training = st->muted = false;
}

static void train(mn_model *m)
{
    mn_nispa *st = m->state;
    st->training = true;
}

/* Classes of other tasks, in the rows of Z (n, C). */
static void mute(const mn_nispa *st, int n, float *Z)
{
    for (int i = 0; i < n; i++, Z += st->stack.C)
        for (int c = 0; c < st->stack.C; c++)
            Z[c] = st->current[c] ? Z[c] : 0.0f;
}

void mn_nispa_forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_nispa *st = m->state;
    const int depth = st->stack.depth;
    const float *in = X;
    mn_stack_connect(m, &st->stack);
    for (int l = 0; l < depth; in = st->H[l++]) {
        mn_stack_sum(m, &st->stack, l, in, n, st->H[l]);
        mn_layer_rectify((size_t)n * (size_t)st->stack.neurons, st->H[l]);
    }
    mn_stack_sum(m, &st->stack, depth, in, n, logits);
    st->muted = st->training;
    st->training = false;
    if (st->muted)
        mute(st, n, logits);
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

/* The slopes of what is frozen. */
static void freeze(mn_model *m, float *g)
{
    mn_nispa *st = m->state;
    for (int l = 0; l <= st->stack.depth; l++) {
        const int rows = mn_stack_rows(&st->stack, l), cols = mn_stack_cols(&st->stack, l);
        const int *source = mn_nispa_sources(st, st->stable, l);
        const int *target = mn_nispa_targets(st, st->stable, l);
        float *w = g + mn_stack_offset(&st->stack, l);
        float *b = g + mn_layer_offset(m, mn_stack_bias(&st->stack, l));
        for (int v = 0; v < rows; v++, w += cols) {
            if (!target[v])
                continue;
            b[v] = 0.0f;
            for (int u = 0; u < cols; u++)
                w[u] = source[u] ? 0.0f : w[u];
        }
    }
}

static void silence(size_t n, const float *restrict h, float *restrict back)
{
    for (size_t i = 0; i < n; i++)
        back[i] = h[i] > 0.0f ? back[i] : 0.0f;
}

static void backward(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad)
{
    mn_nispa *st = m->state;
    mn_stack *s = &st->stack;
    const int k = mn_layer_fit_slopes((size_t)n * (size_t)s->C, dlogits, st->slopes);
    if (st->muted)
        mute(st, n, st->slopes);
    const float *D = st->slopes;
    for (int l = s->depth; l > 0; l--) {
        float *back = st->back[l % 2];
        mn_stack_slopes(m, s, l, st->H[l - 1], D, n, grad->g);
        mn_stack_back(s, l, D, n, back);
        silence((size_t)n * (size_t)s->neurons, st->H[l - 1], back);
        D = back;
    }
    mn_stack_slopes(m, s, 0, X, D, n, grad->g);
    freeze(m, grad->g);
    grad->touched.some = false;
    grad->scaled = k != 0;
    for (int row = 0; row < m->n_rows; row++)
        grad->exponent[row] = k;
}

static void restore_frozen(mn_model *m)
{
    mn_nispa *st = m->state;
    for (int l = 0; l <= st->stack.depth; l++) {
        const int rows = mn_stack_rows(&st->stack, l), cols = mn_stack_cols(&st->stack, l);
        const int *source = mn_nispa_sources(st, st->stable, l);
        const int *target = mn_nispa_targets(st, st->stable, l);
        const size_t bias = mn_layer_offset(m, mn_stack_bias(&st->stack, l));
        size_t at = mn_stack_offset(&st->stack, l);
        for (int v = 0; v < rows; v++, at += (size_t)cols) {
            if (!target[v])
                continue;
            m->theta[bias + (size_t)v] = st->kept[bias + (size_t)v];
            for (int u = 0; u < cols; u++)
                if (source[u])
                    m->theta[at + (size_t)u] = st->kept[at + (size_t)u];
        }
    }
}

static void project(mn_model *m)
{
    mn_nispa *st = m->state;
    if (st->clock[MN_NISPA_DONE]) {
        memcpy(m->theta, st->kept, m->n_theta * sizeof *st->kept);
        return;
    }
    restore_frozen(m);
    mn_stack_prune(m, &st->stack);
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    mn_nispa *st = m->state;
    const int w = (int)st->stack.n_weights, t = (int)m->n_theta, nodes = (int)st->n_nodes;
    const mn_state_array arrays[] = {
        {.name = "nispa.clock", .i = st->clock, .cols = MN_NISPA_CLOCK},
        {.name = "nispa.accuracy", .f = st->accuracy, .cols = 2},
        {.name = "nispa.connected", .i = st->stack.connected, .cols = w},
        {.name = "nispa.stable", .i = st->stable, .cols = nodes},
        {.name = "nispa.chosen", .i = st->chosen, .cols = nodes},
        {.name = "nispa.current", .i = st->current, .cols = st->stack.C},
        {.name = "nispa.kept", .f = st->kept, .cols = t},
        {.name = "nispa.means", .f = st->means, .cols = m->n_units},
        {.name = "nispa.last", .f = st->last.theta, .cols = t},
        {.name = "nispa.last_connected", .i = st->last.connected, .cols = w},
        {.name = "nispa.last_chosen", .i = st->last.chosen, .cols = nodes},
        {.name = "nispa.history", .f = st->history, .cols = st->stack.depth * MN_NISPA_POINTS},
    };
    if (index < 0 || index >= (int)(sizeof arrays / sizeof *arrays))
        return false;
    *out = arrays[index];
    out->rows = 1;
    return true;
}

static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_nispa *st = m->state;
    const int r = st->stack.neurons;
    for (int l = 0; l < st->stack.depth; l++) {
        const float *h = st->H[l];
        for (int i = 0; i < n; i++, h += r)
            for (int u = 0; u < r; u++)
                if (h[u] > 0.0f)
                    mn_tally_add(m, t, l * r + u, i, label);
    }
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    const mn_nispa *st = m->state;
    const size_t r = (size_t)st->stack.neurons, units = (size_t)m->n_units;
    mn_nispa_forward(m, X, n, st->logits, st->exponent);
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t l = 0; l < (size_t)st->stack.depth; l++)
            memcpy(A + i * units + l * r, st->H[l] + i * r, r * sizeof *A);
    mn_layer_share(n, units, A);
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_nispa *st = m->state;
    mn_stack_tile(m, &st->stack, theta, unit, pixels, extra, classes);
}

#define AT(field) .offset = offsetof(mn_nispa_cfg, field)
static const mn_param params[] = {
    {.name = "layers",
     .kind = MN_INT,
     AT(layers),
     .min = 1,
     .max = MN_STACK_DEPTH,
     .def = 3,
     .unit = "",
     .help = "hidden layers"},
    {.name = "neurons",
     .alias = "r",
     .kind = MN_INT,
     AT(neurons),
     .min = 1,
     .max = 10000,
     .def = 400,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "neurons of a hidden layer"},
    {.name = "density",
     .kind = MN_REAL,
     AT(density),
     .min = 0.0,
     .max = 1.0,
     .def = 0.2,
     .flags = MN_COMMON,
     .unit = "",
     .help = "share of all connections that there are; every neuron has one at least"},
    {.name = "phase-epochs",
     .kind = MN_INT,
     AT(phase_epochs),
     .min = 1,
     .max = 100000,
     .def = 5,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "epochs",
     .help = "length of a phase, after which connections are moved"},
    {.name = "period",
     .kind = MN_INT,
     AT(period),
     .min = 3,
     .max = 1000,
     .def = 30,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "phases",
     .help = "phases over which the activity that stable neurons carry falls from all to none"},
    {.name = "recovery",
     .kind = MN_REAL,
     AT(recovery),
     .min = 0.0,
     .max = 100.0,
     .def = 0.75,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "points",
     .help = "a task is done when so much accuracy is lost, in a tenth of its training items "
             "(1,000 at most)"},
};
#undef AT

const mn_model_ops mn_model_nispa = {
    .name = "nispa",
    .title = "Stability and plasticity",
    .cite = "Gurbuz and Dovrolis 2022; Bricken et al. 2023",
    .about = "a sparse network that freezes the neurons a task needs and rewires the rest",
    .unit_noun = "neuron",
    .default_loss = "cross-entropy",
    .default_optimiser = "adam",
    .lo = 0.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_nispa),
    .cfg_size = sizeof(mn_nispa_cfg),
    .params = {params, sizeof params / sizeof *params},
    .layout = layout,
    .init = init,
    .train = train,
    .forward = mn_nispa_forward,
    .backward = backward,
    .project = project,
    .state = state,
    .begin = mn_nispa_begin,
    .epoch = mn_nispa_epoch,
    .tally = tally,
    .gauge = mn_nispa_gauge,
    .portrait = mn_nispa_portrait,
    .activity = activity,
    .tile = tile,
};
