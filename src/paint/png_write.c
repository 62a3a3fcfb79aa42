#include "mnemoscope/paint.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"

enum { PAIRS_MAX = 16, KEY_MAX = 79, VALUE_MAX = 64 * 1024, COMPRESSION = 9 };

/* What libpng's callbacks and the code after a longjmp need; lives outside the frame that
 * setjmp returns to twice. */
typedef struct {
    mn_file_write *file;
    mn_err *err;
    mn_status status;
    png_structp png;
    png_infop info;
    png_text text[PAIRS_MAX];
} job;

static void on_error(png_structp png, png_const_charp message)
{
    job *j = png_get_error_ptr(png);
    if (j->status == MN_OK)
        j->status = mn_fail(j->err, MN_EIO, "encoding a PNG: %s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void on_bytes(png_structp png, png_bytep bytes, size_t n)
{
    job *j = png_get_io_ptr(png);
    j->status = mn_file_add(j->file, bytes, n, j->err);
    if (j->status != MN_OK)
        png_error(png, "write failed");
}

static void on_flush(png_structp png)
{
    (void)png;
}

static mn_status check_pairs(const char *const *keys, const char *const *values, int n,
                             mn_err *err)
{
    if (n < 0 || n > PAIRS_MAX)
        return mn_fail(err, MN_EINVAL, "PNG metadata: %d pairs found, at most %d wanted", n,
                       PAIRS_MAX);
    for (int i = 0; i < n; i++) {
        size_t length = strlen(keys[i]);
        if (length < 1 || length > KEY_MAX ||
            strspn(keys[i], "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789.:_-") != length)
            return mn_fail(err, MN_EINVAL,
                           "PNG metadata: key '%.40s' found, 1..%d letters, digits or '.:_-' "
                           "wanted",
                           keys[i], KEY_MAX);
        if (strlen(values[i]) > VALUE_MAX)
            return mn_fail(err, MN_EINVAL,
                           "PNG metadata: value of '%s' has %zu bytes, at most %d wanted",
                           keys[i], strlen(values[i]), VALUE_MAX);
    }
    return MN_OK;
}

/* Everything that can be chosen is fixed here, so that a picture has one encoding. */
static void encode(job *j, const mn_image *i, int n)
{
    png_set_write_fn(j->png, j, on_bytes, on_flush);
    png_set_compression_level(j->png, COMPRESSION);
    png_set_compression_mem_level(j->png, 8);
    png_set_compression_strategy(j->png, 0);
    png_set_filter(j->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_set_IHDR(j->png, j->info, (png_uint_32)i->width, (png_uint_32)i->height, 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_text(j->png, j->info, j->text, n);
    png_write_info(j->png, j->info);
    for (int y = 0; y < i->height; y++)
        png_write_row(j->png, i->rgb + 3 * (size_t)y * (size_t)i->width);
    png_write_end(j->png, NULL);
}

static mn_status write_picture(job *j, const mn_image *i, int n)
{
    j->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, j, on_error, on_warning);
    j->info = j->png ? png_create_info_struct(j->png) : NULL;
    if (!j->info)
        j->status = mn_fail(j->err, MN_ENOMEM, "cannot allocate a PNG encoder");
    else if (setjmp(png_jmpbuf(j->png)) == 0)
        encode(j, i, n);
    png_destroy_write_struct(&j->png, &j->info);
    return j->status;
}

mn_status mn_png_write(const char *path, const mn_image *i, const char *const *keys,
                       const char *const *values, int n, mn_err *err)
{
    job j = {.err = err};
    mn_status s = check_pairs(keys, values, n, err);
    if (s != MN_OK)
        return s;
    for (int k = 0; k < n; k++)
        j.text[k] = (png_text){.compression = PNG_ITXT_COMPRESSION_NONE,
                               .key = (png_charp)(uintptr_t)keys[k],
                               .text = (png_charp)(uintptr_t)values[k],
                               .itxt_length = strlen(values[k])};
    if ((s = mn_file_begin(&j.file, path, err)) != MN_OK)
        return s;
    if ((s = write_picture(&j, i, n)) != MN_OK) {
        mn_file_discard(j.file);
        return s;
    }
    return mn_file_commit(j.file, false, err);
}
