#include "help.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/screen.h"

enum { NAME_COLUMNS = 15, FLAG_COLUMNS = 25, KEYS = 12 };

/* The flags that --help has room for. */
static const char *const parameters[] = {"data",  "preset",   "vertex",
                                         "tasks", "strategy", "seed"};
static const mn_option_id options[] = {MN_OPT_RESUME, MN_OPT_PLAIN};

void mn_help_flag(const mn_option *o, mn_text *out)
{
    if (o->letter)
        mn_text_add(out, "-%c, ", o->letter);
    mn_text_add(out, "--%s", o->name);
    if (o->argument)
        mn_text_add(out, " %s", o->argument);
}

/* Whether a parenthesis is open after n bytes. */
static bool is_inside(const char *help, int n)
{
    int depth = 0;
    for (int i = 0; i < n; i++)
        depth += (help[i] == '(') - (help[i] == ')');
    return depth > 0;
}

/* Bytes of the clauses of `help` that fit into `room` columns; at least the first word. */
static int fit(const char *help, int room)
{
    int n = (int)strlen(help);
    if (n <= room)
        return n;
    for (n = room; n > 0; n--)
        if (!is_inside(help, n) &&
            ((strchr(",;:", help[n]) && help[n + 1] == ' ') || !strncmp(help + n, " (", 2)))
            return n;
    return room;
}

static void add_line(mn_text *out, int name_columns, const char *name, const char *help)
{
    int room = MN_HELP_COLUMNS - name_columns - 3;
    mn_text_add(out, "  %-*s %.*s\n", name_columns, name, fit(help, room), help);
}

static void add_parameter(mn_text *out, const char *name)
{
    mn_config config;
    const mn_param *p;
    mn_config_table table;
    char flag[64];
    mn_config_defaults(&config);
    if (mn_config_find(&config, name, &p, &table, NULL) != MN_OK)
        return;
    snprintf(flag, sizeof flag, "--%s %s", name, p->kind == MN_TEXT ? "NAME" : "N");
    add_line(out, NAME_COLUMNS, flag, p->help);
}

void mn_help_program(mn_text *out)
{
    mn_text_add(out, "usage: mnemoscope [SUBCOMMAND] [FLAGS]\n\n"
                     "Train an associative memory live and look into it.\n\n");
    for (int i = 0; mn_subcommands[i]; i++) {
        const mn_subcommand *s = mn_subcommands[i];
        char name[64];
        snprintf(name, sizeof name, "%s %.*s", s->name, (int)strcspn(s->usage, "["), s->usage);
        if (!s->hidden)
            add_line(out, NAME_COLUMNS, name, s->help);
    }
    mn_text_add(out, "\nFlags used most (every parameter is one: `mnemoscope list parameters`):"
                     "\n");
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
        add_parameter(out, parameters[i]);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        mn_text flag = {0};
        mn_help_flag(&mn_options[options[i]], &flag);
        if (!flag.failed)
            add_line(out, NAME_COLUMNS, flag.data, mn_options[options[i]].help);
        mn_text_finish(&flag);
    }
    mn_text_add(out, "\nMore: `mnemoscope SUBCOMMAND --help`, `man mnemoscope`, and ? in the "
                     "explorer.\n");
}

void mn_help_subcommand(const mn_subcommand *sub, mn_text *out)
{
    mn_text_add(out, "usage: mnemoscope %s%s%s\n\n%s\n\n", sub->name, *sub->usage ? " " : "",
                sub->usage, sub->help);
    for (int i = 0; i < MN_N_OPTIONS; i++) {
        mn_text flag = {0};
        mn_help_flag(&mn_options[i], &flag);
        if ((mn_options[i].takers & sub->bit) && !flag.failed)
            add_line(out, FLAG_COLUMNS, flag.data, mn_options[i].help);
        mn_text_finish(&flag);
    }
    if (sub->parameters)
        mn_text_add(out, "\nEvery parameter is a flag as well, as in --vertex 20: "
                         "`list parameters`.\n");
}

/* The next most important binding after `last`, ties in table order; footers say that a small
 * number matters more. */
static const mn_binding *next_key(const mn_binding *last)
{
    const mn_binding *best = NULL;
    for (const mn_binding *b = mn_bindings; b->key; b++) {
        bool later = !last || b->priority > last->priority ||
                     (b->priority == last->priority && b > last);
        if (b->hint && later && (!best || b->priority < best->priority))
            best = b;
    }
    return best;
}

void mn_help_keys(mn_text *out)
{
    const mn_binding *b = next_key(NULL);
    mn_text_add(out, "| key | what it does |\n|---|---|\n");
    for (int i = 0; i < KEYS && b; i++, b = next_key(b)) {
        char name[32];
        mn_text_add(out, "| `%s` | %s |\n", mn_key_name(b->key, name, sizeof name), b->help);
    }
}
