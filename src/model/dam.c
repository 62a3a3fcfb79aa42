#include "dam.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/kernel.h"

mn_interaction mn_dam_interaction(const mn_model *m)
{
    const mn_dam_cfg *cfg = m->cfg;
    return mn_interaction_make(cfg->interaction, cfg->vertex, cfg->leak);
}

/* The temperature moves linearly over the first epochs of a task, in whole epochs as in the
 * papers. */
static double temperature(const mn_model *m)
{
    const mn_dam_cfg *cfg = m->cfg;
    if (cfg->temperature_ramp == 0)
        return cfg->temperature;
    double share = fmin(floor(m->progress.epoch) / cfg->temperature_ramp, 1.0);
    return cfg->temperature + (cfg->temperature_final - cfg->temperature) * share;
}

float mn_dam_factor(const mn_model *m)
{
    const mn_dam_cfg *cfg = m->cfg;
    const mn_dam *st = m->state;
    return (float)(1.0 / (temperature(m) * (cfg->similarity == MN_PER_UNIT ? st->D : 1)));
}

static void layout(mn_model *m, mn_arena *a)
{
    mn_dam *st = m->state;
    const mn_dam_cfg *cfg = m->cfg;
    size_t batch = (size_t)m->shape.batch, C = (size_t)m->shape.n_classes;
    st->C = m->shape.n_classes;
    st->D = mn_model_n_state(m);
    st->K = cfg->memories;
    st->Kp = mn_padded((size_t)st->K);
    m->n_units = st->K;
    mn_model_declare(m, "memories", st->K, st->D);
    st->S = mn_arena_bytes(a, batch, st->Kp * sizeof(float));
    st->W = mn_arena_bytes(a, batch, st->Kp * sizeof(float));
    float **const rows[] = {&st->row,    &st->f0,     &st->bias,  &st->up,   &st->down,
                            &st->col_lo, &st->col_hi, &st->w_sum, &st->leak, &st->scale};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        *rows[i] = mn_arena_floats(a, st->Kp);
    float **const class_rows[] = {&st->c, &st->cs, &st->on};
    for (size_t i = 0; i < sizeof class_rows / sizeof *class_rows; i++)
        *class_rows[i] = mn_arena_bytes(a, C, st->Kp * sizeof(float));
    st->g = mn_arena_floats(a, C);
    st->k = mn_arena_ints(a, (size_t)st->K);
    mn_dam_recall_layout(m, a);
}

static void init(mn_model *m, mn_rng *r)
{
    const mn_dam_cfg *cfg = m->cfg;
    for (size_t i = 0; i < m->n_theta; i++)
        m->theta[i] = (float)(cfg->init_mean + cfg->init_sd * mn_rng_normal(r));
}

static void project(mn_model *m)
{
    const mn_dam_cfg *cfg = m->cfg;
    const mn_dam *st = m->state;
    size_t D = (size_t)st->D, n_free = cfg->clamp == MN_CLAMP_VISIBLE ? (size_t)st->C : 0;
    if (cfg->clamp == MN_CLAMP_NONE)
        return;
    for (size_t mu = 0; mu < (size_t)st->K; mu++)
        mn_clamp(D - n_free, -1.0f, 1.0f, m->theta + mu * D);
}

/* The memory becomes the item, as long as the others are, and says nothing of the classes yet:
 * with their weights at 0 they add as much as they take. */
static bool revive(mn_model *m, int unit, const float *x)
{
    const mn_dam *st = m->state;
    const size_t D = (size_t)st->D, n_inputs = D - (size_t)st->C;
    mn_model_place(m->theta, st->K, D, n_inputs, unit, x);
    memset(m->theta + (size_t)unit * D + n_inputs, 0, (size_t)st->C * sizeof *m->theta);
    project(m);
    return true;
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_dam *st = m->state;
    mn_model_copy_row(m, theta + (size_t)unit * (size_t)st->D, pixels, extra, classes);
}

