/* study.h: many runs of one experiment over a space of settings: what `mnemoscope sweep` does.
 *
 * Axes given with `over` make a grid; each of its points is a cell. Axes given with `search`
 * are searched in every cell, by so many trials. Every trial runs once per seed. A variant is a
 * named bundle of settings ("EWC": strategy=ewc proportion=0), the grid's first axis when there
 * are any. So a run is (cell, trial, seed); its configuration is a pure function of these and
 * of what was found in the same cell before.
 *
 *     point = the base configuration, the variant's settings, the cell's, tuned ones, the
 * trial's
 *
 * Trials are proposed in rounds of `round` at a time, whatever runs beside whatever: the result
 * is the same for every number of jobs, bit for bit, and says nothing about time. One thread;
 * `pool.c` runs points in forked children.
 */
#ifndef MNEMOSCOPE_STUDY_H
#define MNEMOSCOPE_STUDY_H

#include "mnemoscope/axis.h"
#include "mnemoscope/results.h"

enum { MN_RUNS_MAX = 100000, MN_PINS_MAX = 256 };

typedef struct mn_variant {
    char name[MN_VALUE_MAX]; /* no ':' */
    char settings[512];      /* "strategy=ewc sweep=0" */
} mn_variant;

/* What earlier results say is best in a cell. */
typedef struct mn_pin {
    int cell;
    char settings[256];
} mn_pin;

typedef enum mn_objective {
    MN_OBJECTIVE_ACC,         /* mean accuracy over tasks, after the last */
    MN_OBJECTIVE_F1,          /* the same of macro F1 */
    MN_OBJECTIVE_MIN_TASK,    /* the worst task, right after it was learnt: plasticity */
    MN_OBJECTIVE_EXCEPTIONAL, /* of exceptions that are given back: 1 - mean loss, 1 = as they
                                 were */
    MN_OBJECTIVE_STABLE,      /* items that are states at rest, after the last task */
    MN_N_OBJECTIVES
} mn_objective;
const char *
mn_objective_name(mn_objective o); /* "acc", "f1", "min-task", "exceptional", "stable" */

/* What is asked for; a plain value. */
typedef struct mn_plan {
    mn_config base;
    int n_variants, n_over, n_search;
    mn_variant variants[MN_VARIANTS_MAX];
    mn_axis over[MN_AXES_MAX], search[MN_AXES_MAX];
    char sampler[MN_NAME_MAX]; /* "random", "tpe": samplers.def */
    int trials, round;         /* per cell; proposed so many at a time */
    int seeds, first_seed;     /* seeds first_seed .. first_seed + seeds - 1 */
    mn_objective objective;
    int shard, n_shards; /* cells shard, shard + n_shards, ...; 0 of 1 = all */
    char tuned[512]; /* results to take the best searched settings from, per cell with the same
                        variant and values; "" = none. A variant that was not tuned there
                        goes without. */
    int n_pins;
    mn_pin pins[MN_PINS_MAX]; /* what was found in `tuned`: part of the plan's text, in place of
                                 a file that may change */
    char figure[MN_NAME_MAX]; /* the chart these results are looked at with first */
    char title[160];
} mn_plan;
void mn_plan_defaults(mn_plan *p);
/* One line of a recipe, or one flag: "set NAME=VALUE ...", "over AXIS", "search AXIS", "variant
 * NAME: SETTINGS", "trials 20", "seeds 10", "sampler tpe", "objective acc", "tuned FILE",
 * "figure curve", "title TEXT", "round 4", "small LINE" (obeyed only when `small`; in a recipe
 * after all others). A second axis or variant of a name takes the place of the first, a second
 * `set` comes after the first. "set seed=N" says what seed is the first. */
MN_MUST_CHECK mn_status mn_plan_line(mn_plan *p, const char *line, bool small, mn_err *err);
/* A whole recipe's text; `name` for messages ("fig1a:12"). */
MN_MUST_CHECK mn_status mn_plan_recipe(mn_plan *p, const char *name, const char *text,
                                       bool small, mn_err *err);
/* Whether it can be run: names, values on the base configuration, sizes. A recipe was checked;
 * lines are checked one by one, but not together. */
MN_MUST_CHECK mn_status mn_plan_check(const mn_plan *p, mn_err *err);
int mn_plan_cells(const mn_plan *p);
int mn_plan_runs(const mn_plan *p); /* cells x trials x seeds, of this shard */
/* Text that is the same for the same plan (not: jobs, shard), for the head of a results file; a
 * recipe that says all there is to know, every parameter of the base included. */
MN_MUST_CHECK mn_status mn_plan_text(const mn_plan *p, mn_text *out, mn_err *err);
/* The names of what may be said behind "sampler", and what each is; NULL past the end. */
const char *mn_sampler_name(size_t i);
const char *mn_sampler_title(size_t i);
/* Recipes shipped with the program: assets/recipes/NAME.recipe. NULL-terminated. */
typedef struct mn_recipe {
    const char *name, *title, *text;
} mn_recipe;
extern const mn_recipe mn_recipes[]; /* ended by a NULL name */

/* Progress, for whoever shows it; called from mn_study_run between runs. `running`: in flight.
 */
typedef struct mn_study_watch {
    void *ctx;
    void (*done)(void *ctx, const mn_result *r, int n_done, int n_all, int running);
    bool (*stop)(void *ctx); /* asked often; true ends the study, what is done is kept */
} mn_study_watch;

/* Runs what `path` (results.h; created when absent, continued when it is of the same plan) does
 * not hold yet, `jobs` processes at a time. A failed run is a result with its message. A run
 * that crashes is one as well. On MN_OK and with nothing missing the file is in order and
 * whole. */
MN_MUST_CHECK mn_status mn_study_run(const mn_plan *p, const char *path, int jobs,
                                     const mn_study_watch *watch, mn_err *err);
/* The configuration of one run, as far as results so far (may be NULL) determine it; MN_ELATER
 * when a trial waits for others. */
MN_MUST_CHECK mn_status mn_study_config(const mn_plan *p, const mn_results *so_far, int cell,
                                        int trial, int seed, mn_config *out, mn_err *err);
/* With MPI, under mpirun: rank 0 hands points out, the others run them. false: not under MPI.
 */
bool mn_study_mpi(int *argc, char ***argv, int *rank, int *n_ranks);
MN_MUST_CHECK mn_status mn_study_run_mpi(const mn_plan *p, const char *path,
                                         const mn_study_watch *watch, mn_err *err);
void mn_study_mpi_end(void);

#endif
