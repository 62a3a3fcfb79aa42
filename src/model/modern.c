#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"
#include "mnemoscope/model_impl.h"

/* Modern Hopfield networks: the memory vectors are the items themselves, one written into each
 * slot in turn. With similarities s_mu = xi_mu.v over the memories written so far
 *
 *     polynomial    E = -sum (s_mu / D)^n                        (Krotov and Hopfield 2016)
 *     exponential   E = -log sum exp(beta s_mu), up to a monotone (Demircigil et al. 2017)
 *     log-sum-exp   E = -1/beta log sum exp(beta s_mu) + v.v / 2  (Ramsauer et al. 2021)
 *
 * A state of the first two is +-1, and every unit takes the value with less energy. The third
 * has states of any number and one update, v <- sum of softmax(beta s)_mu xi_mu, which is
 * attention; order of units means nothing to it. Sums of exponentials are taken from the
 * largest on, so that none overflows. */

typedef enum mn_modern_kind { POLYNOMIAL, EXPONENTIAL, LOG_SUM_EXP } mn_modern_kind;

typedef struct mn_modern_cfg {
    int memories, interaction, vertex;
    double beta;
} mn_modern_cfg;

enum { WRITTEN, NEXT, N_COUNTS };
static const double at_rest = 1e-5; /* largest change of a unit */

typedef struct mn_modern {
    int N, D, K;
    int *counts;       /* (N_COUNTS): memories written; the slot for the next */
    float *item, *was; /* (D) */
    double *s, *term;  /* (K) */
    double *mean;      /* (D): of memories, weighted */
    float *sims;       /* (batch, K): of the last forward */
    uint32_t *order;   /* (D) */
} mn_modern;

static void layout(mn_model *m, mn_arena *a)
{
    mn_modern *st = m->state;
    const mn_modern_cfg *cfg = m->cfg;
    const size_t K = (size_t)cfg->memories;
    st->N = m->shape.n_visible + m->shape.n_extra;
    st->D = mn_model_n_state(m);
    st->K = cfg->memories;
    mn_model_declare(m, "memories", st->K, st->D);
    m->n_units = st->K;
    st->counts = mn_arena_ints(a, N_COUNTS);
    st->item = mn_arena_floats(a, (size_t)st->D);
    st->was = mn_arena_floats(a, (size_t)st->D);
    st->s = mn_arena_bytes(a, K, sizeof *st->s);
    st->term = mn_arena_bytes(a, K, sizeof *st->term);
    st->mean = mn_arena_bytes(a, (size_t)st->D, sizeof *st->mean);
    st->sims = mn_arena_bytes(a, (size_t)m->shape.batch, K * sizeof *st->sims);
    st->order = mn_arena_bytes(a, (size_t)st->D, sizeof *st->order);
}

static void init(mn_model *m, mn_rng *r)
{
    mn_modern *st = m->state;
    memset(m->theta, 0, m->n_theta * sizeof *m->theta);
    memset(st->counts, 0, N_COUNTS * sizeof *st->counts);
}

/* A checkpoint may hold any number. */
static int written(const mn_modern *st)
{
    return st->counts[WRITTEN] < st->K ? st->counts[WRITTEN] : st->K;
}

static const float *memory(const mn_model *m, int mu)
{
    const mn_modern *st = m->state;
    return m->theta + (size_t)mu * (size_t)st->D;
}

/* x^n; the sign of an odd power stays. */
static double power(double x, int n)
{
    double y = 1.0;
    for (; n > 0; n >>= 1, x *= x)
        if (n & 1)
            y *= x;
    return y;
}

/* F of a similarity among D units; exponentials from `top` on. */
static double interaction(const mn_model *m, double s, double top)
{
    const mn_modern *st = m->state;
    const mn_modern_cfg *cfg = m->cfg;
    return cfg->interaction == POLYNOMIAL ? power(s / st->D, cfg->vertex)
                                          : exp(cfg->beta * (s - top));
}

