#include "support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/dataset.h"
#include "mnemoscope/rng.h"
#include "mnemoscope/trust.h"
#include "mnemoscope/umap.h"

static mn_umap_cfg defaults(void)
{
    mn_umap_cfg cfg;
    memset(&cfg, 0, sizeof cfg);
    mn_param_defaults(mn_umap_params, &cfg);
    return cfg;
}

static mn_umap *create(const float *X, int n, int dims, int room, const mn_umap_cfg *cfg)
{
    mn_umap *u;
    mn_err err;
    assert_ok(mn_umap_create(&u, X, &(mn_umap_shape){n, dims, room}, cfg, 1, &err), &err);
    return u;
}

static void finish(mn_umap *u)
{
    while (mn_umap_advance(u, 1000))
        ;
}

static mn_umap *fit(const float *X, int n, int dims, int room, int epochs)
{
    mn_umap_cfg cfg = defaults();
    cfg.epochs = epochs;
    mn_umap *u = create(X, n, dims, room, &cfg);
    finish(u);
    return u;
}

static void place(mn_umap *u, const float *Z, int n)
{
    mn_err err;
    assert_ok(mn_umap_place(u, Z, n, &err), &err);
    finish(u);
}

static float *draw(int n, int dims, uint64_t seed)
{
    float *X = malloc(((size_t)n * (size_t)dims + 1) * sizeof *X);
    mn_rng r;
    assert_non_null(X);
    mn_rng_seed(&r, seed, "test");
    for (int i = 0; i < n * dims; i++)
        X[i] = (float)mn_rng_normal(&r);
    return X;
}

/* The built-in digits; label may be NULL. */
static float *draw_digits(int n, int *label)
{
    mn_dataset *d;
    mn_data_cfg cfg;
    mn_err err;
    mn_param_defaults(mn_data_params, &cfg);
    cfg.items = n;
    cfg.test_items = 10;
    assert_ok(mn_dataset_load(&d, "digits", &cfg, 1, &err), &err);
    const int dims = mn_dataset_inputs(d);
    assert_int_equal(dims, 784);
    float *X = malloc((size_t)n * 784 * sizeof *X);
    assert_non_null(X);
    for (int i = 0; i < n; i++) {
        mn_dataset_read(d, MN_TRAIN, (size_t)i, -1.0f, 1.0f, X + (size_t)i * 784);
        if (label)
            label[i] = mn_dataset_label(d, MN_TRAIN, (size_t)i);
    }
    mn_dataset_free(d);
    return X;
}

static double trust(const float *X, const float *Y, int n, int dims)
{
    double t;
    mn_err err;
    assert_ok(mn_trust_measure(X, Y, n, dims, 12, &t, &err), &err);
    return t;
}

static double distance(const float *y, const float *z)
{
    return hypot((double)y[0] - (double)z[0], (double)y[1] - (double)z[1]);
}

static int nearest(const float *Y, int n, const float *y)
{
    int best = -1;
    for (int i = 0; i < n; i++)
        if (Y + 2 * i != y && (best < 0 || distance(Y + 2 * i, y) < distance(Y + 2 * best, y)))
            best = i;
    return best;
}

static void assert_all_finite(const float *Y, int n)
{
    assert_non_null(Y);
    for (int i = 0; i < 2 * n; i++)
        assert_true(isfinite(Y[i]) && fabsf(Y[i]) < 1e4f);
}

static void neighbours_of_digits_stay_neighbours(void **state)
{
    enum { N = 500, OTHERS = 100 };
    float *X = draw_digits(N + OTHERS, NULL), Y[2 * (N + OTHERS)];
    mn_umap *u = fit(X, N, 784, OTHERS, 0);
    assert_true(trust(X, mn_umap_fitted(u), N, 784) > 0.9);
    place(u, X + N * 784, OTHERS);
    memcpy(Y, mn_umap_fitted(u), 2 * N * sizeof *Y);
    memcpy(Y + 2 * N, mn_umap_placed(u), 2 * OTHERS * sizeof *Y);
    assert_true(trust(X, Y, N + OTHERS, 784) > 0.9);
    mn_umap_destroy(u);
    free(X);
}

static void clusters_stay_apart_and_others_find_theirs(void **state)
{
    enum { N = 300, OTHERS = 60, DIMS = 10, CLUSTERS = 3 };
    float *X = draw(N + OTHERS, DIMS, 1);
    for (int i = 0; i < N + OTHERS; i++)
        X[i * DIMS + i % CLUSTERS] += 20.0f;
    mn_umap *u = fit(X, N, DIMS, OTHERS, 200);
    place(u, X + N * DIMS, OTHERS);
    const float *Y = mn_umap_fitted(u), *P = mn_umap_placed(u);
    for (int i = 0; i < N; i++)
        assert_int_equal(nearest(Y, N, Y + 2 * i) % CLUSTERS, i % CLUSTERS);
    for (int i = 0; i < OTHERS; i++)
        assert_int_equal(nearest(Y, N, P + 2 * i) % CLUSTERS, (N + i) % CLUSTERS);
    mn_umap_destroy(u);
    free(X);
}

