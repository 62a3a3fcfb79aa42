#include "probe.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <termios.h>
#include <unistd.h>

#include "mnemoscope/clock.h"

/* ESC [ ? numbers c; 0 = nothing of it seen, `done` = all of it. */
typedef enum answer { NOTHING, ESCAPE, BRACKET, NUMBERS, DONE } answer;

static answer follow(answer a, unsigned char byte)
{
    if (byte == 27)
        return ESCAPE;
    if (a == ESCAPE)
        return byte == '[' ? BRACKET : NOTHING;
    if (a == BRACKET)
        return byte == '?' ? NUMBERS : NOTHING;
    if (a == NUMBERS && byte == 'c')
        return DONE;
    return a == NUMBERS && ((byte >= '0' && byte <= '9') || byte == ';') ? NUMBERS : NOTHING;
}

static bool await(double deadline)
{
    answer a = NOTHING;
    while (a != DONE) {
        double left = deadline - mn_clock_now();
        struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
        unsigned char byte;
        if (left <= 0 || poll(&in, 1, (int)(left * 1e3) + 1) <= 0 ||
            read(STDIN_FILENO, &byte, 1) != 1)
            return false;
        a = follow(a, byte);
    }
    return true;
}

static double ask(int limit_ms)
{
    static const char question[] = "\033[c";
    double start = mn_clock_now();
    if (write(STDOUT_FILENO, question, sizeof question - 1) != (ssize_t)sizeof question - 1 ||
        !await(start + 1e-3 * limit_ms))
        return -1;
    return 1e3 * (mn_clock_now() - start);
}

/* Signals wait, so that no Ctrl-C leaves the terminal without echo. */
double mn_probe_round_trip(int limit_ms)
{
    struct termios before, raw;
    sigset_t all, allowed;
    if (!isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0)
        return -1;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &allowed);
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    double took = ask(limit_ms);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
    sigprocmask(SIG_SETMASK, &allowed, NULL);
    return took;
}
