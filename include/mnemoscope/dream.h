/* dream.h: random probes relaxed to attractors, and what to call them; random probes answered.
 *
 * A dream starts from uniform random +-1 over all units (pixels, task units, classes), is
 * relaxed synchronously, and becomes a pseudoitem whose target is its own class part
 * (McAlister, Robins and Szymanski 2025; Robins and McCallum 1998). The trainer's thread.
 */
#ifndef MNEMOSCOPE_DREAM_H
#define MNEMOSCOPE_DREAM_H

#include "mnemoscope/buffer.h"
#include "mnemoscope/loss.h"
#include "mnemoscope/model.h"

typedef enum mn_verdict {
    MN_MEMORY, /* one unit carries at least half the field, and a class is on (several are, when
                  the unit votes for several) */
    MN_MIXTURE,   /* a class is on, but no unit carries half the field */
    MN_SPURIOUS,  /* no class is on: the network has no name for it */
    MN_UNSETTLED, /* still changing when the sweeps ran out */
    MN_N_VERDICTS
} mn_verdict;
const char *mn_verdict_name(mn_verdict v);

typedef struct mn_judgement {
    int unit;     /* that carries most of the field; the first of equals */
    double share; /* its share, 0..1 */
    mn_verdict verdict;
} mn_judgement;

enum { MN_DREAM_STATES = 24 };

/* One dream, or the recall of a cue, in detail, for looking. Flat; `states` is borrowed room
 * for MN_DREAM_STATES * n_state floats. A dream of more states keeps the first ones, and the
 * last as its end. */
typedef struct mn_dream_record {
    char cue[48];  /* what it started from, as its caller named it; "" = a random state */
    int n_states;  /* cue, then one per update until it settled */
    float *states; /* (n_states, n_state) */
    double energy[MN_DREAM_STATES];
    int changed[MN_DREAM_STATES]; /* units that flipped to reach this state; 0 for the cue */
    int n_updates;                /* that changed something; can be more than the states kept */
    int unit;                     /* the judgement of the last state */
    double share;
    mn_verdict verdict;
    bool repeat; /* another dream of this batch ended in the same attractor */
} mn_dream_record;

/* What a batch of dreams came to. */
typedef struct mn_dream_tally {
    size_t n;
    size_t repeats; /* settled where an earlier dream of their batch had */
    size_t verdicts[MN_N_VERDICTS];
    size_t n_classes_on[3]; /* none, exactly one, several */
    size_t *by_class; /* n_classes counts of dreams with exactly that class on; borrowed, may be
                         NULL */
    size_t
        *by_task; /* n_extra + 1 counts: exactly that task unit on; the last: none or several */
    double sweeps; /* mean updates to settle; an unsettled dream counts all it was given */
} mn_dream_tally;

/* How to dream. */
typedef struct mn_dream_plan {
    int max_sweeps;
    double ink; /* share of pixels that are on in a probe; 0.5: uniform. Task units and classes
                   are always uniform */
    bool distinct;    /* `into` receives one of those of the batch that ended in the same
                         attractor; what is unsettled has none, and is kept */
    mn_update update; /* one order of the units for every sweep of a batch, from `r` as well;
                         without a `first` only */
    bool settled;     /* `into` receives nothing that is unsettled */
    size_t most;      /* `into` receives the first so many of these; 0: all */
} mn_dream_plan;

/* Dreams `n` states from `r`; the numbers drawn depend on n, and on whether ink is 0.5, only.
 * `into` (may be NULL) receives them as pseudoitems labelled `task`; `first` (may be NULL)
 * records the first in detail; `tally` (may be NULL) is added to.
 */
MN_MUST_CHECK mn_status mn_dream(mn_model *m, size_t n, const mn_dream_plan *plan, mn_rng *r,
                                 int task, mn_buffer *into, mn_dream_record *first,
                                 mn_dream_tally *tally, mn_err *err);

/* Random probes as they are, n of them, with what the network answers them (the loss's
 * `respond`) as their target: pseudoitems of a model that maps and need not recall. */
MN_MUST_CHECK mn_status mn_dream_answer(mn_model *m, size_t n, const mn_dream_plan *plan,
                                        const mn_loss_ops *loss, mn_rng *r, int task,
                                        mn_buffer *into, mn_err *err);

/* Relaxes one cue (n_state of +-1) update by update, judges where it ends and records all of it
 * in `d`, whose cue is named "recall" until the caller knows better. `order`: asynchronous only
 * (model.h). */
MN_MUST_CHECK mn_status mn_dream_follow(mn_model *m, const float *cue, mn_update update,
                                        int max_sweeps, mn_rng *order, mn_dream_record *d,
                                        mn_err *err);

/* Judges the state v (n_state of +-1) a dream ended in. share: n_units floats, receives the
 * share of the field that each unit carries. */
mn_judgement mn_dream_judge(mn_model *m, const float *v, bool converged, float *share);

#endif
