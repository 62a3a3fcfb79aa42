/* What a map is made of: exact neighbours, their graph, the forces. */
#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/rng.h"
#include "neighbours.h"
#include "umap_forces.h"
#include "umap_graph.h"

static void draw(mn_rng *r, float *x, int n)
{
    for (int i = 0; i < n; i++)
        x[i] = (float)mn_rng_normal(r);
}

static double square(const float *x, const float *y, int dims)
{
    double sum = 0.0;
    for (int j = 0; j < dims; j++)
        sum += ((double)x[j] - (double)y[j]) * ((double)x[j] - (double)y[j]);
    return sum;
}

/* The nearest of X to q that is not `self` and comes after (last, i) in order of distance and
 * number. */
static int next_nearest(const float *X, int n, int dims, const float *q, int self, double last,
                        int after)
{
    int best = -1;
    for (int j = 0; j < n; j++) {
        double d = square(q, X + j * dims, dims);
        if (j == self || d < last || (!(d > last) && j <= after))
            continue;
        if (best < 0 || d < square(q, X + best * dims, dims))
            best = j;
    }
    return best;
}

static void assert_nearest(const float *X, int n, int dims, const float *q, int self, int k,
                           const int *index, const float *distance)
{
    double last = -1.0;
    int j = -1;
    for (int c = 0; c < k; c++) {
        j = next_nearest(X, n, dims, q, self, last, j);
        last = square(q, X + j * dims, dims);
        assert_int_equal(index[c], j);
        assert_near((double)distance[c], sqrt(last), 1e-6 * sqrt(last));
    }
}

static void neighbours_are_the_nearest_there_are(void **state)
{
    enum { MOST = 200, DIMS = 9, K = 20 };
    static float X[MOST * DIMS], Q[MN_NEIGHBOURS_BLOCK * DIMS];
    static float distance[MN_NEIGHBOURS_BLOCK * K];
    static int index[MN_NEIGHBOURS_BLOCK * K];
    mn_rng r;
    mn_rng_seed(&r, 1, "test");
    for (int draws = 0; draws < 60; draws++) {
        const int n = 2 + (int)mn_rng_below(&r, MOST - 1),
                  dims = 1 + (int)mn_rng_below(&r, DIMS);
        const int own = draws % 2, n_rows = n < MN_NEIGHBOURS_BLOCK ? n : MN_NEIGHBOURS_BLOCK;
        const int first = own ? n - n_rows : 0;
        const int most = n - own < K ? n - own : K,
                  k = 1 + (int)mn_rng_below(&r, (uint64_t)most);
        mn_neighbours b;
        mn_arena a = {0};
        mn_err err;
        draw(&r, X, n * dims);
        if (draws % 3 == 0) /* a third are doubles of the first rows */
            memcpy(X + 2 * n / 3 * dims, X, (size_t)((n - 2 * n / 3) * dims) * sizeof *X);
        if (own)
            memcpy(Q, X + first * dims, (size_t)(n_rows * dims) * sizeof *Q);
        else
            draw(&r, Q, n_rows * dims);
        mn_neighbours_layout(&b, n, dims, k, &a);
        assert_ok(mn_arena_allocate(&a, "neighbours", &err), &err);
        mn_neighbours_layout(&b, n, dims, k, &a);
        mn_neighbours_begin(&b, X);
        mn_neighbours_find(&b, Q, n_rows, own ? first : -1, k, index, distance);
        for (int i = 0; i < n_rows; i++)
            assert_nearest(X, n, dims, Q + i * dims, own ? first + i : -1, k, index + i * k,
                           distance + i * k);
        mn_arena_finish(&a);
    }
}

static void weights_fall_from_one_and_sum_to_the_logarithm(void **state)
{
    float distance[30], weight[30];
    mn_rng r;
    mn_rng_seed(&r, 2, "test");
    for (int draws = 0; draws < 200; draws++) {
        const int k = 3 + (int)mn_rng_below(&r, 28);
        const double scale = pow(10.0, 20.0 * mn_rng_uniform(&r) - 10.0);
        double sum = 0.0;
        distance[0] = (float)scale;
        for (int j = 1; j < k; j++)
            distance[j] = distance[j - 1] + (float)(scale * (0.01 + mn_rng_uniform(&r)));
        mn_umap_weigh(distance, k, weight);
        assert_near((double)weight[0], 1.0, 0.0);
        for (int j = 0; j < k; j++) {
            sum += (double)weight[j];
            assert_true(weight[j] >= 0.0f && (j == 0 || weight[j] <= weight[j - 1]));
        }
        assert_near(sum, log2(k), 1e-5);
    }
}

