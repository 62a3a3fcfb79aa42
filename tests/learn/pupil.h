/* pupil.h: a model with a loss, an optimiser, a strategy and some items of a task: a training
 * step without a session. */
#ifndef MNEMOSCOPE_TESTS_PUPIL_H
#define MNEMOSCOPE_TESTS_PUPIL_H

#include "mnemoscope/strategy.h"
#include "support.h"

enum { PUPIL_ITEMS = 64 };

typedef struct pupil {
    mn_model *m;
    mn_strategy *s; /* NULL until pupil_protect */
    mn_optimiser *o;
    const mn_loss_ops *loss;
    mn_loss_cfg loss_cfg;
    mn_rng r; /* the strategy's */
    mn_grad grad;
    size_t size, n_inputs, n_classes, n_items;
    float *X, *Y, *logits, *dlogits;
    int exponent[PUPIL_ITEMS];
    int fetched[PUPIL_ITEMS]; /* how often each item was asked for */
} pupil;

/* Settings are pairs of name and text, ended by NULL. Weights are drawn, items are +-1. The
 * shape's batch is PUPIL_ITEMS if it is 0. */
pupil *pupil_create(const char *model, mn_shape shape, const char *const *set, const char *loss,
                    int error_exponent, const char *optimiser);
void pupil_destroy(pupil *p);
/* Puts a strategy of the settings in place of the one before. */
void pupil_protect(pupil *p, const char *strategy, const char *const *set);
/* New items, drawn from the seed. */
void pupil_items(pupil *p, uint64_t seed, size_t n);
/* A copy of theta, in double; the caller frees. */
double *pupil_theta(const pupil *p);
/* Loss and gradient of all items, into p->grad. */
double pupil_grad(pupil *p);
void pupil_step(pupil *p);
mn_status pupil_end(pupil *p, int task, mn_err *err);
/* The row of a weight's exponent. */
int pupil_row(const pupil *p, size_t weight);
/* Importances of all weights at their true size; long double holds them. The caller frees. */
long double *pupil_importance(const pupil *p);

#endif
