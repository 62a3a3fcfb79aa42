#include "mnemoscope/prototype.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "mnemoscope/blas.h"
#include "mnemoscope/kernel.h"

enum { BLOCK = 64 }; /* units in one matrix product */

/* Below this part of an equal share a unit answers nothing: what little it carries comes from
 * the one or two items nearest to it, which would make every left-behind unit a prototype. */
static const double quiet = 0.01;

const char *mn_index_name(mn_index i)
{
    static const char *const names[MN_N_INDICES] = {"winner-share", "item-match",
                                                    "label-purity"};
    assert(i >= 0 && i < MN_N_INDICES);
    return names[i];
}

const char *mn_index_about(mn_index i)
{
    static const char *const about[MN_N_INDICES] = {
        "how few units answer when this one does: 0 all of them, 1 it alone",
        "how alike the items look that it answers: 0 any items, 1 one picture",
        "how few classes the items are of that it answers: 0 all, 1 one class"};
    assert(i >= 0 && i < MN_N_INDICES);
    return about[i];
}

/* The probe as every unit is measured on it. */
typedef struct probe {
    int n, n_visible, n_units, n_classes;
    const int *label;
    float *A;      /* (n, n_units): shares */
    float *D;      /* (n, n_visible): items minus the mean item */
    float *square; /* (n): |d_i|^2 */
    float *P;      /* (BLOCK, n): the shares of a block of units, unit by unit */
    float *M;      /* (BLOCK, n_visible): the block's sums of share * d */
    float *class;  /* (n_classes) */
} probe;

/* Places the arrays in `work` (NULL: only counts) and returns how many floats they take. */
static size_t place(probe *p, const mn_model *m, int n, float *work)
{
    const mn_shape *shape = mn_model_shape(m);
    *p = (probe){.n = n,
                 .n_visible = shape->n_visible,
                 .n_units = mn_model_n_units(m),
                 .n_classes = shape->n_classes};
    size_t items = (size_t)n, visible = (size_t)p->n_visible;
    const struct {
        float **array;
        size_t n;
    } parts[] = {{&p->A, items * (size_t)p->n_units},
                 {&p->D, items * visible},
                 {&p->square, items},
                 {&p->P, BLOCK * items},
                 {&p->M, BLOCK * visible},
                 {&p->class, (size_t)p->n_classes}};
    size_t used = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *parts[i].array = work ? work + used : NULL;
        used += parts[i].n;
    }
    return used;
}

size_t mn_prototype_work(const mn_model *m, int n)
{
    probe p;
    return place(&p, m, n, NULL);
}

/* D and square from the visible parts of X (n, n_inputs). */
static void centre(probe *p, const float *X, size_t n_inputs)
{
    size_t visible = (size_t)p->n_visible, n = (size_t)p->n;
    float *mean = p->M; /* not needed yet */
    for (size_t j = 0; j < visible; j++)
        mean[j] = 0.0f;
    for (size_t i = 0; i < n; i++)
        mn_axpy(visible, 1.0f / (float)n, X + i * n_inputs, mean);
    for (size_t i = 0; i < n; i++) {
        float *d = p->D + i * visible;
        memcpy(d, X + i * n_inputs, visible * sizeof *d);
        mn_axpy(visible, -1.0f, mean, d);
        p->square[i] = (float)mn_sumsq(visible, d);
    }
}

static void activate(probe *p, mn_model *m, const float *X, size_t n_inputs)
{
    int batch = mn_model_shape(m)->batch;
    for (int i = 0; i < p->n; i += batch) {
        int n_now = p->n - i < batch ? p->n - i : batch;
        mn_model_activity(m, X + (size_t)i * n_inputs, n_now,
                          p->A + (size_t)i * (size_t)p->n_units);
    }
}

/* 1 - sum p log(1/a) / log K with p = a / total. */
static double winner_share(const probe *p, const float *a, double total)
{
    if (p->n_units == 1)
        return 1.0;
    double sum = 0.0;
    for (int i = 0; i < p->n; i++)
        if (a[i] > 0.0f)
            sum -= (double)a[i] * log((double)a[i]);
    return fmax(0.0, 1.0 - sum / (total * log(p->n_units)));
}

