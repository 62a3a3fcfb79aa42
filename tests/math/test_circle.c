/* Intersections of circles, and the numbers that were published of them or computed
 * independently. */
#include "support.h"

#include <math.h>
#include <stdlib.h>

#include "mnemoscope/circle.h"
#include "mnemoscope/rng.h"

enum { N_MOST = 1000 };
static const double all_neurons = 0x1p64; /* of 64 bits */

typedef struct space {
    mn_arena arena;
    mn_circle c;
    double share[N_MOST + 1];
} space;

static void open(space *s, int n)
{
    mn_err err;
    *s = (space){.c.n = n};
    mn_circle_layout(&s->c, n, &s->arena);
    assert_ok(mn_arena_allocate(&s->arena, "a circle", &err), &err);
    mn_circle_layout(&s->c, n, &s->arena);
    mn_circle_init(&s->c);
}

static void close(space *s)
{
    mn_arena_finish(&s->arena);
}

static void counts_are_the_published_whole_numbers(void **unused)
{
    static const int v[] = {0, 1, 2, 4, 8};
    static const struct {
        int d;
        double want[5];
    } rows[] = {
        {5, {8303633, 1274786, 1274786, 231076, 4102}},
        {11, {927740240713, 311949983890, 311949983890, 131595643438, 23153386372}},
        {15,
         {224723513577529, 102591779307634, 102591779307634, 57566255152834, 19136286591514}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int k = 0; k < 5; k++)
            assert_true(mn_circle_count(64, rows[i].d, v[k]) == rows[i].want[k]);
}

static int ones(unsigned x)
{
    int n = 0;
    for (; x; x &= x - 1)
        n++;
    return n;
}

/* Every vector of 12 bits is looked at. */
static double brute(int n, int d, int v, mn_circle_weight w)
{
    const unsigned other = (1u << v) - 1;
    double sum = 0.0;
    for (unsigned x = 0; x < 1u << n; x++) {
        const int a = ones(x), b = ones(x ^ other);
        if (a > d || b > d)
            continue;
        sum += w == MN_CIRCLE_LINEAR        ? (double)(n - a) / n * (n - b) / n
               : w == MN_CIRCLE_EXPONENTIAL ? exp(-0.3 * a) * exp(-0.3 * b)
                                            : 1.0;
    }
    return sum;
}

static void all_forms_agree_with_looking_at_every_vector(void **unused)
{
    enum { N = 12 };
    space s;
    open(&s, N);
    for (int d = 0; d < N; d++) {
        mn_circle_profile(&s.c, d, s.share);
        for (int v = 0; v <= N; v++) {
            const double want = brute(N, d, v, MN_CIRCLE_BINARY);
            assert_true(mn_circle_count(N, d, v) == want);
            assert_near(s.share[v] * 4096.0, want, 1e-9);
            for (int w = 0; w < MN_N_CIRCLE_WEIGHTS; w++) {
                const mn_circle_weight weight = (mn_circle_weight)w;
                const double sum = brute(N, d, v, weight);
                assert_near(exp(mn_circle_log(&s.c, d, v, weight, 0.3)), sum, 1e-10 * sum);
            }
        }
    }
    close(&s);
}

static void an_odd_distance_is_worth_the_even_one_after_it(void **unused)
{
    for (int d = 0; d < 16; d++)
        for (int v = 1; v < 32; v += 2)
            assert_true(mn_circle_count(64, d, v) == mn_circle_count(64, d, v + 1));
}

static void weights_change_the_third_digit(void **unused)
{
    static const int v[] = {0, 1, 2, 3};
    static const struct {
        int d;
        double linear[4], binary[4];
    } rows[] = {{11, {.4609, .1577, .1557, .0666}, {.4638, .1559, .1559, .0658}},
                {5, {.7269, .1134, .1118, .0206}, {.7286, .1119, .1119, .0203}}};
    space s;
    open(&s, 64);
    for (int i = 0; i < 2; i++) {
        double linear = 0.0, binary = 0.0;
        for (int k = 0; k <= 2 * rows[i].d; k++) {
            linear += exp(mn_circle_log(&s.c, rows[i].d, k, MN_CIRCLE_LINEAR, 0.0));
            binary += mn_circle_count(64, rows[i].d, k);
        }
        for (int k = 0; k < 4; k++) {
            const double x = mn_circle_log(&s.c, rows[i].d, v[k], MN_CIRCLE_LINEAR, 0.0);
            assert_near(exp(x) / linear, rows[i].linear[k], 0.5e-4);
            assert_near(mn_circle_count(64, rows[i].d, v[k]) / binary, rows[i].binary[k],
                        0.5e-4);
        }
    }
    close(&s);
}

static void the_fitted_beta_has_the_published_digits(void **unused)
{
    static const struct {
        int d;
        double beta, published;
    } rows[] = {{5, 28.39, 35.48}, {11, 14.41, 15.85}, {15, 9.44, 10.11}, {25, 2.55, 2.66}};
    space s;
    open(&s, 64);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mn_circle_profile(&s.c, rows[i].d, s.share);
        assert_near(mn_circle_beta(&s.c, rows[i].d, s.share, false), rows[i].beta, 0.5e-2);
        assert_near(mn_circle_beta(&s.c, rows[i].d, s.share, true), rows[i].published, 0.5e-2);
        assert_true(mn_circle_beta_estimate(64, rows[i].d) < rows[i].beta);
    }
    assert_true(isnan(mn_circle_beta(&s.c, 1, s.share, false)));
    close(&s);
}

