/* kernel.h: loops over contiguous memory that are not matrix products.
 *
 * One loop each, vectorised. `restrict`: outputs must not overlap inputs. Sums are in double.
 * Apart from the denormal mode, which belongs to the calling thread, pure; any thread.
 */
#ifndef MNEMOSCOPE_KERNEL_H
#define MNEMOSCOPE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

/* Compiles a function once per instruction set; the loader takes the widest that the machine
 * has. Empty where that is not to be had, under -DMN_NO_CLONES, and for clang, which hides the
 * plain name of such a function from other files. */
#if defined __x86_64__ && defined __linux__ && !defined __clang__ && !defined MN_NO_CLONES
#define MN_CLONES __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define MN_CLONES
#endif
/* For the body that the clones share. */
#define MN_INLINE static inline __attribute__((always_inline))

/* Loops whose inner loop is exactly this long keep its sums in registers; arrays they walk are
 * padded to a multiple of it. */
enum { MN_LANES = 16 };
static inline size_t mn_padded(size_t n)
{
    return (n + MN_LANES - 1) / MN_LANES * MN_LANES;
}

float mn_max(size_t n, const float *x);                   /* n > 0 */
float mn_max_abs(size_t n, const float *x);               /* 0 when n is 0 */
size_t mn_argmax(size_t n, const float *x);               /* first of equals; n > 0 */
int mn_sole_above(size_t n, const float *x, float limit); /* -1 when none or several are */
float mn_largest(size_t n, size_t k, float *x); /* the k-th, k from 1 to n; reorders x */
/* The same of what stays as it is; scratch (n). Fast where k is far below n. What is not a
 * number is passed over; -INFINITY if there are not k numbers. */
float mn_largest_of(size_t n, size_t k, const float *x, float *scratch);
double mn_sum(size_t n, const float *x);
double mn_sumsq(size_t n, const float *x);
double mn_dot(size_t n, const float *x, const float *y);
void mn_clamp(size_t n, float lo, float hi, float *x);
void mn_scale(size_t n, float a, float *x);
void mn_axpy(size_t n, float a, const float *restrict x, float *restrict y); /* y += a x */
bool mn_finite(size_t n, const float *x);
/* B (n,m) = A (m,n)^T */
void mn_transpose(size_t m, size_t n, const float *restrict A, float *restrict B);

/* Numbers below the normal range count as zero until the mode returned is restored; they cost
 * some processors a hundred cycles each. Nothing on machines without the switch. */
unsigned mn_denormals_flush(void);
void mn_denormals_restore(unsigned mode);

#endif
