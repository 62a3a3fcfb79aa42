#include "support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <png.h>

#include "mnemoscope/file.h"
#include "mnemoscope/image_file.h"
#include "mnemoscope/rng.h"
#include "mnemoscope/text.h"

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", tests_scratch(), name);
    return path;
}

static const char *write_file(const char *name, const void *bytes, size_t n)
{
    mn_err err;
    const char *path = path_of(name);
    assert_ok(mn_file_replace(path, bytes, n, true, &err), &err);
    return path;
}

static const char *write_pnm(const char *name, const char *header, const void *pixels, size_t n)
{
    mn_text t = {0};
    mn_text_add(&t, "%s", header);
    mn_text_bytes(&t, pixels, n);
    const char *path = write_file(name, t.data, t.length);
    mn_text_finish(&t);
    return path;
}

static const char *write_png(const char *name, int width, int height, uint32_t format,
                             const void *pixels)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = format};
    const char *path = path_of(name);
    assert_true(png_image_write_to_file(&image, path, 0, pixels, 0, NULL));
    return path;
}

/* Of 255, and what rounding adds. */
static const double half_a_level = 0.51 / 255.0;

static void assert_reads(const char *path, int width, int height, int channels,
                         const double *want)
{
    mn_err err;
    float got[64];
    assert_ok(mn_image_file_read(path, width, height, channels, got, &err), &err);
    assert_close(got, want, (size_t)(width * height * channels), 0.0, half_a_level);
}

static void a_png_of_the_right_size_comes_as_it_is(void **state)
{
    const uint8_t pixels[6] = {0, 51, 102, 153, 204, 255};
    const double want[6] = {0.0, 0.2, 0.4, 0.6, 0.8, 1.0};
    assert_reads(write_png("grey.png", 3, 2, PNG_FORMAT_GRAY, pixels), 3, 2, 1, want);
}

static void a_large_picture_is_averaged_and_a_small_one_stretched(void **state)
{
    const uint8_t wide[8] = {0, 255, 255, 255, 0, 255, 0, 0};
    const double halves[2] = {0.5, 0.5}, thirds[3] = {0.25, 0.75, 0.5};
    const double ramps[8] = {0.0, 0.25, 0.75, 1.0, 0.0, 0.25, 0.75, 1.0};
    assert_reads(write_pnm("wide.pgm", "P5 4 2 255\n", wide, sizeof wide), 2, 1, 1, halves);
    assert_reads(path_of("wide.pgm"), 3, 1, 1, thirds);
    assert_reads(write_pnm("two.pgm", "P5 2 1 255\n", wide, 2), 4, 2, 1, ramps);
}

/* Pixel i of `to` is the mean of what it covers of `from` when it is smaller, or what lies at
 * its centre, between the centres of `from`: the weight of pixel j in it. */
static double weight(int from, int to, int i, int j)
{
    double scale = (double)from / to;
    if (to <= from)
        return fmax(0.0, fmin(j + 1.0, (i + 1) * scale) - fmax(j, i * scale)) / scale;
    double centre = fmin(fmax((i + 0.5) * scale - 0.5, 0.0), from - 1.0);
    return fmax(0.0, 1.0 - fabs(centre - j));
}

static void assert_stretches(int width, int height, int to_width, int to_height)
{
    enum { N = 4096 };
    static uint8_t pixels[3 * N];
    static float got[3 * N];
    static double want[3 * N];
    mn_rng r;
    mn_err err;
    mn_rng_seed(&r, (uint64_t)(width * 64 + to_width), "pixels");
    for (int i = 0; i < 3 * width * height; i++)
        pixels[i] = (uint8_t)mn_rng_next(&r);
    memset(want, 0, sizeof want);
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < to_height; y++)
            for (int x = 0; x < to_width; x++)
                for (int v = 0; v < height; v++)
                    for (int u = 0; u < width; u++)
                        want[(c * to_height + y) * to_width + x] +=
                            weight(height, to_height, y, v) * weight(width, to_width, x, u) *
                            pixels[3 * (v * width + u) + c] / 255.0;
    const char *path = write_png("noise.png", width, height, PNG_FORMAT_RGB, pixels);
    assert_ok(mn_image_file_read(path, to_width, to_height, 3, got, &err), &err);
    assert_close(got, want, (size_t)(3 * to_width * to_height), 0.0, half_a_level);
}

