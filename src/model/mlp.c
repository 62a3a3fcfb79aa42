#include <math.h>
#include <string.h>

#include "layer.h"
#include "mnemoscope/blas.h"

/* One hidden layer, the baseline of Bricken et al. 2023 (section 4, appendix F): N inputs, r
 * neurons, C classes. With addresses A (r, N) and values V (C, r)
 *
 *     h = phi(A x + a),  z = V h + v
 *
 * where phi is max(0, .), which top-k follows up by zeroing all but the k largest, unchanged.
 * With d = dL/dz, dL/dV = sum of d h^T and dL/dA = sum of (V^T d * [h > 0]) x^T.
 */

typedef enum activation { RELU, TOP_K } activation;

struct cfg {
    int neurons, activation, k;
    double dropout;
    bool bias, output_bias;
};

struct state {
    int N, r, C;
    mn_layer layer;
    float *H;         /* (batch, r): activations, noise included */
    float *back;      /* (batch, r): dL/d(A x + a) */
    float *slopes;    /* (batch, C): dL/dz, scaled */
    float *row;       /* (r) scratch */
    double *sums;     /* (larger of r, C) scratch */
    uint64_t seed;    /* of the noise */
    bool noisy;       /* the next forward is */
    int n;            /* items of the last one */
    float keep_scale; /* of the last forward: 1 / share kept */
};

static const float *tensor(const mn_model *m, int i)
{
    return m->tensors[i].data;
}

static void layout(mn_model *m, mn_arena *a)
{
    struct state *st = m->state;
    const struct cfg *cfg = m->cfg;
    const size_t batch = (size_t)m->shape.batch, r = (size_t)cfg->neurons;
    st->N = m->shape.n_visible + m->shape.n_extra;
    st->r = cfg->neurons;
    st->C = m->shape.n_classes;
    st->layer = mn_layer_declare(m, st->r, cfg->bias, cfg->output_bias);
    st->H = mn_arena_bytes(a, batch, r * sizeof *st->H);
    st->back = mn_arena_bytes(a, batch, r * sizeof *st->back);
    st->slopes = mn_arena_bytes(a, batch, (size_t)st->C * sizeof *st->slopes);
    st->row = mn_arena_floats(a, r);
    st->sums = mn_arena_bytes(a, (size_t)(st->r > st->C ? st->r : st->C), sizeof *st->sums);
}

static void init(mn_model *m, mn_rng *r)
{
    struct state *st = m->state;
    mn_layer_init(m, &st->layer, r);
    st->seed = mn_rng_next(r);
    st->noisy = false;
    st->n = 0;
}

static void train(mn_model *m)
{
    struct state *st = m->state;
    const struct cfg *cfg = m->cfg;
    st->noisy = cfg->dropout > 0.0;
}

/* h (n, r): what the neurons do, without noise. */
static void activate(const mn_model *m, const float *X, int n, float *h)
{
    const struct state *st = m->state;
    const struct cfg *cfg = m->cfg;
    const size_t r = (size_t)st->r;
    mn_layer_start(m, st->layer.address_bias, n, st->r, h);
    mn_gemm_nt(n, st->r, st->N, 1.0f, X, st->N, tensor(m, 0), st->N, 1.0f, h, st->r);
    mn_layer_rectify((size_t)n * r, h);
    for (size_t i = 0; i < (size_t)n && cfg->activation == TOP_K; i++)
        mn_layer_keep_largest(r, (size_t)cfg->k, h + i * r, st->row);
}

/* Inverted dropout (Srivastava et al. 2014): the survivors make up for the others. */
static void drop_out(mn_model *m, int n)
{
    struct state *st = m->state;
    const struct cfg *cfg = m->cfg;
    mn_rng noise;
    mn_rng_seed(&noise, st->seed + (uint64_t)m->progress.step, "dropout");
    st->keep_scale = (float)(1.0 / (1.0 - cfg->dropout));
    for (size_t i = 0; i < (size_t)n * (size_t)st->r; i++)
        st->H[i] = mn_rng_uniform(&noise) < cfg->dropout ? 0.0f : st->H[i] * st->keep_scale;
}

static void forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    struct state *st = m->state;
    activate(m, X, n, st->H);
    st->keep_scale = 1.0f;
    if (st->noisy)
        drop_out(m, n);
    st->noisy = false;
    st->n = n;
    mn_layer_start(m, st->layer.value_bias, n, st->C, logits);
    mn_gemm_nt(n, st->C, st->r, 1.0f, st->H, st->r, tensor(m, st->layer.values), st->r, 1.0f,
               logits, st->C);
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

/* dL/d(A x + a) from dL/dh. A neuron that is dropped out, or not among the k, is silent. */
static void silence(size_t n, float scale, const float *restrict h, float *restrict back)
{
    for (size_t i = 0; i < n; i++)
        back[i] = h[i] > 0.0f ? back[i] * scale : 0.0f;
}

