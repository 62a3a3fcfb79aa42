/* completion.h: completions for shells, from the tables. */
#ifndef MN_CLI_COMPLETION_H
#define MN_CLI_COMPLETION_H

#include "mnemoscope/text.h"

void mn_completion_bash(mn_text *out);
void mn_completion_zsh(mn_text *out);
void mn_completion_fish(mn_text *out);

#endif