/* term[mu] <- F of s[mu]; returns their sum. */
static double weigh(const mn_model *m, const double *s, int n, double *term)
{
    double top = n ? s[0] : 0.0, sum = 0.0;
    for (int mu = 1; mu < n; mu++)
        top = fmax(top, s[mu]);
    for (int mu = 0; mu < n; mu++)
        sum += term[mu] = interaction(m, s[mu], top);
    return sum;
}

static void compare(const mn_model *m, const float *v, int n, double *s)
{
    const mn_modern *st = m->state;
    for (int mu = 0; mu < n; mu++)
        s[mu] = mn_dot((size_t)st->D, memory(m, mu), v);
}

/* --- learning ------------------------------------------------------------------------------
 */

static bool holds(const mn_model *m, const float *item)
{
    const mn_modern *st = m->state;
    for (int mu = 0; mu < written(st); mu++)
        if (!memcmp(memory(m, mu), item, (size_t)st->D * sizeof *item))
            return true;
    return false;
}

static void learn(mn_model *m, const float *X, const float *Y, int n)
{
    mn_modern *st = m->state;
    const size_t N = (size_t)st->N, C = (size_t)m->shape.n_classes;
    for (size_t i = 0; i < (size_t)n; i++) {
        memcpy(st->item, X + i * N, N * sizeof *X);
        for (size_t c = 0; c < C; c++)
            st->item[N + c] = 2.0f * Y[i * C + c] - 1.0f;
        if (holds(m, st->item))
            continue;
        const int slot = st->counts[NEXT] % st->K;
        memcpy(m->theta + (size_t)slot * (size_t)st->D, st->item, (size_t)st->D * sizeof *X);
        st->counts[NEXT] = (slot + 1) % st->K;
        st->counts[WRITTEN] = written(st) < st->K ? written(st) + 1 : st->K;
    }
}

/* --- looking -------------------------------------------------------------------------------
 */

/* The classes of the memories, weighted by what each makes of the visible part. */
static void forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_modern *st = m->state;
    const int n_memories = written(st), C = m->shape.n_classes;
    memset(exponent, 0, (size_t)n * sizeof *exponent);
    memset(logits, 0, (size_t)n * (size_t)C * sizeof *logits);
    if (n_memories)
        mn_gemm_nt(n, n_memories, st->N, 1.0f, X, st->N, m->theta, st->D, 0.0f, st->sims,
                   st->K);
    for (size_t i = 0; i < (size_t)n; i++) {
        for (int mu = 0; mu < n_memories; mu++)
            st->s[mu] = (double)st->sims[i * (size_t)st->K + (size_t)mu];
        const double sum = weigh(m, st->s, n_memories, st->term);
        for (int mu = 0; mu < n_memories && sum != 0.0; mu++)
            mn_axpy((size_t)C, (float)(st->term[mu] / fabs(sum)), memory(m, mu) + st->N,
                    logits + i * (size_t)C);
    }
}

/* The memory most like an item fires for it; forward has left the similarities. */
static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_modern *st = m->state;
    const size_t n_memories = (size_t)written(st);
    for (int i = 0; i < n && n_memories; i++)
        mn_tally_add(m, t, (int)mn_argmax(n_memories, st->sims + (size_t)i * (size_t)st->K), i,
                     label);
}

static void share_out(const mn_model *m, const double *s, float *share)
{
    const mn_modern *st = m->state;
    const int n = written(st);
    double sum = 0.0;
    memset(share, 0, (size_t)st->K * sizeof *share);
    weigh(m, s, n, st->term);
    for (int mu = 0; mu < n; mu++)
        sum += fabs(st->term[mu]);
    for (int mu = 0; mu < n && sum > 0.0; mu++)
        share[mu] = (float)(fabs(st->term[mu]) / sum);
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    mn_modern *st = m->state;
    for (size_t i = 0; i < (size_t)n; i++) {
        for (int mu = 0; mu < written(st); mu++)
            st->s[mu] = mn_dot((size_t)st->N, memory(m, mu), X + i * (size_t)st->N);
        share_out(m, st->s, A + i * (size_t)st->K);
    }
}

