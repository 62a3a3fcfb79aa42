/* kernel.h: loops over contiguous memory that are not matrix products.
 *
 * One loop each, no calls inside, vectorised. `restrict`: outputs must not overlap inputs. Sums
 * are in double, or in float lanes where the comment says so. Pure; any thread.
 */
#ifndef MNEMOSCOPE_KERNEL_H
#define MNEMOSCOPE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

float mn_max(size_t n, const float *x);     /* n > 0 */
float mn_max_abs(size_t n, const float *x); /* 0 when n is 0 */
size_t mn_argmax(size_t n, const float *x); /* first of equals; n > 0 */
double mn_sum(size_t n, const float *x);
double mn_sumsq(size_t n, const float *x);
double mn_dot(size_t n, const float *x, const float *y);
void mn_clamp(size_t n, float lo, float hi, float *x);
void mn_scale(size_t n, float a, float *x);
void mn_axpy(size_t n, float a, const float *restrict x, float *restrict y); /* y += a x */
bool mn_finite(size_t n, const float *x);
/* B (n,m) = A (m,n)^T */
void mn_transpose(size_t m, size_t n, const float *restrict A, float *restrict B);

#endif