static const char *const interactions[] = {"polynomial", "rectified", "leaky", NULL};
static const char *const similarities[] = {"per-unit", "raw", NULL};
static const char *const clampings[] = {"all", "visible", "none", NULL};
static const double vertices[] = {2, 3, 4, 5, 8, 10, 15, 20, 25, 30, 40, 50, 70, 100, 0};

#define AT(field) .offset = offsetof(mn_dam_cfg, field)
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
     .help = "memory vectors"},
    {.name = "vertex",
     .alias = "n",
     .kind = MN_INT,
     AT(vertex),
     .min = 2,
     .max = 100,
     .def = 2,
     .ladder = vertices,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "interaction vertex: low learns features, high learns prototypes"},
    {.name = "interaction",
     .kind = MN_CHOICE,
     AT(interaction),
     .max = MN_LEAKY,
     .def = MN_LEAKY,
     .choices = interactions,
     .flags = MN_LIVE,
     .unit = "",
     .help = "interaction function: what a memory makes of its similarity to the state"},
    {.name = "leak",
     .kind = MN_REAL,
     AT(leak),
     .min = 0.0,
     .max = 1.0,
     .def = 0.01,
     .flags = MN_LIVE,
     .unit = "",
     .help = "slope of the leaky interaction function where the similarity is negative"},
    {.name = "temperature",
     .alias = "T",
     .kind = MN_REAL,
     AT(temperature),
     .min = 1e-3,
     .max = 1e5,
     .def = 0.3,
     .flags = MN_LIVE | MN_LOG | MN_COMMON,
     .unit = "",
     .help = "divides the similarity: lower answers more sharply"},
    {.name = "temperature-final",
     .kind = MN_REAL,
     AT(temperature_final),
     .min = 1e-3,
     .max = 1e5,
     .def = 0.3,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "temperature at the end of the ramp; not used without one"},
    {.name = "temperature-ramp",
     .kind = MN_INT,
     AT(temperature_ramp),
     .max = 100000,
     .flags = MN_LIVE,
     .unit = "epochs",
     .help =
         "epochs of a task over which the temperature moves to its final value, 0 for never"},
    {.name = "similarity",
     .kind = MN_CHOICE,
     AT(similarity),
     .max = MN_RAW,
     .def = MN_PER_UNIT,
     .choices = similarities,
     .flags = MN_LIVE,
     .unit = "",
     .help = "similarity divided by the number of units as well as by the temperature, or not"},
    {.name = "clamp",
     .kind = MN_CHOICE,
     AT(clamp),
     .max = MN_CLAMP_NONE,
     .def = MN_CLAMP_ALL,
     .choices = clampings,
     .flags = MN_LIVE,
     .unit = "",
     .help = "weights kept between -1 and 1: all, all but those of the classes, or none"},
    {.name = "init-mean",
     .kind = MN_REAL,
     AT(init_mean),
     .min = -1.0,
     .max = 1.0,
     .def = -0.3,
     .unit = "",
     .help = "mean of the normal distribution that weights start from"},
    {.name = "init-sd",
     .kind = MN_REAL,
     AT(init_sd),
     .min = 0.0,
     .max = 1.0,
     .def = 0.3,
     .unit = "",
     .help = "standard deviation of the normal distribution that weights start from"},
};
#undef AT

const mn_model_ops mn_model_dam = {
    .name = "dam",
    .title = "Dense associative memory",
    .cite = "Krotov and Hopfield 2016; McAlister, Robins and Szymanski 2025",
    .about = "memory vectors compete through a steep function of their similarity to the item",
    .unit_noun = "memory",
    .default_loss = "power",
    .lo = -1.0f,
    .hi = 1.0f,
    .state_size = sizeof(mn_dam),
    .cfg_size = sizeof(mn_dam_cfg),
    .params = {params, sizeof params / sizeof *params},
    .layout = layout,
    .init = init,
    .forward = mn_dam_forward,
    .backward = mn_dam_backward,
    .project = project,
    .tally = mn_dam_tally,
    .revive = revive,
    .activity = mn_dam_activity,
    .relax = mn_dam_relax,
    .energy = mn_dam_energy,
    .shares = mn_dam_shares,
    .tile = tile,
};
