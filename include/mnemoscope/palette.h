/* palette.h: colour maps, as exact RGB and as monotone tables of terminal colours. Constant
 * tables. */
#ifndef MNEMOSCOPE_PALETTE_H
#define MNEMOSCOPE_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

#include "mnemoscope/canvas.h"
#include "mnemoscope/figure.h"

typedef struct mn_palette {
    const char *name, *about;
    bool signed_map; /* fit for signed numbers; an unsigned map shows |w| */
    /* Exact RGB at t in 0..1 (signed: 0.5 is zero), for a dark or light background. */
    uint32_t (*rgb)(double t, bool light);
    /* Palette indices, lightness monotone: negative end first when signed. */
    const uint8_t *xterm;
    int n_xterm;
} mn_palette;
extern const mn_palette *const mn_palettes[]; /* NULL-terminated, palettes.def */
const mn_palette *mn_palette_find(const char *name);
/* Class colours (Okabe-Ito), in a canvas's mode; the digit is always printed beside them. */
int32_t mn_class_colour(int class, mn_colours mode, bool light);
int32_t mn_tone_colour(mn_tone tone, mn_colours mode, bool light);
uint32_t mn_xterm_rgb(int index); /* 16..255 */

#endif
