/* Models that give items back: what is asked of them, and what favours exceptions. */
#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "small.h"
#include "support.h"

#define COMMON                                                                                 \
    "model=consolidate memories=6 beta=5 dt=1 tolerance=1e-4 optimiser=adam rate=0.005 "       \
    "rate-decay=1 batch=10 probe-items=5 epochs=3 "
#define FEW COMMON "tasks=exceptions regular-items=18 exceptional-items=3 "

static const char *const variants[] = {
    FEW, FEW "strategy=reweight signal=truth among=all",
    FEW "strategy=reweight signal=loss gamma=3", FEW "strategy=resample signal=entropy gamma=3",
    COMMON "items=25 tasks=split classes-per-task=5 strategy=rehearsal proportion=0.5"};
enum { N_VARIANTS = sizeof variants / sizeof *variants };

static uint64_t run_to_end(mn_session *s)
{
    mn_err err;
    small_do(s, "run until end"), small_run(s);
    assert_ok(mn_session_failure(s, &err), &err);
    return mn_session_digest(s);
}

static void run_until(mn_session *s, int64_t step)
{
    char line[64];
    snprintf(line, sizeof line, "run until step %lld", (long long)step);
    small_do(s, line), small_run(s);
}

static mn_snapshot *look(mn_session *s, mn_snapshot *snap)
{
    mn_err err;
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    return snap;
}

static void a_run_resumes_at_every_step(void **state)
{
    char path[256], line[300];
    mn_err err;
    snprintf(path, sizeof path, "%s/e.safetensors", tests_scratch());
    snprintf(line, sizeof line, "load %s", path);
    for (int v = 0; v < N_VARIANTS; v++) {
        mn_session *s = small_session(variants[v]), *again;
        const uint64_t want = run_to_end(s);
        const int64_t last = mn_session_step(s);
        mn_session_destroy(s);
        s = small_session(variants[v]);
        for (int64_t at = 0; at < last; at++) {
            run_until(s, at);
            assert_ok(mn_session_save(s, path, true, &err), &err);
            assert_ok(mn_session_resume(&again, path, NULL, &err), &err);
            for (int way = 0; way < 2; way++) {
                assert_true(mn_session_digest(again) == mn_session_digest(s));
                if (run_to_end(again) != want)
                    fail_msg("'%s' at step %lld ends elsewhere", variants[v], (long long)at);
                small_do(again, line); /* from another task, or from the end */
            }
            mn_session_destroy(again);
        }
        mn_session_destroy(s);
    }
}

static void a_run_is_undone_at_every_step(void **state)
{
    for (int v = 0; v < N_VARIANTS; v++) {
        mn_session *s = small_session(variants[v]);
        const uint64_t want = run_to_end(s);
        const int64_t last = mn_session_step(s);
        mn_session_destroy(s);
        s = small_session(variants[v]);
        for (int64_t at = 0; at < last; at++) {
            run_until(s, at);
            const uint64_t here = mn_session_digest(s);
            if (at % 2 || mn_session_do(s, "task 2", NULL, NULL) != MN_OK) /* the only one */
                small_do(s, "set gamma=1 beta=7");
            small_do(s, "step 4"), small_run(s);
            small_do(s, "undo");
            assert_true(mn_session_digest(s) == here);
        }
        assert_true(run_to_end(s) == want);
        mn_session_destroy(s);
    }
}

static void looking_changes_nothing(void **state)
{
    mn_snapshot *snap = mn_snapshot_create();
    for (int v = 0; v < N_VARIANTS; v++) {
        mn_session *plain = small_session(variants[v]), *seen = small_session(variants[v]);
        const uint64_t want = run_to_end(plain);
        small_do(seen, "set probe-items=1000");
        small_do(seen, "run until end");
        while (mn_session_advance(seen)) {
            look(seen, snap);
            small_do(seen, "evaluate");
            small_do(seen, "recall train 0 noise 10");
        }
        assert_true(mn_session_digest(seen) == want);
        mn_session_destroy(plain);
        mn_session_destroy(seen);
    }
    mn_snapshot_destroy(snap);
}

