/* interrupt.h: Ctrl-C and SIGTERM as something to look for between two steps.
 *
 * The first signal can be read from a descriptor, which can also be polled; a second one of the
 * same kind ends the program at once. One at a time, main thread.
 */
#ifndef MN_CLI_INTERRUPT_H
#define MN_CLI_INTERRUPT_H

int mn_interrupt_open(void);     /* -1: not to be had, then signals end the program as usual */
int mn_interrupt_read(int fd);   /* the signal that came, 0 = none */
void mn_interrupt_close(int fd); /* signals are as before */

#endif
