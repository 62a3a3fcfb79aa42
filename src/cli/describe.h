/* describe.h: a memory in words, for who cannot see it.
 */
#ifndef MN_CLI_DESCRIBE_H
#define MN_CLI_DESCRIBE_H

#include "mnemoscope/paint.h"
#include "mnemoscope/snapshot.h"

/* One line: its class, how often it wins, where it is light and dark. The snapshot must hold
 * the unit's tile. */
void mn_describe_unit(const mn_snapshot *s, int unit, mn_text *out);
/* The unit as plain characters. */
MN_MUST_CHECK mn_status mn_describe_draw(const mn_snapshot *s, int unit, mn_text *out,
                                         mn_err *err);

#endif
