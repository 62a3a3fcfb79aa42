/* Goals, limits, ends, the log and the metrics file. */
#include "mnemoscope/session.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "mnemoscope/file.h"
#include "small.h"
#include "support.h"

static void a_goal_that_is_no_task_is_refused(void **state)
{
    mn_session *s = small_session("tasks=permuted n-tasks=2");
    mn_err err;
    assert_failed(mn_session_do(s, "run until task 0", NULL, &err), &err, MN_EINVAL, "1 to 2");
    assert_failed(mn_session_do(s, "run until task 3", NULL, &err), &err, MN_EINVAL, "1 to 2");
    assert_false(mn_session_running(s));
    small_do(s, "run until task 2"), small_run(s);
    assert_true(mn_session_step(s) == 16);
    mn_session_destroy(s);
}

static void a_run_at_its_limit_says_so_and_a_log_replays_to_it(void **state)
{
    mn_session *s = small_session("steps=6");
    mn_text log = {0};
    mn_err err;
    small_do(s, "run"), small_run(s);
    assert_true(mn_session_step(s) == 6);
    assert_failed(mn_session_do(s, "run", NULL, &err), &err, MN_ELATER, "limit of 6");
    assert_failed(mn_session_do(s, "step", NULL, &err), &err, MN_ELATER, "limit of 6");
    small_do(s, "run until step 6");
    assert_ok(mn_session_log(s, &log, &err), &err);
    mn_session *again = small_replay(log.data);
    assert_true(mn_session_digest(again) == mn_session_digest(s));
    small_do(s, "set steps=0");
    small_do(s, "run"), small_run(s);
    assert_true(mn_session_step(s) == 16);
    mn_text_finish(&log);
    mn_session_destroy(s), mn_session_destroy(again);
}

static double final_accuracy(mn_session *s)
{
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    double accuracy = snap->R[0];
    mn_snapshot_destroy(snap);
    return accuracy;
}

/* What the last row of R says is what the network can, also when it went on after its end. */
static void a_task_that_goes_on_is_measured_again_at_its_new_end(void **state)
{
    mn_session *a = small_session("epochs=1 vertex=10"),
               *b = small_session("epochs=12 vertex=10");
    small_do(a, "run"), small_run(a);
    double early = final_accuracy(a);
    small_do(a, "set epochs=12");
    small_do(a, "run"), small_run(a);
    small_do(b, "run"), small_run(b);
    assert_true(early != final_accuracy(b));
    assert_true(final_accuracy(a) == final_accuracy(b));
    mn_session_destroy(a), mn_session_destroy(b);
}

static void a_log_of_everything_replays_to_the_same_bits(void **state)
{
    char path[256], line[600], blanks[300];
    mn_text log = {0};
    mn_err err;
    snprintf(path, sizeof path, "%s/a.safetensors", tests_scratch());
    mn_session *other = small_session(NULL);
    assert_ok(mn_session_save(other, path, true, &err), &err);
    mn_session_destroy(other);

    mn_session *s = small_session("strategy=rehearsal proportion=0.5");
    small_do(s, "dream 4");
    small_do(s, "set tasks=permuted n-tasks=2 advance=no memories=9"); /* starts anew */
    small_do(s, "set vertex=5");
    small_do(s, "step 7"), small_run(s);
    small_do(s, "set vertex=50"); /* undone: no trace in the log */
    small_do(s, "step 2"), small_run(s);
    small_do(s, "undo");
    small_do(s, "task next");
    small_do(s, "set temperature-ramp=4 temperature-final=0.9");
    small_do(s, "step 9"), small_run(s);
    small_do(s, "dream 3");
    small_do(s, "set strategy=pseudorehearsal");
    small_do(s, "dream 20");
    small_do(s, "step 5"), small_run(s);
    assert_failed(mn_session_do(s, "set vertex=1", NULL, &err), &err, MN_EINVAL, "");
    small_do(s, "set memories=12"); /* for the weights */
    small_do(s, "step 2"), small_run(s);
    memset(blanks, ' ', sizeof blanks - 1);
    blanks[sizeof blanks - 1] = '\0';
    snprintf(line, sizeof line, "weights %s\"%s\"", blanks,
             path); /* a long line is logged whole */
    small_do(s, line);
    small_do(s, "up vertex");
    small_do(s, "epoch 1"), small_run(s);
    assert_ok(mn_session_log(s, &log, &err), &err);
    mn_session *again = small_replay(log.data);
    assert_true(mn_session_step(again) == mn_session_step(s));
    assert_true(mn_session_digest(again) == mn_session_digest(s));
    mn_text_finish(&log);
    mn_session_destroy(s), mn_session_destroy(again);
}

