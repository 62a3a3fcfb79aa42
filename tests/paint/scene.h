/* scene.h: one figure per kind of mark, from fixed made-up numbers, for the tests of both
 * painters. */
#ifndef MNEMOSCOPE_TESTS_SCENE_H
#define MNEMOSCOPE_TESTS_SCENE_H

#include "mnemoscope/paint.h"

enum {
    SCENE_TILES,
    SCENE_LINES,
    SCENE_BARS,
    SCENE_NUMBERS,
    SCENE_STRIP,
    SCENE_HIST,
    SCENE_TEXT,
    SCENE_CURVES,
    SCENE_GRID,
    SCENE_TABLE,
    SCENE_SCATTER,
    SCENE_MAP,
    SCENE_MIXED,
    N_SCENES
};

extern const char *const scene_names[N_SCENES];
/* The figure lives until the next call for the same `f`. */
void scene_make(int scene, mn_figure *f);
/* The same kinds of marks with nothing in them, or with numbers that are not finite. */
void scene_make_empty(int scene, mn_figure *f);
void scene_make_hostile(int scene, mn_figure *f);
mn_style scene_style(void);

#endif
