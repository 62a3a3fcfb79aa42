/* centre.h: rows made fit for distances and products: the mean taken away and the largest
 * difference made 1, so that neither a common offset nor huge numbers cost digits. Nothing that
 * is measured here depends on place or scale. */
#ifndef MN_MEASURE_CENTRE_H
#define MN_MEASURE_CENTRE_H

#include "mnemoscope/status.h"

/* Refuses numbers that are not finite; `what` names the rows in the message ("items"). */
MN_MUST_CHECK mn_status mn_centre_check(const float *X, int n, int dims, const char *what,
                                        mn_err *err);
/* mean (dims) of X (n,dims) and the largest |x - mean|, 1 when that is 0. n > 0. */
double mn_centre_fit(const float *X, int n, int dims, double *mean);
/* Y (n,dims) = (X - mean) / scale, kept within +-1e15 so that squares stay in range: only rows
 * that the centring was not fitted on can come near. */
void mn_centre_apply(const float *X, int n, int dims, const double *mean, double scale,
                     float *Y);

#endif
