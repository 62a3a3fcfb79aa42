/* Why units die, in tiny runs; and how they are brought back. */
#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "small.h"
#include "support.h"

/* As many neurons as a test can look at; k from the beginning. */
static const char few[] = "preset=sdmlp neurons=40 k=2 top-k=subtract batch=20 epochs=5";

static mn_session *trained(const char *settings, const char *more)
{
    char all[512];
    snprintf(all, sizeof all, "%s %s", settings, more);
    mn_session *s = small_session(all);
    small_do(s, "run"), small_run(s);
    return s;
}

static void look(mn_session *s, mn_snapshot *snap, int cursor)
{
    char line[64];
    mn_err err;
    snprintf(line, sizeof line, "viewport wins winner-share 0 5 %d -1", cursor);
    small_do(s, line);
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
}

static int first_of(const mn_snapshot *snap, mn_cause c)
{
    for (int u = 0; u < snap->n_units; u++)
        if (snap->cause[u] == c)
            return u;
    fail_msg("no unit of which the cause is '%s'", mn_cause_name(c));
    return -1;
}

/* Some unit has died of it, and the coroner says why. */
static void expect_cause(const char *more, mn_cause cause, const char *words)
{
    mn_session *s = trained(few, more);
    mn_snapshot *snap = mn_snapshot_create();
    int n = 0;
    look(s, snap, -1);
    for (int c = 0; c < MN_N_CAUSES; c++)
        n += snap->causes[c];
    assert_int_equal(n, snap->n_units);
    assert_int_equal(n - snap->causes[MN_ALIVE], mn_units_count_dead(&snap->units));
    const int unit = first_of(snap, cause);
    assert_int_equal(snap->autopsy.unit, -1);
    look(s, snap, unit);
    assert_int_equal(snap->autopsy.unit, unit);
    assert_int_equal(snap->autopsy.cause, cause);
    if (!strstr(snap->autopsy.finding, words))
        fail_msg("'%s' lacks '%s'", snap->autopsy.finding, words);
    for (int i = 0; i < snap->autopsy.n_last; i++)
        assert_in_range(snap->autopsy.last_label[i], 0, snap->n_classes - 1);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void units_that_never_won_are_told_so(void **state)
{
    expect_cause("k=1", MN_NEVER_WON, "no item has ever");
}

static void units_lost_when_k_shrank_are_told_so(void **state)
{
    expect_cause("top-k=anneal anneal-epochs=3", MN_K_SHRANK, "when k went from ");
}

static void units_that_the_optimiser_moved_are_told_so(void **state)
{
    expect_cause("optimiser=adam rate=0.01", MN_STALE_MOMENTUM, "the optimiser moved it by ");
}

static void units_that_others_have_overtaken_are_told_so(void **state)
{
    expect_cause("optimiser=adam rate=0.01", MN_OVERTAKEN, " now wins ");
}

static void units_whose_task_is_over_would_still_fire(void **state)
{
    expect_cause("tasks=split epochs=4 k=1", MN_FADED, "it would fire for ");
}

/* With plain descent a silent unit stays where it is: what the paper's figure 16 shows. */
static void silent_units_move_under_adam_alone(void **state)
{
    mn_session *sgd = trained(few, "tasks=single"),
               *adam = trained(few, "tasks=single optimiser=adam rate=0.01");
    mn_snapshot *snap = mn_snapshot_create();
    look(sgd, snap, -1);
    const mn_moment *m = &snap->moments[snap->n_moments - 1];
    assert_true(m->moved_silent == 0.0f && m->moved_firing > 0.0f);
    assert_int_equal(snap->causes[MN_STALE_MOMENTUM], 0);
    look(adam, snap, -1);
    m = &snap->moments[snap->n_moments - 1];
    assert_true(m->moved_silent > 0.0f && m->moved_firing > m->moved_silent);
    mn_snapshot_destroy(snap);
    mn_session_destroy(sgd), mn_session_destroy(adam);
}

static uint64_t sum_of(const uint32_t *x, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

static void censuses_and_histograms_agree_with_what_was_counted(void **state)
{
    mn_session *s = trained(few, "tasks=split epochs=2");
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
    const size_t n = (size_t)snap->n_units, n_classes = (size_t)snap->n_classes;
    const mn_mixture *epoch = &snap->mixture[MN_CENSUS_EPOCH];
    assert_int_equal(epoch->items, snap->units.items[MN_EPOCH]);
    assert_int_equal(epoch->step, snap->step);
    assert_memory_equal(epoch->fired, snap->units.fired[MN_EPOCH], n * sizeof *epoch->fired);
    assert_int_equal(epoch->never, mn_units_count_dead(&snap->units));
    assert_memory_equal(snap->mixture[MN_CENSUS_RUN].fired, snap->units.fired[MN_RUN],
                        n * sizeof *epoch->fired);
    size_t n_test = 0;
    for (int t = 0; t < snap->n_tasks; t++)
        n_test += snap->R_items[t];
    assert_int_equal(snap->mixture[MN_CENSUS_TEST].items, n_test);
    for (int c = 0; c < MN_N_CENSUSES; c++)
        for (int i = 0; i < snap->n_tiles; i++)
            assert_int_equal(sum_of(snap->tile_firings[c] + (size_t)i * n_classes, n_classes),
                             snap->mixture[c].fired[snap->tile_unit[i]]);
    for (int t = 0; t <= snap->n_tasks; t++)
        assert_int_equal(sum_of(snap->counts[t], MN_COUNT_BINS) + (uint64_t)snap->never[t], n);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void gauges_are_named_and_stand_where_they_should(void **state)
{
    mn_session *s = trained(few, "epochs=1");
    mn_snapshot *snap = mn_snapshot_create();
    look(s, snap, -1);
    assert_int_equal(snap->n_gauges, 4);
    assert_string_equal(snap->gauge_name[0], "k");
    assert_true(snap->gauge[0] == 2.0 && snap->gauge[2] == 1.0);
    assert_true(snap->gauge[1] > 0.0 && snap->gauge[3] > 0.0 && snap->gauge[3] <= 2.0);
    assert_true(snap->moments[snap->n_moments - 1].gauge[0] == 2.0f);
    assert_near((double)snap->moments[snap->n_moments - 1].entropy,
                snap->mixture[MN_CENSUS_EPOCH].weighted, 1e-6);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void save(mn_session *s, char *path, size_t size)
{
    mn_err err;
    snprintf(path, size, "%s/deaths.safetensors", tests_scratch());
    assert_ok(mn_session_save(s, path, true, &err), &err);
}

/* Whatever is known of the units, at any step, is known after resuming too. */
static void what_is_known_of_units_is_resumed(void **state)
{
    static const char settings[] = "tasks=split epochs=2 optimiser=adam rate=0.01";
    mn_snapshot *a = mn_snapshot_create(), *b = mn_snapshot_create();
    for (int step = 3; step < 60; step += 13) {
        char line[64], path[256];
        mn_session *first = trained(few, settings), *second = NULL;
        mn_err err;
        small_do(first, "reset");
        snprintf(line, sizeof line, "run until step %d", step);
        small_do(first, line), small_run(first);
        save(first, path, sizeof path);
        assert_ok(mn_session_resume(&second, path, NULL, &err), &err);
        for (int more = 0; more < 2; more++) {
            look(first, a, 7), look(second, b, 7);
            const size_t n = (size_t)a->n_units;
            assert_memory_equal(a->cause, b->cause, n);
            assert_memory_equal(a->counts, b->counts, sizeof a->counts);
            assert_memory_equal(a->moments, b->moments,
                                (size_t)a->n_moments * sizeof *a->moments);
            assert_memory_equal(a->gauge, b->gauge, sizeof a->gauge);
            assert_string_equal(a->autopsy.finding, b->autopsy.finding);
            for (int c = 0; c < MN_N_CENSUSES; c++) {
                assert_memory_equal(a->mixture[c].fired, b->mixture[c].fired,
                                    n * sizeof *a->mixture[c].fired);
                assert_memory_equal(&a->mixture[c].weighted, &b->mixture[c].weighted,
                                    sizeof(double));
            }
            small_do(first, "step 15"), small_run(first);
            small_do(second, "step 15"), small_run(second);
        }
        mn_session_destroy(first), mn_session_destroy(second);
    }
    mn_snapshot_destroy(a), mn_snapshot_destroy(b);
}

/* A look at a dead unit runs the model, whose firings count towards the switch in training. */
static void looking_at_the_dead_changes_nothing(void **state)
{
    static const char settings[] = "top-k=gaba switch=300 epochs=4 tasks=split "
                                   "optimiser=adam rate=0.01 count-evaluation=";
    mn_snapshot *snap = mn_snapshot_create();
    for (int counting = 0; counting < 2; counting++) {
        char all[256];
        snprintf(all, sizeof all, "%s%s", settings, counting ? "yes" : "no");
        mn_session *s = trained(few, all), *looked_at = trained(few, all);
        small_do(looked_at, "reset");
        small_do(looked_at, "run");
        int dissected = 0;
        while (mn_session_advance(looked_at)) {
            int unit = 0;
            look(looked_at, snap, -1);
            while (unit < snap->n_units && !mn_units_dead(&snap->units, unit))
                unit++;
            look(looked_at, snap, unit < snap->n_units ? unit : 0);
            dissected += snap->autopsy.unit >= 0;
        }
        assert_true(dissected > 20);
        assert_true(mn_session_digest(s) == mn_session_digest(looked_at));
        mn_session_destroy(s), mn_session_destroy(looked_at);
    }
    mn_snapshot_destroy(snap);
}

static void a_revived_unit_fires_again_and_undo_takes_it_back(void **state)
{
    static const char *const models[] = {
        "preset=sdmlp neurons=40 k=2 switch=100 batch=20 epochs=5 optimiser=adam rate=0.01",
        "model=mlp neurons=40 activation=top-k k=2 batch=20 epochs=5 optimiser=adam rate=0.01",
        "memories=30 vertex=30 T=0.8 epochs=5"};
    mn_snapshot *snap = mn_snapshot_create();
    for (int i = 0; i < 3; i++) {
        mn_session *s = trained(models[i], "");
        const uint64_t before = mn_session_digest(s);
        char line[64];
        int unit = 0;
        look(s, snap, -1);
        const int dead = mn_units_count_dead(&snap->units);
        while (!mn_units_dead(&snap->units, unit))
            unit++;
        snprintf(line, sizeof line, "revive %d", unit);
        small_do(s, line);
        assert_true(mn_session_digest(s) != before);
        small_do(s, "epoch"), small_run(s);
        look(s, snap, unit);
        assert_true(snap->units.fired[MN_RUN][unit] > 0);
        small_do(s, "undo");
        assert_true(mn_session_digest(s) == before);
        small_do(s, "revive dead");
        small_do(s, "epoch"), small_run(s);
        look(s, snap, -1);
        assert_true(mn_units_count_dead(&snap->units) < dead);
        mn_session_destroy(s);
    }
    mn_snapshot_destroy(snap);
}

static void a_log_with_revivals_replays(void **state)
{
    mn_session *s = trained(few, "epochs=3 k=1");
    mn_text log = {0};
    mn_err err;
    small_do(s, "revive dead");
    small_do(s, "step 3"), small_run(s);
    small_do(s, "revive 3");
    assert_ok(mn_session_log(s, &log, &err), &err);
    mn_session *again = small_replay(log.data);
    assert_true(mn_session_digest(again) == mn_session_digest(s));
    mn_text_finish(&log);
    mn_session_destroy(s), mn_session_destroy(again);
}

static void what_cannot_be_revived_is_refused(void **state)
{
    mn_session *s = small_session(few);
    const uint64_t before = mn_session_digest(s);
    mn_err err;
    assert_failed(mn_session_do(s, "revive dead", NULL, &err), &err, MN_EINVAL,
                  "nothing to revive");
    assert_failed(mn_session_do(s, "revive 40", NULL, &err), &err, MN_EINVAL, "40");
    assert_failed(mn_session_do(s, "revive -1", NULL, &err), &err, MN_EINVAL, "-1");
    assert_failed(mn_session_do(s, "revive all", NULL, &err), &err, MN_EINVAL, "all");
    assert_failed(mn_session_do(s, "revive", NULL, &err), &err, MN_EINVAL, "revive");
    assert_true(mn_session_digest(s) == before);
    mn_session_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_that_never_won_are_told_so),
        cmocka_unit_test(units_lost_when_k_shrank_are_told_so),
        cmocka_unit_test(units_that_the_optimiser_moved_are_told_so),
        cmocka_unit_test(units_that_others_have_overtaken_are_told_so),
        cmocka_unit_test(units_whose_task_is_over_would_still_fire),
        cmocka_unit_test(silent_units_move_under_adam_alone),
        cmocka_unit_test(censuses_and_histograms_agree_with_what_was_counted),
        cmocka_unit_test(gauges_are_named_and_stand_where_they_should),
        cmocka_unit_test(what_is_known_of_units_is_resumed),
        cmocka_unit_test(looking_at_the_dead_changes_nothing),
        cmocka_unit_test(a_revived_unit_fires_again_and_undo_takes_it_back),
        cmocka_unit_test(a_log_with_revivals_replays),
        cmocka_unit_test(what_cannot_be_revived_is_refused),
    };
    return cmocka_run_group_tests_name("deaths", tests, NULL, NULL);
}
