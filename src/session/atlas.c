/* A map of units and items, made in slices: a session is asked for one whenever there is time.
 *
 * Rows are of length 1 before anything is done, as a sparse distributed memory has them, so
 * that a unit lies by the items that drive it and not by how long its weights are. Task units
 * are left out: a map is of what is seen. */
#include "session_impl.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"
#include "mnemoscope/pca.h"
#include "mnemoscope/trust.h"
#include "mnemoscope/umap.h"

enum { BLOCK = 64, TRUSTED_MAX = 500, TRUST_NEIGHBOURS = 12 };

typedef enum stage { DRIVE, FIT, PLACE, TRUST, DONE } stage;
static const double begins_at[] = {0.0, 0.05, 0.8, 0.98, 1.0}; /* share of the work, about */

struct mn_atlas {
    stage stage;
    int next;              /* DRIVE: the first unit of the next block */
    mn_map map;            /* its arrays are in `points` */
    mn_arena points, work; /* work: until it is done */
    int dims;
    float *rows;  /* (n_units + n_items, dims) of length 1 or 0 */
    float *drive; /* (BLOCK, n_items) */
    float *plane; /* (the larger of units and items, 2) */
    float *X, *Y; /* (TRUSTED_MAX, dims), (TRUSTED_MAX, 2) */
    mn_umap *umap;
    mn_pca pca;
};

static void layout_points(mn_map *m, mn_arena *a)
{
    const size_t n = (size_t)m->n_units + (size_t)m->n_items;
    m->x = mn_arena_floats(a, n);
    m->y = mn_arena_floats(a, n);
    m->label = mn_arena_ints(a, n);
    m->task = mn_arena_ints(a, n);
}

static void layout_work(mn_atlas *t, mn_arena *a)
{
    const mn_map *m = &t->map;
    const size_t n_units = (size_t)m->n_units, n_items = (size_t)m->n_items;
    const size_t dims = (size_t)t->dims;
    t->rows = mn_arena_floats(a, (n_units + n_items) * dims);
    t->drive = mn_arena_floats(a, BLOCK * n_items);
    t->plane = mn_arena_floats(a, 2 * (n_units > n_items ? n_units : n_items));
    t->X = mn_arena_floats(a, TRUSTED_MAX * dims);
    t->Y = mn_arena_floats(a, TRUSTED_MAX * 2);
    mn_pca_layout(&t->pca, t->dims, 2, a);
}

static mn_status allocate(mn_atlas *t, mn_err *err)
{
    layout_points(&t->map, &t->points);
    layout_work(t, &t->work);
    mn_status status = mn_arena_allocate(&t->points, "the points of a map", err);
    if (status == MN_OK)
        status = mn_arena_allocate(&t->work, "a map", err);
    if (status != MN_OK)
        return status;
    layout_points(&t->map, &t->points);
    layout_work(t, &t->work);
    return MN_OK;
}

static void normalise(size_t n, float *x)
{
    const double norm = sqrt(mn_sumsq(n, x));
    if (norm > 0.0)
        mn_scale(n, (float)(1.0 / norm), x);
}

static void copy_rows(mn_session *s, mn_atlas *t)
{
    const mn_sample *p = &s->sample;
    mn_map *m = &t->map;
    const size_t dims = (size_t)t->dims;
    float *row = t->rows;
    for (int u = 0; u < m->n_units; u++, row += dims) {
        mn_model_tile(s->model, u, row, NULL, NULL);
        normalise(dims, row);
        m->label[u] = m->task[u] = -1;
    }
    memcpy(row, p->X, (size_t)p->n * dims * sizeof *row);
    for (int i = 0; i < p->n; i++, row += dims) {
        normalise(dims, row);
        m->label[m->n_units + i] = p->label[i];
        m->task[m->n_units + i] = p->task[i];
    }
    for (int i = 0; i < m->n_units + m->n_items; i++)
        m->x[i] = m->y[i] = NAN;
}

/* The part that is fitted, or the other one: its first point and how many there are. */
static int part_of(const mn_map *m, bool fitted, int *n)
{
    const bool units = (m->fit == MN_FIT_UNITS) == fitted;
    *n = units ? m->n_units : m->n_items;
    return units ? 0 : m->n_units;
}

