#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mnemoscope/dataset.h"
#include "mnemoscope/file.h"
#include "mnemoscope/text.h"
#include "packed.h"

enum { N_PIXELS = 3 * 32 * 32 };

/* n records, the first of them number `first`: labels count up, pixel k of record i is i + k.
 */
static mn_text records(int n, int first, int n_labels)
{
    mn_text t = {0};
    for (int i = first; i < first + n; i++) {
        uint8_t record[2 + N_PIXELS] = {(uint8_t)(n_labels == 2 ? i % 20 : i % 10),
                                        (uint8_t)(i % 100)};
        for (int k = 0; k < N_PIXELS; k++)
            record[n_labels + k] = (uint8_t)(i + k);
        mn_text_bytes(&t, record, (size_t)n_labels + N_PIXELS);
    }
    assert_false(t.failed);
    return t;
}

static mn_text zip(mn_text plain)
{
    mn_text t = {0};
    z_stream z = {.next_in = (const Bytef *)plain.data, .avail_in = (uInt)plain.length};
    static Bytef out[1 << 18];
    z.next_out = out;
    z.avail_out = sizeof out;
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    mn_text_bytes(&t, out, sizeof out - z.avail_out);
    deflateEnd(&z);
    mn_text_finish(&plain);
    return t;
}

static const char *path_of(const char *where, const char *name)
{
    static char path[8192];
    snprintf(path, sizeof path, "%s/%s", where, name);
    return path;
}

/* A folder under the scratch folder, made when it is not there. */
static const char *folder(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", tests_scratch(), name);
    mkdir(path, 0777);
    return path;
}

static void put(const char *where, const char *name, mn_text t)
{
    mn_err err = {0};
    assert_ok(mn_file_replace(path_of(where, name), t.data, t.length, true, &err), &err);
    mn_text_finish(&t);
}

/* Batches of 3 records, one of them packed, and a test set of 4. */
static void put_ten(const char *where)
{
    for (int i = 0; i < 5; i++) {
        char name[32];
        snprintf(name, sizeof name, "data_batch_%d.bin%s", i + 1, i == 3 ? ".gz" : "");
        mn_text t = records(3, 3 * i, 1);
        put(where, name, i == 3 ? zip(t) : t);
    }
    put(where, "test_batch.bin", records(4, 100, 1));
}

static void put_hundred(const char *where)
{
    put(where, "train.bin", records(120, 0, 2));
    put(where, "test.bin.gz", zip(records(5, 7, 2)));
}

static mn_data_cfg cfg(const char *where)
{
    mn_data_cfg c;
    mn_param_defaults(mn_data_params, &c);
    mn_err err = {0};
    assert_ok(mn_param_set(mn_param_find(mn_data_params, "data-dir"), &c, where, &err), &err);
    return c;
}

static mn_dataset *load(const char *name, mn_data_cfg c)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    assert_ok(mn_dataset_load(&d, name, &c, 1, &err), &err);
    return d;
}

static void refuse(const char *name, mn_data_cfg c, mn_status status, const char *part)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    assert_failed(mn_dataset_load(&d, name, &c, 1, &err), &err, status, part);
    assert_null(d);
}

static void assert_item(const mn_dataset *d, mn_split split, size_t i, int record)
{
    float x[N_PIXELS];
    mn_dataset_read(d, split, i, 0.0f, 255.0f, x);
    for (int k = 0; k < N_PIXELS; k++)
        assert_true(x[k] == (float)(uint8_t)(record + k));
}

static void batches_follow_each_other_plain_or_packed(void **state)
{
    put_ten(folder("ten"));
    mn_dataset *d = load("cifar10", cfg(folder("ten")));
    const mn_data_shape *s = mn_dataset_shape(d);
    assert_int_equal(s->width, 32);
    assert_int_equal(s->height, 32);
    assert_int_equal(s->channels, 3);
    assert_int_equal(s->n_classes, 10);
    assert_true(s->bytes);
    assert_int_equal(s->n[MN_TRAIN], 15);
    assert_int_equal(s->n[MN_TEST], 4);
    for (int i = 0; i < 15; i++) {
        assert_int_equal(mn_dataset_label(d, MN_TRAIN, (size_t)i), i % 10);
        assert_item(d, MN_TRAIN, (size_t)i, i);
    }
    assert_item(d, MN_TEST, 3, 103);
    mn_dataset_free(d);
}

static void the_hundred_classes_have_twenty_coarse_ones(void **state)
{
    put_hundred(folder("hundred"));
    mn_data_cfg c = cfg(folder("hundred"));
    mn_dataset *fine = load("cifar100", c);
    c.classes = 20;
    mn_dataset *coarse = load("cifar100", c);
    assert_int_equal(mn_dataset_shape(fine)->n_classes, 100);
    assert_int_equal(mn_dataset_shape(coarse)->n_classes, 20);
    assert_int_equal(mn_dataset_label(fine, MN_TRAIN, 119), 19);
    assert_int_equal(mn_dataset_label(fine, MN_TRAIN, 57), 57);
    assert_int_equal(mn_dataset_label(coarse, MN_TRAIN, 57), 17);
    assert_string_equal(mn_dataset_class(fine, 0), "apple");
    assert_string_equal(mn_dataset_class(fine, 57), "pear");
    assert_string_equal(mn_dataset_class(fine, 99), "worm");
    assert_string_equal(mn_dataset_class(coarse, 17), "trees");
    assert_item(fine, MN_TRAIN, 119, 119);
    assert_item(coarse, MN_TEST, 4, 11);
    mn_dataset_free(fine);
    mn_dataset_free(coarse);
    c.classes = 100;
    mn_dataset_free(load("cifar100", c));
    c.classes = 30;
    refuse("cifar100", c, MN_EINVAL, "classes cannot be 30: 'cifar100' has 100");
}

