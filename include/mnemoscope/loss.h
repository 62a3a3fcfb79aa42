/* loss.h: what a batch of logits is worth, and its derivative.
 *
 * Targets Y (n, n_classes) are truth values in [0, 1]: one-hot for labelled items; a dream may
 * have none or several classes on. Pure functions of their arguments.
 */
#ifndef MNEMOSCOPE_LOSS_H
#define MNEMOSCOPE_LOSS_H

#include "mnemoscope/param.h"

/* Parameters of the "loss" table, shared by all losses. */
typedef struct mn_loss_cfg {
    int error_exponent; /* m of sum (c - t)^(2m); at most 60, so that slopes stay in range */
} mn_loss_cfg;
extern const mn_param_table mn_loss_params;

typedef struct mn_loss_ops {
    const char *name, *title, *cite, *about;
    bool has_exponent; /* it reads error_exponent */
    /* Summed over the batch. True logits are logits[i] * 2^exponent[i]. Writes dL/d(true
     * logits) into dlogits (n, n_classes) unless it is NULL. */
    double (*eval)(const mn_loss_cfg *cfg, int n, int n_classes, const float *logits,
                   const int *exponent, const float *Y, float *dlogits);
    /* What the logits say as truth values in [0, 1], Y (n, n_classes): what a pseudoitem's
     * target is. */
    void (*respond)(int n, int n_classes, const float *logits, const int *exponent, float *Y);
} mn_loss_ops;
extern const mn_loss_ops *const mn_losses[]; /* NULL-terminated, listed in losses.def */
const mn_loss_ops *mn_loss_find(const char *name);

#endif
