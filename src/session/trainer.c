#include "mnemoscope/trainer.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "mnemoscope/clock.h"
#include "session_impl.h"

enum { RING_SIZE = 64, FRESH = 4 };
static const double publish_period = 1.0 / 30.0;

/* One writer (the screen), one reader (the trainer). */
typedef struct ring {
    _Atomic unsigned head, tail; /* written, read; free-running */
    char lines[RING_SIZE][MN_LINE_MAX];
} ring;

/* Three slots, one writer, one reader: `back` and `front` are private, `middle` carries a FRESH
 * bit. */
typedef struct swap {
    _Atomic unsigned middle;
    unsigned back, front;
    mn_snapshot *slots[3];
} swap;

struct mn_trainer {
    mn_session *session;
    pthread_t thread;
    bool started;
    _Atomic bool stopping;
    ring ring;
    swap swap;
    int wake, news;               /* eventfds: to the trainer, to the screen */
    double published, rate_since; /* the trainer's own clocks */
    double stepped;               /* when the latest step began */
    bool unseen;                  /* there was a step since the last publication */
    int64_t rate_step;
    double steps_per_second;
    bool shown_running; /* what the last snapshot said */
    uint64_t shown_message;
};

static void signal_fd(int fd)
{
    const uint64_t one = 1;
    ssize_t n;
    do {
        n = write(fd, &one, sizeof one);
    } while (n < 0 && errno == EINTR);
}

static void drain_fd(int fd)
{
    uint64_t count;
    ssize_t n;
    do {
        n = read(fd, &count, sizeof count);
    } while (n < 0 && errno == EINTR);
}

static void measure_rate(mn_trainer *t, double now)
{
    double span = now - t->rate_since;
    if (span < 0.5)
        return;
    t->steps_per_second = (double)(t->session->step - t->rate_step) / span;
    t->rate_since = now;
    t->rate_step = t->session->step;
}

static void publish(mn_trainer *t)
{
    mn_snapshot *slot = t->swap.slots[t->swap.back];
    mn_err err;
    double now = mn_clock_now();
    measure_rate(t, now);
    if (mn_session_snapshot(t->session, slot, false, &err) != MN_OK)
        return; /* no memory for it: the screen keeps the last one */
    slot->steps_per_second = t->session->running ? t->steps_per_second : 0.0;
    slot->items_per_second = slot->steps_per_second * t->session->config.run.batch;
    t->swap.back =
        atomic_exchange_explicit(&t->swap.middle, t->swap.back | FRESH, memory_order_acq_rel) &
        3u;
    t->published = now;
    t->unseen = false;
    t->shown_running = t->session->running;
    t->shown_message = t->session->message_id;
    signal_fd(t->news);
}

/* Executes what has come; true when there was anything. */
static bool obey(mn_trainer *t)
{
    ring *r = &t->ring;
    unsigned tail = atomic_load_explicit(&r->tail, memory_order_relaxed);
    bool any = false;
    while (tail != atomic_load_explicit(&r->head, memory_order_acquire)) {
        mn_err err = {0};
        mn_status s = mn_session_do(t->session, r->lines[tail % RING_SIZE], NULL, &err);
        (void)s; /* the session keeps the message; it travels in the snapshot */
        atomic_store_explicit(&r->tail, ++tail, memory_order_release);
        any = true;
    }
    return any;
}

/* A piece of a map that is being made. */
static bool map(mn_trainer *t)
{
    if (!mn_atlas_busy(t->session->atlas))
        return false;
    mn_session_map(t->session);
    t->unseen = true;
    if (mn_clock_now() - t->published >= publish_period)
        publish(t);
    return true;
}

/* Waits for the next step at the asked pace; true when something came before it was due, or a
 * map is being made, which takes the time. */
static bool wait_for_pace(mn_trainer *t)
{
    double pace = t->session->pace;
    double left = pace > 0.0 ? t->stepped + 1.0 / pace - mn_clock_now() : 0.0;
    if (left <= 0.0 || !t->session->running)
        return false;
    if (t->unseen && mn_clock_now() - t->published >= publish_period)
        publish(t);
    if (mn_atlas_busy(t->session->atlas))
        return true;
    struct pollfd p = {.fd = t->wake, .events = POLLIN};
    if (poll(&p, 1, (int)ceil(left * 1000.0)) <= 0)
        return false;
    drain_fd(t->wake);
    return true;
}

