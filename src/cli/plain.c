#include "plain.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "describe.h"
#include "interrupt.h"
#include "mnemoscope/clock.h"

/* While it runs, announcements come no closer than this: a voice needs its time. */
static const double pause_between = 2.0; /* seconds */

typedef struct plain {
    mn_session *session;
    mn_snapshot *now; /* the latest */
    double said;      /* when the last announcement was made */
    bool piped;       /* input is not typed: a line waits until the one before is done */
    bool busy;        /* piped, and the last line asked for training that goes on */
    bool closed;      /* no more input */
    bool ended;
    int status;
    /* what was announced last */
    int64_t probe_step;
    double accuracy[MN_TASKS_MAX];
    bool *dead; /* (n_units) */
    int n_units, task;
    mn_state state;
    size_t n_input;
    char input[MN_LINE_MAX + 1];
    bool overlong; /* the line being read did not fit and is thrown away */
} plain;

static mn_status look(plain *p, bool all_tiles, mn_err *err)
{
    return mn_session_snapshot(p->session, p->now, all_tiles, err);
}

static void complain(const mn_err *err)
{
    printf("cannot: %s\n", err->msg);
}

static void add_accuracies(plain *p, mn_text *out)
{
    const mn_snapshot *s = p->now;
    for (int t = 0; t < s->n_tasks; t++) {
        double accuracy = s->now[t].accuracy;
        if (!s->now[t].n || !isfinite(accuracy))
            continue;
        if (s->n_tasks > 1)
            mn_text_add(out, ", task %d: %.1f %%", t + 1, 100.0 * accuracy);
        else
            mn_text_add(out, ", accuracy %.1f %%", 100.0 * accuracy);
        if (isfinite(p->accuracy[t]))
            mn_text_add(out, " (%+.1f, %zu items)", 100.0 * (accuracy - p->accuracy[t]),
                        s->now[t].n);
        else
            mn_text_add(out, " (%zu items)", s->now[t].n);
        p->accuracy[t] = accuracy;
    }
}

/* Units that died or came back since they were last spoken of. */
static void add_deaths(plain *p, mn_text *out)
{
    const mn_units *u = &p->now->units;
    for (int revived = 0; revived < 2; revived++) {
        mn_text list = {0};
        int n = 0;
        for (int i = 0; i < u->n; i++) {
            bool dead = mn_units_dead(u, i);
            if (dead == p->dead[i] || dead == (revived == 1))
                continue;
            if (++n <= 8)
                mn_text_add(&list, "%s%d", n > 1 ? ", " : "", i);
        }
        if (n && !list.failed)
            mn_text_add(out, ", %d of the %d units %s (%s%s)", n, u->n,
                        revived ? "live again" : "died", list.data, n > 8 ? ", ..." : "");
        mn_text_finish(&list);
    }
    for (int i = 0; i < u->n; i++)
        p->dead[i] = mn_units_dead(u, i);
}

static bool remember_units(plain *p)
{
    if (p->n_units == p->now->n_units && p->dead)
        return true;
    free(p->dead);
    p->n_units = p->now->n_units;
    return (p->dead = calloc((size_t)p->n_units + 1, sizeof *p->dead)) != NULL;
}

static const char *state_name(mn_state state)
{
    static const char *const names[] = {"paused", "running", "finished", "failed"};
    return names[state];
}

/* What has changed since the last announcement; nothing when nothing has. */
static void announce(plain *p, bool always)
{
    mn_text line = {0};
    mn_snapshot *s = p->now;
    if (look(p, false, NULL) != MN_OK || !remember_units(p))
        return;
    if (s->task != p->task)
        mn_text_add(&line, ", task %d of %d: %s", s->task + 1, s->n_tasks, s->task_text);
    if (s->probe_step != p->probe_step && s->probe_step >= 0) {
        add_accuracies(p, &line);
        add_deaths(p, &line);
    }
    if (s->state != p->state || always)
        mn_text_add(&line, ", %s", state_name(s->state));
    if (line.length && !line.failed) {
        printf("step %" PRId64 ": %s\n", s->step, line.data + 2);
        p->said = mn_clock_now();
    }
    p->task = s->task;
    p->probe_step = s->probe_step;
    p->state = s->state;
    mn_text_finish(&line);
}

static void show(plain *p, const char *word)
{
    mn_err err = {0};
    char *end;
    mn_text text = {0};
    long unit = strtol(word, &end, 10);
    mn_status s = look(p, true, &err);
    if (s == MN_OK && (end == word || *end || unit < 0 || unit >= p->now->n_units))
        s = mn_fail(&err, MN_EINVAL, "show '%.40s': wanted a number from 0 to %d", word,
                    p->now->n_units - 1);
    if (s == MN_OK) {
        mn_describe_unit(p->now, (int)unit, &text);
        mn_text_add(&text, "\n");
        s = mn_describe_draw(p->now, (int)unit, &text, &err);
    }
    if (s == MN_OK && !text.failed)
        fputs(text.data, stdout);
    else
        complain(&err);
    mn_text_finish(&text);
}

static void tell_memories(plain *p)
{
    mn_err err = {0};
    if (look(p, true, &err) != MN_OK) {
        complain(&err);
        return;
    }
    for (int i = 0; i < p->now->n_units; i++) {
        mn_text text = {0};
        mn_describe_unit(p->now, i, &text);
        if (!text.failed)
            puts(text.data);
        mn_text_finish(&text);
    }
}

