#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "small.h"
#include "support.h"

static void the_same_seed_and_log_give_the_same_digest(void **state)
{
    mn_session *a = small_session(NULL), *b = small_session(NULL), *c = small_session("seed=2");
    small_do(a, "run"), small_do(b, "run"), small_do(c, "run");
    small_run(a), small_run(b), small_run(c);
    assert_true(mn_session_step(a) == 16);
    assert_true(mn_session_digest(a) == mn_session_digest(b));
    assert_true(mn_session_digest(a) != mn_session_digest(c));
    mn_session_destroy(a), mn_session_destroy(b), mn_session_destroy(c);
}

static void looking_does_not_change_the_run(void **state)
{
    mn_session *a = small_session(NULL), *b = small_session(NULL);
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    small_do(a, "run"), small_do(b, "run");
    while (mn_session_advance(a)) {
        small_do(a, "viewport wins winner-share 0 5 3 -1");
        small_do(a, "evaluate");
        small_do(a, "pace faster");
        assert_ok(mn_session_snapshot(a, snap, mn_session_step(a) % 2, &err), &err);
    }
    small_run(b);
    assert_true(mn_session_digest(a) == mn_session_digest(b));
    mn_snapshot_destroy(snap);
    mn_session_destroy(a), mn_session_destroy(b);
}

static void play(mn_session *s)
{
    small_do(s, "run until step 3"), small_run(s);
    small_do(s, "set vertex=20 T=0.68");
    small_do(s, "step 2"), small_run(s);
    small_do(s, "dreaming");
    small_do(s, "dream 10");
    small_do(s, "run until step 9"), small_run(s);
    small_do(s, "task next");
    small_do(s, "down vertex");
    small_do(s, "epoch 2"), small_run(s);
    small_do(s, "task 1");
    small_do(s, "step"), small_run(s);
}

static void a_command_log_replays_the_run(void **state)
{
    mn_session *s = small_session("tasks=permuted n-tasks=3 task-units=yes advance=no");
    mn_text log = {0};
    mn_err err;
    play(s);
    assert_ok(mn_session_log(s, &log, &err), &err);
    mn_session *again = small_replay(log.data);
    assert_true(mn_session_step(again) == mn_session_step(s));
    assert_true(mn_session_digest(again) == mn_session_digest(s));
    mn_text_finish(&log);
    mn_session_destroy(s), mn_session_destroy(again);
}

static void undo_goes_back_bit_for_bit_and_redo_forward(void **state)
{
    mn_session *s = small_session(NULL);
    small_do(s, "step 5"), small_run(s);
    uint64_t before = mn_session_digest(s);
    small_do(s, "set vertex=20");
    small_do(s, "step 3"), small_run(s);
    uint64_t after = mn_session_digest(s);
    small_do(s, "undo");
    assert_true(mn_session_step(s) == 5);
    assert_true(mn_session_digest(s) == before);
    assert_string_equal(mn_session_config(s)->run.preset, "default");
    small_do(s, "redo");
    assert_true(mn_session_step(s) == 8);
    assert_true(mn_session_digest(s) == after);
    mn_session_destroy(s);
}

static void undo_brings_back_an_experiment_that_was_started_anew(void **state)
{
    mn_session *s = small_session(NULL);
    mn_err err;
    small_do(s, "step 5"), small_run(s);
    uint64_t before = mn_session_digest(s);
    small_do(s, "set memories=7");
    assert_true(mn_session_step(s) == 0);
    small_do(s, "undo");
    assert_true(mn_session_step(s) == 5);
    assert_true(mn_session_digest(s) == before);
    assert_failed(mn_session_do(s, "undo", NULL, &err), &err, MN_ELATER, "nothing to undo");
    mn_session_destroy(s);
}

static void a_failed_command_changes_nothing(void **state)
{
    static const char *const bad[] = {"set vertex=1",
                                      "set vertex=20 T=nan",
                                      "fly",
                                      "task next",
                                      "task 9",
                                      "dream 0",
                                      "dream x",
                                      "run until",
                                      "run until step",
                                      "run until moon 3",
                                      "pace 0",
                                      "set",
                                      "up",
                                      "up data",
                                      "viewport a b c d e f",
                                      "load /nonexistent",
                                      "weights /nonexistent",
                                      "save /nonexistent/x",
                                      "metrics /nonexistent/x",
                                      "export moon",
                                      "reset moon",
                                      "snapshot wall",
                                      "redo",
                                      "set data=arrays:/nonexistent",
                                      "set batch=0 memories=3",
                                      "note",
                                      "set \"vertex=3",
                                      "step -1",
                                      "epoch 1e3",
                                      "set memories=100000 data=nothing"};
    mn_session *s = small_session(NULL);
    small_do(s, "step 3"), small_run(s);
    uint64_t before = mn_session_digest(s);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mn_err err = {0};
        mn_status status = mn_session_do(s, bad[i], NULL, &err);
        if (status == MN_OK || !*err.msg)
            fail_msg("`%s` was not refused", bad[i]);
        assert_true(mn_session_digest(s) == before);
        assert_true(mn_session_step(s) == 3);
    }
    small_do(s, "run"), small_run(s);
    mn_session_destroy(s);
}