static void sleep_until_woken(mn_trainer *t)
{
    struct pollfd p = {.fd = t->wake, .events = POLLIN};
    while (poll(&p, 1, -1) < 0 && errno == EINTR)
        continue;
    drain_fd(t->wake);
    t->rate_since = mn_clock_now();
    t->rate_step = t->session->step;
}

/* One step, if one is to be made. */
static bool go_on(mn_trainer *t)
{
    double began = mn_clock_now();
    if (!mn_session_advance(t->session))
        return false;
    t->stepped = began;
    t->unseen = true;
    if (mn_clock_now() - t->published >= publish_period)
        publish(t);
    return true;
}

static void *run(void *arg)
{
    mn_trainer *t = arg;
    while (!atomic_load_explicit(&t->stopping, memory_order_acquire)) {
        if (obey(t))
            publish(t);
        const bool mapped = map(t);
        if (wait_for_pace(t) || go_on(t) || mapped)
            continue;
        if (t->unseen || t->shown_running || t->shown_message != t->session->message_id)
            publish(t);
        if (atomic_load_explicit(&t->ring.head, memory_order_acquire) ==
            atomic_load_explicit(&t->ring.tail, memory_order_relaxed))
            sleep_until_woken(t);
    }
    return NULL;
}

static void finish(mn_trainer *t)
{
    if (t->started) {
        atomic_store_explicit(&t->stopping, true, memory_order_release);
        signal_fd(t->wake);
        pthread_join(t->thread, NULL);
    }
    for (int i = 0; i < 3; i++)
        mn_snapshot_destroy(t->swap.slots[i]);
    if (t->wake >= 0)
        close(t->wake);
    if (t->news >= 0)
        close(t->news);
}

/* Signals are the main thread's business, but for those of this thread's own making: a fault
 * that is blocked ends the process without its handler, and the terminal stays as it is. */
static int start_thread(mn_trainer *t)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP, SIGABRT};
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        sigdelset(&all, faults[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&t->thread, NULL, run, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    t->started = !failed;
    return failed;
}

mn_status mn_trainer_start(mn_trainer **out, mn_session *adopted, mn_err *err)
{
    mn_trainer *t = calloc(1, sizeof *t);
    if (!t) {
        mn_session_destroy(adopted);
        return mn_fail(err, MN_ENOMEM, "cannot allocate the trainer");
    }
    t->session = adopted;
    t->wake = eventfd(0, EFD_CLOEXEC);
    t->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bool ok = t->wake >= 0 && t->news >= 0;
    for (int i = 0; i < 3; i++)
        ok = (t->swap.slots[i] = mn_snapshot_create()) && ok;
    atomic_init(&t->swap.middle, 1);
    t->swap.back = 0;
    t->swap.front = 2;
    t->rate_since = mn_clock_now();
    t->rate_step = adopted->step;
    if (!ok) {
        mn_trainer_stop(t);
        return mn_fail(err, MN_ENOMEM, "cannot allocate the trainer");
    }
    publish(t);
    int failed = start_thread(t);
    if (failed) {
        mn_trainer_stop(t);
        return mn_fail(err, MN_EIO, "cannot start the trainer's thread: %s", strerror(failed));
    }
    *out = t;
    return MN_OK;
}

mn_session *mn_trainer_release(mn_trainer *t)
{
    finish(t);
    mn_session *s = t->session;
    free(t);
    return s;
}

void mn_trainer_stop(mn_trainer *t)
{
    if (t)
        mn_session_destroy(mn_trainer_release(t));
}

bool mn_trainer_post(mn_trainer *t, const char *line)
{
    ring *r = &t->ring;
    unsigned head = atomic_load_explicit(&r->head, memory_order_relaxed);
    size_t n = strlen(line);
    if (n >= MN_LINE_MAX ||
        head - atomic_load_explicit(&r->tail, memory_order_acquire) >= RING_SIZE)
        return false;
    memcpy(r->lines[head % RING_SIZE], line, n + 1);
    atomic_store_explicit(&r->head, head + 1, memory_order_release);
    signal_fd(t->wake);
    return true;
}

const mn_snapshot *mn_trainer_snapshot(mn_trainer *t)
{
    swap *s = &t->swap;
    drain_fd(t->news);
    if (atomic_load_explicit(&s->middle, memory_order_relaxed) & FRESH)
        s->front = atomic_exchange_explicit(&s->middle, s->front, memory_order_acq_rel) & 3u;
    return s->slots[s->front];
}

int mn_trainer_fd(const mn_trainer *t)
{
    return t->news;
}
