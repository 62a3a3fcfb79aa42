/* What a snapshot tells of a strategy: its buffer, what it protects, what constrained it. */
#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/safetensors.h"
#include "small.h"
#include "support.h"

static const char settings[] =
    "tasks=permuted n-tasks=3 task-units=yes memories=6 items=40 batch=20 test-items=20 "
    "probe-items=10 epochs=2 vertex=4 strength=20 proportion=0.3 importance-items=15";

static mn_session *learner(const char *more, int64_t step)
{
    char all[512];
    snprintf(all, sizeof all, "%s %s", settings, more);
    mn_session *s = small_session(all);
    snprintf(all, sizeof all, "run until step %lld", (long long)step);
    small_do(s, all), small_run(s);
    return s;
}

static void look(mn_session *s, mn_snapshot *snap)
{
    mn_err err;
    assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
}

static size_t n_pixels(const mn_snapshot *snap)
{
    return (size_t)snap->width * (size_t)snap->height * (size_t)snap->channels;
}

static void a_buffer_is_counted_by_task_and_class(void **state)
{
    mn_session *s = learner("strategy=rehearsal epochs=1", 4);
    mn_snapshot *snap = mn_snapshot_create();
    look(s, snap);
    size_t tasks = 0, classes = 0;
    for (int t = 0; t < MN_TASKS_MAX; t++)
        tasks += snap->buffer_by_task[t];
    for (int c = 0; c <= snap->n_classes; c++)
        classes += snap->buffer_by_class[c];
    /* three tenths of 40 items: one task has ended after 2 steps, two after 2 + 3 */
    assert_int_equal(snap->buffer_items, 12);
    assert_int_equal(snap->buffer_by_task[0], 12);
    assert_int_equal(tasks, 12);
    assert_int_equal(classes, 12);
    assert_int_equal(snap->buffer_by_class[snap->n_classes], 0);
    assert_int_equal(snap->buffer_replayed, 12);
    assert_true(snap->buffer_replays);
    small_do(s, "task next");
    look(s, snap);
    assert_int_equal(snap->buffer_items, 24);
    assert_int_equal(snap->buffer_by_task[1], 12);
    small_do(s, "undo");
    look(s, snap);
    assert_int_equal(snap->buffer_by_task[1], 0);
    small_do(s, "set strategy=agem");
    look(s, snap);
    assert_int_equal(snap->buffer_items, 12);
    assert_int_equal(snap->buffer_replayed, 0);
    assert_false(snap->buffer_replays);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* Every pixel in its place again: the picture is one of the training items, whatever the task
 * did to them. */
static bool is_an_item(const float *pixels, size_t n, const float *X, size_t n_items)
{
    for (size_t i = 0; i < n_items; i++)
        if (!memcmp(pixels, X + i * n, n * sizeof *pixels))
            return true;
    return false;
}

static void kept_items_are_shown_as_their_own_task_places_them(void **state)
{
    static const char all[] = "strategy=rehearsal proportion=1 epochs=1 advance=no";
    static float X[MN_GALLERY_MAX * 784];
    mn_session *s = learner(all, 2);
    mn_snapshot *snap = mn_snapshot_create();
    /* the first task leaves pixels where they are */
    small_do(s, "set items=24");
    small_do(s, "task next");
    look(s, snap);
    assert_int_equal(snap->n_kept, MN_GALLERY_MAX);
    memcpy(X, snap->kept, sizeof X);
    int of_task[3] = {0};
    for (const char *next = "task 3"; next; next = strcmp(next, "task 1") ? "task 1" : NULL)
        small_do(s, next);
    look(s, snap);
    assert_int_equal(snap->buffer_items, 72);
    for (int i = 0; i < snap->n_kept; i++) {
        assert_in_range(snap->kept_task[i], 0, 2);
        assert_in_range(snap->kept_class[i], 0, 9);
        assert_true(i == 0 || snap->kept_task[i] >= snap->kept_task[i - 1]);
        assert_true(is_an_item(snap->kept + (size_t)i * n_pixels(snap), n_pixels(snap), X,
                               MN_GALLERY_MAX));
        of_task[snap->kept_task[i]]++;
    }
    assert_true(of_task[0] == 8 && of_task[1] == 8 && of_task[2] == 8);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void dreams_are_counted_by_what_they_are_of(void **state)
{
    mn_session *s = learner("strategy=pseudorehearsal proportion=1", 5);
    mn_snapshot *snap = mn_snapshot_create();
    look(s, snap);
    assert_int_equal(snap->buffer_items, 40);
    assert_int_equal(snap->buffer_by_task[0], 40);
    small_do(s, "dream 7");
    look(s, snap);
    assert_int_equal(snap->buffer_items, 47);
    assert_int_equal(snap->buffer_by_task[1], 7);
    for (int c = 0; c < snap->n_classes; c++)
        assert_int_equal(snap->buffer_by_class[c], snap->by_class[c]);
    assert_false(snap->has_importance || snap->has_constraints);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void dreaming_by_hand_adds_what_the_strategy_dreams(void **state)
{
    mn_session *s = learner("strategy=pseudorehearsal pseudoitems=heterogeneous", 5);
    mn_snapshot *snap = mn_snapshot_create();
    mn_text say = {0};
    mn_err err;
    look(s, snap);
    assert_int_equal(snap->buffer_items, 12);
    assert_true(snap->dreams_are_used && snap->answers_are_used);
    assert_int_equal(snap->dreamt.n, 0);
    assert_ok(mn_session_do(s, "dream 7", &say, &err), &err);
    const char *answers = strstr(say.data, "answers");
    assert_true(answers && answers < say.data + 60); /* in 80 columns as well */
    look(s, snap);
    /* seven were relaxed to be looked at, and seven answers are kept */
    assert_int_equal(snap->dreamt.n, 7);
    assert_int_equal(snap->n_gallery, 7);
    assert_int_equal(snap->buffer_items, 19);
    assert_int_equal(snap->buffer_by_task[1], 7);
    mn_text_finish(&say);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* At a vertex this high all probes end in the same few attractors. */
static void dreaming_by_hand_keeps_no_duplicates_that_the_strategy_drops(void **state)
{
    mn_session *s = learner("strategy=pseudorehearsal proportion=0 duplicates=no", 5);
    mn_snapshot *snap = mn_snapshot_create();
    small_do(s, "dream 300");
    look(s, snap);
    assert_true(snap->dreamt.repeats > 0);
    assert_int_equal(snap->buffer_items, 300 - snap->dreamt.repeats);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* From what a checkpoint would hold, by definition: mean absolute difference over twice the
 * mean. */
static double gini_of(const float *x, size_t n)
{
    double sum = 0.0, apart = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)x[i];
        for (size_t j = 0; j < n; j++)
            apart += fabs((double)x[i] - (double)x[j]);
    }
    return apart / (2.0 * (double)n * sum);
}

static void check_tiles(const mn_snapshot *snap, double *total)
{
    float limit = 0.0f;
    double units = 0.0;
    for (int i = 0; i < snap->n_tiles; i++) {
        const float *tile = snap->tile_importance + (size_t)i * n_pixels(snap);
        for (size_t j = 0; j < n_pixels(snap); j++) {
            assert_true(isfinite(tile[j]) && tile[j] >= 0.0f);
            limit = tile[j] > limit ? tile[j] : limit;
            *total += (double)tile[j];
        }
        units += (double)snap->unit_importance[snap->tile_unit[i]];
    }
    assert_true(limit > 0.0f && limit == snap->importance_limit);
    assert_near(units, 1.0, 1e-5); /* sums of floats */
}

/* At a vertex of 60 squared gradients are far below any float. */
static void importance_is_shown_at_every_vertex(void **state)
{
    static const int vertices[] = {2, 4, 20, 60, 100};
    for (size_t i = 0; mn_strategies[i]; i++)
        for (size_t v = 0; mn_strategies[i]->importance && v < 5; v++) {
            char more[96];
            double total = 0.0;
            snprintf(more, sizeof more, "strategy=%s vertex=%d", mn_strategies[i]->name,
                     vertices[v]);
            mn_session *s = learner(more, 0);
            mn_snapshot *snap = mn_snapshot_create();
            look(s, snap);
            assert_true(snap->has_importance && snap->importance_terms == 0);
            assert_true(isnan(snap->importance_gini) && snap->importance_limit == 0.0f);
            small_do(s, "run until step 5"), small_run(s);
            look(s, snap);
            assert_int_equal(snap->importance_terms, 1);
            assert_string_equal(snap->importance_name, mn_strategies[i]->importance);
            check_tiles(snap, &total);
            assert_true(total > 0.0);
            assert_in_range(snap->importance_gini * 1000.0, 0, 1000);
            assert_true(snap->importance_share90 > 0.0 && snap->importance_share90 <= 0.9001);
            mn_snapshot_destroy(snap);
            mn_session_destroy(s);
        }
}

static void concentration_is_what_its_definition_says(void **state)
{
    enum { UNITS = 2, ROW = 784 + 3 + 10 };
    static float all[UNITS * ROW];
    mn_session *s = learner("strategy=mas memories=2", 5);
    mn_snapshot *snap = mn_snapshot_create();
    look(s, snap);
    char path[256];
    mn_tensors *t = NULL;
    mn_err err;
    snprintf(path, sizeof path, "%s/i.safetensors", tests_scratch());
    assert_ok(mn_session_save(s, path, true, &err), &err);
    assert_ok(mn_tensors_open(&t, path, &err), &err);
    const float *importance = mn_tensors_find(t, "strategy.importance")->data;
    const int32_t *exponent = mn_tensors_find(t, "strategy.importance_exponent")->data;
    for (int i = 0; i < UNITS * ROW; i++)
        all[i] = ldexpf(importance[i], exponent[i / ROW]);
    assert_near(snap->importance_gini, gini_of(all, UNITS * ROW), 1e-6);
    mn_tensors_close(t);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void constraints_are_shown(void **state)
{
    mn_session *s = learner("strategy=gem", 5);
    mn_snapshot *snap = mn_snapshot_create();
    look(s, snap);
    assert_true(snap->has_constraints);
    assert_int_equal(snap->constraints.n, 1);
    assert_int_equal(snap->constraints.task[0], 0);
    assert_true(fabs(snap->constraints.cosine[0]) <= 1.0 + 1e-9);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_is_counted_by_task_and_class),
        cmocka_unit_test(kept_items_are_shown_as_their_own_task_places_them),
        cmocka_unit_test(dreams_are_counted_by_what_they_are_of),
        cmocka_unit_test(dreaming_by_hand_adds_what_the_strategy_dreams),
        cmocka_unit_test(dreaming_by_hand_keeps_no_duplicates_that_the_strategy_drops),
        cmocka_unit_test(importance_is_shown_at_every_vertex),
        cmocka_unit_test(concentration_is_what_its_definition_says),
        cmocka_unit_test(constraints_are_shown),
    };
    return cmocka_run_group_tests_name("looking", tests, NULL, NULL);
}
