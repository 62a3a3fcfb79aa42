#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/qp.h"
#include "mnemoscope/rng.h"

enum { DIM = 6 };

static double value(int n, const double *P, const double *q, const double *v)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++) {
        double row = 0.0;
        for (int j = 0; j < n; j++)
            row += P[i * n + j] * v[j];
        sum += v[i] * (0.5 * row + q[i]);
    }
    return sum;
}

/* P = GG', q = Gg for rows G (n, d). */
static void gram(int n, int d, const double *G, const double *g, double *P, double *q)
{
    memset(q, 0, (size_t)n * sizeof *q);
    memset(P, 0, (size_t)(n * n) * sizeof *P);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < d; k++) {
            q[i] += G[i * d + k] * g[k];
            for (int j = 0; j < n; j++)
                P[i * n + j] += G[i * d + k] * G[j * d + k];
        }
}

/* Gaussian elimination without pivoting, of a positive definite system; false for others. */
static bool eliminate(int n, double *A, double *b)
{
    for (int i = 0; i < n; i++) {
        if (A[i * n + i] < 1e-9)
            return false;
        for (int j = i + 1; j < n; j++) {
            double f = A[j * n + i] / A[i * n + i];
            for (int k = i; k < n; k++)
                A[j * n + k] -= f * A[i * n + k];
            b[j] -= f * b[i];
        }
    }
    for (int i = n - 1; i >= 0; i--) {
        for (int k = i + 1; k < n; k++)
            b[i] -= A[i * n + k] * b[k];
        b[i] /= A[i * n + i];
    }
    return true;
}

/* The least value over the minima of all sets of free variables that are feasible. */
static double brute_force(int n, const double *P, const double *q, const double *lower)
{
    double best = HUGE_VAL;
    for (unsigned set = 0; set < 1u << n; set++) {
        double A[DIM * DIM], b[DIM], v[DIM];
        int free[DIM], n_free = 0;
        memcpy(v, lower, (size_t)n * sizeof *v);
        for (int i = 0; i < n; i++)
            if (set >> i & 1)
                free[n_free++] = i;
        for (int i = 0; i < n_free; i++) {
            b[i] = -q[free[i]];
            for (int j = 0; j < n; j++)
                if (!(set >> j & 1))
                    b[i] -= P[free[i] * n + j] * lower[j];
            for (int j = 0; j < n_free; j++)
                A[i * n_free + j] = P[free[i] * n + free[j]];
        }
        bool feasible = eliminate(n_free, A, b);
        for (int i = 0; i < n_free && feasible; i++) {
            v[free[i]] = b[i];
            feasible = b[i] >= lower[free[i]];
        }
        double here = feasible ? value(n, P, q, v) : HUGE_VAL;
        best = here < best ? here : best;
    }
    return best;
}

static void gem_oracles_hold_to_nine_digits(void **state)
{
    const char *names[2] = {"gem_margin0.json", "gem_margin0.5.json"};
    for (int c = 0; c < 2; c++) {
        json_t *o = oracle_open(names[c]);
        size_t size, n, d;
        double *G = oracle_numbers(o, "task_gradients", &size),
               *g = oracle_numbers(o, "gradient", &d), *want = oracle_numbers(o, "v", &n),
               *projected = oracle_numbers(o, "projected", &d);
        double P[16], q[4], lower[4], v[4];
        assert_int_equal(n, 4);
        for (int i = 0; i < 4; i++)
            lower[i] = oracle_number(o, "margin");
        gram(4, (int)d, G, g, P, q);
        assert_true(mn_qp_bounded(4, P, q, lower, v));
        for (int i = 0; i < 4; i++)
            assert_near(v[i], want[i], 1e-9); /* the oracle has ten digits */
        for (size_t k = 0; k < d; k++) {
            double x = g[k];
            for (size_t i = 0; i < 4; i++)
                x += v[i] * G[i * d + k];
            assert_near(x, projected[k], 4e-9); /* of numbers up to 2.5 */
        }
        free(G), free(g), free(want), free(projected);
        json_decref(o);
    }
}

/* Draws rows of a rank of at most `rank` in `rank` dimensions. */
static void draw(mn_rng *r, int n, int rank, double *G, double *g)
{
    for (int k = 0; k < rank; k++)
        g[k] = mn_rng_normal(r);
    for (int i = 0; i < n * rank; i++)
        G[i] = mn_rng_normal(r);
}

static void no_set_of_free_variables_is_better(void **state)
{
    mn_rng r;
    mn_rng_seed(&r, 1, "qp");
    for (int draws = 0; draws < 2000; draws++) {
        int n = 1 + (int)mn_rng_below(&r, DIM), rank = 1 + (int)mn_rng_below(&r, DIM + 2);
        double G[DIM * (DIM + 2)], g[DIM + 2], P[DIM * DIM], q[DIM], lower[DIM], v[DIM];
        draw(&r, n, rank, G, g);
        gram(n, rank, G, g, P, q);
        for (int i = 0; i < n; i++)
            lower[i] = draws % 2 ? mn_rng_normal(&r) : 0.0;
        assert_true(mn_qp_bounded(n, P, q, lower, v));
        double best = brute_force(n, P, q, lower);
        assert_near(value(n, P, q, v), best, 1e-9 * (1.0 + fabs(best)));
        for (int i = 0; i < n; i++)
            assert_true(v[i] >= lower[i]);
    }
}

