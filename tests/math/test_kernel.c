#include "support.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/kernel.h"
#include "mnemoscope/rng.h"

/* Sizes around the number of lanes, from aligned and shifted starts. */
static const size_t sizes[] = {0, 1, 7, 15, 16, 17, 65, 1000};
enum { N_SIZES = 8, MOST = 1100 };

typedef struct arrays {
    float x[MOST], y[MOST];
} arrays;

static arrays draw(uint64_t seed)
{
    arrays a;
    mn_rng r;
    mn_rng_seed(&r, seed, "kernel");
    for (int i = 0; i < MOST; i++) {
        a.x[i] = (float)mn_rng_normal(&r);
        a.y[i] = (float)mn_rng_normal(&r);
    }
    return a;
}

static void sums_match_naive_loops(void **unused)
{
    arrays a = draw(1);
    for (int k = 0; k < N_SIZES; k++)
        for (size_t shift = 0; shift < 4; shift++) {
            const float *x = a.x + shift, *y = a.y + 3 - shift;
            double sum = 0.0, sumsq = 0.0, dot = 0.0;
            for (size_t i = 0; i < sizes[k]; i++) {
                sum += (double)x[i];
                sumsq += (double)x[i] * (double)x[i];
                dot += (double)x[i] * (double)y[i];
            }
            /* the order of the additions is another: a few units in the last place */
            assert_near(mn_sum(sizes[k], x), sum, 1e-12);
            assert_near(mn_sumsq(sizes[k], x), sumsq, 1e-12);
            assert_near(mn_dot(sizes[k], x, y), dot, 1e-12);
        }
}

static void extremes_match_naive_loops(void **unused)
{
    arrays a = draw(2);
    for (int k = 0; k < N_SIZES; k++)
        for (size_t shift = 0; shift < 4; shift++) {
            const float *x = a.x + shift;
            size_t n = sizes[k], at = 0;
            float most = 0.0f;
            for (size_t i = 0; i < n; i++) {
                at = x[i] > x[at] ? i : at;
                most = fmaxf(most, fabsf(x[i]));
            }
            assert_true(mn_max_abs(n, x) == most);
            if (n) {
                assert_true(mn_max(n, x) == x[at]);
                assert_int_equal(mn_argmax(n, x), at);
            }
        }
}

static void the_sole_one_above_a_limit_is_found_and_no_other(void **unused)
{
    (void)unused;
    const float x[] = {-1.0f, 0.5f, -1.0f, 0.4f};
    assert_int_equal(mn_sole_above(4, x, 0.45f), 1);
    assert_int_equal(mn_sole_above(4, x, 0.0f), -1);
    assert_int_equal(mn_sole_above(4, x, 0.5f), -1);
    assert_int_equal(mn_sole_above(0, x, 0.0f), -1);
}

static void argmax_takes_the_first_of_equals_and_survives_all_else(void **unused)
{
    float x[40];
    for (int i = 0; i < 40; i++)
        x[i] = -1.0f;
    assert_int_equal(mn_argmax(40, x), 0);
    x[33] = x[21] = 5.0f;
    assert_int_equal(mn_argmax(40, x), 21);
    x[39] = INFINITY;
    assert_int_equal(mn_argmax(40, x), 39);
    for (int i = 0; i < 40; i++)
        x[i] = NAN;
    assert_int_equal(mn_argmax(40, x), 0);
}

static int descending(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return (x < y) - (x > y);
}

/* Random, rising, falling, all equal, few values. */
static void the_kth_largest_is_where_sorting_puts_it(void **state)
{
    float x[65], sorted[65];
    mn_rng r;
    mn_rng_seed(&r, 1, "select");
    for (size_t n = 1; n <= 65; n = n < 8 ? n + 1 : n * 2 - 2)
        for (int kind = 0; kind < 5; kind++)
            for (size_t k = 1; k <= n; k++) {
                for (size_t i = 0; i < n; i++)
                    x[i] = kind == 0   ? (float)mn_rng_normal(&r)
                           : kind == 1 ? (float)i
                           : kind == 2 ? -(float)i
                           : kind == 3 ? 1.0f
                                       : (float)mn_rng_below(&r, 3);
                memcpy(sorted, x, n * sizeof *x);
                qsort(sorted, n, sizeof *sorted, descending);
                assert_true(mn_largest(n, k, x) == sorted[k - 1]);
                qsort(x, n, sizeof *x, descending);
                assert_memory_equal(x, sorted, n * sizeof *x);
            }
    for (size_t at = 0; at < 65; at++) { /* it ends, whatever it answers */
        for (size_t i = 0; i < 65; i++)
            x[i] = i == at ? NAN : (float)mn_rng_normal(&r);
        mn_largest(65, 10, x);
    }
}

