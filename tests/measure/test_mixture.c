#include "mnemoscope/mixture.h"

#include <math.h>
#include <string.h>

#include "support.h"

enum { N = 4, CLASSES = 3 };

static void create(mn_mixture *m, int n, mn_arena *a)
{
    mn_err err;
    *a = (mn_arena){0};
    mn_mixture_layout(m, n, a);
    assert_ok(mn_arena_allocate(a, "a mixture", &err), &err);
    mn_mixture_layout(m, n, a);
}

/* By hand: one class alone has entropy 0, two alike ln 2, three alike ln 3; with 1, 2 and 5 of
 * 8 it is 0.9003. The shares of 4, 6, 0 and 30 firings of 40 weigh them. */
static void entropies_and_shares_are_those_worked_out_by_hand(void **state)
{
    const uint32_t by_class[N * CLASSES] = {0, 4, 0, 3, 3, 0, 0, 0, 0, 10, 10, 10};
    mn_arena a;
    mn_mixture m;
    create(&m, N, &a);
    mn_mixture_measure(&m, by_class, CLASSES, 20, 7);
    const double entropy[N] = {0.0, log(2.0), (double)NAN, log(3.0)},
                 share[N] = {0.1, 0.15, 0.0, 0.75};
    const int top[N] = {1, 0, -1, 0};
    for (int u = 0; u < N; u++) {
        if (u == 2)
            assert_true(isnan(m.entropy[u]));
        else
            assert_near((double)m.entropy[u], entropy[u], 1e-6);
        assert_near((double)m.share[u], share[u], 1e-6);
        assert_int_equal(m.top[u], top[u]);
    }
    assert_near(m.weighted, 0.15 * log(2.0) + 0.75 * log(3.0), 1e-12);
    assert_int_equal(m.fired[3], 30);
    assert_int_equal(m.items, 20);
    assert_int_equal(m.step, 7);
    assert_int_equal(m.never, 1);
    mn_mixture_measure(&m, (const uint32_t[N * CLASSES]){1, 2, 5}, CLASSES, 8, 0);
    assert_near((double)m.entropy[0], 0.9002560, 1e-6);
    mn_arena_finish(&a);
}

static void without_a_firing_nothing_is_defined(void **state)
{
    mn_arena a;
    mn_mixture m;
    create(&m, N, &a);
    mn_mixture_measure(&m, (const uint32_t[N * CLASSES]){0}, CLASSES, 0, -1);
    assert_true(isnan(m.weighted) && isnan(m.entropy[0]));
    assert_true(m.share[0] == 0.0f && m.top[0] == -1);
    assert_int_equal(m.never, N);
    assert_int_equal(m.greedy + m.polysemantic, 0);
    mn_arena_finish(&a);
}

static void greedy_and_polysemantic_begin_exactly_where_they_are_said_to(void **state)
{
    enum { MANY = 20 };
    uint32_t by_class[MANY * 4] = {0};
    mn_arena a;
    mn_mixture m;
    create(&m, MANY, &a);
    for (int u = 0; u < MANY; u++)
        by_class[4 * u] = 10; /* 19 of them 190, so that one of 190 has ten times the mean */
    by_class[0] = 190;
    by_class[4 + 1] = by_class[4 + 2] = 10;
    by_class[0] = 210;
    mn_mixture_measure(&m, by_class, 4, 500, 0);
    assert_true(mn_mixture_greedy(&m, 0) && !mn_mixture_greedy(&m, 1));
    assert_true(mn_mixture_polysemantic(&m, 1) && !mn_mixture_polysemantic(&m, 0));
    by_class[0] = 209;
    mn_mixture_measure(&m, by_class, 4, 500, 0);
    assert_false(mn_mixture_greedy(&m, 0));
    by_class[4 + 2] = 9;
    mn_mixture_measure(&m, by_class, 4, 500, 0);
    assert_false(mn_mixture_polysemantic(&m, 1));
    mn_arena_finish(&a);
}

static void the_largest_counts_do_not_run_over(void **state)
{
    uint32_t by_class[N * CLASSES], bins[MN_COUNT_BINS];
    mn_arena a;
    mn_mixture m;
    memset(by_class, 0xff, sizeof by_class);
    create(&m, N, &a);
    mn_mixture_measure(&m, by_class, CLASSES, UINT64_MAX, INT64_MAX);
    assert_near(m.weighted, log(3.0), 1e-9);
    assert_true(m.fired[0] == UINT32_MAX);
    assert_int_equal(mn_mixture_histogram(m.fired, N, bins), 0);
    assert_int_equal(bins[MN_COUNT_BINS - 1], N);
    mn_arena_finish(&a);
}

/* Figure 22's bins: 49 from 0 to 7.1, so that a bin is 0.1449 decades wide. */
static void counts_are_binned_as_in_figure_22(void **state)
{
    const uint32_t fired[6] = {0, 1, 2, 10, 999, 12589254};
    uint32_t bins[MN_COUNT_BINS];
    assert_int_equal(mn_mixture_histogram(fired, 6, bins), 1);
    const int at[5] = {0, 2, 6, 20, 48};
    uint32_t sum = 0;
    for (int i = 0; i < 5; i++)
        assert_int_equal(bins[at[i]], 1);
    for (int b = 0; b < MN_COUNT_BINS; b++)
        sum += bins[b];
    assert_int_equal(sum, 5);
}

static void a_copy_is_the_same(void **state)
{
    mn_arena a, b;
    mn_mixture m, copy;
    create(&m, N, &a), create(&copy, N, &b);
    mn_mixture_measure(&m, (const uint32_t[N * CLASSES]){1, 2, 5, 3, 0, 0}, CLASSES, 11, 3);
    mn_mixture_copy(&copy, &m);
    assert_memory_equal(copy.share, m.share, N * sizeof *m.share);
    assert_memory_equal(copy.top, m.top, N * sizeof *m.top);
    assert_true(copy.share != m.share && copy.weighted == m.weighted && copy.items == 11);
    mn_arena_finish(&a), mn_arena_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entropies_and_shares_are_those_worked_out_by_hand),
        cmocka_unit_test(without_a_firing_nothing_is_defined),
        cmocka_unit_test(greedy_and_polysemantic_begin_exactly_where_they_are_said_to),
        cmocka_unit_test(the_largest_counts_do_not_run_over),
        cmocka_unit_test(counts_are_binned_as_in_figure_22),
        cmocka_unit_test(a_copy_is_the_same),
    };
    return cmocka_run_group_tests_name("mixture", tests, NULL, NULL);
}
