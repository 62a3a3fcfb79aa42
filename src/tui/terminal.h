/* terminal.h: the terminal while it is ours: entering, leaving, size, modes. Main thread; only
 * one can be open. */
#ifndef MNEMOSCOPE_TUI_TERMINAL_H
#define MNEMOSCOPE_TUI_TERMINAL_H

#include <stdbool.h>

#include "entry.h"

typedef struct mn_terminal mn_terminal;

/* The environment's locale, but for numbers, which keep the full stop. True: text is UTF-8.
 * With `want_utf8` (glyphs were asked for by name) UTF-8 is taken even where the locale lacks
 * it. */
bool mn_terminal_locale(bool want_utf8);

/* Enters the full screen and arms the rescue of signals.h. */
MN_MUST_CHECK mn_status mn_terminal_open(mn_terminal **out, const mn_entry *e, mn_err *err);
/* Leaves it as it was found. */
void mn_terminal_close(mn_terminal *t);

/* Asks for the size again; true when it is another one. */
bool mn_terminal_measure(mn_terminal *t);
void mn_terminal_size(const mn_terminal *t, int *cols, int *rows);
/* Colours curses has (8, 16, 256, 2^24); 0 when it is to use none. */
int mn_terminal_colours(const mn_terminal *t);
/* The terminal knows xterm's private modes, so that a frame may be bracketed (mode 2026). */
bool mn_terminal_modern(const mn_terminal *t);

/* Asks for the background's colour; the answer, if any, comes among the keys (reply.h). */
void mn_terminal_ask_background(mn_terminal *t);

/* Asks for reports of the left button and of drags with it (they come among the keys, reply.h),
 * or leaves the mouse to the terminal, as it is at first and after leaving. */
void mn_terminal_mouse(mn_terminal *t, bool wanted);

/* Stops the process with the terminal as it was found, and takes the terminal again when the
 * process goes on. Everything has to be drawn again. */
void mn_terminal_suspend(mn_terminal *t);
/* After a SIGCONT nobody asked us about: the modes may be anyone's. The same holds. */
void mn_terminal_resume(mn_terminal *t);

#endif
