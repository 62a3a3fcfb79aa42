#include "program.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void the_summary_is_one_json_object(void **state)
{
    (void)state;
    json_t *o = assert_json(call(NULL, "run", TINY, "--tasks", "permuted", "--n-tasks", "2",
                                 "--task-units", "--epochs", "2", "--json", NULL));
    json_t *R = json_object_get(o, "R");
    assert_int_equal(json_array_size(R), 2);
    assert_int_equal(json_array_size(json_array_get(R, 0)), 2);
    assert_true(json_is_number(json_object_get(o, "ACC")));
    assert_true(json_is_number(json_object_get(o, "BWT")));
    assert_true(json_is_number(json_object_get(o, "forgetting")));
    assert_int_equal(json_integer_value(json_object_get(o, "steps")), 12);
    assert_true(json_is_true(json_object_get(o, "finished")));
    assert_true(json_number_value(json_object_get(o, "seconds")) > 0.0);
    assert_true(json_number_value(json_object_get(o, "items_per_s")) > 0.0);
    assert_int_equal(strlen(text_of(o, "digest")), 16);
    assert_int_equal(json_array_size(json_object_get(o, "tasks")), 2);
    json_t *tables = json_object_get(o, "configuration");
    assert_int_equal(json_object_size(tables), 7);
    json_decref(o);
}

static void undefined_measures_are_null(void **state)
{
    (void)state;
    json_t *o = assert_json(call(NULL, "run", TINY, "--epochs", "1", "--json", NULL));
    assert_true(json_is_null(json_object_get(o, "BWT")));
    assert_true(json_is_null(json_object_get(o, "FWT")));
    assert_true(json_is_null(json_object_get(o, "forgetting")));
    json_decref(o);
    char *text = assert_fine(call(NULL, "run", TINY, "--epochs", "1", NULL));
    assert_non_null(strstr(text, "undefined for one trained task"));
    free(text);
}

static void the_same_seed_gives_the_same_digest(void **state)
{
    (void)state;
    json_t *a = assert_json(call(NULL, "run", TINY, "--epochs", "2", "--json", NULL));
    json_t *b = assert_json(call(NULL, "run", TINY, "--epochs", "2", "--json", NULL));
    json_t *c =
        assert_json(call(NULL, "run", TINY, "--epochs", "2", "--json", "--seed", "2", NULL));
    assert_string_equal(text_of(a, "digest"), text_of(b, "digest"));
    assert_string_not_equal(text_of(a, "digest"), text_of(c, "digest"));
    json_decref(a);
    json_decref(b);
    json_decref(c);
}

static void a_resumed_run_ends_like_one_that_never_stopped(void **state)
{
    (void)state;
    json_t *whole = assert_json(call(NULL, "run", TINY, "--epochs", "4", "--json", NULL));
    free(assert_fine(call(NULL, "run", TINY, "--epochs", "4", "--steps", "5", "-q", "--save",
                          "half.safetensors", NULL)));
    json_t *rest = assert_json(
        call(NULL, "run", "--resume", "half.safetensors", "--steps", "0", "--json", NULL));
    assert_string_equal(text_of(whole, "digest"), text_of(rest, "digest"));
    assert_int_equal(json_integer_value(json_object_get(rest, "steps")), 12);
    json_decref(whole);
    json_decref(rest);
}

/* What was explored waits for a person at the end of a task; run goes through. */
static void a_checkpoint_of_an_explored_run_ends_when_run(void **state)
{
    (void)state;
    free(assert_fine(call("set advance=no\nset epochs=2\nrun until epoch 3\n", "script", "-",
                          "-q", TINY, "--save", "explored.safetensors", NULL)));
    json_t *o =
        assert_json(call(NULL, "run", "--resume", "explored.safetensors", "--json", NULL));
    assert_true(json_is_true(json_object_get(o, "finished")));
    json_decref(o);
}

static void a_finished_run_goes_on_with_more_epochs(void **state)
{
    (void)state;
    free(assert_fine(call(NULL, "run", TINY, "--epochs", "2", "-q", "--save",
                          "finished.safetensors", NULL)));
    json_t *o = assert_json(call(NULL, "run", "--resume", "finished.safetensors", "--epochs",
                                 "4", "--vertex", "20", "--json", NULL));
    assert_int_equal(json_integer_value(json_object_get(o, "steps")), 12);
    json_decref(o);
    assert_refused(call(NULL, "run", "--resume", "finished.safetensors", NULL), 1,
                   "set epochs=");
}

static void nothing_is_overwritten(void **state)
{
    (void)state;
    write_file("kept.safetensors", "kept", 4);
    write_file("kept.png", "kept", 4);
    assert_refused(call(NULL, "run", TINY, "--save", "kept.safetensors", NULL), 1, "it exists");
    assert_refused(call(NULL, "run", TINY, "--snapshot", "wall=kept.png", NULL), 1,
                   "it exists");
    for (int i = 0; i < 2; i++) {
        size_t n;
        char *text = read_file(i ? "kept.png" : "kept.safetensors", &n);
        assert_string_equal(text, "kept");
        free(text);
    }
    free(assert_fine(call(NULL, "run", TINY, "--steps", "1", "-q", "--replace", "--save",
                          "kept.safetensors", "--snapshot", "wall=kept.png", NULL)));
    free(assert_fine(call(NULL, "inspect", "kept.safetensors", NULL)));
    free(assert_fine(call(NULL, "inspect", "kept.png", NULL)));
}

