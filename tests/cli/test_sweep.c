#include "program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A run that takes milliseconds. */
#define QUICK                                                                                  \
    "--items", "120", "--test-items", "40", "--batch", "40", "--memories", "8",                \
        "--probe-items", "20", "--epochs", "1"
#define GRID "--over", "n=2,20", "--over", "rate=0.01,0.1"

static int lines_in(const char *name)
{
    int n = 0;
    char *text = read_file(name, NULL);
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        n++;
    free(text);
    return n;
}

static void assert_says(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in: %s", part, text);
}

static void remove_scratch(const char *name)
{
    unlink(scratch_path(name));
}

/* The files have the same bytes. */
static void assert_same(const char *a, const char *b)
{
    size_t n, m;
    char *x = read_file(a, &n), *y = read_file(b, &m);
    if (n != m || memcmp(x, y, n))
        fail_msg("'%s' and '%s' differ:\n%.3000s\n%.3000s", a, b, x, y);
    free(x);
    free(y);
}

static void make_grid(const char *name)
{
    outcome o = call(NULL, "sweep", GRID, "--seeds", "2", QUICK, "-o", name, "-q", NULL);
    assert_int_equal(o.status, 0);
    outcome_finish(&o);
}

static void a_grid_is_run_told_and_reported(void **state)
{
    (void)state;
    outcome o = call(NULL, "sweep", GRID, "--seeds", "2", QUICK, "-o", "grid.jsonl", NULL);
    assert_int_equal(o.status, 0);
    assert_int_equal(lines_in("grid.jsonl"), 1 + 8);
    assert_says(o.err, "8 runs, ");
    assert_says(o.err, "of 8 runs: vertex=2 rate=0.01: acc ");
    assert_says(o.err, "(2 seeds)");
    assert_says(o.out, "dam on digits: 8 runs, 4 points, 2 seeds, objective acc");
    assert_says(o.out, "n 20");
    assert_says(o.out, "best: n ");
    assert_says(o.out, "results: grid.jsonl");
    outcome_finish(&o);
}

static void quiet_says_nothing(void **state)
{
    (void)state;
    char *out = assert_fine(call(NULL, "sweep", "--over", "n=2,5", QUICK, "-q", NULL));
    assert_string_equal(out, "");
    assert_int_equal(lines_in("sweep.jsonl"), 1 + 2);
    free(out);
}

static void json_has_every_point(void **state)
{
    (void)state;
    json_t *o = assert_json(call(NULL, "sweep", "--over", "n=2,5,20", QUICK, "-o", "j.jsonl",
                                 "-q", "--json", NULL));
    json_t *points = json_object_get(o, "points");
    assert_int_equal(json_array_size(points), 3);
    assert_string_equal(
        text_of(json_object_get(json_array_get(points, 2), "settings"), "vertex"), "20");
    assert_true(json_is_object(json_object_get(o, "best")));
    assert_int_equal(json_integer_value(json_object_get(o, "runs")), 3);
    assert_string_equal(text_of(o, "results"), "j.jsonl");
    json_decref(o);
}

static void csv_table_and_charts_are_written(void **state)
{
    (void)state;
    make_grid("files.jsonl");
    free(assert_fine(call(NULL, "sweep", GRID, "--seeds", "2", QUICK, "-o", "files.jsonl", "-q",
                          "--csv", "files.csv", "--table", "files.md", "--table", "files.txt",
                          "--chart", "heat=heat.png", "--chart", "curve=curve.png", NULL)));
    assert_int_equal(lines_in("files.csv"), 1 + 8);
    char *text = read_file("files.md", NULL);
    assert_says(text, "|");
    free(text);
    assert_true(has_file("files.txt"));
    outcome o = call(NULL, "inspect", "heat.png", NULL);
    assert_int_equal(o.status, 0);
    assert_says(o.out, "mnemoscope sweep --over n=2,20");
    assert_says(o.out, "over vertex=2,20");
    outcome_finish(&o);
    assert_true(has_file("curve.png"));
}

static void nothing_is_overwritten_and_that_is_said_first(void **state)
{
    static const char *const targets[][2] = {
        {"--csv", "there"}, {"--table", "there"}, {"--chart", "curve=there"}};
    (void)state;
    write_file("there", "x", 1);
    for (int i = 0; i < 3; i++) {
        assert_refused(call(NULL, "sweep", "--over", "n=2,5", QUICK, "-o", "late.jsonl",
                            targets[i][0], targets[i][1], NULL),
                       1, "it exists (--replace allows it)");
        assert_false(has_file("late.jsonl"));
        free(assert_fine(call(NULL, "sweep", "--over", "n=2,5", QUICK, "-o", "late.jsonl", "-q",
                              "--replace", targets[i][0], targets[i][1], NULL)));
        remove_scratch("late.jsonl");
        write_file("there", "x", 1);
    }
}

