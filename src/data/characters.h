/* characters.h: 64 letters, digits and signs of 8 x 8 units, on or off, as many as there are
 * units.
 *
 * Constant tables; private to src/data; any thread.
 */
#ifndef MNEMOSCOPE_CHARACTERS_H
#define MNEMOSCOPE_CHARACTERS_H

#include <stdint.h>

enum {
    MN_CHARACTER_SIDE = 8,
    MN_CHARACTER_SIZE = MN_CHARACTER_SIDE * MN_CHARACTER_SIDE,
    MN_N_CHARACTERS = 64
};

/* units (MN_CHARACTER_SIZE): 0 is off, 255 on. character: 0 .. MN_N_CHARACTERS-1. */
void mn_character_draw(int character, uint8_t *units);
/* What it stands for, in two bytes: "A", "a", "7". */
void mn_character_name(int character, char *name);

#endif
