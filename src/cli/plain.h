/* plain.h: the explorer without a screen: lines out, commands in.
 *
 * For screen readers, dumb terminals and pipes. Append-only: only changes are announced. Ends
 * at the end of its input.
 */
#ifndef MN_CLI_PLAIN_H
#define MN_CLI_PLAIN_H

#include "experiment.h"

/* Adopts the session. `why` says why it is not the full screen, or is NULL. Returns the exit
 * status. */
int mn_plain_run(const mn_call *c, const mn_picture_maker *maker, mn_session *adopted,
                 const char *why);

#endif
