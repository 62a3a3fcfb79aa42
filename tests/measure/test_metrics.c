#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/metrics.h"
#include "mnemoscope/rng.h"

/* The oracle prints ten significant digits. */
static const double TOLERANCE = 1e-9;

/* NAN is a float to clang. */
#define UNKNOWN nan("")

static int *labels(const json_t *o, const char *key, size_t *n)
{
    double *numbers = oracle_numbers(o, key, n);
    int *out = malloc(*n * sizeof *out);
    assert_non_null(out);
    for (size_t i = 0; i < *n; i++)
        out[i] = (int)numbers[i];
    free(numbers);
    return out;
}

static void scores_agree_with_the_oracle(void **state)
{
    json_t *o = oracle_open("metrics.json");
    size_t n, counts[16];
    int *truth = labels(o, "truth", &n), *predicted = labels(o, "predicted", &n);
    mn_score s = mn_score_of(truth, predicted, n, 4, counts);
    assert_near(s.accuracy, oracle_number(o, "accuracy"), TOLERANCE);
    assert_near(s.macro_f1, oracle_number(o, "macro_f1"), TOLERANCE);
    assert_int_equal(s.n, n);
    size_t total = 0, right = 0;
    for (size_t i = 0; i < 16; i++)
        total += counts[i];
    for (size_t c = 0; c < 4; c++)
        right += counts[c * 5];
    assert_int_equal(total, n);
    assert_near((double)right / (double)n, s.accuracy, TOLERANCE);
    free(truth);
    free(predicted);
    json_decref(o);
}

static void summaries_agree_with_the_oracle(void **state)
{
    json_t *o = oracle_open("metrics.json");
    size_t n;
    double *R = oracle_numbers(o, "R", &n), *untrained = oracle_numbers(o, "untrained", &n);
    double *want = oracle_numbers(o, "forgetting", &n), forgetting[3];
    mn_summary s = mn_summary_of(R, untrained, 3, 3, forgetting);
    assert_near(s.acc, oracle_number(o, "ACC"), TOLERANCE);
    assert_near(s.bwt, oracle_number(o, "BWT"), TOLERANCE);
    assert_near(s.fwt, oracle_number(o, "FWT"), TOLERANCE);
    assert_near(s.forgetting, (want[0] + want[1]) / 2.0, TOLERANCE);
    assert_near(s.min_task, 0.91, TOLERANCE);
    assert_near(forgetting[0], want[0], TOLERANCE);
    assert_near(forgetting[1], want[1], TOLERANCE);
    assert_true(isnan(forgetting[2]));
    free(R);
    free(untrained);
    free(want);
    json_decref(o);
}

static void absent_classes_do_not_count_for_macro_f1(void **state)
{
    const int truth[4] = {0, 0, 2, 2}, predicted[4] = {0, 2, 2, 2};
    size_t counts[100];
    /* class 0: P 1, R 1/2; class 2: P 2/3, R 1; eight classes are nowhere */
    mn_score s = mn_score_of(truth, predicted, 4, 10, counts);
    assert_near(s.macro_f1, (2.0 / 3.0 + 0.8) / 2.0, 1e-12);
    /* predicted only: it occurs, with F1 0 */
    const int stray[4] = {0, 0, 2, 7};
    s = mn_score_of(truth, stray, 4, 10, counts);
    assert_near(s.macro_f1, (1.0 + 2.0 / 3.0 + 0.0) / 3.0, 1e-12);
}

static void scores_of_nothing_are_undefined(void **state)
{
    size_t counts[9];
    mn_score s = mn_score_of(NULL, NULL, 0, 3, counts);
    assert_true(isnan(s.accuracy) && isnan(s.macro_f1));
    assert_int_equal(s.n, 0);
}