static void shares(mn_model *m, const float *v, float *share)
{
    mn_modern *st = m->state;
    compare(m, v, written(st), st->s);
    share_out(m, st->s, share);
}

/* --- recall --------------------------------------------------------------------------------
 */

/* What speaks for +1 at unit i, given the similarities `s` of the state v. */
static double preference(mn_model *m, int i, float v, int n)
{
    mn_modern *st = m->state;
    double top = -HUGE_VAL, gap = 0.0;
    for (int mu = 0; mu < n; mu++)
        top = fmax(top, st->s[mu] + fabs((double)memory(m, mu)[i]) * (1.0 + fabs((double)v)));
    for (int mu = 0; mu < n; mu++) {
        const double xi = (double)memory(m, mu)[i], rest = st->s[mu] - xi * (double)v;
        gap += interaction(m, rest + xi, top) - interaction(m, rest - xi, top);
    }
    return gap;
}

static float choose(float v, double gap)
{
    return gap > 0.0 ? 1.0f : gap < 0.0 ? -1.0f : v > 0.0f ? 1.0f : -1.0f;
}

static void sweep_in_order(mn_model *m, float *v, int n)
{
    mn_modern *st = m->state;
    for (int at = 0; at < st->D; at++) {
        const int i = (int)st->order[at];
        const float now = choose(v[i], preference(m, i, v[i], n));
        const double step = (double)(now - v[i]);
        for (int mu = 0; mu < n && step != 0.0; mu++)
            st->s[mu] += step * (double)memory(m, mu)[i];
        v[i] = now;
    }
}

static void sweep_at_once(mn_model *m, float *v, int n)
{
    mn_modern *st = m->state;
    for (int i = 0; i < st->D; i++)
        v[i] = choose(st->was[i], preference(m, i, st->was[i], n));
}

static void attend(mn_model *m, float *v, int n)
{
    mn_modern *st = m->state;
    const double sum = weigh(m, st->s, n, st->term);
    memset(st->mean, 0, (size_t)st->D * sizeof *st->mean);
    for (int mu = 0; mu < n; mu++)
        for (int i = 0; i < st->D; i++)
            st->mean[i] += st->term[mu] / sum * (double)memory(m, mu)[i];
    for (int i = 0; i < st->D; i++)
        v[i] = (float)st->mean[i];
}

/* True when it left the state where it was. */
static bool sweep(mn_model *m, float *v, mn_update update)
{
    mn_modern *st = m->state;
    const mn_modern_cfg *cfg = m->cfg;
    const int n = written(st);
    double change = 0.0;
    memcpy(st->was, v, (size_t)st->D * sizeof *v);
    compare(m, v, n, st->s);
    if (cfg->interaction == LOG_SUM_EXP)
        attend(m, v, n);
    else if (update == MN_ASYNCHRONOUS)
        sweep_in_order(m, v, n);
    else
        sweep_at_once(m, v, n);
    for (int i = 0; i < st->D; i++)
        change = fmax(change, fabs((double)(v[i] - st->was[i])));
    return change <= at_rest;
}

static void relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps, mn_rng *order,
                  int *sweeps, bool *converged)
{
    mn_modern *st = m->state;
    for (int i = 0; update == MN_ASYNCHRONOUS && i < st->D; i++)
        st->order[i] = (uint32_t)i;
    if (update == MN_ASYNCHRONOUS)
        mn_rng_shuffle(order, st->order, (size_t)st->D);
    for (int i = 0; i < n; i++) {
        bool rests = !written(st);
        int t = 0;
        while (!rests && t < max_sweeps) {
            rests = sweep(m, V + (size_t)i * (size_t)st->D, update);
            t += !rests;
        }
        if (sweeps)
            sweeps[i] = t;
        if (converged)
            converged[i] = rests;
    }
}

