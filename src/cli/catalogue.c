#include "catalogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/browser.h"
#include "mnemoscope/palette.h"
#include "mnemoscope/screen.h"
#include "mnemoscope/study.h"
#include "script.h"

/* Appends an object of string pairs; NULL values are left out. The pairs end with a NULL key.
 */
static void add(json_t *rows, const char *const pairs[][2])
{
    json_t *row = json_object();
    for (int i = 0; pairs[i][0]; i++)
        if (pairs[i][1])
            json_object_set_new(row, pairs[i][0], json_string(pairs[i][1]));
    json_array_append_new(rows, row);
}

static void add_part(json_t *rows, const char *name, const char *title, const char *cite,
                     const char *about)
{
    add(rows,
        (const char *const[][2]){
            {"name", name}, {"title", title}, {"cite", cite}, {"about", about}, {NULL, NULL}});
}

/* "arrays:FILE", or the name alone when there is nothing to say behind a colon. */
static const char *spec_of(const char *name, const char *argument, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", name, argument ? ":" : "", argument ? argument : "");
    return out;
}

static json_t *models(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (int i = 0; mn_models[i]; i++)
        add_part(rows, mn_model_name(mn_models[i]), mn_model_title(mn_models[i]),
                 mn_model_cite(mn_models[i]), mn_model_about(mn_models[i]));
    return rows;
}

static json_t *losses(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (int i = 0; mn_losses[i]; i++)
        add_part(rows, mn_losses[i]->name, mn_losses[i]->title, mn_losses[i]->cite,
                 mn_losses[i]->about);
    return rows;
}

static json_t *optimisers(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (int i = 0; mn_optimisers[i]; i++)
        add_part(rows, mn_optimisers[i]->name, mn_optimisers[i]->title, mn_optimisers[i]->cite,
                 mn_optimisers[i]->about);
    return rows;
}

static json_t *strategies(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (int i = 0; mn_strategies[i]; i++)
        add_part(rows, mn_strategies[i]->name, mn_strategies[i]->title, mn_strategies[i]->cite,
                 mn_strategies[i]->about);
    return rows;
}

static json_t *data(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    char spec[128];
    for (int i = 0; mn_datasets[i]; i++) {
        const mn_dataset_ops *d = mn_datasets[i];
        add_part(rows, spec_of(d->name, d->argument, spec, sizeof spec), d->title, d->cite,
                 d->about);
    }
    return rows;
}

static json_t *streams(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    char spec[128];
    for (int i = 0; mn_streams[i]; i++) {
        const mn_stream_ops *t = mn_streams[i];
        add_part(rows, spec_of(t->name, t->argument, spec, sizeof spec), t->title, t->cite,
                 t->about);
    }
    return rows;
}

static json_t *presets(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (const mn_preset *p = mn_presets; p->name; p++)
        add(rows, (const char *const[][2]){{"name", p->name},
                                           {"settings", p->settings},
                                           {"about", p->about},
                                           {NULL, NULL}});
    return rows;
}

static json_t *views(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (int i = 0; mn_views[i]; i++) {
        const char key[2] = {mn_views[i]->key, '\0'};
        add(rows, (const char *const[][2]){{"name", mn_views[i]->name},
                                           {"key", key},
                                           {"title", mn_views[i]->title},
                                           {"about", mn_views[i]->about},
                                           {NULL, NULL}});
    }
    return rows;
}

static void add_command(json_t *rows, const char *name, const char *usage, const char *kind,
                        const char *help)
{
    add(rows,
        (const char *const[][2]){
            {"name", name}, {"usage", usage}, {"kind", kind}, {"about", help}, {NULL, NULL}});
}

static json_t *commands(const mn_config *config)
{
    static const char *const kinds[] = {"intervention", "action", "look"};
    (void)config;
    json_t *rows = json_array();
    for (int i = 0; mn_commands[i]; i++)
        add_command(rows, mn_commands[i]->name, mn_commands[i]->usage,
                    kinds[mn_commands[i]->kind], mn_commands[i]->help);
    for (int i = 0; mn_looks[i]; i++)
        add_command(rows, mn_looks[i]->name, mn_looks[i]->usage, kinds[mn_looks[i]->kind],
                    mn_looks[i]->help);
    for (const mn_script_word *w = mn_script_words; w->name; w++)
        if (!mn_look_find(w->name))
            add_command(rows, w->name, w->usage, "script", w->help);
    return rows;
}