static void scores_stay_between_zero_and_one_and_perfection_is_one(void **state)
{
    mn_rng r;
    int truth[50], predicted[50];
    size_t counts[64];
    mn_rng_seed(&r, 1, "test");
    for (int draw = 0; draw < 200; draw++) {
        int n_classes = 1 + (int)mn_rng_below(&r, 8);
        size_t n = 1 + (size_t)mn_rng_below(&r, 50);
        for (size_t i = 0; i < n; i++) {
            truth[i] = (int)mn_rng_below(&r, (uint64_t)n_classes);
            predicted[i] = (int)mn_rng_below(&r, (uint64_t)n_classes);
        }
        mn_score s = mn_score_of(truth, predicted, n, n_classes, counts);
        assert_true(s.accuracy >= 0.0 && s.accuracy <= 1.0);
        assert_true(s.macro_f1 >= 0.0 && s.macro_f1 <= 1.0);
        mn_score swapped = mn_score_of(predicted, truth, n, n_classes, counts);
        assert_near(swapped.macro_f1, s.macro_f1, 1e-12); /* F1 does not know which is which */
        mn_score perfect = mn_score_of(truth, truth, n, n_classes, counts);
        assert_near(perfect.accuracy, 1.0, 0.0);
        assert_near(perfect.macro_f1, 1.0, 0.0);
    }
}

static void one_task_has_no_transfer_and_no_forgetting(void **state)
{
    const double R[1] = {0.8}, untrained[1] = {0.1};
    double forgetting[1];
    mn_summary s = mn_summary_of(R, untrained, 1, 1, forgetting);
    assert_near(s.acc, 0.8, 0.0);
    assert_near(s.min_task, 0.8, 0.0);
    assert_true(isnan(s.bwt) && isnan(s.fwt) && isnan(s.forgetting) && isnan(forgetting[0]));
}

static void nothing_trained_is_all_undefined(void **state)
{
    const double R[4] = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN}, untrained[2] = {0.1, 0.1};
    mn_summary s = mn_summary_of(R, untrained, 2, 0, NULL);
    assert_true(isnan(s.acc) && isnan(s.bwt) && isnan(s.fwt) && isnan(s.forgetting) &&
                isnan(s.min_task));
}

static void a_run_under_way_is_summed_up_over_the_tasks_seen(void **state)
{
    const double R[9] = {0.9, 0.3, 0.2, 0.5, 0.8, 0.4, UNKNOWN, UNKNOWN, UNKNOWN};
    const double untrained[3] = {0.1, 0.1, 0.1};
    mn_summary s = mn_summary_of(R, untrained, 3, 2, NULL);
    assert_near(s.acc, (0.5 + 0.8) / 2.0, 1e-12);
    assert_near(s.bwt, 0.5 - 0.9, 1e-12);
    assert_near(s.fwt, ((0.3 - 0.1) + (0.4 - 0.1)) / 2.0, 1e-12);
    assert_near(s.forgetting, 0.4, 1e-12);
    assert_near(s.min_task, 0.8, 1e-12);
}

static void what_was_not_measured_is_left_out(void **state)
{
    /* only the diagonal and the last row, as a run without forward measurements has them */
    const double R[9] = {0.9, UNKNOWN, UNKNOWN, UNKNOWN, 0.8, UNKNOWN, 0.6, 0.7, 0.95};
    const double untrained[3] = {UNKNOWN, UNKNOWN, UNKNOWN};
    double forgetting[3];
    mn_summary s = mn_summary_of(R, untrained, 3, 3, forgetting);
    assert_near(s.acc, 0.75, 1e-12);
    assert_near(s.bwt, (-0.3 - 0.1) / 2.0, 1e-12);
    assert_true(isnan(s.fwt));
    assert_near(forgetting[0], 0.3, 1e-12);
    assert_near(forgetting[1], 0.1, 1e-12);
}

static void learning_on_can_make_forgetting_negative(void **state)
{
    const double R[4] = {0.5, 0.1, 0.7, 0.9}, untrained[2] = {0.1, 0.1};
    mn_summary s = mn_summary_of(R, untrained, 2, 2, NULL);
    assert_near(s.forgetting, -0.2, 1e-12);
    assert_near(s.bwt, 0.2, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_agree_with_the_oracle),
        cmocka_unit_test(summaries_agree_with_the_oracle),
        cmocka_unit_test(absent_classes_do_not_count_for_macro_f1),
        cmocka_unit_test(scores_of_nothing_are_undefined),
        cmocka_unit_test(scores_stay_between_zero_and_one_and_perfection_is_one),
        cmocka_unit_test(one_task_has_no_transfer_and_no_forgetting),
        cmocka_unit_test(nothing_trained_is_all_undefined),
        cmocka_unit_test(a_run_under_way_is_summed_up_over_the_tasks_seen),
        cmocka_unit_test(what_was_not_measured_is_left_out),
        cmocka_unit_test(learning_on_can_make_forgetting_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
