/* sweep_progress.h: a study while it runs, told on standard error; and the signals that end it.
 *
 * A terminal gets one line that changes, anything else a line per point that is through.
 */
#ifndef MN_CLI_SWEEP_PROGRESS_H
#define MN_CLI_SWEEP_PROGRESS_H

#include "mnemoscope/study.h"

typedef struct mn_tally_of_point {
    double sum, squares;
    int n, failed;
} mn_tally_of_point;

typedef struct mn_sweep_progress {
    const mn_plan *plan; /* borrowed */
    bool quiet, terminal;
    int interrupts; /* interrupt.h */
    int signal;     /* that ended the study, or 0 */
    double start;
    int n_new, n_done, n_all;
    mn_results head; /* has the objective's name and no runs */
    int n_trials, n_seeds, n_points;
    mn_tally_of_point *points; /* cell x trial */
    int n_complete;
    double best; /* mean of the objective */
    char best_text[256];
} mn_sweep_progress;

/* `before`: what is there already, NULL = nothing. */
MN_MUST_CHECK mn_status mn_sweep_progress_init(mn_sweep_progress *p, const mn_plan *plan,
                                               const mn_results *before, bool quiet,
                                               mn_err *err);
mn_study_watch mn_sweep_progress_watch(mn_sweep_progress *p);
void mn_sweep_progress_finish(mn_sweep_progress *p);

#endif
