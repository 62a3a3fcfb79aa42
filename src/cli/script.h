/* script.h: a file in the command language, executed line by line.
 *
 * Beside the commands of sessions and screens it knows a few of its own (mn_script_words): the
 * ones that make a run a test. `run`, `step` and `epoch` block until their goal is reached.
 */
#ifndef MN_CLI_SCRIPT_H
#define MN_CLI_SCRIPT_H

#include "stage.h"

typedef struct mn_script {
    mn_stage *stage;  /* borrowed */
    const char *name; /* of the file, for messages */
    int line;
    int interrupts; /* descriptor, see interrupt.h; -1 = none */
    int signal;     /* that ended it; 0 = none */
    bool quiet, replace, over;
} mn_script;

typedef struct mn_script_word {
    const char *name, *usage, *help;
    int min_args, max_args;
    mn_status (*run)(mn_script *sc, const mn_words *w, mn_err *err);
} mn_script_word;
extern const mn_script_word mn_script_words[]; /* ended by a NULL name */

/* All of `text` (of n bytes). Messages start with "FILE:LINE: ". */
MN_MUST_CHECK mn_status mn_script_run(mn_script *sc, const char *text, size_t n, mn_err *err);

#endif
