/* picture.h: a canvas full of chance, the same one for the same seed: drawn by player.c inside
 * a terminal, and compared with what the terminal shows. */
#ifndef MNEMOSCOPE_TESTS_PICTURE_H
#define MNEMOSCOPE_TESTS_PICTURE_H

#include <stdbool.h>

#include "mnemoscope/canvas.h"

/* Changes only some cells when `seed` is odd, so that the mirror has something to leave alone.
 * `n_colours`: at most so many different ones. */
void picture_draw(mn_canvas *c, unsigned seed, bool utf8, unsigned n_colours);

#endif
