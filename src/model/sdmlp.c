#include "sdmlp.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

/* A multilayer perceptron that is a sparse distributed memory (Bricken et al. 2023, algorithm
 * 1): inputs and addresses have length 1, no weight is negative, there are no biases, and all
 * but k neurons are inhibited. Every one of these can be switched off, as in their table 2.
 *
 * After a step what is negative becomes 0 and addresses are brought back to length 1; an
 * address of nothing but zeros stays so: its neuron is dead. */

enum { DENSITY = 16 }; /* with more firings than one in so many, matrix products are quicker */

/* A list must have room for a few firings however few the neurons are. */
static size_t capacity(int batch, int r)
{
    const size_t all = (size_t)r, some = all / DENSITY;
    return (size_t)batch * (some > DENSITY ? some : all < DENSITY ? all : DENSITY);
}

static void layout_firings(mn_sdmlp *st, size_t batch, mn_arena *a)
{
    const size_t r = (size_t)st->r;
    st->capacity = capacity((int)batch, st->r);
    st->first = mn_arena_bytes(a, batch + 1, sizeof *st->first);
    st->neuron = mn_arena_ints(a, st->capacity);
    st->item = mn_arena_ints(a, st->capacity);
    st->act = mn_arena_floats(a, st->capacity);
    st->begin = mn_arena_bytes(a, r + 1, sizeof *st->begin);
    st->by_neuron = mn_arena_bytes(a, st->capacity, sizeof *st->by_neuron);
    st->back = mn_arena_bytes(a, batch, r * sizeof *st->back);
    st->H = mn_arena_bytes(a, batch, r * sizeof *st->H);
}

static mn_status check(const void *block, mn_err *err)
{
    const mn_sdmlp_cfg *cfg = block;
    if (cfg->k <= cfg->neurons && cfg->k_start <= cfg->neurons)
        return MN_OK;
    return mn_fail(err, MN_EINVAL,
                   "cannot keep %d active (k%s) of %d neurons: wanted no more than there are",
                   cfg->k > cfg->neurons ? cfg->k : cfg->k_start,
                   cfg->k > cfg->neurons ? "" : "-start", cfg->neurons);
}

static void layout(mn_model *m, mn_arena *a)
{
    mn_sdmlp *st = m->state;
    const mn_sdmlp_cfg *cfg = m->cfg;
    const size_t batch = (size_t)m->shape.batch, r = (size_t)cfg->neurons;
    st->N = m->shape.n_visible + m->shape.n_extra;
    st->r = cfg->neurons;
    st->C = m->shape.n_classes;
    st->layer = mn_layer_declare(m, st->r, cfg->bias, cfg->output_bias);
    st->counts = mn_arena_ints(a, r);
    st->X = mn_arena_bytes(a, batch, (size_t)st->N * sizeof *st->X);
    st->A = mn_arena_bytes(a, batch, r * sizeof *st->A);
    st->row = mn_arena_floats(a, r);
    st->scratch = mn_arena_floats(a, r);
    st->lambda = mn_arena_floats(a, r);
    st->I = mn_arena_floats(a, batch);
    st->sums = mn_arena_bytes(a, (size_t)(st->r > st->C ? st->r : st->C), sizeof *st->sums);
    st->slopes = mn_arena_bytes(a, batch, (size_t)st->C * sizeof *st->slopes);
    layout_firings(st, batch, a);
}

/* A row of theta; those of addresses come first. What is not finite is left to be seen. */
static void settle(mn_model *m, int row, size_t n, float *w)
{
    const mn_sdmlp *st = m->state;
    const mn_sdmlp_cfg *cfg = m->cfg;
    if (cfg->non_negative)
        mn_layer_rectify(n, w);
    if (row >= st->r || !cfg->normalise)
        return;
    const double norm = sqrt(mn_sumsq(n, w));
    if (norm > 0.0 && isfinite(norm))
        mn_scale(n, (float)(1.0 / norm), w);
}

/* The rows of other tensors than addresses. */
static void settle_rest(mn_model *m)
{
    int row = m->tensors[0].rows;
    for (int i = 1; i < m->n_tensors; i++) {
        const mn_tensor t = m->tensors[i];
        for (int j = 0; j < t.rows; j++)
            settle(m, row++, (size_t)t.cols, t.data + (size_t)j * (size_t)t.cols);
    }
}

static void project(mn_model *m)
{
    const mn_sdmlp *st = m->state;
    const size_t N = (size_t)st->N;
    for (int u = 0; u < st->r; u++)
        settle(m, u, N, m->theta + (size_t)u * N);
    settle_rest(m);
}

static void project_rows(mn_model *m, const mn_rows *moved)
{
    const mn_sdmlp *st = m->state;
    const size_t N = (size_t)st->N;
    for (int i = 0; i < moved->n && moved->list[i] < st->r; i++)
        settle(m, moved->list[i], N, m->theta + (size_t)moved->list[i] * N);
    settle_rest(m);
}

static void init(mn_model *m, mn_rng *r)
{
    mn_sdmlp *st = m->state;
    mn_layer_init(m, &st->layer, r);
    memset(st->counts, 0, (size_t)st->r * sizeof *st->counts);
    st->training = false;
    st->n = 0;
    project(m);
}

static void train(mn_model *m)
{
    mn_sdmlp *st = m->state;
    st->training = true;
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    mn_sdmlp *st = m->state;
    *out = (mn_state_array){.name = "counts", .i = st->counts, .rows = 1, .cols = st->r};
    return index == 0;
}

