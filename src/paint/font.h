/* font.h: the bitmap font: letters from font.def; boxes, blocks, shades and braille computed.
 * Private to painting. */
#ifndef MNEMOSCOPE_PAINT_FONT_H
#define MNEMOSCOPE_PAINT_FONT_H

#include <stdint.h>

enum { MN_FONT_COLS = 6, MN_FONT_ROWS = 12 };

/* Bit x of rows[y] is a dot. Characters that the font lacks come out as '?'. */
void mn_font_bits(uint32_t ch, uint8_t rows[MN_FONT_ROWS]);

#endif
