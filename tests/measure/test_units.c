#include "support.h"

#include <math.h>
#include <string.h>

#include "mnemoscope/rng.h"
#include "mnemoscope/units.h"

static void create(mn_units *u, int n, mn_arena *a)
{
    mn_err err;
    *a = (mn_arena){0};
    mn_units_layout(u, n, 0, a);
    assert_ok(mn_arena_allocate(a, "units", &err), &err);
    mn_units_layout(u, n, 0, a);
    mn_units_reset(u);
}

static void windows_follow_batches_epochs_and_tasks(void **state)
{
    mn_arena a;
    mn_units u;
    create(&u, 2, &a);
    mn_units_batch(&u, (const uint32_t[]){3, 1}, 4, 0);
    mn_units_batch(&u, (const uint32_t[]){0, 4}, 4, 1);
    assert_int_equal(u.fired[MN_BATCH][0], 0);
    assert_int_equal(u.fired[MN_BATCH][1], 4);
    assert_int_equal(u.items[MN_BATCH], 4);
    assert_int_equal(u.items[MN_EPOCH], 0); /* not complete yet */
    mn_units_epoch(&u, 4);
    assert_int_equal(u.fired[MN_EPOCH][0], 3);
    assert_int_equal(u.fired[MN_EPOCH][1], 5);
    assert_int_equal(u.items[MN_EPOCH], 8);
    mn_units_batch(&u, (const uint32_t[]){2, 2}, 4, 2);
    assert_int_equal(u.fired[MN_EPOCH][0], 3); /* the last complete one */
    mn_units_task(&u);
    assert_int_equal(u.items[MN_TASK], 0);
    mn_units_batch(&u, (const uint32_t[]){1, 0}, 1, 3);
    mn_units_epoch(&u, 4);
    assert_int_equal(u.fired[MN_EPOCH][0], 1); /* not what the old task left over */
    assert_int_equal(u.fired[MN_TASK][0], 1);
    assert_int_equal(u.fired[MN_RUN][0], 6);
    assert_int_equal(u.fired[MN_RUN][1], 7);
    assert_int_equal(u.items[MN_RUN], 13);
    assert_int_equal(u.last_fired[0], 3);
    assert_int_equal(u.last_fired[1], 2);
    mn_arena_finish(&a);
}

static void a_fresh_unit_never_fired_and_has_no_label(void **state)
{
    mn_arena a;
    mn_units u;
    create(&u, 3, &a);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(u.last_fired[i], -1);
        assert_int_equal(u.label[i], -1);
        assert_true(isnan(u.norm[i]) && isnan(u.share[i]));
        for (int k = 0; k < MN_N_INDICES; k++)
            assert_true(isnan(u.index[k][i]));
    }
    mn_arena_finish(&a);
}

static void nobody_is_dead_before_an_epoch_is_complete(void **state)
{
    mn_arena a;
    mn_units u;
    create(&u, 4, &a);
    mn_units_batch(&u, (const uint32_t[]){1000, 0, 0, 0}, 1000, 0);
    assert_int_equal(mn_units_count_dead(&u), 0);
    assert_int_equal(mn_units_count_weak(&u), 0);
    mn_units_epoch(&u, 4);
    assert_int_equal(mn_units_count_dead(&u), 3);
    mn_arena_finish(&a);
}

static void dead_and_weak_begin_exactly_where_they_are_said_to(void **state)
{
    mn_arena a;
    mn_units u;
    create(&u, 4, &a);
    /* 400 items among 4 units: a fair share is 100, a tenth of it 10 */
    mn_units_batch(&u, (const uint32_t[]){0, 9, 10, 381}, 400, 0);
    mn_units_epoch(&u, 4);
    const bool dead[4] = {true, false, false, false}, weak[4] = {false, true, false, false};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(mn_units_dead(&u, i), dead[i]);
        assert_int_equal(mn_units_weak(&u, i), weak[i]);
    }
    assert_int_equal(mn_units_count_dead(&u), 1);
    assert_int_equal(mn_units_count_weak(&u), 1);
    mn_arena_finish(&a);
}

static void a_histogram_bins_the_logarithm_and_keeps_what_lies_beyond(void **state)
{
    mn_arena a;
    mn_units u;
    uint32_t bins[4];
    create(&u, 6, &a);
    /* rates 1, 1/10, 1/100 (a bin's lower edge each), 1/500, 1/100000, never */
    u.items[MN_RUN] = 100000;
    memcpy(u.fired[MN_RUN], (const uint32_t[]){100000, 10000, 1000, 200, 1, 0},
           6 * sizeof(uint32_t));
    assert_int_equal(mn_units_histogram(&u, MN_RUN, -3.0, 1.0, 4, bins), 1);
    assert_int_equal(bins[0], 2);
    assert_int_equal(bins[1], 1);
    assert_int_equal(bins[2], 1);
    assert_int_equal(bins[3], 1);
    assert_int_equal(mn_units_histogram(&u, MN_RUN, -2.0, 0.5, 2, bins), 1);
    assert_int_equal(bins[0] + bins[1], 5);
    mn_arena_finish(&a);
}