static float *part_rows(const mn_atlas *t, bool fitted, int *n)
{
    return t->rows + (size_t)part_of(&t->map, fitted, n) * (size_t)t->dims;
}

static mn_status prepare(mn_atlas *t, uint64_t seed, const mn_umap_cfg *cfg, mn_err *err)
{
    const size_t n_units = (size_t)t->map.n_units;
    if (!mn_finite(n_units * (size_t)t->dims, t->rows))
        return mn_fail(err, MN_EINVAL,
                       "cannot make a map at step %lld: a weight is not finite any more",
                       (long long)t->map.step);
    mn_umap_shape shape = {.dims = t->dims};
    const float *rows = part_rows(t, true, &shape.n);
    part_rows(t, false, &shape.room);
    if (t->map.method == MN_MAP_UMAP)
        return mn_umap_create(&t->umap, rows, &shape, cfg, seed, err);
    return mn_pca_begin(&t->pca, rows, shape.n, err);
}

mn_status mn_atlas_create(mn_atlas **out, mn_session *s, mn_map_method method, mn_map_fit fit,
                          const mn_umap_cfg *cfg, mn_err *err)
{
    mn_status status = mn_session_draw_sample(s, err);
    if (status != MN_OK)
        return status;
    mn_atlas *t = calloc(1, sizeof *t);
    if (!t)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a map");
    t->dims = s->sample.n_visible;
    t->map = (mn_map){.method = method,
                      .fit = fit,
                      .step = s->step,
                      .neighbours = method == MN_MAP_UMAP ? cfg->neighbours : 0,
                      .trust = (double)NAN,
                      .n_units = mn_model_n_units(s->model),
                      .n_items = s->sample.n};
    if ((status = allocate(t, err)) == MN_OK) {
        copy_rows(s, t);
        status = prepare(t, (uint64_t)s->config.run.seed, cfg, err);
    }
    if (status != MN_OK) {
        mn_atlas_destroy(t);
        return status;
    }
    *out = t;
    return MN_OK;
}

static void forget_work(mn_atlas *t)
{
    mn_umap_destroy(t->umap);
    t->umap = NULL;
    mn_arena_finish(&t->work);
}

void mn_atlas_destroy(mn_atlas *t)
{
    if (!t)
        return;
    forget_work(t);
    mn_arena_finish(&t->points);
    free(t);
}

/* The item that drives a unit most says what the unit is of (Bricken et al. 2023, figure 29);
 * none does when no product is positive. */
static void find_drivers(mn_atlas *t)
{
    mn_map *m = &t->map;
    const int left = m->n_units - t->next, n = left < BLOCK ? left : BLOCK;
    const size_t dims = (size_t)t->dims, n_items = (size_t)m->n_items;
    mn_gemm_nt(n, m->n_items, t->dims, 1.0f, t->rows + (size_t)t->next * dims, t->dims,
               t->rows + (size_t)m->n_units * dims, t->dims, 0.0f, t->drive, m->n_items);
    for (int i = 0; i < n; i++) {
        const float *drive = t->drive + (size_t)i * n_items;
        const size_t most = mn_argmax(n_items, drive), from = (size_t)m->n_units + most;
        if (drive[most] > 0.0f) {
            m->label[t->next + i] = m->label[from];
            m->task[t->next + i] = m->task[from];
        }
    }
    t->next += n;
    if (t->next == m->n_units)
        t->stage = FIT;
}

static void put_points(mn_atlas *t, bool fitted, const float *plane)
{
    int n, first = part_of(&t->map, fitted, &n);
    for (int i = 0; plane && i < n; i++) {
        t->map.x[first + i] = plane[2 * i];
        t->map.y[first + i] = plane[2 * i + 1];
    }
}

static void project(mn_atlas *t)
{
    for (int fitted = 0; fitted < 2; fitted++) {
        int n;
        const float *rows = part_rows(t, fitted, &n);
        mn_pca_project(&t->pca, rows, n, t->plane);
        put_points(t, fitted, t->plane);
    }
    t->stage = TRUST;
}

