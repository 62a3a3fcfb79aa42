#include "centre.h"

#include <math.h>
#include <stddef.h>

#include "mnemoscope/kernel.h"

mn_status mn_centre_check(const float *X, int n, int dims, const char *what, mn_err *err)
{
    for (int i = 0; i < n; i++) {
        const float *x = X + (size_t)i * (size_t)dims;
        if (mn_finite((size_t)dims, x))
            continue;
        int j = 0;
        while (isfinite(x[j]))
            j++;
        return mn_fail(err, MN_EINVAL,
                       "cannot place %s on a plane: row %d, column %d is %g, wanted a finite "
                       "number",
                       what, i, j, (double)x[j]);
    }
    return MN_OK;
}

double mn_centre_fit(const float *X, int n, int dims, double *mean)
{
    double scale = 0.0;
    for (int j = 0; j < dims; j++)
        mean[j] = 0.0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < dims; j++)
            mean[j] += (double)X[(size_t)i * (size_t)dims + (size_t)j];
    for (int j = 0; j < dims; j++)
        mean[j] /= n;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < dims; j++)
            scale =
                fmax(scale, fabs((double)X[(size_t)i * (size_t)dims + (size_t)j] - mean[j]));
    return scale > 0.0 ? scale : 1.0;
}

void mn_centre_apply(const float *X, int n, int dims, const double *mean, double scale,
                     float *Y)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < dims; j++) {
            size_t at = (size_t)i * (size_t)dims + (size_t)j;
            Y[at] = (float)fmin(1e15, fmax(-1e15, ((double)X[at] - mean[j]) / scale));
        }
}
