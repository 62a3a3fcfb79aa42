/* The cursor on the map: the units there have no rows and columns. */
#include "looks_impl.h"

#include <math.h>
#include <string.h>

bool mn_look_on_map(const mn_screen *s, const mn_snapshot *snap)
{
    return !strcmp(mn_views[s->focus]->name, "map") && snap->map.n_units == snap->n_units;
}

/* Of the units that lie in this direction, within an eighth of a turn to either side, the
 * nearest; the one under the cursor when there is none. */
int mn_look_step_on_map(const mn_snapshot *snap, int cursor, int right, int up)
{
    const mn_map *m = &snap->map;
    double best = HUGE_VAL;
    int found = cursor;
    for (int u = 0; cursor >= 0 && u < m->n_units; u++) {
        const double x = (double)(m->x[u] - m->x[cursor]), y = (double)(m->y[u] - m->y[cursor]);
        const double along = right * x + up * y, across = fabs(right ? y : x);
        if (along > 0.0 && across <= along && along + across < best) {
            best = along + across;
            found = u;
        }
    }
    return found;
}
