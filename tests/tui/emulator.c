#include "emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "job.h"
#include "mnemoscope/clock.h"
#include "process.h"
#include "support.h"

enum { LIMIT_MS = 10000, RAW_MAX = 1 << 20, READ_MAX = 1 << 16 };

struct emulator {
    int master, reports, orders; /* reports: wait statuses; orders: a byte = go on */
    pid_t shell, program;
    VTerm *vt;
    VTermScreen *screen;
    int cols, rows;
    bool alternate, cursor, mouse, mute, stopped, ended;
    int status;
    VTermPos at;
    struct termios before;
    char *raw, piece[READ_MAX]; /* raw: for looking back; piece: what was read last */
    size_t n_piece;
    size_t n_raw, n_total;
};

static int property_set(VTermProp prop, VTermValue *value, void *user)
{
    emulator *p = user;
    if (prop == VTERM_PROP_ALTSCREEN)
        p->alternate = value->boolean;
    else if (prop == VTERM_PROP_CURSORVISIBLE)
        p->cursor = value->boolean;
    else if (prop == VTERM_PROP_MOUSE)
        p->mouse = value->number != 0;
    return 1;
}

static int cursor_moved(VTermPos pos, VTermPos before, int visible, void *user)
{
    emulator *p = user;
    (void)before, (void)visible;
    p->at = pos;
    return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = property_set,
                                               .movecursor = cursor_moved};

static void switch_on(emulator *p, const emulator_spec *spec)
{
    p->cols = spec->cols;
    p->rows = spec->rows;
    p->mute = spec->mute;
    p->cursor = true;
    p->vt = vterm_new(p->rows, p->cols);
    vterm_set_utf8(p->vt, 1);
    p->screen = vterm_obtain_screen(p->vt);
    vterm_screen_set_callbacks(p->screen, &callbacks, p);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
}

emulator *emulator_start(const emulator_spec *spec)
{
    emulator *p = calloc(1, sizeof *p);
    int slave, reports[2], orders[2], first = 0;
    struct winsize w = {.ws_row = (unsigned short)spec->rows,
                        .ws_col = (unsigned short)spec->cols};
    assert_non_null(p);
    assert_non_null(p->raw = malloc(RAW_MAX + READ_MAX));
    assert_int_equal(openpty(&p->master, &slave, NULL, NULL, &w), 0);
    assert_int_equal(pipe2(reports, O_CLOEXEC), 0);
    assert_int_equal(pipe2(orders, O_CLOEXEC), 0);
    assert_int_equal(tcgetattr(slave, &p->before), 0);
    fflush(stdout);
    if ((p->shell = fork()) == 0) {
        close(p->master);
        close(reports[0]);
        close(orders[1]);
        if (login_tty(slave) != 0)
            _exit(1);
        job_run(spec, reports[1], orders[0]);
    }
    close(slave);
    close(reports[1]);
    close(orders[0]);
    p->reports = reports[0];
    p->orders = orders[1];
    assert_int_equal(read(p->reports, &first, sizeof first), sizeof first);
    p->program = first;
    fcntl(p->master, F_SETFL, O_NONBLOCK);
    fcntl(p->master, F_SETFD, FD_CLOEXEC);
    switch_on(p, spec);
    return p;
}

void emulator_finish(emulator *p)
{
    if (!p->ended)
        kill(p->program, SIGKILL);
    close(p->orders);
    if (p->master >= 0)
        close(p->master);
    close(p->reports);
    waitpid(p->shell, NULL, 0);
    vterm_free(p->vt);
    free(p->raw);
    free(p);
}

static void keep(emulator *p, const char *bytes, size_t n)
{
    memcpy(p->raw + p->n_raw, bytes, n);
    p->n_raw += n;
    p->n_total += n;
    if (p->n_raw > RAW_MAX) {
        memmove(p->raw, p->raw + p->n_raw - RAW_MAX / 2, RAW_MAX / 2);
        p->n_raw = RAW_MAX / 2;
    }
}

/* Bytes at the end that begin a character without ending it: libvterm 0.1.4 sometimes loses
 * its place when a character comes in two pieces. */
static size_t unfinished(const char *bytes, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        unsigned char b = (unsigned char)bytes[n - back];
        if (b >= 0xc0)
            return back < (b >= 0xf0 ? 4u : b >= 0xe0 ? 3u : 2u) ? back : 0;
        if (b < 0x80)
            return 0;
    }
    return 0;
}

