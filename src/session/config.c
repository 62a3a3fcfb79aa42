#include "mnemoscope/config.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/text.h"

#define TEXT(field, alias_, def, flags_, help_)                                                \
    {                                                                                          \
        .name = #field, .alias = alias_, .kind = MN_TEXT,                                      \
        .offset = offsetof(mn_run_cfg, field), .text_size = sizeof((mn_run_cfg *)0)->field,    \
        .def_text = def, .flags = flags_, .unit = "", .help = help_                            \
    }

static const double batch_ladder[] = {10, 20, 50, 100, 200, 500, 1000, 2000, 0};

static const mn_param run_rows[] = {
    TEXT(model, NULL, "dam", MN_COMMON, "the memory model; `list models` names them"),
    TEXT(data, NULL, "digits", MN_COMMON, "the data set; `list data` names them"),
    TEXT(tasks, NULL, "single", MN_COMMON, "the task stream; `list tasks` names them"),
    TEXT(strategy, NULL, "vanilla", MN_COMMON | MN_LIVE,
         "what protects old tasks; `list strategies` names them"),
    TEXT(loss, NULL, "power", MN_LIVE, "the loss; the model brings its own"),
    TEXT(optimiser, NULL, "maxnorm", 0,
         "how a gradient becomes a step; the model brings its own"),
    TEXT(preset, NULL, "default", MN_COMMON,
         "a named list of settings; `list presets` names them"),
    {.name = "seed",
     .kind = MN_INT,
     .offset = offsetof(mn_run_cfg, seed),
     .min = 0,
     .max = 2147483647,
     .def = 1,
     .flags = MN_COMMON,
     .unit = "",
     .help = "everything random follows from it"},
    {.name = "batch",
     .kind = MN_INT,
     .offset = offsetof(mn_run_cfg, batch),
     .min = 1,
     .max = 100000,
     .def = 1000,
     .ladder = batch_ladder,
     .flags = MN_COMMON,
     .unit = "items",
     .help = "items per training step"},
    {.name = "epochs",
     .kind = MN_INT,
     .offset = offsetof(mn_run_cfg, epochs),
     .min = 1,
     .max = 1000000,
     .def = 30,
     .flags = MN_LIVE | MN_COMMON,
     .unit = "epochs",
     .help = "training epochs per task"},
    {.name = "steps",
     .kind = MN_INT,
     .offset = offsetof(mn_run_cfg, steps),
     .min = 0,
     .max = 2147483647,
     .def = 0,
     .flags = MN_LIVE,
     .unit = "steps",
     .help = "stop after so many steps in all; 0 is no limit"},
    {.name = "advance",
     .kind = MN_BOOL,
     .offset = offsetof(mn_run_cfg, advance),
     .def = 1,
     .max = 1,
     .flags = MN_LIVE,
     .unit = "",
     .help = "go on to the next task after its epochs, and stop after the last"},
    {.name = "probe-items",
     .kind = MN_INT,
     .offset = offsetof(mn_run_cfg, probe_items),
     .min = 1,
     .max = 100000,
     .def = 500,
     .flags = MN_LIVE,
     .unit = "items",
     .help = "test items per task in the evaluation after every epoch"},
    {.name = "threads",
     .kind = MN_INT,
     .offset = offsetof(mn_run_cfg, threads),
     .min = 1,
     .max = 256,
     .def = 1,
     .flags = MN_LIVE,
     .unit = "threads",
     .help = "threads of the matrix products; the last digits depend on it"},
};
static const mn_param_table run_params = {run_rows, sizeof run_rows / sizeof *run_rows};

#define MN_PRESET(name, about, settings) {name, about, settings},
const mn_preset mn_presets[] = {
#include "presets.def"
    {NULL, NULL, NULL}};
#undef MN_PRESET

