/* What holds for every strategy in a session: resuming, undoing, switching on and off, looking.
 */
#include "mnemoscope/session.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/safetensors.h"
#include "small.h"
#include "support.h"

#define COMMON                                                                                 \
    "tasks=permuted n-tasks=3 task-units=yes items=40 batch=20 test-items=20 probe-items=10 "  \
    "epochs=2 strength=20 proportion=0.3 importance-items=15 "

static const char settings[] = COMMON "memories=6 vertex=4";

/* Other ways of every method, and another model. */
static const char *const variants[] = {
    COMMON "memories=6 vertex=4",
    COMMON "memories=6 vertex=20 buffer=15 sweep=7 references=5 terms=online fisher-decay=0.5 "
           "fisher=true sensitivity=norm probes=ink duplicates=no margin=0.5 proportion=1",
    COMMON "model=mlp neurons=8 dropout=0.3 pseudoitems=heterogeneous buffer=9"};
enum { N_VARIANTS = sizeof variants / sizeof *variants };

static mn_session *variant(const mn_strategy_ops *ops, const char *of)
{
    char all[640];
    snprintf(all, sizeof all, "%s strategy=%s", of, ops->name);
    return small_session(all);
}

static mn_session *learner(const mn_strategy_ops *ops, const char *more)
{
    char all[512];
    snprintf(all, sizeof all, "%s %s", settings, more);
    return variant(ops, all);
}

static void run_until(mn_session *s, int64_t step)
{
    char line[64];
    snprintf(line, sizeof line, "run until step %lld", (long long)step);
    small_do(s, line), small_run(s);
    assert_int_equal(mn_session_step(s), step);
}

static uint64_t run_to_end(mn_session *s)
{
    mn_err err;
    small_do(s, "run until end"), small_run(s);
    assert_ok(mn_session_failure(s, &err), &err);
    return mn_session_digest(s);
}

/* Through a file, and into a session with the same parts that has gone elsewhere meanwhile. */
static void resume(mn_session *s, const char *path, uint64_t want, const char *name)
{
    char line[300];
    mn_session *again = NULL;
    mn_err err;
    uint64_t here = mn_session_digest(s);
    snprintf(line, sizeof line, "load %s", path);
    assert_ok(mn_session_save(s, path, true, &err), &err);
    assert_ok(mn_session_resume(&again, path, NULL, &err), &err);
    for (int way = 0; way < 2; way++) {
        assert_true(mn_session_digest(again) == here);
        if (run_to_end(again) != want)
            fail_msg("%s %s at step %lld ends elsewhere", name, way ? "loaded" : "resumed",
                     (long long)mn_session_step(s));
        small_do(again, line);
    }
    mn_session_destroy(again);
}

static void every_strategy_resumes_at_every_step(void **state)
{
    char path[256];
    snprintf(path, sizeof path, "%s/s.safetensors", tests_scratch());
    for (size_t i = 0; small_strategy(i); i++)
        for (int v = 0; v < N_VARIANTS; v++) {
            mn_session *s = variant(small_strategy(i), variants[v]);
            uint64_t want = run_to_end(s);
            int64_t last = mn_session_step(s);
            mn_session_destroy(s);
            s = variant(small_strategy(i), variants[v]);
            for (int64_t at = v; at < last; at += v ? 3 : 1) {
                run_until(s, at);
                resume(s, path, want, small_strategy(i)->name);
            }
            mn_session_destroy(s);
        }
}

static void every_strategy_is_undone_at_every_step(void **state)
{
    for (size_t i = 0; small_strategy(i); i++) {
        mn_session *s = learner(small_strategy(i), "");
        uint64_t want = run_to_end(s);
        int64_t last = mn_session_step(s);
        mn_session_destroy(s);
        s = learner(small_strategy(i), "");
        for (int64_t at = 0; at < last; at++) {
            run_until(s, at);
            uint64_t here = mn_session_digest(s);
            if (at % 2)
                small_do(s, "set strength=300 vertex=3");
            else if (mn_session_do(s, "task 3", NULL, NULL) != MN_OK) /* it is the third */
                small_do(s, "task 1");
            small_do(s, "step 5"), small_run(s);
            small_do(s, "undo");
            assert_true(mn_session_digest(s) == here);
        }
        if (run_to_end(s) != want)
            fail_msg("%s ends elsewhere after undoing", small_strategy(i)->name);
        mn_session_destroy(s);
    }
}

