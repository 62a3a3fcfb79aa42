/* model.h: a memory model: a differentiable map followed by a projection.
 *
 * Loss, optimiser and continual-learning strategy live outside, which lets each of them work
 * with every model. All parameters are one flat float vector (theta) with named tensors inside.
 * One owner and one thread at a time: even reading calls (forward, activity, relax) use the
 * model's work space.
 *
 * Items enter as X (n, n_inputs), row-major, n <= shape.batch, n_inputs = n_visible + n_extra,
 * pixels in the range the model declares. Whole states (recall) are (n, n_units): [visible,
 * extra, classes].
 */
#ifndef MNEMOSCOPE_MODEL_H
#define MNEMOSCOPE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/param.h"
#include "mnemoscope/portrait.h"
#include "mnemoscope/rng.h"

typedef struct mn_shape {
    int n_visible, n_extra, n_classes;
    int width, height,
        channels; /* of the visible part; width * height * channels == n_visible */
    int batch;    /* most items in one call */
} mn_shape;

enum { MN_TENSORS_MAX = 8 };

/* A named matrix inside theta. Borrowed; lives as long as the model. */
typedef struct mn_tensor {
    const char *name;
    int rows, cols;
    float *data;
} mn_tensor;

/* A set of the rows of theta (tensors in order): all of them, or `n` in `list`, ascending. */
typedef struct mn_rows {
    bool some;
    int n;
    int *list; /* room for every row, or NULL: then the set is always all */
} mn_rows;

/* A gradient of the same layout as theta, summed over `items` items. The true gradient of row r
 * of all rows is g * 2^exponent[r]: with a vertex of 100 the plain numbers would leave the
 * range of float. Exponents are all zero unless they have to be otherwise (`scaled` says so).
 *
 * Rows that are not among `touched` are zero, in g too, so that nobody has to look at the set;
 * whoever writes to more rows says that it is all of them (touched.some = false). */
typedef struct mn_grad {
    float *g;
    int *exponent;
    bool scaled;
    int items; /* 0 counts as 1 */
    mn_rows touched;
} mn_grad;

/* A part of somebody's state by name, for checkpoints (borrowed, may be written). Exactly one
 * of f, i is non-NULL. */
typedef struct mn_state_array {
    const char *name; /* "momentum", "momentum_exponent" */
    float *f;
    int *i;
    int rows, cols;
} mn_state_array;

/* Items to draw from: `fetch` writes items index[0..n-1] to X (n, n_inputs) and Y (n,
 * n_classes). */
typedef struct mn_source {
    const void *ctx;
    size_t n;
    void (*fetch)(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y);
} mn_source;

/* The task at hand, for models that are told of tasks. */
typedef struct mn_lesson {
    int task;
    const bool *classes; /* (n_classes): some of its training items are of this class */
    mn_source items;     /* its training items */
} mn_lesson;

/* What a batch did to the units; each of the last two may be NULL. */
typedef struct mn_tally {
    uint32_t *fired;    /* (n_units): items for which the unit fired, added to */
    uint32_t *by_class; /* (n_units, n_classes): the same by the items' labels, added to */
    int *last; /* (n_units): the last item of the batch for which it fired; else untouched */
} mn_tally;

/* A number that the model's dynamics stand at after a forward: "k", "I", "lambda". */
enum { MN_GAUGES_MAX = 4 };
typedef struct mn_gauge {
    const char *name, *about; /* "k", "neurons that are to stay active" */
    double value;             /* NAN = undefined */
} mn_gauge;

/* What came of giving back items; arrays (n), each may be NULL. `time` is the first step that
 * changed an item by no more than the tolerance, or one more than the most steps there may be.
 * The activity of the hidden units sums to 1; its entropy is in bits. */
typedef struct mn_signals {
    float *loss, *time, *entropy, *max, *norm;
    float *cue, *retrieved; /* (n, n_inputs): what the model saw, and what it made of that, in
                               its range */
} mn_signals;

