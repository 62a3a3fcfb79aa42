#include "mnemoscope/strategy_impl.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MN_STRATEGY(id) extern const mn_strategy_ops mn_strategy_##id;
#include "strategies.def"
#undef MN_STRATEGY
const mn_strategy_ops *const mn_strategies[] = {
#define MN_STRATEGY(id) &mn_strategy_##id,
#include "strategies.def"
#undef MN_STRATEGY
    NULL};

static const double proportions[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 0.0};
static const double gammas[] = {1.0, 3.0, 5.0, 7.58, 10.0, 12.0, 15.0, 0.0};
static const double strengths[] = {1e-6, 1e-5, 1e-4, 1e-3,  1e-2,  0.1,  0.3, 1.0,
                                   3.0,  10.0, 30.0, 100.0, 300.0, 1e3,  3e3, 1e4,
                                   1e5,  1e6,  1e7,  1e8,   1e10,  1e12, 0.0};
static const char *const pseudoitems[] = {"homogeneous", "heterogeneous", NULL};
static const char *const probes[] = {"uniform", "ink", NULL};
static const char *const fishers[] = {"empirical", "true", "predicted", NULL};
static const char *const terms[] = {"per-task", "online", NULL};
static const char *const sensitivities[] = {"outputs", "norm", NULL};
static const char *const amongs[] = {"batch", "all", NULL};
static const char *const losses[] = {"sum", "mean", NULL};
static const char *const paths[] = {"loss", "softmax", "joined", NULL};

