#include "glyph.h"

#include <math.h>
#include <string.h>

enum {
    POINTS_MAX = 32, /* of a variant, as strokes.awk checks */
    PIECES = 6,      /* straight pieces between two points of a stroke */
    PATH_MAX_POINTS = POINTS_MAX * PIECES + 1,
    CELLS = 2,       /* of the warp along each side of the unit square */
    GRID = CELLS + 3 /* its control points */
};

/* How hands differ, as standard deviations unless said otherwise. Chosen so that a
 * one-nearest-neighbour classifier with 5,000 examples errs on about one in twenty. */
static const double tremor = 0.016;    /* of a point, in parts of the unit square */
static const double warp_size = 0.165; /* of a control point of the warp, the same */
static const double turn = 0.14;       /* radians */
static const double slant = 0.25;      /* x per y */
static const double stretch = 0.17;    /* log of width over height */
static const double box = 20.0;        /* pixels: the longer side of a glyph, ink included */

/* A place on the pen's path; `down` when ink goes from here to the next. */
struct vertex {
    float x, y, radius;
    int down;
};

struct path {
    int n;
    struct vertex at[PATH_MAX_POINTS];
};

static double normal(mn_rng *r, double sd)
{
    return sd * mn_rng_normal(r);
}

static double between(mn_rng *r, double lo, double hi)
{
    return lo + (hi - lo) * mn_rng_uniform(r);
}

static const mn_stroke_variant *choose(int digit, mn_rng *r)
{
    size_t first = 0, end;
    uint64_t weights = 0;
    while (mn_stroke_variants[first].digit != digit)
        first++;
    for (end = first; end < mn_n_stroke_variants && mn_stroke_variants[end].digit == digit;
         end++)
        weights += mn_stroke_variants[end].weight;
    uint64_t at = mn_rng_below(r, weights);
    const mn_stroke_variant *v = mn_stroke_variants + first;
    for (; at >= v->weight; v++)
        at -= v->weight;
    return v;
}

/* Catmull and Rom's spline from b to c, t in [0, 1); a and d are the neighbours. */
static float spline(float a, float b, float c, float d, float t)
{
    return b + 0.5f * t *
                   ((c - a) +
                    t * ((2.0f * a - 5.0f * b + 4.0f * c - d) + t * (3.0f * (b - c) + d - a)));
}

/* The pieces from p[i] to p[i + 1]. At an end or a corner the neighbour is the point itself. */
static void add_pieces(struct path *path, const mn_stroke_point *p, int i, int starts)
{
    const mn_stroke_point *b = &p[i], *c = &p[i + 1];
    const mn_stroke_point *a = starts || b->corner ? b : &p[i - 1];
    const mn_stroke_point *d = c->last || c->corner ? c : &p[i + 2];
    for (int k = 0; k < PIECES; k++) {
        float t = (float)k / PIECES;
        path->at[path->n++] = (struct vertex){.x = spline(a->x, b->x, c->x, d->x, t),
                                              .y = spline(a->y, b->y, c->y, d->y, t),
                                              .down = 1};
    }
}

static void trace(const mn_stroke_variant *v, mn_rng *r, struct path *path)
{
    mn_stroke_point p[POINTS_MAX];
    memcpy(p, mn_stroke_points + v->first, v->n * sizeof *p);
    for (int i = 0; i < v->n; i++) {
        p[i].x += (float)normal(r, tremor);
        p[i].y += (float)normal(r, tremor);
    }
    path->n = 0;
    for (int i = 0; i < v->n; i++)
        if (p[i].last)
            path->at[path->n++] = (struct vertex){.x = p[i].x, .y = p[i].y};
        else
            add_pieces(path, p, i, i == 0 || p[i - 1].last);
}

/* Not fminf and fmaxf: their care for NAN keeps them calls in the innermost loop. */
static inline float least(float a, float b)
{
    return a < b ? a : b;
}

static inline float most(float a, float b)
{
    return a > b ? a : b;
}

/* A smooth displacement: uniform cubic B-splines over random control points. */
struct warp {
    float dx[GRID][GRID], dy[GRID][GRID];
};

static void draw_warp(struct warp *w, mn_rng *r)
{
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            w->dx[i][j] = (float)normal(r, warp_size);
            w->dy[i][j] = (float)normal(r, warp_size);
        }
}

/* The weights of four control points at `at` in [0, 1]; returns the first of them. */
static int weigh(float at, float *weight)
{
    float g = least(most(at, 0.0f), 1.0f) * CELLS;
    int first = (int)g < CELLS - 1 ? (int)g : CELLS - 1;
    float t = g - (float)first, u = 1.0f - t;
    weight[0] = u * u * u / 6.0f;
    weight[1] = (4.0f - 6.0f * t * t + 3.0f * t * t * t) / 6.0f;
    weight[2] = (4.0f - 6.0f * u * u + 3.0f * u * u * u) / 6.0f;
    weight[3] = t * t * t / 6.0f;
    return first;
}

static void bend(struct path *path, mn_rng *r)
{
    struct warp w;
    draw_warp(&w, r);
    for (int k = 0; k < path->n; k++) {
        struct vertex *p = &path->at[k];
        float down[4], across[4];
        int i0 = weigh(p->y, down), j0 = weigh(p->x, across);
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) {
                p->x += down[i] * across[j] * w.dx[i0 + i][j0 + j];
                p->y += down[i] * across[j] * w.dy[i0 + i][j0 + j];
            }
    }
}

