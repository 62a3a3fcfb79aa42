#include "program.h"

#include <stdlib.h>
#include <string.h>

static void without_a_terminal_it_speaks_in_lines(void **state)
{
    (void)state;
    char *text = assert_fine(call("step 3\nquit\n", TINY, "--paused", NULL));
    assert_non_null(strstr(text, "lines instead of a full screen: "));
    assert_non_null(strstr(text, "step 3: "));
    assert_null(strchr(text, '\033'));
    free(text);
}

static void changes_are_announced_with_their_size(void **state)
{
    (void)state;
    char *text = assert_fine(
        call("epoch 1\nset vertex=20\nepoch 20\n", "--plain", TINY, "--paused", NULL));
    assert_non_null(strstr(text, "step 3: accuracy "));
    assert_non_null(strstr(text, "vertex 2 -> 20"));
    assert_non_null(strstr(text, "step 63: accuracy "));
    assert_non_null(strstr(text, ", 50 items)"));
    free(text);
}

static void a_unit_is_told_in_words_and_drawn(void **state)
{
    (void)state;
    char *text = assert_fine(
        call("epoch 5\nshow 7\nshow 99\nshow\nmemories\n", "--plain", TINY, "--paused", NULL));
    assert_non_null(strstr(text, "memory 7 votes for class "));
    assert_non_null(strstr(text, "+------------------------------+"));
    assert_non_null(strstr(text, "cannot: show '99': wanted a number from 0 to 11"));
    assert_non_null(strstr(text, "memory 11 "));
    for (char *c = text; *c; c++)
        assert_true(*c == '\n' || (*c >= ' ' && *c < 127));
    free(text);
}

static void mistakes_do_not_end_it(void **state)
{
    char longest[3000];
    (void)state;
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    strcpy(longest + sizeof longest - 20, "\necho\nstep 2\n");
    char *text = assert_fine(call(longest, "--plain", TINY, "--paused", NULL));
    assert_non_null(strstr(text, "the line is too long"));
    assert_non_null(strstr(text, "cannot: unknown command 'echo'"));
    assert_non_null(strstr(text, "step 2: "));
    free(text);
}

static void it_ends_with_its_input(void **state)
{
    (void)state;
    free(assert_fine(call("", "--plain", TINY, NULL)));
    free(assert_fine(call("step 2", "--plain", TINY, "--paused", NULL)));
    free(assert_fine(call("quit\nbogus\n", "--plain", TINY, NULL)));
}

static void help_names_every_command(void **state)
{
    (void)state;
    char *text = assert_fine(call("help\n", "--plain", TINY, "--paused", NULL));
    assert_non_null(strstr(text, "\nshow N: "));
    assert_non_null(strstr(text, "\nset NAME=VALUE"));
    assert_non_null(strstr(text, "\nundo"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_terminal_it_speaks_in_lines),
        cmocka_unit_test(changes_are_announced_with_their_size),
        cmocka_unit_test(a_unit_is_told_in_words_and_drawn),
        cmocka_unit_test(mistakes_do_not_end_it),
        cmocka_unit_test(it_ends_with_its_input),
        cmocka_unit_test(help_names_every_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
