#include "prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/config.h"
#include "mnemoscope/screen.h"

/* Collects what begins with `prefix`. */
typedef struct mn_finds {
    const char *prefix;
    mn_text *out;
    size_t n;
} mn_finds;

static void offer(mn_finds *f, const char *word, const char *tail)
{
    if (strncmp(word, f->prefix, strlen(f->prefix)))
        return;
    mn_text_add(f->out, "%s%s%s", f->n ? "\n" : "", word, tail);
    f->n++;
}

static void offer_commands(mn_finds *f)
{
    for (int i = 0; mn_commands[i]; i++)
        offer(f, mn_commands[i]->name, "");
    for (int i = 0; mn_looks[i]; i++)
        offer(f, mn_looks[i]->name, "");
}

/* The configuration that has the parameters of the model in use. */
static mn_config *new_config(const char *model)
{
    mn_config *c = malloc(sizeof *c);
    if (!c)
        return NULL;
    mn_config_defaults(c);
    if (model && *model && mn_config_set(c, "model", model, NULL) != MN_OK)
        mn_config_defaults(c);
    return c;
}

static void offer_parameters(mn_finds *f, mn_config *c, const char *tail)
{
    for (int i = 0; i < MN_N_TABLES; i++) {
        mn_config_table t = mn_config_table_at(c, i);
        for (size_t k = 0; k < t.params.n; k++)
            offer(f, t.params.rows[k].name, tail);
    }
}

/* Names of parts that text parameters choose. */
static void offer_parts(mn_finds *f, const char *parameter)
{
    if (!strcmp(parameter, "model"))
        for (int i = 0; mn_models[i]; i++)
            offer(f, mn_model_name(mn_models[i]), "");
    if (!strcmp(parameter, "loss"))
        for (int i = 0; mn_losses[i]; i++)
            offer(f, mn_losses[i]->name, "");
    if (!strcmp(parameter, "optimiser"))
        for (int i = 0; mn_optimisers[i]; i++)
            offer(f, mn_optimisers[i]->name, "");
    if (!strcmp(parameter, "strategy"))
        for (int i = 0; mn_strategies[i]; i++)
            offer(f, mn_strategies[i]->name, "");
    if (!strcmp(parameter, "data"))
        for (int i = 0; mn_datasets[i]; i++)
            offer(f, mn_datasets[i]->name, "");
    if (!strcmp(parameter, "tasks"))
        for (int i = 0; mn_streams[i]; i++)
            offer(f, mn_streams[i]->name, "");
    if (!strcmp(parameter, "preset"))
        for (int i = 0; mn_presets[i].name; i++)
            offer(f, mn_presets[i].name, "");
}

static void offer_values(mn_finds *f, mn_config *c, const char *name)
{
    const mn_param *p;
    mn_config_table table;
    if (mn_config_find(c, name, &p, &table, NULL) != MN_OK)
        return;
    if (p->kind == MN_BOOL) {
        offer(f, "yes", "");
        offer(f, "no", "");
    }
    for (int i = 0; p->kind == MN_CHOICE && p->choices[i]; i++)
        offer(f, p->choices[i], "");
    if (p->kind == MN_TEXT)
        offer_parts(f, p->name);
}