static void begin_placing(mn_atlas *t)
{
    int n;
    const float *rows = part_rows(t, false, &n);
    const mn_status s = mn_umap_place(t->umap, rows, n, NULL);
    assert(s == MN_OK && "the rows are finite and there is room for them");
    (void)s;
    t->stage = PLACE;
}

static void fit(mn_atlas *t)
{
    int n;
    const float *rows = part_rows(t, true, &n);
    if (t->map.method == MN_MAP_PCA) {
        if (!mn_pca_round(&t->pca, rows, n))
            project(t);
        return;
    }
    const bool more = mn_umap_advance(t->umap, 1);
    put_points(t, true, mn_umap_fitted(t->umap));
    if (!more)
        begin_placing(t);
}

static void place(mn_atlas *t)
{
    const bool more = mn_umap_advance(t->umap, 1);
    put_points(t, false, mn_umap_placed(t->umap));
    if (!more)
        t->stage = TRUST;
}

/* All pairs are looked at, so this is for some points of many. */
static void measure_trust(mn_atlas *t)
{
    mn_map *m = &t->map;
    const size_t dims = (size_t)t->dims;
    int n, first = part_of(m, true, &n);
    const int some = n < TRUSTED_MAX ? n : TRUSTED_MAX;
    const int k = (some - 1) / 2 < TRUST_NEIGHBOURS ? (some - 1) / 2 : TRUST_NEIGHBOURS;
    for (int i = 0; i < some; i++) {
        const int from = first + (int)((2 * (int64_t)i + 1) * n / (2 * (int64_t)some));
        memcpy(t->X + (size_t)i * dims, t->rows + (size_t)from * dims, dims * sizeof *t->X);
        t->Y[2 * i] = m->x[from];
        t->Y[2 * i + 1] = m->y[from];
    }
    if (k > 0 && mn_trust_measure(t->X, t->Y, some, t->dims, k, &m->trust, NULL) == MN_OK)
        m->n_trusted = some;
    forget_work(t);
    t->stage = DONE;
}

bool mn_atlas_busy(const mn_atlas *t)
{
    return t && t->stage != DONE;
}

bool mn_session_map(mn_session *s)
{
    mn_atlas *t = s->atlas;
    if (!mn_atlas_busy(t))
        return false;
    switch (t->stage) {
    case DRIVE: find_drivers(t); break;
    case FIT: fit(t); break;
    case PLACE: place(t); break;
    case TRUST: measure_trust(t); break;
    case DONE: break;
    }
    return mn_atlas_busy(t);
}

static const char *doing(const mn_atlas *t)
{
    switch (t->stage) {
    case DRIVE: return "finding what drives units";
    case FIT:
    case PLACE: return t->umap ? mn_umap_doing(t->umap) : "finding principal components";
    case TRUST: return "measuring trustworthiness";
    case DONE: break;
    }
    return "done";
}

/* Of the stage at hand. */
static double share_done(const mn_atlas *t)
{
    if (t->stage == DRIVE)
        return (double)t->next / t->map.n_units;
    return (t->stage == FIT || t->stage == PLACE) && t->umap ? mn_umap_progress(t->umap) : 0.0;
}

void mn_atlas_describe(const mn_atlas *t, mn_map *out)
{
    *out = t ? t->map : (mn_map){.step = -1, .trust = (double)NAN, .progress = 1.0};
    if (!t)
        return;
    const double from = begins_at[t->stage],
                 to = begins_at[t->stage < DONE ? t->stage + 1 : DONE];
    out->progress = from + (to - from) * share_done(t);
    snprintf(out->doing, sizeof out->doing, "%s", doing(t));
}

void mn_map_layout(mn_map *m, mn_arena *a)
{
    layout_points(m, a);
}

void mn_atlas_copy(const mn_atlas *t, mn_map *out)
{
    const size_t n = (size_t)out->n_units + (size_t)out->n_items;
    if (!t)
        return;
    memcpy(out->x, t->map.x, n * sizeof *out->x);
    memcpy(out->y, t->map.y, n * sizeof *out->y);
    memcpy(out->label, t->map.label, n * sizeof *out->label);
    memcpy(out->task, t->map.task, n * sizeof *out->task);
}
