#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/rng.h"
#include "mnemoscope/trust.h"

static void draw(mn_rng *r, float *x, int n)
{
    for (int i = 0; i < n; i++)
        x[i] = (float)mn_rng_normal(r);
}

static double measure(const float *X, const float *Y, int n, int dims, int k)
{
    double t;
    mn_err err;
    assert_ok(mn_trust_measure(X, Y, n, dims, k, &t, &err), &err);
    return t;
}

static double square(const float *x, const float *y, int dims)
{
    double sum = 0.0;
    for (int j = 0; j < dims; j++)
        sum += ((double)x[j] - (double)y[j]) * ((double)x[j] - (double)y[j]);
    return sum;
}

/* The place of j in the order of distances from i. */
static int place(const float *X, int n, int dims, int i, int j)
{
    int r = 1;
    for (int l = 0; l < n; l++)
        r += l != i && square(X + l * dims, X + i * dims, dims) <
                           square(X + j * dims, X + i * dims, dims);
    return r;
}

/* The definition of trust.h, literally. */
static double define(const float *X, const float *Y, int n, int dims, int k)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            if (j == i || place(Y, n, 2, i, j) > k)
                continue;
            int r = place(X, n, dims, i, j);
            sum += r > k ? r - k : 0;
        }
    return 1.0 - 2.0 * sum / ((double)n * k * (2.0 * n - 3.0 * k - 1.0));
}

static void trust_is_what_the_definition_says(void **state)
{
    enum { MOST = 70, DIMS = 6 };
    static float X[MOST * DIMS], Y[MOST * 2];
    mn_rng r;
    mn_rng_seed(&r, 1, "test");
    for (int draws = 0; draws < 40; draws++) {
        int n = 3 + (int)mn_rng_below(&r, MOST - 2), dims = 1 + (int)mn_rng_below(&r, DIMS);
        int k = 1 + (int)mn_rng_below(&r, (uint64_t)(n - 1) / 2);
        draw(&r, X, n * dims);
        draw(&r, Y, n * 2);
        assert_near(measure(X, Y, n, dims, k), define(X, Y, n, dims, k), 1e-9);
    }
}

static void a_plane_trusts_itself_whatever_its_place_and_size(void **state)
{
    enum { N = 150 };
    float X[N * 2], Y[N * 2];
    mn_rng r;
    mn_rng_seed(&r, 2, "test");
    draw(&r, X, N * 2);
    for (int i = 0; i < N; i++) { /* turned by a right angle, blown up, moved */
        Y[2 * i] = 1e3f * X[2 * i + 1] + 50.0f;
        Y[2 * i + 1] = -1e3f * X[2 * i] - 7.0f;
    }
    assert_near(measure(X, Y, N, 2, 10), 1.0, 1e-4); /* rounding may swap two neighbours */
}

static void a_map_of_chance_is_worth_half(void **state)
{
    enum { N = 400, DIMS = 5 };
    static float X[N * DIMS], Y[N * 2];
    mn_rng r;
    mn_rng_seed(&r, 3, "test");
    draw(&r, X, N * DIMS);
    draw(&r, Y, N * 2);
    assert_near(measure(X, Y, N, DIMS, 10), 0.5, 0.03); /* 4000 ranks of spread 0.3 and more */
}

static void a_small_map_worked_out_by_hand_is_measured_so(void **state)
{
    /* 0 1 on the left, 2 3 on the right, and a map that sets each beside the farthest */
    const float X[4] = {0, 1, 10, 11}, Y[8] = {0, 0, 9, 0, 9.5f, 0, 0.5f, 0};
    /* false neighbours: 0-3, 1-2, 2-1, 3-0 with places 3, 2, 2, 3: 1 - 2 * 6 / (4 * 4) */
    assert_near(measure(X, Y, 4, 1, 1), 0.25, 1e-12);
}

static void items_that_are_all_the_same_are_never_false(void **state)
{
    float X[20 * 3] = {0}, Y[20 * 2];
    mn_rng r;
    mn_rng_seed(&r, 4, "test");
    draw(&r, Y, 40);
    assert_near(measure(X, Y, 20, 3, 5), 1.0, 0.0);
}

static void what_cannot_be_measured_is_refused(void **state)
{
    float X[8] = {1, 2, 3, 4, 5, 6, 7, 8}, Y[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    double t = 7.0;
    mn_err err;
    const int wrong[5][2] = {{4, 0}, {4, 2}, {2, 1}, {1, 0}, {0, 1}}; /* n, k */
    for (int i = 0; i < 5; i++)
        assert_failed(mn_trust_measure(X, Y, wrong[i][0], 2, wrong[i][1], &t, &err), &err,
                      MN_EINVAL, "neighbours");
    assert_failed(mn_trust_measure(X, Y, 4, 0, 1, &t, &err), &err, MN_EINVAL, "0 numbers");
    Y[5] = NAN;
    assert_failed(mn_trust_measure(X, Y, 4, 2, 1, &t, &err), &err, MN_EINVAL,
                  "points on a plane: row 2, column 1");
    X[0] = INFINITY;
    assert_failed(mn_trust_measure(X, Y, 4, 2, 1, &t, &err), &err, MN_EINVAL,
                  "items on a plane: row 0, column 0");
    assert_near(t, 7.0, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trust_is_what_the_definition_says),
        cmocka_unit_test(a_plane_trusts_itself_whatever_its_place_and_size),
        cmocka_unit_test(a_map_of_chance_is_worth_half),
        cmocka_unit_test(a_small_map_worked_out_by_hand_is_measured_so),
        cmocka_unit_test(items_that_are_all_the_same_are_never_false),
        cmocka_unit_test(what_cannot_be_measured_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