/* |sum p d| / sqrt(sum p |d|^2); `sum` is sum a d. */
static double item_match(const probe *p, const float *a, double total, const float *sum)
{
    double square = mn_dot((size_t)p->n, a, p->square);
    if (!(square > 0.0))
        return nan("");
    return fmin(1.0, sqrt(mn_sumsq((size_t)p->n_visible, sum) / (total * square)));
}

static double label_purity(const probe *p, const float *a, double total)
{
    if (p->n_classes == 1)
        return nan("");
    for (int c = 0; c < p->n_classes; c++)
        p->class[c] = 0.0f;
    for (int i = 0; i < p->n; i++)
        p->class[p->label[i]] += a[i];
    double entropy = 0.0;
    for (int c = 0; c < p->n_classes; c++) {
        double q = (double)p->class[c] / total;
        entropy -= q > 0.0 ? q * log(q) : 0.0;
    }
    return fmin(1.0, fmax(0.0, 1.0 - entropy / log(p->n_classes)));
}

/* Share and indices of the units first .. first + n - 1. */
static void measure_block(const probe *p, int first, int n, mn_units *u)
{
    size_t items = (size_t)p->n, n_units = (size_t)p->n_units;
    for (size_t i = 0; i < items; i++)
        for (int k = 0; k < n; k++)
            p->P[(size_t)k * items + i] = p->A[i * n_units + (size_t)(first + k)];
    mn_gemm_nn(n, p->n_visible, p->n, 1.0f, p->P, p->n, p->D, p->n_visible, 0.0f, p->M,
               p->n_visible);
    for (int k = 0; k < n; k++) {
        const float *a = p->P + (size_t)k * items;
        const float *sum = p->M + (size_t)k * (size_t)p->n_visible;
        double total = mn_sum(items, a);
        bool answers = total * p->n_units >= quiet * p->n;
        int unit = first + k;
        u->share[unit] = (float)(total / p->n);
        u->index[MN_WINNER_SHARE][unit] = answers ? (float)winner_share(p, a, total) : NAN;
        u->index[MN_ITEM_MATCH][unit] = answers ? (float)item_match(p, a, total, sum) : NAN;
        u->index[MN_LABEL_PURITY][unit] = answers ? (float)label_purity(p, a, total) : NAN;
    }
}

/* Norm and label are read off the weights. */
static void read_weights(const probe *p, const mn_model *m, mn_units *u)
{
    float *pixels = p->M;
    for (int k = 0; k < p->n_units; k++) {
        mn_model_tile(m, k, pixels, NULL, p->class);
        u->norm[k] = (float)sqrt(mn_sumsq((size_t)p->n_visible, pixels));
        u->label[k] = (int)mn_argmax((size_t)p->n_classes, p->class);
    }
}

void mn_prototype_measure(mn_model *m, const float *X, const int *label, int n, float *work,
                          mn_units *u)
{
    assert(n > 0 && u->n == mn_model_n_units(m));
    const mn_shape *shape = mn_model_shape(m);
    size_t n_inputs = (size_t)shape->n_visible + (size_t)shape->n_extra;
    probe p;
    place(&p, m, n, work);
    p.label = label;
    centre(&p, X, n_inputs);
    activate(&p, m, X, n_inputs);
    for (int first = 0; first < p.n_units; first += BLOCK)
        measure_block(&p, first, p.n_units - first < BLOCK ? p.n_units - first : BLOCK, u);
    read_weights(&p, m, u);
}

double mn_prototype_mean(const mn_units *u, mn_index which)
{
    double sum = 0.0;
    int n = 0;
    for (int i = 0; i < u->n; i++)
        if (!isnan(u->index[which][i])) {
            sum += (double)u->index[which][i];
            n++;
        }
    return n ? sum / n : nan("");
}
