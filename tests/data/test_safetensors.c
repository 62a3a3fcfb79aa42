#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "mnemoscope/safetensors.h"

/* A file with `header` and `n_data` zero bytes. */
static mn_status parse(const char *header, size_t n_data, mn_tensors **t, mn_err *err)
{
    mn_text file = {0};
    uint64_t length = strlen(header);
    mn_text_bytes(&file, &length, sizeof length);
    mn_text_bytes(&file, header, (size_t)length);
    for (size_t i = 0; i < n_data; i++)
        mn_text_bytes(&file, "", 1);
    mn_status s = mn_tensors_parse(t, file.data, file.length, "a.safetensors", err);
    mn_text_finish(&file);
    return s;
}

static void refuse(const char *header, size_t n_data, const char *part)
{
    mn_tensors *t = NULL;
    mn_err err = {0};
    assert_failed(parse(header, n_data, &t, &err), &err, MN_EFORMAT, part);
    assert_non_null(strstr(err.msg, "a.safetensors"));
    assert_null(t);
}

static void write_sample(mn_text *file)
{
    static const float weights[] = {1.5f, -2.0f, 3.25f, 0.0f, 5.0f, 6.0f};
    static const uint8_t odd[] = {7, 8, 9};
    static const int64_t labels[] = {-1, INT64_MAX};
    mn_tensors_out *o = NULL;
    mn_err err = {0};
    assert_ok(mn_tensors_begin(&o, &err), &err);
    mn_tensors_add_meta(o, "seed", "7");
    mn_tensors_add_meta(o, "log", "set n 20\ntask next");
    mn_tensors_add(o, "weights", MN_F32, 2, (const size_t[]){2, 3}, weights);
    mn_tensors_add(o, "odd", MN_U8, 1, (const size_t[]){3}, odd);
    mn_tensors_add(o, "labels", MN_I64, 1, (const size_t[]){2}, labels);
    mn_tensors_add(o, "one", MN_F32, 0, NULL, weights);
    mn_tensors_add(o, "none", MN_F64, 2, (const size_t[]){0, 5}, NULL);
    assert_ok(mn_tensors_serialise(o, file, &err), &err);
    mn_tensors_end(o);
}

static void what_is_written_is_read_back(void **state)
{
    mn_text file = {0};
    mn_tensors *t = NULL;
    mn_err err = {0};
    write_sample(&file);
    assert_ok(mn_tensors_parse(&t, file.data, file.length, "sample", &err), &err);
    assert_int_equal(mn_tensors_count(t), 5);
    const mn_entry *w = mn_tensors_find(t, "weights"), *labels = mn_tensors_find(t, "labels");
    assert_int_equal(w->dtype, MN_F32);
    assert_string_equal(w->dtype_name, "F32");
    assert_int_equal(w->n_dims, 2);
    assert_int_equal(w->dims[1], 3);
    assert_int_equal(w->n, 6);
    assert_true(((const float *)w->data)[2] == 3.25f);
    assert_true(((const int64_t *)labels->data)[1] == INT64_MAX);
    assert_memory_equal(mn_tensors_find(t, "odd")->data, "\7\10\11", 3);
    assert_int_equal(mn_tensors_find(t, "one")->n, 1);
    assert_int_equal(mn_tensors_find(t, "none")->n, 0);
    assert_null(mn_tensors_find(t, "weight"));
    mn_tensors_close(t);
    mn_text_finish(&file);
}

static void metadata_is_read_back_in_order(void **state)
{
    mn_text file = {0};
    mn_tensors *t = NULL;
    mn_err err = {0};
    const char *key, *value;
    write_sample(&file);
    assert_ok(mn_tensors_parse(&t, file.data, file.length, "sample", &err), &err);
    assert_string_equal(mn_tensors_meta(t, "log"), "set n 20\ntask next");
    assert_null(mn_tensors_meta(t, "nothing"));
    assert_true(mn_tensors_meta_at(t, 0, &key, &value));
    assert_string_equal(key, "seed");
    assert_string_equal(value, "7");
    assert_true(mn_tensors_meta_at(t, 1, &key, &value));
    assert_false(mn_tensors_meta_at(t, 2, &key, &value));
    mn_tensors_close(t);
    mn_text_finish(&file);
}

