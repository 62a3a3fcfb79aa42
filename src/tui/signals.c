#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Told to the loop, in this order in `before`; then those that the process does not survive. */
static const int told[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP};
static const int deadly[] = {SIGSEGV, SIGABRT, SIGBUS,  SIGFPE,  SIGILL,
                             SIGSYS,  SIGQUIT, SIGXCPU, SIGXFSZ, SIGALRM};
enum {
    N_TOLD = sizeof told / sizeof *told,
    N_DEADLY = sizeof deadly / sizeof *deadly,
    ALT_STACK = 64 * 1024,
    PATIENCE_MS = 500
};

/* A handler gets a number and nothing else, so what it works with has to be here. */
static struct {
    int pipe[2];
    /* Lock-free, and not sig_atomic_t: BLAS has threads that no mask of ours reaches, and two
     * handlers may run at once. */
    atomic_int armed, ints, terms;
    mn_rescue rescue;
    struct sigaction before_told[N_TOLD], before_deadly[N_DEADLY];
    void *stack; /* so that a stack overflow finds room for its handler */
    bool at_exit;
} state = {.pipe = {-1, -1}};

/* A terminal that does not read would hold us here for ever: one that is only busy with the
 * last frame gets a moment. The modes come first: one more signal may cut the moment short. */
static void rescue(void)
{
    if (!atomic_exchange(&state.armed, 0))
        return;
    tcsetattr(state.rescue.fd, TCSANOW, &state.rescue.modes);
    struct pollfd out = {.fd = state.rescue.fd, .events = POLLOUT};
    if (poll(&out, 1, PATIENCE_MS) == 1 && (out.revents & POLLOUT))
        if (write(state.rescue.fd, state.rescue.bytes, state.rescue.n) < 0)
            errno = 0;
}

static void tell(int signum)
{
    int saved = errno;
    if ((signum == SIGINT && state.ints++) || (signum == SIGTERM && state.terms++)) {
        rescue();
        _exit(128 + signum);
    }
    unsigned char byte = (unsigned char)signum;
    if (write(state.pipe[1], &byte, 1) < 0)
        errno = 0; /* full: the loop has enough to wake up for */
    errno = saved;
}

/* A fault repeats itself when the instruction is tried again; a sent signal has to be resent.
 */
static void die(int signum, siginfo_t *info, void *context)
{
    (void)context;
    rescue();
    for (int i = 0; i < N_DEADLY; i++)
        if (deadly[i] == signum)
            sigaction(signum, &state.before_deadly[i], NULL);
    bool fault =
        info && info->si_code > 0 &&
        (signum == SIGSEGV || signum == SIGBUS || signum == SIGFPE || signum == SIGILL);
    if (!fault)
        raise(signum);
}

static void give_stack(void)
{
    stack_t there;
    if (sigaltstack(NULL, &there) != 0 || !(there.ss_flags & SS_DISABLE))
        return;
    if (!(state.stack = malloc(ALT_STACK)))
        return;
    stack_t ours = {.ss_sp = state.stack, .ss_size = ALT_STACK};
    sigaltstack(&ours, NULL);
}

static void take_stack(void)
{
    if (!state.stack)
        return;
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    free(state.stack);
    state.stack = NULL;
}

/* nohup and background jobs ignore signals on purpose: what was ignored stays so. */
static void install(int signum, const struct sigaction *how, struct sigaction *before)
{
    sigaction(signum, NULL, before);
    if (before->sa_handler != SIG_IGN || signum == SIGWINCH || signum == SIGCONT)
        sigaction(signum, how, NULL);
}

mn_status mn_signals_install(mn_err *err)
{
    if (pipe2(state.pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return mn_fail(err, MN_EIO, "cannot make a pipe for signals: %s", strerror(errno));
    state.ints = state.terms = state.armed = 0;
    struct sigaction telling = {.sa_handler = tell, .sa_flags = SA_RESTART};
    struct sigaction dying = {.sa_sigaction = die, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(&telling.sa_mask);
    sigfillset(&dying.sa_mask);
    give_stack();
    for (int i = 0; i < N_TOLD; i++)
        install(told[i], &telling, &state.before_told[i]);
    for (int i = 0; i < N_DEADLY; i++)
        install(deadly[i], &dying, &state.before_deadly[i]);
    if (!state.at_exit)
        state.at_exit = atexit(rescue) == 0;
    return MN_OK;
}

void mn_signals_remove(void)
{
    if (state.pipe[0] < 0)
        return;
    state.armed = 0;
    for (int i = 0; i < N_TOLD; i++)
        sigaction(told[i], &state.before_told[i], NULL);
    for (int i = 0; i < N_DEADLY; i++)
        sigaction(deadly[i], &state.before_deadly[i], NULL);
    take_stack();
    close(state.pipe[0]);
    close(state.pipe[1]);
    state.pipe[0] = state.pipe[1] = -1;
}

void mn_signals_arm(const mn_rescue *r)
{
    state.armed = 0;
    if (!r)
        return;
    state.rescue = *r;
    state.armed = 1;
}

int mn_signals_fd(void)
{
    return state.pipe[0];
}

int mn_signals_take(void)
{
    unsigned char byte;
    return read(state.pipe[0], &byte, 1) == 1 ? byte : 0;
}

/* The SIGCONT that ends this stop is expected, and so not told. */
void mn_signals_stop_here(void)
{
    struct sigaction stop, go, plain = {.sa_handler = SIG_DFL};
    sigaction(SIGTSTP, &plain, &stop);
    sigaction(SIGCONT, &plain, &go);
    raise(SIGTSTP);
    sigaction(SIGCONT, &go, NULL);
    sigaction(SIGTSTP, &stop, NULL);
}
