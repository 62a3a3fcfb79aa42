#include "dendrites.h"

#include <math.h>
#include <string.h>

#include "layer.h"
#include "mnemoscope/kernel.h"

/* Active dendrites (Iyer et al. 2022): two hidden layers whose neurons have S segments each,
 * which see a context and let more or less of the neuron's sum through. With a context c (N),
 *
 *     t = W h + b,  j = argmax |u_j c|,  h' = t s(u_j c),  s(d) = 1 / (1 + exp(-d)),
 *
 * of which the largest `active` of the layer stay and the others become 0; what stays may be
 * negative. Half of the weights are absent. Classes are linear in the second layer.
 *
 * The context is a prototype. `task`: the mean of a task's training items; training knows the
 * task, replayed items included, and tests take the nearest prototype (Euclidean, among the
 * inputs), as first published. `class`: the mean of a class's training items, of those met so
 * far the nearest one to the item, in training as in tests. The port of Bricken et al. 2023
 * took that of the item's true class instead, in tests too, which gives the answer away; that
 * is not done here. Their port also let absent weights grow back, which `keep-sparse` no is. */

#define CONTEXT_DENSITY 0.1 /* of contexts, which weights of segments are drawn for */

static void layout_slots(mn_dendrites *st, size_t batch, mn_arena *a)
{
    const size_t r = (size_t)st->stack.neurons, P = (size_t)st->P, room = (size_t)st->room,
                 S = (size_t)st->S, N = (size_t)st->stack.N;
    st->slot = mn_arena_ints(a, batch);
    st->of = mn_arena_ints(a, P);
    st->contexts = mn_arena_bytes(a, room, N * sizeof(float));
    st->near = mn_arena_bytes(a, batch, P * sizeof(float));
    st->norm = mn_arena_floats(a, P);
    st->drive = mn_arena_bytes(a, room * r, S * sizeof(float));
    for (int l = 0; l < MN_DENDRITES_LAYERS; l++) {
        st->segment[l] = mn_arena_ints(a, room * r);
        st->gate[l] = mn_arena_floats(a, room * r);
        st->pull[l] = mn_arena_floats(a, room * r);
        st->H[l] = mn_arena_bytes(a, batch, r * sizeof(float));
        st->back[l] = mn_arena_bytes(a, batch, r * sizeof(float));
    }
}

static void layout_work(mn_dendrites *st, size_t batch, mn_arena *a)
{
    const size_t N = (size_t)st->stack.N, C = (size_t)st->stack.C;
    st->slopes = mn_arena_bytes(a, batch, C * sizeof(float));
    st->row = mn_arena_floats(a, (size_t)st->stack.neurons);
    st->X = mn_arena_bytes(a, batch, N * sizeof(float));
    st->Y = mn_arena_bytes(a, batch, C * sizeof(float));
    st->logits = mn_arena_bytes(a, batch, C * sizeof(float));
    st->exponent = mn_arena_ints(a, batch);
    st->index = mn_arena_bytes(a, batch, sizeof *st->index);
    st->sums = mn_arena_bytes(a, C, N * sizeof *st->sums);
    st->counts = mn_arena_bytes(a, C, sizeof *st->counts);
}

static int room_for(const mn_dendrites_cfg *cfg, int n_classes)
{
    if (cfg->context == MN_CONTEXT_NONE)
        return 1;
    return cfg->context == MN_CONTEXT_TASK ? MN_DENDRITES_TASKS : n_classes;
}

static void layout(mn_model *m, mn_arena *a)
{
    static const char *const names[] = {"dendrites1", "dendrites2"};
    mn_dendrites *st = m->state;
    const mn_dendrites_cfg *cfg = m->cfg;
    const int batch = m->shape.batch;
    mn_stack_layout(m, &st->stack, MN_DENDRITES_LAYERS, cfg->neurons, a);
    st->S = cfg->segments;
    st->P = room_for(cfg, st->stack.C);
    st->room = st->P < batch ? st->P : batch;
    for (int l = 0; l < MN_DENDRITES_LAYERS && cfg->context != MN_CONTEXT_NONE; l++)
        mn_model_declare(m, names[l], cfg->neurons * cfg->segments, st->stack.N);
    st->prototypes = mn_arena_bytes(a, (size_t)st->P, (size_t)st->stack.N * sizeof(float));
    st->met = mn_arena_ints(a, (size_t)st->P);
    layout_slots(st, (size_t)batch, a);
    layout_work(st, (size_t)batch, a);
}

