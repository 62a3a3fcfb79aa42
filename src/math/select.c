#include "mnemoscope/kernel.h"

#include <assert.h>

static float median_of_three(float a, float b, float c)
{
    if (a > b)
        return b > c ? b : (a > c ? c : a);
    return a > c ? a : (b > c ? c : b);
}

/* Hoare's quickselect, descending: x[lo..hi] always holds the k-th largest. */
float mn_largest(size_t n, size_t k, float *x)
{
    assert(k >= 1 && k <= n);
    size_t lo = 0, hi = n - 1, at = k - 1;
    while (lo < hi) {
        const float pivot = median_of_three(x[lo], x[lo + (hi - lo) / 2], x[hi]);
        size_t i = lo, j = hi;
        for (;;) {
            while (x[i] > pivot)
                i++;
            while (x[j] < pivot)
                j--;
            if (i >= j)
                break;
            const float swapped = x[i];
            x[i++] = x[j];
            x[j--] = swapped;
        }
        /* Everything up to j is at least the pivot, everything after it at most. */
        if (at <= j)
            hi = j;
        else
            lo = j + 1;
    }
    return x[at];
}