static void a_copy_of_a_fitted_item_is_placed_beside_it(void **state)
{
    enum { N = 200, DIMS = 3 };
    float *X = draw(N, DIMS, 2);
    double apart = 0.0, off = 0.0;
    mn_umap *u = fit(X, N, DIMS, N, 200);
    place(u, X, N);
    const float *Y = mn_umap_fitted(u), *P = mn_umap_placed(u);
    for (int i = 0; i < N; i++) {
        off += distance(Y + 2 * i, P + 2 * i) / N;
        apart += distance(Y + 2 * i, Y + 2 * ((i + N / 2) % N)) / N;
    }
    assert_true(off < 0.1 * apart);
    mn_umap_destroy(u);
    free(X);
}

static void how_the_pieces_are_asked_for_changes_nothing(void **state)
{
    enum { N = 150, DIMS = 5, OTHERS = 70 };
    float *X = draw(N + OTHERS, DIMS, 3);
    mn_umap *u = fit(X, N, DIMS, OTHERS, 50), *v = fit(X, N, DIMS, OTHERS, 0);
    mn_umap_destroy(v);
    mn_umap_cfg cfg = defaults();
    cfg.epochs = 50;
    v = create(X, N, DIMS, OTHERS, &cfg);
    assert_true(mn_umap_advance(v, 0));
    for (int pieces = 1; mn_umap_advance(v, pieces); pieces = pieces % 7 + 1)
        ;
    assert_memory_equal(mn_umap_fitted(u), mn_umap_fitted(v), 2 * N * sizeof(float));
    place(u, X + N * DIMS, OTHERS);
    mn_err err;
    assert_ok(mn_umap_place(v, X + N * DIMS, OTHERS, &err), &err);
    while (mn_umap_advance(v, 1))
        ;
    assert_memory_equal(mn_umap_placed(u), mn_umap_placed(v), 2 * OTHERS * sizeof(float));
    mn_umap_destroy(u);
    mn_umap_destroy(v);
    free(X);
}

static void placing_leaves_the_map_as_it_is_and_can_be_repeated(void **state)
{
    enum { N = 100, DIMS = 4, OTHERS = 30 };
    float *X = draw(N + OTHERS, DIMS, 4), Y[2 * N], first[2 * OTHERS];
    mn_umap *u = fit(X, N, DIMS, OTHERS, 60);
    assert_null(mn_umap_placed(u));
    memcpy(Y, mn_umap_fitted(u), sizeof Y);
    place(u, X + N * DIMS, OTHERS);
    memcpy(first, mn_umap_placed(u), sizeof first);
    place(u, X, 10);
    assert_int_equal(mn_umap_n_placed(u), 10);
    place(u, X + N * DIMS, 0);
    assert_null(mn_umap_placed(u));
    place(u, X + N * DIMS, OTHERS);
    assert_memory_equal(mn_umap_placed(u), first, sizeof first);
    assert_memory_equal(mn_umap_fitted(u), Y, sizeof Y);
    mn_umap_destroy(u);
    free(X);
}

static void the_seed_decides(void **state)
{
    enum { N = 80, DIMS = 4 };
    float *X = draw(N, DIMS, 5);
    mn_umap_cfg cfg = defaults();
    mn_umap *u[3];
    mn_err err;
    for (int i = 0; i < 3; i++) {
        uint64_t seed = i == 2 ? 8 : 7;
        assert_ok(mn_umap_create(&u[i], X, &(mn_umap_shape){N, DIMS, 0}, &cfg, seed, &err),
                  &err);
        finish(u[i]);
    }
    assert_memory_equal(mn_umap_fitted(u[0]), mn_umap_fitted(u[1]), 2 * N * sizeof(float));
    assert_memory_not_equal(mn_umap_fitted(u[0]), mn_umap_fitted(u[2]), 2 * N * sizeof(float));
    for (int i = 0; i < 3; i++)
        mn_umap_destroy(u[i]);
    free(X);
}