/* The same number of connections to every neuron (Knuth's selection sampling). */
static void wire(mn_stack *s, int layer, double density, mn_rng *r)
{
    const int rows = mn_stack_rows(s, layer), cols = mn_stack_cols(s, layer);
    int *there = s->connected + mn_stack_offset(s, layer);
    const long some = lround(density * cols);
    for (int v = 0; v < rows; v++, there += cols) {
        uint64_t wanted = some > 0 ? (uint64_t)some : 1;
        for (int u = 0; u < cols; u++) {
            there[u] = mn_rng_below(r, (uint64_t)(cols - u)) < wanted;
            wanted -= (uint64_t)there[u];
        }
    }
}

static void fill(mn_tensor t, double reach, mn_rng *r)
{
    for (size_t i = 0; i < (size_t)t.rows * (size_t)t.cols; i++)
        t.data[i] = (float)(reach * (2.0 * mn_rng_uniform(r) - 1.0));
}

/* Uniform on +-1 / sqrt(inputs that are active and connected), as if inputs were all active,
 * those from a layer `active` of it. */
static void start_layer(mn_model *m, int layer, mn_rng *r)
{
    mn_dendrites *st = m->state;
    const mn_dendrites_cfg *cfg = m->cfg;
    const double fan_in = mn_stack_cols(&st->stack, layer);
    const double density = layer < MN_DENDRITES_LAYERS ? cfg->density : 1.0;
    const double active = layer ? cfg->active : 1.0;
    const double heard = density * active * fan_in;
    wire(&st->stack, layer, density, r);
    fill(m->tensors[layer], 1.0 / sqrt(heard > 1.0 ? heard : 1.0), r);
    fill(m->tensors[mn_stack_bias(&st->stack, layer)], 1.0 / sqrt(fan_in), r);
}

static void init(mn_model *m, mn_rng *r)
{
    mn_dendrites *st = m->state;
    for (int l = 0; l <= MN_DENDRITES_LAYERS; l++)
        start_layer(m, l, r);
    const double seen = CONTEXT_DENSITY * st->stack.N;
    for (int i = mn_stack_bias(&st->stack, MN_DENDRITES_LAYERS) + 1; i < m->n_tensors; i++)
        fill(m->tensors[i], 1.0 / sqrt(seen > 1.0 ? seen : 1.0), r);
    st->stack.whole = false;
    mn_stack_prune(m, &st->stack);
    memset(st->prototypes, 0, (size_t)st->P * (size_t)st->stack.N * sizeof *st->prototypes);
    memset(st->met, 0, (size_t)st->P * sizeof *st->met);
    st->now = 0;
    st->n_slots = 0;
    st->training = false;
}

static void train(mn_model *m)
{
    mn_dendrites *st = m->state;
    st->training = true;
}

static void project(mn_model *m)
{
    mn_dendrites *st = m->state;
    const mn_dendrites_cfg *cfg = m->cfg;
    st->stack.whole = !cfg->keep_sparse;
    mn_stack_prune(m, &st->stack);
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    mn_dendrites *st = m->state;
    switch (index) {
    case 0:
        *out = (mn_state_array){.name = "dendrites.connected",
                                .i = st->stack.connected,
                                .rows = 1,
                                .cols = (int)st->stack.n_weights};
        return true;
    case 1:
        *out = (mn_state_array){.name = "dendrites.prototypes",
                                .f = st->prototypes,
                                .rows = st->P,
                                .cols = st->stack.N};
        return true;
    case 2:
        *out =
            (mn_state_array){.name = "dendrites.met", .i = st->met, .rows = 1, .cols = st->P};
        return true;
    case 3:
        *out = (mn_state_array){.name = "dendrites.task", .i = &st->now, .rows = 1, .cols = 1};
        return true;
    default: return false;
    }
}

static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_dendrites *st = m->state;
    const int r = st->stack.neurons;
    for (int l = 0; l < MN_DENDRITES_LAYERS; l++) {
        const float *h = st->H[l];
        for (int i = 0; i < n; i++, h += r)
            for (int u = 0; u < r; u++)
                if (h[u] != 0.0f)
                    mn_tally_add(m, t, l * r + u, i, label);
    }
}

/* By size: neurons may be active below 0. */
static void activity(mn_model *m, const float *X, int n, float *A)
{
    const mn_dendrites *st = m->state;
    const size_t r = (size_t)st->stack.neurons, units = (size_t)m->n_units;
    mn_dendrites_forward(m, X, n, st->logits, st->exponent);
    for (size_t i = 0; i < (size_t)n; i++)
        for (size_t l = 0; l < MN_DENDRITES_LAYERS; l++)
            for (size_t u = 0; u < r; u++)
                A[i * units + l * r + u] = fabsf(st->H[l][i * r + u]);
    mn_layer_share(n, units, A);
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_dendrites *st = m->state;
    mn_stack_tile(m, &st->stack, theta, unit, pixels, extra, classes);
}

