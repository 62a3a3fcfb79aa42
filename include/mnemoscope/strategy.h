/* strategy.h: how a learner protects old tasks: optional hooks around the training step.
 *
 * Order within a step: `before` (reference gradients at the weights as they are), gather the
 * batch (`items`/`choose`/`fetch` supply replayed items), forward, loss, `answered`, backward,
 * `shape`
 * (penalty, projection: acts on the gradient before momentum and normalisation), optimiser,
 * project, `stepped`. Strategies see models and losses, never data sets: the session hands them
 * a source. The trainer's thread.
 *
 * A strategy that protects nothing yet (no task has ended, strength 0, empty buffer) leaves
 * gradient, order and random numbers exactly as vanilla does.
 */
#ifndef MNEMOSCOPE_STRATEGY_H
#define MNEMOSCOPE_STRATEGY_H

#include "mnemoscope/arena.h"
#include "mnemoscope/buffer.h"
#include "mnemoscope/dream.h"
#include "mnemoscope/loss.h"
#include "mnemoscope/model.h"
#include "mnemoscope/optimiser.h"
#include "mnemoscope/signal.h"

typedef enum mn_pseudoitems { MN_HOMOGENEOUS, MN_HETEROGENEOUS } mn_pseudoitems;
typedef enum mn_probes { MN_PROBES_UNIFORM, MN_PROBES_INK } mn_probes;
typedef enum mn_fisher { MN_FISHER_EMPIRICAL, MN_FISHER_TRUE, MN_FISHER_PREDICTED } mn_fisher;
typedef enum mn_terms { MN_TERM_PER_TASK, MN_TERM_ONLINE } mn_terms;
typedef enum mn_sensitivity { MN_SENSITIVITY_OUTPUTS, MN_SENSITIVITY_NORM } mn_sensitivity;
typedef enum mn_against { MN_AGAINST_SUM, MN_AGAINST_MEAN } mn_against;
typedef enum mn_among { MN_AMONG_BATCH, MN_AMONG_ALL } mn_among;
typedef enum mn_path { MN_PATH_LOSS, MN_PATH_SOFTMAX, MN_PATH_JOINED } mn_path;

/* Parameters of the "strategy" table, shared by all strategies. */
typedef struct mn_strategy_cfg {
    double proportion; /* of a task's items that are kept, or dreamt, after it */
    int max_sweeps;    /* dreaming: cap on recall updates */
    int buffer;      /* rehearsal, gem, agem: items in all, shared evenly over the tasks so far;
                        0 = grows by `proportion` of every task */
    int sweep;       /* replay: buffer items that join an epoch, drawn anew for each; 0 = all */
    int pseudoitems; /* mn_pseudoitems */
    int probes;      /* mn_probes: uniform, or with the share of ink of the task's items */
    bool duplicates; /* dreaming: keep dreams that ended where an earlier one did */
    double strength; /* lambda or c */
    int against;    /* mn_against: the loss it is compared with is a batch's sum, or its mean */
    double margin;  /* gem: least multiplier (memory strength) */
    int references; /* agem: buffer items behind a step's reference gradient; 0 = all */
    double damping; /* si: xi */
    int path;       /* mn_path, of si: whose fall is credited */
    int importance_items; /* ewc, mas: items of a task that are measured; 0 = all */
    int importance_batch; /* of which so many are summed before they are squared; 0 = none */
    int fisher;           /* mn_fisher */
    double fisher_beta;   /* softmax(beta z), where there is one */
    int terms;            /* mn_terms, of ewc and l2 */
    double fisher_decay;  /* terms online: F <- decay F + F_new */
    int sensitivity;      /* mn_sensitivity, of mas */
    int signal;           /* mn_signal, of reweight and resample */
    double gamma;         /* how much more an exception counts: e^gamma times at most */
    int among;            /* mn_among, of reweight: whose weights sum to 1 */
} mn_strategy_cfg;
extern const mn_param_table mn_strategy_params;

