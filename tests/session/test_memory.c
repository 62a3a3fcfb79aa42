/* Linked with --wrap: every allocation of the project's own code, and of the JSON library's,
 * can be made to fail in its turn. */
#include "mnemoscope/session.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "small.h"
#include "support.h"

static long countdown = -1; /* allocations until one fails; negative: none does */
static bool failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
char *__real_strdup(const char *text);
int __real_posix_memalign(void **p, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_posix_memalign(void **p, size_t alignment, size_t size);

static long n_allocations;

static bool fails_now(void)
{
    n_allocations++;
    if (countdown < 0 || countdown-- > 0)
        return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails_now() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    return fails_now() ? NULL : __real_realloc(p, size);
}

char *__wrap_strdup(const char *text)
{
    return fails_now() ? NULL : __real_strdup(text);
}

int __wrap_posix_memalign(void **p, size_t alignment, size_t size)
{
    return fails_now() ? 12 : __real_posix_memalign(p, alignment, size);
}

static const char settings[] = "memories=3 items=20 batch=10 test-items=20 tasks=permuted "
                               "n-tasks=2 task-units=yes epochs=2 advance=no";

static mn_session *prepared(const char *more)
{
    char all[512];
    snprintf(all, sizeof all, "%s %s", settings, more);
    mn_session *s = small_session(all);
    small_do(s, "step 3"), small_run(s);
    return s;
}

/* Fails the n-th allocation from here on, once. */
static void arm(long n)
{
    countdown = n;
    failed = false;
}

static bool disarm(void)
{
    countdown = -1;
    return failed;
}

static void a_session_that_finds_no_memory_says_so(void **state)
{
    mn_config c;
    small_config(&c, settings);
    bool reached = true;
    long n;
    for (n = 0; reached; n++) {
        mn_session *s = NULL;
        mn_err err = {0};
        arm(n);
        mn_status status = mn_session_create(&s, &c, NULL, &err);
        reached = disarm();
        assert_true((status == MN_OK) == !reached);
        if (status != MN_OK)
            assert_failed(status, &err, MN_ENOMEM, "");
        mn_session_destroy(s);
    }
    assert_true(n > 20);
}

/* The session is as it was before. */
static void expect(mn_session *s, uint64_t digest, const mn_config *config, const char *line,
                   long n)
{
    if (mn_session_digest(s) != digest)
        fail_msg("`%s` left a trace when allocation %ld failed", line, n);
    assert_int_equal(mn_session_step(s), 3);
    assert_memory_equal(config, mn_session_config(s), sizeof *config);
    assert_int_equal(mn_session_failure(s, NULL), MN_OK);
}

static const mn_command_ops *command_of(const char *line)
{
    mn_words w;
    mn_err err;
    assert_ok(mn_words_split(&w, line, &err), &err);
    return mn_command_find(w.word[0]);
}

/* Does a line with every allocation failing in its turn: the command is refused and changes
 * nothing, or it did not need that one and is undone. Afterwards all is well. */
static void harass(const char *more, const char *before, const char *line)
{
    mn_session *s = prepared(more);
    if (before)
        small_do(s, before);
    const mn_config config = *mn_session_config(s);
    uint64_t digest = mn_session_digest(s);
    bool reached = true, undoes = command_of(line)->kind == MN_INTERVENTION;
    for (long n = 0; reached; n++) {
        mn_err err = {0};
        arm(n);
        mn_status status = mn_session_do(s, line, NULL, &err);
        reached = disarm();
        assert_true(status == MN_OK || (reached && *err.msg));
        if (status == MN_OK && undoes)
            small_do(s, "undo");
        expect(s, digest, &config, line, n);
    }
    small_do(s, line);
    small_do(s, "step 5"), small_run(s);
    assert_int_equal(mn_session_failure(s, NULL), MN_OK);
    mn_session_destroy(s);
}

static void a_command_that_finds_no_memory_changes_nothing(void **state)
{
    harass("", NULL, "set vertex=20");
    harass("", NULL, "set memories=4");
    harass("strategy=pseudorehearsal", NULL, "dream 30");
    harass("strategy=pseudorehearsal proportion=1", NULL, "task next");
    harass("strategy=rehearsal proportion=1", NULL, "task next");
    harass("strategy=pseudorehearsal", "dream 40", "set strategy=rehearsal");
    harass("strategy=pseudorehearsal", "dream 40", "dreaming");
    harass("strategy=rehearsal proportion=1", "task next", "set strategy=gem");
    harass("strategy=gem proportion=1", "task next", "set strategy=rehearsal");
    harass("strategy=gem proportion=1", "task next", "set strategy=si");
    harass("strategy=ewc", "task next", "task previous");
    harass("strategy=gem proportion=1", "task next", "task previous");
    harass("", NULL, "recall test 3");
    harass("", NULL, "evaluate");
    harass("", NULL, "reset");
}

static void undo_that_finds_no_memory_changes_nothing(void **state)
{
    static const char *const lines[] = {"set vertex=20", "set memories=4",   "dream 40",
                                        "dreaming",      "set strategy=gem", "task next"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        mn_session *s = prepared("strategy=pseudorehearsal");
        mn_err err;
        uint64_t before = mn_session_digest(s);
        small_do(s, lines[i]);
        uint64_t after = mn_session_digest(s);
        bool reached = true;
        for (long n = 0; reached; n++) {
            arm(n);
            mn_status status = mn_session_do(s, "undo", NULL, &err);
            reached = disarm();
            assert_true(mn_session_digest(s) == (status == MN_OK ? before : after));
            if (status == MN_OK)
                small_do(s, "redo");
            assert_true(mn_session_digest(s) == after);
        }
        mn_session_destroy(s);
    }
}

static void saving_and_resuming_find_no_memory_and_do_no_harm(void **state)
{
    char path[256], line[300];
    snprintf(path, sizeof path, "%s/m.safetensors", tests_scratch());
    snprintf(line, sizeof line, "save %s", path);
    mn_session *s = prepared("strategy=pseudorehearsal"), *again = NULL;
    mn_err err;
    small_do(s, "dream 20");
    uint64_t digest = mn_session_digest(s);
    bool reached = true;
    mn_status status = MN_ENOMEM;
    for (long n = 0; status != MN_OK; n++) {
        arm(n);
        status = mn_session_do(s, line, NULL, &err);
        disarm();
        assert_true(mn_session_digest(s) == digest);
    }
    mn_session_destroy(s);
    for (long n = 0; reached; n++) {
        again = NULL;
        arm(n);
        status = mn_session_resume(&again, path, NULL, &err);
        reached = disarm();
        assert_true((status == MN_OK) == (again != NULL));
        if (again)
            assert_true(mn_session_digest(again) == digest);
        mn_session_destroy(again);
    }
}

/* The run stops at a task's end for want of memory; a person clears that and goes on, and
 * nothing was lost or done twice. */
static void a_run_that_finds_no_memory_at_a_tasks_end_goes_on_later(void **state)
{
    static const char more[] = "advance=yes strategy=pseudorehearsal proportion=1 epochs=1";
    mn_session *whole = prepared(more);
    small_do(whole, "run"), small_run(whole);
    uint64_t want = mn_session_digest(whole);
    mn_session_destroy(whole);
    bool reached = true;
    for (long n = 0; reached; n++) {
        mn_session *s = prepared(more);
        mn_err err;
        small_do(s, "run");
        arm(n);
        small_run(s);
        reached = disarm();
        if (mn_session_failure(s, &err) != MN_OK) {
            small_do(s, "set vertex=2"); /* as it is: training may go on */
            small_do(s, "run"), small_run(s);
        }
        assert_int_equal(mn_session_failure(s, &err), MN_OK);
        assert_true(mn_session_digest(s) == want);
        mn_session_destroy(s);
    }
}

static void snapshots_and_logs_that_find_no_memory_do_no_harm(void **state)
{
    mn_session *s = prepared("");
    mn_err err;
    small_do(s, "set vertex=20");
    bool reached = true;
    for (long n = 0; reached; n++) {
        mn_snapshot *snap = NULL;
        mn_text log = {0};
        arm(n);
        snap = mn_snapshot_create();
        mn_status a = snap ? mn_session_snapshot(s, snap, true, &err) : MN_ENOMEM;
        mn_status b = mn_session_log(s, &log, &err);
        reached = disarm();
        assert_true(reached == (a != MN_OK || b != MN_OK));
        mn_snapshot_destroy(snap);
        mn_text_finish(&log);
    }
    mn_session_destroy(s);
}

/* Within an epoch, whatever the strategy: after a task's end, when there is most to do. */
static void a_step_allocates_nothing_whatever_the_strategy(void **state)
{
    for (size_t i = 0; small_strategy(i); i++) {
        char more[96];
        snprintf(more, sizeof more, "strategy=%s proportion=1 items=200",
                 small_strategy(i)->name);
        mn_session *s = prepared(more);
        small_do(s, "task next");
        small_do(s, "run");
        n_allocations = 0;
        for (int k = 0; k < 15; k++)
            assert_true(mn_session_advance(s));
        if (n_allocations)
            fail_msg("%s: %ld allocations in 15 steps", small_strategy(i)->name, n_allocations);
        mn_session_destroy(s);
    }
}

int main(void)
{
    json_set_alloc_funcs(__wrap_malloc, free);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_that_finds_no_memory_says_so),
        cmocka_unit_test(a_command_that_finds_no_memory_changes_nothing),
        cmocka_unit_test(undo_that_finds_no_memory_changes_nothing),
        cmocka_unit_test(saving_and_resuming_find_no_memory_and_do_no_harm),
        cmocka_unit_test(a_run_that_finds_no_memory_at_a_tasks_end_goes_on_later),
        cmocka_unit_test(snapshots_and_logs_that_find_no_memory_do_no_harm),
        cmocka_unit_test(a_step_allocates_nothing_whatever_the_strategy),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
