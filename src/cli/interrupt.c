#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static const int watched[] = {SIGINT, SIGTERM};
enum { N_WATCHED = sizeof watched / sizeof *watched };

/* All that a handler can reach. Signals go to any thread (BLAS has threads of its own from the
 * start), so blocking them in this one would not do. */
static volatile sig_atomic_t write_end = -1;

static void handle(int signal)
{
    int before = errno;
    unsigned char byte = (unsigned char)signal;
    (void)!write(write_end, &byte, 1);
    errno = before;
}

static void watch(int signal)
{
    struct sigaction old, new = {.sa_handler = handle, .sa_flags = SA_RESTART | SA_RESETHAND};
    sigemptyset(&new.sa_mask);
    if (sigaction(signal, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(signal, &new, NULL);
}

int mn_interrupt_open(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    }
    write_end = ends[1];
    for (int i = 0; i < N_WATCHED; i++)
        watch(watched[i]);
    return ends[0];
}

int mn_interrupt_read(int fd)
{
    unsigned char byte;
    return fd >= 0 && read(fd, &byte, 1) == 1 ? byte : 0;
}

void mn_interrupt_close(int fd)
{
    if (fd < 0)
        return;
    for (int i = 0; i < N_WATCHED; i++) {
        struct sigaction old;
        if (sigaction(watched[i], NULL, &old) == 0 && old.sa_handler == handle)
            signal(watched[i], SIG_DFL);
    }
    close(write_end);
    close(fd);
    write_end = -1;
}
