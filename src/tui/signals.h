/* signals.h: what the kernel tells the process, as numbers in a pipe; and the last words to the
 * terminal when the process dies of one.
 *
 * Installed before curses starts, which then keeps its own handlers out. Deadly signals restore
 * the terminal inside the handler and go on to what they did before. One at a time, main
 * thread.
 */
#ifndef MNEMOSCOPE_TUI_SIGNALS_H
#define MNEMOSCOPE_TUI_SIGNALS_H

#include <stddef.h>
#include <termios.h>

#include "mnemoscope/status.h"

/* How to leave the terminal as it was, prepared while there is time to allocate. */
typedef struct mn_rescue {
    int fd;
    struct termios modes;
    size_t n;
    char bytes[256];
} mn_rescue;

MN_MUST_CHECK mn_status mn_signals_install(mn_err *err);
void mn_signals_remove(void);
/* Armed while the terminal is ours; NULL disarms. Copied. */
void mn_signals_arm(const mn_rescue *r);
/* Readable when a signal has come. */
int mn_signals_fd(void);
/* The next signal that has come, or 0: SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP.
 * A second SIGINT or SIGTERM ends the process at once. */
int mn_signals_take(void);
/* Stops the process as SIGTSTP does by itself; returns when it goes on. */
void mn_signals_stop_here(void);

#endif
