#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALL "set items=300 test-items=100 batch=100 memories=12 probe-items=50\n"

static void errors_carry_file_and_line(void **state)
{
    static const struct {
        const char *script, *part;
    } bad[] = {
        {SMALL "# a comment\n\nbogus\n", "s.txt:4: "},
        {SMALL "stp 3\n", "did you mean 'step'"},
        {SMALL "set vertex=1000\n", "s.txt:2: vertex cannot be '1000'"},
        {SMALL "step x\n", "s.txt:2: "},
        {SMALL "echo 'open\n", "s.txt:2: quote is left open"},
        {SMALL "step 3\nat 2 set vertex=3\n", "s.txt:3: at 2 is in the past"},
        {SMALL "at x set vertex=3\n", "s.txt:2: a step cannot be 'x'"},
        {SMALL "at 5\n", "s.txt:2: wanted: at N COMMAND"},
        {SMALL "key nokey\n", "s.txt:2: unknown key 'nokey'"},
        {SMALL "resize 0x4\n", "s.txt:2: the size cannot be '0x4'"},
        {SMALL "resize 99999x4\n", "s.txt:2: the size cannot be"},
        {SMALL "expect acc > 2\n", "s.txt:2: expected acc > 2, found"},
        {SMALL "expect bwt > 0\n", "s.txt:2: expected bwt > 0, but it is undefined"},
        {SMALL "expect regular > 0\n", "s.txt:2: expected regular > 0, but it is undefined"},
        {SMALL
         "set model=consolidate tasks=exceptions regular-items=9\nexpect exceptional < 0\n",
         "s.txt:3: expected exceptional < 0, found"},
        {SMALL "expect acc ~ 2\n", "s.txt:2: cannot compare by '~'"},
        {SMALL "expect acc > two\n", "s.txt:2: cannot expect 'two'"},
        {SMALL "expect luck > 2\n", "s.txt:2: cannot expect 'luck': wanted acc"},
        {SMALL "expect digest == 0000000000000000\n", "s.txt:2: expected digest =="},
        {SMALL "expect digest == xyz\n", "s.txt:2: cannot expect digest"},
        {SMALL "set steps=3\nat 900 echo no\n", "s.txt:3: the run ended at step 3"},
        {SMALL "focus nothing\n", "s.txt:2: "},
        {SMALL "save-display s.txt\n", "s.txt:2: cannot write 's.txt'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        write_file("s.txt", bad[i].script, strlen(bad[i].script));
        assert_refused(call(NULL, "script", "s.txt", "--quiet", NULL), 1, bad[i].part);
    }
}

static void hostile_scripts_are_one_clear_error(void **state)
{
    char longest[5000];
    (void)state;
    write_file("s.txt", "step 1\nstep\0 1\n", 15);
    assert_refused(call(NULL, "script", "s.txt", "-q", TINY, NULL), 1, "s.txt:2: ");
    memset(longest, 'x', sizeof longest);
    write_file("s.txt", longest, sizeof longest);
    assert_refused(call(NULL, "script", "s.txt", "-q", TINY, NULL), 1, "s.txt:1: ");
    write_file("s.txt", "\xff\xfe\x80 \x01\n", 6);
    assert_refused(call(NULL, "script", "s.txt", "-q", TINY, NULL), 1, "s.txt:1: ");
    assert_refused(call(NULL, "script", ".", TINY, NULL), 1, "it is a folder");
}

static void commands_block_until_their_goal(void **state)
{
    (void)state;
    free(assert_fine(call(SMALL "run until step 4\n"
                                "expect step == 4\n"
                                "step 2\n"
                                "expect step == 6\n"
                                "at 8 set vertex=20\n"
                                "expect step == 8\n"
                                "epoch\n"
                                "expect step == 9\n"
                                "expect epoch >= 3\n"
                                "expect task == 1\n"
                                "expect dead >= 0\n"
                                "quit\n"
                                "bogus\n",
                          "script", "-", "-q", NULL)));
}

static void echo_prints_its_words(void **state)
{
    (void)state;
    char *text = assert_fine(call("echo 'one  two' three # four\n", "script", "-", TINY, NULL));
    assert_string_equal(text, "one  two three\n");
    free(text);
}

static void keys_and_sizes_drive_the_screen(void **state)
{
    (void)state;
    free(assert_fine(call(SMALL "key . . n\n"
                                "expect step == 2\n"
                                "save-display small.txt\n"
                                "resize 132x43\n"
                                "key ?\n"
                                "save-display large.txt\n"
                                "save-display large.png\n"
                                "key Esc\n"
                                "resize 20x5\n"
                                "save-display tiny.txt\n",
                          "script", "-", "-q", NULL)));
    size_t small, large, tiny;
    char *a = read_file("small.txt", &small), *b = read_file("large.txt", &large),
         *c = read_file("tiny.txt", &tiny);
    assert_non_null(strstr(a, "n 3"));
    assert_true(large > small && small > tiny);
    free(a);
    free(b);
    free(c);
    json_t *o = assert_json(call(NULL, "inspect", "large.png", "--json", NULL));
    assert_true(json_integer_value(json_object_get(o, "width")) >= 132 * 6);
    json_decref(o);
}

/* The whole point: what a person did, replayed without a screen, ends in the same weights. */
static void a_log_replays_to_the_same_digest(void **state)
{
    char expect[64];
    (void)state;
    free(assert_fine(call(SMALL "set seed=5\n"
                                "key . .\n"
                                "run until step 7\n"
                                "key n n\n"
                                "step 3\n"
                                "dream 4\n"
                                "set rate=0.02\n"
                                "run until step 20\n"
                                "export log log.txt\n",
                          "script", "-", "-q", "--save", "log.safetensors", NULL)));
    json_t *o = assert_json(call(NULL, "inspect", "log.safetensors", "--json", NULL));
    snprintf(expect, sizeof expect, "expect digest == %s\n",
             text_of(json_object_get(o, "metadata"), "digest"));
    json_decref(o);
    size_t n;
    char *log = read_file("log.txt", &n);
    char *script = malloc(n + sizeof expect);
    assert_non_null(script);
    snprintf(script, n + sizeof expect, "%s%s", log, expect);
    free(assert_fine(call(script, "script", "-", "-q", NULL)));
    free(script);
    free(log);
}

static void run_and_script_end_in_the_same_digest(void **state)
{
    char script[128];
    (void)state;
    json_t *o =
        assert_json(call(NULL, "run", TINY, "--vertex", "10", "--epochs", "4", "--json", NULL));
    snprintf(script, sizeof script,
             "set vertex=10\nset epochs=4\nrun\nexpect digest == %s\nexpect step == 12\n",
             text_of(o, "digest"));
    json_decref(o);
    free(assert_fine(call(script, "script", "-", "-q", TINY, NULL)));
}

static void looking_does_not_change_the_run(void **state)
{
    char script[512];
    (void)state;
    json_t *o = assert_json(call(NULL, "run", TINY, "--epochs", "3", "--json", NULL));
    snprintf(script, sizeof script,
             "set epochs=3\nrun until step 4\nevaluate\nkey 3 z c g w 1 Enter\n"
             "save-display look.txt\nsnapshot wall look.png\nexpect acc >= 0\nrun\n"
             "expect digest == %s\n",
             text_of(o, "digest"));
    json_decref(o);
    free(assert_fine(call(script, "script", "-", "-q", TINY, NULL)));
    assert_true(has_file("look.png"));
}

/* The script ends in expectations of its own. */
static void adam_kills_neurons_and_sgd_with_gaba_does_not(void **state)
{
    char path[512];
    const char *tests = getenv("MN_TESTS");
    (void)state;
    assert_non_null(tests);
    snprintf(path, sizeof path, "%s/../assets/sdm/dead-neurons.mnemo", tests);
    char *text = assert_fine(call(NULL, "script", path, NULL));
    assert_non_null(strstr(text, "none is dead after the first task"));
    free(text);
    assert_non_null(strstr(text = read_file("coroner-1.txt", NULL), "is dead: never won"));
    free(text);
    assert_non_null(strstr(text = read_file("coroner-2.txt", NULL), "is dead: overtaken"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_carry_file_and_line),
        cmocka_unit_test(hostile_scripts_are_one_clear_error),
        cmocka_unit_test(commands_block_until_their_goal),
        cmocka_unit_test(echo_prints_its_words),
        cmocka_unit_test(keys_and_sizes_drive_the_screen),
        cmocka_unit_test(a_log_replays_to_the_same_digest),
        cmocka_unit_test(run_and_script_end_in_the_same_digest),
        cmocka_unit_test(looking_does_not_change_the_run),
        cmocka_unit_test(adam_kills_neurons_and_sgd_with_gaba_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
