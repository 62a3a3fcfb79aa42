/* What an inspected unit answers to, against a search by definition. */
#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "small.h"
#include "support.h"

static const char settings[] =
    "model=sdmlp neurons=20 k=3 top-k=mask batch=20 items=60 epochs=2 ";
enum { PIXELS = 784 };

static mn_session *learner(const char *more)
{
    char all[512];
    snprintf(all, sizeof all, "%s %s", settings, more);
    mn_session *s = small_session(all);
    small_do(s, "run until step 4"), small_run(s);
    return s;
}

static void inspect(mn_session *s, int unit)
{
    char line[64];
    snprintf(line, sizeof line, "viewport number winner-share 0 20 %d -2 1", unit);
    small_do(s, line);
}

static void look(mn_session *s, mn_snapshot *snap)
{
    mn_err err;
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
}

static double cosine_of(const float *x, const float *y)
{
    double xy = 0.0, xx = 0.0, yy = 0.0;
    for (int i = 0; i < PIXELS; i++) {
        xy += (double)x[i] * (double)y[i];
        xx += (double)x[i] * (double)x[i];
        yy += (double)y[i] * (double)y[i];
    }
    return xx > 0.0 && yy > 0.0 ? xy / sqrt(xx * yy) : 0.0;
}

static float *pixels_of(mn_session *s, int unit)
{
    static float w[PIXELS];
    mn_model_tile(mn_session_model(s), unit, w, NULL, NULL);
    return w;
}

