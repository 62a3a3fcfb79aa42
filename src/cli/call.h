/* call.h: one call of the program: what the command line said, and the way from there to an
 * experiment.
 *
 * Flags are either options (option.h) or parameters of the experiment (config.h); their order
 * does not matter: the model and the preset are chosen first, single parameters last. A value
 * that lives as long as main; words are borrowed from argv, which is cut up.
 */
#ifndef MN_CLI_CALL_H
#define MN_CLI_CALL_H

#include "mnemoscope/cli.h"
#include "option.h"
#include "picture.h"

typedef struct mn_subcommand mn_subcommand;

enum {
    MN_ASSIGNS_MAX = 128,
    MN_CALL_WORDS_MAX = 256,
    MN_PICTURES_MAX = 16,
    MN_GIVEN_MAX = 128
};

typedef struct mn_assign {
    const char *name, *value;
} mn_assign;

typedef struct mn_given {
    mn_option_id id;
    const char *value;
} mn_given;

typedef struct mn_call {
    const mn_explorer *explorer;
    const mn_subcommand *subcommand;
    const char *value[MN_N_OPTIONS]; /* NULL = not given; "" for options without an argument */
    int n_given;
    mn_given given[MN_GIVEN_MAX]; /* the same in their order, repeated ones too */
    int n_words, n_pictures, n_assigns;
    const char *word[MN_CALL_WORDS_MAX]; /* what is neither a flag nor the subcommand */
    mn_view_file pictures[MN_PICTURES_MAX];
    mn_assign assigns[MN_ASSIGNS_MAX]; /* parameters, in the order given */
    mn_config config;                  /* with all of them applied */
    mn_text command_line;              /* as a shell would read it, without the path */
} mn_call;

MN_MUST_CHECK mn_status mn_call_parse(mn_call *c, int argc, char **argv, mn_err *err);
void mn_call_finish(mn_call *c);
bool mn_call_has(const mn_call *c, mn_option_id id);

/* Prints "mnemoscope: message" and returns the exit status for it: 2 for a value that makes no
 * sense, else 1. */
int mn_call_fail(const mn_err *err);

#endif