static void help(void)
{
    puts("memories: every unit in words");
    puts("show N: one unit in words and as characters");
    puts("status: where the run is");
    puts("quit: leave (so does the end of the input)");
    for (int i = 0; mn_commands[i]; i++)
        printf("%s%s%s: %s\n", mn_commands[i]->name, *mn_commands[i]->usage ? " " : "",
               mn_commands[i]->usage, mn_commands[i]->help);
}

static void do_session(plain *p, const char *line)
{
    mn_err err = {0};
    mn_text say = {0};
    if (mn_session_do(p->session, line, &say, &err) != MN_OK)
        complain(&err);
    else if (say.length)
        puts(say.data);
    mn_text_finish(&say);
    p->busy = p->piped && (!strncmp(line, "run", 3) || !strncmp(line, "step", 4) ||
                           !strncmp(line, "epoch", 5));
}

static void do_line(plain *p, const char *line)
{
    mn_err err = {0};
    mn_words w;
    if (mn_words_split(&w, line, &err) != MN_OK)
        complain(&err);
    else if (!w.n)
        announce(p, true);
    else if (!strcmp(w.word[0], "quit"))
        p->ended = true;
    else if (!strcmp(w.word[0], "help") || !strcmp(w.word[0], "?"))
        help();
    else if (!strcmp(w.word[0], "status"))
        announce(p, true);
    else if (!strcmp(w.word[0], "memories"))
        tell_memories(p);
    else if (!strcmp(w.word[0], "show") && w.n == 2)
        show(p, w.word[1]);
    else
        do_session(p, line);
}

/* The next whole line, unless it has to wait or none has come. */
static bool do_next(plain *p)
{
    char *newline = memchr(p->input, '\n', p->n_input);
    if (p->busy && mn_session_running(p->session))
        return false;
    if (p->busy)
        announce(p, false);
    p->busy = false;
    p->ended |= p->closed && !newline;
    if (!newline || p->ended)
        return false;
    *newline = '\0';
    if (p->overlong)
        printf("cannot: the line is too long, at most %d bytes wanted\n", MN_LINE_MAX - 1);
    else
        do_line(p, p->input);
    p->overlong = false;
    p->n_input -= (size_t)(newline + 1 - p->input);
    memmove(p->input, newline + 1, p->n_input);
    return true;
}

static void take_input(plain *p)
{
    if (p->n_input >= MN_LINE_MAX) {
        p->overlong = true;
        p->n_input = 0;
    }
    ssize_t n = read(STDIN_FILENO, p->input + p->n_input, MN_LINE_MAX - p->n_input);
    if (n > 0)
        p->n_input += (size_t)n;
    else if (n == 0 || errno != EINTR) {
        p->closed = true;
        if (p->n_input)
            p->input[p->n_input++] = '\n'; /* a last line without an end */
    }
}

/* Looks for input and signals; waits for them when nothing runs. */
static void hear(plain *p, int interrupts, bool wait)
{
    /* While a line waits there is nothing to read that could be done. */
    bool full = p->closed || memchr(p->input, '\n', p->n_input);
    struct pollfd fds[] = {{full ? -1 : STDIN_FILENO, POLLIN, 0}, {interrupts, POLLIN, 0}};
    fflush(stdout);
    if (poll(fds, 2, wait ? -1 : 0) < 0)
        return;
    int signal = mn_interrupt_read(interrupts);
    if (signal) {
        p->ended = true;
        p->status = 128 + signal;
    } else if (fds[0].revents) {
        take_input(p);
    }
}

static void go(plain *p, int interrupts)
{
    while (!p->ended) {
        bool moved = mn_session_advance(p->session);
        if (!moved || mn_clock_now() - p->said >= pause_between)
            announce(p, false);
        while (do_next(p))
            ;
        if (!p->ended)
            hear(p, interrupts, !moved && !mn_session_running(p->session));
    }
}

static void greet(plain *p, const char *why)
{
    const mn_snapshot *s = p->now;
    if (why)
        printf("lines instead of a full screen: %s\n", why);
    printf("%s on %s, %s, preset %s, %d units, seed %" PRIu64 "; type help, or quit\n",
           s->title, s->data, s->strategy, s->preset, s->n_units, s->seed);
}

int mn_plain_run(const mn_call *c, const mn_picture_maker *maker, mn_session *adopted,
                 const char *why)
{
    mn_err err = {0};
    plain *p = calloc(1, sizeof *p);
    mn_snapshot *snap = mn_snapshot_create();
    mn_status s = p && snap ? MN_OK : mn_fail(&err, MN_ENOMEM, "no memory for the explorer");
    (void)maker;
    if (s == MN_OK) {
        *p = (plain){
            .session = adopted, .now = snap, .probe_step = -1, .piped = !isatty(STDIN_FILENO)};
        for (int t = 0; t < MN_TASKS_MAX; t++)
            p->accuracy[t] = (double)NAN;
        s = look(p, false, &err);
    }
    if (s == MN_OK && !mn_call_has(c, MN_OPT_PAUSED))
        s = mn_session_do(adopted, "run", NULL, &err);
    if (s == MN_OK) {
        int interrupts = mn_interrupt_open();
        greet(p, why);
        go(p, interrupts);
        announce(p, true);
        mn_interrupt_close(interrupts);
    }
    int status = s == MN_OK ? p->status : mn_call_fail(&err);
    if (p)
        free(p->dead);
    free(p);
    mn_snapshot_destroy(snap);
    mn_session_destroy(adopted);
    return status;
}