static void gamma_0_is_no_balance(void **state)
{
    mn_session *plain = small_session(FEW), *weighed = small_session(FEW "strategy=reweight");
    small_do(weighed, "set gamma=0");
    run_to_end(plain), run_to_end(weighed);
    assert_memory_equal(mn_model_theta(mn_session_model(plain)),
                        mn_model_theta(mn_session_model(weighed)),
                        mn_model_size(mn_session_model(plain)) * sizeof(float));
    mn_session_destroy(plain);
    mn_session_destroy(weighed);
}

/* |item - retrieved|^2 of an item of length 1, as the picture of both has it. */
static double loss_of(const mn_snapshot *s, int i)
{
    const size_t n = (size_t)(s->width * s->height);
    const float *item = s->shown_pixels + (size_t)i * MN_N_SIDES * n,
                *back = item + MN_SIDE_RETRIEVED * n;
    double difference = 0.0, length = 0.0;
    for (size_t p = 0; p < n; p++) {
        difference += pow((double)item[p] - (double)back[p], 2.0);
        length += pow((double)item[p], 2.0);
    }
    return difference / length;
}

static void what_is_shown_is_what_was_measured(void **state)
{
    mn_session *s = small_session(FEW);
    mn_snapshot *snap = mn_snapshot_create();
    run_to_end(s);
    look(s, snap);
    const size_t n = (size_t)(snap->width * snap->height);
    double sum = 0.0;
    assert_true(snap->gives_back);
    assert_int_equal(snap->n_of_kind[MN_REGULAR], 18);
    assert_int_equal(snap->n_of_kind[MN_EXCEPTIONAL], 3);
    assert_int_equal(snap->n_shown, MN_RETURNED_MAX);
    for (int i = 0; i < snap->n_shown; i++) {
        const float *item = snap->shown_pixels + (size_t)i * MN_N_SIDES * n, *cue = item + n,
                    *back = cue + n;
        assert_int_equal(snap->shown[i].kind, i < 3 ? MN_EXCEPTIONAL : MN_REGULAR);
        assert_int_equal(snap->shown[i].label, i < 3);
        assert_near(loss_of(snap, i), (double)snap->shown[i].signal[MN_SIGNAL_LOSS], 1e-5);
        sum += i < 3 ? loss_of(snap, i) : 0.0;
        for (size_t p = 0; p < n; p++) {
            assert_true(cue[p] == 0.0f || fabs((double)(cue[p] - item[p])) < 1e-6);
            assert_true(cue[p] == 0.0f || fabs((double)(back[p] - item[p])) < 1e-6);
        }
    }
    assert_near(snap->returned[MN_EXCEPTIONAL], sum / 3.0, 1e-5);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void every_item_seen_is_in_the_spread_of_every_signal(void **state)
{
    mn_session *s = small_session(FEW);
    mn_snapshot *snap = mn_snapshot_create();
    look(s, snap);
    assert_int_equal(snap->spread[MN_SIGNAL_LOSS].n[MN_REGULAR], 0);
    small_do(s, "epoch"), small_run(s);
    look(s, snap);
    for (int i = 0; i < MN_N_SIGNALS; i++)
        for (int k = 0; k < MN_N_RARITIES; k++) {
            const mn_spread *of = &snap->spread[i];
            uint32_t n = 0;
            for (int b = 0; b < MN_SIGNAL_BINS; b++)
                n += of->bins[k][b];
            assert_int_equal(n, snap->n_of_kind[k]);
            assert_int_equal(of->n[k], n);
            const float *q = snap->moments[snap->n_moments - 1].signal[i][k];
            assert_true(of->lo <= q[0] && q[0] <= q[1] && q[1] <= q[2] && q[2] <= of->hi);
        }
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static double exceptional_loss(const char *how)
{
    char all[512];
    snprintf(all, sizeof all, "%s epochs=40 rate=0.01 %s", FEW, how);
    mn_session *s = small_session(all);
    mn_snapshot *snap = mn_snapshot_create();
    run_to_end(s);
    const double loss = look(s, snap)->returned[MN_EXCEPTIONAL];
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
    return loss;
}

static void exceptions_that_are_known_are_stored(void **state)
{
    const double plain = exceptional_loss("");
    assert_true(exceptional_loss("strategy=reweight signal=truth gamma=4") < 0.7 * plain);
    assert_true(exceptional_loss("strategy=resample signal=truth gamma=3") < 0.7 * plain);
}

static void models_that_answer_in_classes_give_nothing_back(void **state)
{
    mn_session *s = small_session("epochs=1");
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    run_to_end(s);
    look(s, snap);
    assert_false(snap->gives_back);
    assert_int_equal(snap->n_shown, 0);
    assert_true(isnan(snap->returned[MN_REGULAR]) && isnan(snap->returned[MN_EXCEPTIONAL]));
    assert_failed(mn_session_do(s, "set strategy=reweight", NULL, &err), &err, MN_EINVAL,
                  "reweight");
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* Without exceptions all items are regular, and every signal still has its gamma. */
static void a_stream_without_exceptions_has_regular_items_only(void **state)
{
    mn_session *s = small_session(COMMON "items=20 strategy=resample signal=truth");
    mn_snapshot *snap = mn_snapshot_create();
    run_to_end(s);
    look(s, snap);
    assert_true(snap->returned[MN_REGULAR] > 0.0 && isnan(snap->returned[MN_EXCEPTIONAL]));
    assert_int_equal(snap->n_of_kind[MN_EXCEPTIONAL], 0);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void cues_and_dreams_stay_in_the_models_range(void **state)
{
    static const char *const lines[] = {"recall train 0", "recall test 1 noise 20 occlude 30",
                                        "recall unit 2", "recall class 1", "dream 5"};
    mn_session *s = small_session(FEW);
    mn_snapshot *snap = mn_snapshot_create();
    run_to_end(s);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        small_do(s, lines[i]);
        look(s, snap);
        const size_t n = (size_t)(snap->width * snap->height);
        float most = 0.0f;
        for (size_t p = 0; p < n; p++) {
            assert_true(strstr(lines[i], "unit") || snap->dream.states[p] >= snap->item_lo);
            most = fmaxf(most, snap->dream.states[p]);
        }
        assert_true(most > 0.0f);
        for (int k = 1; k < snap->dream.n_states; k++)
            assert_true(snap->dream.energy[k] <= snap->dream.energy[k - 1] + 1e-6);
    }
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* A state that no training leads to: it is worked with, whatever comes of it. */
static void wild_signals_do_no_harm(void **state)
{
    static const float values[] = {NAN, INFINITY, -INFINITY, -3e38f, 1e-45f};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (int v = 1; v < 4; v++) {
            mn_session *s = small_session(variants[v]);
            mn_snapshot *snap = mn_snapshot_create();
            char path[256];
            mn_err err;
            run_until(s, 3);
            const mn_tensor W = mn_model_tensor(mn_session_model(s), 0);
            W.data[5] = values[i]; /* and so are all signals from now on */
            look(s, snap);
            small_do(s, "evaluate");
            look(s, snap);
            snprintf(path, sizeof path, "%s/w.safetensors", tests_scratch());
            assert_ok(mn_session_save(s, path, true, &err), &err);
            small_do(s, "run"), small_run(s);
            look(s, snap);
            mn_snapshot_destroy(snap);
            mn_session_destroy(s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_resumes_at_every_step),
        cmocka_unit_test(a_run_is_undone_at_every_step),
        cmocka_unit_test(looking_changes_nothing),
        cmocka_unit_test(gamma_0_is_no_balance),
        cmocka_unit_test(what_is_shown_is_what_was_measured),
        cmocka_unit_test(every_item_seen_is_in_the_spread_of_every_signal),
        cmocka_unit_test(exceptions_that_are_known_are_stored),
        cmocka_unit_test(models_that_answer_in_classes_give_nothing_back),
        cmocka_unit_test(a_stream_without_exceptions_has_regular_items_only),
        cmocka_unit_test(cues_and_dreams_stay_in_the_models_range),
        cmocka_unit_test(wild_signals_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
