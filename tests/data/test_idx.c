#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "idx.h"
#include "mnemoscope/dataset.h"
#include "mnemoscope/file.h"
#include "mnemoscope/text.h"

static void add_number(mn_text *t, uint32_t v)
{
    const uint8_t b[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    mn_text_bytes(t, b, sizeof b);
}

/* n images of 4 by 3 pixels, byte k of the data being k. */
static mn_text images(uint32_t n)
{
    mn_text t = {0};
    add_number(&t, 0x803);
    add_number(&t, n);
    add_number(&t, 3);
    add_number(&t, 4);
    for (uint32_t k = 0; k < 12 * n; k++)
        mn_text_bytes(&t, &(uint8_t){(uint8_t)k}, 1);
    return t;
}

/* n labels: 0, 1, ... 9, 0, ... */
static mn_text labels(uint32_t n)
{
    mn_text t = {0};
    add_number(&t, 0x801);
    add_number(&t, n);
    for (uint32_t k = 0; k < n; k++)
        mn_text_bytes(&t, &(uint8_t){(uint8_t)(k % 10)}, 1);
    return t;
}

static mn_text zip(const mn_text *plain)
{
    mn_text t = {0};
    z_stream z = {.next_in = (Bytef *)plain->data, .avail_in = (uInt)plain->length};
    Bytef out[65536];
    z.next_out = out;
    z.avail_out = sizeof out;
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    mn_text_bytes(&t, out, sizeof out - z.avail_out);
    deflateEnd(&z);
    return t;
}

static void refuse(const mn_text *file, size_t n, int n_dims, const char *part)
{
    mn_idx x = {0};
    mn_err err = {0};
    assert_failed(mn_idx_parse(&x, file->data, n, "some-file", n_dims, &err), &err, MN_EFORMAT,
                  part);
    assert_non_null(strstr(err.msg, "'some-file'"));
    assert_null(x.data);
}

static void plain_and_gzip_files_give_the_same(void **state)
{
    mn_text plain = images(5), packed = zip(&plain);
    mn_idx a = {0}, b = {0};
    mn_err err = {0};
    assert_ok(mn_idx_parse(&a, plain.data, plain.length, "f", MN_IDX_IMAGES, &err), &err);
    assert_ok(mn_idx_parse(&b, packed.data, packed.length, "f", MN_IDX_IMAGES, &err), &err);
    assert_int_equal(a.dims[0], 5);
    assert_int_equal(a.dims[1], 3);
    assert_int_equal(a.dims[2], 4);
    assert_int_equal(a.n, 60);
    assert_int_equal(b.n, 60);
    assert_memory_equal(a.data, b.data, 60);
    mn_idx_finish(&a);
    mn_idx_finish(&b);
    mn_text_finish(&plain);
    mn_text_finish(&packed);
}

static void gzip_files_of_two_members_are_read_as_one(void **state)
{
    mn_text plain = images(5), first = {0}, rest = {0};
    mn_idx x = {0};
    mn_err err = {0};
    mn_text_bytes(&first, plain.data, 33);
    mn_text_bytes(&rest, plain.data + 33, plain.length - 33);
    mn_text packed = zip(&first), more = zip(&rest);
    mn_text_bytes(&packed, more.data, more.length);
    assert_ok(mn_idx_parse(&x, packed.data, packed.length, "f", MN_IDX_IMAGES, &err), &err);
    assert_memory_equal(x.data, plain.data + 16, 60);
    mn_idx_finish(&x);
    mn_text_finish(&plain);
    mn_text_finish(&first);
    mn_text_finish(&rest);
    mn_text_finish(&packed);
    mn_text_finish(&more);
}

static void every_truncation_is_refused(void **state)
{
    mn_text plain = images(5), packed = zip(&plain);
    for (size_t n = 0; n < plain.length; n++)
        refuse(&plain, n, MN_IDX_IMAGES, "cut off");
    for (size_t n = 0; n < packed.length; n++)
        refuse(&packed, n, MN_IDX_IMAGES, "'some-file'");
    refuse(&packed, packed.length - 1, MN_IDX_IMAGES, "ends in the middle");
    mn_text_finish(&plain);
    mn_text_finish(&packed);
}

static void trailing_bytes_are_refused(void **state)
{
    mn_text plain = labels(5), packed = zip(&plain);
    mn_text_bytes(&packed, "junk", 4);
    refuse(&packed, packed.length, MN_IDX_LABELS, "unpack");
    mn_text_bytes(&plain, "x", 1);
    refuse(&plain, plain.length, MN_IDX_LABELS, "bytes behind its 5 bytes");
    mn_text longer = zip(&plain);
    refuse(&longer, longer.length, MN_IDX_LABELS, "bytes behind its 5 bytes");
    mn_text_finish(&plain);
    mn_text_finish(&packed);
    mn_text_finish(&longer);
}

static void a_wrong_checksum_is_refused(void **state)
{
    mn_text plain = labels(50), packed = zip(&plain);
    packed.data[packed.length - 6] ^= 1;
    refuse(&packed, packed.length, MN_IDX_LABELS, "incorrect data check");
    mn_text_finish(&plain);
    mn_text_finish(&packed);
}

static void mislabelled_files_are_called_so(void **state)
{
    mn_text i = images(2), l = labels(2);
    refuse(&l, l.length, MN_IDX_IMAGES, "mislabelled: it holds labels");
    refuse(&i, i.length, MN_IDX_LABELS, "mislabelled: it holds images");
    mn_text png = {0};
    mn_text_bytes(&png, "\x89PNG\r\n\x1a\n", 8);
    refuse(&png, png.length, MN_IDX_IMAGES, "0x89504e47");
    mn_text_finish(&i);
    mn_text_finish(&l);
    mn_text_finish(&png);
}

static void absurd_sizes_are_refused(void **state)
{
    static const uint32_t sizes[][3] = {
        {0, 28, 28}, {1, 0, 28}, {0xffffffff, 0xffffffff, 0xffffffff}, {0x40000, 0x1000, 2}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        mn_text t = {0};
        add_number(&t, 0x803);
        for (int k = 0; k < 3; k++)
            add_number(&t, sizes[i][k]);
        refuse(&t, t.length, MN_IDX_IMAGES, "size ");
        mn_text_finish(&t);
    }
}

static void a_short_gzip_file_cannot_ask_for_much_memory(void **state)
{
    mn_text t = {0};
    add_number(&t, 0x803);
    add_number(&t, 0x3ff);
    add_number(&t, 0x400);
    add_number(&t, 0x400);
    mn_text packed = zip(&t);
    refuse(&packed, packed.length, MN_IDX_IMAGES, "promises");
    mn_text_finish(&t);
    mn_text_finish(&packed);
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
    char path[8192];
    mn_err err = {0};
    snprintf(path, sizeof path, "%s/%s", where, name);
    assert_ok(mn_file_replace(path, t.data, t.length, true, &err), &err);
    mn_text_finish(&t);
}

static void put_set(const char *where, uint32_t n, uint32_t n_test)
{
    put(where, "train-images-idx3-ubyte", images(n));
    put(where, "train-labels.idx1-ubyte", labels(n));
    mn_text plain = images(n_test);
    put(where, "t10k-images-idx3-ubyte.gz", zip(&plain));
    mn_text_finish(&plain);
    put(where, "t10k-labels-idx1-ubyte", labels(n_test));
}

static mn_status load(mn_dataset **d, const char *name, const char *where, mn_err *err)
{
    mn_data_cfg cfg;
    mn_param_defaults(mn_data_params, &cfg);
    const mn_param *p = mn_param_find(mn_data_params, "data-dir");
    assert_ok(mn_param_set(p, &cfg, where, err), err);
    return mn_dataset_load(d, name, &cfg, 1, err);
}

static void both_spellings_plain_and_gzip_are_found(void **state)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    const char *where = folder("spellings");
    put_set(where, 7, 3);
    assert_ok(load(&d, "mnist", where, &err), &err);
    const mn_data_shape *s = mn_dataset_shape(d);
    assert_int_equal(s->n[MN_TRAIN], 7);
    assert_int_equal(s->n[MN_TEST], 3);
    assert_int_equal(s->width, 4);
    assert_int_equal(s->height, 3);
    assert_int_equal(s->n_classes, 10);
    assert_int_equal(mn_dataset_label(d, MN_TRAIN, 6), 6);
    float x[12];
    mn_dataset_read(d, MN_TEST, 1, 0.0f, 255.0f, x);
    assert_true(x[0] == 12.0f && x[11] == 23.0f);
    mn_dataset_free(d);
}

