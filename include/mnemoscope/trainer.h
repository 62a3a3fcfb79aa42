/* trainer.h: the thread that owns a session while the explorer runs.
 *
 * Two one-way streets and nothing else: a bounded ring of command lines going in, a three-slot
 * lock-free swap of snapshots coming out (at most 30 a second while running; at once after a
 * command). All calls here are for the one screen thread. Paused means asleep in the kernel: no
 * timer, no wake-up.
 */
#ifndef MNEMOSCOPE_TRAINER_H
#define MNEMOSCOPE_TRAINER_H

#include "mnemoscope/session.h"

typedef struct mn_trainer mn_trainer;

/* Adopts the session (also when it fails). The first snapshot is published before this returns.
 */
MN_MUST_CHECK mn_status mn_trainer_start(mn_trainer **out, mn_session *adopted, mn_err *err);
/* Stops after the step in progress and frees session and thread. */
void mn_trainer_stop(mn_trainer *t);
/* Hands the session back to the caller after the thread has ended (for a last save); the
 * trainer is freed. */
mn_session *mn_trainer_release(mn_trainer *t);
/* False when the ring is full or the line too long: nothing was sent, say so on the screen. */
bool mn_trainer_post(mn_trainer *t, const char *line);
/* The newest whole snapshot; valid until the next call. Never NULL. */
const mn_snapshot *mn_trainer_snapshot(mn_trainer *t);
/* Readable (poll) when a new snapshot has come; reading it is mn_trainer_snapshot's business.
 */
int mn_trainer_fd(const mn_trainer *t);

#endif
