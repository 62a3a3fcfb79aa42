#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/dataset.h"
#include "mnemoscope/file.h"
#include "mnemoscope/safetensors.h"

/* What goes into one array of a file. */
struct array {
    const char *name;
    mn_dtype dtype;
    int n_dims;
    size_t dims[4];
    const void *data;
};

static const char *spec(const char *path)
{
    static char text[4200];
    snprintf(text, sizeof text, "arrays:%s", path);
    return text;
}

static const char *save(const struct array *a, size_t n)
{
    static char path[4096];
    mn_tensors_out *o = NULL;
    mn_text bytes = {0};
    mn_err err = {0};
    snprintf(path, sizeof path, "%s/arrays.safetensors", tests_scratch());
    assert_ok(mn_tensors_begin(&o, &err), &err);
    for (size_t i = 0; i < n; i++)
        mn_tensors_add(o, a[i].name, a[i].dtype, a[i].n_dims, a[i].dims, a[i].data);
    assert_ok(mn_tensors_serialise(o, &bytes, &err), &err);
    assert_ok(mn_file_replace(path, bytes.data, bytes.length, true, &err), &err);
    mn_tensors_end(o);
    mn_text_finish(&bytes);
    return path;
}

static mn_data_cfg cfg(void)
{
    mn_data_cfg c;
    mn_param_defaults(mn_data_params, &c);
    return c;
}

static mn_dataset *load(const struct array *a, size_t n, mn_data_cfg c)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    assert_ok(mn_dataset_load(&d, spec(save(a, n)), &c, 3, &err), &err);
    return d;
}

static void refuse(const struct array *a, size_t n, mn_data_cfg c, mn_status status,
                   const char *part)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    assert_failed(mn_dataset_load(&d, spec(save(a, n)), &c, 3, &err), &err, status, part);
    assert_null(d);
}

static const float numbers[] = {0.5f, -7.0f, 1e9f,  3.0f,  4.0f,  5.0f,  6.0f,  7.0f,
                                8.0f, 9.0f,  10.0f, 11.0f, 12.0f, 13.0f, 14.0f, 15.0f};
static const uint8_t bytes[64] = {0, 255, 128, 1};
static const int64_t longs[] = {0, 1, 2, 1, 0, 5, 3, 4};
static const int32_t ints[] = {0, 1, 2, 1};

#define X(...)                                                                                 \
    {                                                                                          \
        "x", MN_F32, 2, {__VA_ARGS__}, numbers                                                 \
    }
#define Y(n)                                                                                   \
    {                                                                                          \
        "y", MN_I64, 1, {n}, longs                                                             \
    }
#define COUNT(a) (sizeof(a) / sizeof *(a))

static void floats_come_untouched(void **state)
{
    const struct array a[] = {X(8, 2), Y(8)};
    mn_dataset *d = load(a, COUNT(a), cfg());
    float x[2];
    assert_false(mn_dataset_shape(d)->bytes);
    assert_int_equal(mn_dataset_shape(d)->n_classes, 6);
    mn_dataset_read(d, MN_TRAIN, 1, -1.0f, 1.0f, x);
    assert_true(x[0] == 1e9f && x[1] == 3.0f);
    mn_dataset_read_places(d, MN_TRAIN, 0, (const uint32_t[]){1, 0}, -1.0f, 1.0f, x);
    assert_true(x[0] == -7.0f && x[1] == 0.5f);
    mn_dataset_free(d);
}

static void the_last_sixth_is_the_test_set(void **state)
{
    const struct array few[] = {X(8, 2), Y(8)}, two[] = {X(2, 8), Y(2)};
    mn_dataset *d = load(few, COUNT(few), cfg());
    float x[8];
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 7);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TEST], 1);
    mn_dataset_read(d, MN_TEST, 0, 0.0f, 1.0f, x);
    assert_true(x[0] == 14.0f && mn_dataset_label(d, MN_TEST, 0) == 4);
    mn_dataset_free(d);
    d = load(two, COUNT(two), cfg());
    assert_int_equal(mn_dataset_shape(d)->n[MN_TEST], 1);
    mn_dataset_free(d);
    static const int64_t many[12];
    const struct array twelve[] = {{"x", MN_U8, 2, {12, 5}, bytes},
                                   {"y", MN_I64, 1, {12}, many}};
    d = load(twelve, COUNT(twelve), cfg());
    assert_int_equal(mn_dataset_shape(d)->n[MN_TEST], 2);
    mn_dataset_free(d);
}