static void none_is_made_unless_it_is_wanted(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    look(s, snap);
    assert_int_equal(snap->dossier.unit, -1);
    small_do(s, "viewport number winner-share 0 20 3 -2");
    look(s, snap);
    assert_int_equal(snap->dossier.unit, -1);
    inspect(s, 3);
    look(s, snap);
    assert_int_equal(snap->dossier.unit, 3);
    assert_int_equal(snap->dossier.n_sampled, 60);
    assert_int_equal(snap->dossier.step, 4);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void the_top_items_are_those_with_the_largest_cosine(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    for (int unit = 0; unit < 20; unit += 3) {
        inspect(s, unit);
        look(s, snap);
        const mn_dossier *d = &snap->dossier;
        const float *w = pixels_of(s, unit);
        assert_int_equal(d->n_top, MN_TOP_ITEMS);
        for (int i = 0; i < d->n_top; i++) {
            assert_near((double)d->top_drive[i], cosine_of(snap->top_items + i * PIXELS, w),
                        1e-5);
            assert_true(i == 0 || d->top_drive[i] <= d->top_drive[i - 1]);
            assert_in_range(d->top_label[i], 0, 9);
            assert_int_equal(d->top_task[i], 0);
        }
        /* both of length 1, the distance after centring is at most 2 */
        assert_true(d->nearest_distance >= 0.0f && d->nearest_distance <= 2.0f);
        assert_in_range(d->nearest_label, 0, 9);
    }
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* A unit that is a copy of an item finds that item, by both ways of looking. */
static void a_unit_that_is_an_item_finds_it(void **state)
{
    static float item[PIXELS];
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    inspect(s, 1);
    look(s, snap);
    memcpy(item, snap->top_items + 2 * PIXELS, sizeof item);
    const int label = snap->dossier.top_label[2];
    for (int i = 0; i < mn_model_n_tensors(mn_session_model(s)); i++) {
        const mn_tensor t = mn_model_tensor(mn_session_model(s), i);
        if (t.rows == 20 && t.cols >= PIXELS)
            for (int j = 0; j < PIXELS; j++)
                t.data[(size_t)7 * (size_t)t.cols + (size_t)j] = 3.0f * item[j];
    }
    inspect(s, 7);
    look(s, snap);
    assert_near((double)snap->dossier.top_drive[0], 1.0, 1e-5);
    assert_memory_equal(snap->top_items, item, sizeof item);
    assert_memory_equal(snap->nearest_item, item, sizeof item);
    assert_int_equal(snap->dossier.nearest_label, label);
    assert_true(snap->dossier.nearest_distance < 0.01f); /* the root of what floats round */
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void items_are_shown_where_their_own_task_takes_them_from(void **state)
{
    static float first[MN_TOP_ITEMS * PIXELS];
    mn_session *s = learner("tasks=permuted n-tasks=2");
    mn_snapshot *snap = mn_snapshot_create();
    inspect(s, 2);
    look(s, snap);
    memcpy(first, snap->top_items, sizeof first);
    small_do(s, "task next");
    look(s, snap);
    assert_int_equal(snap->dossier.n_sampled, 120);
    int of_second = 0;
    for (int i = 0; i < snap->dossier.n_top; i++) {
        const float *x = snap->top_items + i * PIXELS;
        double border = 0.0; /* digits leave the corners blank */
        for (int j = 0; j < 4; j++)
            border += (double)(x[j] + x[28 * j] + x[783 - j]);
        of_second += snap->dossier.top_task[i] == 1;
        assert_near(border, 0.0, 1e-6);
    }
    assert_true(of_second < MN_TOP_ITEMS || memcmp(first, snap->top_items, sizeof first) != 0);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void it_is_made_anew_when_weights_have_changed(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    inspect(s, 3);
    look(s, snap);
    assert_int_equal(snap->dossier.step, 4);
    small_do(s, "step 1"), small_run(s);
    look(s, snap);
    assert_int_equal(snap->dossier.step, 5);
    small_do(s, "reset");
    look(s, snap);
    assert_int_equal(snap->dossier.step, 0);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* While training goes on a dossier stays until an epoch ends. */
static void it_rests_in_the_middle_of_an_epoch(void **state)
{
    mn_session *s = small_session("model=sdmlp neurons=20 items=60 batch=10 epochs=9");
    mn_snapshot *snap = mn_snapshot_create();
    inspect(s, 3);
    small_do(s, "run");
    for (int step = 1; step <= 13; step++) {
        assert_true(mn_session_advance(s));
        look(s, snap);
        assert_int_equal(snap->dossier.step, step < 6 ? 1 : step < 12 ? 6 : 12);
    }
    inspect(s, 4);
    look(s, snap);
    assert_int_equal(snap->dossier.step, 13);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void a_unit_without_weights_has_no_items(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    float *theta = mn_model_theta(mn_session_model(s));
    memset(theta, 0, mn_model_size(mn_session_model(s)) * sizeof *theta);
    inspect(s, 3);
    look(s, snap);
    assert_int_equal(snap->dossier.unit, 3);
    assert_int_equal(snap->dossier.n_top, 0);
    assert_int_equal(snap->dossier.nearest_label, -1);
    assert_true(isnan(snap->dossier.nearest_distance));
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void looking_changes_nothing(void **state)
{
    mn_session *a = learner(""), *b = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    inspect(a, 3);
    look(a, snap);
    small_do(a, "run"), small_run(a);
    small_do(b, "run"), small_run(b);
    assert_true(mn_session_digest(a) == mn_session_digest(b));
    mn_snapshot_destroy(snap);
    mn_session_destroy(a);
    mn_session_destroy(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_made_unless_it_is_wanted),
        cmocka_unit_test(the_top_items_are_those_with_the_largest_cosine),
        cmocka_unit_test(a_unit_that_is_an_item_finds_it),
        cmocka_unit_test(items_are_shown_where_their_own_task_takes_them_from),
        cmocka_unit_test(it_is_made_anew_when_weights_have_changed),
        cmocka_unit_test(it_rests_in_the_middle_of_an_epoch),
        cmocka_unit_test(a_unit_without_weights_has_no_items),
        cmocka_unit_test(looking_changes_nothing),
    };
    return cmocka_run_group_tests_name("dossier", tests, NULL, NULL);
}
