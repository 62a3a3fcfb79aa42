#include "image_whole.h"

#include <stdbool.h>
#include <string.h>
#include <zlib.h>

#include "mnemoscope/image_file.h"

static mn_status cut_off(const char *path, size_t found, size_t wanted, mn_err *err)
{
    return mn_fail(err, MN_EFORMAT,
                   "cannot read '%s': it is cut off: %zu bytes found, %zu wanted", path, found,
                   wanted);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The number behind blanks and comments, which *at goes behind; false when there is none, or
 * none that a picture can have. */
static bool read_number(const uint8_t *bytes, size_t n, size_t *at, size_t *number)
{
    while (*at < n && (is_blank(bytes[*at]) || bytes[*at] == '#'))
        if (bytes[(*at)++] == '#')
            while (*at < n && bytes[*at] != '\n' && bytes[*at] != '\r')
                (*at)++;
    size_t first = *at;
    for (*number = 0;
         *at < n && bytes[*at] >= '0' && bytes[*at] <= '9' && *number <= UINT16_MAX; (*at)++)
        *number = 10 * *number + (size_t)(bytes[*at] - '0');
    return *at > first && *number <= UINT16_MAX;
}

/* Two letters, width, height, largest value, one blank, values. */
static mn_status check_pnm(const char *path, const uint8_t *bytes, size_t n, mn_err *err)
{
    size_t at = 2, width, height, top;
    if (n < 2 || (bytes[1] != '5' && bytes[1] != '6'))
        return MN_OK;
    if (!read_number(bytes, n, &at, &width) || !read_number(bytes, n, &at, &height) ||
        !read_number(bytes, n, &at, &top))
        return at < n ? MN_OK : cut_off(path, n, n + 1, err);
    if (top > 255)
        return mn_fail(err, MN_EFORMAT, "cannot read '%s': a PNM of 16 bits, wanted 8", path);
    if (width > MN_IMAGE_SIDE_MAX || height > MN_IMAGE_SIDE_MAX ||
        width * height > MN_IMAGE_MAX)
        return MN_OK;
    size_t wanted = at + 1 + width * height * (bytes[1] == '6' ? 3 : 1);
    return n < wanted ? cut_off(path, n, wanted, err) : MN_OK;
}

static uint32_t little_endian(const uint8_t *b, int size)
{
    uint32_t v = 0;
    for (int i = size - 1; i >= 0; i--)
        v = v << 8 | b[i];
    return v;
}

/* A header of 14 bytes, in it where the pixels are; one of 12 or at least 40 with the size.
 * Rows have multiples of 4 bytes, but some leave that out of the last one. */
static mn_status check_bmp(const char *path, const uint8_t *bytes, size_t n, mn_err *err)
{
    if (n < 30)
        return cut_off(path, n, 30, err);
    bool old = little_endian(bytes + 14, 4) == 12;
    size_t offset = little_endian(bytes + 10, 4),
           width = little_endian(bytes + 18, old ? 2 : 4),
           bits = little_endian(bytes + (old ? 24 : 28), 2);
    uint32_t raw = little_endian(bytes + (old ? 20 : 22), old ? 2 : 4);
    size_t height = raw > INT32_MAX ? -raw : raw; /* negative: the top row comes first */
    if (!width || !height || width > MN_IMAGE_SIDE_MAX || height > MN_IMAGE_SIDE_MAX ||
        bits > 32)
        return MN_OK;
    size_t wanted =
        offset + (width * bits + 31) / 32 * 4 * (height - 1) + (width * bits + 7) / 8;
    return n < wanted ? cut_off(path, n, wanted, err) : MN_OK;
}

static size_t big_endian(const uint8_t *b)
{
    return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

/* Eight bytes, then chunks: length, type, data, checksum of type and data. */
static mn_status check_png(const char *path, const uint8_t *bytes, size_t n, mn_err *err)
{
    for (size_t at = 8; n - at >= 12;) {
        size_t length = big_endian(bytes + at);
        const uint8_t *type = bytes + at + 4;
        if (length > n - at - 12)
            break;
        if (crc32(0, type, (uInt)length + 4) != big_endian(type + 4 + length))
            return mn_fail(err, MN_EFORMAT,
                           "cannot read '%s': it is damaged: a wrong checksum at byte %zu",
                           path, at + 8 + length);
        if (!memcmp(type, "IEND", 4))
            return MN_OK;
        at += length + 12;
    }
    return mn_fail(err, MN_EFORMAT, "cannot read '%s': it is cut off: %zu bytes and no end",
                   path, n);
}

/* The Huffman tables of one JPEG segment, n bytes from its length on. */
static bool are_codes_too_many(const uint8_t *segment, size_t n)
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
static mn_status check_jpeg(const char *path, const uint8_t *bytes, size_t n, mn_err *err)
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

mn_status mn_image_whole(const char *path, const uint8_t *bytes, size_t n, mn_err *err)
{
    if (n >= 8 && !memcmp(bytes, "\x89PNG\r\n\x1a\n", 8))
        return check_png(path, bytes, n, err);
    if (n && bytes[0] == 0xFF)
        return check_jpeg(path, bytes, n, err);
    if (n && bytes[0] == 'P')
        return check_pnm(path, bytes, n, err);
    if (n >= 2 && !memcmp(bytes, "BM", 2))
        return check_bmp(path, bytes, n, err);
    return MN_OK;
}
