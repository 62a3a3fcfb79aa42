/* manual.h: the man page: a template whose lists come from the tables.
 *
 * A template line "@WHAT@" is replaced: @VERSION@ in any line; @subcommands@, @options@ and the
 * name of any catalogue (@parameters@, @keys@, ...) as a line of their own.
 */
#ifndef MN_CLI_MANUAL_H
#define MN_CLI_MANUAL_H

#include "mnemoscope/text.h"

MN_MUST_CHECK mn_status mn_manual_fill(const char *template, mn_text *out, mn_err *err);

#endif
