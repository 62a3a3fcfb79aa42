#include "support.h"

#include <math.h>
#include <string.h>

#include "stream_fixture.h"
#include "stream_turn.h"

enum { SIDE = 28 };

static mn_stream *turned(double angle, int n_tasks)
{
    mn_tasks_cfg c = tasks_cfg(n_tasks);
    c.angle = angle;
    return make_stream("rotated", c, 1);
}

static void mix(size_t n, const mn_tap *taps, const float *in, float *out)
{
    for (size_t j = 0; j < n; j++) {
        out[j] = 0.0f;
        for (int k = 0; k < 4; k++)
            out[j] += taps[j].weight[k] * in[taps[j].place[k]];
    }
}

static void turning_by_nothing_changes_nothing(void **state)
{
    static const double angles[] = {0.0, 360.0, -360.0};
    for (int i = 0; i < 3; i++) {
        mn_stream *s = turned(angles[i], 3);
        float x[N], y[N];
        char text[64];
        mn_dataset_read(digits(), MN_TRAIN, 5, -1.0f, 1.0f, y);
        gather_one(s, 2, 5, x);
        assert_memory_equal(x, y, sizeof x);
        mn_stream_restore(s, 2, x, y);
        assert_memory_equal(x, y, sizeof x);
        assert_string_equal(mn_stream_describe(s, 2, text, sizeof text), "upright");
        mn_stream_free(s);
    }
}

/* The pixel at the right end of a row goes to the top of its column. */
static void a_quarter_turn_goes_anticlockwise(void **state)
{
    const mn_data_shape shape = {.width = 3, .height = 3, .channels = 1};
    const float in[] = {0, 1, 2, 3, 4, 5, 6, 7, 8}, want[] = {2, 5, 8, 1, 4, 7, 0, 3, 6};
    mn_tap taps[9];
    float out[9];
    mn_turn(&shape, 90.0, taps);
    mix(9, taps, in, out);
    assert_memory_equal(out, want, sizeof out);
}

static void four_quarter_turns_are_none(void **state)
{
    mn_tap taps[N];
    float before[N], a[N], b[N];
    const double quarters[] = {90.0, -90.0, 450.0};
    for (int q = 0; q < 3; q++) {
        mn_turn(mn_dataset_shape(digits()), quarters[q], taps);
        mn_dataset_read(digits(), MN_TRAIN, 3, -1.0f, 1.0f, before);
        memcpy(a, before, sizeof a);
        for (int i = 0; i < 4; i++) {
            mix(N, taps, a, b);
            memcpy(a, b, sizeof a);
        }
        assert_memory_equal(a, before, sizeof a);
    }
}

static void planes_turn_alike(void **state)
{
    const mn_data_shape shape = {.width = 5, .height = 4, .channels = 3};
    mn_tap taps[60];
    float in[60], out[60];
    for (int j = 0; j < 60; j++)
        in[j] = (float)(j % 20);
    mn_turn(&shape, 37.0, taps);
    mix(60, taps, in, out);
    for (int j = 20; j < 60; j++)
        assert_true(out[j] == out[j - 20]);
}

static void every_weight_is_a_share_of_a_place_that_is_there(void **state)
{
    const mn_data_shape shapes[] = {{.width = 2, .height = 2, .channels = 1},
                                    {.width = 7, .height = 3, .channels = 2}};
    for (int i = 0; i < 2; i++)
        for (double angle = -360.0; angle <= 360.0; angle += 7.5) {
            mn_tap taps[42];
            int n = shapes[i].width * shapes[i].height * shapes[i].channels;
            mn_turn(&shapes[i], angle, taps);
            for (int j = 0; j < n; j++) {
                float sum = 0.0f;
                for (int k = 0; k < 4; k++) {
                    assert_true(taps[j].place[k] < (uint32_t)n);
                    assert_true(taps[j].weight[k] >= 0.0f);
                    sum += taps[j].weight[k];
                }
                assert_true(sum <= 1.0f + 1e-6f); /* four products, each rounded once */
            }
        }
}

