#include "kanerva.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

/* Sparse distributed memory (Kanerva 1988; Bricken and Pehlevan 2021): r hard locations with
 * random addresses, each with a counter for every unit of a state.
 *
 *     write: every location within d bits of the pattern adds it (bits as +-1) to its counters
 *     read:  the sum of the counters of all locations within d bits; bits are its signs
 *
 * The radius may give way to the k nearest locations (Keeler 1988). The continuous kind has
 * addresses of length 1 and compares cosines, with 1 - 2 d / N for the same circle; it adds
 * patterns as they are and reads their mean. Before an item is compared, the mean item of the
 * first task is taken away and it is made of length 1.
 *
 * Inputs are the address, inputs and the class what is written; so a class is read from an
 * item, and the rest of an item from a part of it. Pictures are no random bits: two of them
 * agree in most pixels and share more locations than the theory of the best radius has it. The
 * memory is then a vote among the pictures near by, which needs narrow circles: many
 * locations. */

static void layout(mn_model *m, mn_arena *a)
{
    mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    const size_t batch = (size_t)m->shape.batch, r = (size_t)cfg->locations;
    st->N = m->shape.n_visible + m->shape.n_extra;
    st->C = m->shape.n_classes;
    st->D = st->N + st->C;
    st->r = m->n_units = cfg->locations;
    const size_t N = (size_t)st->N, D = (size_t)st->D;
    mn_model_declare(m, "counters", st->r, st->D);
    st->addresses = mn_arena_bytes(a, r, N * sizeof *st->addresses);
    st->writes = mn_arena_ints(a, r);
    st->plan = mn_arena_ints(a, MN_PLAN_FIELDS);
    st->centre = mn_arena_floats(a, N);
    st->X = mn_arena_bytes(a, batch, N * sizeof *st->X);
    st->Y = mn_arena_bytes(a, batch, (size_t)st->C * sizeof *st->Y);
    st->x = mn_arena_bytes(a, batch, N * sizeof *st->x);
    st->next = mn_arena_bytes(a, batch, N * sizeof *st->next);
    st->state = mn_arena_bytes(a, batch, D * sizeof *st->state);
    st->S = mn_arena_bytes(a, batch, r * sizeof *st->S);
    st->scratch = mn_arena_floats(a, r);
    st->sums = mn_arena_bytes(a, D, sizeof *st->sums);
    st->value = mn_arena_floats(a, D);
    st->first = mn_arena_bytes(a, batch + 1, sizeof *st->first);
    st->location = mn_arena_bytes(a, batch, r * sizeof *st->location);
    st->waiting = mn_arena_ints(a, batch);
    st->share = mn_arena_bytes(a, N + 1, sizeof *st->share);
    mn_circle_layout(&st->circle, st->N, a);
}

/* The best radius by signal to noise, for so many patterns to come. */
static void plan(mn_model *m, size_t n_patterns)
{
    mn_kanerva *st = m->state;
    const double p = mn_circle_best_signal(st->r, (double)n_patterns);
    st->plan[MN_PLAN_PATTERNS] = (int)n_patterns;
    st->plan[MN_PLAN_RADIUS] = mn_circle_radius(&st->circle, p);
}

static void init(mn_model *m, mn_rng *r)
{
    mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    const size_t N = (size_t)st->N;
    memset(m->theta, 0, m->n_theta * sizeof *m->theta);
    memset(st->writes, 0, (size_t)st->r * sizeof *st->writes);
    for (int u = 0; u < st->r; u++) {
        float *address = st->addresses + (size_t)u * N;
        for (size_t j = 0; j < N; j++)
            address[j] = cfg->kind == MN_KANERVA_BINARY ? (mn_rng_below(r, 2) ? 1.0f : -1.0f)
                                                        : (float)mn_rng_normal(r);
        if (cfg->kind == MN_KANERVA_CONTINUOUS)
            mn_scale(N, (float)(1.0 / sqrt(mn_sumsq(N, address))), address);
    }
    memset(st->centre, 0, N * sizeof *st->centre);
    mn_circle_init(&st->circle);
    st->drawn[0] = -1;
    plan(m, 1000); /* until a task says how many there are */
}

