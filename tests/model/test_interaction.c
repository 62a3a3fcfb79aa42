#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "interaction.h"
#include "mnemoscope/kernel.h"
#include "mnemoscope/rng.h"

enum { MOST = 80, ROWS = 3 };

static const mn_interaction_kind kinds[] = {MN_POLYNOMIAL, MN_RECTIFIED, MN_LEAKY};
static const double leak = 0.05;

static double F(mn_interaction_kind kind, int n, double s)
{
    return s > 0.0 || kind == MN_POLYNOMIAL ? pow(s, n) : kind == MN_LEAKY ? leak * s : 0.0;
}

static double slope(mn_interaction_kind kind, int n, double s)
{
    if (s > 0.0 || kind == MN_POLYNOMIAL)
        return n * pow(s, n - 1);
    return kind == MN_LEAKY ? leak : 0.0;
}

static void draw(float *x, size_t n, uint64_t seed)
{
    mn_rng r;
    mn_rng_seed(&r, seed, "interaction");
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(2.4 * mn_rng_uniform(&r) - 1.2);
}

/* Every vertex there is, so every kernel and the one for all others. */
static void kernels_match_the_definition_at_every_vertex(void **unused)
{
    float s[MOST], c[ROWS * MOST], u[ROWS], g[ROWS], f0[MOST], w[MOST], w_sum[MOST],
        on[ROWS * MOST], leaks[MOST];
    for (int n = 2; n <= 100; n++)
        for (int k = 0; k < 3; k++) {
            const mn_interaction f = mn_interaction_make(kinds[k], n, leak);
            draw(s, MOST, (uint64_t)n);
            draw(c, ROWS * MOST, (uint64_t)n + 1000);
            draw(u, ROWS, (uint64_t)n + 2000);
            draw(g, ROWS, (uint64_t)n + 3000);
            for (int i = 0; i < MOST; i++) {
                w_sum[i] = 1.0f;
                leaks[i] = f.leak / (float)n;
            }
            memset(on, 0, sizeof on);
            double sum[ROWS] = {0}, f_want[MOST], w_want[MOST], sum_want[MOST],
                   on_want[ROWS * MOST], largest = 0.0;
            const mn_steps steps = {
                .K = MOST, .stride = MOST, .n_rows = ROWS, .s = s, .c = c, .u = u};
            mn_interaction_apply(&f, MOST, s, f0);
            mn_interaction_differences(&f, &steps, f0, sum);
            mn_interaction_slopes(&f, &steps, leaks, g, w, w_sum, on);
            double total[ROWS] = {0};
            for (int i = 0; i < MOST; i++) {
                f_want[i] = F(kinds[k], n, (double)s[i]);
                w_want[i] = 0.0;
                for (int d = 0; d < ROWS; d++) {
                    double x = (double)s[i] + (double)u[d] * (double)c[d * MOST + i];
                    double step = slope(kinds[k], n, x) - slope(kinds[k], n, (double)s[i]);
                    total[d] += F(kinds[k], n, x) - f_want[i];
                    largest = fmax(largest, fabs(F(kinds[k], n, x)));
                    w_want[i] += (double)g[d] * step / n;
                    on_want[d * MOST + i] = (double)g[d] * slope(kinds[k], n, x) / n;
                }
                sum_want[i] = 1.0 + w_want[i];
                assert_near(mn_interaction_value(&f, (double)s[i]), f_want[i],
                            1e-6 * fabs(f_want[i]));
            }
            /* n times the rounding of the argument */
            double rtol = 2e-7 * (n + 4);
            assert_close(f0, f_want, MOST, rtol, 0.0);
            for (int d = 0; d < ROWS; d++)
                assert_near(sum[d], total[d], rtol * largest * 4.0);
            assert_close(on, on_want, ROWS * MOST, rtol, 0.0);
            double span = 0.0;
            for (int i = 0; i < ROWS * MOST; i++)
                span = fmax(span, fabs(on_want[i]));
            assert_close(w, w_want, MOST, rtol, rtol * span);
            assert_close(w_sum, sum_want, MOST, rtol, rtol * span);
        }
}

