/* stb_image_config.h: the part of stb_image that is built here, and how much it may read. */
#ifndef MNEMOSCOPE_STB_IMAGE_CONFIG_H
#define MNEMOSCOPE_STB_IMAGE_CONFIG_H

#include "mnemoscope/image_file.h"

#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_ONLY_PNM
#define STBI_NO_HDR
#define STBI_NO_LINEAR
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS MN_IMAGE_SIDE_MAX
#include <stb/stb_image.h>

#endif