static void lean(struct path *path, mn_rng *r)
{
    double angle = normal(r, turn), shear = normal(r, slant), widen = exp(normal(r, stretch));
    float c = (float)cos(angle), s = (float)sin(angle);
    for (int k = 0; k < path->n; k++) {
        struct vertex *p = &path->at[k];
        float x = (float)widen * (p->x - 0.5f) - (float)shear * (p->y - 0.5f);
        float y = p->y - 0.5f;
        p->x = c * x - s * y;
        p->y = s * x + c * y;
    }
}

/* Pen pressure: a mean radius, more or less of it towards the end. */
static void press(struct path *path, double radius, mn_rng *r)
{
    double swell = normal(r, 0.12), start = between(r, 0.0, 1.0);
    for (int k = 0; k < path->n; k++) {
        double along = (double)k / path->n - start;
        path->at[k].radius = (float)(radius * fmax(0.6, 1.0 + swell * 2.0 * along));
    }
}

/* Scales the path so that it fills the box with `radius` pixels of ink around it. */
static void fit(struct path *path, double radius, double size)
{
    float x0 = path->at[0].x, x1 = x0, y0 = path->at[0].y, y1 = y0;
    for (int k = 1; k < path->n; k++) {
        x0 = least(x0, path->at[k].x);
        x1 = most(x1, path->at[k].x);
        y0 = least(y0, path->at[k].y);
        y1 = most(y1, path->at[k].y);
    }
    float scale = (float)(size - 2.0 * radius) / most(most(x1 - x0, y1 - y0), 0.1f);
    for (int k = 0; k < path->n; k++) {
        path->at[k].x = (path->at[k].x - x0) * scale;
        path->at[k].y = (path->at[k].y - y0) * scale;
    }
}

/* Moves the centre of the ink's mass to (x, y): every piece weighs its length. */
static void centre(struct path *path, float x, float y)
{
    float mass = 1e-6f, mx = 0.0f, my = 0.0f;
    for (int k = 0; k + 1 < path->n; k++) {
        const struct vertex *a = &path->at[k], *b = a + 1;
        float m = a->down ? hypotf(b->x - a->x, b->y - a->y) : 0.0f;
        mass += m;
        mx += 0.5f * m * (a->x + b->x);
        my += 0.5f * m * (a->y + b->y);
    }
    for (int k = 0; k < path->n; k++) {
        path->at[k].x += x - mx / mass;
        path->at[k].y += y - my / mass;
    }
}

static int clip(float at)
{
    return at < 0.0f ? 0 : at > MN_GLYPH_SIDE - 1 ? MN_GLYPH_SIDE - 1 : (int)at;
}

/* Raises `ink` to the cover of one piece: 1 inside, falling to 0 over `soft` pixels at the
 * edge. */
static void ink_piece(const struct vertex *a, const struct vertex *b, float soft, float *ink)
{
    float dx = b->x - a->x, dy = b->y - a->y, length = dx * dx + dy * dy + 1e-12f;
    float reach = most(a->radius, b->radius) + soft;
    int x0 = clip(least(a->x, b->x) - reach), x1 = clip(most(a->x, b->x) + reach);
    int y0 = clip(least(a->y, b->y) - reach), y1 = clip(most(a->y, b->y) + reach);
    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++) {
            float px = (float)x + 0.5f - a->x, py = (float)y + 0.5f - a->y;
            float t = least(most((px * dx + py * dy) / length, 0.0f), 1.0f);
            float ex = px - t * dx, ey = py - t * dy;
            float radius = a->radius + t * (b->radius - a->radius);
            float square = ex * ex + ey * ey;
            if (square > reach * reach)
                continue;
            float cover = 0.5f + (radius - sqrtf(square)) / soft;
            float *at = &ink[y * MN_GLYPH_SIDE + x];
            *at = most(*at, least(cover, 1.0f));
        }
}

static void ink_path(const struct path *path, mn_rng *r, uint8_t *pixels)
{
    float ink[MN_GLYPH_SIZE] = {0};
    float soft = (float)between(r, 1.0, 1.6), strength = (float)between(r, 0.85, 1.25);
    for (int k = 0; k + 1 < path->n; k++)
        if (path->at[k].down)
            ink_piece(&path->at[k], &path->at[k + 1], soft, ink);
    for (int i = 0; i < MN_GLYPH_SIZE; i++)
        pixels[i] = (uint8_t)(255.0f * least(ink[i] * strength, 1.0f) + 0.5f);
}

void mn_glyph_draw(int digit, mn_rng *r, uint8_t *pixels)
{
    /* One draw per statement: the order in which arguments are evaluated is the compiler's. */
    struct path path;
    double radius = between(r, 0.8, 1.75), size = box * between(r, 0.9, 1.0);
    double x = MN_GLYPH_SIDE / 2.0 + normal(r, 0.4), y = MN_GLYPH_SIDE / 2.0 + normal(r, 0.4);
    trace(choose(digit, r), r, &path);
    bend(&path, r);
    lean(&path, r);
    fit(&path, radius, size);
    press(&path, radius, r);
    centre(&path, (float)x, (float)y);
    ink_path(&path, r, pixels);
}
