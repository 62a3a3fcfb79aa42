/* probe.h: items with some of their units turned over, to ask a memory for the whole.
 *
 * Private to src/data; any thread.
 */
#ifndef MNEMOSCOPE_PROBE_H
#define MNEMOSCOPE_PROBE_H

#include <stdint.h>

#include "mnemoscope/rng.h"

enum { MN_PROBE_UNITS = 256 }; /* of an item, at most */

/* Turns over `flipped` different ones of n units of 0 or 255. */
void mn_probe_flip(mn_rng *r, int flipped, int n, uint8_t *units);

#endif
