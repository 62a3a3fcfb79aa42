/* experiment.h: from a call of the program to a session, and what is due at the session's end.
 */
#ifndef MN_CLI_EXPERIMENT_H
#define MN_CLI_EXPERIMENT_H

#include "call.h"

/* The experiment that the flags describe: new, or resumed with the given parameters set on top;
 * weights filled in, metrics opened. The call and the maker are borrowed until the session
 * ends. */
MN_MUST_CHECK mn_status mn_experiment_open(const mn_call *c, mn_picture_maker *maker,
                                           mn_session **out, mn_err *err);
/* --save and --snapshot; `said` (may be NULL) gets a line per file written. */
MN_MUST_CHECK mn_status mn_experiment_deliver(const mn_call *c, const mn_picture_maker *maker,
                                              mn_session *s, mn_text *said, mn_err *err);
/* The style of screens without a terminal, from --colour, --glyphs, --lines, --bg, --ascii. */
MN_MUST_CHECK mn_status mn_experiment_style(const mn_call *c, mn_picture_maker *maker,
                                            mn_err *err);

#endif