/* Where in training the model is: what schedules (temperature ramps) may depend on. */
typedef struct mn_progress {
    int64_t step;      /* since the start of the run */
    int64_t task_step; /* since the start of the task */
    double epoch;      /* of this task, with fraction */
    double run_epoch;  /* of all tasks together, with fraction */
    int task;
} mn_progress;

typedef struct mn_model mn_model;
typedef struct mn_model_ops mn_model_ops;

const mn_model_ops *mn_model_find(const char *name); /* NULL = absent */
/* Whether parameters, each in its range, go together. */
MN_MUST_CHECK mn_status mn_model_check(const mn_model_ops *ops, const void *cfg, mn_err *err);
/* `cfg` is a block of ops->params, already in range, copied. */
MN_MUST_CHECK mn_status mn_model_create(mn_model **out, const mn_model_ops *ops,
                                        const mn_shape *shape, const void *cfg, mn_err *err);
void mn_model_destroy(mn_model *m);

const mn_model_ops *mn_model_kind(const mn_model *m);
const mn_shape *mn_model_shape(const mn_model *m);
/* The model's own parameter block: `set` on an MN_LIVE row writes here between two steps. */
void *mn_model_cfg(mn_model *m);
size_t mn_model_size(const mn_model *m); /* floats in theta */
float *mn_model_theta(mn_model *m);
int mn_model_n_tensors(const mn_model *m);
mn_tensor mn_model_tensor(const mn_model *m, int i);
int mn_model_n_rows(const mn_model *m); /* rows of all tensors together */
int mn_model_n_units(
    const mn_model *m); /* memories or neurons: what walls and histograms show */

void mn_model_init(mn_model *m, mn_rng *r);
/* Tells schedules where training is; before the forward of a step and after every `set`. */
void mn_model_progress(mn_model *m, const mn_progress *p);

/* A task begins, for the first time or again: models that grow, or keep a context for every
 * task, look at it. Draws from r alone. */
MN_MUST_CHECK mn_status mn_model_begin(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err);
/* An epoch of the task has ended. */
MN_MUST_CHECK mn_status mn_model_epoch(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err);
/* Whether the kind learns by a rule of its own (Hebb's, a write to a memory) and not by
 * gradients: then it has learn and no backward, and the optimiser rests. */
bool mn_model_has_rule(const mn_model_ops *ops);
/* The step of such a model on n items, after forward on the same X. Y (n, n_classes). */
void mn_model_learn(mn_model *m, const float *X, const float *Y, int n);
/* Of the next learn's items the first n are the task's own, the others replayed or dreamt;
 * unless it is said, all of them are. */
void mn_model_own(mn_model *m, int n);

/* Whether the kind learns to give back what it is shown: then it has reconstruct and no
 * backward, and classes are no part of what it learns; its logits are for looking. */
bool mn_model_reconstructs(const mn_model_ops *ops);
/* Takes a part of every item away, anew each time (from `damage` alone), holds on to the rest
 * and fills the gap. damage NULL: items stay whole, and nothing is held on to: what the model
 * makes of them by itself. */
void mn_model_reconstruct(mn_model *m, const float *X, int n, mn_rng *damage, mn_signals *out);
/* After reconstruct on the same X: overwrites grad with d(sum of weight[i] loss[i])/dtheta. */
void mn_model_reconstruct_back(mn_model *m, const float *X, int n, const float *weight,
                               mn_grad *grad);
/* After a step's reconstruct, with its n: the items' classes (n), for models that do not learn
 * from them but tell which classes their units answer to. */
void mn_model_told(mn_model *m, int n, const int *label);

/* The next forward is that of a training step: noise (dropout) is for it and its backward
 * alone. What is drawn depends on the seed of init and the step only. */
void mn_model_train(mn_model *m);
/* logits (n, n_classes); the true logits of item i are logits[i] * 2^exponent[i] (exponent: n
 * ints). */
void mn_model_forward(mn_model *m, const float *X, int n, float *logits, int *exponent);
/* After forward on the same X, as often as wanted (with different dlogits) until theta, the
 * parameters or the work space change: overwrites grad with dL/dtheta, given dlogits =
 * dL/d(true logits). */