/* The estimate is of the one largest term, which is a part of the sum that hardly changes. */
static void the_estimate_falls_as_the_logarithm_does(void **unused)
{
    space s;
    open(&s, 1000);
    for (int v = 20; v <= 100; v += 20) {
        const double term = mn_circle_log_estimate(1000, 450, v);
        const double sum = mn_circle_log(&s.c, 450, v, MN_CIRCLE_BINARY, 0.0);
        assert_true(term < sum && sum - term < 8.0);
    }
    assert_near(mn_circle_beta_estimate(64, 11), 42.0 * 42.0 / 256.0, 1e-12);
    close(&s);
}

static void the_best_radii_are_the_published_ones(void **unused)
{
    static const struct {
        int n;
        double r, m, p;
        int d;
    } rows[] = {{64, 0x1p64, 1024, 0, 11},     {64, 0x1p64, 24, 0, 12},
                {64, 0x1p64, 128, 0, 12},      {64, 0x1p64, 60000, 0, 10},
                {1000, 1e6, 100, .00171, 454}, {1000, 1e6, 1000, .000794, 450},
                {1000, 1e6, 1e4, .000368, 447}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        space s;
        open(&s, rows[i].n);
        const double p = mn_circle_best_signal(rows[i].r, rows[i].m);
        assert_true(rows[i].p == 0.0 || fabs(p - rows[i].p) < 0.006 * rows[i].p);
        assert_int_equal(mn_circle_radius(&s.c, p), rows[i].d);
        close(&s);
    }
}

static void the_largest_capacity_is_the_published_one(void **unused)
{
    space s;
    open(&s, 64);
    double p = mn_circle_best_capacity(64, all_neurons);
    assert_near(p, 1.980e-13, 0.0005e-13);
    assert_int_equal(mn_circle_radius(&s.c, p), 5);
    close(&s);
    open(&s, 1000);
    p = mn_circle_best_capacity(1000, 1e6);
    assert_near(p, 1.775e-4, 0.0005e-4);
    assert_int_equal(mn_circle_radius(&s.c, p), 444);
    const double most = mn_circle_capacity(1000, 1e6, p);
    assert_near(most, 89356, 0.5);
    assert_true(mn_circle_capacity(1000, 1e6, 0.9 * p) < most);
    assert_true(mn_circle_capacity(1000, 1e6, 1.1 * p) < most);
    close(&s);
}

static void critical_distances_are_the_published_ones(void **unused)
{
    static const int d[] = {14, 15, 16, 20}, want[] = {29, 31, 30, 24};
    int critical;
    space s;
    open(&s, 64);
    for (int i = 0; i < 4; i++)
        assert_int_equal(mn_circle_critical(&s.c, d[i], all_neurons, 1024, s.share), want[i]);
    assert_int_equal(mn_circle_best_critical(&s.c, all_neurons, 1024, &critical, s.share), 15);
    assert_int_equal(critical, 31);
    close(&s);
}