static void draw(emulator *p)
{
    char answer[512];
    ssize_t n = read(p->master, p->piece + p->n_piece, sizeof p->piece - p->n_piece);
    if (n <= 0)
        return;
    keep(p, p->piece + p->n_piece, (size_t)n);
    n += (ssize_t)p->n_piece;
    p->n_piece = unfinished(p->piece, (size_t)n);
    vterm_input_write(p->vt, p->piece, (size_t)n - p->n_piece);
    memmove(p->piece, p->piece + (size_t)n - p->n_piece, p->n_piece);
    size_t m;
    while ((m = vterm_output_read(p->vt, answer, sizeof answer)) > 0)
        if (!p->mute && write(p->master, answer, m) < 0)
            break;
}

static void take_report(emulator *p)
{
    int status;
    if (read(p->reports, &status, sizeof status) != sizeof status) {
        p->ended = true;
        return;
    }
    if (WIFSTOPPED(status)) {
        p->stopped = true;
        return;
    }
    p->ended = true;
    p->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* One wait of at most so long; false when nothing came. Output first: it was written earlier.
 */
static bool pump(emulator *p, int ms)
{
    struct pollfd in[2] = {{.fd = p->master, .events = POLLIN},
                           {.fd = p->ended ? -1 : p->reports, .events = POLLIN}};
    if (poll(in, 2, ms) <= 0)
        return false;
    if (in[0].revents & POLLIN)
        draw(p);
    else if (in[1].revents)
        take_report(p);
    else
        return false;
    return true;
}

/* Takes what is there already, so that looking, which is slow, happens seldom. */
static void catch_up(emulator *p)
{
    for (int i = 0; i < 256 && pump(p, 0); i++)
        continue;
}

bool emulator_until(emulator *p, emulator_predicate *holds, const void *arg)
{
    double end = mn_clock_now() + 1e-3 * LIMIT_MS;
    for (;;) {
        catch_up(p);
        if (holds(p, arg))
            return true;
        double left = end - mn_clock_now();
        if (left <= 0 || (!pump(p, p->ended ? 0 : (int)(1e3 * left) + 1) && p->ended))
            return false;
    }
}

size_t emulator_watch(emulator *p, int ms)
{
    size_t before = p->n_total;
    double end = mn_clock_now() + 1e-3 * ms, left;
    while ((left = end - mn_clock_now()) > 0)
        if (!pump(p, (int)(1e3 * left) + 1) && p->ended)
            break;
    return p->n_total - before;
}

static bool has_text(emulator *p, const void *arg)
{
    char *screen = emulator_screen(p);
    bool found = strstr(screen, arg) != NULL;
    free(screen);
    return found;
}

bool emulator_until_text(emulator *p, const char *text)
{
    return emulator_until(p, has_text, text);
}

/* The program may be slow to read: then its output is taken meanwhile. */
static void send(emulator *p, const char *bytes, size_t n)
{
    double end = mn_clock_now() + 1e-3 * LIMIT_MS;
    while (n && p->master >= 0 && mn_clock_now() < end) {
        ssize_t sent = write(p->master, bytes, n);
        if (sent > 0) {
            bytes += sent;
            n -= (size_t)sent;
        } else if (errno != EAGAIN || !pump(p, 100))
            return;
    }
}

void emulator_send(emulator *p, const char *bytes)
{
    send(p, bytes, strlen(bytes));
}

void emulator_send_key(emulator *p, char key)
{
    send(p, &key, 1);
}

/* What is on its way was drawn for the old size. */
void emulator_resize(emulator *p, int cols, int rows)
{
    struct winsize w = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    while (pump(p, 0))
        continue;
    p->cols = cols;
    p->rows = rows;
    vterm_set_size(p->vt, rows, cols);
    ioctl(p->master, TIOCSWINSZ, &w);
}

void emulator_signal(emulator *p, int signum)
{
    kill(p->program, signum);
}

void emulator_signal_newest_thread(emulator *p, int signum)
{
    assert_int_equal(process_signal_newest_thread(p->program, signum), 0);
}

void emulator_hang_up(emulator *p)
{
    close(p->master);
    p->master = -1;
}

static bool has_ended(emulator *p, const void *arg)
{
    (void)arg;
    return p->ended;
}

int emulator_wait(emulator *p)
{
    if (!emulator_until(p, has_ended, NULL))
        return -1;
    while (pump(p, 0))
        continue;
    return p->status;
}

int emulator_insist(emulator *p, int signum)
{
    struct pollfd in = {.fd = p->reports, .events = POLLIN};
    for (int ms = 0; !p->ended && ms < LIMIT_MS; ms += 50) {
        kill(p->program, signum);
        if (poll(&in, 1, 50) == 1)
            take_report(p);
    }
    return p->ended ? p->status : -1;
}

static bool has_stopped(emulator *p, const void *arg)
{
    (void)arg;
    return p->stopped;
}

bool emulator_until_stopped(emulator *p)
{
    bool stopped = emulator_until(p, has_stopped, NULL);
    while (pump(p, 0))
        continue;
    return stopped;
}

void emulator_go_on(emulator *p)
{
    p->stopped = false;
    assert_int_equal(write(p->orders, "g", 1), 1);
}

bool emulator_ended(const emulator *p)
{
    return p->ended;
}

int emulator_pid(const emulator *p)
{
    return (int)p->program;
}

double emulator_cpu_ms(const emulator *p)
{
    return process_cpu_ms(p->program);
}

long emulator_wake_ups(const emulator *p)
{
    return process_wake_ups(p->program);
}

VTermScreenCell emulator_cell(emulator *p, int x, int y)
{
    VTermScreenCell cell;
    memset(&cell, 0, sizeof cell);
    vterm_screen_get_cell(p->screen, (VTermPos){.row = y, .col = x}, &cell);
    return cell;
}

static size_t add_utf8(char *out, uint32_t ch)
{
    if (ch < 0x80)
        return *out = (char)ch, 1;
    size_t n = ch < 0x800 ? 2 : ch < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; ch >>= 6)
        out[i] = (char)(0x80 | (ch & 0x3f));
    out[0] = (char)(lead[n] | ch);
    return n;
}