mn_config_table mn_config_table_at(mn_config *c, int i)
{
    const mn_model_ops *model = mn_model_find(c->run.model);
    const mn_config_table tables[MN_N_TABLES] = {
        {"run", run_params, &c->run},
        {"data", mn_data_params, &c->data},
        {"tasks", mn_tasks_params, &c->tasks},
        {"model", model ? mn_model_params(model) : (mn_param_table){0}, &c->model},
        {"loss", mn_loss_params, &c->loss},
        {"optimiser", mn_optimiser_params, &c->optimiser},
        {"strategy", mn_strategy_params, &c->strategy},
    };
    return tables[i];
}

static void choose_model(mn_config *c, const mn_model_ops *ops)
{
    snprintf(c->run.model, sizeof c->run.model, "%s", mn_model_name(ops));
    snprintf(c->run.loss, sizeof c->run.loss, "%s", mn_model_loss(ops));
    snprintf(c->run.optimiser, sizeof c->run.optimiser, "%s", mn_model_optimiser(ops));
    mn_param_defaults(mn_model_params(ops), &c->model);
}

void mn_config_defaults(mn_config *c)
{
    memset(c, 0, sizeof *c); /* padding too: equal configurations have equal bytes */
    mn_param_defaults(run_params, &c->run);
    choose_model(c, mn_models[0]);
    for (int i = 1; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(c, i);
        mn_param_defaults(t.params, t.block);
    }
    mn_status s = mn_config_set(c, "preset", "default", NULL);
    (void)s; /* a test walks every preset */
}

/* The names of every table, for suggestions. */
static const char *closest_name(mn_config *c, const char *name)
{
    const char *names[256];
    size_t n = 0;
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_param_table t = mn_config_table_at(c, i).params;
        for (size_t j = 0; j < t.n && n < 255; j++)
            names[n++] = t.rows[j].name;
    }
    names[n] = NULL;
    return mn_text_closest(name, names);
}

static mn_status unknown(mn_config *c, const char *name, mn_err *err)
{
    const char *close = closest_name(c, name);
    if (close)
        return mn_fail(err, MN_EINVAL, "unknown parameter '%.60s': did you mean '%s'?", name,
                       close);
    return mn_fail(err, MN_EINVAL, "unknown parameter '%.60s': `list parameters` names them",
                   name);
}

mn_status mn_config_find(mn_config *c, const char *name, const mn_param **p,
                         mn_config_table *table, mn_err *err)
{
    const char *dot = strchr(name, '.');
    const char *bare = dot ? dot + 1 : name;
    const char *first = NULL;
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(c, i);
        if (dot && (strlen(t.name) != (size_t)(dot - name) ||
                    strncmp(t.name, name, (size_t)(dot - name))))
            continue;
        const mn_param *found = mn_param_find(t.params, bare);
        if (!found)
            continue;
        if (first)
            return mn_fail(err, MN_EINVAL,
                           "parameter '%.60s' is ambiguous: wanted '%s.%.60s' or '%s.%.60s'",
                           name, first, bare, t.name, bare);
        first = t.name;
        *p = found;
        *table = t;
    }
    return first ? MN_OK : unknown(c, name, err);
}

static mn_status apply_settings(mn_config *c, const char *settings, mn_err *err)
{
    mn_words w;
    mn_status s = mn_words_split(&w, settings, err);
    for (int i = 0; s == MN_OK && i < w.n; i++)
        s = mn_config_assign(c, w.word[i], err);
    return s;
}

static mn_status choose_preset(mn_config *c, const char *name, mn_err *err)
{
    const char *names[64];
    size_t n = 0;
    for (const mn_preset *p = mn_presets; p->name && n < 63; p++) {
        names[n++] = p->name;
        if (strcmp(p->name, name))
            continue;
        mn_config changed = *c;
        mn_status s = apply_settings(&changed, p->settings, err);
        if (s != MN_OK)
            return s;
        snprintf(changed.run.preset, sizeof changed.run.preset, "%s", name);
        *c = changed;
        return MN_OK;
    }
    names[n] = NULL;
    const char *close = mn_text_closest(name, names);
    return mn_fail(err, MN_EINVAL, "unknown preset '%.60s': %s%s%s", name,
                   close ? "did you mean '" : "`list presets` names them", close ? close : "",
                   close ? "'?" : "");
}

