#include "mnemoscope/study.h"

#include <math.h>
#include <string.h>

#include "plan.h"

static const char *const names[MN_N_OBJECTIVES] = {"acc", "f1", "min-task", "exceptional",
                                                   "stable"};

const char *mn_objective_name(mn_objective o)
{
    return names[o];
}

mn_status mn_objective_find(mn_objective *out, const char *name, mn_err *err)
{
    for (int i = 0; i < MN_N_OBJECTIVES; i++)
        if (!strcmp(names[i], name)) {
            *out = (mn_objective)i;
            return MN_OK;
        }
    return mn_fail(err, MN_EINVAL,
                   "unknown objective '%.40s': wanted acc, f1, min-task, exceptional or stable",
                   name);
}

double mn_result_objective(const mn_results *r, const mn_result *one)
{
    /* items are of length 1: the share of an exception that comes back */
    const double values[MN_N_OBJECTIVES] = {one->acc, one->f1, one->min_task,
                                            1.0 - one->exceptional, one->stable};
    if (one->ok)
        for (int i = 0; i < MN_N_OBJECTIVES; i++)
            if (!strcmp(names[i], r->objective))
                return values[i];
    return (double)NAN;
}
