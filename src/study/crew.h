/* crew.h: who does the runs: children of this process, or ranks of an MPI job. Each has a
 * number of places, in which one run at a time is on its way.
 */
#ifndef MNEMOSCOPE_STUDY_CREW_H
#define MNEMOSCOPE_STUDY_CREW_H

#include "mnemoscope/results.h"
#include "mnemoscope/study.h"

typedef struct mn_crew {
    void *ctx;
    int n_places;
    /* Begins a run in a free place. */
    mn_status (*start)(void *ctx, int place, const mn_config *c, mn_err *err);
    /* Waits a little for a run to end; returns its place, whose outcome is then in *out, or -1
     * when none has ended yet (or a signal came). A lost run is an outcome with an error. */
    int (*wait)(void *ctx, mn_result *out);
    /* Ends whatever is on its way; nobody waits for it any more. */
    void (*stop)(void *ctx);
} mn_crew;

/* pool.c: children of this process. */
typedef struct mn_pool mn_pool;
MN_MUST_CHECK mn_status mn_pool_create(mn_pool **out, int jobs, mn_err *err);
mn_crew mn_pool_crew(mn_pool *p);
void mn_pool_destroy(mn_pool *p); /* ends what is on its way */

/* study.c: the whole study, by whomever. */
MN_MUST_CHECK mn_status mn_study_run_with(const mn_plan *p, const char *path,
                                          const mn_crew *crew, const mn_study_watch *watch,
                                          mn_err *err);

#endif