/* The mean of items that are spread evenly over the task. */
static void find_centre(mn_kanerva *st, size_t batch, const mn_source *items)
{
    enum { MOST = 1024 };
    uint32_t index[MOST];
    const size_t N = (size_t)st->N, n = items->n < MOST ? items->n : MOST;
    for (size_t i = 0; i < n; i++)
        index[i] = (uint32_t)(i * items->n / n);
    memset(st->sums, 0, N * sizeof *st->sums);
    for (size_t at = 0; at < n; at += batch) {
        const size_t n_now = n - at < batch ? n - at : batch;
        items->fetch(items->ctx, index + at, n_now, st->X, st->Y);
        for (size_t i = 0; i < n_now; i++)
            for (size_t j = 0; j < N; j++)
                st->sums[j] += (double)st->X[i * N + j];
    }
    for (size_t j = 0; j < N; j++)
        st->centre[j] = (float)(st->sums[j] / (double)n);
}

/* Neither radius nor centre may move once something has been written by them. */
static mn_status begin(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err)
{
    mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    for (int u = 0; u < st->r; u++)
        if (st->writes[u])
            return MN_OK;
    plan(m, l->items.n);
    if (cfg->centre && cfg->kind == MN_KANERVA_CONTINUOUS && l->items.n > 0)
        find_centre(st, (size_t)m->shape.batch, &l->items);
    return MN_OK;
}

/* The class's share of what is read, as a logarithm: softmax gives the shares back. */
static void answer(mn_model *m, int i, float *logits)
{
    const mn_kanerva *st = m->state;
    const double least = 1e-6; /* of a class that was never written */
    const double n_written = mn_kanerva_sum(m, i);
    for (int c = 0; c < st->C; c++) {
        const double share =
            n_written > 0.0 ? 0.5 * (1.0 + st->sums[st->N + c] / n_written) : 1.0;
        logits[c] = (float)log(fmax(share, least));
    }
}

/* Reads the inputs of every listed item, to be read from in turn. */
static void read_on(mn_model *m, const float *X, int n)
{
    mn_kanerva *st = m->state;
    const size_t N = (size_t)st->N;
    for (int i = 0; i < n; i++) {
        const float *y = mn_kanerva_read(m, i, st->state) ? st->state : X + (size_t)i * N;
        memmove(st->next + (size_t)i * N, y, N * sizeof *y);
    }
    mn_kanerva_activate(m, st->next, n);
}

static void forward(mn_model *m, const float *X, int n, float *logits, int *exponent)
{
    mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    mn_kanerva_activate(m, X, n);
    for (int t = 1; t < cfg->reads; t++)
        read_on(m, t == 1 ? X : st->next, n);
    for (int i = 0; i < n; i++)
        answer(m, i, logits + (size_t)i * (size_t)st->C);
    st->mean_active = n ? (double)st->first[n] / n : 0.0;
    memset(exponent, 0, (size_t)n * sizeof *exponent);
}

/* A pattern as it is written: [inputs, class]. */
static void compose(const mn_model *m, const float *x, const float *y, float *value)
{
    const mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    const int label = (int)mn_argmax((size_t)st->C, y);
    for (int j = 0; j < st->N; j++)
        value[j] = cfg->kind == MN_KANERVA_CONTINUOUS ? x[j] : x[j] > 0.0f ? 1.0f : -1.0f;
    for (int c = 0; c < st->C; c++)
        value[st->N + c] = c == label ? 1.0f : -1.0f;
}

static void learn(mn_model *m, const float *X, const float *Y, int n)
{
    mn_kanerva *st = m->state;
    const mn_kanerva_cfg *cfg = m->cfg;
    const size_t D = (size_t)st->D;
    if (cfg->reads > 1) /* what is listed is near what was read */
        mn_kanerva_activate(m, X, n);
    for (int i = 0; i < n; i++) {
        compose(m, X + (size_t)i * (size_t)st->N, Y + (size_t)i * (size_t)st->C, st->value);
        for (size_t p = st->first[i]; p < st->first[i + 1]; p++) {
            const int u = st->location[p];
            mn_axpy(D, 1.0f, st->value, m->theta + (size_t)u * D);
            st->writes[u] += st->writes[u] < INT32_MAX;
        }
    }
}

static bool state(mn_model *m, int index, mn_state_array *out)
{
    mn_kanerva *st = m->state;
    const mn_state_array arrays[] = {
        {.name = "addresses", .f = st->addresses, .rows = st->r, .cols = st->N},
        {.name = "centre", .f = st->centre, .rows = 1, .cols = st->N},
        {.name = "writes", .i = st->writes, .rows = 1, .cols = st->r},
        {.name = "plan", .i = st->plan, .rows = 1, .cols = MN_PLAN_FIELDS},
    };
    if (index < 0 || index >= (int)(sizeof arrays / sizeof *arrays))
        return false;
    *out = arrays[index];
    return true;
}

static void tally(mn_model *m, int n, const int *label, mn_tally *t)
{
    const mn_kanerva *st = m->state;
    for (int i = 0; i < n; i++)
        for (size_t p = st->first[i]; p < st->first[i + 1]; p++)
            mn_tally_add(m, t, st->location[p], i, label);
}

