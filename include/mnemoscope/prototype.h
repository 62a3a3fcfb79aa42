/* prototype.h: is a memory a feature or a prototype? Three definitions, each per unit, 0 to 1.
 *
 * A feature answers to a stroke that many items share, along with many other memories; a
 * prototype answers, almost alone, to items that look like it. With a_iu = the share of item
 * i's field that unit u carries (rows of mn_model_activity), K units, C classes, n items, and
 * weights p_iu = a_iu / sum_i a_iu ("the items that u answers"):
 *
 *     winner share  1 - sum_i p_iu log(1 / a_iu) / log K, not below 0
 *                   0: no more than an equal share; 1: the whole field of every item it answers
 *     item match    | sum_i p_iu d_i | / sqrt(sum_i p_iu |d_i|^2),  d_i = x_i - mean item
 *                   the mean cosine of the answered items to their own mean; 0: it answers to
 *                   everything alike; 1: to a single picture
 *     label purity  1 - H(q_u) / log C,  q_uc = sum over items i of class c of p_iu
 *                   0: every class alike; 1: one class
 *
 * Undefined (NAN) where u answers nothing, that is, carries less than a hundredth of an equal
 * share 1 / K; where all items are the same picture (match) or C = 1 (purity). The field is
 * what the network computes with, so the indices hold for any interaction function and any
 * scale of the weights. Comparing a memory's pixels with digits does not separate: after 12
 * epochs on MNIST the best correlation with an item is 0.49 at vertex 2 and 0.43 at vertex 20,
 * where winner share goes from 0.03 to 0.20, item match from 0.11 to 0.36, label purity from
 * 0.03 to 0.24.
 *
 * Measured on a probe of items, never on the training path; uses no random numbers. Runs on the
 * trainer's thread (it calls mn_model_activity).
 */
#ifndef MNEMOSCOPE_PROTOTYPE_H
#define MNEMOSCOPE_PROTOTYPE_H

#include "mnemoscope/model.h"
#include "mnemoscope/units.h"

/* Fills share, norm, label and the three indices of `u` from n probe items X (n, n_inputs) with
 * labels; n may exceed the model's batch. work: at least mn_prototype_work(m, n) floats. */
size_t mn_prototype_work(const mn_model *m, int n);
void mn_prototype_measure(mn_model *m, const float *X, const int *label, int n, float *work,
                          mn_units *u);
/* Mean over units where defined, NAN when nowhere. */
double mn_prototype_mean(const mn_units *u, mn_index which);
const char *mn_index_name(mn_index i);  /* "winner-share": one word, for commands */
const char *mn_index_about(mn_index i); /* one line with the definition */

#endif
