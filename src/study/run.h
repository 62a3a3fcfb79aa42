/* run.h: one run, in whatever process this is. */
#ifndef MNEMOSCOPE_STUDY_RUN_H
#define MNEMOSCOPE_STUDY_RUN_H

#include "mnemoscope/results.h"

/* From the configuration to the outcome: everything of a result but its place. A run that fails
 * is a result with an error. `stop` (may be NULL) is asked now and then; true gives up, and
 * false is returned. */
bool mn_run_perform(mn_result *out, const mn_config *c, bool (*stop)(void *ctx), void *ctx);
/* An outcome as text, to be carried from one process to another, and back. */
MN_MUST_CHECK mn_status mn_outcome_write(const mn_result *one, mn_text *out, mn_err *err);
MN_MUST_CHECK mn_status mn_outcome_read(mn_result *out, const char *text, size_t n,
                                        mn_err *err);

#endif
