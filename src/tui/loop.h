/* loop.h: waits for keys, news and signals, and draws. Asleep when nothing happens. Main
 * thread.
 */
#ifndef MNEMOSCOPE_TUI_LOOP_H
#define MNEMOSCOPE_TUI_LOOP_H

#include "mirror.h"
#include "mnemoscope/paint.h"
#include "pace.h"
#include "reply.h"

/* What is on the terminal: the explorer over its trainer (tui.c), or a browser (browse.c). */
typedef struct mn_face {
    mn_style *(*style)(void *ctx);
    int (*fd)(void *ctx);      /* readable when there is something new to draw; -1 = never */
    bool (*moving)(void *ctx); /* the picture changes by itself */
    mn_status (*draw)(void *ctx, mn_canvas *c, mn_err *err);
    void (*key)(void *ctx, int key);
    void (*redraw)(void *ctx); /* the style has changed */
    /* The rest may be NULL. A key has asked for the news that are to come: they are urgent. */
    bool (*awaited)(void *ctx);
    void (*shown)(void *ctx); /* a frame is on the terminal */
    /* The mouse is wanted now; its button is down at a cell, `first`: pressed just now. */
    bool (*wants_mouse)(void *ctx);
    void (*mouse)(void *ctx, int x, int y, bool first);
} mn_face;

/* Everything but pace and canvas is borrowed. */
typedef struct mn_loop {
    mn_terminal *terminal;
    mn_mirror *mirror;
    const mn_face *face;
    void *ctx; /* the face's */
    mn_colours colours;
    mn_pace pace;
    mn_canvas canvas;
    mn_reply reply;
    int empty_reads;
    bool quit;  /* set from inside a key */
    int signum; /* the signal that ended the loop, or 0 */
} mn_loop;

/* Takes the terminal, the signals with it; on failure, leave all the same. */
MN_MUST_CHECK mn_status mn_loop_take(mn_loop *l, const mn_entry *e, const mn_face *face,
                                     void *ctx, mn_err *err);
/* Gives the terminal back; twice does no harm. */
void mn_loop_leave(mn_loop *l);
/* Until a confirmed quit, or a signal says so (`signum`). The canvas is freed at the end. */
MN_MUST_CHECK mn_status mn_loop_run(mn_loop *l, int fps, mn_err *err);

#endif
