/* trust.h: is what lies close together on a map close together in truth?
 *
 * Trustworthiness (Venna and Kaski 2001), from the k nearest of every item on the map:
 *
 *     T = 1 - 2 / (n k (2n - 3k - 1)) sum_i sum_{j in U_i} (r_ij - k)
 *
 * with U_i those of them that are not among i's k nearest in truth, and r_ij the place of j in
 * the order of i's true distances. 1: no neighbour is false; about 0.5: chance. Any thread.
 */
#ifndef MNEMOSCOPE_TRUST_H
#define MNEMOSCOPE_TRUST_H

#include "mnemoscope/status.h"

/* X (n,dims): the items; Y (n,2): the map. Refuses k outside 1 .. (n - 1) / 2 and numbers that
 * are not finite. Time grows as n n dims. */
MN_MUST_CHECK mn_status mn_trust_measure(const float *X, const float *Y, int n, int dims, int k,
                                         double *out, mn_err *err);

#endif