static void equal_distances_weigh_one(void **state)
{
    const float zero[3] = {0, 0, 0}, same[4] = {2, 2, 2, 2}, mixed[4] = {0, 0, 3, 3};
    float weight[4];
    mn_umap_weigh(zero, 3, weight);
    for (int j = 0; j < 3; j++)
        assert_near((double)weight[j], 1.0, 0.0);
    mn_umap_weigh(same, 4, weight);
    for (int j = 0; j < 4; j++)
        assert_near((double)weight[j], 1.0, 0.0);
    mn_umap_weigh(mixed, 4, weight); /* the smallest that is not 0 is 3 */
    for (int j = 0; j < 4; j++)
        assert_near((double)weight[j], 1.0, 0.0);
    mn_umap_weigh(same, 1, weight);
    assert_near((double)weight[0], 1.0, 0.0);
}

static void the_union_is_the_same_in_both_directions(void **state)
{
    /* 0 names 1; 1 names 0; 2 names 0, which does not name it */
    const int index[3] = {1, 0, 0};
    const float weight[3] = {0.5f, 0.25f, 0.8f};
    mn_umap_link links[6];
    float w[3][3] = {{0}};
    assert_int_equal(mn_umap_unite(index, weight, 3, 1, links), 4);
    for (int i = 0; i < 4; i++) {
        assert_near((double)w[links[i].head][links[i].tail], 0.0, 0.0); /* once only */
        w[links[i].head][links[i].tail] = links[i].weight;
    }
    assert_near((double)w[0][1], 0.5 + 0.25 - 0.5 * 0.25, 1e-7);
    assert_near((double)w[1][0], (double)w[0][1], 0.0);
    assert_near((double)w[0][2], 0.8, 1e-7);
    assert_near((double)w[2][0], 0.8, 1e-7);
}

static void the_curve_is_that_of_the_reference(void **state)
{
    /* as the authors' implementation prints them */
    mn_umap_curve c = mn_umap_curve_fit(0.1, 1.0);
    assert_near(c.a, 1.5769434603, 1e-4);
    assert_near(c.b, 0.8950608781, 1e-4);
    c = mn_umap_curve_fit(0.001, 1.0);
    assert_near(c.a, 1.9290734, 1e-3);
    assert_near(c.b, 0.7914914, 1e-3);
}

static double misfit(double a, double b, double min_dist, double spread)
{
    double sum = 0.0;
    for (int i = 0; i < 300; i++) {
        double d = 3.0 * spread * i / 299.0;
        double wanted = d <= min_dist ? 1.0 : exp(-(d - min_dist) / spread);
        sum += pow(1.0 / (1.0 + a * pow(d, 2.0 * b)) - wanted, 2.0);
    }
    return sum;
}

static void no_curve_nearby_fits_better(void **state)
{
    const double spreads[3] = {0.1, 1.0, 10.0}, parts[4] = {0.0, 0.1, 0.5, 1.0};
    for (int s = 0; s < 3; s++)
        for (int p = 0; p < 4; p++) {
            const double min_dist = parts[p] * spreads[s];
            mn_umap_curve c = mn_umap_curve_fit(min_dist, spreads[s]);
            const double best = misfit(c.a, c.b, min_dist, spreads[s]);
            assert_true(c.a > 0.0 && c.b > 0.0 && best < 1.0);
            for (int i = 0; i < 8; i++) {
                double a = c.a * (1.0 + 1e-3 * cos(i * 0.785)), b = c.b + 1e-3 * sin(i * 0.785);
                assert_true(misfit(a, b, min_dist, spreads[s]) >= best);
            }
        }
}

static const mn_umap_curve curve = {1.577, 0.895};

/* log v or log(1 - v) of two points. */
static double likelihood(const double *y, const float *z, bool together)
{
    double d = hypot(y[0] - (double)z[0], y[1] - (double)z[1]);
    double v = 1.0 / (1.0 + curve.a * pow(d, 2.0 * curve.b));
    return log(together ? v : 1.0 - v);
}

static double slope(const float *y, const float *z, bool together, int j)
{
    const double h = 1e-5;
    double value[2];
    for (int side = 0; side < 2; side++) {
        double moved[2] = {(double)y[0], (double)y[1]};
        moved[j] += side ? h : -h;
        value[side] = likelihood(moved, z, together);
    }
    return (value[1] - value[0]) / (2.0 * h);
}

