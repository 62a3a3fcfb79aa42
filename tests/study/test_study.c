#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mnemoscope/session.h"
#include "support.h"
#include "tiny.h"

/* A grid, and a search in each of its cells in rounds: what runs depends on what came of runs.
 */
static const char searched[] = "over vertex=2,5\n"
                               "search rate=0.01..0.2:log\n"
                               "search momentum=0..0.9\n"
                               "trials 14\nround 3\nseeds 2\n";
enum { N_SEARCHED = 2 * 14 * 2 };

static void keep_path(char *out, const char *name)
{
    snprintf(out, 4096, "%s", tiny_path(name));
}

/* The searched study, made once by one job; its path. */
static const char *whole(void)
{
    static char path[4096];
    if (!*path) {
        mn_plan p;
        tiny_plan(&p, searched);
        keep_path(path, "whole.jsonl");
        tiny_run(&p, path, 1);
    }
    return path;
}

static void read_one(mn_results *r, const char *path)
{
    mn_err err;
    char *paths[] = {(char *)path};
    mn_results_init(r);
    assert_ok(mn_results_read(r, 1, paths, &err), &err);
}

static void any_number_of_jobs_writes_the_same_file(void **state)
{
    mn_plan p;
    char path[4096];
    tiny_plan(&p, searched);
    for (int jobs = 2; jobs <= 5; jobs += 3) {
        char name[32];
        snprintf(name, sizeof name, "jobs-%d.jsonl", jobs);
        keep_path(path, name);
        tiny_run(&p, path, jobs);
        assert_same_file(whole(), path);
    }
}

/* What a person would see who runs one point by hand. */
static void a_run_is_the_session_of_its_configuration(void **state)
{
    mn_plan p;
    mn_results r;
    mn_config c, again;
    mn_err err;
    tiny_plan(&p, searched);
    read_one(&r, whole());
    assert_int_equal(r.n, N_SEARCHED);
    for (size_t i = 0; i < r.n; i += 5) {
        mn_session *s = NULL;
        assert_ok(mn_results_config(&r, i, &c, &err), &err);
        assert_int_equal(c.run.probe_items, p.base.run.probe_items);
        assert_ok(
            mn_study_config(&p, &r, r.at[i].cell, r.at[i].trial, r.at[i].seed, &again, &err),
            &err);
        assert_memory_equal(&c, &again, sizeof c);
        assert_ok(mn_session_create(&s, &c, NULL, &err), &err);
        assert_ok(mn_session_do(s, "run until end", NULL, &err), &err);
        while (mn_session_advance(s))
            ;
        assert_true(mn_session_digest(s) == r.at[i].digest);
        assert_true(mn_session_step(s) == r.at[i].steps);
        mn_session_destroy(s);
    }
    mn_results_finish(&r);
}

/* Shards */

static void shards_merge_to_the_whole(void **state)
{
    char merged[4096], a[4096], b[4096];
    char *paths[] = {b, a};
    mn_plan p;
    mn_results r;
    mn_err err;
    tiny_plan(&p, searched);
    p.n_shards = 2;
    keep_path(a, "shard-0.jsonl");
    tiny_run(&p, a, 2);
    p.shard = 1;
    keep_path(b, "shard-1.jsonl");
    tiny_run(&p, b, 2);
    mn_results_init(&r);
    assert_ok(mn_results_read(&r, 2, paths, &err), &err);
    keep_path(merged, "merged.jsonl");
    assert_ok(mn_results_write(&r, merged, false, &err), &err);
    assert_same_file(whole(), merged);
    mn_results_finish(&r);
}

/* Kills */

typedef struct killer {
    int left; /* results until the process kills itself */
} killer;

static void count_down(void *ctx, const mn_result *r, int n_done, int n_all, int running)
{
    killer *k = ctx;
    if (--k->left == 0)
        kill(getpid(), SIGKILL);
}

/* The study in a process of its own that is killed after `n` results. */
static void run_and_kill(const mn_plan *p, const char *path, int jobs, int n)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        killer k = {n};
        mn_study_watch watch = {.ctx = &k, .done = count_down};
        _exit(mn_study_run(p, path, jobs, &watch, NULL) != MN_OK);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static int count_runs(const char *path)
{
    mn_results r;
    read_one(&r, path);
    int n = (int)r.n;
    mn_results_finish(&r);
    return n;
}

static void a_killed_study_resumes_where_it_was(void **state)
{
    char path[4096];
    mn_plan p;
    int done = 0;
    tiny_plan(&p, searched);
    keep_path(path, "killed.jsonl");
    while (done + 9 < N_SEARCHED) {
        int n = done % 4 + 6;
        run_and_kill(&p, path, 1 + done % 3, n);
        assert_int_equal(count_runs(path), done += n); /* nothing that was done is lost */
    }
    tiny_run(&p, path, 2);
    assert_same_file(whole(), path);
}

