/* fixture.h: results of studies that nobody ran, from made-up numbers, for the tests of charts.
 */
#ifndef MNEMOSCOPE_TESTS_CHART_FIXTURE_H
#define MNEMOSCOPE_TESTS_CHART_FIXTURE_H

#include "mnemoscope/results.h"

typedef struct made_axis {
    const char *name, *stops; /* "2,5,10"; NULL: anything from lo to hi */
    double lo, hi;
    bool log;
} made_axis;

typedef struct made_study {
    const char *title;
    made_axis axes[6]; /* ended by a NULL name; those without stops are searched */
    int n_seeds, n_trials, n_tasks;
    int fail_every;     /* every so many runs fails; 0 = none, 1 = all */
    const char *recipe; /* of the plan behind them, or NULL */
} made_study;

/* The caller finishes the results. */
void make_results(mn_results *r, const made_study *m);

enum { STUDY_PROPORTION, STUDY_STRENGTH, STUDY_METHODS, STUDY_GRID, STUDY_TUNED, N_STUDIES };
extern const made_study made_studies[N_STUDIES];

#endif
