/* results.h: what came of the runs of a study, and the file it is kept in.
 *
 * The file is JSON lines. The first line is the plan ("study"), every other one run, appended
 * and synced when it ends; the last line may be torn (a kill) and is then dropped. A finished
 * study's file is rewritten in order of cell, trial and seed. Several files of one plan
 * (shards) merge. One owner.
 */
#ifndef MNEMOSCOPE_RESULTS_H
#define MNEMOSCOPE_RESULTS_H

#include <stdint.h>

#include "mnemoscope/axis.h"
#include "mnemoscope/snapshot.h"

enum { MN_VARIANTS_MAX = 32 };

/* One run. `values`: the setting of every axis of the results, as text, in their order. */
typedef struct mn_result {
    int cell, trial;
    int seed;                   /* as it was set: first_seed .. first_seed + n_seeds - 1 */
    char variant[MN_VALUE_MAX]; /* "" when the study has none */
    char values[2 * MN_AXES_MAX][MN_VALUE_MAX];
    bool ok;
    char error[256]; /* why not */
    int n_tasks;
    double acc, f1, min_task, bwt, fwt, forgetting; /* 0..1; NAN = undefined */
    double dead; /* share of units that fired for no item of the last epoch */
    double mwe;  /* mean weighted entropy over the test items of all tasks, nats; mixture.h */
    double regular, exceptional; /* mean loss of a training item of the last task that is given
                                    back, by kind; of models that do */
    double stable;               /* share of the items of all tasks that are states at rest */
    double stable_of[MN_TASKS_MAX]; /* (n_tasks): the same task by task */
    double *R, *R_f1; /* (n_tasks, n_tasks): after task i, accuracy on task j; owned */
    int64_t steps;
    uint64_t digest;
} mn_result;

typedef struct mn_results {
    char title[160], figure[MN_NAME_MAX], objective[MN_NAME_MAX];
    char data[64]; /* what was trained: "mnist", "dam" */
    char model[MN_NAME_MAX];
    int n_axes, n_over; /* the first n_over axes are the grid's, the others are searched; with
                           variants axes[0] is named "variant" and its stops are their names */
    mn_axis axes[2 * MN_AXES_MAX];
    int n_cells; /* the product of the grid's stops; the last of its axes varies fastest */
    int n_seeds, n_trials, first_seed; /* as planned */
    int n_variants;
    char variants[MN_VARIANTS_MAX][MN_VALUE_MAX];
    char *plan; /* the text of the plan; owned */
    size_t n, capacity;
    mn_result *at; /* in order of cell, trial, seed once sorted */
} mn_results;

void mn_results_init(mn_results *r);
void mn_results_finish(mn_results *r);
/* Reads one file, or several of the same plan, into order. */
MN_MUST_CHECK mn_status mn_results_read(mn_results *r, int n, char *const *paths, mn_err *err);
void mn_results_sort(mn_results *r);
/* CSV, one row per run, a column per axis and measure and per task. */
MN_MUST_CHECK mn_status mn_results_csv(const mn_results *r, mn_text *out, mn_err *err);
/* Writes them in order, whole file at once (temp, sync, rename). */
MN_MUST_CHECK mn_status mn_results_write(const mn_results *r, const char *path, bool replace,
                                         mn_err *err);

/* A point is the runs that differ in their seed only. */
typedef struct mn_point {
    int cell, trial;
    size_t first;    /* a run of it in r->at */
    int n, n_failed; /* seeds that ended well; that failed */
    double mean, sd; /* of the objective over the n; sd NAN below 2 */
} mn_point;
/* All points in order; returns how many were written (at most `max`). Sorted results only. */
size_t mn_results_points(const mn_results *r, size_t max, mn_point *out);
/* The best point of a cell: of those with the fewest failed seeds the one with the largest mean
 * of the objective; false when nothing of it ended well. Sorted results only. */
bool mn_results_best(const mn_results *r, int cell, mn_point *out);
/* NAN when it failed. */
double mn_result_objective(const mn_results *r, const mn_result *one);
/* The stop of axis `axis` (one of the grid's) in a cell. */
int mn_results_stop(const mn_results *r, int cell, int axis);
/* The whole configuration behind a run of these results: needs nothing but the file. */
MN_MUST_CHECK mn_status mn_results_config(const mn_results *r, size_t run, mn_config *out,
                                          mn_err *err);

#endif
