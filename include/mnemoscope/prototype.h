/* prototype.h: is a memory a feature or a prototype? Three definitions, each per unit, 0 to 1.
 *
 * See units.h for their names. Measured on a probe of items, never on the training path; uses
 * no random numbers. Runs on the trainer's thread (it calls mn_model_activity).
 */
#ifndef MNEMOSCOPE_PROTOTYPE_H
#define MNEMOSCOPE_PROTOTYPE_H

#include "mnemoscope/model.h"
#include "mnemoscope/units.h"

/* Fills share, norm, label and the three indices of `u` from n probe items X (n, n_inputs) with
 * labels. work: at least mn_prototype_work(m, n) floats. */
size_t mn_prototype_work(const mn_model *m, int n);
void mn_prototype_measure(mn_model *m, const float *X, const int *label, int n, float *work,
                          mn_units *u);
/* Mean over units where defined, NAN when nowhere. */
double mn_prototype_mean(const mn_units *u, mn_index which);
const char *mn_index_name(mn_index i);
const char *mn_index_about(mn_index i); /* one line with the definition */

#endif
