/* cue.h: a state that a recall starts from, made from words. For the files of src/session. */
#ifndef MN_SESSION_CUE_H
#define MN_SESSION_CUE_H

#include "session_impl.h"

typedef struct mn_cue {
    mn_session *s;
    mn_rng *rng;
    char *const *word; /* the source and what belongs to it */
    int n_words;
    float *v;    /* (n_state), receives it */
    bool graded; /* units are not +-1, but in the model's range: */
    float lo, hi;
    char name[48];
} mn_cue;

/* How many of the n words are the cue's; there is at least one. */
mn_status mn_cue_words(mn_cue *c, char *const *word, int n, mn_err *err);
/* Fills v and name. */
mn_status mn_cue_put(mn_cue *c, mn_err *err);
/* Flips a share of the pixels; hides a share of the rows, the lower ones. */
void mn_cue_flip(const mn_session *s, float *v, int percent, mn_rng *rng);
void mn_cue_hide(mn_session *s, float *v, int percent);

#endif
