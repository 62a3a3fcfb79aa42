/* fake.h: a memory so simple that every attractor is known beforehand.
 *
 * K rows of +-1 over [visible, extra, classes] are set by the test. Recall jumps to the row
 * with the largest overlap; the share of a row is its positive overlap, cubed and normalised.
 */
#ifndef MNEMOSCOPE_TESTS_FAKE_H
#define MNEMOSCOPE_TESTS_FAKE_H

#include "mnemoscope/model.h"

typedef enum fake_recall { FAKE_JUMPS, FAKE_CYCLES } fake_recall;

/* `rows`: (n_rows, n_state), copied; NULL leaves zeros. lo: lower end of the range, the upper
 * is 1. */
mn_model *fake_create(const mn_shape *shape, int n_rows, const float *rows, fake_recall recall,
                      float lo);
mn_model *fake_create_forgetful(const mn_shape *shape); /* it has no recall */

#endif
