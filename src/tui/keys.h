/* keys.h: what curses reads, as the numbers of screen.h. Main thread, inside a terminal. */
#ifndef MNEMOSCOPE_TUI_KEYS_H
#define MNEMOSCOPE_TUI_KEYS_H

#include "reply.h"

enum { MN_KEYS_TOUCH = -1 };

/* Teaches curses the other ways in which terminals spell the same keys. */
void mn_keys_define(void);
/* The next key waiting (screen.h), 0, or MN_KEYS_TOUCH: the mouse is where `r` says. Sequences
 * that mean nothing here are swallowed whole; `r` remembers where in one we are. */
int mn_keys_next(mn_reply *r);

#endif
