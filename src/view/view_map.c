#include "view_impl.h"

#include <math.h>

enum { LINES_LEAST = 10, NARROW_COLS = 64, DECADES = 10 };
static const double margin = 0.04; /* of the axes, around all points */

/* What colours tell: the class of a point, or -1, and the names of classes. */
typedef struct colouring {
    const mn_snapshot *s;
    int n;
    const char **names;
} colouring;

static int decade_of(uint32_t count)
{
    return count ? (int)log10((double)count) : -1;
}

/* Of a unit or, from n_units on, of an item. */
static int class_of(const colouring *c, int i)
{
    const mn_map *m = &c->s->map;
    if (m->colour == MN_COLOUR_CLASS)
        return m->label[i];
    if (m->colour == MN_COLOUR_TASK)
        return m->task[i];
    return mn_view_unit(c->s, i) && i < m->n_units ? decade_of(c->s->units.fired[MN_RUN][i])
                                                   : -1;
}

static const char *name_of(const mn_snapshot *s, int class, mn_figure *f)
{
    static const char *const decades[DECADES] = {"1+",    "10+", "100+", "1k+",   "10k+",
                                                 "100k+", "1M+", "10M+", "100M+", "1G+"};
    switch (s->map.colour) {
    case MN_COLOUR_TASK: return mn_figure_text(f, "T%d", class + 1);
    case MN_COLOUR_COUNT: return decades[class];
    default: return mn_view_class(s, class, f);
    }
}

/* The legend has classes up to the last one that is there. */
static colouring colouring_of(const mn_snapshot *s, mn_figure *f)
{
    const mn_map *m = &s->map;
    colouring c = {.s = s};
    for (int i = 0; i < m->n_units + m->n_items; i++) {
        const int class = class_of(&c, i);
        c.n = class >= c.n ? class + 1 : c.n;
    }
    c.names = mn_figure_room(f, (size_t)(c.n ? c.n : 1), sizeof *c.names);
    for (int i = 0; c.names && i < c.n; i++)
        c.names[i] = name_of(s, i, f);
    return c;
}

static bool is_there(const mn_map *m, int i)
{
    return isfinite(m->x[i]) && isfinite(m->y[i]);
}

static mn_spot spot_of(const colouring *c, int i, bool plain)
{
    const mn_map *m = &c->s->map;
    return (mn_spot){(double)m->x[i], (double)m->y[i], plain ? -1 : class_of(c, i)};
}

enum { ITEMS, DEAD, LIVING, N_GROUPS };

static void collect(const colouring *c, int cursor, mn_spot_group *groups, mn_scatter *mark,
                    mn_figure *f)
{
    const mn_map *m = &c->s->map;
    const int room[N_GROUPS] = {m->n_items, m->n_units, m->n_units};
    mn_spot *spots[N_GROUPS];
    for (int g = 0; g < N_GROUPS; g++)
        if (!(spots[g] = mn_figure_room(f, (size_t)room[g] + 1, sizeof **spots)))
            return;
    for (int i = 0; i < m->n_items; i++)
        if (is_there(m, m->n_units + i))
            spots[ITEMS][groups[ITEMS].n++] = spot_of(c, m->n_units + i, false);
    for (int u = 0; u < m->n_units; u++) {
        const int g = mn_view_dead(c->s, u) ? DEAD : LIVING;
        if (!is_there(m, u))
            continue;
        if (u == cursor) {
            mark->cursor_group = g;
            mark->cursor = groups[g].n;
        }
        spots[g][groups[g].n++] = spot_of(c, u, g == DEAD);
    }
    for (int g = 0; g < N_GROUPS; g++)
        groups[g].spots = spots[g];
}

static void widen(double *lo, double *hi)
{
    const double more = *hi > *lo ? margin * (*hi - *lo) : 1.0;
    *lo -= more, *hi += more;
}

/* False when no point is there yet. */
static bool find_axes(const mn_map *m, mn_scatter *mark)
{
    mark->x_lo = mark->y_lo = HUGE_VAL;
    mark->x_hi = mark->y_hi = -HUGE_VAL;
    for (int i = 0; i < m->n_units + m->n_items; i++) {
        if (!is_there(m, i))
            continue;
        mark->x_lo = fmin(mark->x_lo, (double)m->x[i]);
        mark->x_hi = fmax(mark->x_hi, (double)m->x[i]);
        mark->y_lo = fmin(mark->y_lo, (double)m->y[i]);
        mark->y_hi = fmax(mark->y_hi, (double)m->y[i]);
    }
    if (mark->x_lo > mark->x_hi)
        return false;
    widen(&mark->x_lo, &mark->x_hi);
    widen(&mark->y_lo, &mark->y_hi);
    return true;
}

