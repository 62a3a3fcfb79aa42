#include "mnemoscope/paint.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"

enum { PAIRS_MAX = 16, VALUE_MAX = 64 * 1024, SIDE_MAX = 32768, FILE_MAX = 64 << 20 };

typedef struct {
    const char *path;
    const unsigned char *bytes;
    size_t size, at;
    mn_err *err;
    mn_status status;
    png_structp png;
    png_infop info, end;
    png_bytep row;
} job;

static void on_error(png_structp png, png_const_charp message)
{
    job *j = png_get_error_ptr(png);
    j->status = mn_fail(j->err, MN_EFORMAT, "reading PNG '%s': %s", j->path, message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void on_read(png_structp png, png_bytep out, size_t n)
{
    job *j = png_get_io_ptr(png);
    if (n > j->size - j->at)
        png_error(png, "file is cut short");
    memcpy(out, j->bytes + j->at, n);
    j->at += n;
}

/* All rows are decoded, one at a time, because that is what finds a damaged file. */
static void decode(job *j, mn_png_info *out)
{
    png_set_read_fn(j->png, j, on_read);
    png_set_user_limits(j->png, SIDE_MAX, SIDE_MAX);
    png_set_chunk_malloc_max(j->png, VALUE_MAX + 4096);
    png_set_chunk_cache_max(j->png, 64);
    png_set_crc_action(j->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_read_info(j->png, j->info);
    out->width = (int)png_get_image_width(j->png, j->info);
    out->height = (int)png_get_image_height(j->png, j->info);
    if ((long long)out->width * out->height > 1LL << 27)
        png_error(j->png, "more than 134 million pixels");
    int passes = png_set_interlace_handling(j->png);
    png_read_update_info(j->png, j->info);
    j->row = png_malloc(j->png, png_get_rowbytes(j->png, j->info));
    for (int pass = 0; pass < passes; pass++)
        for (int y = 0; y < out->height; y++)
            png_read_row(j->png, j->row, NULL);
    png_read_end(j->png, j->end);
}

/* Keys and values of one set of chunks; what is over the caps is left out. */
static mn_status take(job *j, png_infop info, mn_png_info *out)
{
    png_textp text;
    int n = png_get_text(j->png, info, &text, NULL);
    for (int i = 0; i < n && out->n < PAIRS_MAX; i++) {
        if (!text[i].key || !text[i].text || strlen(text[i].text) > VALUE_MAX)
            continue;
        out->keys[out->n] = strdup(text[i].key);
        out->values[out->n] = strdup(text[i].text);
        out->n++;
        if (!out->keys[out->n - 1] || !out->values[out->n - 1])
            return mn_fail(j->err, MN_ENOMEM, "reading PNG '%s': no memory", j->path);
    }
    return MN_OK;
}

static void read_picture(job *j, mn_png_info *out)
{
    j->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, j, on_error, on_warning);
    j->info = j->png ? png_create_info_struct(j->png) : NULL;
    j->end = j->info ? png_create_info_struct(j->png) : NULL;
    if (!j->end) {
        j->status = mn_fail(j->err, MN_ENOMEM, "reading PNG '%s': no memory", j->path);
    } else if (setjmp(png_jmpbuf(j->png)) == 0) {
        decode(j, out);
        j->status = take(j, j->info, out);
        if (j->status == MN_OK)
            j->status = take(j, j->end, out);
    }
    if (j->png)
        png_free(j->png, j->row);
    png_destroy_read_struct(&j->png, &j->info, &j->end);
}

mn_status mn_png_inspect(const char *path, mn_png_info *out, mn_err *err)
{
    char *bytes;
    mn_png_info found = {0};
    job j = {.path = path, .err = err};
    mn_status s = mn_file_read(path, FILE_MAX, &bytes, &j.size, err);
    if (s != MN_OK)
        return s;
    j.bytes = (const unsigned char *)bytes;
    if (j.size < 8 || png_sig_cmp(j.bytes, 0, 8))
        j.status = mn_fail(err, MN_EFORMAT,
                           "reading PNG '%s': signature of a PNG wanted, "
                           "another file found",
                           path);
    else
        read_picture(&j, &found);
    free(bytes);
    if (j.status != MN_OK) {
        mn_png_info_finish(&found);
        return j.status;
    }
    *out = found;
    return MN_OK;
}

void mn_png_info_finish(mn_png_info *i)
{
    if (!i)
        return;
    for (int k = 0; k < PAIRS_MAX; k++) {
        free(i->keys[k]);
        free(i->values[k]);
    }
    *i = (mn_png_info){0};
}