static const mn_param rows[] = {
    {.name = "proportion",
     .kind = MN_REAL,
     .offset = offsetof(mn_strategy_cfg, proportion),
     .min = 0.0,
     .max = 4.0,
     .def = 0.2,
     .ladder = proportions,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "",
     .help = "items kept or dreamt after a task, as a share of the task's items"},
    {.name = "buffer",
     .kind = MN_INT,
     .offset = offsetof(mn_strategy_cfg, buffer),
     .min = 0,
     .max = 1000000,
     .flags = MN_LIVE,
     .unit = "items",
     .help = "items kept in all, shared evenly by the tasks so far; pseudorehearsal: distinct "
             "dreams that are dreamt anew after every task; 0: the buffer grows"},
    {.name = "sweep",
     .kind = MN_INT,
     .offset = offsetof(mn_strategy_cfg, sweep),
     .min = 0,
     .max = 1000000,
     .flags = MN_LIVE,
     .unit = "items",
     .help = "buffer items that join an epoch, drawn anew for each; 0: all of them"},
    {.name = "max-sweeps",
     .kind = MN_INT,
     .offset = offsetof(mn_strategy_cfg, max_sweeps),
     .min = 1,
     .max = 1000,
     .def = 100,
     .flags = MN_LIVE | MN_LOG,
     .unit = "updates",
     .help = "updates after which a dream that still changes is taken as it is"},
    {.name = "pseudoitems",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, pseudoitems),
     .max = 1,
     .choices = pseudoitems,
     .flags = MN_LIVE,
     .unit = "",
     .help = "a probe relaxed to an attractor, or a probe with the network's answer to it"},
    {.name = "probes",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, probes),
     .max = 1,
     .choices = probes,
     .flags = MN_LIVE,
     .unit = "",
     .help =
         "dreams start from even noise, or from noise with as much ink as the task's items"},
    {.name = "duplicates",
     .kind = MN_BOOL,
     .offset = offsetof(mn_strategy_cfg, duplicates),
     .max = 1,
     .def = 1,
     .flags = MN_LIVE,
     .unit = "",
     .help = "keep dreams that ended in the same attractor as another"},
    {.name = "strength",
     .alias = NULL,
     .kind = MN_REAL,
     .offset = offsetof(mn_strategy_cfg, strength),
     .min = 0.0,
     .max = 1e30,
     .def = 1.0,
     .ladder = strengths,
     .flags = MN_LIVE | MN_COMMON | MN_LOG,
     .unit = "",
     .help = "lambda of a penalty"},
    {.name = "against",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, against),
     .max = MN_AGAINST_MEAN,
     .choices = losses,
     .flags = MN_LIVE,
     .unit = "",
     .help = "a penalty joins the loss summed over a batch, or its mean"},
    {.name = "margin",
     .kind = MN_REAL,
     .offset = offsetof(mn_strategy_cfg, margin),
     .min = 0.0,
     .max = 10.0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "least multiplier of an old task's gradient (memory strength of GEM)"},
    {.name = "references",
     .kind = MN_INT,
     .offset = offsetof(mn_strategy_cfg, references),
     .min = 0,
     .max = 1000000,
     .flags = MN_LIVE,
     .unit = "items",
     .help = "buffer items behind the reference gradient of a step of A-GEM; 0: all of them"},
    {.name = "damping",
     .kind = MN_REAL,
     .offset = offsetof(mn_strategy_cfg, damping),
     .min = 1e-12,
     .max = 1e3,
     .def = 0.1,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "xi of synaptic intelligence, beside the squared drift of a weight"},
    {.name = "path",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, path),
     .max = MN_PATH_JOINED,
     .choices = paths,
     .flags = MN_LIVE,
     .unit = "",
     .help = "si credits what lowers the loss, or -log softmax(fisher-beta z) at the label, or "
             "that, which joins the loss as well"},
    {.name = "importance-items",
     .kind = MN_INT,
     .offset = offsetof(mn_strategy_cfg, importance_items),
     .min = 0,
     .max = 1000000,
     .def = 1000,
     .flags = MN_LIVE,
     .unit = "items",
     .help = "items of a task, drawn at random, that its importance is measured on; 0: all"},
    {.name = "importance-batch",
     .kind = MN_INT,
     .offset = offsetof(mn_strategy_cfg, importance_batch),
     .min = 0,
     .max = 100000,
     .flags = MN_LIVE,
     .unit = "items",
     .help = "gradients of so many are summed before they become importances; 0: none"},
    {.name = "fisher",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, fisher),
     .max = MN_FISHER_PREDICTED,
     .choices = fishers,
     .flags = MN_LIVE,
     .unit = "",
     .help = "squared gradients of the loss, or of the log softmax under its own "
             "probabilities, or at its likeliest class"},
    {.name = "fisher-beta",
     .kind = MN_REAL,
     .offset = offsetof(mn_strategy_cfg, fisher_beta),
     .min = 1e-6,
     .max = 1e3,
     .def = 1.0,
     .flags = MN_LIVE | MN_LOG,
     .unit = "",
     .help = "softmax of beta times the logits, for the Fisher information and paths that are "
             "not of the loss"},
    {.name = "terms",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, terms),
     .max = 1,
     .choices = terms,
     .flags = MN_LIVE,
     .unit = "",
     .help = "ewc and l2 have a term for every task, or one that follows the weights"},
    {.name = "fisher-decay",
     .kind = MN_REAL,
     .offset = offsetof(mn_strategy_cfg, fisher_decay),
     .min = 0.0,
     .max = 1.0,
     .def = 1.0,
     .flags = MN_LIVE,
     .unit = "",
     .help = "what is left of old importances after a task, for terms=online"},
    {.name = "sensitivity",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, sensitivity),
     .max = 1,
     .choices = sensitivities,
     .flags = MN_LIVE,
     .unit = "",
     .help = "of every output to a weight, or of the squared norm of all outputs"},
    {.name = "signal",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, signal),
     .max = MN_N_SIGNALS - 1,
     .choices = mn_signal_names,
     .flags = MN_LIVE,
     .unit = "",
     .help = "what tells exceptions: the truth, or what giving an item back is like"},
    {.name = "gamma",
     .kind = MN_REAL,
     .offset = offsetof(mn_strategy_cfg, gamma),
     .min = 0.0,
     .max = 100.0,
     .def = 7.58,
     .ladder = gammas,
     .flags = MN_LIVE,
     .unit = "",
     .help = "the strongest exception counts e^gamma times the weakest"},
    {.name = "among",
     .kind = MN_CHOICE,
     .offset = offsetof(mn_strategy_cfg, among),
     .max = MN_AMONG_ALL,
     .choices = amongs,
     .flags = MN_LIVE,
     .unit = "",
     .help = "items whose weights are brought to a mean of 1 by reweight: a batch, or all"},
};
const mn_param_table mn_strategy_params = {rows, sizeof rows / sizeof *rows};

const mn_strategy_ops *mn_strategy_find(const char *name)
{
    for (size_t i = 0; mn_strategies[i]; i++)
        if (!strcmp(mn_strategies[i]->name, name))
            return mn_strategies[i];
    return NULL;
}

