/* umap_forces.h: how linked points of a map pull each other together and any two push each
 * other apart (McInnes, Healy and Melville 2018, section 3.2, algorithm 5). */
#ifndef MN_MEASURE_UMAP_FORCES_H
#define MN_MEASURE_UMAP_FORCES_H

#include <stdbool.h>

#include "mnemoscope/rng.h"
#include "umap_graph.h"

/* v(d) = 1 / (1 + a d^2b): how certain it is that two points of the map belong together. */
typedef struct mn_umap_curve {
    double a, b;
} mn_umap_curve;

/* Least squares to 1 up to min_dist and exp(-(d - min_dist) / spread) beyond, at 300 distances
 * up to three times the spread. */
mn_umap_curve mn_umap_curve_fit(double min_dist, double spread);

typedef struct mn_umap_forces {
    mn_umap_curve curve;
    const mn_umap_link *links;
    size_t n_links;
    float strongest;     /* the largest weight */
    float *heads;        /* (any,2): what moves */
    float *tails;        /* (n_tails,2): the same array when the map is fitted */
    int n_tails;         /* pushes come from these, at random */
    bool mutual;         /* tails are heads, and move too when pulled */
    int n_pushes;        /* per pull */
    double rate;         /* of the first epoch; falls to 0 */
    int epoch, n_epochs; /* to do, of */
} mn_umap_forces;

/* Does one epoch and counts it: of all epochs, a link pulls in the share weight / strongest,
 * evenly spread. */
void mn_umap_forces_apply(mn_umap_forces *f, mn_rng *r);

#endif