char *emulator_screen(emulator *p)
{
    char *text = malloc((size_t)p->rows * ((size_t)p->cols * 4 + 1) + 1), *to = text;
    assert_non_null(text);
    for (int y = 0; y < p->rows; y++) {
        for (int x = 0; x < p->cols; x++) {
            uint32_t ch = emulator_cell(p, x, y).chars[0];
            to += add_utf8(to, ch && ch <= 0x10ffff ? ch : ' ');
        }
        *to++ = '\n';
    }
    *to = '\0';
    return text;
}

bool emulator_on_alternate_screen(const emulator *p)
{
    return p->alternate;
}

bool emulator_cursor_visible(const emulator *p)
{
    return p->cursor;
}

void emulator_cursor(const emulator *p, int *x, int *y)
{
    *x = p->at.col;
    *y = p->at.row;
}

bool emulator_mouse_on(const emulator *p)
{
    return p->mouse;
}

struct termios emulator_modes(const emulator *p)
{
    struct termios now = {0};
    tcgetattr(p->master, &now);
    return now;
}

bool emulator_modes_restored(const emulator *p)
{
    struct termios now = emulator_modes(p);
    return now.c_iflag == p->before.c_iflag && now.c_oflag == p->before.c_oflag &&
           now.c_cflag == p->before.c_cflag && now.c_lflag == p->before.c_lflag &&
           memcmp(now.c_cc, p->before.c_cc, sizeof now.c_cc) == 0;
}

bool emulator_raw_has(const emulator *p, const char *bytes)
{
    return memmem(p->raw, p->n_raw, bytes, strlen(bytes)) != NULL;
}

bool emulator_raw_ends(const emulator *p, const char *bytes)
{
    size_t n = strlen(bytes);
    return p->n_raw >= n && memcmp(p->raw + p->n_raw - n, bytes, n) == 0;
}

/* The numbers of one ESC [ ... m, which begin at `s`. */
static bool sets_colour(const char *s, const char *end)
{
    while (s < end) {
        char *after;
        long n = strtol(s, &after, 10);
        if ((n >= 30 && n <= 38) || (n >= 40 && n <= 48) || (n >= 90 && n <= 107))
            return true;
        s = after + 1;
    }
    return false;
}

bool emulator_saw_colours(const emulator *p)
{
    for (size_t i = 0; i + 2 < p->n_raw; i++) {
        if (p->raw[i] != '\033' || p->raw[i + 1] != '[')
            continue;
        size_t end = i + 2;
        while (end < p->n_raw && strchr("0123456789;", p->raw[end]))
            end++;
        if (end < p->n_raw && p->raw[end] == 'm' && sets_colour(p->raw + i + 2, p->raw + end))
            return true;
    }
    return false;
}
