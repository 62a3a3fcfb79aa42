#include "scaled.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

/* A small dense memory: five rows of seventeen, so that rows are no multiple of a vector. */
enum { ROWS = 5, COLS = 17, SIZE = ROWS * COLS };

typedef struct vector {
    float g[SIZE];
    int exponent[ROWS];
    mn_grad grad;
} vector;

static mn_model *model(void)
{
    const mn_model_ops *ops = mn_model_find("dam");
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    mn_model *m = NULL;
    mn_err err;
    assert_non_null(cfg);
    mn_param_defaults(mn_model_params(ops), cfg);
    const mn_param *rows = mn_param_find(mn_model_params(ops), "memories");
    assert_ok(mn_param_set(rows, cfg, "5", &err), &err);
    mn_shape shape = {12, 2, 3, 12, 1, 1, 1};
    assert_ok(mn_model_create(&m, ops, &shape, cfg, &err), &err);
    assert_int_equal(mn_model_size(m), SIZE);
    free(cfg);
    return m;
}

static void attach(vector *v)
{
    memset(v, 0, sizeof *v);
    v->grad = (mn_grad){.g = v->g, .exponent = v->exponent};
}

/* Rows of every size from 2^-spread to 2^spread. */
static void draw(vector *v, mn_rng *r, int spread)
{
    attach(v);
    v->grad.scaled = spread > 0;
    for (int i = 0; i < ROWS; i++) {
        if (spread)
            v->exponent[i] = (int)mn_rng_below(r, 2 * (uint64_t)spread + 1) - spread;
        for (int j = 0; j < COLS; j++)
            v->g[i * COLS + j] = (float)mn_rng_normal(r);
    }
}

/* To compare with: long double has an exponent that holds all of this. */
static long double value(const vector *v, int i)
{
    return ldexpl((long double)v->g[i], v->grad.scaled ? v->exponent[i / COLS] : 0);
}

static long double row_max(const long double *x, int row)
{
    long double max = 0.0L;
    for (int j = 0; j < COLS; j++)
        max = fmaxl(max, fabsl(x[row * COLS + j]));
    return max;
}

/* Relative to the largest of the row: the others share its exponent. */
static void assert_values(const vector *got, const long double *want)
{
    for (int i = 0; i < SIZE; i++) {
        assert_true(isfinite(got->g[i]));
        assert_true(fabsl(value(got, i) - want[i]) <= 1e-6L * row_max(want, i / COLS));
    }
    for (int i = 0; i < ROWS && !got->grad.scaled; i++)
        assert_int_equal(got->exponent[i], 0);
}

typedef void (*adder)(const mn_model *, mn_grad *, double, const mn_grad *);

static long double term(adder add, long double a, long double g)
{
    return a * (add == mn_scaled_add ? g : add == mn_scaled_add_abs ? fabsl(g) : g * g);
}

static void sums_of_rows_of_any_size_are_exact_to_float(void **unused)
{
    static const adder adders[] = {mn_scaled_add, mn_scaled_add_abs, mn_scaled_add_square};
    static const double factors[] = {1.0, -0.3, 0x1p-200, -0x1.8p300, 1e30};
    static const int spreads[] = {0, 3, 60, 300, 2000};
    mn_model *m = model();
    mn_rng r;
    mn_rng_seed(&r, 1, "scaled");
    for (int k = 0; k < 3 * 5 * 5 * 5; k++) {
        vector acc, g;
        long double want[SIZE];
        adder add = adders[k % 3];
        double a = factors[k / 3 % 5];
        draw(&acc, &r, spreads[k / 15 % 5]);
        draw(&g, &r, spreads[k / 75 % 5]);
        for (int i = 0; i < SIZE; i++)
            want[i] = value(&acc, i) + term(add, (long double)a, value(&g, i));
        add(m, &acc.grad, a, &g.grad);
        /* a sum may cancel: what is lost is relative to what was added */
        for (int i = 0; i < ROWS; i++)
            assert_true(row_max(want, i) > 0.0L);
        assert_values(&acc, want);
    }
    mn_model_destroy(m);
}