static void a_folder_of_the_sets_name_comes_first(void **state)
{
    char where[4096];
    mn_dataset *d = NULL;
    mn_err err = {0};
    snprintf(where, sizeof where, "%s", folder("both"));
    put_set(where, 7, 3);
    put_set(folder("both/fashion-mnist"), 5, 2);
    assert_ok(load(&d, "fashion", where, &err), &err);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 5);
    assert_string_equal(mn_dataset_class(d, 5), "sandal");
    mn_dataset_free(d);
    assert_ok(load(&d, "mnist", where, &err), &err);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 7);
    assert_string_equal(mn_dataset_class(d, 5), "5");
    mn_dataset_free(d);
}

static void the_usual_places_are_searched_in_order(void **state)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    folder("share");
    folder("share/mnemoscope");
    put_set(folder("share/mnemoscope/mnist"), 4, 2);
    put_set(folder("own"), 6, 2);
    unsetenv("MNEMOSCOPE_DATA");
    setenv("XDG_DATA_HOME", "/nonexistent/home", 1);
    setenv("XDG_DATA_DIRS", "/nonexistent/dirs", 1);
    assert_failed(load(&d, "mnist", "", &err), &err, MN_EIO, "t10k-labels-idx1-ubyte");
    assert_non_null(strstr(err.msg, "/nonexistent/home/mnemoscope"));
    setenv("XDG_DATA_HOME", folder("share"), 1);
    assert_ok(load(&d, "mnist", "", &err), &err);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 4);
    mn_dataset_free(d);
    setenv("MNEMOSCOPE_DATA", folder("own"), 1);
    assert_ok(load(&d, "mnist", "", &err), &err);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 6);
    mn_dataset_free(d);
}

