#include "brush.h"

#include <math.h>
#include <string.h>

/* What a remembered level can also be. */
enum { OUTSIDE = 253, UNDEFINED = 254, NONE = 255 };

/* How the dots of a cell become one character. */
typedef enum { HALVES, QUADRANTS, DITHERED, RAMPED } way;
static const int way_dots[][2] = {{1, 2}, {2, 2}, {2, 2}, {1, 1}};

/* Bits: 1 top left, 2 top right, 4 bottom left, 8 bottom right. */
static const uint32_t quadrants[16] = {' ',    0x2598, 0x259D, 0x2580, 0x2596, 0x258C,
                                       0x259E, 0x259B, 0x2597, 0x259A, 0x2590, 0x259C,
                                       0x2584, 0x2599, 0x259F, 0x2588};

typedef struct {
    mn_brush *b;
    const mn_picture *p;
    const mn_inks *inks;
    way way;
    mn_rect box;
    int cols, rows;      /* dots */
    int channels;        /* 3: the dots' own colours; 1: levels of one number */
    double offset, gain; /* level = offset + gain * value */
} job;

static way way_of(const mn_brush *b, const mn_picture *p)
{
    if (!b->style->utf8 || b->style->glyphs >= MN_SHADE)
        return RAMPED;
    if (!mn_brush_coloured(b, p->scale))
        return DITHERED;
    return b->style->glyphs == MN_QUADRANT && p->channels != 3 ? QUADRANTS : HALVES;
}

/* Mean of one channel over a rectangle of native pixels, NANs left out; NAN when all are. */
static double mean_of(const mn_picture *p, int channel, double x0, double x1, double y0,
                      double y1)
{
    const float *plane = p->pixels + (size_t)channel * (size_t)p->width * (size_t)p->height;
    int left = (int)x0, right = (int)ceil(x1), top = (int)y0, bottom = (int)ceil(y1);
    double sum = 0.0, area = 0.0;
    for (int y = top; y < bottom && y < p->height; y++) {
        double h = fmin(y + 1, y1) - fmax(y, y0);
        for (int x = left; x < right && x < p->width; x++) {
            double v = (double)plane[(size_t)y * (size_t)p->width + (size_t)x];
            if (isnan(v))
                continue;
            double a = h * (fmin(x + 1, x1) - fmax(x, x0));
            sum += a * v;
            area += a;
        }
    }
    return area > 0.0 ? sum / area : (double)NAN;
}

/* A dot's share of the picture: its mean, or the pixel under its middle when enlarged. */
static double sample(const job *j, int channel, int dx, int dy)
{
    const mn_picture *p = j->p;
    double x0 = (double)dx * p->width / j->cols, x1 = (double)(dx + 1) * p->width / j->cols;
    double y0 = (double)dy * p->height / j->rows, y1 = (double)(dy + 1) * p->height / j->rows;
    if (j->cols >= p->width) {
        x0 = (int)(0.5 * (x0 + x1));
        x1 = x0 + 1.0;
    }
    if (j->rows >= p->height) {
        y0 = (int)(0.5 * (y0 + y1));
        y1 = y0 + 1.0;
    }
    return mean_of(p, channel, x0, x1, y0, y1);
}

static double value_of(const job *j, int channel, int dx, int dy)
{
    if (j->channels == j->p->channels)
        return sample(j, channel, dx, dy);
    return 0.299 * sample(j, 0, dx, dy) + 0.587 * sample(j, 1, dx, dy) +
           0.114 * sample(j, 2, dx, dy);
}

/* A level stays until the number is more than half a step and the hysteresis away from it. */
static uint8_t settle(const job *j, uint8_t old, double value)
{
    if (isnan(value))
        return UNDEFINED;
    double top = j->inks->n - 1, q = j->offset + j->gain * value;
    q = q < 0.0 ? 0.0 : q > top ? top : q;
    if (old < j->inks->n && fabs(q - old) <= 0.5 + j->b->style->hysteresis)
        return old;
    return (uint8_t)(q + 0.5);
}

static void look(const job *j, int col, int row, uint8_t *levels)
{
    const int *dots = way_dots[j->way];
    for (int i = 0; i < dots[0] * dots[1]; i++) {
        int dx = col * dots[0] + i % dots[0], dy = row * dots[1] + i / dots[0];
        for (int c = 0; c < j->channels; c++) {
            uint8_t *level = levels + c * MN_CELL_DOTS + i;
            *level = dx < j->cols && dy < j->rows ? settle(j, *level, value_of(j, c, dx, dy))
                                                  : (uint8_t)OUTSIDE;
        }
    }
}

