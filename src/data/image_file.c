#include "mnemoscope/image_file.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "mnemoscope/file.h"
#include "stb_image_config.h"

/* A decoded picture: `depth` bytes a pixel, the last of them opacity. */
typedef struct picture {
    int width, height, depth;
    stbi_uc *pixels;
} picture;

static mn_status refuse(const char *path, mn_err *err)
{
    return mn_fail(err, MN_EFORMAT,
                   "cannot read a picture from '%s': %s; wanted PNG, JPEG, BMP or binary PNM",
                   path, stbi_failure_reason());
}

/* stb_image takes a PNM for what its header says: bytes that are missing, or more than one a
 * value, have to be seen here. */
static mn_status check_pnm(const char *path, const stbi_uc *bytes, size_t n, size_t n_values,
                           mn_err *err)
{
    if (stbi_is_16_bit_from_memory(bytes, (int)n))
        return mn_fail(err, MN_EFORMAT, "cannot read '%s': a PNM of 16 bits, wanted 8", path);
    if (n < n_values)
        return mn_fail(err, MN_EFORMAT,
                       "cannot read '%s': %zu bytes found where %zu values are promised", path,
                       n, n_values);
    return MN_OK;
}

/* The Huffman tables of one JPEG segment, n bytes from its length on. */
static bool are_codes_too_many(const stbi_uc *segment, size_t n)
{
    size_t end = n < 2 ? 0 : (size_t)segment[0] << 8 | segment[1];
    for (size_t at = 2; at + 17 <= n && at < end;) {
        size_t n_codes = 0;
        if (segment[at] >> 4 > 1 || (segment[at] & 15) > 3)
            return false; /* stb_image refuses it */
        for (size_t i = 1; i <= 16; i++)
            n_codes += segment[at + i];
        if (n_codes > 256)
            return true;
        at += 17 + n_codes;
    }
    return false;
}

/* stb_image 2.27 writes behind its tables when one has more than 256 codes. It finds them
 * wherever FF C4 is, and so does this, even where a stricter reader would see other data. */
static mn_status check_jpeg(const char *path, const stbi_uc *bytes, size_t n, mn_err *err)
{
    for (size_t i = 0; i + 2 < n; i++)
        if (bytes[i] == 0xFF && bytes[i + 1] == 0xC4 &&
            are_codes_too_many(bytes + i + 2, n - i - 2))
            return mn_fail(err, MN_EFORMAT,
                           "cannot read '%s': a Huffman table at byte %zu has more than 256 "
                           "codes",
                           path, i);
    return MN_OK;
}

/* What the header says, before memory is spent on it. */
static mn_status check_header(const char *path, const stbi_uc *bytes, size_t n, mn_err *err)
{
    int width, height, depth;
    mn_status status = n && bytes[0] == 0xFF ? check_jpeg(path, bytes, n, err) : MN_OK;
    if (status != MN_OK)
        return status;
    if (!stbi_info_from_memory(bytes, (int)n, &width, &height, &depth))
        return refuse(path, err);
    if (width < 1 || height < 1 || width > MN_IMAGE_SIDE_MAX || height > MN_IMAGE_SIDE_MAX ||
        (size_t)width * (size_t)height > MN_IMAGE_MAX)
        return mn_fail(err, MN_EFORMAT,
                       "cannot read '%s': %d x %d pixels found, wanted at most %d a side and "
                       "%d in all",
                       path, width, height, MN_IMAGE_SIDE_MAX, MN_IMAGE_MAX);
    if (bytes[0] != 'P')
        return MN_OK;
    return check_pnm(path, bytes, n, (size_t)width * (size_t)height * (size_t)depth, err);
}

static mn_status decode(const char *path, const stbi_uc *bytes, size_t n, int channels,
                        picture *p, mn_err *err)
{
    mn_status status = check_header(path, bytes, n, err);
    if (status != MN_OK)
        return status;
    int depth;
    p->depth = channels + 1;
    p->pixels = stbi_load_from_memory(bytes, (int)n, &p->width, &p->height, &depth, p->depth);
    return p->pixels ? MN_OK : refuse(path, err);
}

/* How much of pixel i lies between `from` and `to`. */
static double overlap(int i, double from, double to)
{
    return fmin(to, i + 1.0) - fmax(from, i);
}

/* The mean of a plane between x0, y0 and x1, y1, black shining through. */
static float mean(const picture *p, int plane, double x0, double y0, double x1, double y1)
{
    double sum = 0.0;
    for (int y = (int)y0; y < y1 && y < p->height; y++) {
        double row = 0.0;
        for (int x = (int)x0; x < x1 && x < p->width; x++) {
            size_t at = ((size_t)y * (size_t)p->width + (size_t)x) * (size_t)p->depth;
            const stbi_uc *pixel = p->pixels + at;
            row += overlap(x, x0, x1) * pixel[plane] * pixel[p->depth - 1];
        }
        sum += row * overlap(y, y0, y1);
    }
    return (float)fmin(1.0, sum / ((x1 - x0) * (y1 - y0) * 255.0 * 255.0));
}

static void stretch(const picture *p, int width, int height, float *out)
{
    double dx = (double)p->width / width, dy = (double)p->height / height;
    for (int plane = 0; plane < p->depth - 1; plane++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                *out++ = mean(p, plane, x * dx, y * dy, (x + 1) * dx, (y + 1) * dy);
}

mn_status mn_image_file_read(const char *path, int width, int height, int channels, float *out,
                             mn_err *err)
{
    char *bytes;
    size_t n;
    picture p = {0};
    assert(width > 0 && height > 0 && (channels == 1 || channels == 3));
    mn_status status = mn_file_read(path, MN_IMAGE_FILE_BYTES_MAX, &bytes, &n, err);
    if (status != MN_OK)
        return status;
    if ((status = decode(path, (const stbi_uc *)bytes, n, channels, &p, err)) == MN_OK)
        stretch(&p, width, height, out);
    stbi_image_free(p.pixels);
    free(bytes);
    return status;
}
