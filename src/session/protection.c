/* How much the strategy protects which weights, for looking: measured once after every change,
 * as sorting all weights is nothing to do 30 times a second. */
#include "session_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/kernel.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* A row of theta; begins zeroed. */
typedef struct row {
    int tensor, at;  /* the next row: of this tensor */
    size_t first, n; /* its place in theta */
} row;

static bool next_row(mn_model *m, row *r)
{
    while (r->tensor < mn_model_n_tensors(m)) {
        const mn_tensor t = mn_model_tensor(m, r->tensor);
        if (r->at < t.rows) {
            r->first = (size_t)(t.data - mn_model_theta(m)) + (size_t)r->at * (size_t)t.cols;
            r->n = (size_t)t.cols;
            r->at++;
            return true;
        }
        r->tensor++;
        r->at = 0;
    }
    return false;
}

/* What is no importance (a run that went wrong, a file that lies) shows as none. */
static float sane(float x)
{
    return x > 0.0f && isfinite(x) ? x : 0.0f;
}

/* Powers of two that are taken from all importances alike: none where the largest can be shown
 * as it is, with something left below it; else the largest becomes about 1. */
static int common_exponent(mn_model *m, const mn_penalty *p)
{
    int largest = INT32_MIN, number = 0;
    for (row r = {0}; next_row(m, &r); number++)
        for (size_t i = 0; i < r.n; i++) {
            const float x = sane(p->importance[r.first + i]);
            int e = INT32_MIN;
            if (x > 0.0f)
                e = ilogbf(x) + 1 + p->exponent[number];
            largest = e > largest ? e : largest;
        }
    return largest == INT32_MIN || (largest > -64 && largest <= 127) ? 0 : largest;
}

static void scale(mn_model *m, const mn_penalty *p, float *out)
{
    const int common = common_exponent(m, p);
    int number = 0;
    for (row r = {0}; next_row(m, &r); number++) {
        /* a row with more than the common exponent can bear is all zeros */
        const int e = p->exponent[number] - common;
        const double factor = ldexp(1.0, e > 1000 ? 1000 : e < -1000 ? -1000 : e);
        for (size_t i = 0; i < r.n; i++)
            out[r.first + i] = (float)(factor * (double)sane(p->importance[r.first + i]));
    }
}

/* One pass of a radix sort: numbers that are not negative are ordered as their bits are. */
static void sort_by_digit(size_t n, int shift, const uint32_t *from, uint32_t *to)
{
    size_t first[DIGITS] = {0}, at = 0;
    for (size_t i = 0; i < n; i++)
        first[from[i] >> shift & (DIGITS - 1)]++;
    for (int d = 0; d < DIGITS; d++) {
        const size_t count = first[d];
        first[d] = at;
        at += count;
    }
    for (size_t i = 0; i < n; i++)
        to[first[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

static double weight_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

/* From weights in ascending order: the Gini coefficient, 2 sum i x_i / (n sum x_i) - (n + 1)/n,
 * and the least share of weights that hold 90 %. */
static void concentrate(mn_protection *p, size_t n, const uint32_t *sorted)
{
    double sum = 0.0, ranked = 0.0, held = 0.0;
    size_t few = 0;
    for (size_t i = 0; i < n; i++) {
        sum += weight_of(sorted[i]);
        ranked += (double)(i + 1) * weight_of(sorted[i]);
    }
    while (few < n && held < 0.9 * sum)
        held += weight_of(sorted[n - 1 - few++]);
    const bool defined = sum > 0.0;
    p->gini = defined ? 2.0 * ranked / ((double)n * sum) - ((double)n + 1.0) / (double)n
                      : (double)NAN;
    p->share90 = defined ? (double)few / (double)n : (double)NAN;
}

static mn_status measure_concentration(mn_protection *p, size_t n, mn_err *err)
{
    uint32_t *a = malloc(n * sizeof *a), *b = malloc(n * sizeof *b);
    if (a && b) {
        memcpy(a, p->importance, n * sizeof *a);
        sort_by_digit(n, 0, a, b);
        sort_by_digit(n, DIGIT_BITS, b, a);
        sort_by_digit(n, 2 * DIGIT_BITS, a, b);
        concentrate(p, n, b);
    }
    const bool failed = !a || !b;
    free(a);
    free(b);
    return failed ? mn_fail(err, MN_ENOMEM, "cannot sort the importance of %zu weights", n)
                  : MN_OK;
}

static void measure_units(mn_session *s)
{
    mn_protection *p = &s->protection;
    const mn_shape *shape = mn_model_shape(s->model);
    const size_t n_visible = (size_t)shape->n_visible, n_extra = (size_t)shape->n_extra;
    const int n_units = mn_model_n_units(s->model);
    float *tile = s->work.state; /* free between commands: visible, extra, classes */
    double total = 0.0;
    p->limit = 0.0f;
    for (int u = 0; u < n_units; u++) {
        mn_model_tile_of(s->model, p->importance, u, tile, tile + n_visible,
                         tile + n_visible + n_extra);
        const float most = mn_max_abs(n_visible, tile);
        p->limit = most > p->limit ? most : p->limit;
        p->unit[u] = (float)mn_sum((size_t)mn_model_n_state(s->model), tile);
        total += (double)p->unit[u];
    }
    for (int u = 0; u < n_units && total > 0.0; u++)
        p->unit[u] = (float)((double)p->unit[u] / total);
}

static void layout(mn_session *s)
{
    mn_protection *p = &s->protection;
    p->importance = mn_arena_floats(&p->arena, mn_model_size(s->model));
    p->unit = mn_arena_floats(&p->arena, (size_t)mn_model_n_units(s->model));
}

/* Most strategies never need it. */
static mn_status allocate(mn_session *s, mn_err *err)
{
    if (s->protection.importance)
        return MN_OK;
    s->protection.arena = (mn_arena){0};
    layout(s);
    mn_status status = mn_arena_allocate(&s->protection.arena, "importance to look at", err);
    if (status == MN_OK)
        layout(s);
    return status;
}

mn_status mn_session_measure_protection(mn_session *s, mn_err *err)
{
    mn_protection *p = &s->protection;
    const mn_penalty *penalty = mn_strategy_penalty(s->strategy);
    const int n_terms = penalty && penalty->n_terms > 0 ? penalty->n_terms : 0;
    if (p->measured && p->n_terms == n_terms)
        return MN_OK;
    if (n_terms) {
        mn_status status = allocate(s, err);
        if (status != MN_OK)
            return status;
        scale(s->model, penalty, p->importance);
        if ((status = measure_concentration(p, mn_model_size(s->model), err)) != MN_OK)
            return status;
        measure_units(s);
    }
    p->n_terms = n_terms;
    p->measured = true;
    return MN_OK;
}