/* Whole runs and a tail, k far below n and not, equals, and next to nothing but zeros. */
static void the_kth_largest_is_found_without_moving_anything(void **state)
{
    enum { N = 1003 };
    float x[N], copy[N], sorted[N], scratch[N + 1];
    mn_rng r;
    mn_rng_seed(&r, 2, "select");
    for (size_t n = 1; n <= N; n = n < 40 ? n + 1 : n * 2 > N && n < N ? N : n * 2)
        for (int kind = 0; kind < 5; kind++) {
            for (size_t i = 0; i < n; i++)
                copy[i] = x[i] = kind == 0   ? (float)mn_rng_normal(&r)
                                 : kind == 1 ? (float)i
                                 : kind == 2 ? -(float)i
                                 : kind == 3 ? (float)(mn_rng_below(&r, 100) == 0)
                                             : (float)mn_rng_below(&r, 3);
            memcpy(sorted, x, n * sizeof *x);
            qsort(sorted, n, sizeof *sorted, descending);
            for (size_t k = 1; k <= n; k = k < 70 ? k + 1 : k + 97) {
                scratch[n] = 12345.0f;
                assert_true(mn_largest_of(n, k, x, scratch) == sorted[k - 1]);
                assert_true(scratch[n] == 12345.0f);
            }
            assert_memory_equal(x, copy, n * sizeof *x);
        }
    for (size_t i = 0; i < N; i++)
        x[i] = i % 40 ? NAN : (float)i;
    assert_true(mn_largest_of(N, 3, x, scratch) == 920.0f);
    assert_true(mn_largest_of(N, 27, x, scratch) == -INFINITY); /* there are 26 */
}

static void updates_match_naive_loops_and_stay_in_bounds(void **unused)
{
    for (int k = 0; k < N_SIZES; k++)
        for (size_t shift = 0; shift < 4; shift++) {
            arrays a = draw(3), b = a;
            size_t n = sizes[k];
            mn_axpy(n, 0.5f, a.x + shift, a.y + shift);
            mn_scale(n, 2.0f, a.x + shift);
            mn_clamp(n, -1.0f, 0.75f, a.x + shift);
            for (size_t i = shift; i < shift + n; i++) {
                b.y[i] = fmaf(0.5f, b.x[i], b.y[i]); /* exact: 0.5 x is */
                b.x[i] = fminf(fmaxf(2.0f * b.x[i], -1.0f), 0.75f);
            }
            assert_memory_equal(a.x, b.x, sizeof a.x);
            assert_memory_equal(a.y, b.y, sizeof a.y);
        }
}

static void finite_finds_one_bad_number_anywhere(void **unused)
{
    static const float bad[] = {INFINITY, -INFINITY, NAN};
    float x[65];
    for (int i = 0; i < 65; i++)
        x[i] = i % 2 ? FLT_MAX : -FLT_MAX;
    assert_true(mn_finite(65, x));
    assert_true(mn_finite(0, x));
    for (int i = 0; i < 65; i++)
        for (int k = 0; k < 3; k++) {
            float keep = x[i];
            x[i] = bad[k];
            assert_false(mn_finite(65, x));
            x[i] = keep;
        }
}

static void clamping_keeps_what_is_not_a_number(void **unused)
{
    float x[17];
    for (int i = 0; i < 17; i++)
        x[i] = NAN;
    mn_clamp(17, -1.0f, 1.0f, x);
    for (int i = 0; i < 17; i++)
        assert_true(isnan(x[i]));
}

static void transposing_twice_is_the_identity(void **unused)
{
    static const size_t shapes[][2] = {{1, 1}, {7, 1}, {1, 65}, {16, 16}, {7, 65}, {33, 17}};
    arrays a = draw(4);
    for (int k = 0; k < 6; k++) {
        size_t m = shapes[k][0], n = shapes[k][1];
        float t[MOST], back[MOST];
        mn_transpose(m, n, a.x + 1, t);
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < n; j++)
                assert_true(t[j * m + i] == a.x[1 + i * n + j]);
        mn_transpose(n, m, t, back);
        assert_memory_equal(back, a.x + 1, m * n * sizeof *back);
    }
}

static void padding_reaches_the_next_whole_block(void **unused)
{
    assert_int_equal(mn_padded(0), 0);
    assert_int_equal(mn_padded(1), 16);
    assert_int_equal(mn_padded(16), 16);
    assert_int_equal(mn_padded(100), 112);
}

static void the_denormal_mode_is_put_back(void **unused)
{
    volatile float tiny = FLT_MIN, half = 0.5f;
    unsigned mode = mn_denormals_flush();
    mn_denormals_restore(mode);
    assert_true(tiny * half > 0.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_match_naive_loops),
        cmocka_unit_test(extremes_match_naive_loops),
        cmocka_unit_test(the_sole_one_above_a_limit_is_found_and_no_other),
        cmocka_unit_test(argmax_takes_the_first_of_equals_and_survives_all_else),
        cmocka_unit_test(the_kth_largest_is_where_sorting_puts_it),
        cmocka_unit_test(the_kth_largest_is_found_without_moving_anything),
        cmocka_unit_test(updates_match_naive_loops_and_stay_in_bounds),
        cmocka_unit_test(finite_finds_one_bad_number_anywhere),
        cmocka_unit_test(clamping_keeps_what_is_not_a_number),
        cmocka_unit_test(transposing_twice_is_the_identity),
        cmocka_unit_test(padding_reaches_the_next_whole_block),
        cmocka_unit_test(the_denormal_mode_is_put_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
