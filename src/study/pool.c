/* pool.c: runs in forked children, which cannot harm what is done. A child writes its outcome
 * into a pipe and ends; one that ends otherwise is a failed run that says how. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "crew.h"
#include "line.h"
#include "mnemoscope/blas.h"
#include "run.h"

enum { JOBS_MAX = 256, WAIT_MS = 100 };

/* A place, and the child in it. */
typedef struct seat {
    pid_t pid; /* 0: the place is free */
    int fd;    /* its outcome comes here */
    mn_text text;
} seat;

struct mn_pool {
    int n;
    seat at[JOBS_MAX];
};

mn_status mn_pool_create(mn_pool **out, int jobs, mn_err *err)
{
    if (jobs < 1 || jobs > JOBS_MAX)
        return mn_fail(err, MN_EINVAL, "%d jobs found: 1 to %d wanted", jobs, JOBS_MAX);
    mn_pool *p = calloc(1, sizeof *p);
    if (!p)
        return mn_fail(err, MN_ENOMEM, "no memory for %d jobs", jobs);
    p->n = jobs;
    *out = p;
    return MN_OK;
}

/* Signals from the terminal go to the children too; what becomes of them is the parent's
 * business, and they do not outlive it. */
static void follow_parent(pid_t parent)
{
    static const int left_to_parent[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGQUIT};
    for (size_t i = 0; i < sizeof left_to_parent / sizeof *left_to_parent; i++)
        signal(left_to_parent[i], SIG_IGN);
    signal(SIGPIPE, SIG_DFL);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(1);
}

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t put = write(fd, bytes, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return 1;
        bytes += put;
        n -= (size_t)put;
    }
    return 0;
}

/* _exit: buffers and handlers are the parent's. */
static _Noreturn void live(int fd, pid_t parent, const mn_config *c)
{
    mn_result one;
    mn_text text = {0};
    follow_parent(parent);
    mn_run_perform(&one, c, NULL, NULL);
    if (mn_outcome_write(&one, &text, NULL) != MN_OK)
        _exit(1);
    _exit(write_all(fd, text.data, text.length));
}

static mn_status start(void *ctx, int place, const mn_config *c, mn_err *err)
{
    mn_pool *p = ctx;
    seat *child = &p->at[place];
    int ends[2];
    pid_t parent = getpid();
    if (pipe(ends) != 0)
        return mn_fail(err, MN_EIO, "cannot start a run: %s", strerror(errno));
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        live(ends[1], parent, c);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return mn_fail(err, MN_EIO, "cannot start a run: %s", strerror(errno));
    }
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    child->pid = pid;
    child->fd = ends[0];
    mn_text_reset(&child->text);
    return MN_OK;
}

static void lose(mn_result *out, int status)
{
    mn_err err;
    memset(out, 0, sizeof *out);
    if (WIFSIGNALED(status))
        mn_fail(&err, MN_EIO, "the run was ended by signal %d (%s)", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
    else
        mn_fail(&err, MN_EIO, "the run ended with status %d and without a result",
                WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    memcpy(out->error, err.msg, sizeof out->error - 1);
}

/* The child has closed its pipe. */
static void collect(seat *child, mn_result *out)
{
    int status = 0;
    close(child->fd);
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    child->pid = 0;
    if (status != 0 || child->text.failed || !child->text.length ||
        mn_outcome_read(out, child->text.data, child->text.length, NULL) != MN_OK)
        lose(out, status);
}

/* True at the end. */
static bool listen_to(seat *child)
{
    char bytes[4096];
    ssize_t got = read(child->fd, bytes, sizeof bytes);
    if (got > 0)
        mn_text_bytes(&child->text, bytes, (size_t)got);
    return got == 0 || (got < 0 && errno != EINTR);
}

static int wait_for(void *ctx, mn_result *out)
{
    mn_pool *p = ctx;
    struct pollfd fds[JOBS_MAX];
    int place[JOBS_MAX], n = 0;
    for (int i = 0; i < p->n; i++)
        if (p->at[i].pid) {
            fds[n] = (struct pollfd){.fd = p->at[i].fd, .events = POLLIN};
            place[n++] = i;
        }
    if (!n || poll(fds, (nfds_t)n, WAIT_MS) <= 0)
        return -1;
    for (int i = 0; i < n; i++)
        if (fds[i].revents && listen_to(&p->at[place[i]])) {
            collect(&p->at[place[i]], out);
            return place[i];
        }
    return -1;
}

static void stop(void *ctx)
{
    mn_pool *p = ctx;
    for (int i = 0; i < p->n; i++)
        if (p->at[i].pid)
            kill(p->at[i].pid, SIGKILL);
    for (int i = 0; i < p->n; i++)
        if (p->at[i].pid) {
            while (waitpid(p->at[i].pid, NULL, 0) < 0 && errno == EINTR)
                ;
            close(p->at[i].fd);
            p->at[i].pid = 0;
        }
}

mn_crew mn_pool_crew(mn_pool *p)
{
    /* A child has the thread that forks and no other: BLAS is not to wait for more. */
    mn_blas_threads(1);
    return (mn_crew){
        .ctx = p, .n_places = p->n, .start = start, .wait = wait_for, .stop = stop};
}

void mn_pool_destroy(mn_pool *p)
{
    if (!p)
        return;
    stop(p);
    for (int i = 0; i < p->n; i++)
        mn_text_finish(&p->at[i].text);
    free(p);
}