static void pulls_and_pushes_follow_the_slopes_of_the_likelihood(void **state)
{
    const mn_umap_link link = {0, 0, 0.3f};
    const float tail[2] = {0.5f, -0.25f};
    const double rate = 1e-3;
    mn_rng r;
    mn_rng_seed(&r, 4, "test");
    for (int draws = 0; draws < 200; draws++) {
        const int n_pushes = draws % 2;
        const float y[2] = {(float)(1.0 + 2.0 * mn_rng_uniform(&r)),
                            (float)(-1.0 - 2.0 * mn_rng_uniform(&r))};
        float heads[2] = {y[0], y[1]}, tails[2] = {tail[0], tail[1]};
        mn_umap_forces f = {.curve = curve,
                            .links = &link,
                            .n_links = 1,
                            .strongest = 0.3f,
                            .heads = heads,
                            .tails = tails,
                            .n_tails = 1,
                            .n_pushes = n_pushes,
                            .rate = rate,
                            .n_epochs = 10};
        mn_umap_forces_apply(&f, &r);
        assert_int_equal(f.epoch, 1);
        for (int j = 0; j < 2; j++) {
            double want = slope(y, tail, true, j) + n_pushes * slope(y, tail, false, j);
            /* the step's rounding, and the push after the pull has moved the point */
            assert_near((double)heads[j] - (double)y[j], rate * want, 3e-6);
            assert_near((double)tails[j], (double)tail[j], 0.0);
        }
    }
}

static void a_pull_moves_both_ends_of_a_map_being_fitted(void **state)
{
    const mn_umap_link link = {0, 1, 1.0f};
    float Y[4] = {0.0f, 0.0f, 3.0f, 1.0f};
    mn_rng r;
    mn_rng_seed(&r, 5, "test");
    mn_umap_forces f = {.curve = curve,
                        .links = &link,
                        .n_links = 1,
                        .strongest = 1.0f,
                        .heads = Y,
                        .tails = Y,
                        .n_tails = 2,
                        .mutual = true,
                        .rate = 0.1,
                        .n_epochs = 10};
    mn_umap_forces_apply(&f, &r);
    assert_true(Y[0] > 0.0f && Y[1] > 0.0f);
    assert_near((double)Y[2], 3.0 - (double)Y[0], 1e-6);
    assert_near((double)Y[3], 1.0 - (double)Y[1], 1e-6);
}

static void links_pull_as_often_as_they_are_strong(void **state)
{
    enum { EPOCHS = 100 };
    const float weights[5] = {1.0f, 0.5f, 0.25f, 0.1f, 0.004f};
    const int wanted[5] = {100, 50, 25, 10, 0};
    mn_rng r;
    mn_rng_seed(&r, 6, "test");
    for (int w = 0; w < 5; w++) {
        const mn_umap_link link = {0, 0, weights[w]};
        float heads[2] = {50.0f, 0.0f}, tails[2] = {0.0f, 0.0f};
        int n_pulls = 0;
        mn_umap_forces f = {.curve = curve,
                            .links = &link,
                            .n_links = 1,
                            .strongest = 1.0f,
                            .heads = heads,
                            .tails = tails,
                            .n_tails = 1,
                            .rate = 1.0,
                            .n_epochs = EPOCHS};
        while (f.epoch < EPOCHS) {
            const float before = heads[0];
            mn_umap_forces_apply(&f, &r);
            n_pulls += heads[0] < before;
        }
        assert_in_range(n_pulls, wanted[w] - (wanted[w] > 0), wanted[w]); /* 0.1f is not 0.1 */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_the_nearest_there_are),
        cmocka_unit_test(weights_fall_from_one_and_sum_to_the_logarithm),
        cmocka_unit_test(equal_distances_weigh_one),
        cmocka_unit_test(the_union_is_the_same_in_both_directions),
        cmocka_unit_test(the_curve_is_that_of_the_reference),
        cmocka_unit_test(no_curve_nearby_fits_better),
        cmocka_unit_test(pulls_and_pushes_follow_the_slopes_of_the_likelihood),
        cmocka_unit_test(a_pull_moves_both_ends_of_a_map_being_fitted),
        cmocka_unit_test(links_pull_as_often_as_they_are_strong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