static void fill(mn_units *u, mn_rng *r)
{
    for (int w = 0; w < MN_N_WINDOWS; w++) {
        u->items[w] = 1 + mn_rng_below(r, 1000);
        for (int i = 0; i < u->n; i++)
            u->fired[w][i] = (uint32_t)mn_rng_below(r, u->items[w] + 1);
    }
    for (int i = 0; i < u->n; i++) {
        u->last_fired[i] = (int64_t)mn_rng_below(r, 5) - 1;
        u->label[i] = (int)mn_rng_below(r, 4) - 1;
        u->norm[i] = (float)mn_rng_below(r, 5);
        u->share[i] = (float)mn_rng_uniform(r);
        for (int k = 0; k < MN_N_INDICES; k++)
            u->index[k][i] = mn_rng_below(r, 4) ? (float)mn_rng_below(r, 3) / 2.0f : (float)NAN;
    }
}

static void bins_and_the_silent_add_up_to_all_units(void **state)
{
    mn_rng r;
    mn_rng_seed(&r, 1, "test");
    for (int draw = 0; draw < 200; draw++) {
        mn_arena a;
        mn_units u;
        uint32_t bins[12];
        create(&u, 1 + (int)mn_rng_below(&r, 70), &a);
        fill(&u, &r);
        mn_window w = (mn_window)mn_rng_below(&r, MN_N_WINDOWS);
        int n_bins = 1 + (int)mn_rng_below(&r, 12);
        double lo = -4.0 * mn_rng_uniform(&r), width = 0.05 + mn_rng_uniform(&r);
        int sum = mn_units_histogram(&u, w, lo, width, n_bins, bins);
        for (int b = 0; b < n_bins; b++)
            sum += (int)bins[b];
        assert_int_equal(sum, u.n);
        mn_arena_finish(&a);
    }
}

/* True when unit i may stand before unit j as far as the order's number goes. */
static bool in_order(const mn_units *u, mn_order o, mn_index k, uint32_t i, uint32_t j)
{
    switch (o) {
    case MN_BY_WINS: return u->fired[MN_EPOCH][i] >= u->fired[MN_EPOCH][j];
    case MN_BY_LABEL:
        return u->label[j] < 0 || (u->label[i] >= 0 && u->label[i] <= u->label[j]);
    case MN_BY_INDEX:
        return isnan(u->index[k][j]) ||
               (!isnan(u->index[k][i]) && u->index[k][i] >= u->index[k][j]);
    case MN_BY_NORM: return u->norm[i] >= u->norm[j];
    case MN_BY_AGE: return u->last_fired[i] <= u->last_fired[j];
    default: return i < j;
    }
}

static void ranks_are_stable_permutations(void **state)
{
    mn_rng r;
    mn_rng_seed(&r, 2, "test");
    for (int draw = 0; draw < 200; draw++) {
        mn_arena a;
        mn_units u;
        uint32_t rank[64];
        create(&u, 1 + (int)mn_rng_below(&r, 64), &a);
        fill(&u, &r);
        mn_index k = (mn_index)mn_rng_below(&r, MN_N_INDICES);
        for (int o = 0; o < MN_N_ORDERS; o++) {
            bool seen[64] = {false};
            mn_units_rank(&u, (mn_order)o, k, rank);
            for (int i = 0; i < u.n; i++) {
                assert_true(rank[i] < (uint32_t)u.n && !seen[rank[i]]);
                seen[rank[i]] = true;
                if (!i)
                    continue;
                assert_true(in_order(&u, (mn_order)o, k, rank[i - 1], rank[i]));
                if (in_order(&u, (mn_order)o, k, rank[i], rank[i - 1])) /* a tie */
                    assert_true(rank[i - 1] < rank[i]);
            }
        }
        mn_arena_finish(&a);
    }
}

static void before_an_epoch_wins_are_those_of_the_run(void **state)
{
    mn_arena a;
    mn_units u;
    uint32_t rank[3];
    create(&u, 3, &a);
    mn_units_batch(&u, (const uint32_t[]){1, 7, 2}, 10, 0);
    mn_units_rank(&u, MN_BY_WINS, MN_WINNER_SHARE, rank);
    assert_int_equal(rank[0], 1);
    assert_int_equal(rank[1], 2);
    assert_int_equal(rank[2], 0);
    mn_arena_finish(&a);
}

