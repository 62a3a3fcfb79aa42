#include "mark.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "curve.h"
#include "points.h"
#include "ruler.h"
#include "ticks.h"

enum { N_COLOURS = 8, ENTRY_MAX = 80 };

/* A mark with its axes; in a square one they are as long as the plot's sides. */
typedef struct {
    const mn_scatter *m;
    mn_ruler x, y;
} chart;

static void widen(mn_ruler *a, double span)
{
    double middle = 0.5 * (a->lo + a->hi);
    a->lo = middle - 0.5 * span;
    a->hi = middle + 0.5 * span;
}

static chart chart_of(const mn_scatter *m, double width, double height)
{
    chart c = {m, mn_ruler_of(m->x_lo, m->x_hi, false),
               mn_ruler_of(m->y_lo, m->y_hi, m->y_log)};
    double x = c.x.hi - c.x.lo, y = c.y.hi - c.y.lo;
    if (!m->square || m->y_log || width <= 0.0 || height <= 0.0)
        return c;
    double scale = fmax(x / width, y / height);
    widen(&c.x, scale * width);
    widen(&c.y, scale * height);
    return c;
}

static bool place(const chart *c, const mn_spot *s, double *x, double *y)
{
    *x = mn_ruler_place(&c->x, s->x);
    *y = mn_ruler_place(&c->y, s->y);
    return *x >= -1e-9 && *x <= 1.0 + 1e-9 && *y >= -1e-9 && *y <= 1.0 + 1e-9;
}

static const mn_spot *cursor_of(const mn_scatter *m)
{
    if (m->cursor_group < 0 || m->cursor_group >= m->n_groups || m->cursor < 0 ||
        m->cursor >= m->groups[m->cursor_group].n)
        return NULL;
    return &m->groups[m->cursor_group].spots[m->cursor];
}

