#include "mark.h"

#include <math.h>
#include <stdio.h>

#include "ruler.h"
#include "curve.h"
#include "flags.h"
#include "number.h"
#include "points.h"
#include "ticks.h"

enum { SERIES_MAX = 64 };

typedef struct {
    const mn_lines *m;
    mn_ruler x, y;
    int n_series;
} chart;

static chart chart_of(const mn_lines *m)
{
    return (chart){m, mn_ruler_of(m->x_lo, m->x_hi, m->x_log),
                   mn_ruler_of(m->y_lo, m->y_hi, m->y_log),
                   m->n_series < SERIES_MAX ? m->n_series : SERIES_MAX};
}

static bool has_legend(const mn_lines *m)
{
    for (int i = 0; i < m->n_series && i < SERIES_MAX; i++)
        if (m->series[i].name)
            return true;
    return m->y_name;
}

static mn_plot plot_of(const chart *c, mn_rect box)
{
    return (mn_plot){c->m, c->n_series, c->x, c->y, box};
}

/* "1 93.1": the name and the last number there is, or the best one with a star. */
static const char *legend_of(const chart *c, const mn_series *s, char out[96])
{
    char number[MN_NUMBER_MAX];
    double last = (double)NAN;
    if (s->best > 0 && s->best <= s->n) {
        double best = s->y[s->best - 1], span = c->m->y_hi - c->m->y_lo;
        if (best >= 0.0 && span >= 5.0 && span < 1000.0) /* as wide in every legend */
            snprintf(number, sizeof number, "%.1f", best);
        else
            mn_number(number, best);
        snprintf(out, 96, "%.60s ★%s", s->name, number);
        return out;
    }
    for (int i = 0; i < s->n; i++)
        if (!isnan(s->y[i]))
            last = s->y[i];
    snprintf(out, 96, "%.60s %s", s->name, mn_number(number, last));
    return out;
}

/* Far outside is as far as it gets: what diverged runs off the chart instead of overflowing. */
static double tame(double place)
{
    return place > 1e6 ? 1e6 : place < -1e6 ? -1e6 : place;
}

/* Calls `draw` for every pair of neighbours that are both numbers, and for lonely points. */
static void walk(const chart *c, const mn_series *s, int index, void *ctx,
                 void (*draw)(void *ctx, const mn_series *s, int index, double x0, double y0,
                              double x1, double y1))
{
    double px = (double)NAN, py = px;
    for (int i = 0; i < s->n; i++) {
        double x = tame(mn_ruler_place(&c->x, s->x[i]));
        double y = tame(mn_ruler_place(&c->y, s->y[i]));
        if (isnan(px + py) || isnan(x + y))
            draw(ctx, s, index, x, y, x, y);
        else
            draw(ctx, s, index, px, py, x, y);
        px = x;
        py = y;
    }
}

static void draw_cells(void *ctx, const mn_series *s, int index, double x0, double y0,
                       double x1, double y1)
{
    mn_curves_segment(ctx, x0, y0, x1, y1, s->class < 0 ? 0 : s->class, index);
}

static void curve_cells(mn_brush *b, const chart *c, mn_rect plot)
{
    mn_curve_ink inks[SERIES_MAX];
    mn_curves curves = mn_curves_begin(b, plot);
    for (int pass = 0; pass < 2; pass++) /* ghosts first: the others are drawn over them */
        for (int i = c->n_series - 1; i >= 0; i--) {
            const mn_series *s = &c->m->series[i];
            inks[i] = (mn_curve_ink){mn_brush_class(b, s->class), s->dim ? MN_FAINT : 0,
                                     s->class < 0 ? 0 : s->class,
                                     s->points ? MN_CURVE_STOPS : MN_CURVE_MARKER};
            if (s->dim == (pass == 0))
                walk(c, s, i, &curves, draw_cells);
        }
    mn_curves_end(&curves, inks, c->n_series);
}

