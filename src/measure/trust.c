#include "mnemoscope/trust.h"

#include <math.h>
#include <stddef.h>

#include "centre.h"
#include "neighbours.h"

typedef struct trust {
    int n, dims, k;
    double *mean;
    float *X, *Y; /* centred */
    mn_neighbours truth, map;
    int *index;      /* (BLOCK,k): nearest on the map */
    float *distance; /* of those */
} trust;

static void layout(trust *t, mn_arena *a)
{
    const size_t n = (size_t)t->n, dims = (size_t)t->dims;
    const size_t block = MN_NEIGHBOURS_BLOCK * (size_t)t->k;
    t->mean = mn_arena_bytes(a, dims > 2 ? dims : 2, sizeof *t->mean);
    t->X = mn_arena_floats(a, n * dims);
    t->Y = mn_arena_floats(a, n * 2);
    mn_neighbours_layout(&t->truth, t->n, t->dims, t->k, a);
    mn_neighbours_layout(&t->map, t->n, 2, t->k, a);
    t->index = mn_arena_ints(a, block);
    t->distance = mn_arena_floats(a, block);
}

static void centre(trust *t, const float *rows, int dims, mn_neighbours *b, float *out)
{
    double scale = mn_centre_fit(rows, t->n, dims, t->mean);
    mn_centre_apply(rows, t->n, dims, t->mean, scale, out);
    mn_neighbours_begin(b, out);
}

/* The place of j among the distances d (n), 1 for the nearest; equals share the best place. */
static int rank(const float *d, int n, int j)
{
    int nearer = 0;
    const float own = d[j];
    for (int i = 0; i < n; i++)
        nearer += d[i] < own;
    return nearer + 1;
}

/* The sum of r - k over false neighbours of the rows first .. first + n_rows - 1. */
static double count_false(trust *t, int first, int n_rows)
{
    double sum = 0.0;
    mn_neighbours_measure(&t->truth, t->X + (size_t)first * (size_t)t->dims, n_rows, first);
    mn_neighbours_find(&t->map, t->Y + 2 * (size_t)first, n_rows, first, t->k, t->index,
                       t->distance);
    for (int i = 0; i < n_rows; i++)
        for (int c = 0; c < t->k; c++) {
            int r = rank(t->truth.D + (size_t)i * (size_t)t->n, t->n, t->index[i * t->k + c]);
            sum += r > t->k ? r - t->k : 0;
        }
    return sum;
}

mn_status mn_trust_measure(const float *X, const float *Y, int n, int dims, int k, double *out,
                           mn_err *err)
{
    trust t = {.n = n, .dims = dims, .k = k};
    mn_arena arena = {0};
    if (k < 1 || dims < 1 || k > (n - 1) / 2)
        return mn_fail(err, MN_EINVAL,
                       "cannot measure trustworthiness for %d neighbours of %d items of %d "
                       "numbers, 1 to half as many neighbours as there are other items wanted",
                       k, n, dims);
    mn_status s = mn_centre_check(X, n, dims, "items", err);
    if (s == MN_OK)
        s = mn_centre_check(Y, n, 2, "points", err);
    if (s != MN_OK)
        return s;
    layout(&t, &arena);
    if ((s = mn_arena_allocate(&arena, "distances", err)) != MN_OK)
        return s;
    layout(&t, &arena);
    centre(&t, X, dims, &t.truth, t.X);
    centre(&t, Y, 2, &t.map, t.Y);
    double sum = 0.0;
    for (int i = 0; i < n; i += MN_NEIGHBOURS_BLOCK)
        sum += count_false(&t, i, n - i < MN_NEIGHBOURS_BLOCK ? n - i : MN_NEIGHBOURS_BLOCK);
    *out = 1.0 - 2.0 * sum / ((double)n * k * (2.0 * n - 3.0 * k - 1.0));
    mn_arena_finish(&arena);
    return MN_OK;
}
