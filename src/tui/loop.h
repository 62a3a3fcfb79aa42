/* loop.h: waits for keys, snapshots and signals, and draws. Asleep when nothing happens. Main
 * thread. */
#ifndef MNEMOSCOPE_TUI_LOOP_H
#define MNEMOSCOPE_TUI_LOOP_H

#include "mirror.h"
#include "mnemoscope/screen.h"
#include "mnemoscope/trainer.h"
#include "pace.h"
#include "reply.h"

/* Everything but pace and canvas is borrowed. */
typedef struct mn_loop {
    mn_terminal *terminal;
    mn_mirror *mirror;
    mn_screen *screen;
    mn_trainer *trainer;
    mn_colours colours;
    mn_pace pace;
    mn_canvas canvas;
    mn_reply reply;
    int empty_reads;
    bool quit;  /* set by the screen's hook, from inside a key */
    int signum; /* the signal that ended the loop, or 0 */
} mn_loop;

/* Until a confirmed quit, or a signal says so (`signum`). The canvas is freed at the end. */
MN_MUST_CHECK mn_status mn_loop_run(mn_loop *l, int fps, mn_err *err);

#endif