mn_status mn_strategy_check(const mn_strategy_ops *ops, const mn_model *m,
                            const mn_strategy_cfg *cfg, mn_err *err)
{
    if (ops->shape && mn_model_has_rule(mn_model_kind(m)))
        return mn_fail(
            err, MN_EINVAL,
            "strategy '%s' works on gradients, and model '%s' learns by a rule of its "
            "own: choose one that keeps items, or vanilla",
            ops->name, mn_model_name(mn_model_kind(m)));
    if (mn_model_reconstructs(mn_model_kind(m)) &&
        (ops->dreams || (ops->shape && !ops->any_gradient)))
        return mn_fail(err, MN_EINVAL,
                       "strategy '%s' asks for answers in classes, and model '%s' gives back "
                       "items: choose reweight, resample, rehearsal, l2 or vanilla",
                       ops->name, mn_model_name(mn_model_kind(m)));
    return ops->check ? ops->check(m, cfg, err) : MN_OK;
}

/* The counts of the tally and whatever the strategy keeps: one allocation. */
static void layout(mn_strategy *s, const mn_model *m)
{
    const mn_shape *shape = mn_model_shape(m);
    mn_dream_tally *t = &s->tally;
    t->by_class = mn_arena_bytes(&s->arena, (size_t)shape->n_classes, sizeof *t->by_class);
    t->by_task = mn_arena_bytes(&s->arena, (size_t)shape->n_extra + 1, sizeof *t->by_task);
    if (s->ops->layout)
        s->ops->layout(s, m, &s->arena);
}

static mn_status build(mn_strategy *s, const mn_model *m, mn_err *err)
{
    const mn_shape *shape = mn_model_shape(m);
    mn_buffer_init(&s->buffer, shape->n_visible + shape->n_extra, shape->n_classes);
    if (s->ops->state_size && !(s->state = calloc(1, s->ops->state_size)))
        return mn_fail(err, MN_ENOMEM, "cannot allocate the strategy '%s'", s->ops->name);
    layout(s, m);
    mn_status status = mn_arena_allocate(&s->arena, s->ops->title, err);
    if (status == MN_OK)
        layout(s, m);
    return status;
}

mn_status mn_strategy_create(mn_strategy **out, const mn_strategy_ops *ops, mn_model *m,
                             const mn_loss_ops *loss, const mn_loss_cfg *loss_cfg,
                             const mn_strategy_cfg *cfg, mn_err *err)
{
    mn_status status = mn_strategy_check(ops, m, cfg, err);
    if (status != MN_OK)
        return status;
    mn_strategy *s = calloc(1, sizeof *s);
    if (!s)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the strategy '%s'", ops->name);
    s->ops = ops;
    s->cfg = *cfg;
    mn_strategy_loss(s, loss, loss_cfg);
    if ((status = build(s, m, err)) != MN_OK) {
        mn_strategy_destroy(s);
        return status;
    }
    *out = s;
    return MN_OK;
}

void mn_strategy_destroy(mn_strategy *s)
{
    if (!s)
        return;
    if (s->ops->finish && s->state)
        s->ops->finish(s);
    mn_buffer_finish(&s->buffer);
    mn_arena_finish(&s->arena);
    free(s->state);
    free(s);
}

const mn_strategy_ops *mn_strategy_kind(const mn_strategy *s)
{
    return s->ops;
}

mn_strategy_cfg *mn_strategy_config(mn_strategy *s)
{
    return &s->cfg;
}

void mn_strategy_loss(mn_strategy *s, const mn_loss_ops *loss, const mn_loss_cfg *cfg)
{
    s->loss = loss;
    s->loss_cfg = *cfg;
}

mn_buffer *mn_strategy_buffer(mn_strategy *s)
{
    return &s->buffer;
}

mn_dream_tally *mn_strategy_tally(mn_strategy *s)
{
    return &s->tally;
}

bool mn_strategy_keeps(const mn_strategy_ops *ops)
{
    return ops->keeps;
}

const mn_penalty *mn_strategy_penalty(const mn_strategy *s)
{
    return s->ops->penalty ? s->ops->penalty(s) : NULL;
}

const mn_constraints *mn_strategy_constraints(const mn_strategy *s)
{
    return s->ops->constraints ? s->ops->constraints(s) : NULL;
}

bool mn_strategy_dreams(const mn_strategy_ops *ops)
{
    return ops->dreams;
}

