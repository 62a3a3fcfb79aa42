/* list: the registries, as text or JSON. */
#include <stdio.h>
#include <string.h>

#include "catalogue.h"
#include "subcommand.h"
#include "summary.h"

enum { NAME_COLUMNS = 22, TEXT_COLUMNS = 78 };

static const char *string_of(json_t *row, const char *key)
{
    const char *s = json_string_value(json_object_get(row, key));
    return s ? s : "";
}

/* `text` broken at blanks, every line but the first behind `indent` columns. */
static void print_wrapped(const char *text, int indent)
{
    int column = indent;
    for (const char *at = text; *at;) {
        int n = (int)strcspn(at, " ");
        if (column > indent && column + n + 1 > TEXT_COLUMNS) {
            printf("\n%*s", indent, "");
            column = indent;
        }
        column += printf("%s%.*s", column > indent ? " " : "", n, at);
        at += n;
        at += strspn(at, " ");
    }
    printf("\n");
}

static void print_name(const char *name)
{
    if (printf("%-*s", NAME_COLUMNS - 1, name) >= NAME_COLUMNS)
        printf("\n%*s", NAME_COLUMNS - 1, "");
    printf(" ");
}

static void print_detail(const char *before, const char *text)
{
    if (!*text)
        return;
    printf("%*s", NAME_COLUMNS, "");
    print_wrapped(before, NAME_COLUMNS);
}

static void print_row(json_t *row)
{
    mn_text name = {0}, detail = {0};
    mn_text_add(&name, "%s", string_of(row, "name"));
    if (*string_of(row, "alias"))
        mn_text_add(&name, ", %s", string_of(row, "alias"));
    if (*string_of(row, "usage"))
        mn_text_add(&name, " %s", string_of(row, "usage"));
    if (!name.failed)
        print_name(name.data);
    print_wrapped(string_of(row, "about"), NAME_COLUMNS);
    print_detail(string_of(row, "cite"), string_of(row, "cite"));
    print_detail(string_of(row, "settings"), string_of(row, "settings"));
    if (*string_of(row, "wanted")) {
        mn_text_add(
            &detail, "%s.%s = %s%s%s; %s%s", string_of(row, "table"), string_of(row, "name"),
            *string_of(row, "value") ? string_of(row, "value") : "''",
            *string_of(row, "unit") ? " " : "", string_of(row, "unit"),
            string_of(row, "wanted"), strcmp(string_of(row, "live"), "yes") ? "" : "; live");
        if (!detail.failed)
            print_detail(detail.data, detail.data);
    }
    mn_text_finish(&name);
    mn_text_finish(&detail);
}

static int run(const mn_call *c)
{
    mn_err err = {0};
    const mn_catalogue *kind = mn_catalogue_find(c->word[0]);
    if (!kind) {
        const char *names[32];
        mn_text list = {0};
        int n = 0;
        for (; mn_catalogues[n].name && n < 31; n++) {
            names[n] = mn_catalogues[n].name;
            mn_text_add(&list, "%s%s", n ? ", " : "", names[n]);
        }
        names[n] = NULL;
        const char *closest = mn_text_closest(c->word[0], names);
        mn_fail(&err, MN_EINVAL, "cannot list '%.40s': %s%s%s", c->word[0],
                closest ? "did you mean '" : "wanted ",
                closest       ? closest
                : list.failed ? ""
                              : list.data,
                closest ? "'?" : "");
        mn_text_finish(&list);
        return mn_call_fail(&err);
    }
    json_t *rows = kind->rows(&c->config);
    if (mn_call_has(c, MN_OPT_JSON))
        return mn_summary_print(rows);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        print_row(row);
    }
    json_decref(rows);
    return 0;
}

const mn_subcommand mn_subcommand_list = {
    .name = "list",
    .usage = "KIND [--json]",
    .help = "list models, data, presets, parameters, commands and more",
    .bit = MN_FOR_LIST,
    .parameters = true,
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