static void data_dir_is_the_only_place_when_given(void **state)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    setenv("MNEMOSCOPE_DATA", folder("own"), 1);
    put_set(folder("own"), 6, 2);
    assert_failed(load(&d, "mnist", folder("empty"), &err), &err, MN_EIO, folder("empty"));
    assert_failed(load(&d, "fashion", folder("empty"), &err), &err, MN_EIO,
                  "apt install dataset-fashion-mnist");
}

static void sets_that_do_not_fit_together_are_refused(void **state)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    const char *where = folder("misfits");
    put_set(where, 7, 3);
    put(where, "train-labels.idx1-ubyte", labels(6));
    assert_failed(load(&d, "mnist", where, &err), &err, MN_EFORMAT, "7 images, 6 labels");
    mn_text bad = labels(7);
    bad.data[8 + 4] = 10;
    put(where, "train-labels.idx1-ubyte", bad);
    assert_failed(load(&d, "mnist", where, &err), &err, MN_EFORMAT, "is 10: 0 to 9 wanted");
    put(where, "train-labels.idx1-ubyte", images(7));
    assert_failed(load(&d, "mnist", where, &err), &err, MN_EFORMAT, "mislabelled");
    put(where, "train-labels.idx1-ubyte", labels(7));
    mn_text other = {0};
    for (int i = 0; i < 4; i++)
        add_number(&other, i == 0 ? 0x803 : i == 1 ? 3 : 2);
    mn_text_bytes(&other, "123412341234", 12);
    put(where, "t10k-images-idx3-ubyte", other);
    assert_failed(load(&d, "mnist", where, &err), &err, MN_EFORMAT, "2 by 2");
}

static void a_missing_file_of_a_set_is_named(void **state)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    const char *where = folder("partial");
    put(where, "train-images-idx3-ubyte", images(7));
    assert_failed(load(&d, "mnist", where, &err), &err, MN_EIO, "train-labels-idx1-ubyte");
    put(where, "train-labels-idx1-ubyte", labels(7));
    mkdir(folder("partial/t10k-images-idx3-ubyte"), 0777);
    assert_failed(load(&d, "mnist", folder("partial"), &err), &err, MN_EIO, "it is a folder");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_and_gzip_files_give_the_same),
        cmocka_unit_test(gzip_files_of_two_members_are_read_as_one),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(trailing_bytes_are_refused),
        cmocka_unit_test(a_wrong_checksum_is_refused),
        cmocka_unit_test(mislabelled_files_are_called_so),
        cmocka_unit_test(absurd_sizes_are_refused),
        cmocka_unit_test(a_short_gzip_file_cannot_ask_for_much_memory),
        cmocka_unit_test(both_spellings_plain_and_gzip_are_found),
        cmocka_unit_test(a_folder_of_the_sets_name_comes_first),
        cmocka_unit_test(the_usual_places_are_searched_in_order),
        cmocka_unit_test(data_dir_is_the_only_place_when_given),
        cmocka_unit_test(sets_that_do_not_fit_together_are_refused),
        cmocka_unit_test(a_missing_file_of_a_set_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