/* Signed share of the limits, -1..1. */
static double share_of(const job *j, int level)
{
    if (level >= j->inks->n)
        return 0.0;
    double v = (double)level / (j->inks->n - 1);
    return j->inks->scale == MN_SIGNED ? 2.0 * v - 1.0 : v;
}

/* The cube's steps lie at 0, 95, 135, 175, 215 and 255. */
static int cube_step(int v)
{
    return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40;
}

static int32_t colour_of(const job *j, const uint8_t *levels, int dot)
{
    if (levels[dot] == OUTSIDE)
        return MN_DEFAULT_COLOUR;
    if (j->channels == 1)
        return j->inks->colour[levels[dot]];
    int v[3];
    for (int c = 0; c < 3; c++) {
        int level = levels[c * MN_CELL_DOTS + dot];
        v[c] = level < j->inks->n ? level * 255 / (j->inks->n - 1) : 0;
    }
    if (j->b->canvas->colours == MN_256)
        return 16 + 36 * cube_step(v[0]) + 6 * cube_step(v[1]) + cube_step(v[2]);
    return mn_direct_colour((uint32_t)(v[0] << 16 | v[1] << 8 | v[2]));
}

static mn_cell halves(const job *j, const uint8_t *levels)
{
    return (mn_cell){0x2580, colour_of(j, levels, 0), colour_of(j, levels, 1), 0};
}

/* Squared error of the dots in `mask` around their mean, which is rounded to a level. */
static double spread(const int v[4], int mask, int *level)
{
    double sum = 0.0, squares = 0.0;
    int n = 0;
    for (int i = 0; i < 4; i++)
        if (mask >> i & 1) {
            sum += v[i];
            squares += (double)v[i] * v[i];
            n++;
        }
    *level = n ? (int)(sum / n + 0.5) : 0;
    return n ? squares - sum * sum / n : 0.0;
}

/* The two groups of dots, one colour each, with the least squared error in levels. */
static mn_cell two_colours(const job *j, const uint8_t *levels)
{
    int v[4], ink, paper, best = 0, best_ink = 0, best_paper = 0;
    double least = HUGE_VAL;
    int zero = j->inks->scale == MN_SIGNED ? j->inks->n / 2 : 0;
    for (int i = 0; i < 4; i++)
        v[i] = levels[i] < j->inks->n ? levels[i] : zero;
    for (int mask = 8; mask < 16; mask++) { /* the other eight are these with colours swapped */
        double e = spread(v, mask, &ink) + spread(v, 15 & ~mask, &paper);
        if (e < least - 1e-9) {
            least = e;
            best = mask;
            best_ink = ink;
            best_paper = mask == 15 ? ink : paper;
        }
    }
    return (mn_cell){quadrants[best], j->inks->colour[best_ink], j->inks->colour[best_paper],
                     0};
}

/* In 16 colours the sign has a colour as well, but never only a colour. */
static int32_t sign_colour(const job *j, double share)
{
    bool light = j->b->style->light;
    if (mn_brush_coloured(j->b, j->p->scale)) {
        int n = j->inks->n - 1;
        double t = j->inks->scale == MN_SIGNED ? 0.5 + (share < 0.0 ? -0.35 : 0.35) : 0.85;
        return j->inks->colour[(int)(t * n + 0.5)];
    }
    if (j->b->canvas->colours != MN_16 || j->p->scale == MN_UNSIGNED)
        return MN_DEFAULT_COLOUR;
    return share < 0.0 ? (light ? 4 : 14) : (light ? 1 : 11);
}

