#include "interneuron.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

/* Excitatory units that compete by way of inhibitory interneurons, and learn by a Hebbian rule
 * (Gozel and Gerstner 2021; Bricken et al. 2023, appendix C.1). After an item has come to rest
 * at e, for every excitatory unit j, with [.] cut off at 0,
 *
 *     W_j <- [W_j + eta (-alpha e_j [theta - e_j] x + gamma e_j [e_j - theta] x
 *                        - delta e_j^3 [e_j - theta] W_j)],   alpha = depression / theta^3
 *     b_j <- [b_j + target_rate (e_j - target)]
 *
 * The published rule takes one item at a time. Here the items of a batch have come to rest with
 * the same W and b, and then change them one after the other: the same for a batch of 1.
 *
 * In its first epoch a newborn unit is excited by the interneurons (GABA's early sign), does
 * not excite them, and has no threshold; then it is like all others.
 *
 * The network knows no classes. What it says of one is the cosine of e with the mean activity
 * that items of the class have had lately. */

static void draw(mn_rng *r, double p, size_t n, int *out)
{
    for (size_t k = 0; k < n; k++)
        out[k] = mn_rng_uniform(r) < p;
}

static mn_status check(const void *block, mn_err *err)
{
    const mn_interneuron_cfg *cfg = block;
    const double least = cfg->tau_e < cfg->tau_i ? cfg->tau_e : cfg->tau_i;
    if (cfg->dt <= least)
        return MN_OK;
    return mn_fail(
        err, MN_EINVAL,
        "cannot take steps of %g s (dt) with time constants of %g s (tau-e) and %g s "
        "(tau-i): wanted none longer than the shorter of these",
        cfg->dt, cfg->tau_e, cfg->tau_i);
}

static void layout_work(mn_interneuron *st, size_t batch, mn_arena *a)
{
    const size_t E = (size_t)st->E, I = (size_t)st->I;
    st->W_EI = mn_arena_bytes(a, I, E * sizeof *st->W_EI);
    st->W_IE = mn_arena_bytes(a, E, I * sizeof *st->W_IE);
    st->X = mn_arena_bytes(a, batch, (size_t)st->P * sizeof *st->X);
    st->rates = mn_arena_bytes(a, batch, E * sizeof *st->rates);
    st->drive = mn_arena_bytes(a, batch, E * sizeof *st->drive);
    st->e = mn_arena_bytes(a, batch, E * sizeof *st->e);
    st->sum = mn_arena_bytes(a, batch, E * sizeof *st->sum);
    st->i = mn_arena_bytes(a, batch, I * sizeof *st->i);
    st->heard = mn_arena_bytes(a, batch, I * sizeof *st->heard);
    st->item = mn_arena_ints(a, batch);
    st->norms = mn_arena_floats(a, (size_t)st->C);
}

static void layout(mn_model *m, mn_arena *a)
{
    mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    const size_t E = (size_t)cfg->excitatory, I = (size_t)cfg->inhibitory;
    st->pooling = mn_pooling_of(&m->shape);
    st->P = mn_pooling_size(&st->pooling) + m->shape.n_extra;
    st->E = cfg->excitatory;
    st->I = cfg->inhibitory;
    st->C = m->shape.n_classes;
    m->n_units = st->E;
    mn_model_declare(m, "weights", st->E, st->P);
    mn_model_declare(m, "thresholds", 1, st->E);
    st->excites = mn_arena_bytes(a, I, E * sizeof *st->excites);
    st->inhibits = mn_arena_bytes(a, E, I * sizeof *st->inhibits);
    st->newborn = mn_arena_ints(a, E);
    st->means = mn_arena_bytes(a, (size_t)st->C, E * sizeof *st->means);
    st->n_means = mn_arena_ints(a, (size_t)st->C);
    layout_work(st, (size_t)m->shape.batch, a);
}

