/* The filters of stb_image_resize (Jorge L Rodriguez and others), for image_file.c. */
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb/stb_image_resize.h>