/* "━━● n 2 ★85"; returns the columns used. */
static int sample_cells(mn_brush *b, const chart *c, const mn_series *s, int x, int y, int room)
{
    char text[96];
    mn_curves curves = mn_curves_begin(b, (mn_rect){x, y, 0, 0});
    int32_t fg = mn_brush_class(b, s->class);
    int at = x + mn_canvas_text(b->canvas, x, y, room, mn_curves_sample(&curves, s->class), fg,
                                MN_DEFAULT_COLOUR, MN_BOLD);
    if (s->points && b->style->utf8)
        mn_brush_put(b, at++, y, mn_points_glyph(b, s->class), fg, MN_BOLD);
    at++;
    at += mn_brush_text(b, at, y, x + room - at, legend_of(c, s, text),
                        s->dim ? MN_DIM : MN_PLAIN);
    return at - x;
}

static int sample_columns(mn_brush *b, const chart *c, const mn_series *s)
{
    char text[96];
    mn_curves curves = mn_curves_begin(b, (mn_rect){0, 0, 0, 0});
    return mn_brush_columns(b, mn_curves_sample(&curves, s->class)) +
           (s->points && b->style->utf8) + 1 + mn_brush_columns(b, legend_of(c, s, text));
}

/* Samples with names and numbers, as many as fit; the y axis' name at the right. Returns the
 * rows used, at most `rows`. */
static int legend_cells(mn_brush *b, const chart *c, mn_rect box, int rows, bool paint)
{
    int x = 0, row = 0, name = mn_brush_columns(b, c->m->y_name);
    for (int i = 0; i < c->n_series; i++) {
        const mn_series *s = &c->m->series[i];
        int wanted = s->name ? sample_columns(b, c, s) : 0;
        if (!s->name)
            continue;
        if (x > 0 && x + wanted > box.w && row + 1 < rows)
            x = 0, row++;
        if (x + wanted > box.w)
            break;
        if (paint)
            sample_cells(b, c, s, box.x + x, box.y + row, box.w - x);
        x += wanted + 2;
    }
    if (name > box.w - x && name <= box.w && row + 1 < rows)
        x = 0, row++;
    if (paint && name <= box.w - x)
        mn_brush_text_right(b, box.x + x, box.y + row, box.w - x, c->m->y_name, MN_DIM);
    return row + 1;
}

static int flag_column(const chart *c, int i, int width)
{
    double t = mn_ruler_place(&c->x, c->m->flags[i].x);
    return t >= 0.0 && t <= 1.0 ? (int)(t * (width - 1) + 0.5) : -1;
}

/* Of flags that share a column the last one speaks. */
static bool is_last(const chart *c, int i, int column, int width)
{
    for (int k = i + 1; k < c->m->n_flags; k++)
        if (flag_column(c, k, width) == column)
            return false;
    return true;
}

/* Columns until the next flag that shows. */
static int free_columns(const chart *c, int i, int column, int width)
{
    for (int k = i + 1; k < c->m->n_flags; k++) {
        int next = flag_column(c, k, width);
        if (next > column)
            return next - column - 1;
    }
    return width - column - 2;
}

/* ├──┬n 2→20──┬task 2──▮ : texts give way to the next flag. */
static void flags_cells(mn_brush *b, const chart *c, mn_rect row)
{
    int32_t dim = mn_tone_colour(MN_DIM, b->canvas->colours, b->style->light);
    for (int i = 0; i < row.w; i++)
        mn_brush_put(b, row.x + i, row.y,
                     i == 0           ? mn_brush_glyph(b, 0x251C, '+')
                     : i == row.w - 1 ? mn_brush_glyph(b, 0x25AE, '#')
                                      : mn_brush_glyph(b, 0x2500, '-'),
                     dim, 0);
    for (int i = 0; i < c->m->n_flags; i++) {
        const mn_flag *f = &c->m->flags[i];
        int column = flag_column(c, i, row.w);
        if (column < 0 || !is_last(c, i, column, row.w))
            continue;
        mn_brush_put(b, row.x + column, row.y, mn_brush_glyph(b, 0x252C, '+'),
                     mn_tone_colour(f->tone, b->canvas->colours, b->style->light), MN_BOLD);
        int room = free_columns(c, i, column, row.w), wanted = mn_brush_columns(b, f->text);
        if (wanted <= room || room >= 4)
            mn_brush_text(b, row.x + column + 1, row.y, room, f->text, f->tone);
    }
}

