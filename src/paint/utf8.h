/* utf8.h: UTF-8 bytes to characters one column wide, and back. Private to painting. */
#ifndef MNEMOSCOPE_PAINT_UTF8_H
#define MNEMOSCOPE_PAINT_UTF8_H

#include <stdint.h>

enum { MN_UTF8_MAX = 4 };

/* The next character; *at moves behind it. Malformed bytes, controls and everything that is not
 * one column wide (combining, East Asian wide) come out as '?'. 0 at the end. */
uint32_t mn_utf8_next(const char **at);
/* At most MN_UTF8_MAX bytes; returns how many. */
int mn_utf8_write(uint32_t ch, char *out);
/* What stands for the character in ASCII: one or two characters. */
const char *mn_utf8_ascii(uint32_t ch, char store[2]);

#endif
