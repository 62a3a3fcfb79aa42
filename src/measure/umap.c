#include "mnemoscope/umap.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "centre.h"
#include "mnemoscope/pca.h"
#include "neighbours.h"
#include "umap_forces.h"
#include "umap_graph.h"

static const mn_param params[] = {
    {.name = "neighbours",
     .kind = MN_INT,
     .offset = offsetof(mn_umap_cfg, neighbours),
     .min = 2,
     .max = 200,
     .def = 15,
     .flags = MN_LOG,
     .unit = "items",
     .help = "how many others an item is held beside: few show detail, many the whole"},
    {.name = "min-dist",
     .kind = MN_REAL,
     .offset = offsetof(mn_umap_cfg, min_dist),
     .max = 10.0,
     .def = 0.1,
     .unit = "",
     .help = "how close points of the map may lie"},
    {.name = "spread",
     .kind = MN_REAL,
     .offset = offsetof(mn_umap_cfg, spread),
     .min = 0.1,
     .max = 10.0,
     .def = 1.0,
     .unit = "",
     .help = "how far apart what is related may lie; at least min-dist"},
    {.name = "epochs",
     .kind = MN_INT,
     .offset = offsetof(mn_umap_cfg, epochs),
     .max = 100000,
     .unit = "epochs",
     .help = "how long the points move; 0 chooses by the number of items"},
    {.name = "pushes",
     .kind = MN_INT,
     .offset = offsetof(mn_umap_cfg, pushes),
     .max = 100,
     .def = 5,
     .unit = "",
     .help = "random points that push an item away whenever one pulls it"},
    {.name = "rate",
     .kind = MN_REAL,
     .offset = offsetof(mn_umap_cfg, rate),
     .min = 0.01,
     .max = 10.0,
     .def = 1.0,
     .flags = MN_LOG,
     .unit = "",
     .help = "how far points move at first"},
};
const mn_param_table mn_umap_params = {params, sizeof params / sizeof *params};

/* Largest coordinate of the starting positions, and what keeps equal items apart. */
static const double start_size = 10.0, start_noise = 1e-4;

/* What is done next, in this order; fitting ends and placing begins at AT_REST. */
typedef enum stage { FIND, UNITE, TURN, START, FIT, AT_REST, SEEK, SETTLE } stage;

