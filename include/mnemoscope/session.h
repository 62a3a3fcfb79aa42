/* session.h: an experiment in progress: f(configuration, seed, command log).
 *
 * One thread owns a session: the caller's in headless runs, the trainer's in the explorer
 * (trainer.h). Neither clock nor looking influences what is computed.
 */
#ifndef MNEMOSCOPE_SESSION_H
#define MNEMOSCOPE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "mnemoscope/command.h"
#include "mnemoscope/config.h"
#include "mnemoscope/snapshot.h"

/* What the front end lends the session: how to make a picture (views and painters are above
 * it). */
typedef struct mn_session_hooks {
    void *ctx;
    /* Paints `view` of the snapshot to `path`; never overwrites. `made` receives the file's
     * real name. */
    mn_status (*picture)(void *ctx, const mn_snapshot *snap, const char *view, const char *path,
                         const char *metadata, mn_text *made, mn_err *err);
    const char
        *command_line; /* how the program was called; goes into checkpoints and pictures */
} mn_session_hooks;

MN_MUST_CHECK mn_status mn_session_create(mn_session **out, const mn_config *config,
                                          const mn_session_hooks *hooks, mn_err *err);
/* From a checkpoint, bit for bit; its data set is loaded again. */
MN_MUST_CHECK mn_status mn_session_resume(mn_session **out, const char *path,
                                          const mn_session_hooks *hooks, mn_err *err);
void mn_session_destroy(mn_session *s);

/* Executes one line of the language now. `say` (may be NULL) gets what happened. A failed
 * command changes nothing. `run until ...`, `step` and `epoch` only set a goal: see
 * mn_session_advance. */
MN_MUST_CHECK mn_status mn_session_do(mn_session *s, const char *line, mn_text *say,
                                      mn_err *err);
/* One training step towards the goal, with everything that is due with it (evaluation, task
 * ends). Returns false when there is nothing to do (paused, goal reached, finished, failed). */
bool mn_session_advance(mn_session *s);

/* Some milliseconds of work on the map that was asked for (command `map`), which is for whoever
 * has the time: it changes nothing of the run. False when nothing is left to do. */
bool mn_session_map(mn_session *s);

bool mn_session_running(const mn_session *s);
int64_t mn_session_step(const mn_session *s);
uint64_t mn_session_digest(mn_session *s); /* of theta, optimiser's and strategy's state,
                                              buffer, random states and position */
const mn_config *mn_session_config(const mn_session *s); /* as it stands now */
mn_status mn_session_failure(const mn_session *s,
                             mn_err *err); /* MN_OK, or why the run failed */
/* The share of the training items, of every task the first 64, that recall leaves as they are.
 * NAN for models that do not recall states of +-1. */
typedef struct mn_stability {
    int n_tasks;
    double all, task[MN_TASKS_MAX];
} mn_stability;
/* Changes nothing of the run. */
MN_MUST_CHECK mn_status mn_session_stability(mn_session *s, mn_stability *out, mn_err *err);
mn_model *mn_session_model(mn_session *s); /* for bench and tests */
/* Why files of the data set were left out (skip-bad), a line each; "" when none was. */
const char *mn_session_skipped(const mn_session *s);

/* The interventions so far, one line each: "at 402 set vertex=20". A script that replays this
 * run. */
MN_MUST_CHECK mn_status mn_session_log(const mn_session *s, mn_text *out, mn_err *err);
/* Fills a snapshot the caller owns. `all_tiles`: pixels of every unit, in the viewport's order.
 */
MN_MUST_CHECK mn_status mn_session_snapshot(mn_session *s, mn_snapshot *out, bool all_tiles,
                                            mn_err *err);
/* Evaluates all tasks on their full test sets now (headless ends, `evaluate`). */
void mn_session_evaluate(mn_session *s);

/* Checkpoints. Never half-written; `replace` allows an existing file. */
MN_MUST_CHECK mn_status mn_session_save(mn_session *s, const char *path, bool replace,
                                        mn_err *err);
/* Fills the named tensors (and optimiser state) from any safetensors file; names the ones it
 * does not know. Not logged: the command `weights` is. */
MN_MUST_CHECK mn_status mn_session_weights(mn_session *s, const char *path, mn_text *say,
                                           mn_err *err);
/* Starts writing one record per evaluation to `path`: ".csv" by that ending, JSON lines
 * otherwise. Its loss is of the latest step, per item. A file that cannot be written any more
 * is given up with a message; training goes on. */
MN_MUST_CHECK mn_status mn_session_metrics(mn_session *s, const char *path, mn_err *err);

#endif
