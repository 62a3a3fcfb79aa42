#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "keys.h"
#include "mnemoscope/clock.h"
#include "signals.h"

enum { CTRL_L = 'L' - '@', EMPTY_READS_MAX = 1000 };
enum { TTY, NEWS, SIGNALS, N_SOURCES };

static mn_status fit_canvas(mn_loop *l, mn_err *err)
{
    int cols, rows;
    mn_terminal_size(l->terminal, &cols, &rows);
    if (l->canvas.cells && l->canvas.cols == cols && l->canvas.rows == rows)
        return MN_OK;
    mn_canvas_finish(&l->canvas);
    mn_status s = mn_canvas_init(&l->canvas, cols, rows, l->colours, err);
    l->canvas.ascii = !l->face->style(l->ctx)->utf8;
    return s;
}

static mn_status draw(mn_loop *l, mn_err *err)
{
    mn_fineness f = mn_pace_begin(&l->pace, mn_clock_now(), l->face->moving(l->ctx));
    mn_style *style = l->face->style(l->ctx);
    style->levels = f.levels;
    style->hysteresis = f.hysteresis;
    mn_status s = fit_canvas(l, err);
    if (s == MN_OK)
        s = l->face->draw(l->ctx, &l->canvas, err);
    double start = mn_clock_now();
    l->reply.mouse = l->face->wants_mouse && l->face->wants_mouse(l->ctx);
    mn_terminal_mouse(l->terminal, l->reply.mouse);
    if (s == MN_OK)
        s = mn_mirror_show(l->mirror, &l->canvas, err);
    mn_pace_end(&l->pace, mn_clock_now() - start);
    if (s == MN_OK && l->face->shown)
        l->face->shown(l->ctx);
    return s;
}

/* The terminal has said what its background is: paint for it. */
static void take_reply(mn_loop *l)
{
    mn_style *style = l->face->style(l->ctx);
    l->reply.heard = false;
    if (style->light == l->reply.light)
        return;
    style->light = l->reply.light;
    l->face->redraw(l->ctx);
    mn_pace_touch(&l->pace, true);
}

static void take_touch(mn_loop *l)
{
    l->reply.touched = false;
    if (l->face->mouse)
        l->face->mouse(l->ctx, l->reply.x, l->reply.y, l->reply.first);
}

/* A terminal that says it has keys and never gives one has gone, too. */
static void take_keys(mn_loop *l)
{
    int key;
    if (++l->empty_reads > EMPTY_READS_MAX)
        l->signum = SIGHUP;
    while (!l->quit && (key = mn_keys_next(&l->reply))) {
        l->empty_reads = 0;
        if (key == CTRL_L)
            mn_mirror_forget(l->mirror);
        if (key == MN_KEYS_TOUCH)
            take_touch(l);
        else
            l->face->key(l->ctx, key);
        mn_pace_touch(&l->pace, true);
    }
    if (l->reply.heard)
        take_reply(l);
}

static void take_signals(mn_loop *l)
{
    int signum;
    while (!l->signum && (signum = mn_signals_take())) {
        if (signum == SIGTSTP)
            mn_terminal_suspend(l->terminal);
        else if (signum == SIGCONT)
            mn_terminal_resume(l->terminal);
        else if (signum == SIGWINCH)
            mn_terminal_measure(l->terminal);
        else
            l->signum = signum;
        if (signum == SIGTSTP || signum == SIGCONT)
            mn_mirror_forget(l->mirror);
        mn_pace_touch(&l->pace, true);
    }
}

/* A snapshot that waits for its frame would make poll return at once, over and over. */
static mn_status wait_and_take(mn_loop *l, mn_err *err)
{
    struct pollfd in[N_SOURCES] = {
        [TTY] = {.fd = STDIN_FILENO, .events = POLLIN},
        [NEWS] = {.fd = l->pace.dirty ? -1 : l->face->fd(l->ctx), .events = POLLIN},
        [SIGNALS] = {.fd = mn_signals_fd(), .events = POLLIN},
    };
    int n = poll(in, N_SOURCES, mn_pace_wait(&l->pace, mn_clock_now()));
    if (n < 0 && errno != EINTR)
        return mn_fail(err, MN_EIO, "cannot wait for keys: %s", strerror(errno));
    if (n < 0)
        return MN_OK;
    if (in[SIGNALS].revents)
        take_signals(l);
    if (!l->signum && (in[TTY].revents & (POLLHUP | POLLERR | POLLNVAL)))
        l->signum = SIGHUP; /* the terminal has gone, even if nobody sent the signal */
    if (!l->signum && (in[TTY].revents & POLLIN))
        take_keys(l);
    if (in[NEWS].revents)
        mn_pace_touch(&l->pace, l->face->awaited && l->face->awaited(l->ctx));
    return MN_OK;
}

mn_status mn_loop_take(mn_loop *l, const mn_entry *e, const mn_face *face, void *ctx,
                       mn_err *err)
{
    l->face = face;
    l->ctx = ctx;
    l->colours = e->colours;
    mn_status s = mn_signals_install(err);
    if (s == MN_OK)
        s = mn_terminal_open(&l->terminal, e, err);
    return s == MN_OK ? mn_mirror_create(&l->mirror, l->terminal, err) : s;
}

void mn_loop_leave(mn_loop *l)
{
    mn_mirror_destroy(l->mirror);
    mn_terminal_close(l->terminal);
    l->mirror = NULL;
    l->terminal = NULL;
}

mn_status mn_loop_run(mn_loop *l, int fps, mn_err *err)
{
    mn_status s = MN_OK;
    mn_pace_init(&l->pace, fps);
    while (s == MN_OK && !l->quit && !l->signum) {
        if (mn_pace_wait(&l->pace, mn_clock_now()) == 0)
            s = draw(l, err);
        if (s == MN_OK)
            s = wait_and_take(l, err);
    }
    mn_canvas_finish(&l->canvas);
    return s;
}