static const char *model_name(size_t i)
{
    return mn_models[i] ? mn_model_name(mn_models[i]) : NULL;
}

static const char *loss_name(size_t i)
{
    return mn_losses[i] ? mn_losses[i]->name : NULL;
}

static const char *optimiser_name(size_t i)
{
    return mn_optimisers[i] ? mn_optimisers[i]->name : NULL;
}

static const char *strategy_name(size_t i)
{
    return mn_strategies[i] ? mn_strategies[i]->name : NULL;
}

static const char *data_name(size_t i)
{
    return mn_datasets[i] ? mn_datasets[i]->name : NULL;
}

static const char *stream_name(size_t i)
{
    return mn_streams[i] ? mn_streams[i]->name : NULL;
}

static bool data_argument(size_t i)
{
    return mn_datasets[i]->argument != NULL;
}

static bool stream_argument(size_t i)
{
    return mn_streams[i]->argument != NULL;
}

struct registry {
    const char *parameter, *kind, *list;
    const char *(*name_at)(size_t); /* NULL past the end */
    bool (*argument_at)(size_t);    /* a colon may follow: "arrays:FILE"; NULL: never */
};
static const struct registry registries[] = {
    {"model", "model", "models", model_name, NULL},
    {"loss", "loss", "losses", loss_name, NULL},
    {"optimiser", "optimiser", "optimisers", optimiser_name, NULL},
    {"strategy", "strategy", "strategies", strategy_name, NULL},
    {"data", "data set", "data", data_name, data_argument},
    {"tasks", "task stream", "tasks", stream_name, stream_argument},
};

static mn_status check_name(const struct registry *r, const char *value, mn_err *err)
{
    const char *names[64];
    size_t n = 0;
    for (; n < 63 && (names[n] = r->name_at(n)); n++) {
        bool argument = r->argument_at && r->argument_at(n);
        size_t length = argument ? strcspn(value, ":") : strlen(value);
        if (strlen(names[n]) == length && !strncmp(names[n], value, length))
            return MN_OK;
    }
    names[n] = NULL;
    const char *close = mn_text_closest(value, names);
    if (close)
        return mn_fail(err, MN_EINVAL, "unknown %s '%.60s': did you mean '%s'?", r->kind, value,
                       close);
    return mn_fail(err, MN_EINVAL, "unknown %s '%.60s': `list %s` names them", r->kind, value,
                   r->list);
}

mn_status mn_config_set(mn_config *c, const char *name, const char *value, mn_err *err)
{
    const mn_param *p;
    mn_config_table t;
    mn_status s = mn_config_find(c, name, &p, &t, err);
    if (s != MN_OK)
        return s;
    if (t.block != &c->run)
        return mn_param_set(p, t.block, value, err);
    if (!strcmp(p->name, "preset"))
        return choose_preset(c, value, err);
    for (size_t i = 0; i < sizeof registries / sizeof *registries; i++)
        if (!strcmp(p->name, registries[i].parameter)) {
            s = check_name(&registries[i], value, err);
            if (s != MN_OK)
                return s;
        }
    if (!strcmp(p->name, "model")) {
        choose_model(c, mn_model_find(value));
        return MN_OK;
    }
    return mn_param_set(p, t.block, value, err);
}

mn_status mn_config_assign(mn_config *c, const char *assignment, mn_err *err)
{
    const char *equals = strchr(assignment, '=');
    char name[64];
    if (!equals || equals == assignment || (size_t)(equals - assignment) >= sizeof name)
        return mn_fail(err, MN_EINVAL, "cannot read '%.80s': wanted NAME=VALUE", assignment);
    snprintf(name, sizeof name, "%.*s", (int)(equals - assignment), assignment);
    return mn_config_set(c, name, equals + 1, err);
}
