/* subcommand.h: what the first word on the command line may be; one file each, listed in
 * subcommands.def. */
#ifndef MN_CLI_SUBCOMMAND_H
#define MN_CLI_SUBCOMMAND_H

#include "call.h"

struct mn_subcommand {
    const char *name;
    const char *usage; /* what follows the name */
    const char *help;  /* one clause */
    int bit;           /* of MN_FOR_*: which flags it takes */
    bool parameters;   /* every parameter is a flag of it as well */
    bool hidden;       /* not in help, man page and completions */
    int min_words, max_words;
    const char *advance; /* the default of the parameter `advance`, or NULL: as everywhere */
    int (*run)(const mn_call *call); /* returns the exit status */
};

extern const mn_subcommand
    *const mn_subcommands[]; /* NULL-terminated; the first is the default */
const mn_subcommand *mn_subcommand_find(const char *name); /* NULL = absent */

#endif
