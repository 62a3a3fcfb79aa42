/* browser_cursor.h: the way from one point of a study to its neighbours. Pure. */
#ifndef MNEMOSCOPE_SCREEN_BROWSER_CURSOR_H
#define MNEMOSCOPE_SCREEN_BROWSER_CURSOR_H

#include "mnemoscope/results.h"

typedef struct mn_points {
    const mn_results *r;
    mn_point *at;
    int n;
} mn_points;

/* The axes that the cursor moves along, as the charts lay them out; -1 = there is none. */
typedef struct mn_ways {
    int x, by;  /* right and left, up and down */
    int beyond; /* another axis of the grid: charts show a panel for each of its stops */
} mn_ways;
/* Wanted axes (-1: choose) come first. */
mn_ways mn_points_ways(const mn_points *p, int x, int by);
/* The next point from `from` along an axis, of those that have its values on the other axes of
 * the grid; on the axis `loose` (-1 = none) the nearest will do. -1: there is none that way. */
int mn_points_next(const mn_points *p, int from, int axis, int loose, int direction);
/* The best by the mean of the objective; -1 when none ended well. */
int mn_points_best(const mn_points *p);

#endif