/* Quadratic protection: strength * sum over weights of importance (theta - anchor)^2 (whether
 * halved or not is the strategy's to say). One merged term is exact for one term per task as
 * well: sum of F_v (theta - a_v)^2 = (sum F_v) (theta - mean a_v)^2 + constant, the mean
 * weighted by F_v. Importance of row r is importance * 2^exponent[r]. Borrowed by lookers. */
typedef struct mn_penalty {
    float *importance, *anchor; /* as theta */
    int *exponent;              /* one per row of theta */
    int n_terms;                /* tasks consolidated; 0 = protects nothing yet */
} mn_penalty;

/* What gradient constraints did lately; for looking, not part of the state. */
typedef struct mn_constraints {
    int n;              /* old tasks compared with; agem: 1 */
    int task[32];       /* which; agem: -1, all of them */
    double cosine[32];  /* between the step's gradient and theirs, last step; NAN = zero */
    uint64_t steps;     /* compared since the strategy began */
    uint64_t violated;  /* of them, how many were projected */
    double per_hundred; /* projected steps per hundred, exponential mean of about 100 steps */
} mn_constraints;

/* A batch of n items and what the model made of them; borrowed. */
typedef struct mn_answers {
    int n;
    const float *X, *Y, *logits;
    const int *exponent;
} mn_answers;

typedef struct mn_strategy mn_strategy;
typedef struct mn_strategy_ops mn_strategy_ops;
const mn_strategy_ops *mn_strategy_find(const char *name);
/* Refuses, with one sentence, a model or settings the strategy cannot work with; create and
 * task_end ask it too, so a live `set` may ask first. */
MN_MUST_CHECK mn_status mn_strategy_check(const mn_strategy_ops *ops, const mn_model *m,
                                          const mn_strategy_cfg *cfg, mn_err *err);
/* The model outlives the strategy; the loss's settings are copied. */
MN_MUST_CHECK mn_status mn_strategy_create(mn_strategy **out, const mn_strategy_ops *ops,
                                           mn_model *m, const mn_loss_ops *loss,
                                           const mn_loss_cfg *loss_cfg,
                                           const mn_strategy_cfg *cfg, mn_err *err);
void mn_strategy_destroy(mn_strategy *s);
const mn_strategy_ops *mn_strategy_kind(const mn_strategy *s);
mn_strategy_cfg *mn_strategy_config(mn_strategy *s); /* live: between two steps */
/* The loss has changed, between two steps. */
void mn_strategy_loss(mn_strategy *s, const mn_loss_ops *loss, const mn_loss_cfg *cfg);
mn_buffer *mn_strategy_buffer(mn_strategy *s);       /* empty for strategies without one */
bool mn_strategy_keeps(const mn_strategy_ops *ops);  /* the buffer holds real items */
bool mn_strategy_dreams(const mn_strategy_ops *ops); /* dreamt items are trained on */
/* NULL for strategies that have no weights' importance. */
const mn_penalty *mn_strategy_penalty(const mn_strategy *s);
/* NULL for strategies without gradient constraints. */
const mn_constraints *mn_strategy_constraints(const mn_strategy *s);

/* All dreams since creation, with by_class and by_task. `dream N` adds its own, whether or not
 * the strategy trains on them. */
mn_dream_tally *mn_strategy_tally(mn_strategy *s);

/* Replayed items join an epoch: `items` of them, which are the numbers in the buffer that
 * `choose` writes (all in order, or with `sweep` a random choice drawn from r; r is not touched
 * otherwise). */
size_t mn_strategy_items(const mn_strategy *s);
void mn_strategy_choose(const mn_strategy *s, mn_rng *r, uint32_t *out);
void mn_strategy_fetch(const mn_strategy *s, const uint32_t *index, size_t n, float *X,
                       float *Y);
/* With models that reconstruct. What the loss of items item[0..n-1] counts, 1 by itself; after
 * the ledger has noted them. */
void mn_strategy_weigh(const mn_strategy *s, const mn_ledger *l, const uint32_t *item, size_t n,
                       float *weight);
/* Whether a batch's items are drawn, with replacement, instead of taken in an epoch's order. */
bool mn_strategy_draws(const mn_strategy_ops *ops);
/* n of the ledger's items; of an empty ledger none may be wanted. Scratch: as many numbers as
 * the ledger has items. */