static size_t held(mn_session *s, mn_snapshot *snap)
{
    mn_err err;
    assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
    return snap->buffer_items;
}

static const char *last_event(const mn_snapshot *snap)
{
    return snap->events[snap->n_events - 1].text;
}

/* Within the second task, when the first has left something. */
static void switch_over(const mn_strategy_ops *a, const mn_strategy_ops *b, mn_snapshot *snap)
{
    char line[96], event[96];
    mn_session *s = learner(a, "");
    mn_text said = {0};
    mn_err err;
    run_until(s, 7);
    size_t before = held(s, snap);
    uint64_t here = mn_session_digest(s);
    bool alike = (a->keeps && b->keeps) || (a->dreams && b->dreams);
    snprintf(line, sizeof line, "set strategy=%s", b->name);
    snprintf(event, sizeof event, "strategy %s -> %s", a->name, b->name);
    assert_ok(mn_session_do(s, line, &said, &err), &err);
    assert_true((strstr(said.data, "left behind") != NULL) == (before && !alike));
    assert_int_equal(held(s, snap), alike ? before : 0);
    assert_string_equal(last_event(snap), event);
    small_do(s, "step 3"), small_run(s);
    uint64_t there = mn_session_digest(s);
    small_do(s, "undo");
    assert_true(mn_session_digest(s) == here && held(s, snap) == before);
    small_do(s, "redo");
    assert_true(mn_session_digest(s) == there);
    run_to_end(s);
    held(s, snap);
    mn_text_finish(&said);
    mn_session_destroy(s);
}

static void every_pair_of_strategies_is_switched_live_and_undone(void **state)
{
    mn_snapshot *snap = mn_snapshot_create();
    for (size_t i = 0; small_strategy(i); i++)
        for (size_t j = 0; small_strategy(j); j++)
            if (i != j)
                switch_over(small_strategy(i), small_strategy(j), snap);
    mn_snapshot_destroy(snap);
}

/* A run that changes to something that protects nothing yet goes on as it would have. */
static void switching_on_what_protects_nothing_yet_changes_nothing(void **state)
{
    mn_session *plain = small_session(settings);
    run_until(plain, 4);
    const size_t n = mn_model_size(mn_session_model(plain)) * sizeof(float);
    for (size_t i = 0; small_strategy(i); i++) {
        char line[96];
        mn_session *s = small_session(settings);
        run_until(s, 1);
        snprintf(line, sizeof line, "set strategy=%s", small_strategy(i)->name);
        small_do(s, line);
        small_do(s, "run until step 4"), small_run(s);
        assert_memory_equal(mn_model_theta(mn_session_model(s)),
                            mn_model_theta(mn_session_model(plain)), n);
        mn_session_destroy(s);
    }
    mn_session_destroy(plain);
}

