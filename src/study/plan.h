/* plan.h: what the files of src/study know of a plan beyond study.h. */
#ifndef MNEMOSCOPE_STUDY_PLAN_H
#define MNEMOSCOPE_STUDY_PLAN_H

#include "mnemoscope/study.h"

MN_MUST_CHECK mn_status mn_objective_find(mn_objective *out, const char *name, mn_err *err);

int mn_plan_trials(const mn_plan *p); /* 1 when nothing is searched */
bool mn_plan_shard_has(const mn_plan *p, int cell);
/* The variant of a cell (-1: there are none), and the stop of each `over` axis. */
int mn_plan_split(const mn_plan *p, int cell, int stops[MN_AXES_MAX]);
/* What axes are checked on: the base with the first variant's settings. */
MN_MUST_CHECK mn_status mn_plan_ground(const mn_plan *p, mn_config *out, mn_err *err);
/* "a=1 b=2" on a configuration; a failure may leave some of them done. */
MN_MUST_CHECK mn_status mn_settings_apply(mn_config *c, const char *settings, mn_err *err);

/* tuned.c: looks up `tuned` for every cell; nothing to do when it was done before. */
MN_MUST_CHECK mn_status mn_plan_pin(mn_plan *p, mn_err *err);

/* setting.c: base, variant, cell; then the pins as well. */
MN_MUST_CHECK mn_status mn_plan_cell(const mn_plan *p, int cell, mn_config *out, mn_err *err);
MN_MUST_CHECK mn_status mn_plan_cell_pinned(const mn_plan *p, int cell, mn_config *out,
                                            mn_err *err);
/* The settings of a run, as text, one for each axis of the results; MN_ELATER as
 * mn_study_config. */
MN_MUST_CHECK mn_status mn_plan_values(const mn_plan *p, const mn_results *so_far, int cell,
                                       int trial, char values[][MN_VALUE_MAX], mn_err *err);
/* The configuration of a run with these values and this seed. */
MN_MUST_CHECK mn_status mn_plan_config(const mn_plan *p, int cell, char values[][MN_VALUE_MAX],
                                       int seed, mn_config *out, mn_err *err);

/* The results of a plan that has not run: everything but runs. */
MN_MUST_CHECK mn_status mn_results_of(mn_results *r, const mn_plan *p, mn_err *err);

#endif