static void offer_named(mn_finds *f, const char *placeholder, mn_config *c)
{
    if (!strcmp(placeholder, "NAME=VALUE"))
        offer_parameters(f, c, "=");
    else if (!strcmp(placeholder, "NAME"))
        offer_parameters(f, c, "");
    else if (!strcmp(placeholder, "VIEW"))
        for (int i = 0; mn_views[i]; i++)
            offer(f, mn_views[i]->name, "");
    else if (!strcmp(placeholder, "ORDER"))
        for (int i = 0; i < MN_N_ORDERS; i++)
            offer(f, mn_order_name((mn_order)i), "");
    else if (!strcmp(placeholder, "INDEX"))
        for (int i = 0; i < MN_N_INDICES; i++)
            offer(f, mn_index_name((mn_index)i), "");
    else if (!strcmp(placeholder, "WINDOW"))
        for (int i = 0; i < MN_N_WINDOWS; i++)
            offer(f, mn_window_name((mn_window)i), "");
    else if (!strcmp(placeholder, "PALETTE"))
        for (int i = 0; mn_palettes[i]; i++)
            offer(f, mn_palettes[i]->name, "");
    else if (!strcmp(placeholder, "GLYPHS"))
        for (int i = 0; i < MN_N_GLYPHS; i++)
            offer(f, mn_glyphs_name((mn_glyphs)i), "");
    else if (!strcmp(placeholder, "STROKES"))
        for (int i = 0; i < MN_N_STROKES; i++)
            offer(f, mn_strokes_name((mn_strokes)i), "");
}

/* The usage's word number `at` (the last one repeats), alternatives still joined by '|'. */
static void usage_word(const char *usage, int at, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 0; i <= at; i++) {
        usage += strspn(usage, " []");
        size_t n = strcspn(usage, " []");
        if (!n || !strncmp(usage, "...", 3))
            return;
        snprintf(out, size, "%.*s", (int)n, usage);
        usage += n;
    }
}

/* Words in lower case stand for themselves, in upper case for names from a table. */
static void offer_arguments(mn_finds *f, const char *usage, int at, mn_config *c)
{
    char words[128], *rest = words;
    usage_word(usage, at, words, sizeof words);
    for (char *word; (word = strtok_r(rest, "|", &rest));) {
        if (*word >= 'A' && *word <= 'Z')
            offer_named(f, word, c);
        else
            offer(f, word, "");
    }
}

static const mn_command_ops *find_command(const char *name)
{
    const mn_command_ops *command = mn_look_find(name);
    return command ? command : mn_command_find(name);
}

size_t mn_complete(const char *line, const char *model, mn_text *out, size_t *start)
{
    const char *blank = strrchr(line, ' '), *word = blank ? blank + 1 : line;
    mn_finds f = {.prefix = word, .out = out};
    char name[64];
    *start = (size_t)(word - line);
    if (!blank) {
        offer_commands(&f);
        return f.n;
    }
    mn_config *c = new_config(model);
    const char *equals = strchr(word, '=');
    snprintf(name, sizeof name, "%.*s", (int)strcspn(line, " "), line);
    const mn_command_ops *command = find_command(name);
    if (c && command && equals) {
        snprintf(name, sizeof name, "%.*s", (int)(equals - word), word);
        f.prefix = equals + 1;
        *start = (size_t)(equals + 1 - line);
        offer_values(&f, c, name);
    } else if (c && command) {
        int at = -1;
        for (const char *p = line; p < word; p++)
            at += *p == ' ' && p > line && p[-1] != ' ';
        offer_arguments(&f, command->usage, at, c);
    }
    free(c);
    return f.n;
}

static void hint_parameter(const char *word, const char *model, char *out, size_t size)
{
    char name[64], wanted[160];
    const mn_param *p;
    mn_config_table table;
    mn_config *c = new_config(model);
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    if (c && mn_config_find(c, name, &p, &table, NULL) == MN_OK)
        snprintf(out, size, "%s%s%s: %s; %s", p->name, *p->unit ? " in " : "", p->unit,
                 mn_param_wanted(p, wanted, sizeof wanted), p->help);
    free(c);
}

void mn_complete_hint(const char *line, const char *model, char *out, size_t size)
{
    char name[64];
    const char *blank = strrchr(line, ' ');
    snprintf(out, size, "a command; Tab completes, Up brings earlier ones back");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(line, " "), line);
    const mn_command_ops *command = find_command(name);
    if (!command)
        return;
    snprintf(out, size, "%s%s%s: %s", command->name,
             command->usage && *command->usage ? " " : "", command->usage ? command->usage : "",
             command->help);
    if (blank && strchr(blank, '='))
        hint_parameter(blank + 1, model, out, size);
}
