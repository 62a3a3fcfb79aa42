#include "browser_cursor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *value_of(const mn_points *p, int point, int axis)
{
    return p->r->at[p->at[point].first].values[axis];
}

static double place(const mn_points *p, int point, int axis)
{
    double at = mn_axis_position(&p->r->axes[axis], value_of(p, point, axis));
    return isfinite(at) ? at : 0.0;
}

static bool is_numeric(const mn_axis *a)
{
    char *end;
    for (int i = 0; a->kind == MN_AXIS_STOPS && i < a->n_stops; i++) {
        strtod(a->stops[i], &end);
        if (end == a->stops[i] || *end)
            return false;
    }
    return true;
}

/* More than one value, so that something may lie along it. */
static bool is_open(const mn_axis *a)
{
    return a->kind != MN_AXIS_STOPS || a->n_stops > 1;
}

/* What is searched; else the axis of numbers with most stops. */
static int choose_x(const mn_results *r)
{
    int x = -1;
    for (int i = r->n_over; i < r->n_axes; i++)
        if (is_open(&r->axes[i]) && is_numeric(&r->axes[i]))
            return i;
    for (int i = 0; i < r->n_over; i++)
        if (is_open(&r->axes[i]) && is_numeric(&r->axes[i]) &&
            (x < 0 || r->axes[i].n_stops >= r->axes[x].n_stops))
            x = i;
    return x;
}

/* The first open axis of the grid that is neither; of numbers, if one is. */
static int choose_other(const mn_results *r, int x, int by)
{
    for (int numeric = 1; numeric >= 0; numeric--)
        for (int i = 0; i < r->n_over; i++)
            if (i != x && i != by && is_open(&r->axes[i]) &&
                (!numeric || is_numeric(&r->axes[i])))
                return i;
    return -1;
}

mn_ways mn_points_ways(const mn_points *p, int x, int by)
{
    const mn_results *r = p->r;
    mn_ways w = {x, by, -1};
    if (x < 0 || x >= r->n_axes || !is_open(&r->axes[x]))
        w.x = choose_x(r);
    if (w.x < 0)
        w.x = choose_other(r, -1, -1);
    if (by < 0 || by >= r->n_over || by == w.x || !is_open(&r->axes[by]))
        w.by = choose_other(r, w.x, -1);
    w.beyond = choose_other(r, w.x, w.by);
    return w;
}

static bool beside(const mn_points *p, int from, int to, int axis, int loose)
{
    for (int i = 0; i < p->r->n_over; i++)
        if (i != axis && i != loose && strcmp(value_of(p, from, i), value_of(p, to, i)))
            return false;
    return true;
}

int mn_points_next(const mn_points *p, int from, int axis, int loose, int direction)
{
    int best = -1;
    double least = 0.0, nearest = 0.0;
    bool searched = axis >= p->r->n_over;
    for (int to = 0; to < p->n; to++) {
        double step = direction * (place(p, to, axis) - place(p, from, axis));
        double off = loose < 0 ? 0.0 : fabs(place(p, to, loose) - place(p, from, loose));
        bool ahead = step > 0.0 || (searched && step >= 0.0 && direction * (to - from) > 0);
        if (!ahead || !beside(p, from, to, axis, loose))
            continue;
        /* Trials of the same value stand in the order in which they were made. */
        bool closer = best < 0 || step < least || (!(step > least) && off < nearest) ||
                      (direction < 0 && searched && !(step > least) && !(off > nearest));
        if (!closer)
            continue;
        best = to;
        least = step;
        nearest = off;
    }
    return best;
}

int mn_points_best(const mn_points *p)
{
    int best = -1;
    for (int i = 0; i < p->n; i++)
        if (p->at[i].n && (best < 0 || p->at[i].mean > p->at[best].mean))
            best = i;
    return best;
}
