#include "call.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "subcommand.h"

static const char *const bool_words[] = {"yes", "no", "on", "off", "true", "false", NULL};

/* Where in argv the reading is. */
typedef struct reader {
    int argc, i;
    char **argv;
} reader;

bool mn_call_has(const mn_call *c, mn_option_id id)
{
    return c->value[id] != NULL;
}

static bool listed(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(word, *list))
            return true;
    return false;
}

/* "--name=value" and "-n=value" become "name" and "value" (NULL without '='). */
static char *cut_flag(char *argument, char **value)
{
    char *name = argument + (argument[1] == '-' ? 2 : 1);
    *value = strchr(name, '=');
    if (*value)
        *(*value)++ = '\0';
    return name;
}

/* The value behind '=' or the next argument; NULL when there is none. */
static char *take_value(reader *r, char *value)
{
    if (value || r->i + 1 >= r->argc)
        return value;
    return r->argv[++r->i];
}

static mn_status add_assign(mn_call *c, const char *name, const char *value, mn_err *err)
{
    if (c->n_assigns == MN_ASSIGNS_MAX)
        return mn_fail(err, MN_EINVAL, "too many parameters given: at most %d wanted",
                       MN_ASSIGNS_MAX);
    c->assigns[c->n_assigns++] = (mn_assign){name, value};
    return MN_OK;
}

/* Names of all flags this call could have had, for the closest one. */
static mn_status refuse_flag(mn_call *c, const char *flag, mn_err *err)
{
    const char *names[512];
    size_t n = 0;
    for (int i = 0; i < MN_N_OPTIONS; i++)
        if (mn_options[i].takers & c->subcommand->bit)
            names[n++] = mn_options[i].name;
    for (int t = 0; t < MN_N_TABLES && c->subcommand->parameters; t++) {
        mn_param_table params = mn_config_table_at(&c->config, t).params;
        for (size_t i = 0; i < params.n && n < 510; i++)
            names[n++] = params.rows[i].name;
    }
    names[n] = NULL;
    const char *closest = mn_text_closest(flag, names);
    if (closest)
        return mn_fail(err, MN_EINVAL, "unknown flag '--%.60s' for %s: did you mean '--%s'?",
                       flag, c->subcommand->name, closest);
    return mn_fail(err, MN_EINVAL, "unknown flag '--%.60s' for %s: see 'mnemoscope --help'",
                   flag, c->subcommand->name);
}

static mn_status take_option(mn_call *c, reader *r, const mn_option *o, char *value,
                             mn_err *err)
{
    mn_option_id id = (mn_option_id)(o - mn_options);
    if (!(o->takers & c->subcommand->bit))
        return mn_fail(err, MN_EINVAL, "%s takes no '--%s'", c->subcommand->name, o->name);
    if (!o->argument && value)
        return mn_fail(err, MN_EINVAL, "'--%s' takes no value, found '%.60s'", o->name, value);
    if (o->argument && !(value = take_value(r, value)))
        return mn_fail(err, MN_EINVAL, "'--%s' wants %s", o->name, o->argument);
    c->value[id] = value ? value : "";
    if (c->n_given == MN_GIVEN_MAX)
        return mn_fail(err, MN_EINVAL, "too many flags: at most %d wanted", MN_GIVEN_MAX);
    c->given[c->n_given++] = (mn_given){id, c->value[id]};
    if (id != MN_OPT_SET && id != MN_OPT_SNAPSHOT)
        return MN_OK;
    char *second = strchr(value, '=');
    if (!second || second == value || !second[1])
        return mn_fail(err, MN_EINVAL, "'--%s' wants %s, found '%.60s'", o->name, o->argument,
                       value);
    *second++ = '\0';
    if (id == MN_OPT_SET)
        return add_assign(c, value, second, err);
    if (c->n_pictures == MN_PICTURES_MAX)
        return mn_fail(err, MN_EINVAL, "too many snapshots: at most %d wanted",
                       MN_PICTURES_MAX);
    c->pictures[c->n_pictures++] = (mn_view_file){value, second};
    return mn_picture_check(value, err);
}

/* Whether some table has the name, perhaps more than one. */
static bool known(mn_call *c, const char *name)
{
    for (int t = 0; t < MN_N_TABLES; t++)
        if (mn_param_find(mn_config_table_at(&c->config, t).params, name))
            return true;
    return strchr(name, '.') != NULL;
}

static mn_status take_parameter(mn_call *c, reader *r, const char *name, char *value,
                                mn_err *err)
{
    const mn_param *p;
    mn_config_table table;
    bool negated = !strncmp(name, "no-", 3) && !known(c, name) && known(c, name + 3);
    const char *positive = negated ? name + 3 : name;
    if (!c->subcommand->parameters || !known(c, positive))
        return refuse_flag(c, name, err);
    mn_status s = mn_config_find(&c->config, positive, &p, &table, err);
    if (s != MN_OK)
        return s;
    if (negated && (p->kind != MN_BOOL || value))
        return mn_fail(err, MN_EINVAL, "'--%s' makes no sense: %s is not a matter of yes or no",
                       name, p->name);
    if (negated)
        return add_assign(c, positive, "no", err);
    bool more = r->i + 1 < r->argc;
    if (p->kind == MN_BOOL && !value && !(more && listed(r->argv[r->i + 1], bool_words)))
        return add_assign(c, positive, "yes", err);
    char wanted[160];
    if (!(value = take_value(r, value)))
        return mn_fail(err, MN_EINVAL, "'--%s' wants a value: %s", name,
                       mn_param_wanted(p, wanted, sizeof wanted));
    return add_assign(c, positive, value, err);
}

