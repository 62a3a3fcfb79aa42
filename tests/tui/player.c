/* player.c: shows pictures in a real terminal, one more with every key, and dies on request.
 *   player COLOURS N_COLOURS      keys: q ends, E exits without a word, A aborts, S faults,
 *   O overflows the stack, any other the next picture. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "keys.h"
#include "mirror.h"
#include "picture.h"
#include "signals.h"

typedef struct player {
    mn_terminal *terminal;
    mn_mirror *mirror;
    mn_colours colours;
    mn_reply reply;
    unsigned seed, n_colours;
    bool utf8;
} player;

static void give_up(const char *message)
{
    fprintf(stderr, "player: %s\n", message);
    exit(9);
}

static void show(player *p)
{
    mn_err err;
    mn_canvas c;
    int cols, rows;
    mn_terminal_size(p->terminal, &cols, &rows);
    if (mn_canvas_init(&c, cols, rows, p->colours, &err) != MN_OK)
        give_up(err.msg);
    picture_draw(&c, p->seed, p->utf8, p->n_colours);
    if (mn_mirror_show(p->mirror, &c, &err) != MN_OK)
        give_up(err.msg);
    mn_canvas_finish(&c);
}

static int overflow(int depth)
{
    volatile char room[4096];
    room[0] = (char)depth;
    return depth > 0 ? overflow(depth + 1) + room[0] : room[0];
}

/* False = the end. */
static bool obey(player *p, int key)
{
    switch (key) {
    case 'q': return false;
    case 'E': exit(3);
    case 'A': abort();
    case 'S': raise(SIGSEGV); return true;
    case 'O': return overflow(1) != 0;
    default: p->seed++; return true;
    }
}

static int take_signals(player *p)
{
    int signum;
    while ((signum = mn_signals_take())) {
        if (signum == SIGTSTP)
            mn_terminal_suspend(p->terminal);
        else if (signum == SIGCONT)
            mn_terminal_resume(p->terminal);
        else if (signum != SIGWINCH)
            return signum;
        mn_terminal_measure(p->terminal);
        if (signum != SIGWINCH)
            mn_mirror_forget(p->mirror);
    }
    return 0;
}

static int play(player *p)
{
    for (;;) {
        show(p);
        struct pollfd in[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = mn_signals_fd(), .events = POLLIN}};
        poll(in, 2, -1);
        int signum = take_signals(p), key;
        if (!signum && (in[0].revents & (POLLHUP | POLLERR)))
            signum = SIGHUP;
        if (signum)
            return 128 + signum;
        while ((key = mn_keys_next(&p->reply)))
            if (!obey(p, key))
                return 0;
    }
}

int main(int argc, char **argv)
{
    mn_err err;
    mn_entry entry;
    mn_entry_facts facts;
    player p = {.n_colours = argc > 2 ? (unsigned)atoi(argv[2]) : 32};
    p.utf8 = mn_terminal_locale(false);
    mn_entry_facts_of(argc > 1 ? argv[1] : NULL, &facts);
    if (mn_entry_choose(&facts, &entry, &err) != MN_OK || mn_signals_install(&err) != MN_OK ||
        mn_terminal_open(&p.terminal, &entry, &err) != MN_OK ||
        mn_mirror_create(&p.mirror, p.terminal, &err) != MN_OK)
        give_up(err.msg);
    p.colours = entry.colours;
    int status = play(&p);
    mn_mirror_destroy(p.mirror);
    mn_terminal_close(p.terminal);
    mn_signals_remove();
    return status;
}
