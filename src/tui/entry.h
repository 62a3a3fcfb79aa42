/* entry.h: which terminal description to use, how many colours, and why. Pure: facts in, choice
 * out; only mn_entry_facts_of looks at the environment and the terminfo database. */
#ifndef MNEMOSCOPE_TUI_ENTRY_H
#define MNEMOSCOPE_TUI_ENTRY_H

#include <stdbool.h>

#include "mnemoscope/canvas.h"

typedef struct mn_entry_facts {
    const char *asked;                       /* what --colour says; NULL means auto */
    const char *term, *colorterm, *no_color; /* the environment; NULL: not there */
    bool inside_tmux;                        /* $TMUX */
    bool known;                              /* terminfo knows TERM */
    bool addressable;                        /* and says how to move the cursor */
    bool rgb;                                /* and has RGB or Tc */
    int colours;                             /* and has so many; <= 0: none */
} mn_entry_facts;

typedef struct mn_entry {
    const char *term;     /* for newterm; borrowed from the facts or constant */
    const char *terminfo; /* TERMINFO while newterm reads it; NULL: the system's own */
    mn_colours colours;   /* the canvas's mode */
    bool stranger;        /* TERM is not in the database: it was taken for an xterm */
    bool console;         /* the Linux console: a font of 256 or 512 glyphs */
    char why[160];        /* one clause */
} mn_entry;

/* `asked` is borrowed, and so is the environment: use the facts before it changes. */
void mn_entry_facts_of(const char *asked, mn_entry_facts *out);
/* MN_EINVAL: there is no way to draw on this terminal, or no such colour mode. */
MN_MUST_CHECK mn_status mn_entry_choose(const mn_entry_facts *f, mn_entry *out, mn_err *err);
/* "direct", "256", "16", "mono": what --colour takes. */
const char *mn_entry_colours_name(mn_colours c);

#endif