static void a_test_set_of_its_own_is_used(void **state)
{
    const struct array a[] = {{"x_test", MN_U8, 3, {2, 2, 3}, bytes},
                              {"y", MN_I32, 1, {4}, ints},
                              {"x", MN_U8, 3, {4, 2, 3}, bytes},
                              {"y_test", MN_U8, 1, {2}, bytes + 3}};
    mn_dataset *d = load(a, COUNT(a), cfg());
    const mn_data_shape *s = mn_dataset_shape(d);
    float x[6];
    assert_int_equal(s->n[MN_TRAIN], 4);
    assert_int_equal(s->n[MN_TEST], 2);
    assert_int_equal(s->width, 3);
    assert_int_equal(s->height, 2);
    assert_true(s->bytes);
    mn_dataset_read(d, MN_TRAIN, 0, -1.0f, 1.0f, x);
    assert_true(x[0] == -1.0f && x[1] == 1.0f);
    assert_int_equal(mn_dataset_label(d, MN_TEST, 0), 1);
    mn_dataset_free(d);
}

static void check_shape(int n_dims, const size_t *dims, int channels, int height, int width)
{
    struct array a[] = {{"x", MN_U8, n_dims, {0}, bytes}, {"y", MN_I64, 1, {2}, longs}};
    memcpy(a[0].dims, dims, (size_t)n_dims * sizeof *dims);
    mn_dataset *d = load(a, COUNT(a), cfg());
    const mn_data_shape *s = mn_dataset_shape(d);
    assert_int_equal(s->channels, channels);
    assert_int_equal(s->height, height);
    assert_int_equal(s->width, width);
    mn_dataset_free(d);
}

static void shapes_are_those_of_images_where_they_can_be(void **state)
{
    check_shape(2, (const size_t[]){2, 16}, 1, 4, 4);
    check_shape(2, (const size_t[]){2, 15}, 1, 1, 15);
    check_shape(2, (const size_t[]){2, 1}, 1, 1, 1);
    check_shape(3, (const size_t[]){2, 3, 5}, 1, 3, 5);
    check_shape(4, (const size_t[]){2, 3, 2, 4}, 3, 2, 4);
}

static void a_choice_of_items_is_random_without_repeats_and_nested(void **state)
{
    enum { COUNT_ALL = 100, COUNT_SOME = 40 };
    static float x[COUNT_ALL];
    static int64_t y[COUNT_ALL];
    for (int i = 0; i < COUNT_ALL; i++) {
        x[i] = (float)i;
        y[i] = i;
    }
    const struct array a[] = {{"x", MN_F32, 2, {COUNT_ALL, 1}, x},
                              {"y", MN_I64, 1, {COUNT_ALL}, y},
                              {"x_test", MN_F32, 2, {COUNT_ALL, 1}, x},
                              {"y_test", MN_I64, 1, {COUNT_ALL}, y}};
    mn_data_cfg c = cfg();
    c.items = COUNT_SOME;
    c.test_items = 10;
    mn_dataset *d = load(a, COUNT(a), c);
    c.items = COUNT_SOME / 2;
    mn_dataset *fewer = load(a, COUNT(a), c);
    bool seen[COUNT_ALL] = {false}, sorted = true;
    float last = -1.0f, v, w;
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], COUNT_SOME);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TEST], 10);
    for (size_t i = 0; i < COUNT_SOME; i++, last = v) {
        mn_dataset_read(d, MN_TRAIN, i, 0.0f, 1.0f, &v);
        assert_int_equal(mn_dataset_label(d, MN_TRAIN, i), (int)v);
        assert_false(seen[(int)v]);
        seen[(int)v] = true;
        sorted = sorted && v > last;
        if (i < COUNT_SOME / 2) {
            mn_dataset_read(fewer, MN_TRAIN, i, 0.0f, 1.0f, &w);
            assert_true(v == w);
        }
    }
    assert_false(sorted);
    mn_dataset_free(d);
    mn_dataset_free(fewer);
}

static void more_items_than_there_are_is_refused_with_both_numbers(void **state)
{
    const struct array a[] = {X(8, 2), Y(8)};
    mn_data_cfg c = cfg();
    c.items = 9;
    refuse(a, COUNT(a), c, MN_EINVAL, "items cannot be 9: 'arrays' has 7 training items");
    c.items = 0;
    c.test_items = 2;
    refuse(a, COUNT(a), c, MN_EINVAL, "test-items cannot be 2: 'arrays' has 1 test items");
}

