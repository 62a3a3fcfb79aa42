/* model_impl.h: what one file in src/model fills in. Included by model files only.
 *
 * The framework allocates `state` (state_size, zeroed) and `cfg` (cfg_size, copied), runs
 * `layout` twice on the model's arena, and calls every hook from the model's one thread. Hooks
 * marked optional may be NULL.
 */
#ifndef MNEMOSCOPE_MODEL_IMPL_H
#define MNEMOSCOPE_MODEL_IMPL_H

#include "mnemoscope/arena.h"
#include "mnemoscope/model.h"

struct mn_model {
    const mn_model_ops *ops;
    mn_shape shape;
    void *cfg, *state;
    mn_progress progress;
    int n_own; /* of the items to be learnt, see mn_model_own; -1: all */
    mn_arena arena;
    float *theta;
    size_t n_theta;
    int n_rows, n_units, n_tensors;
    mn_tensor tensors[MN_TENSORS_MAX];
};

struct mn_model_ops {
    const char *name, *title, *cite, *about, *unit_noun, *default_loss;
    const char *default_optimiser; /* NULL = "maxnorm" */
    float lo, hi;                  /* the range images are mapped to */
    size_t state_size, cfg_size;
    mn_param_table params;
    mn_status (*check)(const void *cfg, mn_err *err); /* optional */
    /* Declares tensors with mn_model_declare and work space with mn_arena_*; sets m->n_units.
     * Runs twice. */
    void (*layout)(mn_model *m, mn_arena *a);
    void (*init)(mn_model *m, mn_rng *r);
    void (*progress)(mn_model *m); /* optional: schedules; reads m->progress */
    void (*train)(mn_model *m);    /* optional: the next forward may be noisy */
    void (*forward)(mn_model *m, const float *X, int n, float *logits, int *exponent);
    void (*backward)(mn_model *m, const float *X, int n, const float *dlogits, mn_grad *grad);
    void (*project)(mn_model *m);                               /* optional */
    void (*project_rows)(mn_model *m, const mn_rows *moved);    /* optional, with project */
    bool (*state)(mn_model *m, int index, mn_state_array *out); /* optional */
    mn_status (*begin)(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err); /* optional */
    mn_status (*epoch)(mn_model *m, const mn_lesson *l, mn_rng *r, mn_err *err); /* optional */
    void (*learn)(mn_model *m, const float *X, const float *Y, int n); /* instead of backward */
    /* These two as well; `told` is optional. */
    void (*reconstruct)(mn_model *m, const float *X, int n, mn_rng *damage, mn_signals *out);
    void (*reconstruct_back)(mn_model *m, const float *X, int n, const float *weight,
                             mn_grad *grad);
    void (*told)(mn_model *m, int n, const int *label);
    void (*tally)(mn_model *m, int n, const int *label, mn_tally *t);
    bool (*gauge)(mn_model *m, int index, mn_gauge *out);  /* optional */
    bool (*portrait)(mn_model *m, mn_portrait *out);       /* optional */
    bool (*revive)(mn_model *m, int unit, const float *x); /* optional */
    void (*activity)(mn_model *m, const float *X, int n, float *A);
    void (*relax)(mn_model *m, float *V, int n, mn_update update, int max_sweeps, mn_rng *order,
                  int *sweeps, bool *converged);               /* optional */
    double (*energy)(mn_model *m, const float *v);             /* optional, with relax */
    void (*shares)(mn_model *m, const float *v, float *share); /* optional, with relax */
    /* `theta`: the model's own, or another vector of its layout. */
    void (*tile)(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes);
};

/* Before a backward that writes some rows only: zeroes what the one before it left, and says
 * that none is touched. False if the gradient keeps no set of rows: all are zero and touched
 * then. */
bool mn_model_clear_grad(const mn_model *m, mn_grad *grad);

/* Puts x (n) where a row begins, at the mean length of the other rows; as it is where there are
 * none, or it is empty. The rows of W are `stride` apart. */
void mn_model_place(float *W, int n_rows, size_t stride, size_t n, int row, const float *x);

/* A tally's entry: item i of the batch, of class label[i] (label may be NULL), fired unit u. */
static inline void mn_tally_add(const mn_model *m, mn_tally *t, int u, int i, const int *label)
{
    t->fired[u]++;
    if (t->by_class)
        t->by_class[(size_t)u * (size_t)m->shape.n_classes + (size_t)label[i]]++;
    if (t->last)
        t->last[u] = i;
}

/* For tiles: a row laid out as [visible, extra, classes] into those parts that are wanted (not
 * NULL). */
void mn_model_copy_row(const mn_model *m, const float *row, float *pixels, float *extra,
                       float *classes);

/* Declares the next tensor of theta, in order; called from layout on both passes. */
void mn_model_declare(mn_model *m, const char *name, int rows, int cols);

#endif