static void a_command_is_one_line(void **state)
{
    mn_session *s = small_session(NULL);
    mn_err err;
    assert_failed(mn_session_do(s, "note \"a\nb\"", NULL, &err), &err, MN_EINVAL, "one line");
    assert_failed(mn_session_do(s, "set data=\"arrays:a\nb\"", NULL, &err), &err, MN_EINVAL,
                  "one line");
    small_do(s, "set vertex=7\r"); /* from a file made elsewhere */
    mn_session_destroy(s);
}

static int count_lines(const char *path)
{
    char *text;
    size_t n;
    int lines = 0;
    mn_err err;
    assert_ok(mn_file_read(path, 1 << 20, &text, &n, &err), &err);
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    free(text);
    return lines;
}

static void metrics_survive_a_new_start_and_tell_when_columns_end(void **state)
{
    char path[256], line[300];
    mn_session *s = small_session(NULL);
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    snprintf(path, sizeof path, "%s/n.csv", tests_scratch());
    snprintf(line, sizeof line, "metrics %s", path);
    small_do(s, line);
    small_do(s, "epoch 1"), small_run(s);
    small_do(s, "set memories=7");
    small_do(s, "undo");
    assert_int_equal(count_lines(path), 2);
    small_do(s, "epoch 1"), small_run(s);
    assert_int_equal(count_lines(path), 3);
    small_do(s, "set tasks=permuted n-tasks=2");
    small_do(s, "epoch 1"), small_run(s);
    assert_int_equal(count_lines(path), 3);
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    assert_true(snap->message_bad && strstr(snap->message, "columns"));
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* A disk that is full, as far as a process can make one. */
static void limit_files(rlim_t bytes)
{
    struct rlimit r;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &r);
    r.rlim_cur = bytes ? bytes : r.rlim_max;
    setrlimit(RLIMIT_FSIZE, &r);
}

static void a_full_disk_ends_the_metrics_and_not_the_run(void **state)
{
    char path[256], line[300];
    mn_session *s = small_session(NULL);
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    snprintf(path, sizeof path, "%s/o.jsonl", tests_scratch());
    snprintf(line, sizeof line, "metrics %s", path);
    small_do(s, line);
    limit_files(100);
    small_do(s, "epoch 1"), small_run(s);
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    assert_true(snap->message_bad && strstr(snap->message, "metrics stopped"));
    small_do(s, "set memories=7");
    small_do(s, "run"), small_run(s);
    limit_files(0);
    assert_true(mn_session_step(s) == 16);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_goal_that_is_no_task_is_refused),
        cmocka_unit_test(a_run_at_its_limit_says_so_and_a_log_replays_to_it),
        cmocka_unit_test(a_task_that_goes_on_is_measured_again_at_its_new_end),
        cmocka_unit_test(a_log_of_everything_replays_to_the_same_bits),
        cmocka_unit_test(a_command_is_one_line),
        cmocka_unit_test(metrics_survive_a_new_start_and_tell_when_columns_end),
        cmocka_unit_test(a_full_disk_ends_the_metrics_and_not_the_run),
    };
    return cmocka_run_group_tests_name("protocol", tests, NULL, NULL);
}
