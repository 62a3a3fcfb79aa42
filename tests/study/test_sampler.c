#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/study.h"
#include "sampler.h"
#include "support.h"

enum { N_SEEDS = 20, N_TRIALS = 30, ROUND = 4 };

typedef struct problem {
    mn_space space;
    double (*value)(const double *u);
} problem;

/* A penalty's strength between 1e-2 and 1e6, best at 300, and a rate. */
static double log_quadratic(const double *u)
{
    double strength = -2.0 + 8.0 * u[0], rate = u[1];
    return -(strength - 2.477) * (strength - 2.477) - 4.0 * (rate - 0.3) * (rate - 0.3);
}

/* Branin's function on [-5, 10] x [0, 15]; three minima of 0.398. */
static double branin(const double *u)
{
    const double pi = 3.14159265358979;
    double x = -5.0 + 15.0 * u[0], y = 15.0 * u[1];
    double a = y - 5.1 / (4.0 * pi * pi) * x * x + 5.0 / pi * x - 6.0;
    return -(a * a + 10.0 * (1.0 - 1.0 / (8.0 * pi)) * cos(x) + 10.0);
}

/* Which of six methods, which of four sizes, and a strength whose best depends on neither. */
static double mix(const double *u)
{
    static const double method[] = {0.0, 0.4, 1.0, 0.2, 0.6, 0.1};
    int m = (int)(u[0] * 6), size = (int)(u[1] * 4);
    return method[m] - 0.3 * abs(size - 2) - 3.0 * (u[2] - 0.7) * (u[2] - 0.7);
}

static const problem problems[] = {
    {{.n = 2}, log_quadratic},
    {{.n = 2}, branin},
    {{.n = 3, .n_stops = {6, 4, 0}}, mix},
};

static void check_point(const mn_space *space, const double *u)
{
    for (int d = 0; d < space->n; d++)
        assert_true(u[d] >= 0.0 && u[d] < 1.0);
}

/* The best of N_TRIALS, proposed in rounds as a study does. */
static double search(const char *name, const problem *p, uint64_t seed)
{
    mn_observation seen[N_TRIALS] = {0};
    double best = -HUGE_VAL;
    for (size_t t = 0; t < N_TRIALS; t++) {
        const mn_turn turn = {.seed = seed, .trial = (int)t};
        mn_err err;
        assert_ok(mn_sampler_find(name)->propose(&p->space, seen, t - t % ROUND, &turn,
                                                 seen[t].u, &err),
                  &err);
        check_point(&p->space, seen[t].u);
        seen[t].value = p->value(seen[t].u);
        best = fmax(best, seen[t].value);
    }
    return best;
}

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(const char *name, const problem *p)
{
    double best[N_SEEDS];
    for (uint64_t seed = 0; seed < N_SEEDS; seed++)
        best[seed] = search(name, p, seed + 1);
    qsort(best, N_SEEDS, sizeof *best, ascending);
    return 0.5 * (best[N_SEEDS / 2 - 1] + best[N_SEEDS / 2]);
}

static void tpe_finds_better_points_than_chance(void **state)
{
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        double tpe = median("tpe", &problems[i]), chance = median("random", &problems[i]);
        print_message("# problem %zu: tpe %.4f, random %.4f\n", i, tpe, chance);
        assert_true(tpe > chance);
    }
}

static void what_is_proposed_follows_from_what_was_seen(void **state)
{
    for (size_t s = 0; mn_samplers[s]; s++)
        for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
            assert_true(search(mn_samplers[s]->name, &problems[i], 5) ==
                        search(mn_samplers[s]->name, &problems[i], 5));
}

static void propose(const mn_space *space, const mn_observation *seen, size_t n, double *u)
{
    const mn_turn turn = {.seed = 1, .trial = (int)n};
    mn_err err;
    assert_ok(mn_sampler_find("tpe")->propose(space, seen, n, &turn, u, &err), &err);
    check_point(space, u);
}

