#include "describe.h"

#include <math.h>
#include <stdlib.h>

enum { REGIONS = 3 };

static const float *pixels_of(const mn_snapshot *s, int tile)
{
    return s->tile_pixels + (size_t)tile * (size_t)(s->width * s->height * s->channels);
}

/* Mean weight of each cell of a 3x3 grid over the picture (first plane). */
static void measure_regions(const mn_snapshot *s, const float *pixels, double *mean)
{
    int count[REGIONS * REGIONS] = {0};
    for (int i = 0; i < REGIONS * REGIONS; i++)
        mean[i] = 0.0;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            int at = y * REGIONS / s->height * REGIONS + x * REGIONS / s->width;
            mean[at] += (double)pixels[y * s->width + x];
            count[at]++;
        }
    for (int i = 0; i < REGIONS * REGIONS; i++)
        mean[i] /= count[i] ? count[i] : 1;
}

static const char *region_name(int i)
{
    static const char *const names[] = {"upper left", "top",    "upper right",
                                        "left",       "centre", "right",
                                        "lower left", "bottom", "lower right"};
    return names[i];
}

static void add_regions(const mn_snapshot *s, const float *pixels, mn_text *out)
{
    double mean[REGIONS * REGIONS];
    int high = 0, low = 0;
    measure_regions(s, pixels, mean);
    for (int i = 1; i < REGIONS * REGIONS; i++) {
        if (mean[i] > mean[high])
            high = i;
        if (mean[i] < mean[low])
            low = i;
    }
    if (mean[high] - mean[low] < 0.05 * (double)s->tile_limit)
        mn_text_add(out, "; even all over");
    else
        mn_text_add(out, "; highest in the %s (%+.2f on average), lowest in the %s (%+.2f)",
                    region_name(high), mean[high], region_name(low), mean[low]);
}

/* The share of weights above half the largest: near 0 it is faint, near 1 fully developed. */
static double strong_share(const mn_snapshot *s, const float *pixels)
{
    int n = s->width * s->height, strong = 0;
    for (int i = 0; i < n; i++)
        strong += fabsf(pixels[i]) > 0.5f * s->tile_limit;
    return n ? (double)strong / n : 0.0;
}

void mn_describe_unit(const mn_snapshot *s, int unit, mn_text *out)
{
    int tile = mn_snapshot_tile(s, (uint32_t)unit);
    const mn_units *u = &s->units;
    mn_text_add(out, "%s %d", s->unit_noun, unit);
    if (u->label[unit] >= 0)
        mn_text_add(out, " votes for class %d", u->label[unit]);
    if (mn_units_dead(u, unit))
        mn_text_add(out, "; dead");
    else if (u->items[MN_EPOCH])
        mn_text_add(out, "; won %.1f %% of the last epoch%s",
                    100.0 * u->fired[MN_EPOCH][unit] / (double)u->items[MN_EPOCH],
                    mn_units_weak(u, unit) ? " (weak)" : "");
    for (int i = 0; i < MN_N_INDICES; i++)
        if (isfinite(u->index[i][unit]))
            mn_text_add(out, "; %s %.2f", mn_index_name((mn_index)i),
                        (double)u->index[i][unit]);
    if (tile < 0)
        return;
    const float *pixels = pixels_of(s, tile);
    mn_text_add(out, "; %.0f %% of its weights are strong", 100.0 * strong_share(s, pixels));
    add_regions(s, pixels, out);
}

static void add_tile(const mn_snapshot *s, const float *pixels, mn_figure *f)
{
    mn_tiles *t = mn_figure_room(f, 1, sizeof *t);
    if (!t)
        return;
    *t = (mn_tiles){.n = 1,
                    .width = s->width,
                    .height = s->height,
                    .channels = s->channels,
                    .pixels = pixels,
                    .scale = MN_SIGNED,
                    .lo = -s->tile_limit,
                    .hi = s->tile_limit,
                    .size = s->width,
                    .cursor = -1};
    mn_figure_add(f, MN_MARK_TILES, t);
}

static mn_status draw(const mn_snapshot *s, const float *pixels, mn_cells_painter *painter,
                      mn_figure *f, mn_text *out, mn_err *err)
{
    const mn_style style = {.palette = mn_palette_find("mono"),
                            .unsigned_palette = mn_palette_find("mono"),
                            .glyphs = MN_ASCII,
                            .strokes = MN_ASCII_LINES,
                            .levels = 16};
    const mn_rect box = {0, 0, s->width + 4, (s->height + 1) / 2 + 2};
    mn_canvas canvas;
    mn_status status = mn_canvas_init(&canvas, box.w, box.h, MN_MONO, err);
    if (status != MN_OK)
        return status;
    do {
        mn_figure_reset(f);
        add_tile(s, pixels, f);
    } while (f->full && mn_figure_grow(f));
    mn_paint_cells(painter, &style, f, box, false, &canvas);
    mn_canvas_dump(&canvas, 0, out);
    mn_canvas_finish(&canvas);
    return f->full || out->failed ? mn_fail(err, MN_ENOMEM, "no memory for a tile") : MN_OK;
}

mn_status mn_describe_draw(const mn_snapshot *s, int unit, mn_text *out, mn_err *err)
{
    int tile = mn_snapshot_tile(s, (uint32_t)unit);
    mn_cells_painter *painter = NULL;
    mn_figure figure;
    if (tile < 0)
        return mn_fail(err, MN_EINVAL, "unit %d has no picture here", unit);
    mn_status status = mn_figure_init(&figure, err);
    if (status != MN_OK)
        return status;
    if ((status = mn_cells_painter_create(&painter, err)) == MN_OK)
        status = draw(s, pixels_of(s, tile), painter, &figure, out, err);
    mn_cells_painter_destroy(painter);
    mn_figure_finish(&figure);
    return status;
}
