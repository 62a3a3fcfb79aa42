#include "neighbours.h"

#include <assert.h>
#include <math.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

/* Candidates beyond k: the rounding of the product may have put a neighbour that many places
 * too far. */
enum { SPARE = 8 };

void mn_neighbours_layout(mn_neighbours *b, int n, int dims, int most, mn_arena *a)
{
    *b = (mn_neighbours){.n = n, .dims = dims, .most = most};
    b->square = mn_arena_floats(a, (size_t)n);
    b->D = mn_arena_floats(a, (size_t)MN_NEIGHBOURS_BLOCK * (size_t)n);
    b->candidate = mn_arena_ints(a, (size_t)most + SPARE);
    b->measured = mn_arena_bytes(a, (size_t)most + SPARE, sizeof(double));
}

void mn_neighbours_begin(mn_neighbours *b, const float *X)
{
    b->X = X;
    for (int i = 0; i < b->n; i++)
        b->square[i] = (float)mn_sumsq((size_t)b->dims, X + (size_t)i * (size_t)b->dims);
}

void mn_neighbours_measure(mn_neighbours *b, const float *Q, int n_rows, int self)
{
    assert(n_rows <= MN_NEIGHBOURS_BLOCK);
    const size_t n = (size_t)b->n, dims = (size_t)b->dims;
    mn_gemm_nt(n_rows, b->n, b->dims, -2.0f, Q, b->dims, b->X, b->dims, 0.0f, b->D, b->n);
    for (int i = 0; i < n_rows; i++) {
        float *row = b->D + (size_t)i * n;
        const float own = (float)mn_sumsq(dims, Q + (size_t)i * dims);
        for (size_t j = 0; j < n; j++)
            row[j] += own + b->square[j];
        if (self >= 0)
            row[self + i] = INFINITY;
    }
}

/* Puts (value, index) into the ascending list of n entries, of which there may be `room`;
 * returns how many there are. Equal values keep the order in which they come. */
static int insert(int *index, double *value, int n, int room, int i, double x)
{
    int at = n < room ? n : room - 1;
    if (n == room && !(x < value[room - 1]))
        return n;
    for (; at > 0 && x < value[at - 1]; at--) {
        value[at] = value[at - 1];
        index[at] = index[at - 1];
    }
    value[at] = x;
    index[at] = i;
    return n < room ? n + 1 : n;
}

static void nominate(mn_neighbours *b, const float *row, int self, int room)
{
    int n = 0;
    float limit = INFINITY;
    for (int j = 0; j < b->n; j++) {
        if (j == self || (n == room && row[j] >= limit))
            continue;
        n = insert(b->candidate, b->measured, n, room, j, (double)row[j]);
        limit = (float)b->measured[n - 1];
    }
    assert(n == room);
}

static double difference(size_t dims, const float *x, const float *y)
{
    double lanes[4] = {0}, rest = 0.0;
    size_t whole = dims - dims % 4;
    for (size_t j = 0; j < whole; j += 4)
        for (size_t l = 0; l < 4; l++) {
            double d = (double)x[j + l] - (double)y[j + l];
            lanes[l] += d * d;
        }
    for (size_t j = whole; j < dims; j++)
        rest += ((double)x[j] - (double)y[j]) * ((double)x[j] - (double)y[j]);
    return sqrt(lanes[0] + lanes[1] + lanes[2] + lanes[3] + rest);
}

/* Ascending numbers first, so that ties go to the smaller one. */
static void sort(int n, int *x)
{
    for (int i = 1; i < n; i++) {
        int moved = x[i], j = i;
        for (; j > 0 && x[j - 1] > moved; j--)
            x[j] = x[j - 1];
        x[j] = moved;
    }
}

void mn_neighbours_find(mn_neighbours *b, const float *Q, int n_rows, int self, int k,
                        int *index, float *distance)
{
    const int there = b->n - (self >= 0), room = k + SPARE < there ? k + SPARE : there;
    const size_t dims = (size_t)b->dims;
    assert(k <= b->most && k <= there);
    mn_neighbours_measure(b, Q, n_rows, self);
    for (int i = 0; i < n_rows; i++) {
        int *nearest = index + (size_t)i * (size_t)k, n = 0;
        nominate(b, b->D + (size_t)i * (size_t)b->n, self < 0 ? -1 : self + i, room);
        sort(room, b->candidate);
        for (int c = 0; c < room && k > 0; c++)
            n = insert(
                nearest, b->measured, n, k, b->candidate[c],
                difference(dims, Q + (size_t)i * dims, b->X + (size_t)b->candidate[c] * dims));
        for (int c = 0; c < k; c++)
            distance[(size_t)i * (size_t)k + (size_t)c] = (float)b->measured[c];
    }
}