static void failed_trials_count_as_the_worst(void **state)
{
    enum { N = 20 };
    const mn_space space = {.n = 1};
    mn_observation seen[N];
    double u;
    for (int i = 0; i < N; i++) {
        seen[i].u[0] = (i + 0.5) / N;
        seen[i].value = i < N / 2 ? (double)NAN : -1e300;
    }
    for (uint64_t seed = 0; seed < 50; seed++) {
        const mn_turn turn = {.seed = seed, .trial = N};
        mn_err err;
        assert_ok(mn_sampler_find("tpe")->propose(&space, seen, N, &turn, &u, &err), &err);
        assert_true(u > 0.4);
    }
}

/* Ten decades of a strength, and two other coordinates that go with it. */
static void the_first_ten_trials_visit_every_decade(void **state)
{
    enum { N = 10 };
    const mn_space space = {.n = 3, .n_stops = {0, 0, 5}};
    for (int cell = 0; cell < 200; cell++) {
        int decades[N] = {0}, tenths[N] = {0}, stops[5] = {0};
        for (int t = 0; t < N; t++) {
            const mn_turn turn = {.seed = 1, .cell = cell, .trial = t};
            double u[3];
            mn_err err;
            assert_ok(mn_sampler_find("tpe")->propose(&space, NULL, 0, &turn, u, &err), &err);
            check_point(&space, u);
            decades[(int)(N * u[0])]++;
            tenths[(int)(N * u[1])]++;
            stops[(int)(5 * u[2])]++;
        }
        for (int i = 0; i < N; i++) {
            assert_int_equal(decades[i], 1);
            assert_int_equal(tenths[i], 1);
            assert_int_equal(stops[i / 2], 2);
        }
    }
}

/* A search of few trials: evenly at random every second one has two in one decade or beside
 * each other. */
static void even_the_first_four_trials_are_far_apart(void **state)
{
    const mn_space space = {.n = 1};
    for (int cell = 0; cell < 200; cell++) {
        double u[4];
        for (int t = 0; t < 4; t++) {
            const mn_turn turn = {.seed = 7, .cell = cell, .trial = t};
            mn_err err;
            assert_ok(mn_sampler_find("tpe")->propose(&space, NULL, 0, &turn, &u[t], &err),
                      &err);
            for (int before = 0; before < t; before++)
                assert_true(fabs(u[t] - u[before]) > 0.1);
        }
    }
}

static void hostile_histories_give_points_all_the_same(void **state)
{
    enum { N = 300 };
    const mn_space space = {.n = 2, .n_stops = {0, 64}};
    static const double values[] = {0.0, 1.0, -HUGE_VAL, HUGE_VAL, (double)NAN};
    mn_observation seen[N];
    double u[2];
    for (size_t v = 0; v < 5; v++) {
        for (int i = 0; i < N; i++) /* all at one place, at an end */
            seen[i] = (mn_observation){{v % 2 ? 0.0 : 1.0 - 0x1p-53, 1.0 - 0x1p-53}, values[v]};
        for (size_t n = 0; n < N; n += 7)
            propose(&space, seen, n, u);
    }
}

static void every_sampler_has_a_name_and_a_source(void **state)
{
    size_t n = 0;
    for (; mn_sampler_name(n); n++) {
        assert_true(*mn_sampler_title(n));
        assert_true(*mn_samplers[n]->cite);
        assert_ptr_equal(mn_sampler_find(mn_sampler_name(n)), mn_samplers[n]);
    }
    assert_int_equal(n, 2);
    assert_null(mn_sampler_title(n));
    assert_null(mn_sampler_find("grid"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tpe_finds_better_points_than_chance),
        cmocka_unit_test(what_is_proposed_follows_from_what_was_seen),
        cmocka_unit_test(failed_trials_count_as_the_worst),
        cmocka_unit_test(the_first_ten_trials_visit_every_decade),
        cmocka_unit_test(even_the_first_four_trials_are_far_apart),
        cmocka_unit_test(hostile_histories_give_points_all_the_same),
        cmocka_unit_test(every_sampler_has_a_name_and_a_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
