#include "sweep_progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interrupt.h"
#include "mnemoscope/clock.h"

static const char *axis_name(const mn_plan *p, int i)
{
    if (p->n_variants && i-- == 0)
        return "variant";
    return i < p->n_over ? p->over[i].name : p->search[i - p->n_over].name;
}

/* "EWC vertex=5 strength=3.2e4" */
static void write_settings(const mn_plan *p, const mn_result *one, char *out, size_t size)
{
    int n_axes = (p->n_variants > 0) + p->n_over + p->n_search;
    size_t used = 0;
    *out = '\0';
    for (int i = 0; i < n_axes && used < size; i++) {
        const char *name = axis_name(p, i);
        bool variant = !strcmp(name, "variant");
        used += (size_t)snprintf(out + used, size - used, "%s%s%s%s", i ? " " : "",
                                 variant ? "" : name, variant ? "" : "=", one->values[i]);
    }
}

/* A run joins its point; returns the point when its last seed is through, else NULL. */
static const mn_tally_of_point *join(mn_sweep_progress *p, const mn_result *one)
{
    long at = (long)one->cell * p->n_trials + one->trial;
    double x = mn_result_objective(&p->head, one);
    if (at < 0 || at >= p->n_points)
        return NULL;
    mn_tally_of_point *t = &p->points[at];
    t->n += isfinite(x);
    t->failed += !isfinite(x);
    t->sum += isfinite(x) ? x : 0.0;
    t->squares += isfinite(x) ? x * x : 0.0;
    if (t->n + t->failed != p->n_seeds)
        return NULL;
    p->n_complete++;
    return t;
}

/* "87.1 ± 1.2 % (3 seeds, 1 failed)" */
static void write_score(const mn_tally_of_point *t, char *out, size_t size)
{
    double mean = t->sum / t->n, var = (t->squares - t->n * mean * mean) / (t->n - 1);
    size_t used;
    if (!t->n)
        used = (size_t)snprintf(out, size, "failed (");
    else if (t->n > 1)
        used = (size_t)snprintf(out, size, "%.1f ± %.1f %% (", 100.0 * mean,
                                100.0 * sqrt(fmax(var, 0.0)));
    else
        used = (size_t)snprintf(out, size, "%.1f %% (", 100.0 * mean);
    if (t->failed)
        snprintf(out + used, size - used, "%d seed%s, %d failed)", t->n, t->n == 1 ? "" : "s",
                 t->failed);
    else
        snprintf(out + used, size - used, "%d seed%s)", t->n, t->n == 1 ? "" : "s");
}

static void note_best(mn_sweep_progress *p, const mn_tally_of_point *t, const mn_result *one)
{
    char settings[192], score[64];
    if (!t || !t->n || t->sum / t->n <= p->best)
        return;
    p->best = t->sum / t->n;
    write_settings(p->plan, one, settings, sizeof settings);
    write_score(t, score, sizeof score);
    snprintf(p->best_text, sizeof p->best_text, "%s %s", settings, score);
}

/* One line, cut by the terminal at its edge: what wrapped would not be overwritten. */
static void show(const mn_sweep_progress *p, int running)
{
    double elapsed = mn_clock_now() - p->start;
    fprintf(stderr, "\033[?7l\r\033[K%d of %d runs, %d running", p->n_done, p->n_all, running);
    if (p->n_new && p->n_done < p->n_all)
        fprintf(stderr, "  %.0f s left", elapsed * (p->n_all - p->n_done) / p->n_new);
    if (*p->best_text)
        fprintf(stderr, "  best %s", p->best_text);
    fprintf(stderr, "\033[?7h");
    fflush(stderr);
}

static void done(void *ctx, const mn_result *one, int n_done, int n_all, int running)
{
    mn_sweep_progress *p = ctx;
    const mn_tally_of_point *t = join(p, one);
    p->n_new++;
    p->n_done = n_done;
    p->n_all = n_all;
    note_best(p, t, one);
    if (p->quiet)
        return;
    if (p->terminal) {
        show(p, running);
    } else if (t) {
        char settings[192], score[64];
        write_settings(p->plan, one, settings, sizeof settings);
        write_score(t, score, sizeof score);
        fprintf(stderr, "%d of %d runs: %s%s%s %s\n", n_done, n_all, settings,
                *settings ? ": " : "", p->head.objective, score);
    }
}

static bool stop(void *ctx)
{
    mn_sweep_progress *p = ctx;
    if (!p->signal)
        p->signal = mn_interrupt_read(p->interrupts);
    return p->signal != 0;
}

mn_status mn_sweep_progress_init(mn_sweep_progress *p, const mn_plan *plan,
                                 const mn_results *before, bool quiet, mn_err *err)
{
    *p = (mn_sweep_progress){.plan = plan, .quiet = quiet, .best = -1.0};
    mn_results_init(&p->head);
    snprintf(p->head.objective, sizeof p->head.objective, "%s",
             mn_objective_name(plan->objective));
    p->n_trials = plan->n_search ? plan->trials : 1;
    p->n_seeds = plan->seeds;
    p->n_points = mn_plan_cells(plan) * p->n_trials;
    p->points = calloc((size_t)p->n_points + 1, sizeof *p->points);
    if (!p->points)
        return mn_fail(err, MN_ENOMEM, "no memory for %d points", p->n_points);
    p->n_all = mn_plan_runs(plan);
    p->terminal = isatty(STDERR_FILENO);
    p->interrupts = mn_interrupt_open();
    p->start = mn_clock_now();
    for (size_t i = 0; before && i < before->n; i++)
        note_best(p, join(p, &before->at[i]), &before->at[i]);
    p->n_done = before ? (int)before->n : 0;
    return MN_OK;
}

mn_study_watch mn_sweep_progress_watch(mn_sweep_progress *p)
{
    return (mn_study_watch){p, done, stop};
}

void mn_sweep_progress_finish(mn_sweep_progress *p)
{
    if (!p->points)
        return;
    if (p->terminal && !p->quiet && p->n_new)
        fprintf(stderr, "\r\033[K");
    mn_interrupt_close(p->interrupts);
    mn_results_finish(&p->head);
    free(p->points);
    p->points = NULL;
}