static void init(mn_model *m, mn_rng *r)
{
    mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    const size_t E = (size_t)st->E, P = (size_t)st->P, pairs = E * (size_t)st->I;
    for (size_t u = 0; u < E; u++) {
        float *w = m->theta + u * P;
        for (size_t k = 0; k < P; k++)
            w[k] = (float)mn_rng_uniform(r);
        const double norm = sqrt(mn_sumsq(P, w));
        if (norm > 0.0)
            mn_scale(P, (float)(1.0 / norm), w);
    }
    memset(m->tensors[MN_INTERNEURON_BIAS].data, 0, E * sizeof(float));
    draw(r, cfg->connection, pairs, st->excites);
    draw(r, cfg->connection, pairs, st->inhibits);
    memset(st->newborn, 0, E * sizeof *st->newborn);
    memset(st->means, 0, (size_t)st->C * E * sizeof *st->means);
    memset(st->n_means, 0, (size_t)st->C * sizeof *st->n_means);
    st->last = (mn_dynamics){0};
}

static double activity_of(const mn_interneuron *st, int unit)
{
    double sum = 0.0;
    for (int c = 0; c < st->C; c++)
        sum += (double)st->means[(size_t)c * (size_t)st->E + (size_t)unit];
    return sum;
}

/* The unit that matters least to what has been learnt, of those that are not newborn. */
static int find_idlest(const mn_interneuron *st)
{
    int idlest = -1;
    double least = HUGE_VAL;
    for (int u = 0; u < st->E; u++)
        if (!st->newborn[u] && activity_of(st, u) < least) {
            least = activity_of(st, u);
            idlest = u;
        }
    return idlest;
}

static void bear(mn_model *m, int unit)
{
    mn_interneuron *st = m->state;
    const size_t E = (size_t)st->E, P = (size_t)st->P, u = (size_t)unit;
    st->newborn[u] = 1;
    memset(m->theta + u * P, 0, P * sizeof *m->theta);
    m->tensors[MN_INTERNEURON_BIAS].data[u] = 0.0f;
    for (size_t c = 0; c < (size_t)st->C; c++)
        st->means[c * E + u] = 0.0f;
}

static mn_status begin(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err)
{
    mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    memset(st->newborn, 0, (size_t)st->E * sizeof *st->newborn);
    for (int left = (int)(cfg->newborn * st->E + 0.5); left > 0; left--) {
        const int unit = find_idlest(st);
        if (unit >= 0)
            bear(m, unit);
    }
    return MN_OK;
}

static mn_status epoch(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err)
{
    mn_interneuron *st = m->state;
    memset(st->newborn, 0, (size_t)st->E * sizeof *st->newborn);
    return MN_OK;
}

static bool revive(mn_model *m, int unit, const float *x)
{
    bear(m, unit); /* the rule finds its own way to the data, as for all newborn units */
    return true;
}

static void forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_interneuron *st = m->state;
    const size_t E = (size_t)st->E, C = (size_t)st->C;
    mn_pooling_apply(&st->pooling, m->shape.n_extra, X, n, st->X);
    mn_interneuron_relax(m, st->X, n, st->rates);
    for (size_t c = 0; c < C; c++)
        st->norms[c] = (float)sqrt(mn_sumsq(E, st->means + c * E));
    for (size_t i = 0; i < (size_t)n; i++) {
        const float *e = st->rates + i * E;
        const double norm = sqrt(mn_sumsq(E, e));
        for (size_t c = 0; c < C; c++) {
            const double both = norm * (double)st->norms[c];
            logits[i * C + c] =
                both > 0.0 ? (float)(mn_dot(E, e, st->means + c * E) / both) : 0.0f;
        }
        exponent[i] = 0;
    }
}

/* What the rule does to the weights of a unit with rate e. */
static void change(const mn_interneuron_cfg *cfg, double e, size_t P, const float *restrict x,
                   float *restrict w)
{
    const double theta = cfg->theta, over = e > theta ? e - theta : 0.0;
    const double under = e < theta ? theta - e : 0.0;
    const double alpha = cfg->depression / (theta * theta * theta);
    const double towards = cfg->rate * e * (cfg->potentiation * over - alpha * under);
    const float keep = (float)(1.0 - cfg->rate * cfg->decay * e * e * e * over);
    const float take = (float)towards;
    for (size_t k = 0; k < P; k++) {
        const float to = keep * w[k] + take * x[k];
        w[k] = to > 0.0f ? to : 0.0f;
    }
}

static void learn_item(mn_model *m, const float *x, const float *e)
{
    mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    float *b = m->tensors[MN_INTERNEURON_BIAS].data;
    const size_t P = (size_t)st->P;
    for (int u = 0; u < st->E; u++) {
        change(cfg, (double)e[u], P, x, m->theta + (size_t)u * P);
        const double to = (double)b[u] + cfg->target_rate * ((double)e[u] - cfg->target);
        if (!st->newborn[u])
            b[u] = to > 0.0 ? (float)to : 0.0f;
    }
}

