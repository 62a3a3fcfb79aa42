/* qp.h: small quadratic programmes with lower bounds. Pure; any thread; allocates nothing. */
#ifndef MNEMOSCOPE_QP_H
#define MNEMOSCOPE_QP_H

#include <stdbool.h>

enum { MN_QP_MAX = 64 };

/* v = argmin 1/2 v'Pv + q'v subject to v >= lower; P (n, n) symmetric positive semidefinite,
 * n <= MN_QP_MAX, q in the range of P where that is singular: then v is one of the solutions.
 * Active sets (Lawson and Hanson 1974), exact up to rounding, whatever the sizes of P's rows.
 * What is at its bound equals it exactly. Returns false, with v = lower, when a number is not
 * finite. */
bool mn_qp_bounded(int n, const double *P, const double *q, const double *lower, double *v);

#endif