/* The limits and the name in one row. */
static void x_axis_cells(mn_brush *b, const chart *c, mn_rect row)
{
    char lo[MN_NUMBER_MAX], hi[MN_NUMBER_MAX];
    int a = mn_brush_text(b, row.x, row.y, row.w, mn_number(lo, c->x.lo), MN_DIM);
    int d = mn_brush_columns(b, mn_number(hi, c->x.hi));
    int room = row.w - a - d - 2, name = mn_brush_columns(b, c->m->x_name);
    if (room < 0)
        return;
    mn_brush_text_right(b, row.x, row.y, row.w, hi, MN_DIM);
    if (name <= room)
        mn_brush_text(b, row.x + a + 1 + (room - name) / 2, row.y, room, c->m->x_name, MN_DIM);
}

static void cells(mn_brush *b, const void *mark, mn_rect box)
{
    chart c = chart_of(mark);
    if (box.w <= 0 || box.h <= 0)
        return;
    bool ticked = c.m->x_log || mn_points_any(c.m);
    int legend = box.h >= 4 && has_legend(c.m), flags = c.m->n_flags > 0 && box.h >= 3;
    int axis =
        ticked && box.h >= 9 ? (box.h >= 12 && !flags ? 3 : 2) : box.h >= (flags ? 7 : 5);
    if (legend && ticked && box.h >= 10)
        legend = legend_cells(b, &c, box, box.h / 5, false);
    mn_rect plot = {box.x, box.y + legend, box.w, box.h - legend - flags - axis};
    if (legend)
        legend_cells(b, &c, box, legend, true);
    int used = mn_ticks_y_cells(b, &c.y, plot);
    plot.x += used;
    plot.w -= used;
    mn_plot placed = plot_of(&c, plot);
    mn_bands_cells(b, &placed);
    curve_cells(b, &c, plot);
    mn_points_cells(b, &placed);
    if (flags)
        flags_cells(b, &c, (mn_rect){plot.x, plot.y + plot.h, plot.w, 1});
    if (ticked)
        mn_ticks_cells(b, &c.x, mn_points_whole(c.m), c.m->x_name,
                       (mn_rect){plot.x, box.y + box.h - axis, plot.w, axis});
    else if (axis)
        x_axis_cells(b, &c, (mn_rect){plot.x, box.y + box.h - 1, plot.w, 1});
}

typedef struct {
    mn_pen *pen;
    mn_rect plot;
} target;

static double dash_length(const mn_pen *p)
{
    return 2.0 * p->scale;
}

/* In pieces of one dash length along x, of which the series' dash draws some. */
static void draw_pixels(void *ctx, const mn_series *s, int index, double x0, double y0,
                        double x1, double y1)
{
    const target *k = ctx;
    double w = k->plot.w - 1, h = k->plot.h - 1, piece = dash_length(k->pen);
    double thickness = k->pen->scale * (s->dim ? 0.7 : 1.4);
    (void)index;
    if (!isfinite(x0 + y0 + x1 + y1))
        return;
    x0 *= w, x1 *= w, y0 = h - y0 * h, y1 = h - y1 * h;
    double slack = k->pen->scale; /* lines on the limits keep their whole thickness */
    y0 += slack, y1 += slack;
    if (!mn_ruler_clip(&x0, &y0, &x1, &y1, w, h + 2.0 * slack))
        return;
    y0 -= slack, y1 -= slack;
    int first = (int)(x0 / piece), last = (int)(x1 / piece);
    for (int i = first; i <= last; i++) {
        double from = fmax(x0, i * piece), to = fmin(x1, (i + 1) * piece);
        double span = x1 - x0;
        double t0 = span > 0.0 ? (from - x0) / span : 0.0;
        double t1 = span > 0.0 ? (to - x0) / span : 1.0;
        if (mn_dash_on(s->class < 0 ? 0 : s->class, i))
            mn_pen_stroke(k->pen, k->plot.x + x0 + t0 * span, k->plot.y + y0 + t0 * (y1 - y0),
                          k->plot.x + x0 + t1 * span, k->plot.y + y0 + t1 * (y1 - y0),
                          thickness);
    }
}

