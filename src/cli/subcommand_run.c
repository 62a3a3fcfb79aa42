/* run: an experiment from its flags to its end, without a screen. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "experiment.h"
#include "interrupt.h"
#include "mnemoscope/clock.h"
#include "subcommand.h"
#include "summary.h"

static const double progress_every = 0.2; /* seconds */

typedef struct progress {
    bool shown;
    double start, last, items_before;
} progress;

static void show(progress *p, mn_session *s, mn_snapshot *snap)
{
    double now = mn_clock_now(), elapsed = now - p->start;
    if (!p->shown || now - p->last < progress_every ||
        mn_session_snapshot(s, snap, false, NULL) != MN_OK)
        return;
    p->last = now;
    fprintf(stderr, "\r\033[Kstep %lld  task %d/%d  epoch %.1f  %.0f items/s",
            (long long)snap->step, snap->task + 1, snap->n_tasks, snap->epoch,
            ((double)snap->units.items[MN_RUN] - p->items_before) / elapsed);
    if (snap->now[snap->task].n)
        fprintf(stderr, "  accuracy %.1f %% (%zu items)",
                100.0 * snap->now[snap->task].accuracy, snap->now[snap->task].n);
    if (isfinite(snap->progress) && snap->progress > 0.01)
        fprintf(stderr, "  %.0f s left", elapsed * (1.0 - snap->progress) / snap->progress);
    fflush(stderr);
}

/* To the goal, or until a signal; returns the signal. */
static int train(mn_session *s, mn_snapshot *snap, progress *p, int interrupts)
{
    int signal = 0;
    while (!(signal = mn_interrupt_read(interrupts)) && mn_session_advance(s))
        show(p, s, snap);
    if (p->shown)
        fprintf(stderr, "\r\033[K");
    return signal;
}

static mn_status report(const mn_call *c, mn_session *s, mn_snapshot *snap,
                        const mn_summary_times *times, mn_err *err)
{
    mn_status status = mn_session_snapshot(s, snap, false, err);
    if (status != MN_OK)
        return status;
    if (mn_call_has(c, MN_OPT_JSON)) {
        json_t *o = mn_summary_json(snap, mn_session_config(s), times, c->command_line.data);
        return mn_summary_print(o) ? mn_fail(err, MN_EIO, "the summary is lost") : MN_OK;
    }
    if (mn_call_has(c, MN_OPT_QUIET))
        return MN_OK;
    mn_text text = {0};
    mn_summary_text(snap, times, &text);
    if (!text.failed)
        fputs(text.data, stdout);
    mn_text_finish(&text);
    return MN_OK;
}

/* Training, then everything that is due at its end; *signal is the one that ended it. */
static mn_status perform(const mn_call *c, const mn_picture_maker *maker, mn_session *s,
                         mn_snapshot *snap, int *signal, mn_err *err)
{
    mn_text said = {0};
    int interrupts = mn_interrupt_open();
    mn_status status = mn_session_do(s, "run until end", NULL, err);
    if (status == MN_OK)
        status = mn_session_snapshot(s, snap, false, err);
    double start = mn_clock_now(), items = (double)snap->units.items[MN_RUN];
    progress p = {isatty(STDERR_FILENO) && !mn_call_has(c, MN_OPT_QUIET), start, start, items};
    if (status == MN_OK) {
        *signal = train(s, snap, &p, interrupts);
        status = mn_session_failure(s, err);
    }
    if (status == MN_OK)
        status = mn_session_snapshot(s, snap, false, err);
    mn_summary_times times = {mn_clock_now() - start,
                              (double)snap->units.items[MN_RUN] - items};
    if (status == MN_OK && snap->state != MN_FINISHED && !*signal)
        mn_session_evaluate(s);
    if (status == MN_OK)
        status = mn_experiment_deliver(c, maker, s, &said, err);
    if (status == MN_OK && !*signal)
        status = report(c, s, snap, &times, err);
    if (status == MN_OK && said.length && !mn_call_has(c, MN_OPT_QUIET) &&
        !mn_call_has(c, MN_OPT_JSON))
        fputs(said.data, stdout);
    mn_text_finish(&said);
    mn_interrupt_close(interrupts);
    return status;
}

static int run(const mn_call *c)
{
    mn_err err = {0};
    mn_session *s = NULL;
    mn_picture_maker maker;
    int signal = 0;
    if (mn_experiment_open(c, &maker, &s, &err) != MN_OK)
        return mn_call_fail(&err);
    mn_snapshot *snap = mn_snapshot_create();
    mn_status status = snap ? perform(c, &maker, s, snap, &signal, &err)
                            : mn_fail(&err, MN_ENOMEM, "no memory for a snapshot");
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
    if (status != MN_OK) {
        mn_call_fail(&err);
        return 1;
    }
    return signal ? 128 + signal : 0;
}

const mn_subcommand mn_subcommand_run = {
    .name = "run",
    .usage = "[FLAGS]",
    .help = "train without a screen and print what came of it",
    .bit = MN_FOR_RUN,
    .parameters = true,
    .advance = "yes",
    .run = run,
};
