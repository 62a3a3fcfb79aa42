#include "program.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {"models",   "losses", "optimisers", "strategies",
                                    "data",     "tasks",  "presets",    "views",
                                    "commands", "keys",   "parameters", "palettes"};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static void every_kind_lists_names_with_a_text(void **state)
{
    (void)state;
    for (int k = 0; k < N_KINDS; k++) {
        json_t *rows = assert_json(call(NULL, "list", kinds[k], "--json", NULL));
        size_t i;
        json_t *row;
        assert_true(json_array_size(rows) > 0);
        json_array_foreach(rows, i, row)
        {
            assert_true(strlen(text_of(row, "name")) > 0);
            if (!strlen(text_of(row, "about")))
                fail_msg("'%s' of %s has no text", text_of(row, "name"), kinds[k]);
        }
        json_decref(rows);
    }
}

static void lists_fit_eighty_columns(void **state)
{
    (void)state;
    for (int k = 0; k < N_KINDS; k++) {
        char *text = assert_fine(call(NULL, "list", kinds[k], NULL));
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            if (strlen(line) > 80 && !strchr(line, '-'))
                fail_msg("%s: longer than 80 columns: %s", kinds[k], line);
        free(text);
    }
}

static void lists_hold_what_the_program_has(void **state)
{
    static const char *const wanted[][2] = {
        {"models", "dam"},        {"data", "digits"},        {"data", "arrays:FILE"},
        {"tasks", "permuted"},    {"strategies", "vanilla"}, {"presets", "default"},
        {"views", "wall"},        {"commands", "set"},       {"commands", "expect"},
        {"commands", "focus"},    {"keys", "Space"},         {"parameters", "vertex"},
        {"optimisers", "maxnorm"}};
    (void)state;
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
        json_t *rows = assert_json(call(NULL, "list", wanted[w][0], "--json", NULL));
        size_t i;
        json_t *row;
        int found = 0;
        json_array_foreach(rows, i, row)
        {
            found |= !strcmp(text_of(row, "name"), wanted[w][1]);
        }
        if (!found)
            fail_msg("%s lack '%s'", wanted[w][0], wanted[w][1]);
        json_decref(rows);
    }
}

static void commands_are_listed_once(void **state)
{
    (void)state;
    json_t *rows = assert_json(call(NULL, "list", "commands", "--json", NULL));
    size_t i, j;
    json_t *a, *b;
    json_array_foreach(rows, i, a)
    {
        json_array_foreach(rows, j, b)
        {
            if (i != j && !strcmp(text_of(a, "name"), text_of(b, "name")))
                fail_msg("'%s' is listed twice", text_of(a, "name"));
        }
    }
    json_decref(rows);
}

static void listed_names_can_be_chosen(void **state)
{
    static const char *const parameters[][2] = {
        {"models", "--model"}, {"presets", "--preset"}, {"strategies", "--strategy"}};
    (void)state;
    for (int k = 0; k < 3; k++) {
        json_t *rows = assert_json(call(NULL, "list", parameters[k][0], "--json", NULL));
        size_t i;
        json_t *row;
        json_array_foreach(rows, i, row)
        {
            free(assert_fine(call(NULL, "list", "parameters", parameters[k][1],
                                  text_of(row, "name"), NULL)));
        }
        json_decref(rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_lists_names_with_a_text),
        cmocka_unit_test(lists_fit_eighty_columns),
        cmocka_unit_test(lists_hold_what_the_program_has),
        cmocka_unit_test(commands_are_listed_once),
        cmocka_unit_test(listed_names_can_be_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