/* The first task has ended when it is switched on: it ends once more, for the new strategy. */
static void a_strategy_switched_on_after_the_end_still_protects_the_task(void **state)
{
    mn_session *s = small_session(settings);
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    run_to_end(s);
    small_do(s, "set strategy=ewc");
    small_do(s, "task 1");
    assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
    assert_int_equal(snap->importance_terms, 1);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* The path of synaptic intelligence starts at weights that came from elsewhere, not at those
 * that they took the place of. */
static void weights_from_elsewhere_are_no_movement(void **state)
{
    char path[256], line[300];
    mn_err err;
    snprintf(path, sizeof path, "%s/w.safetensors", tests_scratch());
    snprintf(line, sizeof line, "weights %s", path);
    mn_session *taught = learner(mn_strategy_find("vanilla"), ""), *s;
    run_to_end(taught);
    assert_ok(mn_session_save(taught, path, true, &err), &err);
    s = learner(mn_strategy_find("si"), "");
    small_do(s, line);
    assert_ok(mn_session_save(s, path, true, &err), &err);
    mn_tensors *t = NULL;
    assert_ok(mn_tensors_open(&t, path, &err), &err);
    assert_memory_equal(mn_tensors_find(t, "strategy.start")->data,
                        mn_model_theta(mn_session_model(taught)),
                        mn_model_size(mn_session_model(taught)) * sizeof(float));
    mn_tensors_close(t);
    mn_session_destroy(taught), mn_session_destroy(s);
}

static void strengths_and_losses_change_live_and_say_so(void **state)
{
    mn_session *s = learner(mn_strategy_find("ewc"), "strength=1");
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    run_until(s, 6);
    small_do(s, "set strength=3");
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    assert_string_equal(last_event(snap), "strength 1 -> 3");
    assert_near(snap->strength, 3.0, 0.0);
    uint64_t here = mn_session_digest(s);
    for (size_t i = 0; mn_losses[i]; i++) {
        char line[64];
        snprintf(line, sizeof line, "set loss=%s", mn_losses[i]->name);
        small_do(s, line);
        small_do(s, "task next");
        small_do(s, "step 2"), small_run(s);
        small_do(s, "undo"), small_do(s, "undo");
        assert_true(mn_session_digest(s) == here);
    }
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void what_a_strategy_refuses_changes_nothing(void **state)
{
    static const char *const lines[] = {"set strategy=rehearsal proportion=2",
                                        "set strategy=gem proportion=1.5", "set strategy=none",
                                        "set strategy=ewc strength=-1"};
    mn_session *s = learner(mn_strategy_find("pseudorehearsal"), "proportion=2");
    mn_err err;
    run_until(s, 6);
    const mn_config config = *mn_session_config(s);
    uint64_t here = mn_session_digest(s);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_failed(mn_session_do(s, lines[i], NULL, &err), &err, MN_EINVAL, "");
        assert_true(mn_session_digest(s) == here);
        assert_memory_equal(&config, mn_session_config(s), sizeof config);
    }
    run_to_end(s);
    mn_session_destroy(s);
}

/* One sentence, and the run goes on with what it had. */
static void a_strategy_that_a_model_cannot_have_is_refused(void **state)
{
    mn_session *s = small_session(COMMON "model=mlp neurons=8 strategy=gem");
    mn_err err;
    run_until(s, 6);
    uint64_t here = mn_session_digest(s);
    assert_failed(mn_session_do(s, "set strategy=pseudorehearsal", NULL, &err), &err, MN_EINVAL,
                  "needs a model that recalls");
    assert_true(mn_session_digest(s) == here);
    assert_string_equal(mn_session_config(s)->run.strategy, "gem");
    assert_failed(mn_session_do(s, "dreaming", NULL, &err), &err, MN_EINVAL, "recalls");
    assert_true(mn_session_digest(s) == here);
    small_do(s, "set strategy=pseudorehearsal pseudoitems=heterogeneous");
    run_to_end(s);
    mn_session_destroy(s);
}

static void another_task_stream_starts_anew_and_is_undone(void **state)
{
    static const char *const lines[] = {"set tasks=permuted n-tasks=2", "set task-units=no",
                                        "set tasks=single n-tasks=1", "set n-tasks=5"};
    for (size_t i = 0; small_strategy(i); i++) {
        mn_session *s = learner(small_strategy(i), "");
        run_until(s, 7);
        uint64_t here = mn_session_digest(s);
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++) {
            small_do(s, lines[k]);
            assert_int_equal(mn_session_step(s), 0);
            small_do(s, "step 6"), small_run(s);
            small_do(s, "undo");
            assert_true(mn_session_digest(s) == here);
        }
        run_to_end(s);
        mn_session_destroy(s);
    }
}

static void a_run_that_never_ends_is_not_run_until_its_end(void **state)
{
    mn_session *s = learner(small_strategy(0), "advance=no");
    mn_err err;
    assert_failed(mn_session_do(s, "run until end", NULL, &err), &err, MN_ELATER,
                  "advance=yes");
    assert_false(mn_session_running(s));
    small_do(s, "set steps=3");
    small_do(s, "run until end"), small_run(s);
    assert_int_equal(mn_session_step(s), 3);
    mn_session_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_strategy_resumes_at_every_step),
        cmocka_unit_test(every_strategy_is_undone_at_every_step),
        cmocka_unit_test(every_pair_of_strategies_is_switched_live_and_undone),
        cmocka_unit_test(switching_on_what_protects_nothing_yet_changes_nothing),
        cmocka_unit_test(a_strategy_switched_on_after_the_end_still_protects_the_task),
        cmocka_unit_test(weights_from_elsewhere_are_no_movement),
        cmocka_unit_test(strengths_and_losses_change_live_and_say_so),
        cmocka_unit_test(what_a_strategy_refuses_changes_nothing),
        cmocka_unit_test(a_strategy_that_a_model_cannot_have_is_refused),
        cmocka_unit_test(another_task_stream_starts_anew_and_is_undone),
        cmocka_unit_test(a_run_that_never_ends_is_not_run_until_its_end),
    };
    return cmocka_run_group_tests_name("strategies", tests, NULL, NULL);
}