/* Neurons that are active for an item, on the mean over those of the last forward. */
static double mean_active(const mn_sdmlp *st)
{
    const size_t n = (size_t)st->n;
    size_t active = st->listed ? st->n_firing : 0;
    for (size_t i = 0; !st->listed && i < n * (size_t)st->r; i++)
        active += st->H[i] > 0.0f;
    return n ? (double)active / (double)n : (double)NAN;
}

static bool gauge(mn_model *m, int index, mn_gauge *out)
{
    const mn_sdmlp *st = m->state;
    const mn_sdmlp_cfg *cfg = m->cfg;
    const bool subtracts = cfg->top_k == MN_TOP_GABA || cfg->top_k == MN_TOP_ANNEAL ||
                           cfg->top_k == MN_TOP_SUBTRACT;
    const bool known = st->n > 0 && subtracts;
    switch (index) {
    case 0:
        *out = (mn_gauge){"k", "neurons that are to stay active for an item",
                          cfg->top_k == MN_TOP_NONE ? (double)NAN : mn_sdmlp_k(m)};
        return true;
    case 1:
        *out = (mn_gauge){"I", "activation that inhibits the others, mean over items",
                          known ? mn_sum((size_t)st->n, st->I) / st->n : (double)NAN};
        return true;
    case 2:
        *out = (mn_gauge){"lambda", "share of I subtracted, mean over neurons; below 0: added",
                          known ? mn_sum((size_t)st->r, st->lambda) / st->r : (double)NAN};
        return true;
    case 3:
        *out = (mn_gauge){"active", "neurons active for an item, mean over items",
                          mean_active(st)};
        return true;
    default: return false;
    }
}

/* The address becomes the item, as all neurons see it; what the neuron said about classes is
 * forgotten, and inhibition excites it as if it were born just now. */
static bool revive(mn_model *m, int unit, const float *x)
{
    mn_sdmlp *st = m->state;
    const size_t N = (size_t)st->N;
    float *address = m->theta + (size_t)unit * N;
    memcpy(address, x, N * sizeof *address);
    mn_layer_forget(m, &st->layer, unit);
    settle(m, unit, N, address);
    st->counts[unit] = 0;
    return true;
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_sdmlp *st = m->state;
    mn_layer_tile(m, st->layer.values, theta, unit, pixels, extra, classes);
}

static const char *const ways[] = {"gaba", "anneal", "subtract", "anneal-mask",
                                   "mask", "none",   NULL};

#define AT(field) .offset = offsetof(mn_sdmlp_cfg, field)
static const mn_param params[] = {
    {.name = "neurons",
     .alias = "r",
     .kind = MN_INT,
     AT(neurons),
     .min = 1,
     .max = 100000,
     .def = 1000,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "hidden neurons"},
    {.name = "k",
     .kind = MN_INT,
     AT(k),
     .min = 1,
     .max = 100000,
     .def = 10,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "neurons that stay active for an item, in the end"},
    {.name = "top-k",
     .kind = MN_CHOICE,
     AT(top_k),
     .max = MN_TOP_NONE,
     .def = MN_TOP_GABA,
     .choices = ways,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "inhibition that excites at first, its subtraction or a mask with k falling or "
             "not, or none"},
    {.name = "switch",
     .kind = MN_INT,
     AT(switch_counts),
     .min = 1,
     .max = 1e9,
     .def = 5e6,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "items",
     .help = "a neuron is inhibited in full once so many have made it active; of gaba"},
    {.name = "anneal-epochs",
     .kind = MN_REAL,
     AT(anneal_epochs),
     .min = 1e-3,
     .max = 1e6,
     .def = 100.0,
     .flags = MN_LIVE | MN_LOG,
     .unit = "epochs",
     .help = "time over which k falls from k-start; of anneal and anneal-mask"},
    {.name = "k-start",
     .kind = MN_INT,
     AT(k_start),
     .min = 0,
     .max = 100000,
     .def = 0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "where k begins to fall, 0 for all neurons; of anneal and anneal-mask"},
    {.name = "count-evaluation",
     .kind = MN_BOOL,
     AT(count_evaluation),
     .max = 1,
     .def = 0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "measuring the accuracy counts towards the switch as training does"},
    {.name = "normalise",
     .kind = MN_BOOL,
     AT(normalise),
     .max = 1,
     .def = 1,
     .unit = "",
     .help = "inputs and addresses have length 1"},
    {.name = "non-negative",
     .kind = MN_BOOL,
     AT(non_negative),
     .max = 1,
     .def = 1,
     .unit = "",
     .help = "no weight is below 0, and no input"},
    {.name = "bias",
     .kind = MN_BOOL,
     AT(bias),
     .max = 1,
     .def = 0,
     .unit = "",
     .help = "neurons have a bias"},
    {.name = "output-bias",
     .kind = MN_BOOL,
     AT(output_bias),
     .max = 1,
     .def = 0,
     .unit = "",
     .help = "classes have a bias"},
};
#undef AT

const mn_model_ops mn_model_sdmlp = {
    .name = "sdmlp",
    .title = "Sparse distributed memory",
    .cite = "Bricken et al. 2023; Kanerva 1988",
    .about = "a perceptron whose neurons inhibit one another until k are left: it forgets less",
    .unit_noun = "neuron",
    .default_loss = "cross-entropy",
    .default_optimiser = "sgd",
    .lo = 0.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_sdmlp),
    .cfg_size = sizeof(mn_sdmlp_cfg),
    .params = {params, sizeof params / sizeof *params},
    .check = check,
    .layout = layout,
    .init = init,
    .train = train,
    .forward = mn_sdmlp_forward,
    .backward = mn_sdmlp_backward,
    .project = project,
    .project_rows = project_rows,
    .state = state,
    .tally = mn_sdmlp_tally,
    .gauge = gauge,
    .revive = revive,
    .activity = mn_sdmlp_activity,
    .tile = tile,
};