/* 0-9, a-z, A-Z: what tells classes apart without colours. */
static uint32_t letter_of(int class)
{
    static const char letters[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    int n = (int)sizeof letters - 1;
    return (unsigned char)letters[class % n];
}

/* Colours return after eight classes; then they have other shapes. */
static int shape_of(int class)
{
    return class < 0 ? 0 : (class % N_COLOURS + class / N_COLOURS % N_COLOURS) % N_COLOURS;
}

/* A line of the legend: the groups with names, then the classes. */
typedef struct {
    int class;
    bool dim;
    char text[ENTRY_MAX];
} entry;

static int count_entries(const mn_scatter *m)
{
    return m->n_groups + (m->n_classes > 0 ? m->n_classes : 0);
}

/* False when there is none at `i`. */
static bool entry_of(const mn_scatter *m, int i, entry *out)
{
    if (i < m->n_groups) {
        *out = (entry){-1, m->groups[i].dim, ""};
        snprintf(out->text, ENTRY_MAX, "%.60s", m->groups[i].name ? m->groups[i].name : "");
        return m->groups[i].name;
    }
    int class = i - m->n_groups;
    const char *name = m->class_names ? m->class_names[class] : NULL;
    *out = (entry){class, false, ""};
    snprintf(out->text, ENTRY_MAX, "%.60s", name ? name : "");
    return true;
}

static bool has_legend(const mn_scatter *m)
{
    entry e;
    for (int i = 0; i < count_entries(m); i++)
        if (entry_of(m, i, &e))
            return true;
    return m->y_name;
}

static uint32_t glyph_of(const mn_brush *b, int class, bool dim)
{
    if (dim)
        return mn_brush_glyph(b, 0xB7, '.');
    return class < 0 ? mn_points_glyph(b, 0) : letter_of(class);
}

/* "7" needs no name beside its letter. */
static const char *name_beside(const entry *e)
{
    bool same = e->class >= 0 && (uint32_t)(unsigned char)*e->text == letter_of(e->class) &&
                !e->text[1];
    return same ? "" : e->text;
}

/* As many entries as fit; the y axis' name at the right. Returns the rows used, at most `rows`.
 */
static int legend_cells(mn_brush *b, const mn_scatter *m, mn_rect box, int rows, bool paint)
{
    int x = 0, row = 0, name = mn_brush_columns(b, m->y_name);
    entry e;
    for (int i = 0; i < count_entries(m); i++) {
        if (!entry_of(m, i, &e))
            continue;
        const char *text = name_beside(&e);
        int wanted = 1 + (*text ? 1 + mn_brush_columns(b, text) : 0);
        if (x > 0 && x + wanted > box.w && row + 1 < rows)
            x = 0, row++;
        if (x + wanted > box.w)
            break;
        if (paint) {
            mn_brush_put(b, box.x + x, box.y + row, glyph_of(b, e.class, e.dim),
                         mn_brush_class(b, e.class), e.dim ? 0 : MN_BOLD);
            mn_brush_text(b, box.x + x + 2, box.y + row, wanted, text, MN_PLAIN);
        }
        x += wanted + (*text ? 2 : 1);
    }
    if (name > box.w - x && name <= box.w && row + 1 < rows)
        x = 0, row++;
    if (paint && name <= box.w - x)
        mn_brush_text_right(b, box.x + x, box.y + row, box.w - x, m->y_name, MN_DIM);
    return row + 1;
}

static void dots_cells(mn_brush *b, const chart *c, mn_rect plot)
{
    mn_curve_ink inks[1 + N_COLOURS];
    mn_curves curves = mn_curves_begin(b, plot);
    double x, y;
    for (int k = 0; k <= N_COLOURS; k++)
        inks[k] = (mn_curve_ink){mn_brush_class(b, k - 1), MN_FAINT, 0, MN_CURVE_STOPS};
    for (int g = 0; g < c->m->n_groups; g++) {
        const mn_spot_group *group = &c->m->groups[g];
        for (int i = 0; group->dim && i < group->n; i++) {
            int class = group->spots[i].class;
            if (place(c, &group->spots[i], &x, &y))
                mn_curves_segment(&curves, x, y, x, y, 0,
                                  class < 0 ? 0 : 1 + class % N_COLOURS);
        }
    }
    mn_curves_end(&curves, inks, 1 + N_COLOURS);
}

static void spot_cell(mn_brush *b, const chart *c, const mn_spot *s, uint8_t attr, mn_rect plot)
{
    double x, y;
    if (place(c, s, &x, &y))
        mn_brush_put(b, plot.x + (int)(x * (plot.w - 1) + 0.5),
                     plot.y + (int)((1.0 - y) * (plot.h - 1) + 0.5),
                     glyph_of(b, s->class, false), mn_brush_class(b, s->class), attr);
}

static void spots_cells(mn_brush *b, const chart *c, mn_rect plot)
{
    for (int g = 0; g < c->m->n_groups; g++) {
        const mn_spot_group *group = &c->m->groups[g];
        for (int i = 0; !group->dim && i < group->n; i++)
            spot_cell(b, c, &group->spots[i], group->large ? MN_BOLD : 0, plot);
    }
    const mn_spot *cursor = cursor_of(c->m);
    if (cursor)
        spot_cell(b, c, cursor, MN_BOLD | MN_REVERSE, plot);
}

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    const mn_scatter *m = mark;
    if (box.w <= 0 || box.h <= 0)
        return;
    int legend = box.h >= 4 && has_legend(m);
    int axis = !m->x_name || box.h < 5 ? 0 : box.h < 8 ? 1 : 2;
    if (legend && box.h >= 10)
        legend = legend_cells(b, m, box, box.h / 5, false);
    if (legend)
        legend_cells(b, m, box, legend, true);
    mn_rect plot = {box.x, box.y + legend, box.w, box.h - legend - axis};
    chart c = chart_of(m, plot.w, 2.0 * plot.h);
    int used = m->y_name ? mn_ticks_y_cells(b, &c.y, plot) : 0;
    plot.x += used;
    plot.w -= used;
    c = chart_of(m, plot.w, 2.0 * plot.h);
    dots_cells(b, &c, plot);
    spots_cells(b, &c, plot);
    if (axis)
        mn_ticks_cells(b, &c.x, false, m->x_name,
                       (mn_rect){plot.x, box.y + box.h - axis, plot.w, axis});
}

/* Halfway to the paper. */
static uint32_t paled(const mn_pen *p, uint32_t rgb)
{
    return ((rgb & 0xfefefe) >> 1) + ((p->paper & 0xfefefe) >> 1);
}

static double radius_of(const mn_pen *p, const mn_spot_group *g)
{
    return g->dim ? 0.9 * p->scale : (g->large ? 1.3 : 0.8) * mn_points_radius(p);
}

