/* display.h: the screen as a file: text, or a picture of a terminal. */
#ifndef MNEMOSCOPE_DISPLAY_H
#define MNEMOSCOPE_DISPLAY_H

#include <stddef.h>

#include "mnemoscope/screen.h"

/* Draws the screen once more, at the size it had, into a file with a free name like `path`;
 * `made` receives that name. */
MN_MUST_CHECK mn_status mn_display_save(mn_screen *s, const mn_snapshot *snap, const char *path,
                                        char *made, size_t size, mn_err *err);

#endif