/* Above zero: solid dots, ordered dithering. Below: hatched. So the sign needs no colour. */
static mn_cell dithered(const job *j, const uint8_t *levels, int col, int row)
{
    static const uint8_t bayer[4][4] = {
        {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    static const uint32_t hatches[] = {' ', 0x2591, 0x2592, 0x2593};
    double sum = 0.0;
    int mask = 0, n = 0;
    for (int i = 0; i < 4; i++) {
        double share = share_of(j, levels[i]);
        int dx = 2 * col + i % 2, dy = 2 * row + i / 2;
        sum += share;
        n += levels[i] != OUTSIDE;
        if (share * 16.0 > bayer[dy % 4][dx % 4] + 0.5)
            mask |= 1 << i;
    }
    double mean = n ? sum / n : 0.0;
    uint32_t ch = mean < 0.0 ? hatches[(int)(fmin(-mean, 1.0) * 3.0 + 0.5)] : quadrants[mask];
    return (mn_cell){ch, sign_colour(j, mean), MN_DEFAULT_COLOUR, 0};
}

static mn_cell ramped(const job *j, const uint8_t *levels)
{
    static const uint32_t shades[] = {' ', 0xB7, 0x2591, 0x2592, 0x2593, 0x2588};
    double share = share_of(j, levels[0]);
    int i = (int)(fabs(share) * 5.0 + 0.5);
    bool shaded = j->b->style->utf8 && j->b->style->glyphs == MN_SHADE;
    uint32_t ch = share < 0.0 ? (unsigned char)" ,-=x#"[i]
                  : shaded    ? shades[i]
                              : (unsigned char)" .:oO@"[i];
    return (mn_cell){ch, sign_colour(j, share), MN_DEFAULT_COLOUR, 0};
}

static void paint_cell(const job *j, int col, int row, const uint8_t *levels)
{
    mn_cell cell;
    int n = way_dots[j->way][0] * way_dots[j->way][1];
    if (levels[0] == OUTSIDE)
        return;
    if (memchr(levels, UNDEFINED, (size_t)n)) {
        mn_brush_put(j->b, j->box.x + col, j->box.y + row,
                     j->way != RAMPED    ? 0xB7
                     : j->b->style->utf8 ? '.'   /* ramps use the other dot themselves, */
                                         : '\'', /* and that of ASCII both */
                     MN_DEFAULT_COLOUR, MN_FAINT);
        return;
    }
    switch (j->way) {
    case HALVES: cell = halves(j, levels); break;
    case QUADRANTS: cell = two_colours(j, levels); break;
    case DITHERED: cell = dithered(j, levels, col, row); break;
    default: cell = ramped(j, levels); break;
    }
    mn_canvas_put(j->b->canvas, j->box.x + col, j->box.y + row, cell);
}

static uint32_t hash(uint32_t h, const void *bytes, size_t n)
{
    for (const unsigned char *c = bytes; n--; c++)
        h = (h ^ *c) * 16777619u;
    return h;
}

/* What was painted here before counts only if it was painted in the same way. */
static void recall(const job *j)
{
    const mn_cells_painter *m = j->b->painter;
    const int how[] = {j->box.x, j->box.y, j->box.w,   j->box.h,    j->cols,
                       j->rows,  j->way,   j->inks->n, j->channels, j->inks->mode};
    uint32_t key = hash(2166136261u, how, sizeof how);
    key = hash(key, &j->inks->palette, sizeof j->inks->palette);
    key = hash(hash(key, &j->offset, sizeof j->offset), &j->gain, sizeof j->gain) | 1u;
    uint32_t *last = m->keys + (size_t)j->box.y * (size_t)m->cols + (size_t)j->box.x;
    if (*last == key)
        return;
    *last = key;
    for (int y = 0; y < j->box.h; y++)
        memset(m->levels + ((size_t)(j->box.y + y) * (size_t)m->cols + (size_t)j->box.x) *
                               MN_CELL_LEVELS,
               NONE, (size_t)j->box.w * MN_CELL_LEVELS);
}

static void set_limits(job *j)
{
    bool is_signed = j->p->scale == MN_SIGNED;
    double hi = (double)j->p->hi, lo = is_signed ? -hi : (double)j->p->lo;
    double span = hi - lo;
    if (!(span > 0.0) || !isfinite(span)) { /* limits of nothing: only the zero level */
        span = 1.0;
        lo = is_signed ? -0.5 : 0.0;
    }
    j->gain = (j->inks->n - 1) / span;
    j->offset = -lo * j->gain;
}

void mn_brush_picture(mn_brush *b, const mn_picture *p, mn_rect box, int cols, int rows)
{
    const mn_cells_painter *m = b->painter;
    int style_x, style_y;
    if (!p->pixels || p->width <= 0 || p->height <= 0 || cols <= 0 || rows <= 0 || box.x < 0 ||
        box.y < 0 || box.w <= 0 || box.h <= 0 || box.x + box.w > m->cols ||
        box.y + box.h > m->rows)
        return;
    job j = {
        .b = b, .p = p, .inks = mn_brush_inks(b, p->scale), .way = way_of(b, p), .box = box};
    mn_style_dots(b->style, &style_x, &style_y);
    j.cols = cols * way_dots[j.way][0] / style_x;
    j.rows = rows * way_dots[j.way][1] / style_y;
    j.channels = p->channels == 3 && j.way == HALVES ? 3 : 1;
    set_limits(&j);
    recall(&j);
    for (int row = 0; row < box.h; row++)
        for (int col = 0; col < box.w; col++) {
            uint8_t *levels =
                m->levels + ((size_t)(box.y + row) * (size_t)m->cols + (size_t)(box.x + col)) *
                                MN_CELL_LEVELS;
            look(&j, col, row, levels);
            paint_cell(&j, col, row, levels);
        }
}
