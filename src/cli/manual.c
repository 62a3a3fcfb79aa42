#include "manual.h"

#include <string.h>

#include "catalogue.h"
#include "help.h"

/* Text in roff's eyes: hyphens that may be copied, no backslashes, no line that starts with a
 * control character. */
static void add_escaped(mn_text *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        mn_text_add(out, "\\&");
    for (; *text; text++) {
        if (*text == '\\')
            mn_text_add(out, "\\e");
        else if (*text == '-')
            mn_text_add(out, "\\-");
        else
            mn_text_bytes(out, text, 1);
    }
}

static void add_item(mn_text *out, const char *name, const char *more)
{
    mn_text_add(out, ".TP\n\\fB");
    add_escaped(out, name);
    mn_text_add(out, "\\fR");
    if (more && *more) {
        mn_text_add(out, " ");
        add_escaped(out, more);
    }
    mn_text_add(out, "\n");
}

static void add_sentence(mn_text *out, const char *text)
{
    add_escaped(out, text);
    mn_text_add(out, ".\n");
}

static void add_subcommands(mn_text *out)
{
    for (int i = 0; mn_subcommands[i]; i++)
        if (!mn_subcommands[i]->hidden) {
            add_item(out, mn_subcommands[i]->name, mn_subcommands[i]->usage);
            add_sentence(out, mn_subcommands[i]->help);
        }
}

static void add_takers(mn_text *out, int takers)
{
    const char *before = "\n(";
    if (takers == MN_FOR_ALL)
        return;
    for (int i = 0; mn_subcommands[i]; i++)
        if (mn_subcommands[i]->bit & takers) {
            mn_text_add(out, "%s%s", before, mn_subcommands[i]->name);
            before = ", ";
        }
    mn_text_add(out, ")\n");
}

static void add_options(mn_text *out)
{
    for (int i = 0; i < MN_N_OPTIONS; i++) {
        mn_text flag = {0};
        mn_help_flag(&mn_options[i], &flag);
        if (!flag.failed)
            add_item(out, flag.data, NULL);
        mn_text_finish(&flag);
        add_escaped(out, mn_options[i].help);
        mn_text_add(out, ".");
        add_takers(out, mn_options[i].takers);
        if (mn_options[i].takers == MN_FOR_ALL)
            mn_text_add(out, "\n");
    }
}

static const char *string_of(json_t *row, const char *key)
{
    const char *s = json_string_value(json_object_get(row, key));
    return s ? s : "";
}

static void add_detail(mn_text *out, json_t *row, const char *key, const char *before)
{
    if (!*string_of(row, key))
        return;
    mn_text_add(out, ".br\n");
    mn_text_add(out, "%s", before);
    add_sentence(out, string_of(row, key));
}

static void add_wanted(mn_text *out, json_t *row)
{
    if (!*string_of(row, "wanted"))
        return;
    mn_text_add(out, ".br\n");
    add_escaped(out, string_of(row, "table"));
    mn_text_add(out, ": ");
    add_escaped(out, string_of(row, "wanted"));
    if (*string_of(row, "value")) {
        mn_text_add(out, "; default ");
        add_escaped(out, string_of(row, "value"));
    }
    if (*string_of(row, "unit")) {
        mn_text_add(out, " ");
        add_escaped(out, string_of(row, "unit"));
    }
    if (!strcmp(string_of(row, "live"), "yes"))
        mn_text_add(out, "; may change while it trains");
    mn_text_add(out, ".\n");
}

static void add_catalogue(mn_text *out, const mn_catalogue *c)
{
    mn_config config;
    size_t i;
    json_t *row;
    mn_config_defaults(&config);
    json_t *rows = c->rows(&config);
    json_array_foreach(rows, i, row)
    {
        mn_text name = {0};
        const char *alias = string_of(row, "alias");
        mn_text_add(&name, "%s%s%s", string_of(row, "name"), *alias ? ", " : "", alias);
        if (!name.failed)
            add_item(out, name.data, string_of(row, "usage"));
        mn_text_finish(&name);
        add_sentence(out, string_of(row, "about"));
        add_detail(out, row, "cite", "");
        add_detail(out, row, "settings", "");
        add_wanted(out, row);
    }
    json_decref(rows);
}

/* A line without its newline: a directive, or text in which @VERSION@ may stand. */
static mn_status add_template_line(mn_text *out, const char *line, size_t n, mn_err *err)
{
    static const char version[] = "@VERSION@";
    char name[64];
    if (n > 2 && n < sizeof name && line[0] == '@' && line[n - 1] == '@' &&
        strncmp(line, version, sizeof version - 1)) {
        memcpy(name, line + 1, n - 2);
        name[n - 2] = '\0';
        const mn_catalogue *c = mn_catalogue_find(name);
        if (c)
            add_catalogue(out, c);
        else if (!strcmp(name, "subcommands"))
            add_subcommands(out);
        else if (!strcmp(name, "options"))
            add_options(out);
        else
            return mn_fail(err, MN_EFORMAT, "the template asks for '%s', which is no list",
                           name);
        return MN_OK;
    }
    for (const char *at = line; at < line + n; at++) {
        if ((size_t)(line + n - at) >= sizeof version - 1 &&
            !memcmp(at, version, sizeof version - 1)) {
            mn_text_add(out, "%s", MN_VERSION);
            at += sizeof version - 2;
        } else {
            mn_text_bytes(out, at, 1);
        }
    }
    mn_text_add(out, "\n");
    return MN_OK;
}

mn_status mn_manual_fill(const char *template, mn_text *out, mn_err *err)
{
    while (*template) {
        size_t n = strcspn(template, "\n");
        mn_status s = add_template_line(out, template, n, err);
        if (s != MN_OK)
            return s;
        template += n + (template[n] == '\n');
    }
    return out->failed ? mn_fail(err, MN_ENOMEM, "no memory for the man page") : MN_OK;
}