size_t mn_strategy_items(const mn_strategy *s)
{
    size_t n = s->ops->replays ? s->buffer.n : 0, sweep = (size_t)s->cfg.sweep;
    return sweep && sweep < n ? sweep : n;
}

/* Selection sampling (Knuth, algorithm S): in order, every choice equally likely. */
void mn_strategy_choose(const mn_strategy *s, mn_rng *r, uint32_t *out)
{
    size_t wanted = mn_strategy_items(s), n = s->buffer.n, taken = 0;
    for (size_t i = 0; taken < wanted; i++)
        if (wanted == n || mn_rng_below(r, n - i) < wanted - taken)
            out[taken++] = (uint32_t)i;
}

void mn_strategy_fetch(const mn_strategy *s, const uint32_t *index, size_t n, float *X,
                       float *Y)
{
    const mn_buffer *b = &s->buffer;
    size_t n_inputs = (size_t)b->n_inputs, n_classes = (size_t)b->n_classes;
    for (size_t i = 0; i < n; i++) {
        assert(index[i] < b->n);
        memcpy(X + i * n_inputs, b->X + index[i] * n_inputs, n_inputs * sizeof *X);
        memcpy(Y + i * n_classes, b->Y + index[i] * n_classes, n_classes * sizeof *Y);
    }
}

void mn_strategy_weigh(const mn_strategy *s, const mn_ledger *l, const uint32_t *item, size_t n,
                       float *weight)
{
    for (size_t i = 0; i < n; i++)
        weight[i] = 1.0f;
    if (s->ops->weigh)
        s->ops->weigh(s, l, item, n, weight);
}

bool mn_strategy_draws(const mn_strategy_ops *ops)
{
    return ops->odds != NULL;
}

/* The first of the running sums that is above x; the last item if none is. */
static size_t find_above(const double *sums, size_t n, double x)
{
    size_t low = 0, high = n - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sums[middle] > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void mn_strategy_draw(const mn_strategy *s, const mn_ledger *l, mn_rng *r, size_t n,
                      uint32_t *item, double *scratch)
{
    const size_t n_items = mn_ledger_items(l);
    double sum = 0.0;
    assert(s->ops->odds && (n_items || !n));
    for (size_t i = 0; i < n_items; i++)
        scratch[i] = sum += s->ops->odds(s, l, i);
    for (size_t i = 0; i < n; i++)
        item[i] = (uint32_t)find_above(scratch, n_items, mn_rng_uniform(r) * sum);
}

mn_status mn_strategy_ready(mn_strategy *s, mn_model *m, mn_err *err)
{
    return s->ops->ready ? s->ops->ready(s, m, err) : MN_OK;
}

mn_status mn_strategy_task_begin(mn_strategy *s, mn_model *m, int task, mn_err *err)
{
    mn_status status = s->ops->task_begin ? s->ops->task_begin(s, m, task, err) : MN_OK;
    return status == MN_OK ? mn_strategy_ready(s, m, err) : status;
}

void mn_strategy_before(mn_strategy *s, mn_model *m, mn_rng *r)
{
    if (s->ops->before)
        s->ops->before(s, m, r);
}

bool mn_strategy_state(mn_strategy *s, int index, mn_state_array *out)
{
    return s->ops->state && s->ops->state(s, index, out);
}

void mn_strategy_answered(mn_strategy *s, mn_model *m, const mn_answers *a)
{
    if (s->ops->answered)
        s->ops->answered(s, m, a);
}

void mn_strategy_shape(mn_strategy *s, mn_model *m, mn_grad *grad)
{
    if (s->ops->shape)
        s->ops->shape(s, m, grad);
}

void mn_strategy_stepped(mn_strategy *s, mn_model *m, const mn_grad *grad)
{
    if (s->ops->stepped)
        s->ops->stepped(s, m, grad);
}

/* Settings may have changed since create: they are asked about again. */
mn_status mn_strategy_task_end(mn_strategy *s, mn_model *m, int task, const mn_source *items,
                               mn_rng *r, mn_err *err)
{
    mn_status status = mn_strategy_check(s->ops, m, &s->cfg, err);
    if (status != MN_OK || !s->ops->task_end)
        return status;
    return s->ops->task_end(s, m, task, items, r, err);
}

size_t mn_strategy_share(const mn_strategy *s, size_t n)
{
    return (size_t)llround(s->cfg.proportion * (double)n);
}