void mn_model_backward(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad);
/* Constraints after an update: clamping, normalising. */
void mn_model_project(mn_model *m);
/* The same where `moved` alone has changed since the last time. */
void mn_model_project_rows(mn_model *m, const mn_rows *moved);

/* What a model carries from step to step beside theta (counts of firing): the i-th array, false
 * past the end. Ints are counts, never negative. */
bool mn_model_state(mn_model *m, int index, mn_state_array *out);

/* After forward, with its n: which units fired (a dense memory: had the largest term; a top-k
 * neuron: was among the k). `label` (n): the items' classes, for by_class; else NULL. Cheap
 * enough for every step. */
void mn_model_tally(mn_model *m, int n, const int *label, mn_tally *t);
/* The i-th gauge, false past the end. */
bool mn_model_gauge(mn_model *m, int index, mn_gauge *out);
/* What the model shows of itself besides its units (an interaction function, the dynamics of an
 * inhibition); false if there is nothing. */
bool mn_model_portrait(mn_model *m, mn_portrait *out);
/* Gives a unit that has fallen silent another chance: `x` (n_inputs) is an item to start from.
 * False if the model has no way to. */
bool mn_model_revive(mn_model *m, int unit, const float *x);
/* Runs X and writes A (n, n_units): the share of the field each unit carries, rows sum to 1 (or
 * to 0). */
void mn_model_activity(mn_model *m, const float *X, int n, float *A);

/* Recall. Each of the n states V (n, n_units_state) is updated until nothing changes or
 * `max_sweeps` is reached. States are +-1; those of a model that reconstructs are of any length
 * in its range and keep their length, and it knows synchronous updates only. sweeps[i] (may be
 * NULL): sweeps that changed it; converged[i] (may be NULL): a sweep changed nothing. `order`
 * (asynchronous only): one order of the units is drawn per sweep, for all states. Synchronous
 * updates may cycle for ever. */
typedef enum mn_update { MN_SYNCHRONOUS, MN_ASYNCHRONOUS } mn_update;
bool mn_model_recalls(
    const mn_model *m); /* false: relax and energy are undefined for this model */
/* Units of a whole state: n_visible + n_extra + n_classes. */
int mn_model_n_state(const mn_model *m);
void mn_model_relax(mn_model *m, float *V, int n, mn_update update, int max_sweeps,
                    mn_rng *order, int *sweeps, bool *converged);
double mn_model_energy(mn_model *m, const float *v);
/* The share of the field of state v that each unit carries (n_units floats, sum 1 or 0). */
void mn_model_shares(mn_model *m, const float *v, float *share);

/* A unit as a picture: n_visible floats into pixels, n_extra into extra, n_classes into classes
 * (each may be NULL). Units are natural: a weight, not a colour. */
void mn_model_tile(const mn_model *m, int unit, float *pixels, float *extra, float *classes);
/* The same of another vector of theta's layout: an importance, a gradient. */
void mn_model_tile_of(const mn_model *m, const float *theta, int unit, float *pixels,
                      float *extra, float *classes);

/* The range images are mapped to, and the names of the loss and the optimiser the model is
 * trained with by default. */
void mn_model_range(const mn_model_ops *ops, float *lo, float *hi);
const char *mn_model_loss(const mn_model_ops *ops);
const char *mn_model_optimiser(const mn_model_ops *ops);

/* The registry, listed in models.def. */
extern const mn_model_ops *const mn_models[]; /* NULL-terminated */
const char *mn_model_name(const mn_model_ops *ops);
const char *mn_model_title(const mn_model_ops *ops);
const char *mn_model_cite(const mn_model_ops *ops);
const char *mn_model_about(const mn_model_ops *ops);
const char *mn_model_unit_noun(const mn_model_ops *ops); /* "memory", "neuron" */
mn_param_table mn_model_params(const mn_model_ops *ops);
size_t mn_model_cfg_size(const mn_model_ops *ops);

#endif
