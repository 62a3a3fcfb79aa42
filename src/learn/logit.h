/* logit.h: a logit as a number. Included by src/learn/loss_*.c. */
#ifndef MN_LEARN_LOGIT_H
#define MN_LEARN_LOGIT_H

#include <math.h>

/* z * 2^exponent, at most `limit` in size, which callers choose so that what they make of it
 * stays in the range of double. What is not a number stays so. */
static inline double true_logit(float z, int exponent, double limit)
{
    const double x = exponent ? ldexp((double)z, exponent) : (double)z;
    return x > limit ? limit : (x < -limit ? -limit : x);
}

#endif
