/* signal.h: how exceptional items look to a memory that gives them back (Tyulmankov,
 * Stachenfeld, Krotov and Abbott 2023, equations 6 to 8).
 *
 * A ledger has a line for every training item of the task at hand: what was measured when it
 * was last given back, so that more of a signal is more of an exception, and the least and most
 * of each signal ever seen. What is known beforehand (the truth) is the control condition. The
 * session owns it; the trainer's thread.
 */
#ifndef MNEMOSCOPE_SIGNAL_H
#define MNEMOSCOPE_SIGNAL_H

#include "mnemoscope/model.h"

typedef enum mn_signal {
    MN_SIGNAL_TRUTH,   /* 1 for an exception, else 0 */
    MN_SIGNAL_LOSS,    /* |item - what came back|^2 */
    MN_SIGNAL_TIME,    /* minus the steps it took to settle */
    MN_SIGNAL_ENTROPY, /* minus the entropy of hidden activity, bits */
    MN_SIGNAL_MAX,     /* the largest hidden activity */
    MN_SIGNAL_NORM,    /* the length of hidden activity */
    MN_N_SIGNALS
} mn_signal;
extern const char *const mn_signal_names[]; /* "truth", "loss", ..; NULL-terminated */

typedef struct mn_ledger mn_ledger;
/* `exceptional` (n) is copied; NULL: no item is. */
MN_MUST_CHECK mn_status mn_ledger_create(mn_ledger **out, size_t n, const bool *exceptional,
                                         mn_err *err);
void mn_ledger_destroy(mn_ledger *l);
size_t mn_ledger_items(const mn_ledger *l);
bool mn_ledger_exceptional(const mn_ledger *l, size_t item);
/* Whether it has been given back since the ledger began. */
bool mn_ledger_seen(const mn_ledger *l, size_t item);
/* (items): what each signal was last; of items not seen yet, 0. */
const float *mn_ledger_last(const mn_ledger *l, mn_signal s);

/* What came of giving back n items; `of` has every array but cue and retrieved. A number that
 * is not finite is not written down. */
void mn_ledger_note(mn_ledger *l, const uint32_t *item, size_t n, const mn_signals *of);

/* Equation 7: 0 for the least ever seen, 1 for the most; 1 for all where these are the same,
 * and for items not seen yet, so that every item gets its turn. */
double mn_ledger_alpha(const mn_ledger *l, mn_signal s, size_t item);
/* exp(gamma (alpha - 1)): equation 8 before its sum is brought to 1. */
double mn_ledger_odds(const mn_ledger *l, mn_signal s, double gamma, size_t item);

/* State as arrays for checkpoints (borrowed, may be written): i-th array, false past the end.
 * Sizes depend on the number of items only. */
bool mn_ledger_state(mn_ledger *l, int index, mn_state_array *out);

#endif
