/* tui.h: the explorer in a terminal. The only header of the only folder that knows curses. Main
 * thread. */
#ifndef MNEMOSCOPE_TUI_H
#define MNEMOSCOPE_TUI_H

#include "mnemoscope/browser.h"
#include "mnemoscope/paint.h"
#include "mnemoscope/session.h"

typedef struct mn_tui_options {
    const char *colour;     /* auto, direct, 256, 16, mono */
    const char *glyphs;     /* auto, half, quadrant, shade, ascii */
    const char *strokes;    /* auto, braille, block, ascii */
    const char *background; /* auto, dark, light */
    bool paused;            /* start paused */
    int fps;                /* at most; 20 by default */
} mn_tui_options;

/* Runs until the person quits or a signal says so; adopts the session. Every way out restores
 * the terminal. *exit_status is 0, or 128 + signal (Ctrl-C: 130). MN_EINVAL when there is no
 * terminal to use: the caller goes on with --plain. */
MN_MUST_CHECK mn_status mn_tui_run(mn_session *adopted, const mn_tui_options *o,
                                   int *exit_status, mn_err *err);
/* Results on the full screen until the person leaves; runs that are opened come back here. The
 * same of status and terminal. The source is borrowed. */
MN_MUST_CHECK mn_status mn_tui_browse(const mn_browser_source *source, const mn_tui_options *o,
                                      int *exit_status, mn_err *err);
/* Whether a full screen can be had on these descriptors, and why not. */
bool mn_tui_possible(const char **why_not);
/* A report about this terminal (glyphs, ramps, what was chosen and why) on stdout: --doctor. */
int mn_tui_doctor(const mn_tui_options *o);

#endif