static void data_are_aligned_even_behind_odd_entries(void **state)
{
    mn_text file = {0};
    mn_tensors *t = NULL;
    mn_err err = {0};
    uint64_t length;
    write_sample(&file);
    memcpy(&length, file.data, sizeof length);
    assert_int_equal(length % 8, 0);
    assert_ok(mn_tensors_parse(&t, file.data, file.length, "sample", &err), &err);
    for (size_t i = 0; i < mn_tensors_count(t); i++)
        assert_int_equal((uintptr_t)mn_tensors_at(t, i)->data % 8, 0);
    mn_tensors_close(t);
    mn_text_finish(&file);
}

static void the_same_arrays_make_the_same_bytes(void **state)
{
    mn_text a = {0}, b = {0};
    write_sample(&a);
    write_sample(&b);
    assert_int_equal(a.length, b.length);
    assert_memory_equal(a.data, b.data, a.length);
    mn_text_finish(&a);
    mn_text_finish(&b);
}

static void every_truncation_is_refused(void **state)
{
    mn_text file = {0};
    write_sample(&file);
    for (size_t n = 0; n < file.length; n++) {
        mn_tensors *t = NULL;
        mn_err err = {0};
        assert_failed(mn_tensors_parse(&t, file.data, n, "cut", &err), &err, MN_EFORMAT, "cut");
    }
    mn_text_finish(&file);
}

static void a_trailing_byte_is_refused(void **state)
{
    mn_text file = {0};
    mn_tensors *t = NULL;
    mn_err err = {0};
    write_sample(&file);
    mn_text_bytes(&file, "x", 1);
    assert_failed(mn_tensors_parse(&t, file.data, file.length, "long", &err), &err, MN_EFORMAT,
                  "'long' has 1 bytes behind its last entry");
    mn_text_finish(&file);
}

static void absurd_header_lengths_are_refused(void **state)
{
    mn_tensors *t = NULL;
    mn_err err = {0};
    uint64_t file[2] = {200000000, 0};
    assert_failed(mn_tensors_parse(&t, file, 16, "big", &err), &err, MN_EFORMAT,
                  "claims 200000000 bytes");
    file[0] = UINT64_MAX;
    assert_failed(mn_tensors_parse(&t, file, 16, "big", &err), &err, MN_EFORMAT, "claims");
    file[0] = 9;
    assert_failed(mn_tensors_parse(&t, file, 16, "big", &err), &err, MN_EFORMAT, "cut off");
}

static void headers_that_are_not_json_objects_are_refused(void **state)
{
    refuse("", 0, "header");
    refuse("{", 0, "header");
    refuse("[1, 2]", 0, "object");
    refuse("{\"a\": 1}", 0, "'a'");
    refuse("{\"a\xff\": {}}", 0, "header");
    refuse("{\"a\": {\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
           "\"a\": {\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
           2, "duplicate");
    char deep[5001] = {0};
    memset(deep, '[', sizeof deep - 1);
    refuse(deep, 0, "header");
}

static void metadata_that_is_not_text_is_refused(void **state)
{
    refuse("{\"__metadata__\": {\"n\": 20}}", 0, "metadata 'n'");
    refuse("{\"__metadata__\": \"text\"}", 0, "not an object");
}

#define ENTRY(dtype, shape, offsets)                                                           \
    "{\"a\": {\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":" offsets "}}"

static void bad_entries_are_refused(void **state)
{
    refuse(ENTRY("\"F31\"", "[1]", "[0,4]"), 4, "unknown dtype 'F31'");
    refuse(ENTRY("4", "[1]", "[0,4]"), 4, "unknown dtype");
    refuse(ENTRY("\"F32\"", "3", "[0,12]"), 12, "shape");
    refuse(ENTRY("\"F32\"", "[-1]", "[0,4]"), 4, "shape");
    refuse(ENTRY("\"F32\"", "[1.5]", "[0,6]"), 6, "shape");
    refuse(ENTRY("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]"), 4, "shape");
    refuse(ENTRY("\"F32\"", "[4294967296,4294967296]", "[0,0]"), 0, "shape");
    refuse(ENTRY("\"F32\"", "[4611686018427387905]", "[0,4]"), 4, "shape");
    refuse(ENTRY("\"F32\"", "[2]", "[0,4]"), 4, "4 bytes");
    refuse(ENTRY("\"BF16\"", "[2]", "[0,8]"), 8, "8 bytes");
    refuse(ENTRY("\"F32\"", "[1]", "[4,0]"), 4, "data_offsets");
    refuse(ENTRY("\"F32\"", "[1]", "[0]"), 4, "data_offsets");
    refuse(ENTRY("\"F32\"", "[1]", "[-4,0]"), 4, "data_offsets");
    refuse(ENTRY("\"F32\"", "[1]", "[0,4]"), 3, "cut off");
    refuse(ENTRY("\"F32\"", "[1]", "[4,8]"), 8, "behind a hole");
    refuse(ENTRY("\"F32\"", "[1]", "[0,9223372036854775807]"), 4, "cut off");
}