static void the_same_command_goes_on(void **state)
{
    (void)state;
    make_grid("whole.jsonl");
    char *text = read_file("whole.jsonl", NULL), *at = text;
    for (int i = 0; i < 4; i++) /* the plan, three runs, and a half */
        at = strchr(at, '\n') + 1;
    write_file("torn.jsonl", text, (size_t)(at - text) + 40);
    free(text);
    outcome o = call(NULL, "sweep", GRID, "--seeds", "2", QUICK, "-o", "torn.jsonl", NULL);
    assert_int_equal(o.status, 0);
    assert_says(o.err, "continuing: 3 of 8 runs are there");
    assert_same("torn.jsonl", "whole.jsonl");
    outcome_finish(&o);
}

static void another_plan_is_refused_unless_replaced(void **state)
{
    (void)state;
    make_grid("mine.jsonl");
    assert_refused(
        call(NULL, "sweep", "--over", "n=2,5", QUICK, "-o", "mine.jsonl", "-q", NULL), 1,
        "another study");
    assert_int_equal(lines_in("mine.jsonl"), 1 + 8);
    free(assert_fine(call(NULL, "sweep", "--over", "n=2,5", QUICK, "-o", "mine.jsonl", "-q",
                          "--replace", NULL)));
    assert_int_equal(lines_in("mine.jsonl"), 1 + 2);
    write_file("notes.txt", "not results\n", 12);
    assert_refused(call(NULL, "sweep", "--over", "n=2,5", QUICK, "-o", "notes.txt", "-q",
                        "--replace", NULL),
                   1, "notes.txt");
    assert_int_equal(lines_in("notes.txt"), 1);
}

static void jobs_and_shards_change_nothing(void **state)
{
    (void)state;
    make_grid("one.jsonl");
    free(assert_fine(call(NULL, "sweep", GRID, "--seeds", "2", QUICK, "-o", "two.jsonl", "-q",
                          "--jobs", "3", NULL)));
    assert_same("one.jsonl", "two.jsonl");
    free(assert_fine(
        call(NULL, "sweep", GRID, "--seeds", "2", QUICK, "-q", "--shard", "1/2", NULL)));
    free(assert_fine(
        call(NULL, "sweep", GRID, "--seeds", "2", QUICK, "-q", "--shard", "2/2", NULL)));
    assert_int_equal(lines_in("sweep-1-of-2.jsonl"), 1 + 4);
    free(assert_fine(call(NULL, "sweep", "--merge", "sweep-2-of-2.jsonl", "sweep-1-of-2.jsonl",
                          "-o", "merged.jsonl", "-q", NULL)));
    assert_same("one.jsonl", "merged.jsonl");
    assert_refused(call(NULL, "sweep", "--merge", "one.jsonl", "-o", "merged.jsonl", NULL), 1,
                   "merged.jsonl");
}

