#include "support.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "mnemoscope/safetensors.h"
#include "stream_fixture.h"

static mn_tasks_cfg split_cfg(int classes_per_task, int order)
{
    mn_tasks_cfg c = tasks_cfg(1);
    c.classes_per_task = classes_per_task;
    c.class_order = order;
    return c;
}

/* Which task every class is in, -1 in none; fails when one is in two. */
static void classes_of(const mn_stream *s, int *task_of)
{
    for (int c = 0; c < 10; c++)
        task_of[c] = -1;
    for (int t = 0; t < mn_stream_tasks(s); t++)
        for (int split = 0; split < MN_N_SPLITS; split++)
            for (size_t i = 0; i < mn_stream_items(s, t, (mn_split)split); i++) {
                int class = mn_stream_label(s, t, (mn_split)split, i);
                assert_true(task_of[class] == -1 || task_of[class] == t);
                task_of[class] = t;
            }
}

static void a_split_covers_every_class_and_item_once(void **state)
{
    for (int per_task = 1; per_task <= 11; per_task++)
        for (int order = 0; order < 2; order++) {
            mn_stream *s = make_stream("split", split_cfg(per_task, order), 3);
            int task_of[10], n_tasks = (10 + per_task - 1) / per_task;
            size_t n = 0, n_test = 0;
            assert_int_equal(mn_stream_tasks(s), n_tasks);
            assert_int_equal(mn_stream_classes(s), 10);
            classes_of(s, task_of);
            for (int c = 0; c < 10; c++)
                assert_true(order ? task_of[c] >= 0 : task_of[c] == c / per_task);
            for (int t = 0; t < n_tasks; t++) {
                n += mn_stream_items(s, t, MN_TRAIN);
                n_test += mn_stream_items(s, t, MN_TEST);
            }
            assert_int_equal(n, N_ITEMS);
            assert_int_equal(n_test, N_TEST_ITEMS);
            mn_stream_free(s);
        }
}

static void an_item_of_a_split_task_has_its_own_label_and_pixels(void **state)
{
    mn_stream *s = make_stream("split", split_cfg(2, 0), 1);
    float x[N], y[N];
    for (int t = 0; t < 5; t++) {
        uint32_t at = 0;
        for (size_t i = 0; i < N_ITEMS; i++) {
            int label = mn_dataset_label(digits(), MN_TRAIN, i);
            if (label / 2 != t)
                continue;
            mn_dataset_read(digits(), MN_TRAIN, i, -1.0f, 1.0f, x);
            gather_one(s, t, at, y);
            assert_memory_equal(x, y, sizeof x);
            assert_int_equal(mn_stream_label(s, t, MN_TRAIN, at++), label);
        }
        assert_int_equal(at, mn_stream_items(s, t, MN_TRAIN));
    }
    mn_stream_free(s);
}

static void a_shuffled_split_depends_on_the_seed(void **state)
{
    mn_stream *a = make_stream("split", split_cfg(2, 1), 1),
              *b = make_stream("split", split_cfg(2, 1), 1),
              *c = make_stream("split", split_cfg(2, 1), 2);
    int of_a[10], of_b[10], of_c[10];
    classes_of(a, of_a), classes_of(b, of_b), classes_of(c, of_c);
    assert_memory_equal(of_a, of_b, sizeof of_a);
    assert_true(memcmp(of_a, of_c, sizeof of_a) != 0);
    mn_stream_free(a), mn_stream_free(b), mn_stream_free(c);
}

static void task_units_make_a_split_task_incremental(void **state)
{
    mn_tasks_cfg c = split_cfg(2, 0);
    float x[N + 5];
    c.task_units = true;
    mn_stream *s = make_stream("split", c, 1);
    assert_int_equal(mn_stream_extra(s), 5); /* one for each task there is, not for n-tasks */
    gather_one(s, 3, 0, x);
    for (int e = 0; e < 5; e++)
        assert_true(x[N + e] == (e == 3 ? 1.0f : -1.0f));
    mn_stream_free(s);
}

