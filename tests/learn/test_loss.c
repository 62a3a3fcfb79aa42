#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/loss.h"

static void every_loss_is_registered_and_described(void **unused)
{
    for (int i = 0; mn_losses[i]; i++) {
        assert_ptr_equal(mn_loss_find(mn_losses[i]->name), mn_losses[i]);
        assert_true(*mn_losses[i]->title && *mn_losses[i]->cite && *mn_losses[i]->about);
        assert_non_null(mn_losses[i]->eval);
    }
    assert_null(mn_loss_find("no such loss"));
    assert_string_equal(mn_param_find(mn_loss_params, "m")->name, "error-exponent");
}

/* From the oracle's own logits, so that only the loss is under test. */
static void agrees_with_the_independent_implementation(void **unused)
{
    static const char *const files[] = {"dam_n2_m1.json", "dam_n3_m2.json", "dam_n20_m5.json"};
    for (int k = 0; k < 3; k++) {
        json_t *o = oracle_open(files[k]);
        size_t n;
        float *logits = oracle_floats(o, "logits", &n);
        double *y = oracle_numbers(o, "y", NULL);
        float Y[24] = {0}, dlogits[24];
        int exponent[6] = {0};
        for (int i = 0; i < 6; i++)
            Y[i * 4 + (int)y[i]] = 1.0f;
        mn_loss_cfg cfg = {(int)oracle_number(o, "error_exponent")};
        double want = oracle_number(o, "loss");
        double got = mn_loss_find("power")->eval(&cfg, 6, 4, logits, exponent, Y, dlogits);
        assert_near(got, want, 1e-6 * want); /* the logits are floats */
        assert_near(mn_loss_find("power")->eval(&cfg, 6, 4, logits, exponent, Y, NULL), got,
                    0.0);
        free(logits);
        free(y);
        json_decref(o);
    }
}

static double loss_at(int m, double z, float y)
{
    double t = 2.0 * (double)y - 1.0;
    return pow(tanh(z) - t, 2.0 * m);
}

static void slope_matches_central_differences(void **unused)
{
    static const float logits[] = {-3.0f, -0.5f, 0.0f, 0.25f, 2.0f};
    static const float targets[] = {0.0f, 1.0f, 0.3f};
    static const int exponents[] = {1, 2, 5, 30, 60};
    for (int e = 0; e < 5; e++)
        for (int i = 0; i < 5; i++)
            for (int k = 0; k < 3; k++) {
                mn_loss_cfg cfg = {exponents[e]};
                int m = exponents[e], zero = 0;
                float slope;
                double loss = mn_loss_find("power")->eval(&cfg, 1, 1, &logits[i], &zero,
                                                          &targets[k], &slope);
                double z = (double)logits[i], h = 1e-6;
                double want =
                    (loss_at(m, z + h, targets[k]) - loss_at(m, z - h, targets[k])) / (2 * h);
                assert_near(loss, loss_at(m, z, targets[k]), 1e-12 * loss);
                assert_near((double)slope, want, 1e-5 * fabs(want) + 1e-9);
            }
}

static void exponents_scale_the_logits(void **unused)
{
    mn_loss_cfg cfg = {1};
    const mn_loss_ops *power = mn_loss_find("power");
    float Y = 1.0f, plain = 0.75f, small = 0.75f * 0x1p20f, big = 0.75f * 0x1p-20f, slope[3];
    double want = power->eval(&cfg, 1, 1, &plain, (int[]){0}, &Y, &slope[0]);
    assert_near(power->eval(&cfg, 1, 1, &small, (int[]){-20}, &Y, &slope[1]), want, 0.0);
    assert_near(power->eval(&cfg, 1, 1, &big, (int[]){20}, &Y, &slope[2]), want, 0.0);
    assert_true(slope[0] == slope[1] && slope[0] == slope[2]);
    /* beyond all ranges: a class that is surely on, and a logit that is nothing */
    assert_near(power->eval(&cfg, 1, 1, &plain, (int[]){5000}, &Y, slope), 0.0, 0.0);
    assert_true(slope[0] == 0.0f);
    assert_near(power->eval(&cfg, 1, 1, &plain, (int[]){-5000}, &Y, slope), 1.0, 0.0);
    assert_near((double)slope[0], -2.0, 1e-6);
}

static void the_worst_error_at_the_largest_exponent_is_finite(void **unused)
{
    const mn_param *p = mn_param_find(mn_loss_params, "error-exponent");
    mn_loss_cfg cfg = {(int)p->max};
    float Y = 1.0f, largest = 0.0f;
    for (float z = -20.0f; z < 2.0f; z += 0.01f) {
        float slope;
        assert_true(
            isfinite(mn_loss_find("power")->eval(&cfg, 1, 1, &z, (int[]){0}, &Y, &slope)));
        assert_true(isfinite(slope));
        largest = fmaxf(largest, fabsf(slope));
    }
    assert_true(largest > 1e30f);
}

static void a_saturated_class_still_has_a_slope(void **unused)
{
    mn_loss_cfg cfg = {1};
    float Y = 1.0f, z = -20.0f, slope; /* tanh is -1 in float */
    mn_loss_find("power")->eval(&cfg, 1, 1, &z, (int[]){0}, &Y, &slope);
    assert_near((double)slope, 2.0 * -2.0 * 4.0 * exp(-40.0), 1e-22);
}

static void what_is_not_a_number_shows(void **unused)
{
    mn_loss_cfg cfg = {2};
    float Y = 1.0f, z = NAN, slope;
    assert_true(isnan(mn_loss_find("power")->eval(&cfg, 1, 1, &z, (int[]){0}, &Y, &slope)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_loss_is_registered_and_described),
        cmocka_unit_test(agrees_with_the_independent_implementation),
        cmocka_unit_test(slope_matches_central_differences),
        cmocka_unit_test(exponents_scale_the_logits),
        cmocka_unit_test(the_worst_error_at_the_largest_exponent_is_finite),
        cmocka_unit_test(a_saturated_class_still_has_a_slope),
        cmocka_unit_test(what_is_not_a_number_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
