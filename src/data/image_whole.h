/* image_whole.h: whether a picture file is whole, which stb_image takes for granted.
 *
 * Missing bytes of BMP and PNM it reads as black, it compares no checksum of PNG, and version
 * 2.27 writes behind its tables for some JPEG. Private to src/data; pure.
 */
#ifndef MNEMOSCOPE_IMAGE_WHOLE_H
#define MNEMOSCOPE_IMAGE_WHOLE_H

#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/status.h"

/* Other formats, headers that stb_image refuses by itself, and sizes that are refused anyway
 * (image_file.h) are let through. */
MN_MUST_CHECK mn_status mn_image_whole(const char *path, const uint8_t *bytes, size_t n,
                                       mn_err *err);

#endif
