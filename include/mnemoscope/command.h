/* command.h: the one language that keys, lessons, scripts, flags and tests speak.
 *
 * A line is a command name and words. Interventions change the experiment, are logged with
 * their step and can be undone; actions (run, pause, save) do not change what is computed;
 * looks change what is shown. Session commands run on the thread that owns the session. The
 * table is listed in commands.def; looks are in looks.def and belong to the screen (screen.h).
 */
#ifndef MNEMOSCOPE_COMMAND_H
#define MNEMOSCOPE_COMMAND_H

#include "mnemoscope/text.h"

typedef struct mn_session mn_session;

typedef enum mn_command_kind { MN_INTERVENTION, MN_ACTION, MN_LOOK } mn_command_kind;

typedef struct mn_command_ops {
    const char *name;  /* one word */
    const char *usage; /* "NAME=VALUE ...", what follows the name */
    const char *help;  /* one clause */
    mn_command_kind kind;
    int min_args, max_args;
    /* `say` gets what happened, for the caption line ("vertex 2 -> 20"). args.word[0] is the
     * name. */
    mn_status (*run)(mn_session *s, const mn_words *args, mn_text *say, mn_err *err);
} mn_command_ops;
extern const mn_command_ops *const mn_commands[]; /* NULL-terminated */
const mn_command_ops *mn_command_find(const char *name);

#endif
