/* neighbours.h: which rows are nearest, exactly: every pair is looked at, by matrix products.
 *
 * Rows come centred (centre.h). |q|^2 + |x|^2 - 2qx picks the candidates; as it loses the small
 * distances to rounding, those are measured again as differences, and ties go to the smaller
 * number. */
#ifndef MN_MEASURE_NEIGHBOURS_H
#define MN_MEASURE_NEIGHBOURS_H

#include "mnemoscope/arena.h"

enum { MN_NEIGHBOURS_BLOCK = 64 }; /* rows asked about at once */

typedef struct mn_neighbours {
    int n, dims, most;
    const float *X; /* (n,dims), borrowed */
    float *square;  /* (n): |x|^2 */
    float *D;       /* (BLOCK,n): squared distances of the last rows asked about */
    int *candidate; /* work */
    double *measured;
} mn_neighbours;

/* `most`: the largest k that will be asked for. */
void mn_neighbours_layout(mn_neighbours *b, int n, int dims, int most, mn_arena *a);
void mn_neighbours_begin(mn_neighbours *b, const float *X);
/* Fills D for rows Q (n_rows,dims), n_rows <= MN_NEIGHBOURS_BLOCK. When Q are rows of X
 * themselves, `self` is the number of the first, else -1: a row is no neighbour of its own, its
 * distance to itself is infinite. */
void mn_neighbours_measure(mn_neighbours *b, const float *Q, int n_rows, int self);
/* The k nearest of each row, nearest first: index and distance (n_rows,k). k is at most what
 * there is. */
void mn_neighbours_find(mn_neighbours *b, const float *Q, int n_rows, int self, int k,
                        int *index, float *distance);

#endif
