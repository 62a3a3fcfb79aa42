/* coroner.h: why a unit has died.
 *
 * Evidence is kept while a unit lives (coroner's record of its last good day); a verdict is a
 * pure function of the evidence. Owned by the session, updated after epochs.
 */
#ifndef MNEMOSCOPE_CORONER_H
#define MNEMOSCOPE_CORONER_H

#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/units.h"

typedef enum mn_cause {
    MN_ALIVE,
    MN_NEVER_WON,      /* since birth */
    MN_K_SHRANK,       /* it fired while more units could, and fell out when k became less */
    MN_NORM_COLLAPSED, /* its weights have shrunk to nothing */
    MN_STALE_MOMENTUM, /* an optimiser with a memory moved it while it was silent */
    MN_OVERTAKEN,      /* another unit, greedy or not, wins the items it used to win */
    MN_FADED,          /* none of these: the data or the inhibition has left it behind */
    MN_N_CAUSES
} mn_cause;
const char *mn_cause_name(mn_cause c);  /* "never won" */
const char *mn_cause_about(mn_cause c); /* one sentence of what it means and what may help */

/* What is known of a dead unit. Steps are of the run. NAN and -1: not known. */
typedef struct mn_evidence {
    int64_t last_fired;   /* -1 = never */
    double k_then, k_now; /* units that could fire for an item */
    double norm_then, norm_now;
    double moved;       /* distance its weights went while it was silent, of their norm then */
    double moved_step;  /* of the same, by the optimiser alone, in the steps looked at where it
                           had no gradient; NAN = the optimiser has no memory */
    double own_items;   /* share of its last items for which it would fire now */
    int rival;          /* the other unit that wins most of its last items now, or -1 */
    double rival_items; /* share of them that it wins */
    double rival_share; /* the rival's share of all firing, times the mean share */
} mn_evidence;
mn_cause mn_coroner_verdict(const mn_evidence *e);
/* The verdict in words, with the numbers; `noun` is what the model calls a unit, n_last the
 * items behind rival_items. Returns out. */
char *mn_coroner_tell(const mn_evidence *e, const char *noun, int n_last, char *out,
                      size_t size);

typedef struct mn_autopsy {
    int unit; /* -1: none was made */
    mn_cause cause;
    mn_evidence evidence;
    char finding[200]; /* in words, with the numbers */
    int n_last;        /* the last items it fired for, the latest first */
    int last_label[MN_LAST_ITEMS], last_task[MN_LAST_ITEMS];
} mn_autopsy;

#endif