static void the_items_may_go_once_the_map_is_created(void **state)
{
    enum { N = 90, DIMS = 6 };
    float *X = draw(N, DIMS, 6);
    mn_umap_cfg cfg = defaults();
    mn_umap *u = fit(X, N, DIMS, 0, 0), *v = create(X, N, DIMS, 0, &cfg);
    memset(X, 0xff, N * DIMS * sizeof *X);
    finish(v);
    assert_memory_equal(mn_umap_fitted(u), mn_umap_fitted(v), 2 * N * sizeof(float));
    mn_umap_destroy(u);
    mn_umap_destroy(v);
    free(X);
}

static void progress_goes_from_nothing_to_all_and_says_what_is_done(void **state)
{
    enum { N = 130, DIMS = 3 };
    float *X = draw(N, DIMS, 7);
    mn_umap_cfg cfg = defaults();
    mn_umap *u = create(X, N, DIMS, N, &cfg);
    mn_err err;
    for (int placing = 0; placing < 2; placing++) {
        double before = 0.0;
        bool moved = false;
        assert_near(mn_umap_progress(u), 0.0, 0.0);
        while (mn_umap_advance(u, 1)) {
            assert_true(mn_umap_progress(u) >= before && mn_umap_progress(u) < 1.0);
            before = mn_umap_progress(u);
            assert_string_not_equal(mn_umap_doing(u), "done");
            moved = moved || (placing ? mn_umap_placed(u) : mn_umap_fitted(u));
        }
        assert_true(moved); /* positions can be watched */
        assert_near(mn_umap_progress(u), 1.0, 0.0);
        assert_string_equal(mn_umap_doing(u), "done");
        assert_false(mn_umap_advance(u, 5));
        assert_ok(mn_umap_place(u, X, N, &err), &err);
    }
    mn_umap_destroy(u);
    free(X);
}

static void a_map_can_be_given_up_after_any_piece(void **state)
{
    enum { N = 70, DIMS = 3 };
    float *X = draw(N, DIMS, 8);
    mn_umap_cfg cfg = defaults();
    cfg.epochs = 3;
    for (int pieces = 0; pieces < 20; pieces++) {
        mn_umap *u = create(X, N, DIMS, N, &cfg);
        if (!mn_umap_advance(u, pieces))
            assert_ok(mn_umap_place(u, X, N, NULL), &(mn_err){0});
        mn_umap_advance(u, 1);
        mn_umap_destroy(u);
    }
    mn_umap_destroy(NULL);
    free(X);
}

static void a_few_items_are_a_map_too(void **state)
{
    float *X = draw(20, 4, 9);
    for (int n = 1; n <= 20; n++) { /* 15 neighbours wanted */
        mn_umap *u = fit(X, n, 4, 20, 100);
        assert_all_finite(mn_umap_fitted(u), n);
        place(u, X, 20);
        assert_all_finite(mn_umap_placed(u), 20);
        mn_umap_destroy(u);
    }
    free(X);
}

/* Without any difference there is nothing to show, but nothing breaks either. */
static void equal_items_spread_without_harm(void **state)
{
    enum { N = 200, DIMS = 3 };
    float X[N * DIMS];
    for (int kinds = 1; kinds <= 2; kinds++) {
        for (int i = 0; i < N * DIMS; i++)
            X[i] = (float)(i / DIMS % kinds) + 0.1f;
        mn_umap *u = fit(X, N, DIMS, N, 200);
        place(u, X, N);
        assert_all_finite(mn_umap_fitted(u), N);
        assert_all_finite(mn_umap_placed(u), N);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < i; j++)
                assert_true(distance(mn_umap_fitted(u) + 2 * i, mn_umap_fitted(u) + 2 * j) > 0);
        mn_umap_destroy(u);
    }
}

static void doubled_items_lie_beside_their_doubles(void **state)
{
    enum { N = 120, DIMS = 5 };
    float *X = draw(2 * N, DIMS, 10);
    double apart = 0.0, off = 0.0;
    memcpy(X + N * DIMS, X, N * DIMS * sizeof *X);
    mn_umap *u = fit(X, 2 * N, DIMS, 0, 0);
    const float *Y = mn_umap_fitted(u);
    for (int i = 0; i < N; i++) {
        off += distance(Y + 2 * i, Y + 2 * (i + N));
        apart += distance(Y + 2 * i, Y + 2 * (i + 1));
    }
    assert_true(off < 0.25 * apart);
    mn_umap_destroy(u);
    free(X);
}