static void classes_may_be_more_than_the_labels_but_not_fewer(void **state)
{
    const struct array a[] = {X(8, 2), Y(8)};
    mn_data_cfg c = cfg();
    c.classes = 9;
    mn_dataset *d = load(a, COUNT(a), c);
    assert_int_equal(mn_dataset_shape(d)->n_classes, 9);
    mn_dataset_free(d);
    c.classes = 5;
    refuse(a, COUNT(a), c, MN_EFORMAT, "label 5 of 'y'");
}

static void floats_have_no_binary_levels(void **state)
{
    const struct array a[] = {X(8, 2), Y(8)};
    mn_data_cfg c = cfg();
    c.levels = MN_BINARY;
    refuse(a, COUNT(a), c, MN_EINVAL, "levels cannot be binary");
}

static void bad_numbers_are_refused(void **state)
{
    static float x[16] = {0};
    static int64_t y[8] = {0};
    const struct array a[] = {{"x", MN_F32, 2, {8, 2}, x}, {"y", MN_I64, 1, {8}, y}};
    x[13] = NAN;
    refuse(a, COUNT(a), cfg(), MN_EFORMAT, "item 6 of 'x'");
    x[13] = 0.0f;
    x[15] = INFINITY;
    refuse(a, COUNT(a), cfg(), MN_EFORMAT, "item 7 of 'x'");
    x[15] = 0.0f;
    y[7] = -1;
    refuse(a, COUNT(a), cfg(), MN_EFORMAT, "label 7 of 'y'");
    y[7] = INT64_C(1) << 40;
    refuse(a, COUNT(a), cfg(), MN_EFORMAT, "is 1099511627776");
}

static void arrays_that_do_not_fit_are_refused(void **state)
{
    const struct array no_y[] = {X(8, 2)}, short_y[] = {X(8, 2), Y(7)}, one[] = {X(1, 2), Y(1)},
                       empty[] = {X(0, 2), Y(0)}, flat[] = {X(8, 0), Y(8)},
                       line[] = {{"x", MN_F32, 1, {8}, numbers}, Y(8)},
                       kind[] = {{"x", MN_I64, 2, {4, 2}, longs}, Y(4)},
                       label_kind[] = {X(8, 2), {"y", MN_F32, 1, {8}, numbers}},
                       half[] = {X(8, 2), Y(8), {"x_test", MN_F32, 2, {2, 2}, numbers}},
                       other[] = {X(8, 2),
                                  Y(8),
                                  {"x_test", MN_F32, 2, {2, 3}, numbers},
                                  {"y_test", MN_I64, 1, {2}, longs}};
    refuse(no_y, COUNT(no_y), cfg(), MN_EFORMAT, "has no 'y'");
    refuse(short_y, COUNT(short_y), cfg(), MN_EFORMAT, "each of the 8 items");
    refuse(one, COUNT(one), cfg(), MN_EFORMAT, "one item");
    refuse(empty, COUNT(empty), cfg(), MN_EFORMAT, "not empty");
    refuse(flat, COUNT(flat), cfg(), MN_EFORMAT, "not empty");
    refuse(line, COUNT(line), cfg(), MN_EFORMAT, "(n, d)");
    refuse(kind, COUNT(kind), cfg(), MN_EFORMAT, "is I64: F32 or U8 wanted");
    refuse(label_kind, COUNT(label_kind), cfg(), MN_EFORMAT, "is F32: I64, I32 or U8");
    refuse(half, COUNT(half), cfg(), MN_EFORMAT, "has no 'y_test'");
    refuse(other, COUNT(other), cfg(), MN_EFORMAT, "differ in shape");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(floats_come_untouched),
        cmocka_unit_test(the_last_sixth_is_the_test_set),
        cmocka_unit_test(a_test_set_of_its_own_is_used),
        cmocka_unit_test(shapes_are_those_of_images_where_they_can_be),
        cmocka_unit_test(a_choice_of_items_is_random_without_repeats_and_nested),
        cmocka_unit_test(more_items_than_there_are_is_refused_with_both_numbers),
        cmocka_unit_test(classes_may_be_more_than_the_labels_but_not_fewer),
        cmocka_unit_test(floats_have_no_binary_levels),
        cmocka_unit_test(bad_numbers_are_refused),
        cmocka_unit_test(arrays_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