/* Multipliers are at their bound, or their slope is zero; none points inside. Relative to what
 * the slopes are made of. */
static void assert_optimal(int n, const double *P, const double *q, const double *lower,
                           const double *v, double tolerance)
{
    for (int i = 0; i < n; i++) {
        double slope = q[i], size = fabs(q[i]);
        for (int j = 0; j < n; j++) {
            slope += P[i * n + j] * v[j];
            size += fabs(P[i * n + j] * v[j]);
        }
        assert_true(v[i] >= lower[i]);
        assert_true(slope >= -tolerance * size);
        if (v[i] > lower[i])
            assert_true(slope <= tolerance * size);
    }
}

static void any_number_of_tasks_is_solved(void **state)
{
    static double G[MN_QP_MAX * 100], P[MN_QP_MAX * MN_QP_MAX];
    double g[100], q[MN_QP_MAX], lower[MN_QP_MAX] = {0}, v[MN_QP_MAX];
    mn_rng r;
    mn_rng_seed(&r, 2, "qp");
    for (int n = 0; n <= MN_QP_MAX; n += 8)
        for (int rank = 20; rank <= 100; rank += 40) { /* singular when below n */
            draw(&r, n, rank, G, g);
            gram(n, rank, G, g, P, q);
            assert_true(mn_qp_bounded(n, P, q, lower, v));
            assert_optimal(n, P, q, lower, v, 1e-10);
        }
}

static void rows_of_any_size_get_the_same_multipliers(void **state)
{
    double G[4 * 8], g[8], P[16], q[4], lower[4] = {0}, want[4], v[4];
    const double size[4] = {1e-100, 1e60, 1.0, 1e-30};
    mn_rng r;
    mn_rng_seed(&r, 3, "qp");
    for (int draws = 0; draws < 200; draws++) {
        draw(&r, 4, 8, G, g);
        gram(4, 8, G, g, P, q);
        assert_true(mn_qp_bounded(4, P, q, lower, want));
        for (int i = 0; i < 4; i++)
            for (int k = 0; k < 8; k++)
                G[i * 8 + k] *= size[i];
        gram(4, 8, G, g, P, q);
        assert_true(mn_qp_bounded(4, P, q, lower, v));
        for (int i = 0; i < 4; i++)
            assert_near(v[i] * size[i], want[i], 1e-9 * (1.0 + want[i]));
    }
}

static void equal_and_zero_rows_are_no_trouble(void **state)
{
    const double G[5 * 2] = {1, 0, 1, 0, 0, 0, 1, 0, 1, 1e-9}, g[2] = {-3, 2};
    double P[25], q[5], lower[5] = {0}, v[5], x[2] = {-3, 2};
    gram(5, 2, G, g, P, q);
    assert_true(mn_qp_bounded(5, P, q, lower, v));
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 2; k++)
            x[k] += v[i] * G[i * 2 + k];
    assert_near(x[0], 0.0, 1e-8);
    assert_near(x[1], 2.0, 1e-8);
    assert_near(v[2], 0.0, 0.0);
}

static void a_satisfied_programme_stays_at_its_bounds(void **state)
{
    const double P[4] = {2, 1, 1, 2}, q[2] = {0.5, 0.0}, lower[2] = {0.0, 0.25};
    double v[2];
    assert_true(mn_qp_bounded(2, P, q, lower, v));
    assert_memory_equal(v, lower, sizeof v);
    assert_true(mn_qp_bounded(0, NULL, NULL, NULL, NULL));
}

static void what_is_not_finite_is_refused_at_the_bounds(void **state)
{
    const double bad[3] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
    const double lower[2] = {0.0, 1.0};
    for (int b = 0; b < 3; b++)
        for (int at = 0; at < 6; at++) {
            double P[4] = {1, 0, 0, 1}, q[2] = {-1, -1}, v[2] = {9, 9};
            *(at < 4 ? &P[at] : &q[at - 4]) = bad[b];
            assert_false(mn_qp_bounded(2, P, q, lower, v));
            assert_memory_equal(v, lower, sizeof v);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gem_oracles_hold_to_nine_digits),
        cmocka_unit_test(no_set_of_free_variables_is_better),
        cmocka_unit_test(any_number_of_tasks_is_solved),
        cmocka_unit_test(rows_of_any_size_get_the_same_multipliers),
        cmocka_unit_test(equal_and_zero_rows_are_no_trouble),
        cmocka_unit_test(a_satisfied_programme_stays_at_its_bounds),
        cmocka_unit_test(what_is_not_finite_is_refused_at_the_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
