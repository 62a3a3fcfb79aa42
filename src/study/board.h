/* board.h: what is done of a plan, what is on its way, and what comes next.
 *
 * A trial may begin when all trials of the rounds before it are done, in its cell. What comes
 * next is the first run, in order of cell, trial and seed, that may begin.
 */
#ifndef MNEMOSCOPE_STUDY_BOARD_H
#define MNEMOSCOPE_STUDY_BOARD_H

#include "mnemoscope/study.h"

typedef struct mn_place {
    int cell, trial, seed;
} mn_place;

typedef struct mn_board {
    const mn_plan *plan;
    unsigned char *state; /* (cells, trials, seeds) */
    int *n_missing;       /* (cells, rounds): runs that are not done */
    int n_cells, n_trials, n_rounds;
    int n_done, n_all; /* of this shard */
    int first;         /* no cell before this one has anything left to begin */
} mn_board;

MN_MUST_CHECK mn_status mn_board_init(mn_board *b, const mn_plan *p, const mn_results *done,
                                      mn_err *err);
void mn_board_finish(mn_board *b);
/* Takes the next run; false when none may begin now. */
bool mn_board_take(mn_board *b, mn_place *out);
void mn_board_done(mn_board *b, const mn_place *p);

#endif
