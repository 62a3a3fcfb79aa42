#include "mnemoscope/kernel.h"

#include <assert.h>
#include <math.h>
#include <string.h>

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

/* tops (n / MN_LANES): the largest of every whole run of MN_LANES. */
MN_CLONES static void find_tops(size_t n_runs, const float *restrict x, float *restrict tops)
{
    for (size_t b = 0; b < n_runs; b++, x += MN_LANES) {
        float top = -INFINITY;
        for (int j = 0; j < MN_LANES; j++)
            top = x[j] > top ? x[j] : top;
        tops[b] = top;
    }
}

static size_t take(size_t n, float above, const float *x, float *to)
{
    size_t taken = 0;
    for (size_t i = 0; i < n; i++)
        if (x[i] > above)
            to[taken++] = x[i];
    return taken;
}

/* The k-th largest top bounds the answer from below, as k tops are no smaller; what is larger
 * is in the runs of fewer than k tops, or in the tail. */
float mn_largest_of(size_t n, size_t k, const float *x, float *scratch)
{
    const size_t n_runs = n / MN_LANES, whole = n_runs * MN_LANES;
    float limit = -INFINITY, *tops = scratch, *taken_to = scratch;
    size_t taken = 0;
    assert(k >= 1 && k <= n);
    if (n_runs >= 2 * k) {
        taken_to = scratch + n_runs;
        find_tops(n_runs, x, tops);
        memcpy(taken_to, tops, n_runs * sizeof *tops);
        limit = mn_largest(n_runs, k, taken_to);
        for (size_t b = 0; b < n_runs; b++)
            if (tops[b] > limit)
                taken += take(MN_LANES, limit, x + b * MN_LANES, taken_to + taken);
        taken += take(n - whole, limit, x + whole, taken_to + taken);
    } else
        taken = take(n, limit, x, taken_to);
    return taken < k ? limit : mn_largest(taken, k, taken_to);
}
