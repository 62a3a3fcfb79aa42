#include "run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "mnemoscope/session.h"

enum { STEPS_PER_QUESTION = 16 };

/* Nothing is looked at between the tasks' ends: the evaluation after every epoch is kept as
 * small as it may be. It changes no weight. */
static const int least_probe = 1;

static mn_status copy_matrix(double **out, const double *R, int n, mn_err *err)
{
    size_t bytes = (size_t)n * (size_t)n * sizeof *R;
    if (!(*out = malloc(bytes)))
        return mn_fail(err, MN_ENOMEM, "no memory for %d tasks", n);
    memcpy(*out, R, bytes);
    return MN_OK;
}

static double mean_f1(const mn_snapshot *s)
{
    double sum = 0.0;
    for (int t = 0; t < s->n_trained; t++)
        sum += s->R_f1[(s->n_trained - 1) * s->n_tasks + t];
    return s->n_trained ? sum / s->n_trained : (double)NAN;
}

static mn_status take_stability(mn_result *out, mn_session *s, mn_err *err)
{
    mn_stability found;
    const mn_status status = mn_session_stability(s, &found, err);
    if (status != MN_OK)
        return status;
    out->stable = found.all;
    memcpy(out->stable_of, found.task, (size_t)found.n_tasks * sizeof *out->stable_of);
    return MN_OK;
}

static mn_status take_outcome(mn_result *out, const mn_snapshot *s, mn_err *err)
{
    out->n_tasks = s->n_tasks;
    out->acc = s->summary.acc;
    out->f1 = mean_f1(s);
    out->min_task = s->summary.min_task;
    out->bwt = s->summary.bwt;
    out->fwt = s->summary.fwt;
    out->forgetting = s->summary.forgetting;
    out->dead = s->units.items[MN_EPOCH] ? (double)mn_units_count_dead(&s->units) / s->n_units
                                         : (double)NAN;
    out->mwe = s->mixture[MN_CENSUS_TEST].weighted;
    out->regular = s->returned[MN_REGULAR];
    out->exceptional = s->returned[MN_EXCEPTIONAL];
    out->steps = s->step;
    out->digest = s->digest;
    mn_status status = copy_matrix(&out->R, s->R, s->n_tasks, err);
    return status == MN_OK ? copy_matrix(&out->R_f1, s->R_f1, s->n_tasks, err) : status;
}

static mn_status measure(mn_result *out, mn_session *s, mn_err *err)
{
    mn_snapshot *snap = mn_snapshot_create();
    if (!snap)
        return mn_fail(err, MN_ENOMEM, "no memory for a snapshot");
    mn_status status = mn_session_snapshot(s, snap, false, err);
    if (status == MN_OK && snap->state != MN_FINISHED) { /* a limit of steps came first */
        mn_session_evaluate(s);
        status = mn_session_snapshot(s, snap, false, err);
    }
    if (status == MN_OK)
        status = take_outcome(out, snap, err);
    if (status == MN_OK)
        status = take_stability(out, s, err);
    mn_snapshot_destroy(snap);
    return status;
}

static bool train(mn_session *s, bool (*stop)(void *ctx), void *ctx)
{
    for (unsigned i = 0; mn_session_advance(s); i++)
        if (stop && i % STEPS_PER_QUESTION == 0 && stop(ctx))
            return false;
    return true;
}

bool mn_run_perform(mn_result *out, const mn_config *c, bool (*stop)(void *ctx), void *ctx)
{
    mn_config config = *c;
    mn_session *s = NULL;
    mn_err err = {0};
    config.run.probe_items = least_probe;
    memset(out, 0, sizeof *out);
    mn_status status = mn_session_create(&s, &config, NULL, &err);
    if (status == MN_OK)
        status = mn_session_do(s, "run until end", NULL, &err);
    bool whole = status != MN_OK || train(s, stop, ctx);
    if (status == MN_OK && whole)
        status = mn_session_failure(s, &err);
    if (status == MN_OK && whole)
        status = measure(out, s, &err);
    mn_session_destroy(s);
    out->ok = status == MN_OK;
    snprintf(out->error, sizeof out->error, "%.*s", (int)sizeof out->error - 1, err.msg);
    return whole;
}

/* An outcome travels as a line of a file of results with a single place. */
static const mn_results single = {.n_cells = 1, .n_trials = 1, .n_seeds = 1};

mn_status mn_outcome_write(const mn_result *one, mn_text *out, mn_err *err)
{
    return mn_result_write(one, &single, out, err);
}

mn_status mn_outcome_read(mn_result *out, const char *text, size_t n, mn_err *err)
{
    return mn_result_read(out, &single, text, n, err);
}