static void shrinking_is_an_average_and_enlarging_a_mixture(void **state)
{
    static const int sizes[] = {1, 2, 3, 5, 8, 13, 17};
    enum { N_SIZES = sizeof sizes / sizeof *sizes };
    for (int i = 0; i < N_SIZES; i++)
        for (int j = 0; j < N_SIZES; j++)
            assert_stretches(sizes[i], sizes[(i + j) % N_SIZES], sizes[j], sizes[(2 * j) % 7]);
    assert_stretches(64, 64, 32, 32);
    assert_stretches(37, 29, 32, 32);
    assert_stretches(9, 40, 32, 32);
}

static void long_pictures_become_one_pixel_and_one_pixel_long_ones(void **state)
{
    enum { LONG = MN_IMAGE_SIDE_MAX };
    static uint8_t pixels[LONG], out[LONG];
    mn_err err;
    for (int i = 0; i < LONG; i++)
        pixels[i] = i % 2 ? 255 : 0;
    const char *path = write_pnm("wide.pgm", "P5 16384 1 255\n", pixels, LONG);
    assert_ok(mn_image_file_read_bytes(path, 1, 1, 1, out, &err), &err);
    assert_in_range(out[0], 127, 128);
    assert_ok(mn_image_file_read_bytes(path, 1, 1024, 1, out, &err), &err);
    assert_in_range(out[1023], 127, 128);
    path = write_pnm("high.pgm", "P5 1 16384 255\n", pixels, LONG);
    assert_ok(mn_image_file_read_bytes(path, 127, 129, 1, out, &err), &err);
    assert_in_range(out[127 * 129 - 1], 126, 130);
    path = write_pnm("dot.pgm", "P5 1 1 255\n", "\x2a", 1);
    assert_ok(mn_image_file_read_bytes(path, LONG, 1, 1, out, &err), &err);
    for (int i = 0; i < LONG; i++)
        assert_int_equal(out[i], 42);
}

/* The library counts its memory in an int. */
static void sizes_that_need_absurd_memory_are_refused(void **state)
{
    static uint8_t pixels[MN_IMAGE_SIDE_MAX];
    float out = 7.0f;
    mn_err err;
    const char *path = write_pnm("high.pgm", "P5 1 16384 255\n", pixels, sizeof pixels);
    assert_failed(mn_image_file_read(path, 1 << 20, 1, 1, &out, &err), &err, MN_ENOMEM,
                  "cannot fit the 1 x 16384 pixels");
    assert_near((double)out, 7.0, 0.0);
}

static void colours_come_as_planes_and_grey_as_their_mean(void **state)
{
    const uint8_t pixels[6] = {255, 0, 51, 102, 102, 102};
    const double planes[6] = {1.0, 0.4, 0.0, 0.4, 0.2, 0.4};
    mn_err err;
    float grey[2];
    const char *path = write_pnm("colour.ppm", "P6 2 1 255\n", pixels, sizeof pixels);
    assert_reads(path, 2, 1, 3, planes);
    assert_ok(mn_image_file_read(path, 2, 1, 1, grey, &err), &err);
    assert_near((double)grey[0], (0.299 * 255 + 0.114 * 51) / 255.0, 0.005); /* luma */
    assert_near((double)grey[1], 0.4, 0.005);
}

static void what_is_transparent_is_black_whatever_lies_under_it(void **state)
{
    const uint8_t pixels[8] = {255, 255, 255, 0, 255, 255, 255, 255};
    assert_reads(write_png("clear.png", 2, 1, PNG_FORMAT_RGBA, pixels), 2, 1, 1,
                 (const double[]){0.0, 1.0});
}

/* 2 x 2 pixels of 24 bits, bottom row first, rows padded to 8 bytes. */
static const uint8_t bmp[70] = {'B',
                                'M',
                                70,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                54,
                                0,
                                0,
                                0,
                                40,
                                0,
                                0,
                                0,
                                2,
                                0,
                                0,
                                0,
                                2,
                                0,
                                0,
                                0,
                                1,
                                0,
                                24,
                                0,
                                0,
                                0,
                                0,
                                0,
                                16,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                0,
                                /* white black */ 255,
                                255,
                                255,
                                0,
                                0,
                                0,
                                0,
                                0,
                                /* black white */ 0,
                                0,
                                0,
                                255,
                                255,
                                255,
                                0,
                                0};

/* 8 x 8 pixels of one grey: baseline, one component, every coefficient but DC zero. The tables
 * hold one code each: "0" is a DC difference of 10 bits, or the end of the block. */