/* Returns false when there is nothing to show yet, or the frame is full. */
static bool add_points(const mn_snapshot *s, const mn_look *l, mn_figure *f)
{
    char units[MN_NOUN_MAX];
    const mn_map *m = &s->map;
    mn_scatter *mark = mn_figure_room(f, 1, sizeof *mark);
    mn_spot_group *groups = mn_figure_room(f, N_GROUPS, sizeof *groups);
    if (!mark || !groups)
        return false;
    const colouring c = colouring_of(s, f);
    *mark = (mn_scatter){.n_groups = N_GROUPS,
                         .groups = groups,
                         .square = m->method == MN_MAP_UMAP,
                         .cursor_group = -1,
                         .cursor = -1,
                         .n_classes = c.n,
                         .class_names = c.names};
    if (!find_axes(m, mark) || f->full)
        return false;
    groups[ITEMS] = (mn_spot_group){.name = "items", .dim = true};
    groups[DEAD] = (mn_spot_group){.large = true};
    groups[LIVING] = (mn_spot_group){.name = mn_figure_text(f, "%s", mn_view_units(s, units)),
                                     .large = true};
    collect(&c, l->cursor, groups, mark, f);
    if (groups[DEAD].n)
        groups[DEAD].name = mn_figure_text(f, "dead %s", units);
    mn_part *p = mn_figure_add(f, MN_MARK_SCATTER, mark);
    p->weight = 1.0;
    return true;
}

/* How far it has come, or what is under the cursor. */
static void write_line(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    const mn_map *m = &s->map;
    mn_writer w = mn_writer_begin(f, room.rows);
    if (m->progress < 1.0)
        mn_writer_line(&w, MN_ACCENT, "%3.0f%%  %s", 100.0 * m->progress, m->doing);
    else if (l->cursor >= 0 && l->cursor < m->n_units && mn_view_unit(s, l->cursor)) {
        const int label = m->label[l->cursor];
        const char *state = mn_view_dead(s, l->cursor) ? ", dead" : "";
        if (label < 0)
            mn_writer_line(&w, MN_PLAIN, "%s %d%s: no item drives it", s->unit_noun, l->cursor,
                           state);
        else
            mn_writer_line(&w, MN_PLAIN, "%s %d%s: driven most by a \"%s\" of task %d",
                           s->unit_noun, l->cursor, state, mn_view_class(s, label, f),
                           m->task[l->cursor] + 1);
    } else
        mn_writer_line(&w, MN_DIM, "%d %s, %d items", m->n_units,
                       mn_view_units(s, (char[MN_NOUN_MAX]){0}), m->n_items);
    mn_writer_end(&w, 0);
}

static void head(const mn_snapshot *s, mn_room room, mn_figure *f)
{
    const mn_map *m = &s->map;
    const char *fit = mn_map_fit_name(m->fit), *by = mn_map_colour_name(m->colour);
    mn_figure_title(f, "Map");
    if (m->method == MN_MAP_OFF)
        return;
    mn_figure_title(f, "Map %s of %s", mn_map_method_name(m->method), fit);
    if (room.cols < NARROW_COLS) {
        const char *trust = isnan(m->trust) ? "" : mn_figure_text(f, "  trust %.2f", m->trust);
        mn_figure_status(f, "%s%s", by, trust);
        return;
    }
    const char *near = m->neighbours ? mn_figure_text(f, "  neighbours %d", m->neighbours) : "";
    const char *trust =
        isnan(m->trust) ? "" : mn_figure_text(f, "  trust %.3f of %d", m->trust, m->n_trusted);
    const char *age =
        s->step > m->step ? mn_figure_text(f, ", %s", mn_view_age(f, s->step, m->step)) : "";
    mn_figure_status(f, "by %s%s%s  step %lld%s", by, near, trust, (long long)m->step, age);
}

static void make(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f)
{
    char units[MN_NOUN_MAX];
    head(s, room, f);
    if (s->map.method == MN_MAP_OFF) {
        mn_view_say(f, room,
                    mn_figure_text(f,
                                   "m makes a map of the %s and training items: first by "
                                   "principal components, then UMAP; M fits it to the weights, "
                                   "C changes what colours tell",
                                   mn_view_units(s, units)));
        return;
    }
    const bool shown = add_points(s, l, f);
    if (f->full)
        return;
    if (!shown || room.rows >= LINES_LEAST)
        write_line(s, l, room, f);
}

const mn_view_ops mn_view_map = {
    .name = "map",
    .title = "Map",
    .about = "units and training items on a plane, neighbours beside neighbours, by class, "
             "count or task",
    .key = '9',
    .make = make,
};
