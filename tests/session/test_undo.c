/* Undo and redo across everything that an intervention can change, and after divergence. */
#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "small.h"
#include "support.h"

static void undo_and_redo_pass_through_every_kind_of_change(void **state)
{
    static const char *const lines[] = {"set vertex=20",
                                        "set strategy=pseudorehearsal",
                                        "dream 30",
                                        "task next",
                                        "set strategy=rehearsal proportion=0.3",
                                        "task previous",
                                        "set memories=5",
                                        "dreaming",
                                        "dream 10",
                                        "set strategy=vanilla",
                                        "set preset=krotov-hopfield-n3",
                                        "reset new-seed"};
    enum { N = sizeof lines / sizeof *lines };
    uint64_t before[N], after[N];
    mn_session *s = small_session("tasks=permuted n-tasks=2 task-units=yes advance=no");
    for (int i = 0; i < N; i++) {
        small_do(s, "step 3"), small_run(s);
        before[i] = mn_session_digest(s);
        small_do(s, lines[i]);
        small_do(s, "step"), small_run(s);
        after[i] = mn_session_digest(s);
    }
    for (int i = N; i-- > 0;) {
        small_do(s, "undo");
        assert_true(mn_session_digest(s) == before[i]);
    }
    for (int i = 0; i < N; i++) {
        small_do(s, "redo");
        /* redo goes to where undo left from: the end, or before the next intervention */
        assert_true(mn_session_digest(s) == (i + 1 < N ? before[i + 1] : after[i]));
    }
    mn_session_destroy(s);
}

static void a_failed_command_keeps_all_marks_and_what_was_undone(void **state)
{
    mn_session *s = small_session(NULL);
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    for (int i = 0; i < 70; i++)
        small_do(s, i % 2 ? "set vertex=3" : "set vertex=4");
    small_do(s, "undo");
    assert_failed(mn_session_do(s, "set vertex=1", NULL, &err), &err, MN_EINVAL, "");
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    assert_int_equal(snap->n_undo, 63);
    assert_int_equal(snap->n_redo, 1);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void a_run_that_diverged_is_brought_back(void **state)
{
    mn_session *s = small_session("clamp=none");
    mn_err err = {0};
    small_do(s, "step 3"), small_run(s);
    uint64_t before = mn_session_digest(s);
    float *theta = mn_model_theta(mn_session_model(s));
    small_do(s, "set vertex=3 rate=10");
    for (size_t i = 0; i < mn_model_size(mn_session_model(s)); i++)
        theta[i] = i % 2 ? NAN : 3e38f;
    small_do(s, "run"), small_run(s);
    assert_true(mn_session_failure(s, &err) == MN_EDIVERGED);
    assert_failed(mn_session_do(s, "run", NULL, &err), &err, MN_ELATER, "undo");
    small_do(s, "evaluate");
    small_do(s, "dream 5"); /* nothing sensible, and no harm */
    small_do(s, "undo"), small_do(s, "undo");
    assert_true(mn_session_failure(s, &err) == MN_OK);
    assert_true(mn_session_digest(s) == before);
    small_do(s, "run"), small_run(s);
    assert_true(mn_session_step(s) == 16);
    mn_session_destroy(s);
}

/* The temperature is a function of the position: a dream after an undo, or in a resumed run, is
 * the dream that would have been without. */
static void schedules_stand_where_the_position_says(void **state)
{
    static const char ramp[] = "temperature-ramp=3 temperature-final=2 vertex=6";
    char path[256];
    mn_err err;
    snprintf(path, sizeof path, "%s/r.safetensors", tests_scratch());
    for (int at = 2; at <= 8; at++) {
        char line[64];
        mn_session *a = small_session(ramp), *b = NULL;
        snprintf(line, sizeof line, "run until step %d", at);
        small_do(a, line), small_run(a);
        assert_ok(mn_session_save(a, path, true, &err), &err);
        assert_ok(mn_session_resume(&b, path, NULL, &err), &err);
        small_do(a, "set strategy=pseudorehearsal"),
            small_do(b, "set strategy=pseudorehearsal");
        small_do(a, "dream 40"), small_do(b, "dream 40");
        assert_true(mn_session_digest(a) == mn_session_digest(b));
        mn_session_destroy(a), mn_session_destroy(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undo_and_redo_pass_through_every_kind_of_change),
        cmocka_unit_test(a_failed_command_keeps_all_marks_and_what_was_undone),
        cmocka_unit_test(a_run_that_diverged_is_brought_back),
        cmocka_unit_test(schedules_stand_where_the_position_says),
    };
    return cmocka_run_group_tests_name("undo", tests, NULL, NULL);
}
