#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "small.h"
#include "support.h"

/* Settings that choose a stream, one for each row of the registry. */
static const char *settings_of(const mn_stream_ops *stream)
{
    static const char text[] = "task 'zeros and ones' classes=0,1\n"
                               "task classes=0,1 angle=90\n"
                               "task share=0.5 seed=7 items=50 test-items=10\n";
    static char settings[512];
    mn_err err;
    if (!strcmp(stream->name, "single"))
        return "tasks=single";
    if (!strcmp(stream->name, "sequence"))
        return "tasks=sequence:digits,digits";
    if (!strcmp(stream->name, "exceptions"))
        return "tasks=exceptions regular=0-6 exceptional=7-9";
    if (!strcmp(stream->name, "file")) {
        snprintf(settings, sizeof settings, "tasks=file:%s/s.txt", tests_scratch());
        assert_ok(mn_file_replace(settings + 11, text, sizeof text - 1, true, &err), &err);
        return settings;
    }
    snprintf(settings, sizeof settings, "tasks=%s n-tasks=3", stream->name);
    return settings;
}

static mn_session *session_of(const mn_stream_ops *stream, const char *more)
{
    char settings[600];
    snprintf(settings, sizeof settings, "%s %s", settings_of(stream), more);
    return small_session(settings);
}

/* Right after its training; guessing among ten class units is right once in ten. */
static void a_dense_memory_learns_every_task_of_every_stream(void **state)
{
    for (int i = 0; mn_streams[i]; i++) {
        mn_session *s = session_of(
            mn_streams[i], "epochs=100 batch=20 memories=40 vertex=20 temperature=0.68");
        mn_snapshot *o = mn_snapshot_create();
        mn_err err;
        small_do(s, "run"), small_run(s);
        assert_ok(mn_session_snapshot(s, o, true, &err), &err);
        assert_int_equal(o->n_trained, o->n_tasks);
        assert_true(*o->task_text);
        for (int t = 0; t < o->n_tasks; t++)
            if (!(o->R[t * o->n_tasks + t] > 0.55))
                fail_msg("%s: accuracy %g on task %d after it", mn_streams[i]->name,
                         o->R[t * o->n_tasks + t], t + 1);
        mn_snapshot_destroy(o);
        mn_session_destroy(s);
    }
}

static void scores_rest_on_the_test_items_of_their_task(void **state)
{
    mn_session *s = small_session("tasks=split classes-per-task=4");
    mn_snapshot *o = mn_snapshot_create();
    mn_err err;
    small_do(s, "run"), small_run(s);
    assert_ok(mn_session_snapshot(s, o, false, &err), &err);
    assert_int_equal(o->n_tasks, 3);
    assert_int_equal(o->n_classes, 10);
    static const size_t n_test[] = {24, 24, 12}; /* of 60, the digits balanced */
    for (int t = 0; t < 3; t++) {
        double right = o->R[2 * 3 + t] * (double)n_test[t];
        assert_int_equal(o->R_items[t], n_test[t]);
        assert_int_equal(o->now[t].n, n_test[t]);
        assert_near(right, round(right), 1e-9);
    }
    mn_snapshot_destroy(o);
    mn_session_destroy(s);
}

static void a_run_on_any_stream_is_saved_and_resumed(void **state)
{
    char path[256];
    snprintf(path, sizeof path, "%s/stream.safetensors", tests_scratch());
    for (int i = 0; mn_streams[i]; i++) {
        static const char more[] = "epochs=2 task-units=yes strategy=rehearsal";
        mn_session *whole = session_of(mn_streams[i], more), *second = NULL,
                   *first = session_of(mn_streams[i], more);
        mn_err err;
        small_do(whole, "run"), small_run(whole);
        small_do(first, "step 5"), small_run(first);
        assert_ok(mn_session_save(first, path, true, &err), &err);
        assert_ok(mn_session_resume(&second, path, NULL, &err), &err);
        assert_string_equal(mn_session_config(second)->run.tasks,
                            mn_session_config(first)->run.tasks);
        small_do(second, "run"), small_run(second);
        assert_true(mn_session_digest(second) == mn_session_digest(whole));
        mn_session_destroy(whole), mn_session_destroy(first), mn_session_destroy(second);
    }
}

/* In the middle of a run, to every stream and back by undo. */
static void the_stream_is_changed_live_and_that_is_undone(void **state)
{
    mn_session *s = small_session("tasks=permuted n-tasks=2 epochs=3 advance=no");
    small_do(s, "step 4"), small_run(s);
    uint64_t before = mn_session_digest(s);
    for (int i = 0; mn_streams[i]; i++) {
        char line[600];
        snprintf(line, sizeof line, "set n-tasks=1 %s", settings_of(mn_streams[i]));
        small_do(s, line);
        small_do(s, "step 3"), small_run(s);
        small_do(s, "undo");
        assert_true(mn_session_digest(s) == before && mn_session_step(s) == 4);
    }
    mn_session_destroy(s);
}

static void a_stream_that_cannot_be_leaves_the_run_as_it_is(void **state)
{
    static const char *const bad[] = {"set tasks=sequence", "set tasks=sequence:moon",
                                      "set tasks=file:/nonexistent", "set tasks=split:2",
                                      "set tasks=single n-tasks=2"};
    mn_session *s = small_session("tasks=split classes-per-task=5");
    small_do(s, "step 4"), small_run(s);
    uint64_t before = mn_session_digest(s);
    const mn_config config = *mn_session_config(s);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mn_err err = {0};
        assert_true(mn_session_do(s, bad[i], NULL, &err) != MN_OK);
        assert_true(*err.msg && mn_session_digest(s) == before);
        assert_memory_equal(&config, mn_session_config(s), sizeof config);
    }
    small_do(s, "step"), small_run(s);
    mn_session_destroy(s);
}

/* What is undone by a lens is what the task did to places. */
static void a_recalled_item_is_shown_upright(void **state)
{
    mn_session *s = small_session("tasks=rotated n-tasks=2 angle=90 advance=no"),
               *upright = small_session("tasks=rotated n-tasks=2 angle=0 advance=no");
    mn_snapshot *a = mn_snapshot_create(), *b = mn_snapshot_create();
    mn_err err;
    small_do(s, "task 2"), small_do(upright, "task 2");
    small_do(s, "recall test 3"), small_do(upright, "recall test 3");
    assert_ok(mn_session_snapshot(s, a, false, &err), &err);
    assert_ok(mn_session_snapshot(upright, b, false, &err), &err);
    assert_true(a->dream.n_states > 0 && b->dream.n_states > 0);
    assert_memory_equal(a->dream.states, b->dream.states, 784 * sizeof(float));
    mn_snapshot_destroy(a), mn_snapshot_destroy(b);
    mn_session_destroy(s), mn_session_destroy(upright);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dense_memory_learns_every_task_of_every_stream),
        cmocka_unit_test(scores_rest_on_the_test_items_of_their_task),
        cmocka_unit_test(a_run_on_any_stream_is_saved_and_resumed),
        cmocka_unit_test(the_stream_is_changed_live_and_that_is_undone),
        cmocka_unit_test(a_stream_that_cannot_be_leaves_the_run_as_it_is),
        cmocka_unit_test(a_recalled_item_is_shown_upright),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
