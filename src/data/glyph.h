/* glyph.h: a handwritten character: strokes, the way a hand varies them, and ink.
 *
 * The tables are made at build time from the files of data/digits (data/README.md has the
 * format). A glyph is drawn in three steps: the pen's path through the points of a variant,
 * moved by tremor, slant, rotation and a smooth warp; scaled into a box of 20 pixels; inked,
 * anti-aliased, with its centre of mass in the middle, as the digits of MNIST are. A glyph is a
 * pure function of the digit and the generator's state. Private to src/data; any thread.
 */
#ifndef MNEMOSCOPE_GLYPH_H
#define MNEMOSCOPE_GLYPH_H

#include <stdint.h>

#include "mnemoscope/rng.h"

enum { MN_GLYPH_SIDE = 28, MN_GLYPH_SIZE = MN_GLYPH_SIDE * MN_GLYPH_SIDE };

/* In a unit square, x to the right and y down. */
typedef struct mn_stroke_point {
    float x, y;
    uint8_t corner; /* the path turns here; elsewhere it is smooth */
    uint8_t last;   /* of its stroke */
} mn_stroke_point;

typedef struct mn_stroke_variant {
    uint8_t digit, weight;
    uint16_t first, n; /* in mn_stroke_points; at most 32, sorted by digit */
} mn_stroke_variant;

extern const mn_stroke_point mn_stroke_points[];
extern const mn_stroke_variant mn_stroke_variants[];
extern const size_t mn_n_stroke_variants;

/* pixels (MN_GLYPH_SIZE): 0 is paper, 255 full ink. digit is 0 to 9. */
void mn_glyph_draw(int digit, mn_rng *r, uint8_t *pixels);

#endif