void mn_strategy_draw(const mn_strategy *s, const mn_ledger *l, mn_rng *r, size_t n,
                      uint32_t *item, double *scratch);
/* At the beginning of every task, and when the strategy is switched on within one. */
MN_MUST_CHECK mn_status mn_strategy_task_begin(mn_strategy *s, mn_model *m, int task,
                                               mn_err *err);
/* Makes room for what the buffer and the private state ask of the steps to come. A task's
 * beginning does it by itself; whoever replaced buffer or state (resume, undo, a live switch
 * that takes the buffer along) does it afterwards, before the next step. May be called at any
 * time; on failure the strategy is as it was. */
MN_MUST_CHECK mn_status mn_strategy_ready(mn_strategy *s, mn_model *m, mn_err *err);
/* Before the step's forward; `r` is the stream of the purpose "strategy". Uses the model's work
 * space. */
void mn_strategy_before(mn_strategy *s, mn_model *m, mn_rng *r);
/* Between a step's forward and its backward; may run backward itself. */
void mn_strategy_answered(mn_strategy *s, mn_model *m, const mn_answers *a);
void mn_strategy_shape(mn_strategy *s, mn_model *m, mn_grad *grad);
void mn_strategy_stepped(mn_strategy *s, mn_model *m, const mn_grad *grad);
/* `r` is the stream of the purpose "strategy". On failure the strategy is as it was. */
MN_MUST_CHECK mn_status mn_strategy_task_end(mn_strategy *s, mn_model *m, int task,
                                             const mn_source *items, mn_rng *r, mn_err *err);

/* Private state as arrays for checkpoints (borrowed, may be written): i-th array, false past
 * the end. Sizes depend on model and strategy only. Names begin with "strategy.". The buffer
 * and the tally are the session's to save. */
bool mn_strategy_state(mn_strategy *s, int index, mn_state_array *out);

struct mn_strategy_ops {
    const char *name, *title, *cite, *about;
    bool replays; /* items join the epoch from the buffer */
    bool keeps;   /* the buffer holds items of old tasks (replayed, or constraining) */
    bool dreams;  /* the buffer holds relaxed probes; `dream N` adds to it */
    const char *importance; /* what its importance is called: "Fisher information"; or NULL */
    bool any_gradient; /* `shape` asks for nothing but the step's gradient, whatever its loss */
    size_t state_size; /* private state, allocated zeroed by the framework; may be 0 */
    /* All optional. `layout` carves arrays of the private state and runs twice; see
     * strategy_impl.h. */
    void (*layout)(mn_strategy *s, const mn_model *m, mn_arena *a);
    void (*finish)(mn_strategy *s); /* frees what task ends allocated */
    mn_status (*check)(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err);
    mn_status (*task_begin)(mn_strategy *s, mn_model *m, int task, mn_err *err);
    mn_status (*ready)(mn_strategy *s, mn_model *m, mn_err *err);
    void (*before)(mn_strategy *s, mn_model *m, mn_rng *r);
    void (*answered)(mn_strategy *s, mn_model *m, const mn_answers *a);
    void (*shape)(mn_strategy *s, mn_model *m, mn_grad *grad);
    void (*weigh)(const mn_strategy *s, const mn_ledger *l, const uint32_t *item, size_t n,
                  float *weight);
    /* What the chance of being drawn is proportional to: finite, > 0. */
    double (*odds)(const mn_strategy *s, const mn_ledger *l, size_t item);
    void (*stepped)(mn_strategy *s, mn_model *m, const mn_grad *grad);
    mn_status (*task_end)(mn_strategy *s, mn_model *m, int task, const mn_source *items,
                          mn_rng *r, mn_err *err);
    bool (*state)(mn_strategy *s, int index, mn_state_array *out);
    const mn_penalty *(*penalty)(const mn_strategy *s);
    const mn_constraints *(*constraints)(const mn_strategy *s);
};
extern const mn_strategy_ops *const mn_strategies[]; /* NULL-terminated, strategies.def */

#endif
