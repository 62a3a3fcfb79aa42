/* scaled.h: arithmetic on vectors of theta's layout whose rows carry exponents (mn_grad).
 *
 * The true value of row r is g * 2^exponent[r]. Rows are added by bringing the smaller to the
 * scale of the larger, so nothing leaves the range of float. `m` gives the rows' lengths only.
 * Included by src/learn only.
 */
#ifndef MN_LEARN_SCALED_H
#define MN_LEARN_SCALED_H

#include <string.h>

#include "mnemoscope/arena.h"
#include "mnemoscope/kernel.h"
#include "mnemoscope/model.h"

/* acc <- acc + a * g. `a` is true size: it may be far outside float's range when g makes up for
 * it. Sets acc->scaled when a row's exponent is not 0. */
void mn_scaled_add(const mn_model *m, mn_grad *acc, double a, const mn_grad *g);
/* acc <- acc + a * g * g, and acc + a * |g|, elementwise. */
void mn_scaled_add_square(const mn_model *m, mn_grad *acc, double a, const mn_grad *g);
void mn_scaled_add_abs(const mn_model *m, mn_grad *acc, double a, const mn_grad *g);
/* Carves a vector; it has no exponents yet. */
void mn_scaled_layout(mn_grad *g, const mn_model *m, mn_arena *a);
void mn_scaled_clear(const mn_model *m, mn_grad *g);
void mn_scaled_copy(const mn_model *m, mn_grad *to, const mn_grad *from);
/* <g, h> * 2^-shift, in double. */
double mn_scaled_dot(const mn_model *m, const mn_grad *g, const mn_grad *h, int shift);
/* The largest exponent e with max |g| >= 2^(e-1): what to shift by; INT_MIN for a zero vector.
 */
int mn_scaled_reach(const mn_model *m, const mn_grad *g);

/* The rows of theta, one after the other: `for (mn_row r = {0}; mn_row_next(m, &r);)`. */
typedef struct mn_row {
    size_t at, n; /* its floats are at .. at + n - 1 of theta */
    int row;      /* its number among all rows */
    int tensor, next;
} mn_row;
bool mn_row_next(const mn_model *m, mn_row *r);
mn_row mn_row_of(const mn_model *m, int row);
int mn_row_exponent(const mn_grad *g, const mn_row *r); /* 0 unless g is scaled */

/* |x| as an integer, in the order of |x| and after all of them what is not a number: the
 * largest of these is found without a branch, and in whole vectors. */
MN_INLINE uint32_t mn_magnitude(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits & 0x7fffffffu;
}
MN_INLINE float mn_of_magnitude(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
/* The largest |x|; not a number when any is not. 0 when n is 0. */
float mn_row_max(size_t n, const float *x);

/* How to add two numbers of different scales: the sum, times 2^-exponent, is
 * of_acc * acc + of_term * (unit * x)^power. Exact but for what is too small to matter. */
typedef struct mn_blend {
    float of_acc, of_term, unit;
    int exponent;
} mn_blend;
/* acc * 2^acc_exponent + a * (x * 2^x_exponent)^power; both numbers are the largest of their
 * row. `power` is 1 or 2. */
mn_blend mn_blend_of(float acc, int acc_exponent, double a, float x, int x_exponent, int power);

#endif
