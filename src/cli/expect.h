/* expect.h: numbers of a run held against what somebody expects of them.
 */
#ifndef MN_CLI_EXPECT_H
#define MN_CLI_EXPECT_H

#include "mnemoscope/session.h"

/* MN_OK when `name op value` holds; else the message says what was found. Scores are measured
 * on the full test sets first. `snap` is work space. */
MN_MUST_CHECK mn_status mn_expect(mn_session *s, mn_snapshot *snap, const char *name,
                                  const char *op, const char *value, mn_err *err);

#endif
