#include "mnemoscope/eigen.h"

#include <assert.h>
#include <math.h>

#include <openblas_config.h>

/* Relatively robust representations (Dhillon and Parlett 2004). The header that declares LAPACK
 * in C is a package of its own, and OpenBLAS declares a few factorisations only. The lengths of
 * the three strings come last, as Fortran passes them. */
void BLASFUNC(dsyevr)(const char *job, const char *range, const char *triangle,
                      const blasint *n, double *A, const blasint *lda, const double *lo,
                      const double *hi, const blasint *first, const blasint *last,
                      const double *tolerance, blasint *found, double *value, double *Z,
                      const blasint *ldz, blasint *support, double *work, const blasint *n_work,
                      blasint *iwork, const blasint *n_iwork, blasint *info, size_t job_length,
                      size_t range_length, size_t triangle_length);

/* Of n: doubles that dsyevr wants with blocks of 64, all eigenvalues, and integers, which are
 * kept where two fit in a double. */
enum { WORK = 70, INTEGERS = 10, SUPPORT = 2 };

size_t mn_eigen_work(int n)
{
    return (size_t)n * (WORK + 1 + INTEGERS + SUPPORT);
}

static bool all_finite(size_t n, const double *x)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* The first of the largest, should several be. */
static void orient(int n, double *v)
{
    int largest = 0;
    for (int i = 1; i < n; i++)
        if (fabs(v[i]) > fabs(v[largest]))
            largest = i;
    if (v[largest] < 0.0)
        for (int i = 0; i < n; i++)
            v[i] = -v[i];
}

/* LAPACK's order is ascending. */
static void turn_around(int n, int k, double *value, double *V)
{
    for (int i = 0, j = k - 1; i < j; i++, j--) {
        double swapped = value[i];
        value[i] = value[j];
        value[j] = swapped;
        for (int c = 0; c < n; c++) {
            swapped = V[i * n + c];
            V[i * n + c] = V[j * n + c];
            V[j * n + c] = swapped;
        }
    }
}

bool mn_eigen_largest(int n, double *A, int k, double *value, double *V, double *work)
{
    assert(k >= 0 && k <= n);
    if (!all_finite((size_t)n * (size_t)n, A))
        return false;
    if (k == 0)
        return true;
    const blasint size = n, first = n - k + 1, last = n, n_work = WORK * n;
    const blasint n_iwork = INTEGERS * n;
    const double nowhere = 0.0, finest = 0.0;
    double *all = work + (size_t)n * WORK;
    blasint *iwork = (void *)(all + n), *support = iwork + (size_t)n * INTEGERS;
    blasint found = 0, info = 0;
    BLASFUNC(dsyevr)
    ("V", "I", "L", &size, A, &size, &nowhere, &nowhere, &first, &last, &finest, &found, all, V,
     &size, support, work, &n_work, iwork, &n_iwork, &info, 1, 1, 1);
    if (info != 0 || found != k)
        return false; /* only where the matrix's own size overflows on the way */
    for (int i = 0; i < k; i++)
        value[i] = all[i];
    turn_around(n, k, value, V);
    for (int i = 0; i < k; i++)
        orient(n, V + (size_t)i * (size_t)n);
    return true;
}