static void flags_that_make_no_sense_are_refused(void **state)
{
    static const char *const bad[][3] = {
        {"fig9", NULL, "did you mean 'fig"},
        {"--small", NULL, "a size of recipes"},
        {"--over=foo=1", NULL, "unknown parameter 'foo'"},
        {"--over=n", NULL, "wanted NAME=VALUES"},
        {"--over=n=2,x", NULL, "'x'"},
        {"--over=strength=1..2", NULL, "cannot make a grid"},
        {"--over=n=2,5", "--trials=0", "'0'"},
        {"--over=n=2,5", "--sampler=tp", "did you mean 'tpe'"},
        {"--over=n=2,5", "--objective=speed", "speed"},
        {"--over=n=2,5", "--seeds=many", "'many'"},
        {"--over=n=2,5", "--jobs=0", "--jobs cannot be '0': wanted a whole number from 1"},
        {"--over=n=2,5", "--shard=0/2", "--shard cannot be '0/2': wanted I/N"},
        {"--over=n=2,5", "--shard=3/2", "from 1/N to N/N"},
        {"--over=n=2,5", "--shard=1/2x", "wanted I/N"},
        {"--over=n=2,5", "--chart=pie=x.png", "unknown chart 'pie': wanted curve"},
        {"--over=n=2,5", "--chart=curve", "wants KIND=FILE.png"},
        {"--over=n=2,5", "--out=", "the name is empty"},
        {"--variant=EWC", NULL, "wanted NAME: SETTINGS"},
        {"--variant=EWC: strategy=ewcc", NULL, "unknown strategy 'ewcc'"},
        {"--over=rehearsal.proportion=0,1", "--over=vanilla.strength=1,2",
         "--variant compares"},
        {"--plain", NULL, "takes no '--plain'"},
        {"--merge", NULL, "--merge wants results files and -o FILE"},
        {"fig1a", "fig1b", "does not know what to do with 'fig1b'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_refused(call(NULL, "sweep", bad[i][0], bad[i][1], NULL), 2, bad[i][2]);
    assert_refused(call(NULL, "sweep", NULL), 2, "sweep wants a recipe");
    assert_refused(
        call(NULL, "sweep", "--over", "n=2,5", "--tuned", "none.jsonl", QUICK, "-q", NULL), 1,
        "none.jsonl");
}

static void a_strategy_may_stand_before_its_parameter(void **state)
{
    (void)state;
    free(assert_fine(call(NULL, "sweep", "--over", "rehearsal.proportion=0:1:0.5", QUICK, "-q",
                          "-o", "prefix.jsonl", NULL)));
    char *text = read_file("prefix.jsonl", NULL);
    assert_says(text, "strategy=rehearsal");
    assert_says(text, "over proportion=0,0.5,1");
    free(text);
}

static void a_flag_leaves_one_value_of_what_a_recipe_goes_through(void **state)
{
    static const char recipe[] = "# mine\ntitle Mine\nset data=digits strategy=rehearsal\n"
                                 "over n=2,5,10\nover proportion=0,1\nseeds 3\n"
                                 "small seeds 1\n";
    (void)state;
    write_file("own.recipe", recipe, sizeof recipe - 1);
    free(assert_fine(
        call(NULL, "sweep", "own.recipe", "--small", "--vertex", "20", QUICK, "-q", NULL)));
    char *text = read_file("own.jsonl", NULL);
    assert_says(text, "over vertex=20\"");
    assert_says(text, "over proportion=0,1");
    free(text);
    assert_int_equal(lines_in("own.jsonl"), 1 + 2);
    write_file("bad.recipe", "title x\nover n=2\nseads 3\n", 25);
    assert_refused(call(NULL, "sweep", "bad.recipe", NULL), 2, "bad.recipe:3: ");
}

static void variants_are_compared_and_settings_searched(void **state)
{
    (void)state;
    outcome o =
        call(NULL, "sweep", "--variant", "none: strategy=vanilla", "--variant",
             "all of it: strategy=rehearsal proportion=1", "--search", "rate=0.01..0.2:log",
             "--trials", "3", "--sampler", "random", QUICK, "-o", "searched.jsonl", NULL);
    assert_int_equal(o.status, 0);
    assert_int_equal(lines_in("searched.jsonl"), 1 + 6);
    assert_says(o.out, "all of it");
    assert_says(o.out, "rate");
    outcome_finish(&o);
    o = call(NULL, "sweep", "--variant", "none: strategy=vanilla", "--variant",
             "all of it: strategy=rehearsal proportion=1", QUICK, "--tuned", "searched.jsonl",
             "-q", "-o", "tuned.jsonl", NULL);
    assert_int_equal(o.status, 0);
    outcome_finish(&o);
    char *text = read_file("tuned.jsonl", NULL);
    assert_says(text, "rate=");
    free(text);
}

static void failed_runs_are_counted_and_the_rest_goes_on(void **state)
{
    (void)state;
    outcome o = call(NULL, "sweep", "--over", "data=digits,mnist", "--data-dir", "/nowhere",
                     QUICK, "-o", "some.jsonl", "-q", NULL);
    assert_int_equal(o.status, 0);
    assert_says(o.err, "1 of 2 runs failed, the first: ");
    outcome_finish(&o);
    o = call(NULL, "sweep", "--data", "mnist", "--data-dir", "/nowhere", "--seeds", "2", QUICK,
             "-o", "all.jsonl", NULL);
    assert_int_equal(o.status, 1);
    assert_says(o.err, "all 2 runs failed, the first: ");
    outcome_finish(&o);
    outcome_finish(&o);
}

static void every_recipe_can_be_planned_in_both_sizes(void **state)
{
    (void)state;
    size_t i;
    json_t *row, *rows = assert_json(call(NULL, "list", "recipes", "--json", NULL));
    assert_in_range(json_array_size(rows), 10, 100);
    json_array_foreach(rows, i, row)
    {
        int whole = 0, small = 0;
        const char *runs = text_of(row, "settings");
        sscanf(runs, "%d runs; with --small %d", &whole, &small);
        if (small < 2 || whole <= small)
            fail_msg("%s: %s", text_of(row, "name"), runs);
    }
    json_decref(rows);
}

/* Waits, within reason, for the file to have so many lines. */
static int wait_for_lines(const char *name, int wanted)
{
    for (int i = 0; i < 2000; i++) {
        if (has_file(name) && lines_in(name) >= wanted)
            return 1;
        poll(NULL, 0, 10);
    }
    return 0;
}

static pid_t begin(const char *input)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (chdir(tests_scratch()) != 0 || !freopen(input, "w", stderr))
            _exit(126);
        execl(getenv("MN_PROGRAM"), "mnemoscope", "sweep", "--over", "n=2,3,4,5", "--seeds",
              "50", "--jobs", "2", "--items", "400", "--epochs", "3", "-o", "stopped.jsonl",
              (char *)NULL);
        _exit(127);
    }
    return child;
}

