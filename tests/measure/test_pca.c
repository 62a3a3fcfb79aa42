#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/arena.h"
#include "mnemoscope/eigen.h"
#include "mnemoscope/pca.h"
#include "mnemoscope/rng.h"

typedef struct bench {
    mn_arena arena;
    mn_pca p;
} bench;

static void create(bench *b, int dims, int k)
{
    mn_err err;
    b->arena = (mn_arena){0};
    mn_pca_layout(&b->p, dims, k, &b->arena);
    assert_ok(mn_arena_allocate(&b->arena, "components", &err), &err);
    mn_pca_layout(&b->p, dims, k, &b->arena);
}

static void fit(bench *b, const float *X, int n, int dims, int k)
{
    mn_err err;
    create(b, dims, k);
    assert_ok(mn_pca_fit(&b->p, X, n, &err), &err);
}

static void destroy(bench *b)
{
    mn_arena_finish(&b->arena);
}

/* Columns of falling size, mixed with their left neighbours, so that axes are not columns. */
static float *draw(int n, int dims, uint64_t seed)
{
    float *X = malloc((size_t)n * (size_t)dims * sizeof *X);
    mn_rng r;
    assert_non_null(X);
    mn_rng_seed(&r, seed, "test");
    for (int i = 0; i < n; i++)
        for (int j = 0; j < dims; j++) {
            double x = mn_rng_normal(&r) / (1.0 + 0.3 * j);
            X[i * dims + j] = (float)(x + (j > 0 ? 0.6 * (double)X[i * dims + j - 1] : 0.0));
        }
    return X;
}

/* By LAPACK, from the whole covariance in double. */
static void reference(const float *X, int n, int dims, int k, double *value, double *V)
{
    const size_t d = (size_t)dims;
    double *C = calloc(d * d, sizeof *C), *mean = calloc(d, sizeof *mean);
    double *work = malloc(mn_eigen_work(dims) * sizeof *work);
    assert_true(C && mean && work);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < dims; j++)
            mean[j] += (double)X[i * dims + j] / n;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < dims; j++)
            for (int c = 0; c < dims; c++)
                C[j * dims + c] += ((double)X[i * dims + j] - mean[j]) *
                                   ((double)X[i * dims + c] - mean[c]) / n;
    assert_true(mn_eigen_largest(dims, C, k, value, V, work));
    free(C), free(mean), free(work);
}

static void components_are_those_of_the_whole_covariance(void **state)
{
    enum { K = 3, MOST = 90 };
    /* fewer rows than columns, more, one more than a block, fewer columns than directions */
    const int shapes[5][2] = {{20, 90}, {257, 40}, {600, 60}, {50, 4}, {300, 17}};
    for (int s = 0; s < 5; s++) {
        const int n = shapes[s][0], dims = shapes[s][1];
        double value[K], V[K * MOST];
        float *X = draw(n, dims, (uint64_t)s);
        bench b;
        fit(&b, X, n, dims, K);
        reference(X, n, dims, K, value, V);
        for (int i = 0; i < K; i++) {
            assert_near(b.p.variance[i], value[i], 1e-5 * value[0]);
            for (int j = 0; j < dims; j++) /* residual of 1e-5 over gaps of a tenth */
                assert_near((double)b.p.axes[i * dims + j], V[i * dims + j], 1e-3);
        }
        destroy(&b);
        free(X);
    }
}

static void projections_have_the_variance_that_is_reported(void **state)
{
    enum { N = 300, DIMS = 30, K = 2 };
    float *X = draw(N, DIMS, 7), Y[N * K];
    double total = 0.0;
    bench b;
    fit(&b, X, N, DIMS, K);
    mn_pca_project(&b.p, X, N, Y);
    for (int k = 0; k < K; k++) {
        double sum = 0.0, square = 0.0;
        for (int i = 0; i < N; i++) {
            sum += (double)Y[i * K + k] / N;
            square += (double)Y[i * K + k] * (double)Y[i * K + k] / N;
        }
        assert_near(sum, 0.0, 1e-5);
        assert_near(square, b.p.variance[k], 1e-5 * square);
    }
    for (int j = 0; j < DIMS; j++) {
        double sum = 0.0, square = 0.0;
        for (int i = 0; i < N; i++) {
            sum += (double)X[i * DIMS + j] / N;
            square += (double)X[i * DIMS + j] * (double)X[i * DIMS + j] / N;
        }
        total += square - sum * sum;
    }
    assert_near(b.p.total, total, 1e-5 * total);
    assert_near(mn_pca_share(&b.p, 0), b.p.variance[0] / total, 1e-5);
    destroy(&b);
    free(X);
}

