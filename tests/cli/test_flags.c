#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void check_page(char *text, int lines_max)
{
    int lines = 0;
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        assert_non_null(end);
        if (end - line > 80)
            fail_msg("longer than 80 columns: %.*s", (int)(end - line), line);
        int open = 0;
        for (char *c = line; c < end; c++)
            open += (*c == '(') - (*c == ')');
        if (open)
            fail_msg("cut within parentheses: %.*s", (int)(end - line), line);
        lines++;
    }
    if (lines > lines_max)
        fail_msg("%d lines, want at most %d", lines, lines_max);
    free(text);
}

static void help_fits_a_small_terminal(void **state)
{
    (void)state;
    check_page(assert_fine(call(NULL, "--help", NULL)), 24);
    check_page(assert_fine(call(NULL, "-h", NULL)), 24);
}

static void every_subcommand_has_a_page(void **state)
{
    static const char *const names[] = {"run", "script", "inspect", "list", "bench"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *text = assert_fine(call(NULL, names[i], "--help", NULL));
        assert_non_null(strstr(text, names[i]));
        check_page(text, 24);
    }
    check_page(assert_fine(call(NULL, "sweep", "--help", NULL)), 40); /* it has most flags */
}

static void version_names_the_libraries(void **state)
{
    (void)state;
    char *text = assert_fine(call(NULL, "--version", NULL));
    assert_int_equal(strncmp(text, "mnemoscope ", 11), 0);
    assert_non_null(strstr(text, "BLAS"));
    assert_non_null(strstr(text, "jansson"));
    free(text);
}

static void mistyped_names_bring_the_closest(void **state)
{
    (void)state;
    assert_refused(call(NULL, "--vertx", "3", NULL), 2, "did you mean '--vertex'?");
    assert_refused(call(NULL, "run", "--jsn", NULL), 2, "did you mean '--json'?");
    assert_refused(call(NULL, "rum", NULL), 2, "did you mean 'run'?");
    assert_refused(call(NULL, "run", "--preset", "defalt", NULL), 2, "'default'");
    assert_refused(call(NULL, "run", "--data", "mnits", NULL), 2, "'mnist'");
    assert_refused(call(NULL, "run", "--model", "dan", NULL), 2, "'dam'");
    assert_refused(call(NULL, "run", "--strategy", "vanila", NULL), 2, "'vanilla'");
    assert_refused(call(NULL, "run", "--snapshot", "wal=x.png", NULL), 2, "'wall'");
    assert_refused(call(NULL, "run", "--set", "vertx=3", NULL), 2, "'vertex'");
    assert_refused(call(NULL, "list", "modles", NULL), 2, "'models'");
}

static void bad_values_say_what_is_wanted(void **state)
{
    (void)state;
    assert_refused(call(NULL, "run", "--vertex", "1000", NULL), 2, "vertex cannot be '1000'");
    assert_refused(call(NULL, "run", "--vertex", "two", NULL), 2, "vertex cannot be 'two'");
    assert_refused(call(NULL, "run", "--vertex=", NULL), 2, "vertex cannot be ''");
    assert_refused(call(NULL, "run", "--vertex", NULL), 2, "'--vertex' wants a value");
    assert_refused(call(NULL, "run", "--seed", "-1", NULL), 2, "seed cannot be '-1'");
    assert_refused(call(NULL, "run", "--rate", "nan", NULL), 2, "rate cannot be 'nan'");
    assert_refused(call(NULL, "run", "--interaction", "cubic", NULL), 2, "rectified");
    assert_refused(call(NULL, "run", "--set", "vertex", NULL), 2, "wants NAME=VALUE");
    assert_refused(call(NULL, "run", "--snapshot", "wall", NULL), 2, "wants VIEW=FILE.png");
    assert_refused(call(NULL, "run", "--save", NULL), 2, "'--save' wants FILE");
    assert_refused(call(NULL, "run", "--json=yes", NULL), 2, "takes no value");
    assert_refused(call(NULL, "run", "--no-vertex", NULL), 2, "yes or no");
    assert_refused(call(NULL, "run", "--glyphs", "huge", NULL), 2, "wanted auto, half");
    assert_refused(call(NULL, "explore", "--fps", "0", NULL), 2, "from 1 to 60");
}

static void flags_belong_to_subcommands(void **state)
{
    (void)state;
    assert_refused(call(NULL, "bench", "--save", "x", NULL), 2, "bench takes no '--save'");
    assert_refused(call(NULL, "inspect", "x", "--vertex", "3", NULL), 2, "unknown flag");
    assert_refused(call(NULL, "inspect", NULL), 2, "inspect wants FILE");
    assert_refused(call(NULL, "run", "extra", NULL), 2, "'extra'");
    assert_refused(call(NULL, "script", "a", "b", NULL), 2, "'b'");
}