struct mn_umap {
    mn_umap_shape shape;
    mn_umap_cfg cfg;
    uint64_t seed;
    mn_arena arena;
    stage stage;
    int next;            /* FIND, SEEK: the first row of the next block */
    int done, n_pieces;  /* of the fit or of the placing */
    int n_placed;        /* rows of Z */
    int k_fit, k_place;  /* neighbours, of which there may be fewer than wanted */
    int epochs;          /* of the fit */
    double *mean, scale; /* (dims): X and Z are centred and scaled by these */
    float *X, *Z;        /* (n,dims), (room,dims) */
    mn_neighbours near;
    mn_pca pca;
    int *index;               /* (the larger of n and room, the larger k) */
    float *distance, *weight; /* likewise */
    mn_umap_link *links;      /* (2 n k_fit, or room k_place if more) */
    float *fitted, *placed;   /* (n,2), (room,2) */
    mn_umap_forces forces;
    mn_rng rng;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void layout(mn_umap *u, mn_arena *a)
{
    const size_t n = (size_t)u->shape.n, dims = (size_t)u->shape.dims;
    const size_t room = (size_t)u->shape.room;
    const size_t fit = n * (size_t)u->k_fit, place = room * (size_t)u->k_place;
    u->mean = mn_arena_bytes(a, dims, sizeof *u->mean);
    u->X = mn_arena_floats(a, n * dims);
    u->Z = mn_arena_floats(a, room * dims);
    mn_neighbours_layout(&u->near, u->shape.n, u->shape.dims, u->k_place, a);
    mn_pca_layout(&u->pca, u->shape.dims, 2, a);
    u->index = mn_arena_ints(a, larger(fit, place));
    u->distance = mn_arena_floats(a, larger(fit, place));
    u->weight = mn_arena_floats(a, larger(fit, place));
    u->links = mn_arena_bytes(a, larger(2 * fit, place), sizeof *u->links);
    u->fitted = mn_arena_floats(a, 2 * n);
    u->placed = mn_arena_floats(a, 2 * room);
}

static mn_status check(const float *X, const mn_umap_shape *shape, const mn_umap_cfg *cfg,
                       mn_err *err)
{
    if (shape->n < 1 || shape->dims < 1 || shape->room < 0)
        return mn_fail(err, MN_EINVAL,
                       "cannot fit a map to %d items of %d numbers with room for %d more, at "
                       "least 1, 1 and 0 wanted",
                       shape->n, shape->dims, shape->room);
    if (cfg->min_dist > cfg->spread)
        return mn_fail(err, MN_EINVAL,
                       "cannot fit a map with 'min-dist' %g, at most the 'spread' of %g wanted",
                       cfg->min_dist, cfg->spread);
    return mn_centre_check(X, shape->n, shape->dims, "items", err);
}

static int blocks(int n)
{
    return n / MN_NEIGHBOURS_BLOCK + (n % MN_NEIGHBOURS_BLOCK > 0);
}

static void begin(mn_umap *u, const float *X)
{
    const mn_umap_shape *s = &u->shape;
    u->scale = mn_centre_fit(X, s->n, s->dims, u->mean);
    mn_centre_apply(X, s->n, s->dims, u->mean, u->scale, u->X);
    mn_neighbours_begin(&u->near, u->X);
    mn_rng_seed(&u->rng, u->seed, "umap");
    u->n_pieces = blocks(s->n) + 3 + u->epochs;
}

mn_status mn_umap_create(mn_umap **out, const float *X, const mn_umap_shape *shape,
                         const mn_umap_cfg *cfg, uint64_t seed, mn_err *err)
{
    assert(cfg->neighbours > 0 && cfg->epochs >= 0 && cfg->pushes >= 0 && cfg->spread > 0.0);
    mn_status s = check(X, shape, cfg, err);
    if (s != MN_OK)
        return s;
    mn_umap *u = calloc(1, sizeof *u);
    if (!u)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a map");
    u->shape = *shape;
    u->cfg = *cfg;
    u->seed = seed;
    u->k_fit = cfg->neighbours < shape->n ? cfg->neighbours : shape->n - 1;
    u->k_place = cfg->neighbours < shape->n ? cfg->neighbours : shape->n;
    u->epochs = cfg->epochs ? cfg->epochs : (shape->n <= 10000 ? 500 : 200);
    layout(u, &u->arena);
    if ((s = mn_arena_allocate(&u->arena, "a map", err)) != MN_OK) {
        free(u);
        return s;
    }
    layout(u, &u->arena);
    begin(u, X);
    *out = u;
    return MN_OK;
}

void mn_umap_destroy(mn_umap *u)
{
    if (!u)
        return;
    mn_arena_finish(&u->arena);
    free(u);
}

/* Neighbours and weights of a block of `rows`, which are X (`own`) or Z. True after the last.
 */
static bool find_block(mn_umap *u, const float *rows, int n, int k, bool own)
{
    const int left = n - u->next, first = u->next;
    const int n_now = left < MN_NEIGHBOURS_BLOCK ? left : MN_NEIGHBOURS_BLOCK;
    const size_t at = (size_t)first * (size_t)k;
    mn_neighbours_find(&u->near, rows + (size_t)first * (size_t)u->shape.dims, n_now,
                       own ? first : -1, k, u->index + at, u->distance + at);
    for (int i = 0; i < n_now; i++)
        mn_umap_weigh(u->distance + at + (size_t)i * (size_t)k, k,
                      u->weight + at + (size_t)i * (size_t)k);
    u->next += n_now;
    return u->next == n;
}

static void prepare(mn_umap *u, size_t n_links, bool fit)
{
    float strongest = 0.0f;
    for (size_t i = 0; i < n_links; i++)
        strongest = fmaxf(strongest, u->links[i].weight);
    u->forces = (mn_umap_forces){.curve = mn_umap_curve_fit(u->cfg.min_dist, u->cfg.spread),
                                 .links = u->links,
                                 .n_links = n_links,
                                 .strongest = strongest,
                                 .heads = fit ? u->fitted : u->placed,
                                 .tails = u->fitted,
                                 .n_tails = u->shape.n,
                                 .mutual = fit,
                                 .n_pushes = u->cfg.pushes,
                                 .rate = fit ? u->cfg.rate : u->cfg.rate / 4.0,
                                 .n_epochs = fit ? u->epochs : (u->epochs + 2) / 3};
}

static void begin_components(mn_umap *u)
{
    mn_status s = mn_pca_begin(&u->pca, u->X, u->shape.n, NULL);
    assert(s == MN_OK && "the items are finite and there are some");
    (void)s;
}

/* From principal components, the largest coordinate made start_size. */
static void start(mn_umap *u)
{
    const size_t n = 2 * (size_t)u->shape.n;
    float largest = 0.0f;
    mn_pca_project(&u->pca, u->X, u->shape.n, u->fitted);
    for (size_t i = 0; i < n; i++)
        largest = fmaxf(largest, fabsf(u->fitted[i]));
    const double scale = largest > 0.0f ? start_size / (double)largest : 0.0;
    for (size_t i = 0; i < n; i++)
        u->fitted[i] =
            (float)(scale * (double)u->fitted[i] + start_noise * mn_rng_normal(&u->rng));
}

/* Every placed item starts at the weighted mean of its neighbours, and is pulled by these. */
static size_t drop(mn_umap *u)
{
    const size_t k = (size_t)u->k_place;
    for (int i = 0; i < u->n_placed; i++) {
        double x = 0.0, y = 0.0, sum = 0.0;
        for (size_t c = (size_t)i * k; c < ((size_t)i + 1) * k; c++) {
            const float *there = u->fitted + 2 * (size_t)u->index[c];
            const double w = (double)u->weight[c];
            u->links[c] = (mn_umap_link){i, u->index[c], u->weight[c]};
            x += w * (double)there[0], y += w * (double)there[1], sum += w;
        }
        u->placed[2 * i] = (float)(x / sum);
        u->placed[2 * i + 1] = (float)(y / sum);
    }
    return (size_t)u->n_placed * k;
}

static void enter(mn_umap *u, stage next)
{
    u->stage = next;
    u->next = 0;
}

static void apply_forces(mn_umap *u)
{
    mn_umap_forces_apply(&u->forces, &u->rng);
    if (u->forces.epoch == u->forces.n_epochs)
        enter(u, AT_REST);
}

static void do_piece(mn_umap *u)
{
    switch (u->stage) {
    case FIND:
        if (find_block(u, u->X, u->shape.n, u->k_fit, true))
            enter(u, UNITE);
        break;
    case UNITE:
        prepare(u, mn_umap_unite(u->index, u->weight, u->shape.n, u->k_fit, u->links), true);
        begin_components(u);
        enter(u, TURN);
        break;
    case TURN:
        if (mn_pca_round(&u->pca, u->X, u->shape.n))
            return; /* how many rounds there will be is not known: they count as one piece */
        enter(u, START);
        break;
    case START:
        start(u);
        enter(u, FIT);
        break;
    case SEEK:
        if (find_block(u, u->Z, u->n_placed, u->k_place, false)) {
            prepare(u, drop(u), false);
            enter(u, SETTLE);
        }
        break;
    case FIT:
    case SETTLE: apply_forces(u); break;
    case AT_REST: break;
    }
    u->done++;
}

bool mn_umap_advance(mn_umap *u, int pieces)
{
    for (int i = 0; i < pieces && u->stage != AT_REST; i++)
        do_piece(u);
    return u->stage != AT_REST;
}

mn_status mn_umap_place(mn_umap *u, const float *Z, int n, mn_err *err)
{
    if (u->stage < AT_REST)
        return mn_fail(err, MN_ELATER,
                       "cannot place %d items: the map is still being fitted, at %.0f%%", n,
                       100.0 * mn_umap_progress(u));
    if (n < 0 || n > u->shape.room)
        return mn_fail(err, MN_EINVAL, "cannot place %d items on a map, 0 to %d wanted", n,
                       u->shape.room);
    mn_status s = mn_centre_check(Z, n, u->shape.dims, "items", err);
    if (s != MN_OK)
        return s;
    mn_centre_apply(Z, n, u->shape.dims, u->mean, u->scale, u->Z);
    mn_rng_seed(&u->rng, u->seed, "umap place");
    u->n_placed = n;
    u->done = 0;
    u->n_pieces = blocks(n) + (u->epochs + 2) / 3;
    enter(u, n ? SEEK : AT_REST);
    return MN_OK;
}

double mn_umap_progress(const mn_umap *u)
{
    return u->stage == AT_REST ? 1.0 : (double)u->done / u->n_pieces;
}

const char *mn_umap_doing(const mn_umap *u)
{
    switch (u->stage) {
    case FIND: return "finding neighbours";
    case UNITE: return "joining neighbours";
    case TURN:
    case START: return "finding principal components";
    case FIT: return "moving points";
    case SEEK: return "finding neighbours to place";
    case SETTLE: return "placing points";
    case AT_REST: break;
    }
    return "done";
}

const float *mn_umap_fitted(const mn_umap *u)
{
    return u->stage > START ? u->fitted : NULL;
}

const float *mn_umap_placed(const mn_umap *u)
{
    return u->n_placed && u->stage != SEEK ? u->placed : NULL;
}

int mn_umap_n_placed(const mn_umap *u)
{
    return u->n_placed;
}
