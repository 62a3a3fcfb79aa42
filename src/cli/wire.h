/* wire.h: how many bytes a terminal would be sent to turn one screen into the next.
 *
 * Cursor moves over what has not changed, colour changes where they differ from the last cell
 * sent, UTF-8 characters: what curses does in the main, to within a few bytes. Pure.
 */
#ifndef MN_CLI_WIRE_H
#define MN_CLI_WIRE_H

#include <stddef.h>

#include "mnemoscope/canvas.h"

/* Both canvases have one size and one colour mode. */
size_t mn_wire_bytes(const mn_canvas *before, const mn_canvas *after);

#endif
