#include "stack.h"

#include <string.h>

#include "layer.h"
#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

int mn_stack_rows(const mn_stack *s, int layer)
{
    return layer < s->depth ? s->neurons : s->C;
}

int mn_stack_cols(const mn_stack *s, int layer)
{
    return layer ? s->neurons : s->N;
}

size_t mn_stack_offset(const mn_stack *s, int layer)
{
    const size_t r = (size_t)s->neurons;
    return layer ? r * (size_t)s->N + (size_t)(layer - 1) * r * r : 0;
}

int mn_stack_bias(const mn_stack *s, int layer)
{
    return s->depth + 1 + layer;
}

static void declare(mn_model *m, const mn_stack *s)
{
    static const char *const weights[] = {"weights1", "weights2", "weights3"};
    static const char *const biases[] = {"bias1", "bias2", "bias3"};
    for (int l = 0; l < s->depth; l++)
        mn_model_declare(m, weights[l], s->neurons, mn_stack_cols(s, l));
    mn_model_declare(m, "values", s->C, s->neurons);
    for (int l = 0; l < s->depth; l++)
        mn_model_declare(m, biases[l], 1, s->neurons);
    mn_model_declare(m, "value_bias", 1, s->C);
}

void mn_stack_layout(mn_model *m, mn_stack *s, int depth, int neurons, mn_arena *a)
{
    s->depth = depth;
    s->neurons = neurons;
    s->N = m->shape.n_visible + m->shape.n_extra;
    s->C = m->shape.n_classes;
    m->n_units = depth * neurons;
    declare(m, s);
    s->n_weights = mn_stack_offset(s, depth) + (size_t)s->C * (size_t)neurons;
    s->connected = mn_arena_ints(a, s->n_weights);
    s->masked = mn_arena_floats(a, s->n_weights);
    const size_t widest = (size_t)(neurons > s->C ? neurons : s->C);
    s->path = mn_arena_floats(a, widest);
    s->hop = mn_arena_floats(a, widest);
    s->sums = mn_arena_bytes(a, widest, sizeof *s->sums);
}

/* What is absent is 0, whatever it is. */
MN_CLONES static void keep_connected(size_t n, const int *restrict connected,
                                     const float *restrict from, float *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = connected[i] ? from[i] : 0.0f;
}

MN_CLONES static void drop_absent(size_t n, const int *restrict connected, float *restrict w)
{
    for (size_t i = 0; i < n; i++)
        w[i] = connected[i] ? w[i] : 0.0f;
}

void mn_stack_connect(const mn_model *m, mn_stack *s)
{
    s->W = s->whole ? m->theta : s->masked;
    if (!s->whole)
        keep_connected(s->n_weights, s->connected, m->theta, s->masked);
}

void mn_stack_prune(mn_model *m, const mn_stack *s)
{
    if (!s->whole)
        drop_absent(s->n_weights, s->connected, m->theta);
}

void mn_stack_sum(const mn_model *m, const mn_stack *s, int layer, const float *X, int n,
                  float *out)
{
    const int rows = mn_stack_rows(s, layer), cols = mn_stack_cols(s, layer);
    mn_layer_start(m, mn_stack_bias(s, layer), n, rows, out);
    mn_gemm_nt(n, rows, cols, 1.0f, X, cols, s->W + mn_stack_offset(s, layer), cols, 1.0f, out,
               rows);
}

void mn_stack_slopes(const mn_model *m, mn_stack *s, int layer, const float *X, const float *D,
                     int n, float *g)
{
    const int rows = mn_stack_rows(s, layer), cols = mn_stack_cols(s, layer);
    float *w = g + mn_stack_offset(s, layer);
    mn_gemm_tn(rows, cols, n, 1.0f, D, rows, X, cols, 0.0f, w, cols);
    if (!s->whole)
        drop_absent((size_t)rows * (size_t)cols, s->connected + mn_stack_offset(s, layer), w);
    mn_layer_sum_rows(n, rows, D, s->sums, g + mn_layer_offset(m, mn_stack_bias(s, layer)));
}

void mn_stack_back(const mn_stack *s, int layer, const float *D, int n, float *out)
{
    const int rows = mn_stack_rows(s, layer), cols = mn_stack_cols(s, layer);
    mn_gemm_nn(n, cols, rows, 1.0f, D, rows, s->W + mn_stack_offset(s, layer), cols, 0.0f, out,
               cols);
}

/* path (cols) = path (rows) W, of a layer whose inputs are neurons. */
static void descend(const mn_stack *s, const float *theta, int layer)
{
    const size_t r = (size_t)s->neurons;
    const float *w = theta + mn_stack_offset(s, layer);
    memset(s->hop, 0, r * sizeof *s->hop);
    for (size_t v = 0; v < r; v++, w += r)
        if (s->path[v] != 0.0f)
            mn_axpy(r, s->path[v], w, s->hop);
    memcpy(s->path, s->hop, r * sizeof *s->path);
}

/* to (n): of the inputs from `first` on. */
static void descend_to_inputs(const mn_stack *s, const float *theta, int first, int n,
                              float *to)
{
    if (!to)
        return;
    memset(to, 0, (size_t)n * sizeof *to);
    for (int v = 0; v < s->neurons; v++)
        if (s->path[v] != 0.0f)
            mn_axpy((size_t)n, s->path[v], theta + (size_t)v * (size_t)s->N + first, to);
}

static void climb(const mn_stack *s, const float *theta, int layer, int u, float *classes)
{
    const size_t r = (size_t)s->neurons;
    const float *w = theta + mn_stack_offset(s, layer + 1) + u;
    float *to = layer + 1 < s->depth ? s->path : classes;
    for (size_t v = 0; v < (size_t)mn_stack_rows(s, layer + 1); v++)
        to[v] = w[v * r];
    for (int l = layer + 2; l <= s->depth; l++) {
        const size_t rows = (size_t)mn_stack_rows(s, l);
        for (size_t v = 0; v < rows; v++)
            s->hop[v] = (float)mn_dot(r, theta + mn_stack_offset(s, l) + v * r, s->path);
        memcpy(l < s->depth ? s->path : classes, s->hop, rows * sizeof *s->hop);
    }
}

void mn_stack_tile(const mn_model *m, const mn_stack *s, const float *theta, int unit,
                   float *pixels, float *extra, float *classes)
{
    const int layer = unit / s->neurons, u = unit % s->neurons;
    memset(s->path, 0, (size_t)s->neurons * sizeof *s->path);
    s->path[u] = 1.0f;
    for (int l = layer; l > 0; l--)
        descend(s, theta, l);
    descend_to_inputs(s, theta, 0, m->shape.n_visible, pixels);
    descend_to_inputs(s, theta, m->shape.n_visible, m->shape.n_extra, extra);
    if (classes)
        climb(s, theta, layer, u, classes);
}