static mn_status take_argument(mn_call *c, reader *r, mn_err *err)
{
    char *argument = r->argv[r->i], *value;
    bool flag = argument[0] == '-' && argument[1];
    if (!flag) {
        if (c->n_words == MN_CALL_WORDS_MAX)
            return mn_fail(err, MN_EINVAL, "too many words: '%.60s'", argument);
        c->word[c->n_words++] = argument;
        return MN_OK;
    }
    const char *name = cut_flag(argument, &value);
    const mn_option *o = mn_option_find(name);
    if (o && (argument[1] == '-' || o->letter == name[0]))
        return take_option(c, r, o, value, err);
    return take_parameter(c, r, name, value, err);
}

static mn_status take_subcommand(mn_call *c, reader *r, mn_err *err)
{
    c->subcommand = mn_subcommands[0];
    if (r->argc < 2 || r->argv[1][0] == '-')
        return MN_OK;
    r->i++;
    if ((c->subcommand = mn_subcommand_find(r->argv[1])))
        return MN_OK;
    c->subcommand = mn_subcommands[0];
    const char *names[32];
    int n = 0;
    for (int i = 0; mn_subcommands[i] && n < 31; i++)
        if (!mn_subcommands[i]->hidden)
            names[n++] = mn_subcommands[i]->name;
    names[n] = NULL;
    const char *closest = mn_text_closest(r->argv[1], names);
    return mn_fail(err, MN_EINVAL, "unknown subcommand '%.60s': %s%s%s", r->argv[1],
                   closest ? "did you mean '" : "see 'mnemoscope --help'",
                   closest ? closest : "", closest ? "'?" : "");
}

/* The value of `name` when it is given at argv[i] as --name V, --name=V, --set name=V or
 * --set=name=V. */
static const char *value_at(const reader *r, int i, const char *name)
{
    const char *a = r->argv[i], *next = i + 1 < r->argc ? r->argv[i + 1] : NULL;
    size_t n = strlen(name);
    if (!strncmp(a, "--set=", 6))
        a += 6;
    else if (!strcmp(a, "--set") && next)
        a = next;
    else if (strncmp(a, "--", 2))
        return NULL;
    else if (!strcmp(a + 2, name))
        return next;
    else
        a += 2;
    return !strncmp(a, name, n) && a[n] == '=' ? a + n + 1 : NULL;
}

/* The model and the preset come first, whatever their place, so that the other flags find the
 * parameters they name. */
static mn_status choose_parts(mn_call *c, const reader *r, mn_err *err)
{
    static const char *const first[] = {"model", "preset"};
    mn_config_defaults(&c->config);
    for (int k = 0; k < 2; k++)
        for (int i = r->i; i < r->argc; i++) {
            const char *value = value_at(r, i, first[k]);
            mn_status s = value ? mn_config_set(&c->config, first[k], value, err) : MN_OK;
            if (s != MN_OK)
                return s;
        }
    const char *advance = c->subcommand->advance;
    return advance ? mn_config_set(&c->config, "advance", advance, err) : MN_OK;
}

static mn_status apply_assigns(mn_call *c, mn_err *err)
{
    mn_status s = MN_OK;
    for (int i = 0; i < c->n_assigns && s == MN_OK; i++)
        if (strcmp(c->assigns[i].name, "model") && strcmp(c->assigns[i].name, "preset"))
            s = mn_config_set(&c->config, c->assigns[i].name, c->assigns[i].value, err);
    return s;
}

static mn_status check_words(const mn_call *c, mn_err *err)
{
    const mn_subcommand *sub = c->subcommand;
    if (mn_call_has(c, MN_OPT_HELP) || mn_call_has(c, MN_OPT_VERSION))
        return MN_OK;
    if (c->n_words < sub->min_words)
        return mn_fail(err, MN_EINVAL, "%s wants %s", sub->name, sub->usage);
    if (c->n_words > sub->max_words)
        return mn_fail(err, MN_EINVAL, "%s does not know what to do with '%.60s'", sub->name,
                       c->word[sub->max_words]);
    return MN_OK;
}

static void write_down(mn_call *c, int argc, char **argv)
{
    mn_text_add(&c->command_line, "mnemoscope");
    for (int i = 1; i < argc; i++) {
        mn_text_add(&c->command_line, " ");
        mn_words_quote(&c->command_line, argv[i]);
    }
}

mn_status mn_call_parse(mn_call *c, int argc, char **argv, mn_err *err)
{
    reader r = {argc, 1, argv};
    mn_status s;
    write_down(c, argc, argv);
    if (c->command_line.failed)
        return mn_fail(err, MN_ENOMEM, "no memory for the command line");
    if ((s = take_subcommand(c, &r, err)) != MN_OK || (s = choose_parts(c, &r, err)) != MN_OK)
        return s;
    for (; r.i < argc; r.i++)
        if ((s = take_argument(c, &r, err)) != MN_OK)
            return s;
    if ((s = check_words(c, err)) != MN_OK)
        return s;
    return apply_assigns(c, err);
}

void mn_call_finish(mn_call *c)
{
    mn_text_finish(&c->command_line);
}

int mn_call_fail(const mn_err *err)
{
    fflush(stdout);
    fprintf(stderr, "mnemoscope: %s\n", err->msg);
    return err->code == MN_EINVAL ? 2 : 1;
}