static void a_copy_is_equal_and_independent(void **state)
{
    mn_arena a, b;
    mn_units u, v;
    mn_rng r;
    mn_rng_seed(&r, 3, "test");
    create(&u, 30, &a);
    create(&v, 30, &b);
    fill(&u, &r);
    mn_units_epoch(&u, 4);
    mn_units_copy(&v, &u);
    for (int w = 0; w < MN_N_WINDOWS; w++) {
        assert_memory_equal(v.fired[w], u.fired[w], 30 * sizeof *u.fired[w]);
        assert_int_equal(v.items[w], u.items[w]);
    }
    assert_memory_equal(v.last_fired, u.last_fired, 30 * sizeof *u.last_fired);
    assert_memory_equal(v.label, u.label, 30 * sizeof *u.label);
    assert_memory_equal(v.norm, u.norm, 30 * sizeof *u.norm);
    assert_memory_equal(v.share, u.share, 30 * sizeof *u.share);
    for (int k = 0; k < MN_N_INDICES; k++)
        assert_memory_equal(v.index[k], u.index[k], 30 * sizeof *u.index[k]);
    uint32_t before = v.fired[MN_RUN][0];
    u.fired[MN_RUN][0] = before + 1;
    assert_int_equal(v.fired[MN_RUN][0], before);
    mn_arena_finish(&a);
    mn_arena_finish(&b);
}

static void windows_and_orders_have_distinct_names(void **state)
{
    for (int i = 0; i < MN_N_WINDOWS; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(mn_window_name((mn_window)i), mn_window_name((mn_window)j));
    for (int i = 0; i < MN_N_ORDERS; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(mn_order_name((mn_order)i), mn_order_name((mn_order)j));
}

static void create_by_class(mn_units *u, int n, int n_classes, mn_arena *a)
{
    mn_err err;
    *a = (mn_arena){0};
    mn_units_layout(u, n, n_classes, a);
    assert_ok(mn_arena_allocate(a, "units", &err), &err);
    mn_units_layout(u, n, n_classes, a);
    mn_units_reset(u);
}

static void counts_by_class_follow_epochs_tasks_and_the_run(void **state)
{
    mn_arena a, b;
    mn_units u, copy;
    create_by_class(&u, 2, 3, &a);
    create_by_class(&copy, 2, 3, &b);
    u.running_by_class[0] = 5, u.running_by_class[4] = 7;
    mn_units_epoch(&u, 11);
    assert_int_equal(u.epoch_step, 11);
    assert_int_equal(u.epoch_by_class[4], 7);
    assert_int_equal(u.running_by_class[4], 0);
    u.running_by_class[4] = 2;
    mn_units_task(&u); /* an epoch cut short counts for the run alone */
    assert_int_equal(u.epoch_by_class[4], 7);
    assert_int_equal(u.running_by_class[4], 0);
    assert_int_equal(u.run_by_class[4], 9);
    assert_int_equal(u.run_by_class[0], 5);
    mn_units_copy(&copy, &u);
    assert_int_equal(copy.run_by_class[4], 9);
    assert_int_equal(copy.epoch_step, 11);
    mn_arena_finish(&a), mn_arena_finish(&b);
}

static void a_unit_is_remembered_by_its_last_items_the_latest_first(void **state)
{
    mn_arena a;
    mn_units u;
    create_by_class(&u, 2, 3, &a);
    assert_int_equal(u.last_task[MN_LAST_ITEMS], -1);
    for (int i = 0; i < MN_LAST_ITEMS + 2; i++)
        mn_units_item(&u, 1, i / 3, 10 + i);
    for (int i = 0; i < MN_LAST_ITEMS; i++) {
        assert_int_equal(u.last_item[MN_LAST_ITEMS + i], 10 + MN_LAST_ITEMS + 1 - i);
        assert_int_equal(u.last_task[MN_LAST_ITEMS + i], (MN_LAST_ITEMS + 1 - i) / 3);
        assert_int_equal(u.last_item[i], -1); /* the other unit's */
    }
    mn_arena_finish(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_follow_batches_epochs_and_tasks),
        cmocka_unit_test(a_fresh_unit_never_fired_and_has_no_label),
        cmocka_unit_test(nobody_is_dead_before_an_epoch_is_complete),
        cmocka_unit_test(dead_and_weak_begin_exactly_where_they_are_said_to),
        cmocka_unit_test(a_histogram_bins_the_logarithm_and_keeps_what_lies_beyond),
        cmocka_unit_test(bins_and_the_silent_add_up_to_all_units),
        cmocka_unit_test(ranks_are_stable_permutations),
        cmocka_unit_test(before_an_epoch_wins_are_those_of_the_run),
        cmocka_unit_test(a_copy_is_equal_and_independent),
        cmocka_unit_test(windows_and_orders_have_distinct_names),
        cmocka_unit_test(counts_by_class_follow_epochs_tasks_and_the_run),
        cmocka_unit_test(a_unit_is_remembered_by_its_last_items_the_latest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