static void an_interrupt_keeps_what_is_done_and_says_how_to_go_on(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM};
    (void)state;
    for (int i = 0; i < 2; i++) {
        int status;
        pid_t child = begin("said");
        assert_true(wait_for_lines("stopped.jsonl", 3 + 2 * i));
        kill(child, signals[i]);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 128 + signals[i]);
        char *said = read_file("said", NULL);
        assert_says(said, "of 200 runs are in 'stopped.jsonl'; the same command goes on");
        if (i)
            assert_says(said, "continuing: ");
        free(said);
        assert_in_range(lines_in("stopped.jsonl"), 3 + 2 * i, 200);
    }
}

static void results_are_text_where_there_is_no_terminal(void **state)
{
    (void)state;
    make_grid("look.jsonl");
    char *out = assert_fine(call(NULL, "explore", "look.jsonl", NULL));
    assert_says(out, "lines instead of a full screen: standard input is not a terminal");
    assert_says(out, "8 runs, 4 points");
    assert_says(out, "best: n ");
    free(out);
    out = assert_fine(call(NULL, "explore", "--plain", "look.jsonl", NULL));
    assert_null(strstr(out, "instead"));
    free(out);
}

static void what_is_no_results_is_refused_by_what_it_is(void **state)
{
    (void)state;
    free(assert_fine(
        call(NULL, "run", QUICK, "-q", "--save", "c.st", "--snapshot", "wall=w.png", NULL)));
    write_file("empty", "", 0);
    write_file("prose", "once upon a time\n", 17);
    write_file("zeros", "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    assert_refused(call(NULL, "explore", "c.st", NULL), 1, "is a checkpoint");
    assert_refused(call(NULL, "explore", "w.png", NULL), 1, "is a picture");
    assert_refused(call(NULL, "explore", "empty", NULL), 1, "is empty");
    assert_refused(call(NULL, "explore", "prose", NULL), 1, "no results of a study");
    assert_refused(call(NULL, "explore", "zeros", NULL), 1, "no results of a study");
    assert_refused(call(NULL, "explore", "absent", NULL), 1, "cannot open 'absent'");
    assert_refused(call(NULL, "explore", "a", "b", NULL), 2, "does not know what to do");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grid_is_run_told_and_reported),
        cmocka_unit_test(quiet_says_nothing),
        cmocka_unit_test(json_has_every_point),
        cmocka_unit_test(csv_table_and_charts_are_written),
        cmocka_unit_test(nothing_is_overwritten_and_that_is_said_first),
        cmocka_unit_test(the_same_command_goes_on),
        cmocka_unit_test(another_plan_is_refused_unless_replaced),
        cmocka_unit_test(jobs_and_shards_change_nothing),
        cmocka_unit_test(flags_that_make_no_sense_are_refused),
        cmocka_unit_test(a_strategy_may_stand_before_its_parameter),
        cmocka_unit_test(a_flag_leaves_one_value_of_what_a_recipe_goes_through),
        cmocka_unit_test(variants_are_compared_and_settings_searched),
        cmocka_unit_test(failed_runs_are_counted_and_the_rest_goes_on),
        cmocka_unit_test(every_recipe_can_be_planned_in_both_sizes),
        cmocka_unit_test(an_interrupt_keeps_what_is_done_and_says_how_to_go_on),
        cmocka_unit_test(results_are_text_where_there_is_no_terminal),
        cmocka_unit_test(what_is_no_results_is_refused_by_what_it_is),
    };
    return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