static void curve_pixels(mn_pen *p, const chart *c, mn_rect plot)
{
    target k = {p, plot};
    mn_rect clip = {plot.x - p->scale, plot.y - p->scale, plot.w + 2 * p->scale,
                    plot.h + 2 * p->scale};
    for (int pass = 0; pass < 2; pass++)
        for (int i = c->n_series - 1; i >= 0; i--) {
            const mn_series *s = &c->m->series[i];
            if (s->dim != (pass == 0))
                continue;
            mn_pen_stroke_begin(p, clip);
            walk(c, s, i, &k, draw_pixels);
            mn_pen_stroke_end(p, s->dim ? p->grey : mn_pen_class(p, s->class));
        }
}

/* Samples with names and numbers in as many rows as it takes, at most `rows`; returns rows
 * used. */
static int legend_pixels(mn_pen *p, const chart *c, mn_rect box, int rows, bool paint)
{
    int col = mn_pen_column(p), row = mn_pen_row(p), x = 0, used = 0;
    for (int i = 0; i < c->n_series; i++) {
        char text[96];
        const mn_series *s = &c->m->series[i];
        if (!s->name)
            continue;
        int wanted = 5 * col + mn_pen_width(p, legend_of(c, s, text));
        if (x > 0 && x + wanted > box.w) {
            x = 0;
            used++;
        }
        if (used >= rows)
            return rows;
        if (paint) {
            target k = {p, {box.x + x, box.y + used * row, 4 * col, row}};
            mn_pen_stroke_begin(p, k.plot);
            draw_pixels(&k, s, i, 0.0, 0.5, 1.0, 0.5);
            mn_pen_stroke_end(p, s->dim ? p->grey : mn_pen_class(p, s->class));
            if (s->points)
                mn_points_marker(p, s->class, k.plot.x + 2 * col + 0.5,
                                 k.plot.y + row / 2 + 0.5, mn_points_radius(p),
                                 mn_pen_class(p, s->class));
            mn_pen_text(p, box.x + x + 5 * col, box.y + used * row, box.w - x - 5 * col, text,
                        s->dim ? p->grey : p->ink, false);
        }
        x += wanted + 2 * col;
    }
    return used + (x > 0);
}

/* Rows of text above a plot of these columns: legend, name of the axis, flags. */
static int rows_above(mn_pen *p, const chart *c, mn_rect plot, int legend)
{
    return legend + (c->m->y_name && *c->m->y_name) + mn_flags_rows(p, c->m, &c->x, plot);
}

static void pixels(mn_pen *p, const void *mark, mn_rect box)
{
    chart c = chart_of(mark);
    int col = mn_pen_column(p), row = mn_pen_row(p);
    mn_rect plot = {box.x + 8 * col, 0, box.w - 10 * col, 0};
    int legend = plot.w > 0 ? legend_pixels(p, &c, plot, 3, false) : 0;
    int above = rows_above(p, &c, plot, legend) * row + row / 2;
    plot.y = box.y + above;
    plot.h = box.h - above - 5 * row / 2;
    if (plot.w < 4 * col || plot.h < row)
        return;
    legend_pixels(p, &c, (mn_rect){plot.x, box.y, plot.w, box.h}, 3, true);
    mn_pen_text(p, box.x, box.y + legend * row, box.w, c.m->y_name, p->grey, false);
    mn_ticks_y_pixels(p, &c.y, plot, box.x);
    mn_pen_fill(p, (mn_rect){plot.x, plot.y + plot.h, plot.w, (p->scale + 1) / 2}, p->grey);
    if (mn_points_any(c.m)) { /* markers at the limits keep off the numbers */
        plot.x += col;
        plot.w -= 2 * col;
    }
    mn_ticks_pixels(p, &c.x, mn_points_whole(c.m), plot);
    mn_pen_text_centred(p, plot.x, plot.y + plot.h + 3 * row / 2, plot.w, c.m->x_name, p->grey);
    mn_flags_paint(p, c.m, &c.x, plot);
    mn_plot placed = plot_of(&c, plot);
    mn_bands_pixels(p, &placed);
    curve_pixels(p, &c, plot);
    mn_points_pixels(p, &placed);
}

const mn_mark_ops mn_mark_lines = {cells, pixels};
