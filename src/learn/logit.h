/* logit.h: a logit, or the difference of two, as a number. Included by src/learn/loss_*.c. */
#ifndef MN_LEARN_LOGIT_H
#define MN_LEARN_LOGIT_H

#include <math.h>

/* z * 2^exponent, at most `limit` in size, which callers choose so that what they make of it
 * stays in the range of double. What is not a number stays so. */
static inline double true_logit(double z, int exponent, double limit)
{
    const double x = exponent ? ldexp(z, exponent) : z;
    return x > limit ? limit : (x < -limit ? -limit : x);
}

#endif
