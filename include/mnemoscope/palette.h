/* palette.h: colour maps, as exact RGB and as monotone tables of terminal colours. Constant
 * tables.
 *
 * Zero is the background's side: a diverging map has one ramp around black for dark screens and
 * one around white for light ones, a sequential map is reversed on light screens.
 */
#ifndef MNEMOSCOPE_PALETTE_H
#define MNEMOSCOPE_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

#include "mnemoscope/canvas.h"
#include "mnemoscope/figure.h"

/* Evenly spaced anchors and terminal colours, the negative (or zero) end first. */
typedef struct mn_ramp {
    const uint32_t *rgb;
    int n_rgb;
    const uint8_t *xterm; /* lightness monotone, from either end to zero when diverging */
    int n_xterm;          /* 0: painted without colours */
} mn_ramp;

typedef struct mn_palette {
    const char *name, *about;
    bool signed_map;   /* t = 0.5 is zero; else it shows |w| */
    bool unsigned_map; /* t = 0 is zero; a diverging map shows its upper half */
    mn_ramp dark;
    mn_ramp light; /* n_rgb 0: `dark` reversed */
} mn_palette;
extern const mn_palette *const mn_palettes[]; /* NULL-terminated, palettes.def */
const mn_palette *mn_palette_find(const char *name);

/* Exact RGB at t in 0..1; t beyond is clamped. */
uint32_t mn_palette_rgb(const mn_palette *p, double t, bool light);
/* A colour for a canvas in MN_DIRECT or MN_256; MN_DEFAULT_COLOUR in the other modes. */
int32_t mn_palette_colour(const mn_palette *p, double t, mn_colours mode, bool light);
/* Steps that a canvas in this mode can tell apart, at most `wanted`. */
int mn_palette_steps(const mn_palette *p, int wanted, mn_colours mode, bool light);
/* Where a number of the given scale lies in the palette's 0..1; NAN stays NAN. */
double mn_palette_place(const mn_palette *p, mn_scale scale, double value, double lo,
                        double hi);

/* Class colours (Okabe-Ito), in a canvas's mode; the digit is always printed beside them. */
int32_t mn_class_colour(int class, mn_colours mode, bool light);
int32_t mn_tone_colour(mn_tone tone, mn_colours mode, bool light);
uint8_t mn_tone_attr(mn_tone tone); /* what tells tones apart where there are no colours */
uint32_t mn_xterm_rgb(int index);   /* 16..255 */
/* RGB as a direct canvas wants it: 0x000000..0x000007 would mean the eight ANSI colours. */
int32_t mn_direct_colour(uint32_t rgb);

#endif