static void scores_are_undefined_until_they_are_measured(void **state)
{
    mn_session *s = small_session("tasks=permuted n-tasks=2 epochs=2");
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
    assert_true(isnan(snap->summary.acc) && isnan(snap->summary.bwt));
    assert_true(snap->probe_step == 0 && snap->now[0].n == 40 && snap->now[1].n == 0);
    small_do(s, "run"), small_run(s);
    assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
    assert_true(snap->n_trained == 2 && snap->state == MN_FINISHED);
    assert_true(isfinite(snap->summary.acc) && isfinite(snap->summary.bwt) &&
                isfinite(snap->summary.fwt));
    assert_true(snap->n_tiles == 12 && snap->progress == 1.0);
    assert_failed(mn_session_do(s, "run", NULL, &err), &err, MN_ELATER, "finished");
    small_do(s, "step 2"), small_run(s); /* a goal that is named reaches past the end */
    assert_true(mn_session_step(s) == 18);
    small_do(s, "set epochs=3");
    small_do(s, "run"), small_run(s);
    assert_true(mn_session_step(s) == 20);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void a_viewport_shows_its_units_and_the_cursors(void **state)
{
    mn_session *s = small_session(NULL);
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    small_do(s, "viewport number winner-share 2 3 11 -1");
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    assert_int_equal(snap->n_tiles, 4);
    assert_int_equal(mn_snapshot_tile(snap, 2), 0);
    assert_int_equal(mn_snapshot_tile(snap, 11), 3);
    assert_int_equal(mn_snapshot_tile(snap, 9), -1);
    small_do(s, "viewport number winner-share 900 3 -1 -1");
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    assert_int_equal(snap->n_tiles, 0);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void every_command_is_described(void **state)
{
    for (size_t i = 0; mn_commands[i]; i++) {
        const mn_command_ops *c = mn_commands[i];
        assert_true(*c->name && c->usage && *c->help && c->run);
        assert_true(c->min_args >= 0 && c->min_args <= c->max_args &&
                    c->max_args < MN_WORDS_MAX);
        assert_ptr_equal(mn_command_find(c->name), c);
    }
}

static void metrics_are_one_record_per_evaluation(void **state)
{
    char json[256], csv[256], line[300], *text;
    size_t n;
    mn_err err;
    snprintf(json, sizeof json, "%s/m.jsonl", tests_scratch());
    snprintf(csv, sizeof csv, "%s/m.csv", tests_scratch());
    for (int k = 0; k < 2; k++) {
        mn_session *s = small_session(NULL);
        snprintf(line, sizeof line, "metrics %s", k ? csv : json);
        small_do(s, line);
        small_do(s, "run"), small_run(s);
        assert_failed(mn_session_do(s, line, NULL, &err), &err, MN_EIO, "exists");
        mn_session_destroy(s);
    }
    json_error_t error;
    FILE *f = fopen(json, "r");
    int records = 0;
    while (fgets(line, sizeof line, f)) {
        json_t *o = json_loads(line, 0, &error);
        assert_non_null(o);
        json_decref(o);
        records++;
    }
    fclose(f);
    assert_int_equal(records, 5); /* four epochs and the end of the task */
    assert_ok(mn_file_read(csv, 1 << 20, &text, &n, &err), &err);
    int lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 6);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_and_log_give_the_same_digest),
        cmocka_unit_test(looking_does_not_change_the_run),
        cmocka_unit_test(a_command_log_replays_the_run),
        cmocka_unit_test(undo_goes_back_bit_for_bit_and_redo_forward),
        cmocka_unit_test(undo_brings_back_an_experiment_that_was_started_anew),
        cmocka_unit_test(a_failed_command_changes_nothing),
        cmocka_unit_test(scores_are_undefined_until_they_are_measured),
        cmocka_unit_test(a_viewport_shows_its_units_and_the_cursors),
        cmocka_unit_test(every_command_is_described),
        cmocka_unit_test(metrics_are_one_record_per_evaluation),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
