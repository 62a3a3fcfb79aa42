/* map.h: units and training items on a plane.
 *
 * A value for views. Points are units first, then items. Computed by the session in slices
 * between steps (session/atlas.c), with weights as of `step`.
 */
#ifndef MNEMOSCOPE_MAP_H
#define MNEMOSCOPE_MAP_H

#include <stdbool.h>
#include <stdint.h>

typedef enum mn_map_method {
    MN_MAP_OFF,
    MN_MAP_PCA,
    MN_MAP_UMAP,
    MN_N_MAP_METHODS
} mn_map_method;
const char *mn_map_method_name(mn_map_method m);
/* What the plane is fitted to; the other is placed on it afterwards. */
typedef enum mn_map_fit { MN_FIT_ITEMS, MN_FIT_UNITS, MN_N_MAP_FITS } mn_map_fit;
const char *mn_map_fit_name(mn_map_fit f);

/* What the colours of points say. Of a count, only units have one. */
typedef enum mn_map_colour {
    MN_COLOUR_CLASS,
    MN_COLOUR_COUNT,
    MN_COLOUR_TASK,
    MN_N_MAP_COLOURS
} mn_map_colour;
const char *mn_map_colour_name(mn_map_colour c);

typedef struct mn_map {
    mn_map_method method;
    mn_map_fit fit;
    mn_map_colour colour;
    double progress; /* 0 .. 1; 1 = done */
    char doing[40];  /* "finding neighbours": while it is not */
    int neighbours;  /* of UMAP */
    int64_t step;    /* of the weights; -1 = nothing computed yet */
    double trust;    /* trustworthiness of the fitted part, 0 .. 1; NAN = not measured */
    int n_trusted;   /* points it was measured on, spread evenly over that part */
    int n_units, n_items;
    float *x, *y;      /* (n_units + n_items); NAN: not on the map (yet) */
    int *label, *task; /* (the same): of an item; of a unit, those of the item that drives it
                          most, or -1 when none does */
} mn_map;

#endif
