#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *root_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/../%s", tests_path("."), name);
    return path;
}

static void printed_texts_are_the_same_every_time(void **state)
{
    static const char *const texts[] = {"bash", "zsh", "fish", "help", "readme-keys"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *a = assert_fine(call(NULL, "print", texts[i], NULL));
        char *b = assert_fine(call(NULL, "print", texts[i], NULL));
        assert_true(strlen(a) > 100);
        assert_string_equal(a, b);
        free(a);
        free(b);
    }
}

static void completions_know_every_parameter(void **state)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    (void)state;
    json_t *rows = assert_json(call(NULL, "list", "parameters", "--json", NULL));
    for (int s = 0; s < 3; s++) {
        char *text = assert_fine(call(NULL, "print", shells[s], NULL));
        size_t i;
        json_t *row;
        json_array_foreach(rows, i, row)
        {
            if (!strstr(text, text_of(row, "name")))
                fail_msg("%s does not complete '%s'", shells[s], text_of(row, "name"));
        }
        free(text);
    }
    json_decref(rows);
}

static void bash_can_read_its_completions(void **state)
{
    (void)state;
    if (access("/bin/bash", X_OK) != 0)
        skip();
    char *text = assert_fine(call(NULL, "print", "bash", NULL));
    write_file("completion", text, strlen(text));
    free(text);
    text = assert_fine(call_other("/bin/bash", NULL, "-c",
                                  ". ./completion; COMP_WORDS=(mnemoscope run --stra); "
                                  "COMP_CWORD=2; _mnemoscope; echo ${COMPREPLY[*]}; "
                                  "COMP_WORDS=(mnemoscope run --strategy v); COMP_CWORD=3; "
                                  "_mnemoscope; echo ${COMPREPLY[*]}; "
                                  "COMP_WORDS=(mnemoscope insp); COMP_CWORD=1; "
                                  "_mnemoscope; echo ${COMPREPLY[*]}",
                                  NULL));
    assert_string_equal(text, "--strategy\nvanilla\ninspect\n");
    free(text);
}

static void the_man_page_is_whole_and_clean(void **state)
{
    (void)state;
    char *a = assert_fine(call(NULL, "print", "man", root_path("man/mnemoscope.1.in"), NULL));
    char *b = assert_fine(call(NULL, "print", "man", root_path("man/mnemoscope.1.in"), NULL));
    assert_string_equal(a, b);
    assert_non_null(strstr(a, "\\fBvertex, n\\fR"));
    assert_non_null(strstr(a, "\\-\\-snapshot"));
    assert_null(strstr(a, "\n@"));
    write_file("mnemoscope.1", a, strlen(a));
    free(a);
    free(b);
    if (access("/usr/bin/mandoc", X_OK) != 0)
        skip();
    outcome o =
        call_other("/usr/bin/mandoc", NULL, "-Tlint", "-Wwarning", "mnemoscope.1", NULL);
    if (o.status || *o.out)
        fail_msg("mandoc: %s", o.out);
    outcome_finish(&o);
}

static void a_template_with_an_unknown_list_is_refused(void **state)
{
    (void)state;
    write_file("t.in", "@nothing@\n", 10);
    assert_refused(call(NULL, "print", "man", "t.in", NULL), 1, "'nothing'");
    assert_refused(call(NULL, "print", "man", NULL), 2, "the template");
    assert_refused(call(NULL, "print", "poem", NULL), 2, "'poem'");
}

static void the_readme_has_the_keys_of_the_table(void **state)
{
    (void)state;
    FILE *f = fopen(root_path("README.md"), "rb");
    static char readme[200000];
    if (!f)
        skip();
    readme[fread(readme, 1, sizeof readme - 1, f)] = '\0';
    fclose(f);
    char *keys = assert_fine(call(NULL, "print", "readme-keys", NULL));
    if (!strstr(readme, keys))
        fail_msg("README.md lacks this table:\n%s", keys);
    free(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printed_texts_are_the_same_every_time),
        cmocka_unit_test(completions_know_every_parameter),
        cmocka_unit_test(bash_can_read_its_completions),
        cmocka_unit_test(the_man_page_is_whole_and_clean),
        cmocka_unit_test(a_template_with_an_unknown_list_is_refused),
        cmocka_unit_test(the_readme_has_the_keys_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