static json_t *keys(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (const mn_binding *b = mn_bindings; b->key; b++) {
        char name[32];
        mn_key_name(b->key, name, sizeof name);
        add(rows, (const char *const[][2]){{"name", name},
                                           {"command", b->line},
                                           {"group", b->group},
                                           {"about", b->help},
                                           {NULL, NULL}});
    }
    return rows;
}

static json_t *parameters(const mn_config *config)
{
    mn_config copy = *config;
    json_t *rows = json_array();
    for (int t = 0; t < MN_N_TABLES; t++) {
        mn_config_table table = mn_config_table_at(&copy, t);
        for (size_t i = 0; i < table.params.n; i++) {
            const mn_param *p = &table.params.rows[i];
            char value[MN_SPEC_MAX], wanted[256];
            add(rows, (const char *const[][2]){
                          {"name", p->name},
                          {"alias", p->alias},
                          {"table", table.name},
                          {"value", mn_param_print(p, table.block, value, sizeof value)},
                          {"wanted", mn_param_wanted(p, wanted, sizeof wanted)},
                          {"unit", p->unit && *p->unit ? p->unit : NULL},
                          {"live", p->flags & MN_LIVE ? "yes" : "no"},
                          {"about", p->help},
                          {NULL, NULL}});
        }
    }
    return rows;
}

static json_t *palettes(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (int i = 0; mn_palettes[i]; i++)
        add(rows,
            (const char *const[][2]){{"name", mn_palettes[i]->name},
                                     {"signed", mn_palettes[i]->signed_map ? "yes" : "no"},
                                     {"about", mn_palettes[i]->about},
                                     {NULL, NULL}});
    return rows;
}

/* Runs of a recipe in one of its sizes; 0 when it cannot be read. */
static int count_runs(const mn_recipe *r, bool small)
{
    mn_plan *p = malloc(sizeof *p);
    int n = 0;
    if (!p)
        return 0;
    mn_plan_defaults(p);
    if (mn_plan_recipe(p, r->name, r->text, small, NULL) == MN_OK)
        n = mn_plan_runs(p);
    free(p);
    return n;
}

static json_t *recipes(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (const mn_recipe *r = mn_recipes; r->name; r++) {
        char runs[80];
        snprintf(runs, sizeof runs, "%d runs; with --small %d", count_runs(r, false),
                 count_runs(r, true));
        add(rows,
            (const char *const[][2]){
                {"name", r->name}, {"settings", runs}, {"about", r->title}, {NULL, NULL}});
    }
    return rows;
}

static json_t *charts(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (int i = 0; mn_charts[i]; i++) {
        const char key[2] = {mn_charts[i]->key, '\0'};
        add(rows, (const char *const[][2]){{"name", mn_charts[i]->name},
                                           {"key", key},
                                           {"title", mn_charts[i]->title},
                                           {"about", mn_charts[i]->about},
                                           {NULL, NULL}});
    }
    return rows;
}

static json_t *samplers(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (size_t i = 0; mn_sampler_name(i); i++)
        add_part(rows, mn_sampler_name(i), NULL, NULL, mn_sampler_title(i));
    return rows;
}

static json_t *browser_keys(const mn_config *config)
{
    (void)config;
    json_t *rows = json_array();
    for (const mn_browser_key_row *k = mn_browser_keys; k->name; k++)
        add(rows,
            (const char *const[][2]){{"name", k->name}, {"about", k->help}, {NULL, NULL}});
    return rows;
}

const mn_catalogue mn_catalogues[] = {
    {"models", "memory models", models},
    {"losses", "losses", losses},
    {"optimisers", "optimisers", optimisers},
    {"strategies", "what protects old tasks", strategies},
    {"data", "data sets", data},
    {"tasks", "task streams", streams},
    {"presets", "named lists of settings", presets},
    {"views", "what can be looked at", views},
    {"commands", "the command language", commands},
    {"keys", "the keys of the explorer", keys},
    {"parameters", "every parameter, its range and its value", parameters},
    {"palettes", "colour maps", palettes},
    {"recipes", "experiments for `sweep`", recipes},
    {"samplers", "ways to search", samplers},
    {"charts", "what results can be looked at as", charts},
    {"browser-keys", "the keys of the results browser", browser_keys},
    {NULL, NULL, NULL}};

const mn_catalogue *mn_catalogue_find(const char *name)
{
    for (const mn_catalogue *c = mn_catalogues; c->name; c++)
        if (!strcmp(c->name, name))
            return c;
    return NULL;
}
