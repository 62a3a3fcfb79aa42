#include "chart_impl.h"

#include <math.h>
#include <stdio.h>

enum { LEAST_COLS = 40, LEAST_ROWS = 9 };

typedef struct {
    int x, y, panel;
} layout;

static int last_free(const mn_survey *s, int taken)
{
    for (int d = s->n_dimensions - 1; d >= 0; d--)
        if (s->dimensions[d].open && !s->dimensions[d].searched && d != taken &&
            !s->dimensions[d].variant)
            return d;
    return mn_survey_free(s, &taken, 1, MN_WISH_ANY);
}

/* The last two axes of the grid, which tends to begin with what makes panels. */
static layout choose(const mn_survey *s, const mn_chart_look *l)
{
    layout k = {.x = mn_survey_wanted(s, l->x), .y = mn_survey_wanted(s, l->by)};
    if (k.x >= 0 && !s->dimensions[k.x].n_stops)
        k.x = MN_NO_DIMENSION;
    if (k.y == k.x || (k.y >= 0 && !s->dimensions[k.y].n_stops))
        k.y = MN_NO_DIMENSION;
    if (k.x < 0)
        k.x = last_free(s, k.y);
    if (k.y < 0)
        k.y = last_free(s, k.x);
    k.panel = mn_survey_free(s, (const int[]){k.x, k.y}, 2, MN_WISH_ANY);
    return k;
}

static bool suits(const mn_results *r, const mn_chart_look *l, char *why, size_t size)
{
    int open = 0;
    if (!mn_chart_has_runs(r, why, size))
        return false;
    for (int i = 0; i < r->n_over && i < r->n_axes; i++)
        open += r->axes[i].n_stops > 1;
    if (open >= 2)
        return true;
    snprintf(why, size,
             "a heat map needs two axes of a grid with more than one value each: "
             "there %s in this study",
             open ? "is one" : "is none");
    return false;
}

static const char **labels_of(const mn_survey *s, int dimension)
{
    int n = s->dimensions[dimension].n_stops;
    const char **labels = mn_figure_room(s->figure, (size_t)n, sizeof *labels);
    for (int i = 0; labels && i < n; i++)
        labels[i] = mn_survey_brief(s, mn_survey_stop(s, dimension, i));
    return labels;
}

/* The best point of every cell, in per cent. */
static mn_heat *make_panel(const mn_survey *s, const layout *k, const mn_panels *p, int panel,
                           int point)
{
    int rows = s->dimensions[k->y].n_stops, cols = s->dimensions[k->x].n_stops;
    size_t n = (size_t)rows * (size_t)cols;
    mn_heat *mark = mn_figure_room(s->figure, 1, sizeof *mark);
    float *values = mn_figure_room(s->figure, n, sizeof *values);
    long *at = mn_figure_room(s->figure, n, sizeof *at), best = -1;
    const char **row_labels = labels_of(s, k->y), **col_labels = labels_of(s, k->x);
    if (!mark || !values || !at || !row_labels || !col_labels)
        return NULL;
    *mark = (mn_heat){.n_rows = rows,
                      .n_cols = cols,
                      .values = values,
                      .row_labels = row_labels,
                      .col_labels = col_labels,
                      .scale = MN_UNSIGNED,
                      .format = "%.1f",
                      .x_name = s->dimensions[k->x].title,
                      .y_name = s->dimensions[k->y].title,
                      .spread = true};
    for (size_t i = 0; i < n; i++)
        values[i] = NAN, at[i] = -1;
    for (size_t i = 0; i < s->n; i++) {
        int row = mn_survey_at(s, i, k->y), col = mn_survey_at(s, i, k->x);
        if (row < 0 || col < 0 || !mn_panels_hold(s, p, panel, i))
            continue;
        size_t cell = (size_t)row * (size_t)cols + (size_t)col;
        if ((long)i == point)
            mark->cursor = (int)cell + 1;
        if (!mn_survey_is_better(s, i, at[cell]))
            continue;
        at[cell] = (long)i;
        values[cell] = (float)(100.0 * s->points[i].mean);
        if (mn_survey_is_better(s, i, best)) {
            best = (long)i;
            mark->best = (int)cell + 1;
        }
    }
    return mark;
}

/* The same limits in every panel: whole fives around what there is. */
static void set_limits(mn_heat **marks, int n)
{
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < marks[i]->n_rows * marks[i]->n_cols; k++)
            if (isfinite(marks[i]->values[k])) {
                lo = fmin(lo, (double)marks[i]->values[k]);
                hi = fmax(hi, (double)marks[i]->values[k]);
            }
    for (int i = 0; i < n; i++) {
        marks[i]->lo = lo <= hi ? (float)(5.0 * floor(lo / 5.0)) : 0.0f;
        marks[i]->hi = lo <= hi ? (float)(5.0 * ceil(hi / 5.0)) : 100.0f;
        if (marks[i]->hi <= marks[i]->lo)
            marks[i]->hi = marks[i]->lo + 5.0f;
    }
}

static void make(const mn_results *r, const mn_chart_look *l, mn_room room, mn_figure *f)
{
    mn_survey s = mn_survey_of(r, f);
    layout k = choose(&s, l);
    mn_heat *marks[MN_PARTS_MAX];
    if (f->full || k.x < 0 || k.y < 0)
        return;
    mn_panels p = mn_panels_of(&s, k.panel, l->point, room, LEAST_COLS, LEAST_ROWS);
    mn_survey_head(&s, "Grid");
    mn_figure_status(f, "%s, %s", mn_objective_title(r), mn_survey_runs(&s, false));
    for (int i = 0; i < p.n; i++)
        if (!(marks[i] = make_panel(&s, &k, &p, i, l->point)))
            return;
    set_limits(marks, p.n);
    for (int i = 0; i < p.n; i++)
        mn_panels_add(&s, &p, i, MN_MARK_HEAT, marks[i]);
}

const mn_chart_ops mn_chart_heat = {
    .name = "heat",
    .title = "Heat map",
    .about = "the objective on a grid of two axes, with the best cell set off",
    .key = '3',
    .suits = suits,
    .make = make,
};
