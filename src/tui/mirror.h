/* mirror.h: a canvas on the terminal, cell for cell, writing only what has changed. Main
 * thread. */
#ifndef MNEMOSCOPE_TUI_MIRROR_H
#define MNEMOSCOPE_TUI_MIRROR_H

#include "terminal.h"

typedef struct mn_mirror mn_mirror;

/* The terminal is borrowed and has to outlive the mirror. */
MN_MUST_CHECK mn_status mn_mirror_create(mn_mirror **out, mn_terminal *t, mn_err *err);
void mn_mirror_destroy(mn_mirror *m);
/* Makes the terminal show the canvas, which is as large as the terminal. Nothing is written
 * when nothing has changed. */
MN_MUST_CHECK mn_status mn_mirror_show(mn_mirror *m, const mn_canvas *c, mn_err *err);
/* Whatever is on the terminal is not ours: the next show writes every cell. */
void mn_mirror_forget(mn_mirror *m);

#endif