static void ordinary_numbers_keep_exponent_zero(void **unused)
{
    mn_model *m = model();
    vector acc, g;
    mn_rng r;
    mn_rng_seed(&r, 2, "scaled");
    draw(&acc, &r, 0);
    draw(&g, &r, 0);
    memset(acc.exponent, 99, sizeof acc.exponent); /* means nothing: the rows are not scaled */
    float want[SIZE];
    for (int i = 0; i < SIZE; i++)
        want[i] = acc.g[i] + 0.5f * g.g[i];
    mn_scaled_add(m, &acc.grad, 0.5, &g.grad);
    assert_false(acc.grad.scaled);
    assert_memory_equal(acc.g, want, sizeof want);
    mn_scaled_add(m, &acc.grad, 0x1p100, &g.grad);
    assert_true(acc.grad.scaled);
    mn_model_destroy(m);
}

static void the_ends_of_float_are_added_as_they_are(void **unused)
{
    static const float ends[] = {0x1p-149f, 0x1p-140f, 0x1p-126f,
                                 0x1p-100f, 0x1p100f,  0x1p127f};
    mn_model *m = model();
    for (int i = 0; i < 6; i++)
        for (int j = 0; j < 6; j++) {
            vector acc, g;
            long double want[SIZE] = {0};
            attach(&acc);
            attach(&g);
            acc.g[3] = ends[i];
            g.g[3] = ends[j];
            want[3] = (long double)ends[i] + (long double)ends[j] * (long double)ends[j];
            mn_scaled_add_square(m, &acc.grad, 1.0, &g.grad);
            assert_values(&acc, want);
            acc.grad.scaled = true;
            acc.g[COLS] = ends[i];
            acc.exponent[1] = 150;
            g.grad.scaled = true;
            g.g[COLS] = -ends[j];
            g.exponent[1] = -150;
            for (int k = 0; k < SIZE; k++)
                want[k] = value(&acc, k) + value(&g, k);
            mn_scaled_add(m, &acc.grad, 1.0, &g.grad);
            assert_values(&acc, want);
        }
    mn_model_destroy(m);
}

static void adding_nothing_changes_nothing(void **unused)
{
    mn_model *m = model();
    vector acc, before, zero, g;
    mn_rng r;
    mn_rng_seed(&r, 3, "scaled");
    draw(&acc, &r, 30);
    draw(&g, &r, 300);
    attach(&zero);
    mn_scaled_add(m, &acc.grad, 0.0, &zero.grad); /* into the accumulator's own scales */
    memcpy(&before, &acc, sizeof acc);
    mn_scaled_add(m, &acc.grad, 1e300, &zero.grad);
    mn_scaled_add_abs(m, &acc.grad, 0.0, &g.grad);
    mn_scaled_add_square(m, &acc.grad, 0.0, &g.grad);
    assert_memory_equal(acc.g, before.g, sizeof acc.g);
    assert_memory_equal(acc.exponent, before.exponent, sizeof acc.exponent);
    mn_scaled_clear(m, &acc.grad);
    mn_scaled_add_square(m, &acc.grad, 1.0, &zero.grad);
    for (int i = 0; i < SIZE; i++)
        assert_true(acc.g[i] == 0.0f);
    assert_false(acc.grad.scaled);
    mn_model_destroy(m);
}

static void what_is_not_finite_stays_not_finite(void **unused)
{
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    mn_model *m = model();
    for (int i = 0; i < 3; i++) {
        vector acc, g;
        attach(&acc);
        attach(&g);
        g.g[0] = bad[i]; /* alone in its row */
        g.g[COLS] = bad[i];
        g.g[COLS + 1] = 2.0f;
        mn_scaled_add_square(m, &acc.grad, 1e-300, &g.grad);
        assert_false(isfinite(acc.g[0]) || isfinite(acc.g[COLS]));
    }
    mn_model_destroy(m);
}

