/* screen.h: the explorer's screen and manners, without a terminal.
 *
 * Layout, panels, header, caption, footer, help, prompt and key bindings, drawn on a canvas
 * from a snapshot. Keys go in as numbers, command lines come out through `post`. The terminal
 * front end, headless scripts (`key n`, `save-display FILE`) and tests drive the same object.
 * The screen's thread only.
 */
#ifndef MNEMOSCOPE_SCREEN_H
#define MNEMOSCOPE_SCREEN_H

#include <stdbool.h>

#include "mnemoscope/command.h"
#include "mnemoscope/paint.h"
#include "mnemoscope/view.h"

/* Keys that are not characters. Characters are their Unicode number; Ctrl-A is 1. */
enum {
    MN_KEY_UP = 0x110000,
    MN_KEY_DOWN,
    MN_KEY_LEFT,
    MN_KEY_RIGHT,
    MN_KEY_PAGE_UP,
    MN_KEY_PAGE_DOWN,
    MN_KEY_HOME,
    MN_KEY_END,
    MN_KEY_ENTER,
    MN_KEY_ESCAPE,
    MN_KEY_BACKSPACE,
    MN_KEY_DELETE,
    MN_KEY_TAB,
    MN_KEY_BACK_TAB,
    MN_KEY_F1
};

typedef struct mn_screen_hooks {
    void *ctx;
    /* A session command; false = refused for the moment, the screen says so. */
    bool (*post)(void *ctx, const char *line);
    /* A confirmed quit; `save`: the person asked to save first. */
    void (*quit)(void *ctx, bool save);
    void (*suspend)(void *ctx); /* Ctrl-Z; may be NULL */
} mn_screen_hooks;

typedef struct mn_screen mn_screen;
MN_MUST_CHECK mn_status mn_screen_create(mn_screen **out, const mn_style *style,
                                         const mn_screen_hooks *hooks, mn_err *err);
void mn_screen_destroy(mn_screen *s);
mn_style *mn_screen_style(mn_screen *s);
const mn_look *mn_screen_look(const mn_screen *s);

/* Draws everything for the canvas's size. Also posts `viewport` when what is in view has
 * changed. */
MN_MUST_CHECK mn_status mn_screen_draw(mn_screen *s, const mn_snapshot *snap, mn_canvas *c,
                                       mn_err *err);
/* One key. Keys are swallowed (but for quitting) while the canvas was too small at the last
 * draw. */
void mn_screen_key(mn_screen *s, int key, const mn_snapshot *snap);
/* The mouse's button is down at a cell; `first`: it has just been pressed. */
void mn_screen_mouse(mn_screen *s, int x, int y, bool first);
bool mn_screen_wants_mouse(const mn_screen *s);
/* One line of the language, typed or scripted: looks are done here, the rest is posted. */
MN_MUST_CHECK mn_status mn_screen_do(mn_screen *s, const char *line, const mn_snapshot *snap,
                                     mn_err *err);
/* "n", "Space", "PgDn", "C-c", "F1" -> a key; 0 = unknown. mn_key_name is the inverse and
 * returns out. */
int mn_key_parse(const char *name);
const char *mn_key_name(int key, char *out, size_t size);

/* The bindings, one row each (keys.def): what help, footer, man page and README print. */
typedef struct mn_binding {
    int key;
    const char *line;  /* the command line it stands for: "up vertex" */
    const char *group; /* "transport", "model", ... */
    const char *hint;  /* one or two words for the footer: "dream"; NULL = not in the footer */
    const char *help;  /* one clause */
    int priority;      /* footer: small ones stay longest */
} mn_binding;
extern const mn_binding mn_bindings[]; /* ended by key 0 */
/* Keys that mean something of their own while a view is in focus (panel_keys.def): the i-th of
 * the view, NULL past the end. */
const mn_binding *mn_panel_bindings(const char *view, int i);
/* NULL-terminated; `run` is NULL: the screen does them. */
extern const mn_command_ops *const mn_looks[];
const mn_command_ops *mn_look_find(const char *name);

/* Layout: a pure function of size and focus. Panels inside the screen, disjoint. */
enum { MN_PANELS_MAX = 8, MN_COLS_LEAST = 40, MN_ROWS_LEAST = 12 };
typedef struct mn_layout {
    bool too_small;
    mn_rect header, caption, footer; /* h 0 = absent */
    int n_panels;
    struct {
        int view;
        mn_rect box;
    } panels[MN_PANELS_MAX]; /* view: index into mn_views */
} mn_layout;
mn_layout mn_layout_of(int cols, int rows, int focus, bool zoomed);

#endif
