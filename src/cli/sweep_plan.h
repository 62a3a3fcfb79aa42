/* sweep_plan.h: from a call of `sweep` to the plan of a study: the recipe first, then flags.
 */
#ifndef MN_CLI_SWEEP_PLAN_H
#define MN_CLI_SWEEP_PLAN_H

#include "call.h"
#include "mnemoscope/study.h"

MN_MUST_CHECK mn_status mn_sweep_plan(const mn_call *c, mn_plan *p, mn_err *err);
/* --jobs, or one per processor; never more than there are runs. */
MN_MUST_CHECK mn_status mn_sweep_jobs(const mn_call *c, const mn_plan *p, int *jobs,
                                      mn_err *err);
/* --out, or a name after recipe and shard. */
MN_MUST_CHECK mn_status mn_sweep_out(const mn_call *c, const mn_plan *p, char *path,
                                     size_t size, mn_err *err);

#endif
