/* stream_turn.h: turning pictures about their centre, as tables of which pixels make which.
 *
 * Bilinear; pixels are unit squares, planes one after the other turn alike. Multiples of 90
 * degrees only move pixels (of a picture as wide as high). Private to src/data.
 */
#ifndef MNEMOSCOPE_STREAM_TURN_H
#define MNEMOSCOPE_STREAM_TURN_H

#include "mnemoscope/dataset.h"

/* Input j of the picture turned anticlockwise by `degrees` is mixed from the picture as taps[j]
 * says (width * height * channels of them). */
void mn_turn(const mn_data_shape *shape, double degrees, mn_tap *taps);

#endif
