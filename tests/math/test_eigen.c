#include "support.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/eigen.h"
#include "mnemoscope/rng.h"

enum { MOST = 65 };

typedef struct found {
    double value[MOST], V[MOST * MOST];
} found;

/* A is left as it was. */
static bool solve(int n, const double *A, int k, found *f)
{
    static double copy[MOST * MOST];
    double *work = malloc((mn_eigen_work(n) + 1) * sizeof *work);
    assert_non_null(work);
    memcpy(copy, A, (size_t)(n * n) * sizeof *copy);
    bool solved = mn_eigen_largest(n, copy, k, f->value, f->V, work);
    free(work);
    return solved;
}

static void draw(mn_rng *r, int n, double *A)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++)
            A[i * n + j] = A[j * n + i] = mn_rng_normal(r);
}

static void assert_orthonormal(int n, int k, const double *V)
{
    for (int i = 0; i < k; i++)
        for (int j = 0; j <= i; j++) {
            double sum = 0.0;
            for (int c = 0; c < n; c++)
                sum += V[i * n + c] * V[j * n + c];
            assert_near(sum, i == j, 1e-12);
        }
}

/* A v = value v, to rounding in parts of the matrix's size. */
static void assert_eigen(int n, const double *A, int k, const found *f, double size)
{
    for (int i = 0; i < k; i++)
        for (int r = 0; r < n; r++) {
            double sum = 0.0;
            for (int c = 0; c < n; c++)
                sum += A[r * n + c] * f->V[i * n + c];
            assert_near(sum, f->value[i] * f->V[i * n + r], 1e-12 * n * size);
        }
}

static void vectors_solve_the_equation_and_are_orthonormal(void **state)
{
    static double A[MOST * MOST];
    static found f;
    const int sizes[6] = {1, 2, 3, 7, 30, MOST};
    mn_rng r;
    mn_rng_seed(&r, 1, "eigen");
    for (int s = 0; s < 6; s++) {
        const int n = sizes[s];
        double trace = 0.0, sum = 0.0;
        draw(&r, n, A);
        assert_true(solve(n, A, n, &f));
        assert_eigen(n, A, n, &f, 10.0);
        assert_orthonormal(n, n, f.V);
        for (int i = 0; i < n; i++) {
            trace += A[i * n + i];
            sum += f.value[i];
            assert_true(i == 0 || f.value[i] <= f.value[i - 1]);
        }
        assert_near(sum, trace, 1e-11);
    }
}

static void the_k_largest_are_the_first_of_all(void **state)
{
    static double A[MOST * MOST];
    static found all, some;
    mn_rng r;
    mn_rng_seed(&r, 2, "eigen");
    for (int n = 1; n <= 20; n++) {
        draw(&r, n, A);
        assert_true(solve(n, A, n, &all));
        for (int k = 0; k <= n; k++) {
            assert_true(solve(n, A, k, &some));
            for (int i = 0; i < k; i++)
                assert_near(some.value[i], all.value[i], 1e-12 * n);
            for (int i = 0; i < k * n; i++)
                assert_near(some.V[i], all.V[i], 1e-9); /* gaps of a thousandth are rare */
        }
    }
}

static void a_matrix_solved_by_hand_is_solved_so(void **state)
{
    /* 5 along (1, 2) / sqrt 5, 0 along (-2, 1) / sqrt 5, which is turned around */
    const double A[4] = {1, 2, 2, 4};
    found f;
    assert_true(solve(2, A, 2, &f));
    assert_near(f.value[0], 5.0, 1e-14);
    assert_near(f.value[1], 0.0, 1e-14);
    assert_near(f.V[0], sqrt(0.2), 1e-14);
    assert_near(f.V[1], sqrt(0.8), 1e-14);
    assert_near(f.V[2], sqrt(0.8), 1e-14);
    assert_near(f.V[3], -sqrt(0.2), 1e-14);
}

static void the_largest_entry_of_a_vector_is_positive(void **state)
{
    static double A[MOST * MOST];
    static found f;
    mn_rng r;
    mn_rng_seed(&r, 3, "eigen");
    for (int draws = 0; draws < 200; draws++) {
        const int n = 1 + (int)mn_rng_below(&r, 12);
        draw(&r, n, A);
        assert_true(solve(n, A, n, &f));
        for (int i = 0; i < n; i++) {
            double largest = 0.0;
            for (int c = 0; c < n; c++)
                if (fabs(f.V[i * n + c]) > fabs(largest))
                    largest = f.V[i * n + c];
            assert_true(largest > 0.0);
        }
    }
}

static void values_that_are_all_the_same_have_vectors_still(void **state)
{
    double A[36] = {0};
    found f;
    for (int size = 0; size < 3; size++) {
        for (int i = 0; i < 6; i++)
            A[i * 7] = size;
        assert_true(solve(6, A, 6, &f));
        assert_orthonormal(6, 6, f.V);
        for (int i = 0; i < 6; i++)
            assert_near(f.value[i], size, 1e-14);
    }
}

static void the_size_of_the_numbers_does_not_matter(void **state)
{
    const double sizes[4] = {1e-300, 1e-150, 1e150, 1e300};
    double A[49], scaled[49];
    found want, f;
    mn_rng r;
    mn_rng_seed(&r, 4, "eigen");
    draw(&r, 7, A);
    assert_true(solve(7, A, 7, &want));
    for (int s = 0; s < 4; s++) {
        for (int i = 0; i < 49; i++)
            scaled[i] = A[i] * sizes[s];
        assert_true(solve(7, scaled, 7, &f));
        for (int i = 0; i < 7; i++)
            assert_near(f.value[i] / sizes[s], want.value[i], 1e-12);
        for (int i = 0; i < 49; i++)
            assert_near(f.V[i], want.V[i], 1e-10);
    }
}

static void what_is_not_finite_is_refused(void **state)
{
    const double bad[3] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    found f;
    for (int b = 0; b < 3; b++)
        for (int at = 0; at < 9; at++) {
            double A[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
            A[at] = bad[b];
            assert_false(solve(3, A, 2, &f));
        }
}

static void of_nothing_nothing_is_found(void **state)
{
    const double A[1] = {3.0};
    found f;
    assert_true(solve(0, A, 0, &f));
    assert_true(solve(1, A, 0, &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_solve_the_equation_and_are_orthonormal),
        cmocka_unit_test(the_k_largest_are_the_first_of_all),
        cmocka_unit_test(a_matrix_solved_by_hand_is_solved_so),
        cmocka_unit_test(the_largest_entry_of_a_vector_is_positive),
        cmocka_unit_test(values_that_are_all_the_same_have_vectors_still),
        cmocka_unit_test(the_size_of_the_numbers_does_not_matter),
        cmocka_unit_test(what_is_not_finite_is_refused),
        cmocka_unit_test(of_nothing_nothing_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