static bool gauge(mn_model *m, int index, mn_gauge *out)
{
    const mn_kanerva *st = m->state;
    const mn_gauge gauges[] = {
        {"active", "locations that an item makes active", st->mean_active},
        {"d", "radius of the circle that holds the active locations, bits",
         mn_kanerva_radius(m)},
    };
    if (index < 0 || index >= (int)(sizeof gauges / sizeof *gauges))
        return false;
    *out = gauges[index];
    return true;
}

/* A location that nothing comes near is moved to an item, and is empty there. */
static bool revive(mn_model *m, int unit, const float *x)
{
    mn_kanerva *st = m->state;
    const size_t N = (size_t)st->N, D = (size_t)st->D;
    mn_kanerva_present(m, x, st->addresses + (size_t)unit * N);
    memset(m->theta + (size_t)unit * D, 0, D * sizeof *m->theta);
    st->writes[unit] = 0;
    return true;
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    const mn_kanerva *st = m->state;
    mn_kanerva_activate(m, X, n);
    memset(A, 0, (size_t)n * (size_t)st->r * sizeof *A);
    for (int i = 0; i < n; i++, A += st->r)
        for (size_t p = st->first[i]; p < st->first[i + 1]; p++)
            A[st->location[p]] = 1.0f / (float)(st->first[i + 1] - st->first[i]);
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_kanerva *st = m->state;
    mn_model_copy_row(m, theta + (size_t)unit * (size_t)st->D, pixels, extra, classes);
}

static const char *const kinds[] = {"binary", "continuous", NULL};
static const char *const activations[] = {"radius", "k-nearest", NULL};

#define AT(field) .offset = offsetof(mn_kanerva_cfg, field)
static const mn_param params[] = {
    {.name = "kind",
     .kind = MN_CHOICE,
     AT(kind),
     .max = MN_KANERVA_CONTINUOUS,
     .def = MN_KANERVA_CONTINUOUS,
     .choices = kinds,
     .flags = MN_COMMON,
     .unit = "",
     .help = "bits, split in the middle of the inputs' range, or vectors of length 1"},
    {.name = "locations",
     .alias = "r",
     .kind = MN_INT,
     AT(locations),
     .min = 1,
     .max = 100000,
     .def = 2000,
     .flags = MN_LOG | MN_COMMON,
     .unit = "",
     .help = "hard locations"},
    {.name = "activation",
     .kind = MN_CHOICE,
     AT(activation),
     .max = MN_KANERVA_NEAREST,
     .def = MN_KANERVA_NEAREST,
     .choices = activations,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "locations within the radius are active, or the k nearest"},
    {.name = "radius",
     .alias = "d",
     .kind = MN_INT,
     AT(radius),
     .max = 100000,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "bits",
     .help = "radius of the circle; 0: best signal to noise for the first task's items; of "
             "radius"},
    {.name = "k",
     .kind = MN_INT,
     AT(k),
     .min = 1,
     .max = 100000,
     .def = 100,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "locations that are active for an item; of k-nearest"},
    {.name = "centre",
     .kind = MN_BOOL,
     AT(centre),
     .max = 1,
     .def = 1,
     .unit = "",
     .help = "compare items from the mean of the first task's; of the continuous kind"},
    {.name = "reads",
     .kind = MN_INT,
     AT(reads),
     .min = 1,
     .max = 100,
     .def = 1,
     .flags = MN_LIVE,
     .unit = "",
     .help = "times an item is read, each from what was read before, until its class is"},
};
#undef AT

const mn_model_ops mn_model_kanerva = {
    .name = "kanerva",
    .title = "Kanerva's sparse distributed memory",
    .cite = "Kanerva 1988; Keeler 1988; Bricken and Pehlevan 2021",
    .about = "random hard locations; what is written to those near an item is read from there",
    .unit_noun = "location",
    .default_loss = "cross-entropy",
    .default_optimiser = "sgd",
    .lo = -1.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_kanerva),
    .cfg_size = sizeof(mn_kanerva_cfg),
    .params = {params, sizeof params / sizeof *params},
    .layout = layout,
    .init = init,
    .begin = begin,
    .forward = forward,
    .learn = learn,
    .state = state,
    .tally = tally,
    .gauge = gauge,
    .portrait = mn_kanerva_portrait,
    .revive = revive,
    .activity = activity,
    .relax = mn_kanerva_relax,
    .energy = mn_kanerva_energy,
    .shares = mn_kanerva_shares,
    .tile = tile,
};