static void a_file_cut_off_anywhere_is_made_whole(void **state)
{
    char path[4096];
    char *file = tiny_read(whole());
    size_t n = strlen(file), head = strcspn(file, "\n") + 1;
    mn_plan p;
    tiny_plan(&p, searched);
    keep_path(path, "cut.jsonl");
    for (size_t k = 0; k < 5; k++) {
        size_t cut = head + (n - head) * k / 5 + 13 * k;
        char *part = strdup(file);
        part[cut] = '\0';
        tiny_write(path, part);
        tiny_run(&p, path, 2);
        assert_same_file(whole(), path);
        free(part);
    }
    free(file);
}

typedef struct stopper {
    int n_done, n_all, most_running, after, asked;
} stopper;

static void note(void *ctx, const mn_result *r, int n_done, int n_all, int running)
{
    stopper *s = ctx;
    assert_int_equal(n_done, s->n_done + 1);
    assert_true(r->ok);
    s->n_done = n_done;
    s->n_all = n_all;
    if (running > s->most_running)
        s->most_running = running;
}

static bool is_enough(void *ctx)
{
    stopper *s = ctx;
    s->asked++;
    return s->n_done >= s->after;
}

static void a_stopped_study_keeps_what_is_done(void **state)
{
    char path[4096];
    mn_plan p;
    mn_err err;
    stopper s = {.after = 7};
    mn_study_watch watch = {.ctx = &s, .done = note, .stop = is_enough};
    tiny_plan(&p, searched);
    keep_path(path, "stopped.jsonl");
    assert_ok(mn_study_run(&p, path, 3, &watch, &err), &err);
    assert_int_equal(s.n_done, 7);
    assert_int_equal(s.n_all, N_SEARCHED);
    assert_true(s.most_running <= 2); /* three places, one of which has just become free */
    assert_int_equal(count_runs(path), 7);
    assert_true(waitpid(-1, NULL, WNOHANG) < 0); /* no children are left */
    s.after = N_SEARCHED + 1;
    assert_ok(mn_study_run(&p, path, 3, &watch, &err), &err);
    assert_int_equal(s.n_done, N_SEARCHED);
    assert_same_file(whole(), path);
    s.asked = 0;
    assert_ok(mn_study_run(&p, path, 3, &watch, &err), &err); /* nothing is left to do */
    assert_int_equal(s.n_done, N_SEARCHED);
    assert_same_file(whole(), path);
}

/* Failures */