static double energy(mn_model *m, const float *v)
{
    mn_modern *st = m->state;
    const mn_modern_cfg *cfg = m->cfg;
    const int n = written(st);
    double top = n ? -HUGE_VAL : 0.0;
    compare(m, v, n, st->s);
    for (int mu = 0; mu < n; mu++)
        top = fmax(top, st->s[mu]);
    const double sum = weigh(m, st->s, n, st->term);
    if (!n || cfg->interaction == POLYNOMIAL)
        return -sum;
    const double log_sum = cfg->beta * top + log(sum);
    return cfg->interaction == EXPONENTIAL
               ? -log_sum
               : 0.5 * mn_sumsq((size_t)st->D, v) - log_sum / cfg->beta;
}

/* --- the rest ------------------------------------------------------------------------------
 */

static bool gauge(mn_model *m, int index, mn_gauge *out)
{
    *out = (mn_gauge){"written", "memories that hold an item", written(m->state)};
    return index == 0;
}

/* F, scaled to 1 at a similarity of 1, against the similarity of state and memory. */
static bool portrait(mn_model *m, mn_portrait *out)
{
    const mn_modern *st = m->state;
    const double D = st->D;
    snprintf(out->title, sizeof out->title, "Interaction function");
    snprintf(out->x_name, sizeof out->x_name, "similarity of state and memory");
    snprintf(out->y_name, sizeof out->y_name, "F, of its most");
    mn_portrait_series *s = mn_portrait_add(out, "F", 101);
    for (int i = 0; i < s->n; i++) {
        s->x[i] = -1.0 + 0.02 * i;
        s->y[i] = interaction(m, s->x[i] * D, D);
    }
    mn_portrait_fact(out, "%d of %d memories written, %d units", written(st), st->K, st->D);
    return true;
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    mn_modern *st = m->state;
    *out = (mn_state_array){.name = "counts", .i = st->counts, .rows = 1, .cols = N_COUNTS};
    return index == 0;
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_modern *st = m->state;
    mn_model_copy_row(m, theta + (size_t)unit * (size_t)st->D, pixels, extra, classes);
}

static const char *const kinds[] = {"polynomial", "exponential", "log-sum-exp", NULL};

#define AT(field) .offset = offsetof(mn_modern_cfg, field)
static const mn_param params[] = {
    {.name = "memories",
     .alias = "K",
     .kind = MN_INT,
     AT(memories),
     .min = 1,
     .max = 100000,
     .def = 100,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "slots for items; when all are taken the oldest goes"},
    {.name = "interaction",
     .kind = MN_CHOICE,
     AT(interaction),
     .max = LOG_SUM_EXP,
     .def = EXPONENTIAL,
     .choices = kinds,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "what a memory makes of its similarity to the state; log-sum-exp is attention"},
    {.name = "vertex",
     .alias = "n",
     .kind = MN_INT,
     AT(vertex),
     .min = 2,
     .max = 100,
     .def = 2,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "of polynomial: the interaction vertex"},
    {.name = "beta",
     .kind = MN_REAL,
     AT(beta),
     .min = 1e-4,
     .max = 100.0,
     .def = 0.1,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "of the others: how sharply the most similar memory is preferred"},
};
#undef AT

const mn_model_ops mn_model_modern = {
    .name = "modern",
    .title = "Modern Hopfield network",
    .cite = "Krotov and Hopfield 2016; Demircigil et al. 2017; Ramsauer et al. 2021",
    .about =
        "items are written down as memory vectors; the sharper the interaction, the more of "
        "them can be told apart",
    .unit_noun = "memory",
    .default_loss = "squared",
    .default_optimiser = "sgd",
    .lo = -1.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_modern),
    .cfg_size = sizeof(mn_modern_cfg),
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
    .relax = relax,
    .energy = energy,
    .shares = shares,
    .tile = tile,
};
