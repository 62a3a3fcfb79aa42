/* small.h: a session small enough for tests: a few digits, a few memories. */
#ifndef MNEMOSCOPE_TESTS_SMALL_H
#define MNEMOSCOPE_TESTS_SMALL_H

#include "mnemoscope/session.h"

/* `settings`: words "name=value" on top of the small ones, or NULL. */
mn_session *small_session(const char *settings);
void small_config(mn_config *c, const char *settings);
/* Of the strategies that suit models which answer in classes, as the small session's does: the
 * i-th, or NULL past the last. */
const mn_strategy_ops *small_strategy(size_t i);
/* Does a line that must succeed. */
void small_do(mn_session *s, const char *line);
/* Advances until there is nothing to do. */
void small_run(mn_session *s);
/* Replays a command log on a fresh session of the default configuration, as a script would. */
mn_session *small_replay(const char *script);

#endif
