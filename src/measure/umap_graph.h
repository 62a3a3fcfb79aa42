/* umap_graph.h: from distances to the fuzzy graph of UMAP (McInnes, Healy and Melville 2018,
 * section 3.1, algorithms 2 and 3). Pure functions. */
#ifndef MN_MEASURE_UMAP_GRAPH_H
#define MN_MEASURE_UMAP_GRAPH_H

#include <stddef.h>

typedef struct mn_umap_link {
    int head, tail;
    float weight; /* 0 to 1: how certain it is that the two belong together */
} mn_umap_link;

/* w_j = exp(-max(0, d_j - rho) / sigma) over the k distances of one item, ascending: rho is the
 * smallest that is not 0, sigma makes the weights sum to log2 k. */
void mn_umap_weigh(const float *distance, int k, float *weight);
/* w = a + b - ab, the fuzzy union of both directions, from the neighbours and weights (n,k) of
 * all items. A pair is linked in both directions, 2nk at most; returns how many there are. */
size_t mn_umap_unite(const int *index, const float *weight, int n, int k, mn_umap_link *links);

#endif