static void a_run_that_fails_is_a_result(void **state)
{
    char path[4096];
    mn_plan p;
    mn_results r;
    mn_point best;
    tiny_plan(&p, "over data=digits,arrays:absent.safetensors,arrays:/dev/null\nover "
                  "vertex=2,5\nseeds 2\n");
    keep_path(path, "failed.jsonl");
    tiny_run(&p, path, 2);
    read_one(&r, path);
    assert_int_equal(r.n, 12);
    for (size_t i = 0; i < r.n; i++) {
        assert_int_equal(r.at[i].ok, i < 4);
        if (i >= 4 && i < 8)
            assert_non_null(strstr(r.at[i].error, "absent.safetensors"));
        assert_true(isnan(mn_result_objective(&r, &r.at[i])) == (i >= 4));
    }
    assert_true(mn_results_best(&r, 1, &best));
    assert_false(mn_results_best(&r, 2, &best));
    mn_results_finish(&r);
    char *before = tiny_read(path);
    tiny_run(&p, path, 1); /* it is not tried again */
    char *after = tiny_read(path);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

/* The axis is good for the first variant, for which it was checked, but not for the second. */
static void a_setting_that_a_cell_does_not_know_fails_there(void **state)
{
    char path[4096];
    mn_plan p;
    mn_results r;
    tiny_plan(&p, "variant dam: epochs=1\nvariant mlp: model=mlp\nover vertex=2,5\n");
    keep_path(path, "unknown.jsonl");
    tiny_run(&p, path, 1);
    read_one(&r, path);
    assert_true(r.at[0].ok && r.at[1].ok && !r.at[2].ok && !r.at[3].ok);
    assert_non_null(strstr(r.at[2].error, "unknown parameter 'vertex'"));
    mn_results_finish(&r);
}

static void failed_trials_do_not_end_a_search(void **state)
{
    char path[4096];
    mn_plan p;
    mn_results r;
    tiny_plan(&p, "search data=digits,arrays:absent.safetensors\ntrials 16\nround 4\n");
    keep_path(path, "half.jsonl");
    tiny_run(&p, path, 2);
    read_one(&r, path);
    int n_failed = 0;
    for (size_t i = 0; i < r.n; i++)
        n_failed += !r.at[i].ok;
    assert_int_equal(r.n, 16);
    assert_true(n_failed > 0 && n_failed < 16);
    mn_results_finish(&r);
}

/* Kills one child of this process; false while there is none. */
static bool kill_a_child(void)
{
    char path[64];
    int child = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *f = fopen(path, "r");
    bool found = f && fscanf(f, "%d", &child) == 1 && kill(child, SIGKILL) == 0;
    if (f)
        fclose(f);
    return found;
}

static bool kill_once(void *ctx)
{
    bool *killed = ctx;
    *killed = *killed || kill_a_child();
    return false;
}

static void a_run_that_is_killed_is_a_failed_run(void **state)
{
    char path[4096];
    mn_plan p;
    mn_results r;
    mn_err err;
    bool killed = false;
    mn_study_watch watch = {.ctx = &killed, .stop = kill_once};
    if (access("/proc/self/task", R_OK) != 0)
        skip();
    tiny_plan(&p, "over epochs=1000000,1\n"); /* the first would take hours */
    keep_path(path, "child.jsonl");
    assert_ok(mn_study_run(&p, path, 1, &watch, &err), &err);
    read_one(&r, path);
    assert_true(killed);
    assert_false(r.at[0].ok);
    assert_string_equal(r.at[0].error, "the run was ended by signal 9 (Killed)");
    assert_true(r.at[1].ok);
    mn_results_finish(&r);
}

/* Files */

static void the_results_of_another_plan_are_left_alone(void **state)
{
    mn_plan p;
    mn_err err;
    char *before = tiny_read(whole());
    tiny_plan(&p, "over vertex=2,10\nsearch rate=0.01..0.2:log\nsearch momentum=0..0.9\n"
                  "trials 14\nround 3\nseeds 2\n");
    assert_failed(mn_study_run(&p, whole(), 1, NULL, &err), &err, MN_EINVAL,
                  "'over vertex=2,5' found, 'over vertex=2,10' wanted");
    tiny_plan(&p, searched);
    p.seeds = 3;
    assert_failed(mn_study_run(&p, whole(), 1, NULL, &err), &err, MN_EINVAL,
                  "'seeds 2' found, 'seeds 3' wanted");
    char *after = tiny_read(whole());
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void a_file_that_is_none_of_ours_is_left_alone(void **state)
{
    mn_plan p;
    mn_err err;
    tiny_plan(&p, "over vertex=2\n");
    static const char *const texts[] = {"", "a letter", "a letter\n", "{\"study\":1}\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        tiny_write(tiny_path("letter"), texts[i]);
        assert_failed(mn_study_run(&p, tiny_path("letter"), 1, NULL, &err), &err, MN_EFORMAT,
                      "no results of a study");
        char *after = tiny_read(tiny_path("letter"));
        assert_string_equal(after, texts[i]);
        free(after);
    }
    assert_failed(mn_study_run(&p, "/nowhere/at/all", 1, NULL, &err), &err, MN_EIO, "/nowhere");
    assert_failed(mn_study_run(&p, tiny_path("x"), 0, NULL, &err), &err, MN_EINVAL, "0 jobs");
    assert_failed(mn_study_run(&p, tiny_path("x"), 257, NULL, &err), &err, MN_EINVAL, "257");
}

static void two_processes_do_not_write_one_file(void **state)
{
    char path[4096];
    mn_plan p;
    mn_err err;
    int ready[2];
    char byte;
    tiny_plan(&p, searched);
    keep_path(path, "shared.jsonl");
    assert_int_equal(pipe(ready), 0);
    char *file = tiny_read(whole());
    *(strchr(file, '\n') + 1) = '\0';
    tiny_write(path, file);
    free(file);
    pid_t pid = fork();
    if (pid == 0) { /* holds the file as a study does */
        struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = open(path, O_WRONLY);
        if (fcntl(fd, F_SETLK, &all) == 0)
            (void)!write(ready[1], "x", 1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_failed(mn_study_run(&p, path, 1, NULL, &err), &err, MN_ELATER, "another process");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(ready[0]);
    close(ready[1]);
    tiny_run(&p, path, 2);
    assert_same_file(whole(), path);
}

/* What was found before */

static const char tuning[] = "variant A: strategy=vanilla\nvariant B: strategy=rehearsal\n"
                             "over vertex=2,5\nsearch rate=0.01..0.2:log\ntrials 3\n";

static void tuned_settings_come_from_the_best_trial_of_the_same_cell(void **state)
{
    char path[4096], lines[8192];
    mn_plan p;
    mn_results r;
    mn_config c;
    mn_err err;
    tiny_plan(&p, tuning);
    keep_path(path, "tuning.jsonl");
    tiny_run(&p, path, 2);
    read_one(&r, path);
    snprintf(lines, sizeof lines,
             "set rate=0.5\nvariant none: strategy=vanilla\nvariant B: strategy=rehearsal\n"
             "over epochs=1,2\nover vertex=5,2\ntuned %s\n",
             path);
    tiny_plan(&p, lines);
    for (int cell = 0; cell < 8; cell++) {
        mn_point best;
        assert_ok(mn_study_config(&p, NULL, cell, 0, 1, &c, &err), &err);
        assert_true(mn_results_best(&r, cell % 2 ? 2 : 3, &best)); /* B at 5, B at 2 */
        double tuned = strtod(r.at[best.first].values[2], NULL);
        assert_near(c.optimiser.rate, cell < 4 ? 0.5 : tuned, 0.0);
    }
    mn_results_finish(&r);
}

/* They are in the plan's text, so that the file they came from may go. */
static void tuned_results_stand_without_the_file_they_came_from(void **state)
{
    char path[4096], out[4096], lines[8192];
    mn_plan p;
    mn_results r;
    mn_config c, again;
    mn_err err;
    keep_path(path, "tuning-gone.jsonl");
    tiny_plan(&p, tuning);
    tiny_run(&p, path, 2);
    snprintf(lines, sizeof lines, "variant B: strategy=rehearsal\nover vertex=5,2\ntuned %s\n",
             path);
    tiny_plan(&p, lines);
    keep_path(out, "tuned.jsonl");
    tiny_run(&p, out, 2);
    assert_ok(mn_study_config(&p, NULL, 1, 0, 1, &c, &err), &err);
    unlink(path);
    assert_failed(mn_study_config(&p, NULL, 1, 0, 1, &again, &err), &err, MN_EIO,
                  "tuning-gone");
    read_one(&r, out);
    assert_ok(mn_results_config(&r, 1, &again, &err), &err);
    assert_memory_equal(&c, &again, sizeof c);
    mn_results_finish(&r);
}

static void tuned_results_that_have_nothing_for_a_cell_are_refused(void **state)
{
    char path[4096], lines[8192];
    mn_plan p;
    mn_config c;
    mn_err err;
    keep_path(path, "tuning-few.jsonl");
    tiny_plan(&p, "over vertex=2,5\nsearch rate=0.01..0.2:log\ntrials 2\n");
    tiny_run(&p, path, 2);
    snprintf(lines, sizeof lines, "over vertex=2,10\ntuned %s\n", path);
    tiny_plan(&p, lines);
    assert_failed(mn_study_config(&p, NULL, 0, 0, 1, &c, &err), &err, MN_EINVAL, "for cell 1");
    tiny_plan(&p, "over vertex=2,5\n");
    tiny_run(&p, tiny_path("untuned.jsonl"), 1);
    snprintf(lines, sizeof lines, "over vertex=2\ntuned %s\n", tiny_path("untuned.jsonl"));
    tiny_plan(&p, lines);
    assert_failed(mn_study_run(&p, path, 1, NULL, &err), &err, MN_EINVAL, "searched nothing");
}

static void a_trial_waits_for_the_rounds_before_it(void **state)
{
    mn_plan p;
    mn_config c;
    mn_err err;
    tiny_plan(&p, searched);
    assert_ok(mn_study_config(&p, NULL, 1, 2, 1, &c, &err), &err);
    assert_failed(mn_study_config(&p, NULL, 1, 3, 1, &c, &err), &err, MN_ELATER,
                  "not there yet");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_jobs_writes_the_same_file),
        cmocka_unit_test(a_run_is_the_session_of_its_configuration),
        cmocka_unit_test(shards_merge_to_the_whole),
        cmocka_unit_test(a_killed_study_resumes_where_it_was),
        cmocka_unit_test(a_file_cut_off_anywhere_is_made_whole),
        cmocka_unit_test(a_stopped_study_keeps_what_is_done),
        cmocka_unit_test(a_run_that_fails_is_a_result),
        cmocka_unit_test(a_setting_that_a_cell_does_not_know_fails_there),
        cmocka_unit_test(failed_trials_do_not_end_a_search),
        cmocka_unit_test(a_run_that_is_killed_is_a_failed_run),
        cmocka_unit_test(the_results_of_another_plan_are_left_alone),
        cmocka_unit_test(a_file_that_is_none_of_ours_is_left_alone),
        cmocka_unit_test(two_processes_do_not_write_one_file),
        cmocka_unit_test(tuned_settings_come_from_the_best_trial_of_the_same_cell),
        cmocka_unit_test(tuned_results_stand_without_the_file_they_came_from),
        cmocka_unit_test(tuned_results_that_have_nothing_for_a_cell_are_refused),
        cmocka_unit_test(a_trial_waits_for_the_rounds_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
