/* image_file.h: a picture file as the pixels of an item.
 *
 * Reads PNG, JPEG, BMP and binary PNM of 8 bits. The whole picture is stretched onto the size
 * asked for, every pixel the mean of the area it covers; what is transparent is black. The
 * caller owns `out`; any thread.
 */
#ifndef MNEMOSCOPE_IMAGE_FILE_H
#define MNEMOSCOPE_IMAGE_FILE_H

#include "mnemoscope/status.h"

enum { MN_IMAGE_FILE_BYTES_MAX = 64 << 20, MN_IMAGE_SIDE_MAX = 16384, MN_IMAGE_MAX = 1 << 26 };

/* out: channels * height * width floats of 0..1, planes one after the other. channels: 1 (grey)
 * or 3 (red, green, blue). Larger files, sides, and pictures of more pixels than the above are
 * refused. */
MN_MUST_CHECK mn_status mn_image_file_read(const char *path, int width, int height,
                                           int channels, float *out, mn_err *err);

#endif