/* Segments of a neuron that answered one of the contexts of the last forward. */
static int n_answers(const mn_dendrites *st, int layer, int u)
{
    const int r = st->stack.neurons;
    int n = 0;
    for (int p = 0; p < st->n_slots; p++) {
        bool first = true;
        for (int q = 0; q < p && first; q++)
            first = st->segment[layer][q * r + u] != st->segment[layer][p * r + u];
        n += first;
    }
    return n;
}

static double share_of_segments(const mn_dendrites *st)
{
    double n = 0.0;
    for (int l = 0; l < MN_DENDRITES_LAYERS; l++)
        for (int u = 0; u < st->stack.neurons; u++)
            n += n_answers(st, l, u);
    return n / ((double)MN_DENDRITES_LAYERS * st->stack.neurons * st->S);
}

static double mean_gate(const mn_dendrites *st)
{
    const size_t n = (size_t)st->n_slots * (size_t)st->stack.neurons;
    double sum = 0.0;
    for (int l = 0; l < MN_DENDRITES_LAYERS; l++)
        sum += mn_sum(n, st->gate[l]);
    return sum / (double)(MN_DENDRITES_LAYERS * n);
}

static bool gauge(mn_model *m, int index, mn_gauge *out)
{
    const mn_dendrites *st = m->state;
    int n_met = 0;
    for (int p = 0; p < st->P; p++)
        n_met += st->met[p] != 0;
    switch (index) {
    case 0:
        *out = (mn_gauge){"contexts", "prototypes that items are compared with", n_met};
        return true;
    case 1:
        *out = (mn_gauge){"segments", "share that answered the contexts of the last items",
                          st->n_slots ? share_of_segments(st) : (double)NAN};
        return true;
    case 2:
        *out = (mn_gauge){"gate", "mean share of a sum that segments let through",
                          st->n_slots ? mean_gate(st) : (double)NAN};
        return true;
    default: return false;
    }
}

static const char *const contexts[] = {"task", "class", "none", NULL};

#define AT(field) .offset = offsetof(mn_dendrites_cfg, field)
static const mn_param params[] = {
    {.name = "neurons",
     .alias = "r",
     .kind = MN_INT,
     AT(neurons),
     .min = 1,
     .max = 10000,
     .def = 2048,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "neurons of each of the two hidden layers"},
    {.name = "segments",
     .kind = MN_INT,
     AT(segments),
     .min = 1,
     .max = 100,
     .def = 10,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "dendritic segments of a neuron; published: as many as there are contexts"},
    {.name = "context",
     .kind = MN_CHOICE,
     AT(context),
     .max = MN_CONTEXT_NONE,
     .def = MN_CONTEXT_TASK,
     .choices = contexts,
     .flags = MN_COMMON,
     .unit = "",
     .help = "the mean of the task's items, or of the nearest class's, or no segments at all"},
    {.name = "context-gain",
     .kind = MN_REAL,
     AT(gain),
     .min = 1e-3,
     .max = 1e3,
     .def = 1.0,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help =
         "factor of contexts as segments see them: the larger, the more gates open or close"},
    {.name = "active",
     .kind = MN_REAL,
     AT(active),
     .min = 1e-4,
     .max = 1.0,
     .def = 0.05,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "share of a layer that stays active for an item, one neuron at least"},
    {.name = "density",
     .kind = MN_REAL,
     AT(density),
     .min = 0.0,
     .max = 1.0,
     .def = 0.5,
     .unit = "",
     .help = "share of a hidden neuron's connections that there are, one at least"},
    {.name = "keep-sparse",
     .kind = MN_BOOL,
     AT(keep_sparse),
     .max = 1,
     .def = 1,
     .flags = MN_LIVE,
     .unit = "",
     .help = "connections that are absent at first stay so"},
};
#undef AT

const mn_model_ops mn_model_dendrites = {
    .name = "dendrites",
    .title = "Active dendrites",
    .cite = "Iyer et al. 2022; Bricken et al. 2023",
    .about = "a sparse network whose neurons have segments that open or close them by context",
    .unit_noun = "neuron",
    .default_loss = "cross-entropy",
    .default_optimiser = "adam",
    .lo = 0.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_dendrites),
    .cfg_size = sizeof(mn_dendrites_cfg),
    .params = {params, sizeof params / sizeof *params},
    .layout = layout,
    .init = init,
    .train = train,
    .forward = mn_dendrites_forward,
    .backward = mn_dendrites_backward,
    .project = project,
    .state = state,
    .begin = mn_dendrites_begin,
    .tally = tally,
    .gauge = gauge,
    .activity = activity,
    .tile = tile,
};