static const uint8_t jpeg_head[] = {0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0};
static const uint8_t jpeg_tail[] = {0xFF,
                                    0xC0,
                                    0,
                                    11,
                                    8,
                                    0,
                                    8,
                                    0,
                                    8,
                                    1,
                                    1,
                                    0x11,
                                    0,
                                    0xFF,
                                    0xC4,
                                    0,
                                    20,
                                    0x00,
                                    1,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    10,
                                    0xFF,
                                    0xC4,
                                    0,
                                    20,
                                    0x10,
                                    1,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0xFF,
                                    0xDA,
                                    0,
                                    8,
                                    1,
                                    1,
                                    0x00,
                                    0,
                                    63,
                                    0,
                                    /* 0, then 1000000000 (512), then 0, then ones */ 0x40,
                                    0x0F,
                                    0xFF,
                                    0xD9};

static void add_jpeg(mn_text *t)
{
    mn_text_bytes(t, jpeg_head, sizeof jpeg_head);
    for (int i = 0; i < 64; i++)
        mn_text_bytes(t, "\1", 1);
    mn_text_bytes(t, jpeg_tail, sizeof jpeg_tail);
}

static void bmp_and_jpeg_are_read(void **state)
{
    mn_text t = {0};
    assert_reads(write_file("two.bmp", bmp, sizeof bmp), 2, 2, 1,
                 (const double[]){0.0, 1.0, 1.0, 0.0});
    add_jpeg(&t);
    assert_reads(write_file("grey.jpg", t.data, t.length), 1, 1, 1,
                 (const double[]){(128.0 + 512.0 / 8.0) / 255.0});
    mn_text_finish(&t);
}

static void refuse(const char *path, mn_status want, const char *part)
{
    mn_err err;
    float out[4] = {7.0f};
    assert_failed(mn_image_file_read(path, 2, 2, 1, out, &err), &err, want, part);
    assert_near((double)out[0], 7.0, 0.0);
}

static void what_is_no_picture_is_refused(void **state)
{
    refuse("/nonexistent/a.png", MN_EIO, "/nonexistent/a.png");
    refuse(tests_scratch(), MN_EIO, "folder");
    refuse("/dev/zero", MN_EIO, "no regular file");
    assert_int_equal(mkfifo(path_of("pipe.png"), 0600), 0);
    refuse(path_of("pipe.png"), MN_EIO, "no regular file");
    assert_int_equal(symlink("loop.png", path_of("loop.png")), 0);
    refuse(path_of("loop.png"), MN_EIO, "loop.png");
    refuse(write_file("empty.png", "", 0), MN_EFORMAT, "wanted PNG, JPEG, BMP");
    refuse(write_file("text.png", "not a picture\n", 14), MN_EFORMAT, "text.png");
    refuse(write_pnm("ascii.pgm", "P2 2 1 255\n", "1 2", 3), MN_EFORMAT, "binary PNM");
    refuse(write_pnm("short.pgm", "P5 50 50 255\n", "1234", 4), MN_EFORMAT,
           "17 bytes found, 2513 wanted");
    refuse(write_pnm("deep.pgm", "P5 1 1 65535\n", "12", 2), MN_EFORMAT, "16 bits");
}

/* 16 lengths of 255 codes each: far more than a decoder's tables have room for. */
static void a_huffman_table_of_too_many_codes_is_refused(void **state)
{
    mn_text t = {0};
    mn_text_bytes(&t, "\xFF\xD8\xFF\xC4\x10\x03", 7);
    for (int i = 0; i < 16; i++)
        mn_text_bytes(&t, "\xFF", 1);
    for (int i = 0; i < 16 * 255; i++)
        mn_text_bytes(&t, "", 1);
    refuse(write_file("codes.jpg", t.data, t.length), MN_EFORMAT, "more than 256 codes");
    mn_text_finish(&t);
}

static void absurd_sizes_are_refused_before_memory_is_spent(void **state)
{
    refuse(write_pnm("a.pgm", "P5 16385 1 255\n", "1", 1), MN_EFORMAT, "16385 x 1");
    refuse(write_pnm("b.pgm", "P5 16384 16384 255\n", "1", 1), MN_EFORMAT, "in all");
    refuse(write_pnm("c.pgm", "P5 2147483647 2147483647 255\n", "1", 1), MN_EFORMAT, "c.pgm");
    refuse(write_pnm("d.pgm", "P5 99999999999 3 255\n", "1", 1), MN_EFORMAT, "d.pgm");
    refuse(write_pnm("e.pgm", "P5 0 3 255\n", "1", 1), MN_EFORMAT, "e.pgm");
}