static void numbers_of_any_size_are_mapped(void **state)
{
    enum { N = 60, DIMS = 3 };
    const float scales[4] = {1e-40f, 1e-20f, 1e20f, 5e37f};
    float *X = draw(N, DIMS, 11), *Z = malloc(N * DIMS * sizeof *Z);
    assert_non_null(Z);
    for (int s = 0; s < 4; s++) {
        for (int i = 0; i < N * DIMS; i++)
            Z[i] = X[i] * scales[s];
        mn_umap *u = fit(Z, N, DIMS, N, 200);
        assert_all_finite(mn_umap_fitted(u), N);
        double t;
        assert_ok(mn_trust_measure(X, mn_umap_fitted(u), N, DIMS, 5, &t, NULL), &(mn_err){0});
        assert_true(t > 0.8); /* of a ball in three dimensions */
        for (int i = 0; i < N * DIMS; i++)
            Z[i] = i % 2 ? FLT_MAX : -FLT_MAX;
        place(u, Z, N);
        assert_all_finite(mn_umap_placed(u), N);
        mn_umap_destroy(u);
    }
    free(X), free(Z);
}

static void what_cannot_be_fitted_is_refused(void **state)
{
    float X[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    mn_umap_cfg cfg = defaults();
    mn_umap *u = NULL;
    mn_err err;
    const mn_umap_shape wrong[4] = {{0, 2, 0}, {-1, 2, 0}, {4, 0, 0}, {4, 2, -1}};
    for (int i = 0; i < 4; i++)
        assert_failed(mn_umap_create(&u, X, &wrong[i], &cfg, 1, &err), &err, MN_EINVAL,
                      "cannot fit a map to");
    const mn_umap_shape shape = {4, 2, 0};
    cfg.min_dist = 2.0;
    assert_failed(mn_umap_create(&u, X, &shape, &cfg, 1, &err), &err, MN_EINVAL,
                  "'min-dist' 2, at most the 'spread' of 1");
    cfg = defaults();
    X[5] = NAN;
    assert_failed(mn_umap_create(&u, X, &shape, &cfg, 1, &err), &err, MN_EINVAL,
                  "row 2, column 1 is nan");
    X[5] = INFINITY;
    assert_failed(mn_umap_create(&u, X, &shape, &cfg, 1, &err), &err, MN_EINVAL,
                  "row 2, column 1 is inf");
    assert_null(u);
}

static void what_cannot_be_placed_is_refused_and_changes_nothing(void **state)
{
    enum { N = 30, DIMS = 2 };
    float *X = draw(N, DIMS, 12), before[2 * N];
    mn_umap_cfg cfg = defaults();
    mn_umap *u = create(X, N, DIMS, N, &cfg);
    mn_err err;
    mn_umap_advance(u, 100);
    assert_failed(mn_umap_place(u, X, N, &err), &err, MN_ELATER, "still being fitted");
    finish(u);
    place(u, X, N);
    memcpy(before, mn_umap_placed(u), sizeof before);
    assert_failed(mn_umap_place(u, X, N + 1, &err), &err, MN_EINVAL, "31 items");
    assert_failed(mn_umap_place(u, X, -1, &err), &err, MN_EINVAL, "0 to 30 wanted");
    X[7] = NAN;
    assert_failed(mn_umap_place(u, X, N, &err), &err, MN_EINVAL, "row 3, column 1");
    assert_memory_equal(mn_umap_placed(u), before, sizeof before);
    assert_false(mn_umap_advance(u, 1));
    mn_umap_destroy(u);
    free(X);
}

static void parameters_are_described(void **state)
{
    mn_umap_cfg cfg = defaults();
    mn_err err;
    char text[64];
    for (size_t i = 0; i < mn_umap_params.n; i++) {
        const mn_param *p = &mn_umap_params.rows[i];
        assert_true(p->min <= p->def && p->def <= p->max);
        assert_ok(mn_param_set(p, &cfg, mn_param_print(p, &cfg, text, sizeof text), &err),
                  &err);
        assert_in_range(strlen(p->help), 10, 78);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_of_digits_stay_neighbours),
        cmocka_unit_test(clusters_stay_apart_and_others_find_theirs),
        cmocka_unit_test(a_copy_of_a_fitted_item_is_placed_beside_it),
        cmocka_unit_test(how_the_pieces_are_asked_for_changes_nothing),
        cmocka_unit_test(placing_leaves_the_map_as_it_is_and_can_be_repeated),
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(the_items_may_go_once_the_map_is_created),
        cmocka_unit_test(progress_goes_from_nothing_to_all_and_says_what_is_done),
        cmocka_unit_test(a_map_can_be_given_up_after_any_piece),
        cmocka_unit_test(a_few_items_are_a_map_too),
        cmocka_unit_test(equal_items_spread_without_harm),
        cmocka_unit_test(doubled_items_lie_beside_their_doubles),
        cmocka_unit_test(numbers_of_any_size_are_mapped),
        cmocka_unit_test(what_cannot_be_fitted_is_refused),
        cmocka_unit_test(what_cannot_be_placed_is_refused_and_changes_nothing),
        cmocka_unit_test(parameters_are_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