static void spot_pixels(mn_pen *p, int class, bool dim, double radius, double x, double y)
{
    uint32_t rgb = class < 0 ? p->grey : mn_pen_class(p, class);
    int reach = (int)ceil(radius) + 1;
    if (!dim) {
        mn_points_marker(p, shape_of(class), x, y, radius, rgb);
        return;
    }
    mn_pen_stroke_begin(
        p, (mn_rect){(int)x - reach, (int)y - reach, 2 * reach + 1, 2 * reach + 1});
    mn_pen_stroke(p, x, y, x, y, 2.0 * radius);
    mn_pen_stroke_end(p, paled(p, rgb));
}

static void group_pixels(mn_pen *p, const chart *c, const mn_spot_group *g, mn_rect plot)
{
    double x, y;
    for (int i = 0; i < g->n; i++)
        if (place(c, &g->spots[i], &x, &y))
            spot_pixels(p, g->spots[i].class, g->dim, radius_of(p, g),
                        plot.x + x * (plot.w - 1), plot.y + (1.0 - y) * (plot.h - 1));
}

static void cursor_pixels(mn_pen *p, const chart *c, mn_rect plot)
{
    const mn_spot *s = cursor_of(c->m);
    double x, y;
    if (!s || !place(c, s, &x, &y))
        return;
    x = plot.x + x * (plot.w - 1);
    y = plot.y + (1.0 - y) * (plot.h - 1);
    spot_pixels(p, s->class, false, 1.3 * mn_points_radius(p), x, y);
    mn_points_ring(p, x, y, 2.6 * mn_points_radius(p), p->ink);
}

/* In as many rows as it takes, at most `rows`; returns rows used. */
static int legend_pixels(mn_pen *p, const mn_scatter *m, mn_rect box, int rows, bool paint)
{
    int col = mn_pen_column(p), row = mn_pen_row(p), x = 0, used = 0;
    entry e;
    for (int i = 0; i < count_entries(m); i++) {
        if (!entry_of(m, i, &e))
            continue;
        int wanted = 2 * col + mn_pen_width(p, e.text);
        if (x > 0 && x + wanted > box.w) {
            x = 0;
            used++;
        }
        if (used >= rows)
            return rows;
        if (paint) {
            spot_pixels(p, e.class, e.dim, (e.dim ? 0.6 : 1.0) * mn_points_radius(p),
                        box.x + x + col / 2, box.y + used * row + row / 2);
            mn_pen_text(p, box.x + x + 3 * col / 2, box.y + used * row, box.w - x, e.text,
                        e.dim ? p->grey : p->ink, false);
        }
        x += wanted + 2 * col;
    }
    return used + (x > 0);
}

static void axes_pixels(mn_pen *p, const chart *c, mn_rect plot, int left)
{
    int row = mn_pen_row(p), thin = (p->scale + 1) / 2;
    if (c->m->y_name)
        mn_ticks_y_pixels(p, &c->y, plot, left);
    if (!c->m->x_name) {
        mn_pen_frame(p, plot, thin, p->faint);
        return;
    }
    mn_pen_fill(p, (mn_rect){plot.x, plot.y + plot.h, plot.w, thin}, p->grey);
    mn_ticks_pixels(p, &c->x, false, plot);
    mn_pen_text_centred(p, plot.x, plot.y + plot.h + 3 * row / 2, plot.w, c->m->x_name,
                        p->grey);
}

static void pixels(mn_pen *p, const void *mark, mn_rect box)
{
    const mn_scatter *m = mark;
    int col = mn_pen_column(p), row = mn_pen_row(p), left = m->y_name ? 8 * col : col;
    mn_rect plot = {box.x + left, 0, box.w - left - 2 * col, 0};
    int legend = plot.w > 0 ? legend_pixels(p, m, plot, 3, false) : 0;
    int above = (legend + (m->y_name != NULL)) * row + row / 2;
    plot.y = box.y + above;
    plot.h = box.h - above - (m->x_name ? 5 * row / 2 : row / 2);
    if (plot.w < 4 * col || plot.h < row)
        return;
    legend_pixels(p, m, (mn_rect){plot.x, box.y, plot.w, box.h}, 3, true);
    mn_pen_text(p, box.x, box.y + legend * row, box.w, m->y_name, p->grey, false);
    chart c = chart_of(m, plot.w, plot.h);
    axes_pixels(p, &c, plot, box.x);
    for (int g = 0; g < m->n_groups; g++)
        group_pixels(p, &c, &m->groups[g], plot);
    cursor_pixels(p, &c, plot);
}

const mn_mark_ops mn_mark_scatter = {cells, pixels};