/* What is cut off would be black, or what was there before. */
static void every_truncation_is_refused(void **state)
{
    const uint8_t pixels[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const char *const names[] = {"cut.png", "cut.pgm", "cut.ppm", "cut.bmp", "cut.jpg"};
    mn_text jpeg = {0};
    add_jpeg(&jpeg);
    write_png(names[0], 4, 3, PNG_FORMAT_GRAY, pixels);
    write_pnm(names[1], "P5\n# P6 9 9 255\n4 3\n255\n", pixels, 12);
    write_pnm(names[2], "P6 2 2 255\n", pixels, 12);
    write_file(names[3], bmp, sizeof bmp - 2); /* the padding of the last row may be missing */
    write_file(names[4], jpeg.data, jpeg.length - 3); /* without the last bits and the end */
    mn_text_finish(&jpeg);
    for (int k = 0; k < 5; k++) {
        char *bytes;
        size_t n;
        float out[4];
        mn_err err;
        assert_ok(mn_file_read(path_of(names[k]), 1 << 20, &bytes, &n, &err), &err);
        if (k < 4)
            assert_ok(mn_image_file_read(path_of(names[k]), 2, 2, 1, out, &err), &err);
        for (size_t i = 0; i < n; i++)
            refuse(write_file("cut", bytes, i), MN_EFORMAT, "cut'");
        free(bytes);
    }
}

static void a_png_with_any_bit_turned_is_refused(void **state)
{
    const uint8_t pixels[6] = {0, 51, 102, 153, 204, 255};
    char *bytes;
    size_t n;
    mn_err err;
    const char *path = write_png("bits.png", 3, 2, PNG_FORMAT_GRAY, pixels);
    assert_ok(mn_file_read(path, 1 << 20, &bytes, &n, &err), &err);
    for (size_t i = 0; i < n; i++) {
        bytes[i] ^= (char)(1 << i % 8);
        refuse(write_file("turned", bytes, n), MN_EFORMAT, "turned'");
        bytes[i] ^= (char)(1 << i % 8);
    }
    free(bytes);
}

/* Every byte cut off in turn, then random damage: an error or a picture of 0..1, no more. */
static void survive(const char *name)
{
    char *bytes;
    size_t n;
    mn_err err;
    mn_rng r;
    mn_rng_seed(&r, 3, name);
    assert_ok(mn_file_read(path_of(name), 1 << 20, &bytes, &n, &err), &err);
    for (size_t i = 0; i < n + 400; i++) {
        char *damaged = malloc(n + 1);
        memcpy(damaged, bytes, n);
        for (size_t k = 0; i >= n && k < 1 + i % 4; k++)
            damaged[mn_rng_below(&r, n)] = (char)mn_rng_next(&r);
        float out[4];
        write_file("damaged", damaged, i < n ? i : n);
        if (mn_image_file_read(path_of("damaged"), 2, 2, 1, out, &err) == MN_OK)
            for (int k = 0; k < 4; k++)
                assert_true(out[k] >= 0.0f && out[k] <= 1.0f);
        free(damaged);
    }
    free(bytes);
}

static void damaged_files_are_errors_or_pictures(void **state)
{
    mn_text t = {0};
    const uint8_t pixels[24] = {9, 8, 7, 200, 100, 50};
    add_jpeg(&t);
    write_file("x.jpg", t.data, t.length);
    write_file("x.bmp", bmp, sizeof bmp);
    write_pnm("x.ppm", "P6 4 2 255\n", pixels, sizeof pixels);
    write_png("x.png", 4, 2, PNG_FORMAT_RGB, pixels);
    survive("x.jpg"), survive("x.bmp"), survive("x.ppm"), survive("x.png");
    mn_text_finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_png_of_the_right_size_comes_as_it_is),
        cmocka_unit_test(a_large_picture_is_averaged_and_a_small_one_stretched),
        cmocka_unit_test(shrinking_is_an_average_and_enlarging_a_mixture),
        cmocka_unit_test(long_pictures_become_one_pixel_and_one_pixel_long_ones),
        cmocka_unit_test(sizes_that_need_absurd_memory_are_refused),
        cmocka_unit_test(colours_come_as_planes_and_grey_as_their_mean),
        cmocka_unit_test(what_is_transparent_is_black_whatever_lies_under_it),
        cmocka_unit_test(bmp_and_jpeg_are_read),
        cmocka_unit_test(what_is_no_picture_is_refused),
        cmocka_unit_test(a_huffman_table_of_too_many_codes_is_refused),
        cmocka_unit_test(absurd_sizes_are_refused_before_memory_is_spent),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(a_png_with_any_bit_turned_is_refused),
        cmocka_unit_test(damaged_files_are_errors_or_pictures),
    };
    return cmocka_run_group_tests_name("image_file", tests, NULL, NULL);
}