static void overlapping_entries_are_refused(void **state)
{
    refuse("{\"a\": {\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
           "\"b\": {\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}",
           6, "inside another entry");
}

static void other_element_types_are_kept_as_they_are(void **state)
{
    mn_tensors *t = NULL;
    mn_err err = {0};
    assert_ok(parse(ENTRY("\"BF16\"", "[3]", "[0,6]"), 6, &t, &err), &err);
    assert_int_equal(mn_tensors_at(t, 0)->dtype, MN_OTHER);
    assert_string_equal(mn_tensors_at(t, 0)->dtype_name, "BF16");
    mn_tensors_close(t);
}

static void entries_in_any_order_are_read(void **state)
{
    mn_tensors *t = NULL;
    mn_err err = {0};
    assert_ok(parse("{\"b\": {\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]},"
                    "\"a\": {\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}  ",
                    3, &t, &err),
              &err);
    assert_string_equal(mn_tensors_at(t, 0)->name, "a");
    mn_tensors_close(t);
}

static void fail_to_write(const char *name, mn_dtype dtype, int n_dims, const char *part)
{
    static const size_t dims[MN_DIMS_MAX + 1] = {SIZE_MAX, 2};
    mn_tensors_out *o = NULL;
    mn_text file = {0};
    mn_err err = {0};
    assert_ok(mn_tensors_begin(&o, &err), &err);
    mn_tensors_add(o, "taken", MN_U8, 0, NULL, "x");
    mn_tensors_add(o, name, dtype, n_dims, dims, "12345678");
    assert_failed(mn_tensors_serialise(o, &file, &err), &err, MN_EINVAL, part);
    mn_tensors_end(o);
    mn_text_finish(&file);
}

static void what_cannot_be_written_fails_at_the_end(void **state)
{
    fail_to_write("taken", MN_U8, 0, "'taken': the name is taken");
    fail_to_write("__metadata__", MN_U8, 0, "the name is taken");
    fail_to_write("x", MN_OTHER, 0, "type");
    fail_to_write("x", MN_F32, 2, "shape");
    fail_to_write("x", MN_F32, MN_DIMS_MAX + 1, "shape");
    fail_to_write("x\xff", MN_F32, 0, "not UTF-8");
}

static void files_are_read_and_missing_ones_named(void **state)
{
    char path[4096];
    mn_text file = {0};
    mn_tensors *t = NULL;
    mn_err err = {0};
    snprintf(path, sizeof path, "%s/sample.safetensors", tests_scratch());
    assert_failed(mn_tensors_open(&t, path, &err), &err, MN_EIO, path);
    write_sample(&file);
    assert_ok(mn_file_replace(path, file.data, file.length, true, &err), &err);
    assert_ok(mn_tensors_open(&t, path, &err), &err);
    assert_int_equal(mn_tensors_count(t), 5);
    mn_tensors_close(t);
    mn_tensors_close(NULL);
    mn_tensors_end(NULL);
    mn_text_finish(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(metadata_is_read_back_in_order),
        cmocka_unit_test(data_are_aligned_even_behind_odd_entries),
        cmocka_unit_test(the_same_arrays_make_the_same_bytes),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(a_trailing_byte_is_refused),
        cmocka_unit_test(absurd_header_lengths_are_refused),
        cmocka_unit_test(headers_that_are_not_json_objects_are_refused),
        cmocka_unit_test(metadata_that_is_not_text_is_refused),
        cmocka_unit_test(bad_entries_are_refused),
        cmocka_unit_test(overlapping_entries_are_refused),
        cmocka_unit_test(other_element_types_are_kept_as_they_are),
        cmocka_unit_test(entries_in_any_order_are_read),
        cmocka_unit_test(what_cannot_be_written_fails_at_the_end),
        cmocka_unit_test(files_are_read_and_missing_ones_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
