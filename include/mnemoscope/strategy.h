/* strategy.h: how a learner protects old tasks: optional hooks around the training step.
 *
 * Order within a step: gather the batch (`items`/`fetch` supply replayed items), forward, loss,
 * backward, `shape` (penalty, projection: acts on the gradient before momentum), optimiser,
 * project, `stepped`. Strategies see models, never data sets: the session hands them a source.
 * The trainer's thread.
 */
#ifndef MNEMOSCOPE_STRATEGY_H
#define MNEMOSCOPE_STRATEGY_H

#include "mnemoscope/arena.h"
#include "mnemoscope/buffer.h"
#include "mnemoscope/dream.h"
#include "mnemoscope/model.h"

/* Parameters of the "strategy" table, shared by all strategies. */
typedef struct mn_strategy_cfg {
    double proportion; /* of a task's items that are kept, or dreamt, after it */
    int max_sweeps;    /* dreaming: cap on recall updates */
} mn_strategy_cfg;
extern const mn_param_table mn_strategy_params;

/* The items of the task that just ended, as the model saw them. */
typedef struct mn_source {
    const void *ctx;
    size_t n;
    void (*fetch)(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y);
} mn_source;

typedef struct mn_strategy mn_strategy;
typedef struct mn_strategy_ops mn_strategy_ops;
const mn_strategy_ops *mn_strategy_find(const char *name);
/* Refuses, with one sentence, a model or settings the strategy cannot work with; create and
 * task_end ask it too, so a live `set` may ask first. */
MN_MUST_CHECK mn_status mn_strategy_check(const mn_strategy_ops *ops, const mn_model *m,
                                          const mn_strategy_cfg *cfg, mn_err *err);
MN_MUST_CHECK mn_status mn_strategy_create(mn_strategy **out, const mn_strategy_ops *ops,
                                           mn_model *m, const mn_strategy_cfg *cfg,
                                           mn_err *err);
void mn_strategy_destroy(mn_strategy *s);
const mn_strategy_ops *mn_strategy_kind(const mn_strategy *s);
mn_strategy_cfg *mn_strategy_config(mn_strategy *s);
mn_buffer *mn_strategy_buffer(mn_strategy *s);       /* empty for strategies without one */
bool mn_strategy_dreams(const mn_strategy_ops *ops); /* dreamt items are trained on */

/* All dreams since creation, with by_class and by_task. `dream N` adds its own, whether or not
 * the strategy trains on them. */
mn_dream_tally *mn_strategy_tally(mn_strategy *s);

/* Replayed items join an epoch: indices 0 .. items-1 follow the task's own. */
size_t mn_strategy_items(const mn_strategy *s);
void mn_strategy_fetch(const mn_strategy *s, const uint32_t *index, size_t n, float *X,
                       float *Y);
MN_MUST_CHECK mn_status mn_strategy_task_begin(mn_strategy *s, int task, mn_err *err);
void mn_strategy_shape(mn_strategy *s, mn_model *m, mn_grad *grad);
void mn_strategy_stepped(mn_strategy *s, mn_model *m, const mn_grad *grad);
/* `r` is the stream of the purpose "strategy". On failure the strategy is as it was. */
MN_MUST_CHECK mn_status mn_strategy_task_end(mn_strategy *s, mn_model *m, int task,
                                             const mn_source *items, mn_rng *r, mn_err *err);

struct mn_strategy_ops {
    const char *name, *title, *cite, *about;
    bool replays;      /* items join the epoch from the buffer */
    bool dreams;       /* the buffer holds relaxed probes; `dream N` adds to it */
    size_t state_size; /* private state, allocated zeroed by the framework; may be 0 */
    /* All optional. `layout` carves arrays of the private state and runs twice; see
     * strategy_impl.h. */
    void (*layout)(mn_strategy *s, const mn_model *m, mn_arena *a);
    mn_status (*check)(const mn_model *m, const mn_strategy_cfg *cfg, mn_err *err);
    mn_status (*task_begin)(mn_strategy *s, int task, mn_err *err);
    void (*shape)(mn_strategy *s, mn_model *m, mn_grad *grad);
    void (*stepped)(mn_strategy *s, mn_model *m, const mn_grad *grad);
    mn_status (*task_end)(mn_strategy *s, mn_model *m, int task, const mn_source *items,
                          mn_rng *r, mn_err *err);
};
extern const mn_strategy_ops *const mn_strategies[]; /* NULL-terminated, strategies.def */

#endif