static void every_view_can_be_painted(void **state)
{
    static const char *const views[] = {"wall",     "tasks", "neurons",
                                        "timeline", "dream", "screen"};
    (void)state;
    free(assert_fine(call(NULL, "run", TINY, "--steps", "4", "-q", "--bg", "light",
                          "--snapshot", "wall=wall.png", "--snapshot", "tasks=tasks.png",
                          "--snapshot", "neurons=neurons.png", "--snapshot",
                          "timeline=timeline.png", "--snapshot", "dream=dream.png",
                          "--snapshot", "screen=screen.png", NULL)));
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s.png", views[i]);
        json_t *o = assert_json(call(NULL, "inspect", name, "--json", NULL));
        json_t *metadata = json_object_get(o, "metadata");
        assert_string_equal(text_of(o, "kind"), "picture");
        assert_true(json_integer_value(json_object_get(o, "width")) >= 200);
        assert_string_equal(text_of(metadata, "mnemoscope:step"), "4");
        assert_int_equal(strlen(text_of(metadata, "mnemoscope:digest")), 16);
        assert_non_null(strstr(text_of(metadata, "mnemoscope:command-line"), "--bg light"));
        assert_non_null(strstr(text_of(metadata, "mnemoscope:configuration"), "memories=12"));
        json_decref(o);
    }
}

static void pictures_are_the_same_bytes_every_time(void **state)
{
    size_t n[2];
    char *bytes[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        free(assert_fine(call(NULL, "run", TINY, "--steps", "3", "-q", "--replace",
                              "--snapshot", "wall=same.png", NULL)));
        bytes[i] = read_file("same.png", &n[i]);
    }
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(bytes[0], bytes[1], n[0]);
    free(bytes[0]);
    free(bytes[1]);
}

static void metrics_are_lines_or_columns(void **state)
{
    size_t n;
    (void)state;
    free(assert_fine(
        call(NULL, "run", TINY, "--epochs", "3", "-q", "--metrics", "m.csv", NULL)));
    free(assert_fine(
        call(NULL, "run", TINY, "--epochs", "3", "-q", "--metrics", "m.jsonl", NULL)));
    char *csv = read_file("m.csv", &n), *lines = read_file("m.jsonl", &n);
    assert_non_null(strchr(csv, ','));
    int records = 0;
    for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n"), records++) {
        json_t *o = json_loads(line, 0, NULL);
        assert_true(json_is_object(o));
        json_decref(o);
    }
    assert_true(records >= 3);
    free(csv);
    free(lines);
}

/* SIGINT from outside while it trains: the step is ended, what was asked for is saved. The
 * program is told through its metrics file that training goes on. */
static void an_interrupt_saves_and_says_130(void **state)
{
    int status;
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        const char *program = getenv("MN_PROGRAM");
        if (chdir(tests_scratch()) != 0 || !freopen("/dev/null", "w", stdout))
            _exit(126);
        execl(program, program, "run", TINY, "--epochs", "1000000", "--save", "cut.safetensors",
              "--metrics", "cut.jsonl", (char *)NULL);
        _exit(127);
    }
    for (;;) {
        int records = 0;
        char *text = has_file("cut.jsonl") ? read_file("cut.jsonl", NULL) : NULL;
        for (char *c = text; c && *c; c++)
            records += *c == '\n';
        free(text);
        if (records > 3 || waitpid(child, &status, WNOHANG) == child)
            break;
        usleep(1000);
    }
    kill(child, SIGINT);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
    json_t *o = assert_json(call(NULL, "inspect", "cut.safetensors", "--json", NULL));
    assert_true(json_integer_value(json_object_get(o, "step")) > 0);
    json_decref(o);
}

static void weights_from_a_checkpoint_start_a_run(void **state)
{
    (void)state;
    free(assert_fine(call(NULL, "run", TINY, "--vertex", "20", "--epochs", "20", "-q", "--save",
                          "taught.safetensors", NULL)));
    json_t *o = assert_json(call(NULL, "run", TINY, "--weights", "taught.safetensors",
                                 "--steps", "1", "--rate", "1e-6", "--json", NULL));
    json_t *new = assert_json(call(NULL, "run", TINY, "--steps", "1", "--json", NULL));
    assert_true(json_number_value(json_object_get(o, "ACC")) >=
                json_number_value(json_object_get(new, "ACC")));
    json_decref(new);
    json_decref(o);
    free(assert_fine(call(NULL, "run", TINY, "--weights", "taught.safetensors", "--steps", "1",
                          "-q", "--save", "told.safetensors", NULL)));
    o = assert_json(call(NULL, "inspect", "told.safetensors", "--json", NULL));
    const json_t *log = json_object_get(json_object_get(o, "metadata"), "log");
    assert_non_null(strstr(json_string_value(log), "0 weights taught.safetensors"));
    json_decref(o);
}

static void a_run_that_would_never_end_is_refused(void **state)
{
    (void)state;
    assert_refused(call(NULL, "run", TINY, "--advance", "no", NULL), 1, "advance=yes");
    free(assert_fine(call(NULL, "run", TINY, "--advance", "no", "--steps", "2", NULL)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_summary_is_one_json_object),
        cmocka_unit_test(undefined_measures_are_null),
        cmocka_unit_test(the_same_seed_gives_the_same_digest),
        cmocka_unit_test(a_resumed_run_ends_like_one_that_never_stopped),
        cmocka_unit_test(a_checkpoint_of_an_explored_run_ends_when_run),
        cmocka_unit_test(a_finished_run_goes_on_with_more_epochs),
        cmocka_unit_test(nothing_is_overwritten),
        cmocka_unit_test(every_view_can_be_painted),
        cmocka_unit_test(pictures_are_the_same_bytes_every_time),
        cmocka_unit_test(metrics_are_lines_or_columns),
        cmocka_unit_test(an_interrupt_saves_and_says_130),
        cmocka_unit_test(weights_from_a_checkpoint_start_a_run),
        cmocka_unit_test(a_run_that_would_never_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
