#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "mnemoscope/paint.h"
#include "mnemoscope/rng.h"

enum { WIDTH = 31, HEIGHT = 17 };
static const char *const keys[] = {"mnemoscope.command", "mnemoscope.digest"};
static const char *const values[] = {"run --preset krotov-hopfield-n20 # β = ½", "9f2c41d8"};

static mn_image picture(unsigned char *rgb)
{
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        rgb[i] = (unsigned char)(i * 7 + i / 93);
    return (mn_image){WIDTH, HEIGHT, rgb};
}

static const char *scratch_path(char out[512], const char *name)
{
    snprintf(out, 512, "%s/%s", tests_scratch(), name);
    return out;
}

/* Writes the picture with its metadata; the caller frees the bytes. */
static char *write_and_read(const char *name, size_t *size)
{
    unsigned char rgb[WIDTH * HEIGHT * 3];
    char path[512], *bytes;
    mn_err err;
    mn_image i = picture(rgb);
    remove(scratch_path(path, name));
    assert_ok(mn_png_write(path, &i, keys, values, 2, &err), &err);
    assert_ok(mn_file_read(path, 1 << 20, &bytes, size, &err), &err);
    return bytes;
}

static void metadata_comes_back_as_it_was(void **state)
{
    size_t size;
    char path[512];
    mn_err err;
    mn_png_info info;
    free(write_and_read("meta.png", &size));
    assert_ok(mn_png_inspect(scratch_path(path, "meta.png"), &info, &err), &err);
    assert_int_equal(info.width, WIDTH);
    assert_int_equal(info.height, HEIGHT);
    assert_int_equal(info.n, 2);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(info.keys[i], keys[i]);
        assert_string_equal(info.values[i], values[i]);
    }
    mn_png_info_finish(&info);
    mn_png_info_finish(&info);
}

static void the_same_picture_has_the_same_bytes(void **state)
{
    size_t n, m;
    char *a = write_and_read("a.png", &n), *b = write_and_read("b.png", &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    assert_null(memmem(a, n, "tIME", 4));
    free(a);
    free(b);
}

static void nothing_is_overwritten(void **state)
{
    size_t size, after;
    unsigned char rgb[WIDTH * HEIGHT * 3];
    char path[512], *bytes = write_and_read("kept.png", &size), *again;
    mn_err err;
    mn_image i = picture(rgb);
    rgb[0] ^= 0xff;
    assert_failed(mn_png_write(scratch_path(path, "kept.png"), &i, NULL, NULL, 0, &err), &err,
                  MN_EIO, "kept.png");
    assert_ok(mn_file_read(path, 1 << 20, &again, &after, &err), &err);
    assert_int_equal(size, after);
    assert_memory_equal(bytes, again, size);
    free(bytes);
    free(again);
}

static void metadata_that_cannot_be_stored_is_refused(void **state)
{
    unsigned char rgb[WIDTH * HEIGHT * 3];
    char path[512], long_key[90], *huge = malloc(70000);
    const char *bad[] = {"", long_key, "two words", "ключ"};
    mn_err err;
    mn_image i = picture(rgb);
    memset(long_key, 'k', sizeof long_key);
    long_key[89] = '\0';
    memset(huge, 'v', 69999);
    huge[69999] = '\0';
    scratch_path(path, "refused.png");
    for (int k = 0; k < 4; k++)
        assert_failed(mn_png_write(path, &i, &bad[k], values, 1, &err), &err, MN_EINVAL, "key");
    const char *value = huge;
    assert_failed(mn_png_write(path, &i, keys, &value, 1, &err), &err, MN_EINVAL, "69999");
    assert_failed(mn_png_write(path, &i, keys, values, 17, &err), &err, MN_EINVAL, "17 pairs");
    assert_false(mn_file_exists(path));
    free(huge);
}

/* Inspects these bytes; any failure must carry a message. */
static mn_status inspect_bytes(const char *bytes, size_t size)
{
    char path[512];
    mn_err err;
    mn_png_info info;
    assert_ok(mn_file_replace(scratch_path(path, "hostile.png"), bytes, size, true, &err),
              &err);
    mn_status s = mn_png_inspect(path, &info, &err);
    if (s == MN_OK)
        mn_png_info_finish(&info);
    else
        assert_non_null(strstr(err.msg, "hostile.png"));
    return s;
}

static void every_truncation_is_a_clear_failure(void **state)
{
    size_t size;
    char *bytes = write_and_read("whole.png", &size);
    for (size_t n = 0; n < size; n += n < 200 ? 1 : 13)
        assert_int_equal(inspect_bytes(bytes, n), MN_EFORMAT);
    assert_int_equal(inspect_bytes(bytes, size), MN_OK);
    free(bytes);
}

static void damaged_bytes_fail_or_are_harmless(void **state)
{
    size_t size;
    char *bytes = write_and_read("damaged.png", &size);
    mn_rng rng;
    int failures = 0;
    mn_rng_seed(&rng, 11, "damage");
    for (int i = 0; i < 150; i++) {
        size_t at = mn_rng_below(&rng, size);
        char old = bytes[at];
        bytes[at] = (char)(old ^ (1 << mn_rng_below(&rng, 8)));
        failures += inspect_bytes(bytes, size) != MN_OK;
        bytes[at] = old;
    }
    assert_true(failures > 140); /* nearly every byte is under a checksum */
    free(bytes);
}

static void a_huge_claim_is_refused_before_memory_is_taken(void **state)
{
    /* IHDR of 2^31-1 x 2^31-1, checksum right. */
    static const char head[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff"
                               "\x08\x06\0\0\0\x4c\x28\x2c\x3b";
    assert_int_equal(inspect_bytes(head, sizeof head - 1), MN_EFORMAT);
}

static void other_files_are_not_taken_for_pictures(void **state)
{
    mn_err err;
    mn_png_info info;
    char path[512];
    assert_int_equal(inspect_bytes("GIF89a and so on, quite long", 28), MN_EFORMAT);
    assert_int_equal(inspect_bytes("", 0), MN_EFORMAT);
    assert_failed(mn_png_inspect(scratch_path(path, "absent.png"), &info, &err), &err, MN_EIO,
                  "absent.png");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_comes_back_as_it_was),
        cmocka_unit_test(the_same_picture_has_the_same_bytes),
        cmocka_unit_test(nothing_is_overwritten),
        cmocka_unit_test(metadata_that_cannot_be_stored_is_refused),
        cmocka_unit_test(every_truncation_is_a_clear_failure),
        cmocka_unit_test(damaged_bytes_fail_or_are_harmless),
        cmocka_unit_test(a_huge_claim_is_refused_before_memory_is_taken),
        cmocka_unit_test(other_files_are_not_taken_for_pictures),
    };
    return cmocka_run_group_tests_name("png", tests, NULL, NULL);
}