static void kanerva_s_circle_holds_a_thousandth(void **unused)
{
    space s;
    open(&s, 1000);
    assert_near(mn_circle_share(&s.c, 451), 0.0010719, 0.5e-7);
    assert_int_equal(mn_circle_radius(&s.c, mn_circle_share(&s.c, 451)), 451);
    assert_near(mn_circle_share(&s.c, 1000), 1.0, 1e-12);
    assert_int_equal(mn_circle_radius(&s.c, 2.0), 1000);
    close(&s);
}

/* On a common sphere both have closed forms: a cap of angle t is (1 - cos t) / 2 of it, two
 * half spheres at an angle share (pi - angle) / (2 pi). */
static void caps_of_a_common_sphere_are_known(void **unused)
{
    for (double d = 0.1; d < 3.0; d += 0.2)
        assert_near(mn_circle_caps(3, d, 1.0), d / 3.0, 1e-6); /* 1 - cos = 2 d / 3 */
    for (double angle = 0.1; angle < 3.1; angle += 0.3)
        assert_near(mn_circle_caps(3, 1.5, cos(angle)), 0.5 - angle / (2.0 * M_PI), 1e-5);
    assert_true(mn_circle_caps(3, 0.5, -1.0) == 0.0);
}

static void caps_hold_what_is_drawn_into_them(void **unused)
{
    enum { N = 8, DRAWN = 200000 };
    const double d = 2.5, cosine = 0.4, edge = 1.0 - 2.0 * d / N;
    int n_in = 0;
    mn_rng r;
    mn_rng_seed(&r, 1, "caps");
    for (int i = 0; i < DRAWN; i++) {
        double x[N], sum = 0.0;
        for (int j = 0; j < N; j++) {
            x[j] = mn_rng_normal(&r);
            sum += x[j] * x[j];
        }
        const double other = cosine * x[0] + sqrt(1.0 - cosine * cosine) * x[1];
        n_in += x[0] >= edge * sqrt(sum) && other >= edge * sqrt(sum);
    }
    const double want = mn_circle_caps(N, d, cosine);
    assert_near((double)n_in / DRAWN, want, 4.0 * sqrt(want / DRAWN));
}

/* Of many dimensions the two memories are alike. */
static void caps_fall_as_circles_do(void **unused)
{
    space s;
    open(&s, 1000);
    mn_circle_profile(&s.c, 450, s.share);
    for (int v = 20; v <= 400; v += 20) {
        const double caps = mn_circle_caps(1000, 450, 1.0 - v / 500.0);
        assert_near(log(caps / mn_circle_caps(1000, 450, 1.0)), log(s.share[v] / s.share[0]),
                    0.15);
    }
    close(&s);
}

static void the_smallest_spaces_do_no_harm(void **unused)
{
    space s;
    open(&s, 1);
    mn_circle_profile(&s.c, 0, s.share);
    assert_near(s.share[0], 0.5, 1e-15);
    assert_true(s.share[1] == 0.0);
    assert_true(mn_circle_log(&s.c, 0, 1, MN_CIRCLE_BINARY, 0.0) == (double)-INFINITY);
    assert_int_equal(mn_circle_best_critical(&s.c, 10, 10, NULL, s.share), 0);
    assert_true(mn_circle_best_signal(1, 0.001) <= 1.0);
    close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_the_published_whole_numbers),
        cmocka_unit_test(all_forms_agree_with_looking_at_every_vector),
        cmocka_unit_test(an_odd_distance_is_worth_the_even_one_after_it),
        cmocka_unit_test(weights_change_the_third_digit),
        cmocka_unit_test(the_fitted_beta_has_the_published_digits),
        cmocka_unit_test(the_estimate_falls_as_the_logarithm_does),
        cmocka_unit_test(the_best_radii_are_the_published_ones),
        cmocka_unit_test(the_largest_capacity_is_the_published_one),
        cmocka_unit_test(critical_distances_are_the_published_ones),
        cmocka_unit_test(kanerva_s_circle_holds_a_thousandth),
        cmocka_unit_test(caps_of_a_common_sphere_are_known),
        cmocka_unit_test(caps_hold_what_is_drawn_into_them),
        cmocka_unit_test(caps_fall_as_circles_do),
        cmocka_unit_test(the_smallest_spaces_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
