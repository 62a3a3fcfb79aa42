#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/loss.h"
#include "mnemoscope/model.h"

static void every_loss_is_registered_and_described(void **unused)
{
    for (int i = 0; mn_losses[i]; i++) {
        assert_ptr_equal(mn_loss_find(mn_losses[i]->name), mn_losses[i]);
        assert_true(*mn_losses[i]->title && *mn_losses[i]->cite && *mn_losses[i]->about);
        assert_true(mn_losses[i]->eval && mn_losses[i]->respond);
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
    for (int i = 0; mn_losses[i]; i++)
        assert_true(isnan(mn_losses[i]->eval(&cfg, 1, 1, &z, (int[]){0}, &Y, &slope)));
}

/* One item's loss as written in the head of its file, in double. */
static double written(const char *name, int n_classes, const double *z, const float *Y)
{
    double loss = 0.0, sum = 0.0, total = 0.0;
    for (int c = 0; c < n_classes; c++) {
        sum += exp(z[c]);
        total += (double)Y[c];
    }
    for (int c = 0; c < n_classes; c++)
        if (!strcmp(name, "power"))
            loss += pow(tanh(z[c]) - 2.0 * (double)Y[c] + 1.0, 4.0);
        else if (!strcmp(name, "squared"))
            loss += 0.5 * pow(z[c] - (double)Y[c], 2.0);
        else
            loss -= (double)Y[c] / fmax(total, 1.0) * log(exp(z[c]) / sum);
    return loss;
}

/* Labelled items, soft opinions, dreams with no class on, and with several. */
static const float opinions[][4] = {{0, 1, 0, 0}, {0.1f, 0.2f, 0.3f, 0.4f}, {0, 0, 0, 0},
                                    {1, 0, 1, 1}, {0.0f, 0.3f, 0, 0.1f},    {1, 1, 1, 1}};
enum { N_OPINIONS = 6 };

static void every_loss_and_its_slopes_are_as_written(void **unused)
{
    mn_loss_cfg cfg = {2};
    mn_rng r;
    mn_rng_seed(&r, 1, "losses");
    for (int l = 0; mn_losses[l]; l++)
        for (int k = 0; k < N_OPINIONS; k++) {
            float logits[4], slopes[4];
            double z[4];
            for (int c = 0; c < 4; c++)
                z[c] = (double)(logits[c] = (float)mn_rng_normal(&r));
            for (int c = 0; c < 4; c++)
                logits[c] = ldexpf(logits[c], -7);
            const mn_loss_ops *ops = mn_losses[l];
            double loss = ops->eval(&cfg, 1, 4, logits, (int[]){7}, opinions[k], slopes);
            assert_near(loss, written(ops->name, 4, z, opinions[k]), 1e-6);
            for (int c = 0; c < 4; c++) {
                const double kept = z[c], h = 1e-5;
                z[c] = kept + h;
                const double up = written(ops->name, 4, z, opinions[k]);
                z[c] = kept - h;
                const double down = written(ops->name, 4, z, opinions[k]);
                z[c] = kept;
                /* floats of slopes up to 32 */
                assert_near((double)slopes[c], (up - down) / (2 * h), 4e-6);
            }
        }
}

static void a_batch_is_worth_what_its_items_are(void **unused)
{
    mn_loss_cfg cfg = {2};
    mn_rng r;
    mn_rng_seed(&r, 2, "losses");
    float logits[4 * N_OPINIONS], all[4 * N_OPINIONS], one[4], answers[4 * N_OPINIONS];
    int exponent[N_OPINIONS];
    for (int i = 0; i < 4 * N_OPINIONS; i++)
        logits[i] = (float)mn_rng_normal(&r);
    for (int i = 0; i < N_OPINIONS; i++)
        exponent[i] = i - 3;
    for (int l = 0; mn_losses[l]; l++) {
        const mn_loss_ops *ops = mn_losses[l];
        double sum = 0.0,
               loss = ops->eval(&cfg, N_OPINIONS, 4, logits, exponent, opinions[0], all);
        ops->respond(N_OPINIONS, 4, logits, exponent, answers);
        for (int i = 0; i < N_OPINIONS; i++) {
            sum += ops->eval(&cfg, 1, 4, logits + 4 * i, exponent + i, opinions[i], one);
            assert_memory_equal(one, all + 4 * i, sizeof one);
            ops->respond(1, 4, logits + 4 * i, exponent + i, one);
            assert_memory_equal(one, answers + 4 * i, sizeof one);
        }
        assert_near(loss, sum, 1e-12 * fabs(sum));
        assert_near(ops->eval(&cfg, N_OPINIONS, 4, logits, exponent, opinions[0], NULL), loss,
                    0.0);
    }
}

/* At high vertices a logit may be 1e-3000 or 1e3000. */
static void logits_beyond_all_ranges_are_answered(void **unused)
{
    mn_loss_cfg cfg = {2};
    const float logits[] = {0.5f, -0.9f, 0.7f, 0.0f}, Y[] = {0, 1, 0, 0};
    static const int exponents[] = {-20000, -1000, 120, 1000, 20000};
    for (int l = 0; mn_losses[l]; l++)
        for (int e = 0; e < 5; e++) {
            float slopes[4], answers[4];
            assert_true(
                isfinite(mn_losses[l]->eval(&cfg, 1, 4, logits, exponents + e, Y, slopes)));
            mn_losses[l]->respond(1, 4, logits, exponents + e, answers);
            for (int c = 0; c < 4; c++) {
                assert_true(isfinite(slopes[c]));
                assert_true(answers[c] >= 0.0f && answers[c] <= 1.0f);
            }
            assert_true(e < 2 || (answers[2] > 0.99f && answers[1] < 0.01f));
        }
}

/* What a network would say of an item is a target that asks nothing of it, and an item on which
 * it has no opinion neither. */
static void probabilities_as_targets_have_no_slope(void **unused)
{
    const mn_loss_ops *ops = mn_loss_find("cross-entropy");
    mn_loss_cfg cfg = {2};
    const float logits[] = {0.5f, -0.9f, 3.7f, 0.0f};
    float Y[4], slopes[4], sum = 0.0f;
    ops->respond(1, 4, logits, (int[]){0}, Y);
    ops->eval(&cfg, 1, 4, logits, (int[]){0}, Y, slopes);
    for (int c = 0; c < 4; c++) {
        sum += Y[c];
        assert_near((double)slopes[c], 0.0, 1e-6);
    }
    assert_near((double)sum, 1.0, 1e-6);
    assert_near(ops->eval(&cfg, 1, 4, logits, (int[]){0}, opinions[2], slopes), 0.0, 0.0);
    for (int c = 0; c < 4; c++)
        assert_true(slopes[c] == 0.0f);
}

static void a_sure_answer_still_has_a_slope(void **unused)
{
    mn_loss_cfg cfg = {2};
    const float logits[] = {0.0f, 30.0f}, Y[] = {0, 1};
    float slopes[2];
    double loss =
        mn_loss_find("cross-entropy")->eval(&cfg, 1, 2, logits, (int[]){0}, Y, slopes);
    assert_near((double)slopes[0], exp(-30.0), 1e-18);
    assert_near((double)slopes[1], -exp(-30.0),
                3e-16); /* the difference of two numbers near 1 */
    assert_near(loss, exp(-30.0), 3e-16);
}

enum { ITEMS = 5, INPUTS = 6, CLASSES = 4 };
typedef struct learner {
    mn_model *m;
    const mn_loss_ops *loss;
    float *start, *direction; /* as theta */
    mn_grad grad;
    float X[ITEMS * INPUTS];
} learner;
static double measure(learner *l, float *dlogits)
{
    float logits[ITEMS * CLASSES];
    int exponent[ITEMS];
    mn_loss_cfg cfg = {1};
    mn_model_forward(l->m, l->X, ITEMS, logits, exponent);
    return l->loss->eval(&cfg, ITEMS, CLASSES, logits, exponent, opinions[0], dlogits);
}

static float *floats(size_t n)
{
    float *x = calloc(n, sizeof *x);
    assert_non_null(x);
    return x;
}

static learner teach(const mn_model_ops *ops, const mn_loss_ops *loss, mn_rng *r)
{
    const mn_shape shape = {INPUTS, 0, CLASSES, INPUTS, 1, 1, ITEMS};
    learner l = {.loss = loss};
    mn_err err;
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    assert_non_null(cfg);
    mn_param_defaults(mn_model_params(ops), cfg);
    assert_ok(mn_model_create(&l.m, ops, &shape, cfg, &err), &err);
    free(cfg);
    mn_model_init(l.m, r);
    for (int i = 0; i < ITEMS * INPUTS; i++)
        l.X[i] = (float)(2.0 * mn_rng_uniform(r) - 1.0);
    const size_t n = mn_model_size(l.m);
    l.start = floats(n);
    l.direction = floats(n);
    l.grad.g = floats(n);
    l.grad.exponent = calloc((size_t)mn_model_n_rows(l.m), sizeof *l.grad.exponent);
    assert_non_null(l.grad.exponent);
    memcpy(l.start, mn_model_theta(l.m), n * sizeof *l.start);
    return l;
}

static double at(learner *l, double step)
{
    for (size_t i = 0; i < mn_model_size(l->m); i++)
        mn_model_theta(l->m)[i] = l->start[i] + (float)step * l->direction[i];
    return measure(l, NULL);
}

/* Along a direction, which is made one long: what the gradient says and what the loss does. */
static void slopes(learner *l, double *said, double *done)
{
    const double h = 3e-4; /* deep networks bend where a neuron falls silent */
    const size_t n = mn_model_size(l->m);
    double length = 0.0;
    *said = 0.0;
    for (size_t i = 0; i < n; i++)
        length += (double)l->direction[i] * (double)l->direction[i];
    for (size_t i = 0; i < n; i++) {
        l->direction[i] /= (float)sqrt(length);
        *said += (double)l->direction[i] * (double)l->grad.g[i];
    }
    *done = (at(l, h) - at(l, -h)) / (2 * h);
}

static void check_descent(const mn_model_ops *ops, const mn_loss_ops *loss)
{
    mn_rng r;
    mn_rng_seed(&r, 3, "descent");
    learner l = teach(ops, loss, &r);
    const size_t n = mn_model_size(l.m);
    float dlogits[ITEMS * CLASSES];
    double said, done, steepest;
    measure(&l, dlogits);
    mn_model_backward(l.m, l.X, ITEMS, dlogits, &l.grad);
    assert_false(l.grad.scaled);
    memcpy(l.direction, l.grad.g, n * sizeof *l.direction);
    slopes(&l, &steepest, &done);
    assert_true(steepest > 0.0);
    assert_near(done, steepest, 5e-3 * steepest); /* floats, and the step */
    for (int k = 0; k < 8; k++) {
        for (size_t i = 0; i < n; i++)
            l.direction[i] = (float)mn_rng_normal(&r);
        slopes(&l, &said, &done);
        assert_near(done, said, 5e-3 * steepest);
    }
    free(l.start);
    free(l.direction);
    free(l.grad.g);
    free(l.grad.exponent);
    mn_model_destroy(l.m);
}

static void every_model_descends_every_loss(void **unused)
{
    for (int m = 0; mn_models[m]; m++) {
        const bool descends =
            !mn_model_has_rule(mn_models[m]) && !mn_model_reconstructs(mn_models[m]);
        for (int l = 0; mn_losses[l] && descends; l++)
            check_descent(mn_models[m], mn_losses[l]);
    }
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
        cmocka_unit_test(every_loss_and_its_slopes_are_as_written),
        cmocka_unit_test(a_batch_is_worth_what_its_items_are),
        cmocka_unit_test(logits_beyond_all_ranges_are_answered),
        cmocka_unit_test(probabilities_as_targets_have_no_slope),
        cmocka_unit_test(a_sure_answer_still_has_a_slope),
        cmocka_unit_test(every_model_descends_every_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
