/* browser.h: the results of a study on a full screen, without a terminal.
 *
 * One chart at a time, a cursor over the points, a caption that says what the point came to.
 * Keys go in as numbers (screen.h), what they ask for comes out through hooks. Results and
 * hooks' context are borrowed. The screen's thread only.
 */
#ifndef MNEMOSCOPE_BROWSER_H
#define MNEMOSCOPE_BROWSER_H

#include "mnemoscope/chart.h"
#include "mnemoscope/paint.h"
#include "mnemoscope/session.h"

typedef struct mn_browser_hooks {
    void *ctx;
    /* Paints the chart to a file with a free name, which `made` receives. */
    mn_status (*picture)(void *ctx, const mn_chart_ops *chart, const mn_chart_look *look,
                         const mn_style *style, mn_text *made, mn_err *err);
    void (*open)(void *ctx, size_t run); /* index into the results */
    void (*quit)(void *ctx);
    void (*suspend)(void *ctx); /* Ctrl-Z; may be NULL */
} mn_browser_hooks;

typedef struct mn_browser mn_browser;
/* The results are sorted and stay as they are; `style` is copied. */
MN_MUST_CHECK mn_status mn_browser_create(mn_browser **out, const mn_results *r,
                                          const mn_style *style, const mn_browser_hooks *hooks,
                                          mn_err *err);
void mn_browser_destroy(mn_browser *b);
mn_style *mn_browser_style(mn_browser *b);
MN_MUST_CHECK mn_status mn_browser_draw(mn_browser *b, mn_canvas *c, mn_err *err);
/* One key; what it did shows at the next draw. */
void mn_browser_key(mn_browser *b, int key);
/* Forgets what was painted (a changed background, another size). */
void mn_browser_redraw(mn_browser *b);
/* Says something in the caption until the next key. */
void mn_browser_say(mn_browser *b, bool bad, const char *text);
/* What the cursor is on; -1 when nothing has run. */
int mn_browser_point(const mn_browser *b);
const char *mn_browser_chart(const mn_browser *b); /* "curve" */
/* A point in one line: settings, mean, spread, seeds. */
void mn_browser_describe(const mn_results *r, const mn_point *p, mn_text *out);

/* What a terminal that shows a browser needs of whoever has the results. */
typedef struct mn_browser_source {
    const mn_results *results;
    void *ctx;
    mn_status (*picture)(void *ctx, const mn_chart_ops *chart, const mn_chart_look *look,
                         const mn_style *style, mn_text *made, mn_err *err);
    /* A new session of a run's configuration, before its first step. */
    mn_status (*session)(void *ctx, size_t run, mn_session **out, mn_err *err);
} mn_browser_source;

/* What the keys do, for help and man page; ended by a NULL name. */
typedef struct mn_browser_key_row {
    const char *name, *hint, *help; /* hint: for the footer, or NULL */
} mn_browser_key_row;
extern const mn_browser_key_row mn_browser_keys[];

#endif