static void folders_of_the_archives_are_found(void **state)
{
    folder("share");
    folder("share/datasets");
    put_ten(folder("share/datasets/cifar-10-batches-bin"));
    put_hundred(folder("share/cifar-100-binary"));
    unsetenv("MNEMOSCOPE_DATA");
    setenv("XDG_DATA_DIRS", "/nonexistent/dirs", 1);
    setenv("XDG_DATA_HOME", folder("share"), 1);
    mn_dataset_free(load("cifar10", cfg("")));
    refuse("cifar100", cfg(""), MN_EIO, "train.bin and test.bin");
    setenv("MNEMOSCOPE_DATA", folder("share"), 1);
    mn_dataset_free(load("cifar100", cfg("")));
    refuse("cifar10", cfg(folder("nothing")), MN_EIO, "binary version");
}

static void a_missing_batch_is_named(void **state)
{
    put_ten(folder("partial"));
    remove(path_of(folder("partial"), "data_batch_4.bin.gz"));
    refuse("cifar10", cfg(folder("partial")), MN_EIO, "cannot find 'data_batch_4.bin'");
    mkdir(path_of(folder("partial"), "data_batch_4.bin"), 0777);
    refuse("cifar10", cfg(folder("partial")), MN_EIO, "it is a folder");
    rmdir(path_of(folder("partial"), "data_batch_4.bin"));
    put(folder("partial"), "data_batch_4.bin", records(1, 0, 1));
    remove(path_of(folder("partial"), "test_batch.bin"));
    refuse("cifar10", cfg(folder("partial")), MN_EIO, "cannot find 'test_batch.bin'");
}

static void sizes_that_are_no_records_are_refused(void **state)
{
    put_ten(folder("sizes"));
    put(folder("sizes"), "data_batch_2.bin", (mn_text){0});
    refuse("cifar10", cfg(folder("sizes")), MN_EFORMAT, "data_batch_2.bin' holds 0 bytes");
    mn_text t = records(3, 0, 1);
    t.length--;
    put(folder("sizes"), "data_batch_2.bin", t);
    refuse("cifar10", cfg(folder("sizes")), MN_EFORMAT, "holds 9218 bytes: records of 3073");
    put(folder("sizes"), "data_batch_2.bin", records(3, 0, 2)); /* those of the other set */
    refuse("cifar10", cfg(folder("sizes")), MN_EFORMAT, "binary version of cifar10");
}

static void labels_out_of_range_are_refused(void **state)
{
    put_ten(folder("labels"));
    put_hundred(folder("labels"));
    mn_text ten = records(3, 0, 1), hundred = records(3, 0, 2);
    ten.data[2 * (1 + N_PIXELS)] = 10;
    put(folder("labels"), "data_batch_5.bin", ten);
    refuse("cifar10", cfg(folder("labels")), MN_EFORMAT, "label 2 of");
    hundred.data[0] = (char)200;
    put(folder("labels"), "test.bin.gz", hundred);
    mn_data_cfg c = cfg(folder("labels"));
    mn_dataset_free(load("cifar100", c));
    c.classes = 20;
    refuse("cifar100", c, MN_EFORMAT, "is 200: 0 to 19 wanted");
}

static void every_truncation_of_a_packed_file_is_refused(void **state)
{
    put_hundred(folder("cut"));
    mn_text packed = zip(records(2, 0, 2));
    for (size_t n = 3; n < packed.length; n += 7) {
        mn_text t = {0};
        mn_text_bytes(&t, packed.data, n);
        put(folder("cut"), "test.bin.gz", t);
        refuse("cifar100", cfg(folder("cut")), MN_EFORMAT, "it ends in the middle");
    }
    packed.data[packed.length - 6] ^= 1;
    put(folder("cut"), "test.bin.gz", packed);
    refuse("cifar100", cfg(folder("cut")), MN_EFORMAT, "incorrect data check");
}

static void a_packed_file_holds_no_more_than_it_may(void **state)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    mn_err err = {0};
    put(folder("limit"), "a.gz", zip(records(50, 0, 1)));
    put(folder("limit"), "a", records(50, 0, 1));
    for (int i = 0; i < 2; i++) {
        const char *path = path_of(folder("limit"), i ? "a" : "a.gz");
        assert_ok(mn_packed_read(path, 50 * 3073, &bytes, &n, &err), &err);
        assert_int_equal(n, 50 * 3073);
        assert_int_equal(bytes[n - 1], (uint8_t)(49 + N_PIXELS - 1));
        free(bytes);
        bytes = NULL;
        assert_failed(mn_packed_read(path, 50 * 3073 - 1, &bytes, &n, &err), &err, MN_EFORMAT,
                      "more than the 153649 bytes");
        assert_null(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_follow_each_other_plain_or_packed),
        cmocka_unit_test(the_hundred_classes_have_twenty_coarse_ones),
        cmocka_unit_test(folders_of_the_archives_are_found),
        cmocka_unit_test(a_missing_batch_is_named),
        cmocka_unit_test(sizes_that_are_no_records_are_refused),
        cmocka_unit_test(labels_out_of_range_are_refused),
        cmocka_unit_test(every_truncation_of_a_packed_file_is_refused),
        cmocka_unit_test(a_packed_file_holds_no_more_than_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