static void backward(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad)
{
    struct state *st = m->state;
    const int N = st->N, r = st->r, C = st->C;
    const int k = mn_layer_fit_slopes((size_t)n * (size_t)C, dlogits, st->slopes);
    mn_gemm_tn(C, r, n, 1.0f, st->slopes, C, st->H, r, 0.0f,
               grad->g + mn_layer_offset(m, st->layer.values), r);
    mn_gemm_nn(n, r, C, 1.0f, st->slopes, C, tensor(m, st->layer.values), r, 0.0f, st->back, r);
    silence((size_t)n * (size_t)r, st->keep_scale, st->H, st->back);
    mn_gemm_tn(r, N, n, 1.0f, st->back, r, X, N, 0.0f, grad->g, N);
    if (st->layer.address_bias >= 0)
        mn_layer_sum_rows(n, r, st->back, st->sums,
                          grad->g + mn_layer_offset(m, st->layer.address_bias));
    if (st->layer.value_bias >= 0)
        mn_layer_sum_rows(n, C, st->slopes, st->sums,
                          grad->g + mn_layer_offset(m, st->layer.value_bias));
    grad->scaled = k != 0;
    for (int row = 0; row < m->n_rows; row++)
        grad->exponent[row] = k;
}

static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const struct state *st = m->state;
    const float *h = st->H;
    for (int i = 0; i < n; i++, h += st->r)
        for (int u = 0; u < st->r; u++)
            if (h[u] > 0.0f)
                mn_tally_add(m, t, u, i, label);
}

static bool gauge(mn_model *m, int index, mn_gauge *out)
{
    const struct state *st = m->state;
    const struct cfg *cfg = m->cfg;
    if (index == 0) {
        *out = (mn_gauge){"k", "most neurons that fire for an item",
                          cfg->activation == TOP_K ? cfg->k : (double)NAN};
        return true;
    }
    size_t active = 0;
    for (size_t i = 0; i < (size_t)st->n * (size_t)st->r; i++)
        active += st->H[i] > 0.0f;
    *out = (mn_gauge){"active", "neurons active for an item, mean over items",
                      st->n ? (double)active / st->n : (double)NAN};
    return index == 1;
}

/* The address becomes the item, as long as the others are; what the neuron said about classes
 * is forgotten. */
static bool revive(mn_model *m, int unit, const float *x)
{
    struct state *st = m->state;
    const size_t N = (size_t)st->N;
    mn_model_place(m->theta, st->r, N, N, unit, x);
    mn_layer_forget(m, &st->layer, unit);
    return true;
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    const struct state *st = m->state;
    activate(m, X, n, A);
    mn_layer_share(n, (size_t)st->r, A);
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const struct state *st = m->state;
    mn_layer_tile(m, st->layer.values, theta, unit, pixels, extra, classes);
}

static const char *const activations[] = {"relu", "top-k", NULL};

#define AT(field) .offset = offsetof(struct cfg, field)
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
    {.name = "activation",
     .kind = MN_CHOICE,
     AT(activation),
     .max = TOP_K,
     .def = RELU,
     .choices = activations,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "all neurons with a positive sum fire, or only the k with the largest"},
    {.name = "k",
     .kind = MN_INT,
     AT(k),
     .min = 1,
     .max = 100000,
     .def = 10,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "most neurons that fire for an item; not used by relu"},
    {.name = "dropout",
     .kind = MN_REAL,
     AT(dropout),
     .min = 0.0,
     .max = 0.99,
     .def = 0.0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "share of the neurons that are left out of a training step, at random"},
    {.name = "bias",
     .kind = MN_BOOL,
     AT(bias),
     .max = 1,
     .def = 1,
     .unit = "",
     .help = "neurons have a bias"},
    {.name = "output-bias",
     .kind = MN_BOOL,
     AT(output_bias),
     .max = 1,
     .def = 1,
     .unit = "",
     .help = "classes have a bias"},
};
#undef AT

const mn_model_ops mn_model_mlp = {
    .name = "mlp",
    .title = "Multilayer perceptron",
    .cite = "Rumelhart, Hinton and Williams 1986; Bricken et al. 2023",
    .about = "one hidden layer of neurons; the ordinary network that others are compared with",
    .unit_noun = "neuron",
    .default_loss = "cross-entropy",
    .default_optimiser = "sgd",
    .lo = 0.0f,
    .hi = 1.0f,
    .state_size = sizeof(struct state),
    .cfg_size = sizeof(struct cfg),
    .params = {params, sizeof params / sizeof *params},
    .layout = layout,
    .init = init,
    .train = train,
    .forward = forward,
    .backward = backward,
    .tally = tally,
    .gauge = gauge,
    .revive = revive,
    .activity = activity,
    .tile = tile,
};
