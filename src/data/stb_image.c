/* The decoders of stb_image (Sean Barrett and others), for image_file.c. Memory starts as
 * zeros: where a damaged file leaves pixels out, they are black in every run. */
#include <stdlib.h>

#define STBI_MALLOC(size)       calloc(1, size)
#define STBI_REALLOC(old, size) realloc(old, size)
#define STBI_FREE(old)          free(old)
#define STB_IMAGE_IMPLEMENTATION
#include "stb_image_config.h"
