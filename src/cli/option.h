/* option.h: the flags that are not parameters of the experiment, described once (options.def).
 *
 * Parameters need no rows here: every row of every parameter table is a flag as well. Constant
 * tables.
 */
#ifndef MN_CLI_OPTION_H
#define MN_CLI_OPTION_H

#include <stdbool.h>

/* Who takes a flag: one bit per subcommand that has flags of its own. */
enum {
    MN_FOR_EXPLORE = 1,
    MN_FOR_RUN = 2,
    MN_FOR_SCRIPT = 4,
    MN_FOR_INSPECT = 8,
    MN_FOR_LIST = 16,
    MN_FOR_BENCH = 32,
    MN_FOR_SWEEP = 64,
    MN_FOR_CAPACITY = 128,
    MN_EXPERIMENTS = MN_FOR_EXPLORE | MN_FOR_RUN | MN_FOR_SCRIPT,
    MN_SCREENS = MN_EXPERIMENTS,
    MN_FOR_ALL = ~0
};

typedef enum mn_option_id {
#define MN_OPTION(id, name, other, letter, argument, takers, help) MN_OPT_##id,
#include "options.def"
#undef MN_OPTION
    MN_N_OPTIONS
} mn_option_id;

typedef struct mn_option {
    const char *name, *other; /* other: a second spelling, or NULL */
    char letter;              /* 0 = none */
    const char *argument;     /* NULL = takes none */
    int takers;
    const char *help; /* one clause */
} mn_option;

extern const mn_option mn_options[MN_N_OPTIONS];
/* By name or other spelling; a single letter also finds its option. NULL = absent. */
const mn_option *mn_option_find(const char *name);

#endif
