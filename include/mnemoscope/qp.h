/* qp.h: small quadratic programmes with lower bounds. Pure; any thread. */
#ifndef MNEMOSCOPE_QP_H
#define MNEMOSCOPE_QP_H

#include "mnemoscope/status.h"

enum { MN_QP_MAX = 64 };

/* v = argmin 1/2 v'Pv + q'v subject to v >= margin, P (n, n) symmetric positive semidefinite,
 * n <= MN_QP_MAX. Active sets (Lawson and Hanson 1974), exact up to rounding; a singular P gets
 * one of its solutions. Returns false, with v = the best point found, only when P is not
 * finite. */
bool mn_qp_bounded(int n, const double *P, const double *q, double margin, double *v);

#endif
