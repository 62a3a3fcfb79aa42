/* help.h: the short help pages, from the tables. Written into texts, so that tests and the man
 * page can have them. */
#ifndef MN_CLI_HELP_H
#define MN_CLI_HELP_H

#include "subcommand.h"

enum { MN_HELP_COLUMNS = 80, MN_HELP_LINES = 24 };

void mn_help_program(mn_text *out);
void mn_help_subcommand(const mn_subcommand *sub, mn_text *out);
/* The dozen keys that matter most, as a table in Markdown. */
void mn_help_keys(mn_text *out);
/* "--save FILE", "-q, --quiet". */
void mn_help_flag(const mn_option *o, mn_text *out);

#endif
