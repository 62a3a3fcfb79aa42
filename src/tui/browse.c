/* browse.c: results on the full screen. A run that is opened has the terminal to itself
 * (tui.c); when it is left, the browser is as it was. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop.h"
#include "mnemoscope/tui.h"
#include "settings.h"
#include "signals.h"

typedef struct reader {
    const mn_browser_source *source;
    const mn_tui_options *options;
    mn_entry entry;
    mn_loop loop;
    mn_browser *browser;
    bool opening; /* the loop ended to open `run` */
    size_t run;
} reader;

static mn_style *style_of(void *ctx)
{
    reader *b = ctx;
    return mn_browser_style(b->browser);
}

static int fd_of(void *ctx)
{
    (void)ctx;
    return -1;
}

static bool moving(void *ctx)
{
    (void)ctx;
    return false;
}

static mn_status draw(void *ctx, mn_canvas *c, mn_err *err)
{
    reader *b = ctx;
    return mn_browser_draw(b->browser, c, err);
}

static void press(void *ctx, int key)
{
    reader *b = ctx;
    mn_browser_key(b->browser, key);
}

static void redraw(void *ctx)
{
    reader *b = ctx;
    mn_browser_redraw(b->browser);
}

static const mn_face face = {.style = style_of,
                             .fd = fd_of,
                             .moving = moving,
                             .draw = draw,
                             .key = press,
                             .redraw = redraw};

static mn_status picture(void *ctx, const mn_chart_ops *chart, const mn_chart_look *look,
                         const mn_style *style, mn_text *made, mn_err *err)
{
    reader *b = ctx;
    return b->source->picture(b->source->ctx, chart, look, style, made, err);
}

static void open_run(void *ctx, size_t run)
{
    reader *b = ctx;
    b->run = run;
    b->opening = b->loop.quit = true;
}

static void quit(void *ctx)
{
    reader *b = ctx;
    b->loop.quit = true;
}

static void suspend(void *ctx)
{
    (void)ctx;
    raise(SIGTSTP); /* told to the loop like one from outside */
}

static mn_status build(reader *b, bool utf8, mn_err *err)
{
    mn_style style;
    const mn_browser_hooks hooks = {b, picture, open_run, quit, suspend};
    mn_status s = mn_settings_style(b->options, &b->entry, utf8, &style, err);
    return s == MN_OK ? mn_browser_create(&b->browser, b->source->results, &style, &hooks, err)
                      : s;
}

/* The session is made while the browser is still in view, and says there why it cannot be. */
static mn_status explore(reader *b, int *exit_status, mn_err *err)
{
    mn_session *s = NULL;
    mn_err why = {0};
    if (b->source->session(b->source->ctx, b->run, &s, &why) != MN_OK) {
        mn_browser_say(b->browser, true, why.msg);
        return MN_OK;
    }
    mn_loop_leave(&b->loop);
    mn_signals_remove();
    mn_status status = mn_tui_run(s, b->options, exit_status, err);
    if (status != MN_OK || *exit_status)
        return status;
    mn_browser_redraw(b->browser);
    return mn_loop_take(&b->loop, &b->entry, &face, b, err);
}

static mn_status browse(reader *b, int *exit_status, mn_err *err)
{
    mn_status s = mn_loop_take(&b->loop, &b->entry, &face, b, err);
    if (s == MN_OK && mn_settings_background_open(b->options))
        mn_terminal_ask_background(b->loop.terminal);
    while (s == MN_OK && !*exit_status) {
        b->opening = b->loop.quit = false;
        s = mn_loop_run(&b->loop, b->options->fps, err);
        if (b->loop.signum)
            *exit_status = 128 + b->loop.signum;
        if (s != MN_OK || b->loop.signum || !b->opening)
            break;
        s = explore(b, exit_status, err);
    }
    mn_loop_leave(&b->loop);
    mn_signals_remove();
    return s;
}

mn_status mn_tui_browse(const mn_browser_source *source, const mn_tui_options *o,
                        int *exit_status, mn_err *err)
{
    reader *b = calloc(1, sizeof *b);
    if (!b)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the browser");
    b->source = source;
    b->options = o;
    bool utf8 = mn_terminal_locale(mn_settings_want_utf8(o));
    mn_entry_facts facts;
    mn_entry_facts_of(o->colour, &facts);
    mn_status s = mn_entry_choose(&facts, &b->entry, err);
    if (s == MN_OK)
        s = build(b, utf8, err);
    if (s == MN_OK && b->entry.stranger)
        fprintf(stderr, "mnemoscope: %s\n", b->entry.why);
    *exit_status = 0;
    if (s == MN_OK)
        s = browse(b, exit_status, err);
    mn_browser_destroy(b->browser);
    free(b);
    return s;
}
