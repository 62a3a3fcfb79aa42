/* image_file.h: a picture file as the pixels of an item.
 *
 * Reads PNG, JPEG, BMP and binary PNM of 8 bits. The whole picture is stretched onto the size
 * asked for: along an axis that shrinks every pixel is the mean of the area it covers, along
 * one that grows pixels between those of the picture are mixed from their neighbours. What is
 * transparent is black. The caller owns `out`, which a failure leaves as it was; any thread.
 */
#ifndef MNEMOSCOPE_IMAGE_FILE_H
#define MNEMOSCOPE_IMAGE_FILE_H

#include <stdint.h>

#include "mnemoscope/status.h"

enum { MN_IMAGE_FILE_BYTES_MAX = 64 << 20, MN_IMAGE_SIDE_MAX = 16384, MN_IMAGE_MAX = 1 << 26 };

/* out: channels * height * width values of 0..255, planes one after the other. channels: 1
 * (grey) or 3 (red, green, blue). Larger files, sides, and pictures of more pixels than the
 * above are refused, and so is what is no regular file. */
MN_MUST_CHECK mn_status mn_image_file_read_bytes(const char *path, int width, int height,
                                                 int channels, uint8_t *out, mn_err *err);
/* The same as floats of 0..1. */
MN_MUST_CHECK mn_status mn_image_file_read(const char *path, int width, int height,
                                           int channels, float *out, mn_err *err);

#endif