static void other_rows_are_projected_about_the_same_mean(void **state)
{
    const float X[4 * 2] = {1, 10, 3, 10, 5, 10, 7, 10}, Z[2 * 2] = {4, 10, 10, 99};
    float Y[4];
    bench b;
    fit(&b, X, 4, 2, 2);
    mn_pca_project(&b.p, Z, 2, Y);
    assert_near((double)Y[0], 0.0, 1e-6);
    assert_near((double)Y[2], 6.0, 1e-5);
    assert_near((double)Y[1], 0.0, 0.0); /* an axis along which nothing differs is zero */
    assert_near((double)Y[3], 0.0, 0.0);
    assert_near(b.p.variance[0], 5.0, 1e-5);
    assert_near(b.p.variance[1], 0.0, 0.0);
    assert_near(mn_pca_share(&b.p, 0), 1.0, 1e-6);
    destroy(&b);
}

static void equal_rows_give_equal_bits(void **state)
{
    float *X = draw(400, 50, 3);
    bench a, b;
    fit(&a, X, 400, 50, 2);
    fit(&b, X, 400, 50, 2);
    assert_memory_equal(a.p.axes, b.p.axes, 2 * 50 * sizeof *a.p.axes);
    assert_ok(mn_pca_fit(&a.p, X, 400, NULL), &(mn_err){0}); /* and over what was there */
    assert_memory_equal(a.p.axes, b.p.axes, 2 * 50 * sizeof *a.p.axes);
    destroy(&a);
    destroy(&b);
    free(X);
}

static void mirrored_rows_have_the_same_axes(void **state)
{
    float *X = draw(200, 20, 5), first[2 * 20];
    bench b;
    fit(&b, X, 200, 20, 2);
    memcpy(first, b.p.axes, sizeof first);
    for (int i = 0; i < 200 * 20; i++)
        X[i] = -X[i];
    assert_ok(mn_pca_fit(&b.p, X, 200, NULL), &(mn_err){0});
    for (int i = 0; i < 2 * 20; i++)
        assert_near((double)b.p.axes[i], (double)first[i], 1e-4);
    destroy(&b);
    free(X);
}

static void neither_place_nor_scale_changes_the_axes(void **state)
{
    const double scales[4] = {1e-30, 1e-3, 1e10, 1e37}, places[4] = {0.0, 0.1, 1e12, 1e37};
    float *X = draw(100, 10, 9), *moved = malloc(1000 * sizeof *moved), want[2 * 10];
    bench b;
    assert_non_null(moved);
    fit(&b, X, 100, 10, 2);
    memcpy(want, b.p.axes, sizeof want);
    for (int s = 0; s < 4; s++) {
        for (int i = 0; i < 1000; i++)
            moved[i] = (float)((double)X[i] * scales[s] + places[s]);
        assert_ok(mn_pca_fit(&b.p, moved, 100, NULL), &(mn_err){0});
        for (int i = 0; i < 2 * 10; i++) /* the offset of 100 takes two digits */
            assert_near((double)b.p.axes[i], (double)want[i], 1e-3);
    }
    destroy(&b);
    free(X), free(moved);
}

static void items_that_are_all_the_same_have_no_axes(void **state)
{
    float X[9 * 5], Y[9 * 2];
    for (int n = 1; n <= 9; n += 4) {
        bench b;
        for (int i = 0; i < 9 * 5; i++)
            X[i] = 0.1f * (float)(i % 5);
        fit(&b, X, n, 5, 2);
        mn_pca_project(&b.p, X, n, Y);
        for (int i = 0; i < 2 * n; i++)
            assert_near((double)Y[i], 0.0, 0.0);
        for (int i = 0; i < 2; i++) {
            assert_near(b.p.variance[i], 0.0, 0.0);
            assert_near(mn_pca_share(&b.p, i), 0.0, 0.0);
        }
        destroy(&b);
    }
}

static void what_cannot_be_fitted_is_refused_by_name(void **state)
{
    float X[6] = {1, 2, 3, 4, 5, 6};
    mn_err err;
    bench b;
    create(&b, 2, 2);
    assert_failed(mn_pca_fit(&b.p, X, 0, &err), &err, MN_EINVAL, "0 items");
    X[3] = NAN;
    assert_failed(mn_pca_fit(&b.p, X, 3, &err), &err, MN_EINVAL, "row 1, column 1 is nan");
    X[3] = -INFINITY;
    assert_failed(mn_pca_fit(&b.p, X, 3, &err), &err, MN_EINVAL, "row 1, column 1 is -inf");
    destroy(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(components_are_those_of_the_whole_covariance),
        cmocka_unit_test(projections_have_the_variance_that_is_reported),
        cmocka_unit_test(other_rows_are_projected_about_the_same_mean),
        cmocka_unit_test(equal_rows_give_equal_bits),
        cmocka_unit_test(mirrored_rows_have_the_same_axes),
        cmocka_unit_test(neither_place_nor_scale_changes_the_axes),
        cmocka_unit_test(items_that_are_all_the_same_have_no_axes),
        cmocka_unit_test(what_cannot_be_fitted_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