/* The first `window` items count alike, later ones push out earlier ones. */
static void remember(mn_model *m, int class, const float *e)
{
    mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    float *mean = st->means + (size_t) class * (size_t)st->E;
    if (st->n_means[class] < cfg->window)
        st->n_means[class]++;
    const float part = 1.0f / (float)st->n_means[class];
    for (int u = 0; u < st->E; u++)
        mean[u] += part * (e[u] - mean[u]);
}

static void learn(mn_model *m, const float *X, const float *Y, int n)
{
    mn_interneuron *st = m->state;
    const size_t E = (size_t)st->E, C = (size_t)st->C;
    for (size_t i = 0; i < (size_t)n; i++) {
        learn_item(m, st->X + i * (size_t)st->P, st->rates + i * E);
        remember(m, (int)mn_argmax(C, Y + i * C), st->rates + i * E);
    }
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    mn_interneuron *st = m->state;
    const mn_state_array arrays[] = {
        {.name = "excites", .i = st->excites, .rows = st->I, .cols = st->E},
        {.name = "inhibits", .i = st->inhibits, .rows = st->E, .cols = st->I},
        {.name = "newborn", .i = st->newborn, .rows = 1, .cols = st->E},
        {.name = "class_means", .f = st->means, .rows = st->C, .cols = st->E},
        {.name = "class_items", .i = st->n_means, .rows = 1, .cols = st->C},
    };
    if (index < 0 || index >= (int)(sizeof arrays / sizeof *arrays))
        return false;
    *out = arrays[index];
    return true;
}

static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_interneuron *st = m->state;
    const mn_interneuron_cfg *cfg = m->cfg;
    const float *e = st->rates;
    for (int i = 0; i < n; i++, e += st->E)
        for (int u = 0; u < st->E; u++)
            if ((double)e[u] > cfg->theta)
                mn_tally_add(m, t, u, i, label);
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    mn_interneuron *st = m->state;
    mn_pooling_apply(&st->pooling, m->shape.n_extra, X, n, st->X);
    mn_interneuron_relax(m, st->X, n, A);
    mn_layer_share(n, (size_t)st->E, A);
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_interneuron *st = m->state;
    const float *w = theta + (size_t)unit * (size_t)st->P;
    const int n_extra = m->shape.n_extra;
    if (pixels)
        mn_pooling_spread(&st->pooling, w, pixels);
    if (extra)
        memcpy(extra, w + st->P - n_extra, (size_t)n_extra * sizeof *extra);
    for (int c = 0; classes && c < st->C; c++)
        classes[c] = st->means[(size_t)c * (size_t)st->E + (size_t)unit];
}

