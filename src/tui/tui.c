#include "mnemoscope/tui.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop.h"
#include "mnemoscope/clock.h"
#include "mnemoscope/file.h"
#include "mnemoscope/screen.h"
#include "mnemoscope/trainer.h"
#include "probe.h"
#include "settings.h"
#include "signals.h"
#include "stopwatch.h"

enum { ANSWER_MS = 1000 };

typedef struct explorer {
    mn_entry entry;
    mn_loop loop;
    mn_screen *screen;
    mn_trainer *trainer;
    mn_stopwatch stopwatch;
    double pressed; /* the last key, seconds */
    bool save;      /* asked for when quitting */
} explorer;

static mn_style *style_of(void *ctx)
{
    explorer *x = ctx;
    return mn_screen_style(x->screen);
}

static int fd_of(void *ctx)
{
    explorer *x = ctx;
    return mn_trainer_fd(x->trainer);
}

static bool moving(void *ctx)
{
    explorer *x = ctx;
    return mn_trainer_snapshot(x->trainer)->state == MN_RUNNING;
}

static mn_status draw(void *ctx, mn_canvas *c, mn_err *err)
{
    explorer *x = ctx;
    mn_stopwatch_draw(&x->stopwatch, mn_trainer_snapshot(x->trainer)->message_id);
    return mn_screen_draw(x->screen, mn_trainer_snapshot(x->trainer), c, err);
}

static void press(void *ctx, int key)
{
    explorer *x = ctx;
    x->pressed = mn_clock_now();
    mn_screen_key(x->screen, key, mn_trainer_snapshot(x->trainer));
}

static void redraw(void *ctx)
{
    explorer *x = ctx;
    mn_err ignored;
    mn_status s = mn_screen_do(x->screen, "redraw", mn_trainer_snapshot(x->trainer), &ignored);
    (void)s; /* a look that cannot fail */
}

static bool awaited(void *ctx)
{
    explorer *x = ctx;
    return mn_stopwatch_waits(&x->stopwatch, mn_clock_now());
}

static void shown(void *ctx)
{
    explorer *x = ctx;
    mn_stopwatch_show(&x->stopwatch, mn_clock_now());
}

static bool wants_mouse(void *ctx)
{
    explorer *x = ctx;
    return mn_screen_wants_mouse(x->screen);
}

static void touch(void *ctx, int column, int row, bool first)
{
    explorer *x = ctx;
    mn_screen_mouse(x->screen, column, row, first);
}

static const mn_face face = {.style = style_of,
                             .fd = fd_of,
                             .moving = moving,
                             .draw = draw,
                             .key = press,
                             .redraw = redraw,
                             .awaited = awaited,
                             .shown = shown,
                             .wants_mouse = wants_mouse,
                             .mouse = touch};

static bool post(void *ctx, const char *line)
{
    explorer *x = ctx;
    const uint64_t message = mn_trainer_snapshot(x->trainer)->message_id;
    if (strncmp(line, "viewport", 8)) /* which says nothing when it is done */
        mn_stopwatch_press(&x->stopwatch, x->pressed, message);
    return mn_trainer_post(x->trainer, line);
}

static void quit(void *ctx, bool save)
{
    explorer *x = ctx;
    x->loop.quit = true;
    x->save = save;
}

static void suspend(void *ctx)
{
    (void)ctx;
    raise(SIGTSTP); /* told to the loop like one from outside */
}

static mn_status build_screen(explorer *x, const mn_tui_options *o, bool utf8, mn_err *err)
{
    mn_style style;
    mn_screen_hooks hooks = {.ctx = x, .post = post, .quit = quit, .suspend = suspend};
    mn_status s = mn_settings_style(o, &x->entry, utf8, &style, err);
    return s == MN_OK ? mn_screen_create(&x->screen, &style, &hooks, err) : s;
}

/* After the terminal was given back: saving may take a while, and says where to. */
static mn_status save_last(mn_session *s, const char *wanted, mn_err *err)
{
    char path[PATH_MAX];
    if (!mn_file_unused(wanted, path, sizeof path))
        return mn_fail(err, MN_EIO, "cannot save '%s': too many files are called that", wanted);
    mn_status status = mn_session_save(s, path, false, err);
    if (status == MN_OK)
        fprintf(stderr, "mnemoscope: saved step %lld in '%s'; go on with --resume %s\n",
                (long long)mn_session_step(s), path, path);
    return status;
}

