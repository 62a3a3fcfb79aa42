/* umap.h: items as points of a plane, neighbours beside neighbours (UMAP: McInnes, Healy and
 * Melville, arXiv:1802.03426, 2018).
 *
 * A map is *fitted* to n items; other items of the same kind can then be *placed* on it, as
 * often as wanted: neurons on a map of data, or data on a map of neurons. Distances are
 * Euclidean, neighbours exact. Fitting starts from the principal components, so that maps of
 * similar items look alike (Kobak and Linderman 2021).
 *
 * All work is done in pieces of some milliseconds (for thousands of items), by whoever calls
 * mn_umap_advance; positions may be looked at after every piece, and mn_umap_destroy between
 * two pieces cancels. The result depends on items, parameters and seed, not on how the pieces
 * were asked for. All memory is allocated by mn_umap_create. Any thread, one at a time.
 *
 *     mn_umap_create(&u, X, &shape, &cfg, seed, err);
 *     while (mn_umap_advance(u, 1))
 *         draw(mn_umap_fitted(u), mn_umap_progress(u));
 *     mn_umap_place(u, Z, m, err);
 *     while (mn_umap_advance(u, 1))
 *         draw(mn_umap_fitted(u), mn_umap_placed(u));
 */
#ifndef MNEMOSCOPE_UMAP_H
#define MNEMOSCOPE_UMAP_H

#include <stdint.h>

#include "mnemoscope/param.h"

typedef struct mn_umap_cfg {
    int neighbours;
    double min_dist, spread;
    int epochs; /* 0: 500 for up to 10,000 items, 200 for more */
    int pushes;
    double rate;
} mn_umap_cfg;
extern const mn_param_table mn_umap_params;

typedef struct mn_umap_shape {
    int n, dims;
    int room; /* for how many items to place at once; 0 for none */
} mn_umap_shape;

typedef struct mn_umap mn_umap;

/* Copies X (n,dims). Refuses no items, numbers that are not finite, and a min-dist above the
 * spread. With fewer items than neighbours all others are neighbours. */
MN_MUST_CHECK mn_status mn_umap_create(mn_umap **out, const float *X,
                                       const mn_umap_shape *shape, const mn_umap_cfg *cfg,
                                       uint64_t seed, mn_err *err);
void mn_umap_destroy(mn_umap *u);

/* Begins to place Z (n,dims), n <= room, which is copied; what was placed before is forgotten.
 * MN_ELATER while the map is being fitted. */
MN_MUST_CHECK mn_status mn_umap_place(mn_umap *u, const float *Z, int n, mn_err *err);

/* Up to `pieces` pieces of what there is to do; false when nothing is left. */
bool mn_umap_advance(mn_umap *u, int pieces);
double mn_umap_progress(const mn_umap *u);   /* 0 to 1, of the fit or of the placing */
const char *mn_umap_doing(const mn_umap *u); /* "finding neighbours": for a progress line */

/* Positions (n,2) as they are now, NULL before there are any. Lent, and moved by advancing. */
const float *mn_umap_fitted(const mn_umap *u);
const float *mn_umap_placed(const mn_umap *u);
int mn_umap_n_placed(const mn_umap *u);

#endif
