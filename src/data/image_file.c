#include "mnemoscope/image_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <stb/stb_image_resize.h>

#include "image_whole.h"
#include "mnemoscope/file.h"
#include "stb_image_config.h"

enum { RESIZE_MAX = 1 << 28 };

/* A decoded picture: `depth` bytes a pixel, the last of them opacity until it is flattened. */
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

/* What the header says, before memory is spent on it. */
static mn_status check_header(const char *path, const stbi_uc *bytes, size_t n, mn_err *err)
{
    int width, height, depth;
    mn_status status = mn_image_whole(path, bytes, n, err);
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
    return MN_OK;
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

/* What is transparent becomes black, and opacity goes. */
static void flatten(picture *p)
{
    int n = p->depth - 1;
    const stbi_uc *from = p->pixels;
    stbi_uc *to = p->pixels;
    for (size_t i = (size_t)p->width * (size_t)p->height; i > 0; i--, from += p->depth, to += n)
        for (int k = 0; k < n; k++)
            to[k] = (stbi_uc)((from[k] * from[n] + 127) / 255);
    p->depth = n;
}

/* stb_image_resize counts its memory in an int; the rows that a row of the outcome covers are
 * most of it. */
static mn_status check_room(const char *path, const picture *p, int width, int height,
                            mn_err *err)
{
    size_t rows = (size_t)(p->height / height) + 4;
    size_t row = (size_t)width * (size_t)p->depth * sizeof(float);
    if (row < RESIZE_MAX && rows * row < RESIZE_MAX)
        return MN_OK;
    return mn_fail(err, MN_ENOMEM, "cannot fit the %d x %d pixels of '%s' into %d x %d",
                   p->width, p->height, path, width, height);
}

/* A box as wide as a pixel of the outcome, or a triangle as wide as two of the picture's. */
static stbir_filter filter(int from, int to)
{
    return to > from ? STBIR_FILTER_TRIANGLE : STBIR_FILTER_BOX;
}

/* Stretches the picture and takes it apart into planes. */
static mn_status fit(const char *path, picture *p, int width, int height, uint8_t *out,
                     mn_err *err)
{
    size_t n = (size_t)width * (size_t)height, depth = (size_t)p->depth;
    mn_status status = check_room(path, p, width, height, err);
    if (status != MN_OK)
        return status;
    stbi_uc *fitted = malloc(n * depth);
    if (!fitted || !stbir_resize(p->pixels, p->width, p->height, 0, fitted, width, height, 0,
                                 STBIR_TYPE_UINT8, p->depth, STBIR_ALPHA_CHANNEL_NONE, 0,
                                 STBIR_EDGE_CLAMP, STBIR_EDGE_CLAMP, filter(p->width, width),
                                 filter(p->height, height), STBIR_COLORSPACE_LINEAR, NULL)) {
        free(fitted);
        return mn_fail(err, MN_ENOMEM, "no memory to fit '%s' into %d x %d pixels", path, width,
                       height);
    }
    for (size_t plane = 0; plane < depth; plane++)
        for (size_t i = 0; i < n; i++)
            *out++ = fitted[i * depth + plane];
    free(fitted);
    return MN_OK;
}

/* Reading from a pipe or a device may never end. */
static mn_status check_kind(const char *path, mn_err *err)
{
    struct stat st;
    if (stat(path, &st))
        return mn_fail(err, MN_EIO, "cannot open '%s': %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return mn_fail(err, MN_EIO, "cannot read '%s': it is a folder", path);
    if (!S_ISREG(st.st_mode))
        return mn_fail(err, MN_EIO, "cannot read '%s': it is no regular file", path);
    return MN_OK;
}

mn_status mn_image_file_read_bytes(const char *path, int width, int height, int channels,
                                   uint8_t *out, mn_err *err)
{
    char *bytes;
    size_t n;
    picture p = {0};
    assert(width > 0 && height > 0 && (channels == 1 || channels == 3));
    mn_status status = check_kind(path, err);
    if (status != MN_OK ||
        (status = mn_file_read(path, MN_IMAGE_FILE_BYTES_MAX, &bytes, &n, err)) != MN_OK)
        return status;
    status = decode(path, (const stbi_uc *)bytes, n, channels, &p, err);
    free(bytes);
    if (status == MN_OK) {
        flatten(&p);
        status = fit(path, &p, width, height, out, err);
    }
    stbi_image_free(p.pixels);
    return status;
}

mn_status mn_image_file_read(const char *path, int width, int height, int channels, float *out,
                             mn_err *err)
{
    size_t n = (size_t)width * (size_t)height * (size_t)channels;
    uint8_t *bytes = malloc(n);
    if (!bytes)
        return mn_fail(err, MN_ENOMEM, "no memory for the %zu values of '%s'", n, path);
    mn_status status = mn_image_file_read_bytes(path, width, height, channels, bytes, err);
    for (size_t i = 0; i < n && status == MN_OK; i++)
        out[i] = (float)bytes[i] / 255.0f;
    free(bytes);
    return status;
}
