#include "completion.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "mnemoscope/study.h"
#include "mnemoscope/view.h"
#include "subcommand.h"

/* A flag as a shell sees it. */
typedef struct flag {
    const char *name, *help;
    bool takes;     /* an argument */
    bool file;      /* which is a file */
    mn_text values; /* words separated by blanks, when they can be listed */
} flag;

enum { FLAGS_MAX = 512 };
typedef struct flags {
    size_t n;
    flag at[FLAGS_MAX];
} flags;

static flag *add(flags *f, const char *name, const char *help)
{
    assert(f->n < FLAGS_MAX);
    f->at[f->n] = (flag){.name = name, .help = help};
    return &f->at[f->n++];
}

static void add_word(mn_text *out, const char *word)
{
    mn_text_add(out, "%s%s", out->length ? " " : "", word);
}

static void add_names(mn_text *out, const char *catalogue)
{
    mn_config config;
    size_t i;
    json_t *row;
    mn_config_defaults(&config);
    json_t *rows = mn_catalogue_find(catalogue)->rows(&config);
    json_array_foreach(rows, i, row)
    {
        const char *name = json_string_value(json_object_get(row, "name"));
        size_t n = name ? strcspn(name, ":") : 0; /* of "arrays:FILE", "arrays:" */
        if (name)
            mn_text_add(out, "%s%.*s", out->length ? " " : "", (int)(n + (name[n] == ':')),
                        name);
    }
    json_decref(rows);
}

/* Choices of a parameter: its own, yes and no, or the registry it names an entry of. */
static void add_choices(mn_text *out, const mn_param *p)
{
    static const char *const registries[][2] = {
        {"model", "models"},        {"data", "data"},   {"tasks", "tasks"},
        {"strategy", "strategies"}, {"loss", "losses"}, {"optimiser", "optimisers"},
        {"preset", "presets"}};
    if (p->kind == MN_CHOICE)
        for (int i = 0; p->choices[i]; i++)
            add_word(out, p->choices[i]);
    if (p->kind == MN_BOOL)
        mn_text_add(out, "yes no");
    for (size_t i = 0; i < sizeof registries / sizeof *registries; i++)
        if (p->kind == MN_TEXT && !strcmp(p->name, registries[i][0]))
            add_names(out, registries[i][1]);
}

/* "auto, direct, 256, 16 or mono" -> words; what options' help lists is what they take. */
static void add_listed(mn_text *out, const char *help)
{
    while (*help) {
        size_t n = strcspn(help, ", ");
        if (n && !(n == 2 && !strncmp(help, "or", 2)))
            mn_text_add(out, "%s%.*s", out->length ? " " : "", (int)n, help);
        help += n;
        help += strspn(help, ", ");
    }
}

static void add_options(flags *f)
{
    for (int i = 0; i < MN_N_OPTIONS; i++) {
        const mn_option *o = &mn_options[i];
        flag *one = add(f, o->name, o->help);
        one->takes = o->argument != NULL;
        one->file = one->takes && !strcmp(o->argument, "FILE");
        if (one->takes && !strcmp(o->argument, "HOW"))
            add_listed(&one->values, o->help);
        if (i == MN_OPT_SNAPSHOT) {
            for (int v = 0; mn_views[v]; v++)
                mn_text_add(&one->values, "%s=%s.png ", mn_views[v]->name, mn_views[v]->name);
            mn_text_add(&one->values, "screen=screen.png");
        }
    }
}

/* Parameters of the tables of every model; a name that several have is listed once. */
static void add_parameters(flags *f)
{
    mn_config config;
    mn_config_defaults(&config);
    for (int m = 0; mn_models[m]; m++) {
        mn_status s = mn_config_set(&config, "model", mn_model_name(mn_models[m]), NULL);
        for (int t = 0; t < MN_N_TABLES && s == MN_OK; t++) {
            mn_param_table table = mn_config_table_at(&config, t).params;
            for (size_t i = 0; i < table.n; i++) {
                bool listed = false;
                for (size_t j = 0; j < f->n && !listed; j++)
                    listed = !strcmp(f->at[j].name, table.rows[i].name);
                if (listed)
                    continue;
                flag *one = add(f, table.rows[i].name, table.rows[i].help);
                one->takes = true;
                one->file = !strcmp(one->name, "data-dir");
                add_choices(&one->values, &table.rows[i]);
            }
        }
    }
}

static flags *collect(void)
{
    flags *f = calloc(1, sizeof *f);
    if (f) {
        add_options(f);
        add_parameters(f);
    }
    return f;
}

static void finish(flags *f)
{
    for (size_t i = 0; i < f->n; i++)
        mn_text_finish(&f->at[i].values);
    free(f);
}

static void add_subcommands(mn_text *out)
{
    const char *before = "";
    for (int i = 0; mn_subcommands[i]; i++)
        if (!mn_subcommands[i]->hidden) {
            mn_text_add(out, "%s%s", before, mn_subcommands[i]->name);
            before = " ";
        }
}

static void add_recipes(mn_text *out)
{
    for (const mn_recipe *r = mn_recipes; r->name; r++)
        mn_text_add(out, "%s%s", r > mn_recipes ? " " : "", r->name);
}