static void a_split_task_says_its_classes(void **state)
{
    static const struct {
        int per_task, task;
        const char *want;
    } cases[] = {{1, 7, "digit 7"},
                 {2, 1, "digits 2 and 3"},
                 {3, 0, "digits 0 to 2"},
                 {3, 3, "digit 9"},
                 {10, 0, "digits 0 to 9"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        mn_stream *s = make_stream("split", split_cfg(cases[i].per_task, 0), 1);
        assert_string_equal(mn_stream_describe(s, cases[i].task, text, sizeof text),
                            cases[i].want);
        mn_stream_free(s);
    }
}

/* An arrays file of 14 x 2 items in bytes; its spec. */
static const char *save_arrays(size_t width, const int64_t *labels, size_t n)
{
    static char spec[4200];
    static uint8_t pixels[100 * N];
    mn_tensors_out *o = NULL;
    mn_text bytes = {0};
    mn_err err = {0};
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(i * 7);
    snprintf(spec, sizeof spec, "arrays:%s/noise.safetensors", tests_scratch());
    assert_ok(mn_tensors_begin(&o, &err), &err);
    mn_tensors_add(o, "x", MN_U8, 3, (const size_t[]){n, 28, width}, pixels);
    mn_tensors_add(o, "y", MN_I64, 1, (const size_t[]){n}, labels);
    mn_tensors_add(o, "x_test", MN_U8, 3, (const size_t[]){n, 28, width}, pixels);
    mn_tensors_add(o, "y_test", MN_I64, 1, (const size_t[]){n}, labels);
    assert_ok(mn_tensors_serialise(o, &bytes, &err), &err);
    assert_ok(mn_file_replace(spec + 7, bytes.data, bytes.length, true, &err), &err);
    mn_tensors_end(o);
    mn_text_finish(&bytes);
    return spec;
}

static const char *sequence_of(const char *spec)
{
    static char text[4300];
    snprintf(text, sizeof text, "sequence:%s", spec);
    return text;
}

static int64_t ten_labels[40];

static void count_to_ten(void)
{
    for (int i = 0; i < 40; i++)
        ten_labels[i] = i % 10;
}

static void a_sequence_begins_with_the_runs_own_data(void **state)
{
    count_to_ten();
    mn_stream *s = make_stream(sequence_of(save_arrays(28, ten_labels, 40)), tasks_cfg(9), 1);
    float x[N], y[N];
    char text[64];
    assert_int_equal(mn_stream_tasks(s), 2);
    gather_one(s, 0, 13, x);
    mn_dataset_read(digits(), MN_TRAIN, 13, -1.0f, 1.0f, y);
    assert_memory_equal(x, y, sizeof x);
    assert_int_equal(mn_stream_items(s, 1, MN_TRAIN), 40);
    assert_int_equal(mn_stream_items(s, 1, MN_TEST), 20);
    gather_one(s, 1, 0, x);
    for (int j = 0; j < N; j++)
        assert_true(x[j] ==
                    (-1.0f * (255.0f - (float)(uint8_t)(j * 7)) + (float)(uint8_t)(j * 7)) /
                        255.0f);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(mn_stream_label(s, 1, MN_TRAIN, i), i % 10);
    assert_string_equal(mn_stream_describe(s, 0, text, sizeof text), "digits");
    assert_string_equal(mn_stream_describe(s, 1, text, sizeof text), "noise.safetensors");
    assert_string_equal(mn_stream_class(s, 7), "7"); /* in both */
    mn_stream_free(s);
}

static void a_sequence_may_come_back(void **state)
{
    char spec[4400];
    count_to_ten();
    const char *arrays = save_arrays(28, ten_labels, 40);
    snprintf(spec, sizeof spec, "sequence:%s,digits,%s", arrays, arrays);
    mn_stream *s = make_stream(spec, tasks_cfg(1), 1);
    float a[N], b[N];
    assert_int_equal(mn_stream_tasks(s), 4);
    gather_one(s, 0, 2, a), gather_one(s, 2, 2, b);
    assert_memory_equal(a, b, sizeof a);
    gather_one(s, 1, 2, a), gather_one(s, 3, 2, b);
    assert_memory_equal(a, b, sizeof a);
    mn_stream_free(s);
}

static void data_sets_that_differ_make_no_sequence(void **state)
{
    static const int64_t two[40] = {0, 1, 1};
    count_to_ten();
    refuse_stream(sequence_of(save_arrays(28, two, 40)), tasks_cfg(1),
                  "28 x 28 x 1 inputs and 2 classes: 28 x 28 x 1 and 10 as in 'digits' wanted");
    refuse_stream(sequence_of(save_arrays(14, ten_labels, 40)), tasks_cfg(1),
                  "14 x 28 x 1 inputs");
    refuse_stream(sequence_of(save_arrays(28, ten_labels, 30)), tasks_cfg(1),
                  "items cannot be 40: 'arrays' has 30 training items");
    refuse_stream("sequence:digit", tasks_cfg(1), "did you mean 'digits'");
    refuse_stream("sequence:digits,", tasks_cfg(1), "names with commas between wanted");
    refuse_stream("sequence:,digits", tasks_cfg(1), "names with commas between wanted");
    refuse_stream("sequence:arrays:/nonexistent", tasks_cfg(1), "/nonexistent");
}

static void a_sequence_has_at_most_as_many_data_sets_as_there_may_be_tasks(void **state)
{
    char spec[400] = "sequence:digits";
    for (int i = 2; i < MN_STREAM_TASKS_MAX; i++)
        strcat(spec, ",digits");
    mn_stream *s = make_stream(spec, tasks_cfg(1), 1);
    assert_int_equal(mn_stream_tasks(s), MN_STREAM_TASKS_MAX);
    mn_stream_free(s);
    strcat(spec, ",digits");
    refuse_stream(spec, tasks_cfg(1), "too many tasks: at most 32 wanted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_split_covers_every_class_and_item_once),
        cmocka_unit_test(an_item_of_a_split_task_has_its_own_label_and_pixels),
        cmocka_unit_test(a_shuffled_split_depends_on_the_seed),
        cmocka_unit_test(task_units_make_a_split_task_incremental),
        cmocka_unit_test(a_split_task_says_its_classes),
        cmocka_unit_test(a_sequence_begins_with_the_runs_own_data),
        cmocka_unit_test(a_sequence_may_come_back),
        cmocka_unit_test(data_sets_that_differ_make_no_sequence),
        cmocka_unit_test(a_sequence_has_at_most_as_many_data_sets_as_there_may_be_tasks),
    };
    return cmocka_run_group_tests(tests, load_digits, free_digits);
}
