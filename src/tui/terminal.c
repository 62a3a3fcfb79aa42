#include "terminal.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "keys.h"
#include "signals.h"

enum { ESCAPE_MS = 25, SIZE_MAX_CELLS = 2000 };

struct mn_terminal {
    SCREEN *screen;
    mn_rescue rescue;
    int cols, rows, colours;
    bool modern, mouse;
};

/* Buttons and drags (1002), as numbers (1006). */
static const char mouse_on[] = "\033[?1002h\033[?1006h", mouse_off[] = "\033[?1006l\033[?1002l";

static bool is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool mn_terminal_locale(bool want_utf8)
{
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    if (want_utf8 && !is_utf8())
        setlocale(LC_CTYPE, "C.UTF-8");
    return is_utf8();
}

/* A terminfo string without its padding ("$<5/>"), for a handler that may not call tputs. */
static void add_capability(mn_rescue *r, const char *name)
{
    const char *s = tigetstr((char *)name);
    if (!s || s == (const char *)-1)
        return;
    while (*s && r->n < sizeof r->bytes) {
        const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
        if (end)
            s = end + 1;
        else
            r->bytes[r->n++] = *s++;
    }
}

static void prepare_rescue(mn_terminal *t)
{
    static const char *const ways[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
    static const char end_frame[] = "\033[?2026l\033[?1006l\033[?1002l";
    mn_rescue *r = &t->rescue;
    if (t->modern) {
        memcpy(r->bytes, end_frame, sizeof end_frame - 1);
        r->n = sizeof end_frame - 1;
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        add_capability(r, ways[i]);
    mn_signals_arm(r);
}

/* Only newterm may see a private TERMINFO: a program that we start later wants the real one. */
static SCREEN *make_screen(const mn_entry *e)
{
    const char *before = getenv("TERMINFO");
    char *kept = before ? strdup(before) : NULL;
    if (e->terminfo)
        setenv("TERMINFO", e->terminfo, 1);
    fflush(stdout);
    SCREEN *s = newterm(e->term, stdout, stdin);
    if (e->terminfo && kept)
        setenv("TERMINFO", kept, 1);
    else if (e->terminfo)
        unsetenv("TERMINFO");
    free(kept);
    return s;
}

/* Ctrl-S must not freeze a lecture, and Ctrl-V must reach the keys; Ctrl-C, -Z, -\ stay
 * signals.
 */
static void set_modes(void)
{
    struct termios m;
    cbreak();
    noecho();
    nonl();
    if (tcgetattr(STDIN_FILENO, &m) == 0) {
        m.c_iflag &= ~(tcflag_t)IXON;
        m.c_lflag &= ~(tcflag_t)IEXTEN;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &m);
        def_prog_mode();
    }
}

static void set_manners(void)
{
    set_modes();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    intrflush(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    idlok(stdscr, FALSE);
    idcok(stdscr, FALSE);
    repeat_char = NULL; /* emulators built on libvterm 0.1 misplace what follows a repetition */
    typeahead(-1);      /* half a frame would stay half while nothing changes */
    if (!getenv("ESCDELAY"))
        set_escdelay(ESCAPE_MS);
    mn_keys_define();
}

static void start_colours(mn_terminal *t, const mn_entry *e)
{
    if (e->colours == MN_MONO || !has_colors() || start_color() == ERR)
        return;
    if (use_default_colors() != ERR)
        t->colours = COLORS;
}

mn_status mn_terminal_open(mn_terminal **out, const mn_entry *e, mn_err *err)
{
    mn_terminal *t = calloc(1, sizeof *t);
    if (!t)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the terminal");
    t->rescue.fd = STDOUT_FILENO;
    t->modern = !e->console && e->colours != MN_16 && e->colours != MN_MONO;
    if (tcgetattr(STDIN_FILENO, &t->rescue.modes) != 0) {
        free(t);
        return mn_fail(err, MN_EINVAL, "standard input is not a terminal");
    }
    if (!(t->screen = make_screen(e))) {
        free(t);
        return mn_fail(err, MN_EINVAL, "cannot use a terminal of the kind '%.60s'", e->term);
    }
    prepare_rescue(t);
    set_manners();
    start_colours(t, e);
    mn_terminal_measure(t);
    *out = t;
    return MN_OK;
}

void mn_terminal_mouse(mn_terminal *t, bool wanted)
{
    const char *bytes = wanted ? mouse_on : mouse_off;
    if (!t->modern || t->mouse == wanted)
        return;
    fflush(stdout);
    if (write(STDOUT_FILENO, bytes, strlen(bytes)) == (ssize_t)strlen(bytes))
        t->mouse = wanted;
}

void mn_terminal_close(mn_terminal *t)
{
    if (!t)
        return;
    mn_terminal_mouse(t, false);
    endwin();
    mn_signals_arm(NULL);
    delscreen(t->screen);
    free(t);
}

static int sane(int asked, int fallback)
{
    if (asked <= 0)
        return fallback > 0 ? fallback : 1;
    return asked > SIZE_MAX_CELLS ? SIZE_MAX_CELLS : asked;
}

bool mn_terminal_measure(mn_terminal *t)
{
    struct winsize w = {0};
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &w);
    int cols = sane(w.ws_col, COLS), rows = sane(w.ws_row, LINES);
    if (cols == t->cols && rows == t->rows)
        return false;
    if (cols != COLS || rows != LINES)
        resizeterm(rows, cols);
    t->cols = cols;
    t->rows = rows;
    return true;
}

void mn_terminal_size(const mn_terminal *t, int *cols, int *rows)
{
    *cols = t->cols;
    *rows = t->rows;
}

int mn_terminal_colours(const mn_terminal *t)
{
    return t->colours;
}

bool mn_terminal_modern(const mn_terminal *t)
{
    return t->modern;
}

/* Consoles and old terminals would print the question. */
void mn_terminal_ask_background(mn_terminal *t)
{
    if (t->modern && write(STDOUT_FILENO, mn_reply_question, strlen(mn_reply_question)) < 0)
        return; /* no question, no answer: the background stays what it was taken for */
}

void mn_terminal_suspend(mn_terminal *t)
{
    mn_terminal_mouse(t, false); /* the next frame asks for it again */
    endwin();
    mn_signals_arm(NULL);
    mn_signals_stop_here();
    mn_terminal_resume(t);
}

void mn_terminal_resume(mn_terminal *t)
{
    t->mouse = false; /* somebody may have reset the terminal meanwhile */
    if (!isendwin())
        endwin(); /* nobody left the full screen before the stop: enter it properly */
    else if (tcgetattr(STDIN_FILENO, &t->rescue.modes) == 0)
        def_shell_mode(); /* what the shell set meanwhile is what to come back to */
    mn_signals_arm(&t->rescue);
    refresh();
    clearok(curscr, TRUE);
    mn_terminal_measure(t);
}