static void add_kinds(mn_text *out)
{
    for (int i = 0; mn_catalogues[i].name; i++)
        mn_text_add(out, "%s%s", i ? " " : "", mn_catalogues[i].name);
}

static void write_bash(const flags *f, mn_text *out)
{
    mn_text_add(out, "# mnemoscope: completions for bash, written by `mnemoscope print bash`\n"
                     "_mnemoscope()\n{\n"
                     "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} "
                     "words=\n"
                     "    case $prev in\n    list) words='");
    add_kinds(out);
    mn_text_add(out, "' ;;\n    sweep) words='");
    add_recipes(out);
    mn_text_add(out, "' ;;\n");
    for (size_t i = 0; i < f->n; i++) {
        if (f->at[i].values.length)
            mn_text_add(out, "    --%s) words='%s' ;;\n", f->at[i].name, f->at[i].values.data);
        else if (f->at[i].file)
            mn_text_add(out, "    --%s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n",
                        f->at[i].name);
        else if (f->at[i].takes)
            mn_text_add(out, "    --%s) return ;;\n", f->at[i].name);
    }
    mn_text_add(out, "    esac\n    if [[ -z $words && $cur == -* ]]; then\n        words='");
    for (size_t i = 0; i < f->n; i++)
        mn_text_add(out, "%s--%s", i ? " " : "", f->at[i].name);
    mn_text_add(out, "'\n    elif [[ -z $words && $COMP_CWORD -eq 1 ]]; then\n        words='");
    add_subcommands(out);
    mn_text_add(out, "'\n    fi\n"
                     "    if [[ -n $words ]]; then\n"
                     "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
                     "    else\n"
                     "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                     "    fi\n}\ncomplete -o filenames -F _mnemoscope mnemoscope\n");
}

/* Help inside a quoted specification of _arguments. */
static void add_zsh_text(mn_text *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            mn_text_add(out, "'\\''");
        else
            mn_text_add(out, strchr("[]:\\", *text) ? "\\%c" : "%c", *text);
}

static void write_zsh(const flags *f, mn_text *out)
{
    mn_text_add(out, "#compdef mnemoscope\n"
                     "# completions for zsh, written by `mnemoscope print zsh`\n"
                     "_arguments \\\n");
    for (size_t i = 0; i < f->n; i++) {
        mn_text_add(out, "  '--%s%s[", f->at[i].name, f->at[i].takes ? "=" : "");
        add_zsh_text(out, f->at[i].help);
        mn_text_add(out, "]");
        if (f->at[i].values.length)
            mn_text_add(out, ":value:(%s)", f->at[i].values.data);
        else if (f->at[i].takes)
            mn_text_add(out, ":value:%s", f->at[i].file ? "_files" : "");
        mn_text_add(out, "' \\\n");
    }
    mn_text_add(out, "  '1:subcommand:(");
    add_subcommands(out);
    mn_text_add(out, ")' \\\n  '*:argument:_files'\n");
}

static void add_fish_text(mn_text *out, const char *text)
{
    mn_text_add(out, "'");
    for (; *text; text++)
        mn_text_add(out, *text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    mn_text_add(out, "'");
}

static void write_fish(const flags *f, mn_text *out)
{
    mn_text_add(out,
                "# mnemoscope: completions for fish, written by `mnemoscope print fish`\n");
    for (int i = 0; mn_subcommands[i]; i++)
        if (!mn_subcommands[i]->hidden) {
            mn_text_add(out, "complete -c mnemoscope -n __fish_use_subcommand -a %s -d ",
                        mn_subcommands[i]->name);
            add_fish_text(out, mn_subcommands[i]->help);
            mn_text_add(out, "\n");
        }
    mn_text_add(out, "complete -c mnemoscope -n '__fish_seen_subcommand_from list' -f -a '");
    add_kinds(out);
    mn_text_add(out, "'\ncomplete -c mnemoscope -n '__fish_seen_subcommand_from sweep' -a '");
    add_recipes(out);
    mn_text_add(out, "'\n");
    for (size_t i = 0; i < f->n; i++) {
        mn_text_add(out, "complete -c mnemoscope -l %s", f->at[i].name);
        if (f->at[i].takes)
            mn_text_add(out, f->at[i].file ? " -r" : " -x");
        if (f->at[i].values.length) {
            mn_text_add(out, " -a ");
            add_fish_text(out, f->at[i].values.data);
        }
        mn_text_add(out, " -d ");
        add_fish_text(out, f->at[i].help);
        mn_text_add(out, "\n");
    }
}

static void write(void (*writer)(const flags *f, mn_text *out), mn_text *out)
{
    flags *f = collect();
    out->failed |= !f;
    if (!f)
        return;
    writer(f, out);
    finish(f);
}

void mn_completion_bash(mn_text *out)
{
    write(write_bash, out);
}

void mn_completion_zsh(mn_text *out)
{
    write(write_zsh, out);
}

void mn_completion_fish(mn_text *out)
{
    write(write_fish, out);
}
