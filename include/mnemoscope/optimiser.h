/* optimiser.h: turns a gradient into an update of theta, and owns its state.
 *
 * Losses are summed over the batch, while published rates are for its mean: every kind but
 * maxnorm, whose step has a size of its own, divides the gradient by mn_grad.items first. What
 * a strategy adds to the gradient is divided with it, so a strength that a paper gives for the
 * mean loss is to be multiplied by the batch. Then `clip` holds the norm of the whole gradient,
 * penalty included.
 *
 * Created for one model; the state is named tensors, so that checkpoints carry it. The
 * trainer's thread.
 */
#ifndef MNEMOSCOPE_OPTIMISER_H
#define MNEMOSCOPE_OPTIMISER_H

#include "mnemoscope/arena.h"
#include "mnemoscope/model.h"

/* Parameters of the "optimiser" table, shared by all kinds. */
typedef struct mn_optimiser_cfg {
    double rate;       /* eta_0 */
    double rate_decay; /* f: eta = eta_0 * f^epoch, epochs counted within the task */
    double momentum;   /* p */
    double clip;       /* most norm of the mean gradient over all weights; 0 = any */
    double beta1;      /* adam: decay of the mean of gradients */
    double beta2;      /* adam: decay of the mean of their squares */
    double alpha;      /* rmsprop: the same */
    double epsilon;    /* adam, rmsprop: added to the root of that mean */
    bool carry;        /* the state lives through the start of a task */
} mn_optimiser_cfg;
extern const mn_param_table mn_optimiser_params;

typedef struct mn_optimiser mn_optimiser;
typedef struct mn_optimiser_ops mn_optimiser_ops;
const mn_optimiser_ops *mn_optimiser_find(const char *name);
MN_MUST_CHECK mn_status mn_optimiser_create(mn_optimiser **out, const mn_optimiser_ops *ops,
                                            const mn_model *m, const mn_optimiser_cfg *cfg,
                                            mn_err *err);
void mn_optimiser_destroy(mn_optimiser *o);
const mn_optimiser_ops *mn_optimiser_kind(const mn_optimiser *o);
mn_optimiser_cfg *mn_optimiser_config(mn_optimiser *o); /* live: between two steps */
/* At the start of a task: forgets momentum and the like, unless `carry` is on. */
void mn_optimiser_reset(mn_optimiser *o);
/* Forgets what it keeps of those weights that are not as in `before`, of theta's layout: they
 * were put where they are by somebody else. */
void mn_optimiser_forget(mn_optimiser *o, const float *before);
/* theta <- theta + step. `epoch` is the whole epochs of this task so far. Does not project.
 * Returns the rows that may have moved (borrowed from grad): those it touches where the kind
 * rests without a gradient; all of them otherwise, as momentum goes on and means decay. */
mn_rows mn_optimiser_step(mn_optimiser *o, mn_model *m, const mn_grad *grad, int64_t epoch);
double mn_optimiser_rate(const mn_optimiser *o, int64_t epoch); /* eta as it stands */

/* State as arrays for checkpoints: i-th array, false past the end. */
bool mn_optimiser_state(mn_optimiser *o, int index, mn_state_array *out);

/* One row of theta in a step. Its true gradient, of the mean loss and clipped, is
 * g * scale * 2^exponent. */
typedef struct mn_row_step {
    size_t at, n; /* the row is at .. at + n - 1 of theta */
    int row;      /* its number among all rows */
    const float *g;
    int exponent;
    double scale, rate;
    float *theta; /* n */
} mn_row_step;

struct mn_optimiser_ops {
    const char *name, *title, *cite, *about;
    bool rests; /* a row whose gradient is zero stays as it is, and so does its state */
    size_t state_size;
    void (*layout)(mn_optimiser *o, mn_arena *a); /* runs twice; see optimiser_impl.h */
    void (*reset)(mn_optimiser *o);
    void (*begin)(mn_optimiser *o); /* optional: once a step, before its rows */
    void (*step)(mn_optimiser *o, const mn_row_step *r); /* for every row */
    bool (*state)(mn_optimiser *o, int index, mn_state_array *out);
};
extern const mn_optimiser_ops *const mn_optimisers[]; /* NULL-terminated, optimisers.def */

#endif
