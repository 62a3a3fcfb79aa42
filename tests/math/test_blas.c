#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/rng.h"

enum { MOST = 70 * 80 };

static float A[MOST], B[MOST], C[MOST];
static double want[MOST];

static void draw(void)
{
    mn_rng r;
    mn_rng_seed(&r, 1, "blas");
    for (int i = 0; i < MOST; i++) {
        A[i] = (float)mn_rng_normal(&r);
        B[i] = (float)mn_rng_normal(&r);
        C[i] = (float)mn_rng_normal(&r);
        want[i] = (double)C[i];
    }
}

/* a_row, a_col: distance in A between neighbours along m and along k; b likewise along k and
 * n. */
static void multiply(int m, int n, int k, double alpha, int a_row, int a_col, int b_row,
                     int b_col, double beta, int ldc)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0.0;
            for (int l = 0; l < k; l++)
                sum += (double)A[i * a_row + l * a_col] * (double)B[l * b_row + j * b_col];
            want[i * ldc + j] = alpha * sum + beta * want[i * ldc + j];
        }
}

/* Row lengths are longer than rows, and what lies between must stay as it was: all of C is
 * compared. */
static void products_match_a_triple_loop_on_odd_sizes(void **unused)
{
    static const int sizes[] = {1, 7, 65};
    mn_blas_threads(1);
    for (int a = 0; a < 27; a++) {
        int m = sizes[a % 3], n = sizes[a / 3 % 3], k = sizes[a / 9];
        draw();
        mn_gemm_nn(m, n, k, 0.5f, A, k + 3, B, n + 1, 2.0f, C, n + 2);
        multiply(m, n, k, 0.5, k + 3, 1, n + 1, 1, 2.0, n + 2);
        assert_close(C, want, MOST, 1e-5, 0.0);
        draw();
        mn_gemm_nt(m, n, k, 1.0f, A, k + 3, B, k + 1, 0.0f, C, n + 2);
        multiply(m, n, k, 1.0, k + 3, 1, 1, k + 1, 0.0, n + 2);
        assert_close(C, want, MOST, 1e-5, 0.0);
        draw();
        mn_gemm_tn(m, n, k, -1.0f, A, m + 3, B, n + 1, 1.0f, C, n + 2);
        multiply(m, n, k, -1.0, 1, m + 3, n + 1, 1, 1.0, n + 2);
        assert_close(C, want, MOST, 1e-5, 0.0);
    }
}

static void the_library_says_what_it_is(void **unused)
{
    assert_non_null(strstr(mn_blas_name(), "OpenBLAS "));
    assert_true(strlen(mn_blas_name()) < 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_match_a_triple_loop_on_odd_sizes),
        cmocka_unit_test(the_library_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
