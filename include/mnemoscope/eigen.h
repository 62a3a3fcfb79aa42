/* eigen.h: eigenvectors of symmetric matrices (LAPACK, inside OpenBLAS). Pure; any thread;
 * allocates nothing.
 */
#ifndef MNEMOSCOPE_EIGEN_H
#define MNEMOSCOPE_EIGEN_H

#include <stdbool.h>
#include <stddef.h>

/* The k largest eigenvalues of the symmetric A (n,n), largest first, and their eigenvectors as
 * the rows of V (k,n): orthonormal, the entry of the largest size positive, so that equal
 * matrices give equal signs. 0 <= k <= n. A is overwritten; work: at least
 * mn_eigen_work(n) doubles. Returns false when a number is not finite. */
size_t mn_eigen_work(int n);
bool mn_eigen_largest(int n, double *A, int k, double *value, double *V, double *work);

#endif