static void tell_latency(const mn_stopwatch *w)
{
    if (getenv("MNEMOSCOPE_LATENCY") && w->n)
        fprintf(stderr, "mnemoscope: key to frame: %d keys, mean %.1f ms, most %.1f ms\n", w->n,
                1e3 * w->sum / w->n, 1e3 * w->most);
}

/* A signal loses nothing that took time to make. */
static mn_status finish(explorer *x, int64_t first_step, mn_err *err)
{
    mn_session *s = mn_trainer_release(x->trainer);
    mn_status status = MN_OK;
    x->trainer = NULL;
    if (x->save)
        status = save_last(s, "mnemoscope.safetensors", err);
    else if (x->loop.signum && mn_session_step(s) != first_step)
        status = save_last(s, "mnemoscope-autosave.safetensors", err);
    mn_session_destroy(s);
    return status;
}

static mn_status explore(explorer *x, mn_session *adopted, const mn_tui_options *o, mn_err *err)
{
    int64_t first_step = mn_session_step(adopted);
    mn_status s = mn_trainer_start(&x->trainer, adopted, err);
    if (s != MN_OK)
        return s;
    if (!o->paused)
        mn_trainer_post(x->trainer, "run");
    if (mn_settings_background_open(o))
        mn_terminal_ask_background(x->loop.terminal);
    s = mn_loop_run(&x->loop, o->fps, err);
    mn_loop_leave(&x->loop);
    tell_latency(&x->stopwatch);
    mn_err late;
    mn_status saved = finish(x, first_step, s == MN_OK ? err : &late);
    return s == MN_OK ? saved : s;
}

mn_status mn_tui_run(mn_session *adopted, const mn_tui_options *o, int *exit_status,
                     mn_err *err)
{
    explorer *x = calloc(1, sizeof *x);
    if (!x) {
        mn_session_destroy(adopted);
        return mn_fail(err, MN_ENOMEM, "cannot allocate the explorer");
    }
    bool utf8 = mn_terminal_locale(mn_settings_want_utf8(o));
    mn_entry_facts facts;
    mn_entry_facts_of(o->colour, &facts);
    mn_status s = mn_entry_choose(&facts, &x->entry, err);
    if (s == MN_OK)
        s = build_screen(x, o, utf8, err);
    if (s == MN_OK && x->entry.stranger)
        fprintf(stderr, "mnemoscope: %s\n", x->entry.why);
    if (s == MN_OK)
        s = mn_loop_take(&x->loop, &x->entry, &face, x, err);
    if (s == MN_OK) {
        s = explore(x, adopted, o, err);
        adopted = NULL;
    }
    mn_loop_leave(&x->loop);
    mn_session_destroy(adopted);
    mn_screen_destroy(x->screen);
    mn_signals_remove();
    if (s == MN_OK)
        *exit_status = x->loop.signum ? 128 + x->loop.signum : 0;
    free(x);
    return s;
}

/* Borrowed from a constant: the caller keeps it as long as it likes. */
bool mn_tui_possible(const char **why_not)
{
    mn_entry_facts facts;
    mn_entry entry;
    mn_err err;
    const char *reason = NULL;
    if (!isatty(STDIN_FILENO))
        reason = "standard input is not a terminal";
    else if (!isatty(STDOUT_FILENO))
        reason = "standard output is not a terminal";
    else {
        mn_entry_facts_of(NULL, &facts);
        if (mn_entry_choose(&facts, &entry, &err) != MN_OK)
            reason = facts.term && *facts.term ? "this kind of terminal cannot move its cursor"
                                               : "TERM is not set";
        else if (entry.stranger && mn_probe_round_trip(ANSWER_MS) < 0)
            reason = "TERM is unknown here, and the terminal does not say what it is";
    }
    if (reason && why_not)
        *why_not = reason;
    return !reason;
}
