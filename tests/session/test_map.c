/* Maps of units and items: made in pieces, of the weights at one step, changing nothing. */
#include "mnemoscope/session.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "mnemoscope/trainer.h"
#include "small.h"
#include "support.h"

static const char settings[] =
    "model=sdmlp neurons=30 k=3 top-k=mask batch=20 items=120 epochs=2 tasks=split "
    "classes-per-task=5 ";

static mn_session *learner(const char *more)
{
    char all[512];
    snprintf(all, sizeof all, "%s %s", settings, more);
    mn_session *s = small_session(all);
    small_do(s, "run until step 5"), small_run(s);
    return s;
}

static void look(mn_session *s, mn_snapshot *snap)
{
    mn_err err;
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
}

static int finish(mn_session *s)
{
    int pieces = 0;
    while (mn_session_map(s))
        pieces++;
    return pieces;
}

static bool all_there(const mn_map *m)
{
    for (int i = 0; i < m->n_units + m->n_items; i++)
        if (!isfinite(m->x[i]) || !isfinite(m->y[i]))
            return false;
    return true;
}

static void there_is_none_unless_it_is_wanted(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    assert_false(mn_session_map(s));
    look(s, snap);
    assert_int_equal(snap->map.method, MN_MAP_OFF);
    assert_int_equal(snap->map.step, -1);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void every_way_of_making_one_ends_with_all_points(void **state)
{
    static const char *const lines[] = {"map pca items", "map pca weights", "map umap items",
                                        "map umap weights neighbours=5"};
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    for (int i = 0; i < 4; i++) {
        small_do(s, lines[i]);
        look(s, snap);
        assert_true(snap->map.progress < 1.0 && *snap->map.doing);
        finish(s);
        look(s, snap);
        const mn_map *m = &snap->map;
        assert_int_equal(m->n_units, 30);
        assert_in_range(m->n_items, 1, 120);
        assert_true(all_there(m));
        assert_true(m->progress == 1.0 && m->step == 5);
        assert_int_equal(m->neighbours, i < 2 ? 0 : i < 3 ? 15 : 5);
        assert_true(m->trust > 0.5 && m->trust <= 1.0);
        assert_int_equal(m->n_trusted, i % 2 ? 30 : m->n_items);
    }
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void progress_rises_and_points_come_bit_by_bit(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    double before = 0.0;
    int partly = 0;
    small_do(s, "map umap");
    do {
        look(s, snap);
        assert_true(snap->map.progress >= before - 1e-9 && snap->map.progress <= 1.0);
        before = snap->map.progress;
        const mn_map *m = &snap->map;
        partly += isfinite(m->x[m->n_units]) && !isfinite(m->x[0]);
    } while (mn_session_map(s));
    assert_true(partly > 50); /* items move for 500 epochs before units are placed */
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

/* The same by definition, from the points' own weights and items of the one task met. */
static void a_unit_is_of_the_class_that_drives_it_most(void **state)
{
    mn_session *s = learner("tasks=permuted n-tasks=2");
    mn_snapshot *snap = mn_snapshot_create();
    small_do(s, "map pca");
    finish(s);
    for (int u = 0; u < 30; u += 4) {
        char line[64];
        snprintf(line, sizeof line, "viewport number winner-share 0 30 %d -2 1", u);
        small_do(s, line);
        look(s, snap);
        assert_int_equal(snap->map.label[u], snap->dossier.top_label[0]);
        assert_int_equal(snap->map.task[u], snap->dossier.top_task[0]);
    }
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void items_are_of_the_tasks_met(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    small_do(s, "map pca");
    look(s, snap);
    const int n = snap->map.n_items;
    for (int i = 0; i < n; i++)
        assert_in_range(snap->map.label[30 + i], 0, 4);
    small_do(s, "task next");
    small_do(s, "map pca");
    look(s, snap);
    assert_int_equal(snap->map.n_items, 120);
    int of_second = 0;
    for (int i = 0; i < 120; i++) {
        assert_int_equal(snap->map.task[30 + i], snap->map.label[30 + i] >= 5);
        of_second += snap->map.task[30 + i];
    }
    assert_int_equal(of_second, 120 - n);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void it_stays_of_its_step_while_training_goes_on(void **state)
{
    static float x[30];
    mn_session *a = learner(""), *b = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    small_do(a, "map umap"), small_do(b, "map umap");
    finish(a);
    look(a, snap);
    memcpy(x, snap->map.x, sizeof x);
    small_do(b, "run");
    while (mn_session_advance(b)) /* a piece between any two steps */
        mn_session_map(b);
    finish(b);
    look(b, snap);
    assert_int_equal(snap->map.step, 5);
    assert_true(snap->step > 5);
    assert_memory_equal(snap->map.x, x, sizeof x);
    small_do(a, "run"), small_run(a);
    assert_true(mn_session_digest(a) == mn_session_digest(b));
    mn_snapshot_destroy(snap);
    mn_session_destroy(a);
    mn_session_destroy(b);
}

static void it_is_not_in_the_log(void **state)
{
    mn_session *s = learner("");
    mn_text log = {0};
    mn_err err;
    small_do(s, "map umap"), small_do(s, "map count"), small_do(s, "map off");
    assert_ok(mn_session_log(s, &log, &err), &err);
    assert_null(strstr(log.data, "map"));
    mn_text_finish(&log);
    mn_session_destroy(s);
}

static void keys_go_round_the_ways(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    for (int i = 1; i <= 6; i++) {
        small_do(s, "map next-method");
        look(s, snap);
        assert_int_equal(snap->map.method, i % MN_N_MAP_METHODS);
    }
    small_do(s, "map other-fit"); /* from none: a map is wanted */
    look(s, snap);
    assert_int_equal(snap->map.method, MN_MAP_UMAP);
    assert_int_equal(snap->map.fit, MN_FIT_UNITS);
    mn_session_map(s);
    look(s, snap);
    const double progress = snap->map.progress;
    for (int i = 1; i <= 3; i++) { /* colours do not begin it anew */
        small_do(s, "map next-colour");
        look(s, snap);
        assert_int_equal(snap->map.colour, i % MN_N_MAP_COLOURS);
        assert_true(snap->map.progress == progress);
    }
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void nonsense_is_refused_and_the_map_stays(void **state)
{
    static const char *const lines[] = {"map",
                                        "map tsne",
                                        "map umap neighbours=1",
                                        "map umap neighbours=x",
                                        "map umap items class task 1",
                                        "map ''"};
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    small_do(s, "map pca weights");
    finish(s);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(mn_session_do(s, lines[i], NULL, &err), MN_EINVAL);
    look(s, snap);
    assert_true(snap->map.method == MN_MAP_PCA && all_there(&snap->map));
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void weights_that_are_not_finite_are_refused(void **state)
{
    mn_session *s = learner("");
    mn_err err;
    mn_model_theta(mn_session_model(s))[3] = NAN;
    for (const char *line = "map umap weights"; line;
         line = strcmp(line, "map pca weights") ? "map pca weights" : NULL)
        assert_int_not_equal(mn_session_do(s, line, NULL, &err), MN_OK);
    mn_snapshot *snap = mn_snapshot_create();
    look(s, snap);
    assert_int_equal(snap->map.method, MN_MAP_OFF);
    /* placed among finite items they are refused too: nothing of them is on the map */
    assert_int_not_equal(mn_session_do(s, "map umap items", NULL, &err), MN_OK);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void dead_units_and_one_item_make_a_map(void **state)
{
    mn_session *s = small_session("model=sdmlp neurons=3 k=1 items=1 batch=1");
    mn_snapshot *snap = mn_snapshot_create();
    float *theta = mn_model_theta(mn_session_model(s));
    memset(theta, 0, mn_model_size(mn_session_model(s)) * sizeof *theta);
    for (const char *line = "map umap items"; line;
         line = strcmp(line, "map umap items") ? NULL : "map pca weights") {
        small_do(s, line);
        finish(s);
        look(s, snap);
        assert_int_equal(snap->map.n_items, 1);
        assert_true(all_there(&snap->map));
        assert_int_equal(snap->map.label[0], -1);
    }
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void another_experiment_has_no_map(void **state)
{
    mn_session *s = learner("");
    mn_snapshot *snap = mn_snapshot_create();
    small_do(s, "map umap");
    mn_session_map(s);
    small_do(s, "set neurons=10");
    assert_false(mn_session_map(s));
    look(s, snap);
    assert_int_equal(snap->map.method, MN_MAP_OFF);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static const mn_snapshot *await_map(mn_trainer *t)
{
    for (int i = 0; i < 3000; i++) {
        const mn_snapshot *s = mn_trainer_snapshot(t);
        if (s->map.method != MN_MAP_OFF && s->map.progress == 1.0)
            return s;
        struct pollfd p = {.fd = mn_trainer_fd(t), .events = POLLIN};
        poll(&p, 1, 20);
    }
    fail_msg("the map was never done");
    return NULL;
}

/* Paused, and at a pace of a step a second, which does not hold it up. */
static void the_trainer_makes_it_whether_training_goes_on_or_not(void **state)
{
    mn_trainer *t = NULL;
    mn_err err;
    assert_ok(mn_trainer_start(&t, learner("advance=no"), &err), &err);
    assert_true(mn_trainer_post(t, "map umap"));
    const mn_snapshot *s = await_map(t);
    assert_true(s->step == 5 && all_there(&s->map));
    assert_true(mn_trainer_post(t, "pace 1"));
    assert_true(mn_trainer_post(t, "run"));
    assert_true(mn_trainer_post(t, "map umap weights"));
    do
        s = await_map(t);
    while (s->map.fit != MN_FIT_UNITS);
    assert_true(all_there(&s->map));
    mn_trainer_stop(t);
}

/* Done, it sleeps: no snapshot comes any more. */
static void a_paused_trainer_sleeps_once_the_map_is_done(void **state)
{
    mn_trainer *t = NULL;
    mn_err err;
    assert_ok(mn_trainer_start(&t, learner(""), &err), &err);
    assert_true(mn_trainer_post(t, "map pca"));
    await_map(t);
    struct pollfd p = {.fd = mn_trainer_fd(t), .events = POLLIN};
    assert_int_equal(poll(&p, 1, 150), 0);
    mn_trainer_stop(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_none_unless_it_is_wanted),
        cmocka_unit_test(every_way_of_making_one_ends_with_all_points),
        cmocka_unit_test(progress_rises_and_points_come_bit_by_bit),
        cmocka_unit_test(a_unit_is_of_the_class_that_drives_it_most),
        cmocka_unit_test(items_are_of_the_tasks_met),
        cmocka_unit_test(it_stays_of_its_step_while_training_goes_on),
        cmocka_unit_test(it_is_not_in_the_log),
        cmocka_unit_test(keys_go_round_the_ways),
        cmocka_unit_test(nonsense_is_refused_and_the_map_stays),
        cmocka_unit_test(weights_that_are_not_finite_are_refused),
        cmocka_unit_test(dead_units_and_one_item_make_a_map),
        cmocka_unit_test(another_experiment_has_no_map),
        cmocka_unit_test(the_trainer_makes_it_whether_training_goes_on_or_not),
        cmocka_unit_test(a_paused_trainer_sleeps_once_the_map_is_done),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