static void copies_are_equal_and_clear_is_zero(void **unused)
{
    mn_model *m = model();
    vector from, to;
    mn_rng r;
    mn_rng_seed(&r, 4, "scaled");
    draw(&from, &r, 50);
    draw(&to, &r, 70);
    mn_scaled_copy(m, &to.grad, &from.grad);
    assert_memory_equal(to.g, from.g, sizeof to.g);
    assert_memory_equal(to.exponent, from.exponent, sizeof to.exponent);
    assert_true(to.grad.scaled);
    from.grad.scaled = false; /* its exponents mean nothing now */
    mn_scaled_copy(m, &to.grad, &from.grad);
    assert_false(to.grad.scaled);
    for (int i = 0; i < ROWS; i++)
        assert_int_equal(to.exponent[i], 0);
    mn_scaled_clear(m, &to.grad);
    for (int i = 0; i < SIZE; i++)
        assert_true(to.g[i] == 0.0f);
    mn_model_destroy(m);
}

static void dots_of_tiny_gradients_come_back_shifted(void **unused)
{
    mn_model *m = model();
    mn_rng r;
    mn_rng_seed(&r, 5, "scaled");
    for (int k = 0; k < 50; k++) {
        vector g, h;
        draw(&g, &r, k % 2 ? 400 : 0);
        draw(&h, &r, k % 3 ? 400 : 0);
        int shift = mn_scaled_reach(m, &g.grad) + mn_scaled_reach(m, &h.grad);
        long double want = 0.0L, size = 0.0L;
        for (int i = 0; i < SIZE; i++) {
            want += value(&g, i) * value(&h, i);
            size += fabsl(value(&g, i) * value(&h, i));
        }
        double got = mn_scaled_dot(m, &g.grad, &h.grad, shift);
        assert_true(fabs(got) < SIZE);
        assert_near(got, (double)ldexpl(want, -shift), 1e-12 * (double)ldexpl(size, -shift));
    }
    mn_model_destroy(m);
}

static void reach_is_the_power_of_two_above_the_largest(void **unused)
{
    mn_model *m = model();
    vector g;
    attach(&g);
    assert_int_equal(mn_scaled_reach(m, &g.grad), INT_MIN);
    g.g[4] = -1.0f;
    assert_int_equal(mn_scaled_reach(m, &g.grad), 1);
    g.g[3 * COLS] = 0.5f;
    g.exponent[3] = 700;
    assert_int_equal(mn_scaled_reach(m, &g.grad), 1);
    g.grad.scaled = true;
    assert_int_equal(mn_scaled_reach(m, &g.grad), 700);
    g.g[3 * COLS] = 0x1p-149f;
    g.exponent[0] = -900;
    assert_int_equal(mn_scaled_reach(m, &g.grad), 700 - 148);
    mn_model_destroy(m);
}

static void rows_are_walked_in_the_order_of_theta(void **unused)
{
    mn_model *m = model();
    int n = 0;
    for (mn_row r = {0}; mn_row_next(m, &r); n++) {
        assert_int_equal(r.row, n);
        assert_int_equal(r.at, n * COLS);
        assert_int_equal(r.n, COLS);
    }
    assert_int_equal(n, ROWS);
    mn_model_destroy(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_rows_of_any_size_are_exact_to_float),
        cmocka_unit_test(ordinary_numbers_keep_exponent_zero),
        cmocka_unit_test(the_ends_of_float_are_added_as_they_are),
        cmocka_unit_test(adding_nothing_changes_nothing),
        cmocka_unit_test(what_is_not_finite_stays_not_finite),
        cmocka_unit_test(copies_are_equal_and_clear_is_zero),
        cmocka_unit_test(dots_of_tiny_gradients_come_back_shifted),
        cmocka_unit_test(reach_is_the_power_of_two_above_the_largest),
        cmocka_unit_test(rows_are_walked_in_the_order_of_theta),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
