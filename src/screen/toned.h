/* toned.h: text on a canvas in a tone, for whatever draws rows of text. */
#ifndef MNEMOSCOPE_SCREEN_TONED_H
#define MNEMOSCOPE_SCREEN_TONED_H

#include "mnemoscope/paint.h"

/* Cut with an ellipsis when `width` columns are too few; returns the columns used. */
int mn_toned_text(const mn_style *style, mn_canvas *c, int x, int y, int width, mn_tone tone,
                  uint8_t attr, const char *text);

#endif