static void quarter_turned_tasks_are_restored_exactly(void **state)
{
    mn_stream *s = turned(90.0, 4);
    float before[N], x[N], back[N];
    mn_dataset_read(digits(), MN_TRAIN, 8, -1.0f, 1.0f, before);
    for (int task = 1; task < 4; task++) {
        gather_one(s, task, 8, x);
        assert_true(memcmp(x, before, sizeof x) != 0);
        mn_stream_restore(s, task, x, back);
        assert_memory_equal(back, before, sizeof back);
    }
    mn_stream_free(s);
}

/* A hill is smooth enough to survive being sampled twice: bilinear sampling errs by at most
 * curvature / 4 each time, and this one's is 2 / 49. */
static void other_turns_are_restored_as_well_as_sampling_can(void **state)
{
    mn_stream *s = turned(30.0, 5);
    float hill[N], x[N], back[N];
    mn_tap taps[N];
    for (int j = 0; j < N; j++) {
        double dx = j % SIDE - 16.0, dy = j / SIDE - 11.0;
        hill[j] = (float)exp(-(dx * dx + dy * dy) / 49.0);
    }
    for (int task = 1; task < 5; task++) {
        mn_turn(mn_dataset_shape(digits()), 30.0 * task, taps);
        mix(N, taps, hill, x);
        mn_stream_restore(s, task, x, back);
        for (int j = 0; j < N; j++) {
            double dx = j % SIDE - 13.5, dy = j / SIDE - 13.5;
            if (dx * dx + dy * dy < 12.0 * 12.0) /* the rest may have been out of sight */
                assert_near((double)back[j], (double)hill[j], 0.03);
        }
    }
    mn_stream_free(s);
}

static void what_a_turn_brings_in_is_background(void **state)
{
    mn_stream *s = turned(45.0, 2);
    float x[N];
    gather_one(s, 1, 0, x);
    assert_true(x[0] == -1.0f && x[SIDE - 1] == -1.0f && x[N - 1] == -1.0f);
    mn_stream_free(s);
}

static void binary_levels_stay_binary(void **state)
{
    mn_data_cfg how;
    mn_dataset *d = NULL;
    mn_stream *s = NULL;
    mn_err err = {0};
    float x[N];
    mn_tasks_cfg c = tasks_cfg(12);
    c.angle = 17.0;
    mn_param_defaults(mn_data_params, &how);
    how.items = how.test_items = 20;
    how.levels = MN_BINARY;
    assert_ok(mn_dataset_load(&d, "digits", &how, 1, &err), &err);
    assert_ok(mn_stream_create(&s, "rotated", &c, &(mn_stream_source){d, &how, 1}, &err), &err);
    for (int task = 0; task < 12; task++)
        for (uint32_t i = 0; i < 20; i++) {
            int ink = 0;
            gather_one(s, task, i, x);
            for (int j = 0; j < N; j++) {
                assert_true(x[j] == -1.0f || x[j] == 1.0f);
                ink += x[j] > 0.0f;
            }
            assert_true(ink > 10 && ink < N / 2);
        }
    mn_stream_free(s);
    mn_dataset_free(d);
}

static void a_turned_task_says_by_how_much(void **state)
{
    mn_stream *s = turned(-22.5, 3);
    char text[64];
    assert_string_equal(mn_stream_describe(s, 0, text, sizeof text), "upright");
    assert_string_equal(mn_stream_describe(s, 1, text, sizeof text), "turned by -22.5 degrees");
    assert_string_equal(mn_stream_describe(s, 2, text, sizeof text), "turned by -45 degrees");
    mn_stream_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turning_by_nothing_changes_nothing),
        cmocka_unit_test(a_quarter_turn_goes_anticlockwise),
        cmocka_unit_test(four_quarter_turns_are_none),
        cmocka_unit_test(planes_turn_alike),
        cmocka_unit_test(every_weight_is_a_share_of_a_place_that_is_there),
        cmocka_unit_test(quarter_turned_tasks_are_restored_exactly),
        cmocka_unit_test(other_turns_are_restored_as_well_as_sampling_can),
        cmocka_unit_test(what_a_turn_brings_in_is_background),
        cmocka_unit_test(binary_levels_stay_binary),
        cmocka_unit_test(a_turned_task_says_by_how_much),
    };
    return cmocka_run_group_tests(tests, load_digits, free_digits);
}