static void missing_files_are_failures_of_status_one(void **state)
{
    (void)state;
    assert_refused(call(NULL, "run", "--resume", "none.safetensors", NULL), 1, "none.safet");
    assert_refused(call(NULL, "run", "--weights", "none.safetensors", TINY, NULL), 1, "none");
    assert_refused(call(NULL, "run", "--data", "mnist", "--data-dir", "nowhere", NULL), 1,
                   "cannot find mnist");
    assert_refused(call(NULL, "run", "--data", "arrays:none", NULL), 1, "none");
    assert_refused(call(NULL, "script", "none.txt", NULL), 1, "none.txt");
    assert_refused(call(NULL, "inspect", "none", NULL), 1, "none");
}

/* Two classes of three pictures of one pixel, and a file that is no picture. */
static void put_pictures(const char *folder)
{
    char name[64];
    mkdir(scratch_path(folder), 0777);
    for (int k = 0; k < 2; k++) {
        snprintf(name, sizeof name, "%s/%c", folder, "ab"[k]);
        mkdir(scratch_path(name), 0777);
        for (int i = 0; i < 3; i++) {
            snprintf(name, sizeof name, "%s/%c/%d.pgm", folder, "ab"[k], i);
            write_file(name, k ? "P5 1 1 255\n\xff" : "P5 1 1 255\n ", 12);
        }
    }
    snprintf(name, sizeof name, "%s/b/broken.png", folder);
    write_file(name, "broken", 6);
}

static void a_bad_picture_ends_a_run_or_is_listed_when_asked(void **state)
{
    (void)state;
    put_pictures("shots");
    assert_refused(call(NULL, "run", "--data", "images:shots", NULL), 1, "shots/b/broken.png");
    outcome o = call(NULL, "run", "--data", "images:shots", "--skip-bad", "--epochs", "1",
                     "--batch", "2", "--memories", "3", "--image-side", "2", NULL);
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "left out: cannot read a picture from 'shots/b/broken.png'"));
    assert_non_null(strstr(o.out, "dam on images"));
    outcome_finish(&o);
    free(assert_fine(call(NULL, "run", "-q", "--data", "images:shots", "--skip-bad", "--epochs",
                          "1", "--batch", "2", "--memories", "3", NULL)));
}

/* The same experiment however it is spelt: the order of flags, `=`, letters, --set. */
static void spellings_of_a_flag_mean_the_same(void **state)
{
    (void)state;
    json_t *a = assert_json(call(NULL, "run", "--json", "--epochs", "1", TINY, "--vertex", "20",
                                 "--preset", "mcalister", "--batch=50", NULL));
    json_t *b =
        assert_json(call(NULL, "run", "--preset=mcalister", "--set", "model.vertex=20",
                         "--epochs=1", TINY, "-n", "20", "--batch", "50", "--json", NULL));
    json_t *ca = json_object_get(a, "configuration"), *cb = json_object_get(b, "configuration");
    assert_true(json_equal(ca, cb));
    assert_int_equal(
        json_integer_value(json_object_get(json_object_get(ca, "model"), "vertex")), 20);
    assert_string_equal(text_of(a, "digest"), text_of(b, "digest"));
    json_decref(a);
    json_decref(b);
}

static void yes_and_no_have_short_forms(void **state)
{
    (void)state;
    json_t *a = assert_json(call(NULL, "list", "parameters", "--json", "--task-units",
                                 "--no-first-identity", "--advance", "no", NULL));
    size_t i;
    json_t *row;
    int seen = 0;
    json_array_foreach(a, i, row)
    {
        const char *name = text_of(row, "name");
        if (!strcmp(name, "task-units") && ++seen)
            assert_string_equal(text_of(row, "value"), "yes");
        if ((!strcmp(name, "first-identity") || !strcmp(name, "advance")) && ++seen)
            assert_string_equal(text_of(row, "value"), "no");
    }
    assert_int_equal(seen, 3);
    json_decref(a);
}

static void a_full_disk_is_noticed(void **state)
{
    (void)state;
    if (!getenv("MN_PROGRAM"))
        skip();
    outcome o =
        call_other("/bin/sh", NULL, "-c", "\"$MN_PROGRAM\" list models >/dev/full", NULL);
    assert_refused(o, 1, "cannot write to standard output");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_fits_a_small_terminal),
        cmocka_unit_test(every_subcommand_has_a_page),
        cmocka_unit_test(version_names_the_libraries),
        cmocka_unit_test(mistyped_names_bring_the_closest),
        cmocka_unit_test(bad_values_say_what_is_wanted),
        cmocka_unit_test(flags_belong_to_subcommands),
        cmocka_unit_test(missing_files_are_failures_of_status_one),
        cmocka_unit_test(a_bad_picture_ends_a_run_or_is_listed_when_asked),
        cmocka_unit_test(spellings_of_a_flag_mean_the_same),
        cmocka_unit_test(yes_and_no_have_short_forms),
        cmocka_unit_test(a_full_disk_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
