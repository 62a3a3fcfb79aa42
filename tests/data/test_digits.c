#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "glyph.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/dataset.h"
#include "mnemoscope/kernel.h"

enum { N = MN_GLYPH_SIZE };

static mn_dataset *load(int items, int test_items, uint64_t seed)
{
    mn_data_cfg cfg;
    mn_dataset *d = NULL;
    mn_err err = {0};
    mn_param_defaults(mn_data_params, &cfg);
    cfg.items = items;
    cfg.test_items = test_items;
    assert_ok(mn_dataset_load(&d, "digits", &cfg, seed, &err), &err);
    return d;
}

static void assert_same_item(const mn_dataset *a, mn_split sa, size_t i, const mn_dataset *b,
                             mn_split sb, size_t j, bool same)
{
    float x[N], y[N];
    mn_dataset_read(a, sa, i, 0.0f, 255.0f, x);
    mn_dataset_read(b, sb, j, 0.0f, 255.0f, y);
    assert_int_equal(memcmp(x, y, sizeof x) == 0, same);
}

static void the_table_has_several_ways_to_write_every_digit(void **state)
{
    int ways[10] = {0};
    for (size_t i = 0; i < mn_n_stroke_variants; i++) {
        const mn_stroke_variant *v = &mn_stroke_variants[i];
        assert_in_range(v->n, 2, 32);
        assert_true(mn_stroke_points[v->first + v->n - 1].last);
        ways[v->digit]++;
    }
    for (int digit = 0; digit < 10; digit++)
        assert_in_range(ways[digit], 3, 20);
}

static void a_larger_set_begins_with_the_smaller_one(void **state)
{
    mn_dataset *small = load(37, 13, 5), *large = load(120, 40, 5);
    for (size_t i = 0; i < 37; i++) {
        assert_int_equal(mn_dataset_label(small, MN_TRAIN, i),
                         mn_dataset_label(large, MN_TRAIN, i));
        assert_same_item(small, MN_TRAIN, i, large, MN_TRAIN, i, true);
    }
    for (size_t i = 0; i < 13; i++)
        assert_same_item(small, MN_TEST, i, large, MN_TEST, i, true);
    mn_dataset_free(small);
    mn_dataset_free(large);
}

static void seeds_and_splits_differ(void **state)
{
    mn_dataset *a = load(50, 50, 1), *b = load(50, 50, 2);
    for (size_t i = 0; i < 50; i++) {
        assert_same_item(a, MN_TRAIN, i, b, MN_TRAIN, i, false);
        assert_same_item(a, MN_TRAIN, i, a, MN_TEST, i, false);
    }
    mn_dataset_free(a);
    mn_dataset_free(b);
}

static void every_ten_items_hold_each_digit_once_in_changing_order(void **state)
{
    mn_dataset *d = load(200, 10, 3);
    int first[10] = {0};
    for (size_t ten = 0; ten < 20; ten++) {
        unsigned seen = 0;
        for (size_t i = 0; i < 10; i++)
            seen |= 1u << mn_dataset_label(d, MN_TRAIN, 10 * ten + i);
        assert_int_equal(seen, 1023);
        first[mn_dataset_label(d, MN_TRAIN, 10 * ten)]++;
    }
    for (int digit = 0; digit < 10; digit++)
        assert_in_range(first[digit], 0, 8);
    mn_dataset_free(d);
}

static void glyphs_are_inked_in_the_middle(void **state)
{
    mn_dataset *d = load(300, 10, 4);
    float x[N];
    for (size_t i = 0; i < 300; i++) {
        double mass = 0.0, mx = 0.0, my = 0.0;
        mn_dataset_read(d, MN_TRAIN, i, 0.0f, 1.0f, x);
        for (int p = 0; p < N; p++) {
            mass += (double)x[p];
            mx += (double)x[p] * (p % 28 + 0.5);
            my += (double)x[p] * (p / 28 + 0.5);
        }
        assert_true(mass > 15.0 && mass < 300.0);
        assert_near(mx / mass, 14.0, 3.0);
        assert_near(my / mass, 14.0, 3.0);
    }
    mn_dataset_free(d);
}

static void without_counts_there_are_the_default_numbers(void **state)
{
    mn_dataset *d = load(0, 0, 1);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 10000);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TEST], 2000);
    assert_int_equal(mn_dataset_shape(d)->width, 28);
    assert_int_equal(mn_dataset_shape(d)->n_classes, 10);
    mn_dataset_free(d);
}

static float *read_all(const mn_dataset *d, mn_split split, size_t n)
{
    float *X = calloc(n * N, sizeof *X);
    assert_non_null(X);
    for (size_t i = 0; i < n; i++)
        mn_dataset_read(d, split, i, 0.0f, 1.0f, X + i * N);
    return X;
}

/* Nearest is least |b|^2 - 2 a.b; G is a.b, one row per test item. */
static size_t nearest(const float *G, const double *squares, size_t n)
{
    size_t best = 0;
    for (size_t k = 1; k < n; k++)
        if (squares[k] - 2.0 * (double)G[k] < squares[best] - 2.0 * (double)G[best])
            best = k;
    return best;
}

static void one_nearest_neighbour_errs_seldom_but_errs(void **state)
{
    enum { N_TRAIN = 5000, N_TEST = 2000 };
    mn_dataset *d = load(N_TRAIN, N_TEST, 11);
    float *A = read_all(d, MN_TRAIN, N_TRAIN), *B = read_all(d, MN_TEST, N_TEST);
    float *G = calloc((size_t)N_TRAIN * N_TEST, sizeof *G);
    double *squares = calloc(N_TRAIN, sizeof *squares);
    size_t errors = 0;
    assert_non_null(G);
    assert_non_null(squares);
    for (size_t k = 0; k < N_TRAIN; k++)
        squares[k] = mn_sumsq(N, A + k * N);
    mn_gemm_nt(N_TEST, N_TRAIN, N, 1.0f, B, N, A, N, 0.0f, G, N_TRAIN);
    for (size_t i = 0; i < N_TEST; i++)
        errors += mn_dataset_label(d, MN_TEST, i) !=
                  mn_dataset_label(d, MN_TRAIN, nearest(G + i * N_TRAIN, squares, N_TRAIN));
    print_message("# one nearest neighbour errs on %zu of %d\n", errors, N_TEST);
    assert_in_range(errors, N_TEST * 2 / 100, N_TEST * 10 / 100);
    free(A);
    free(B);
    free(G);
    free(squares);
    mn_dataset_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_has_several_ways_to_write_every_digit),
        cmocka_unit_test(a_larger_set_begins_with_the_smaller_one),
        cmocka_unit_test(seeds_and_splits_differ),
        cmocka_unit_test(every_ten_items_hold_each_digit_once_in_changing_order),
        cmocka_unit_test(glyphs_are_inked_in_the_middle),
        cmocka_unit_test(without_counts_there_are_the_default_numbers),
        cmocka_unit_test(one_nearest_neighbour_errs_seldom_but_errs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