static void padding_adds_nothing_to_a_difference(void **unused)
{
    for (int n = 2; n <= 100; n += 7)
        for (int k = 0; k < 3; k++) {
            const mn_interaction f = mn_interaction_make(kinds[k], n, leak);
            float s[32] = {0.5f}, c[32] = {0.25f}, f0[32], u = 1.0f;
            double narrow = 0.0, wide = 0.0;
            mn_steps steps = {.K = 16, .stride = 32, .n_rows = 1, .s = s, .c = c, .u = &u};
            mn_interaction_apply(&f, 32, s, f0);
            mn_interaction_differences(&f, &steps, f0, &narrow);
            steps.K = 32;
            mn_interaction_differences(&f, &steps, f0, &wide);
            assert_true(narrow == wide);
        }
}

static void fit_leaves_ordinary_numbers_alone(void **unused)
{
    const mn_interaction leaky = mn_interaction_make(MN_LEAKY, 20, leak);
    const mn_interaction even = mn_interaction_make(MN_POLYNOMIAL, 20, leak);
    assert_int_equal(mn_interaction_fit(&leaky, 20, -1.0f, 3.9f), 0);
    assert_int_equal(mn_interaction_fit(&leaky, 20, 0.0f, 0.26f), 0);
    assert_int_equal(mn_interaction_fit(&leaky, 20, -9.0f, 0.5f), 0);
    assert_int_equal(mn_interaction_fit(&even, 20, -9.0f, 0.5f), 4);
    assert_int_equal(mn_interaction_fit(&leaky, 20, 0.0f, 9.0f), 4);
    assert_int_equal(mn_interaction_fit(&leaky, 20, 0.0f, 0.01f), -6);
    assert_int_equal(mn_interaction_fit(&leaky, 20, -0.01f, 0.01f), 0); /* the leak is larger */
    assert_int_equal(mn_interaction_fit(&leaky, 20, -3.0f, -1.0f), 0);
    assert_int_equal(mn_interaction_fit(&leaky, 20, 0.0f, 0.0f), 0);
    assert_int_equal(mn_interaction_fit(&leaky, 20, 0.0f, INFINITY), 0);
    assert_int_equal(mn_interaction_fit(&leaky, 20, NAN, NAN), 0);
}

static void scaling_similarities_scales_f(void **unused)
{
    for (int k = 0; k < 3; k++) {
        const mn_interaction f = mn_interaction_make(kinds[k], 7, leak);
        const mn_interaction half = mn_interaction_scaled(&f, 1);
        float s[16], t[16], a[16], b[16];
        draw(s, 16, 5);
        for (int i = 0; i < 16; i++)
            t[i] = s[i] / 2.0f;
        mn_interaction_apply(&f, 16, s, a);
        mn_interaction_apply(&half, 16, t, b);
        for (int i = 0; i < 16; i++)
            assert_true(ldexpf(b[i], 7) == a[i]);
    }
}

static void what_is_not_a_number_passes_through(void **unused)
{
    for (int k = 0; k < 3; k++) {
        const mn_interaction f = mn_interaction_make(kinds[k], 20, leak);
        float s[16] = {NAN}, out[16];
        mn_interaction_apply(&f, 16, s, out);
        assert_true(isnan(out[0]));
    }
}

static void shares_need_no_scale(void **unused)
{
    const mn_interaction f = mn_interaction_make(MN_RECTIFIED, 100, 0.0);
    float small[3] = {1e-20f, 0.99e-20f, -1.0f}, large[3] = {1e20f, 0.99e20f, -1e30f}, a[3],
          b[3];
    mn_interaction_shares(&f, 3, small, a);
    mn_interaction_shares(&f, 3, large, b);
    for (int i = 0; i < 3; i++)
        assert_near((double)a[i], (double)b[i], 1e-5);
    assert_true(a[2] == 0.0f);
    assert_near((double)a[1] / (double)a[0], pow(0.99, 100), 1e-5);
    float none[2] = {-1.0f, 0.0f};
    mn_interaction_shares(&f, 2, none, none);
    assert_true(none[0] == 0.0f && none[1] == 0.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_match_the_definition_at_every_vertex),
        cmocka_unit_test(padding_adds_nothing_to_a_difference),
        cmocka_unit_test(fit_leaves_ordinary_numbers_alone),
        cmocka_unit_test(scaling_similarities_scales_f),
        cmocka_unit_test(what_is_not_a_number_passes_through),
        cmocka_unit_test(shares_need_no_scale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
