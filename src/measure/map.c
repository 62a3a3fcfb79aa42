#include "mnemoscope/map.h"

const char *mn_map_method_name(mn_map_method m)
{
    static const char *const names[MN_N_MAP_METHODS] = {"off", "pca", "umap"};
    return names[m];
}

const char *mn_map_fit_name(mn_map_fit f)
{
    static const char *const names[MN_N_MAP_FITS] = {"items", "weights"};
    return names[f];
}

const char *mn_map_colour_name(mn_map_colour c)
{
    static const char *const names[MN_N_MAP_COLOURS] = {"class", "count", "task"};
    return names[c];
}