#define AT(field) .offset = offsetof(mn_interneuron_cfg, field)
static const mn_param params[] = {
    {.name = "excitatory",
     .kind = MN_INT,
     AT(excitatory),
     .min = 1,
     .max = 20000,
     .def = 100,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "excitatory units, which learn"},
    {.name = "inhibitory",
     .kind = MN_INT,
     AT(inhibitory),
     .min = 1,
     .max = 5000,
     .def = 25,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "inhibitory units, through which they compete"},
    {.name = "connection",
     .kind = MN_REAL,
     AT(connection),
     .min = 0.01,
     .max = 1.0,
     .def = 0.9,
     .unit = "",
     .help = "probability that an excitatory and an inhibitory unit are connected, each way"},
    {.name = "inhibition",
     .kind = MN_REAL,
     AT(inhibition),
     .max = 100.0,
     .def = 1.0,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "strength of the inhibition, 0 for none"},
    {.name = "newborn",
     .kind = MN_REAL,
     AT(newborn),
     .max = 1.0,
     .def = 0.0,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "share of the excitatory units, the idlest, born again as a task begins: "
             "inhibition excites them for an epoch"},
    {.name = "dt",
     .kind = MN_REAL,
     AT(dt),
     .min = 1e-6,
     .max = 0.1,
     .def = 1e-4,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "s",
     .help = "time of one Euler step"},
    {.name = "settle-steps",
     .kind = MN_INT,
     AT(steps),
     .min = 1,
     .max = 100000,
     .def = 2000,
     .flags = MN_LIVE | MN_LOG,
     .unit = "steps",
     .help = "most steps that an item may take to come to rest"},
    {.name = "settle-tolerance",
     .kind = MN_REAL,
     AT(tolerance),
     .min = 1e-6,
     .max = 0.1,
     .def = 2e-4,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "an item is at rest when no unit's rate is further from where it is drawn to"},
    {.name = "tau-e",
     .kind = MN_REAL,
     AT(tau_e),
     .min = 1e-5,
     .max = 10.0,
     .def = 0.02,
     .unit = "s",
     .help = "time constant of the excitatory units"},
    {.name = "tau-i",
     .kind = MN_REAL,
     AT(tau_i),
     .min = 1e-5,
     .max = 10.0,
     .def = 0.002,
     .unit = "s",
     .help = "time constant of the inhibitory units"},
    {.name = "gain-scale",
     .kind = MN_REAL,
     AT(scale),
     .min = 0.01,
     .max = 100.0,
     .def = 0.5,
     .flags = MN_LIVE,
     .unit = "",
     .help = "sum at which an excitatory unit's rate is three quarters of the most"},
    {.name = "inhibition-threshold",
     .kind = MN_REAL,
     AT(threshold),
     .max = 1.0,
     .def = 0.1,
     .flags = MN_LIVE,
     .unit = "",
     .help = "rate, as a mean of all excitatory units, above which inhibitory units stir"},
    {.name = "hebb-rate",
     .kind = MN_REAL,
     AT(rate),
     .max = 1.0,
     .def = 0.01,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "learning rate of the Hebbian rule, which no optimiser has a part in"},
    {.name = "hebb-theta",
     .kind = MN_REAL,
     AT(theta),
     .min = 0.001,
     .max = 0.999,
     .def = 0.15,
     .flags = MN_LIVE,
     .unit = "",
     .help = "rate above which a unit is active: it moves towards the item, below it away"},
    {.name = "potentiation",
     .kind = MN_REAL,
     AT(potentiation),
     .max = 1000.0,
     .def = 9.85,
     .flags = MN_LIVE,
     .unit = "",
     .help = "how strongly active units move towards an item"},
    {.name = "depression",
     .kind = MN_REAL,
     AT(depression),
     .max = 100.0,
     .def = 0.05,
     .flags = MN_LIVE,
     .unit = "",
     .help = "how strongly less active units move away from it, times hebb-theta cubed"},
    {.name = "hebb-decay",
     .kind = MN_REAL,
     AT(decay),
     .max = 100.0,
     .def = 1.0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "how strongly active units forget"},
    {.name = "target",
     .kind = MN_REAL,
     AT(target),
     .max = 1.0,
     .def = 0.2,
     .flags = MN_LIVE,
     .unit = "",
     .help = "mean rate that a unit's threshold seeks"},
    {.name = "target-rate",
     .kind = MN_REAL,
     AT(target_rate),
     .max = 1.0,
     .def = 0.01,
     .flags = MN_LIVE,
     .unit = "",
     .help = "how fast it does"},
    {.name = "readout-items",
     .kind = MN_INT,
     AT(window),
     .min = 1,
     .max = 1e6,
     .def = 500,
     .flags = MN_LIVE | MN_LOG,
     .unit = "items",
     .help = "latest items of a class whose mean activity stands for it"},
};
#undef AT

const mn_model_ops mn_model_interneuron = {
    .name = "interneuron",
    .title = "Inhibitory interneurons",
    .cite = "Gozel and Gerstner 2021; Bricken et al. 2023",
    .about = "excitatory units that interneurons silence until few are left, with a Hebbian "
             "rule; classes are read off their mean activity",
    .unit_noun = "neuron",
    .default_loss = "cross-entropy",
    .default_optimiser = "sgd",
    .lo = 0.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_interneuron),
    .cfg_size = sizeof(mn_interneuron_cfg),
    .params = {params, sizeof params / sizeof *params},
    .check = check,
    .layout = layout,
    .init = init,
    .forward = forward,
    .state = state,
    .begin = begin,
    .epoch = epoch,
    .learn = learn,
    .tally = tally,
    .gauge = mn_interneuron_gauge,
    .portrait = mn_interneuron_portrait,
    .revive = revive,
    .activity = activity,
    .tile = tile,
};
