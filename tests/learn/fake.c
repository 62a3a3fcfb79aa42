#include "fake.h"

#include <assert.h>
#include <string.h>

#include "mnemoscope/kernel.h"
#include "mnemoscope/model_impl.h"
#include "support.h"

struct cfg {
    int n_rows;
    fake_recall recall;
};

static void layout(mn_model *m, mn_arena *a)
{
    const struct cfg *c = m->cfg;
    mn_model_declare(m, "memories", c->n_rows, mn_model_n_state(m));
    m->n_units = c->n_rows;
}

static void share_out(const mn_model *m, const float *v, int n, float *share)
{
    const int n_state = mn_model_n_state(m);
    double sum = 0.0;
    for (int k = 0; k < m->n_units; k++) {
        double h = mn_dot((size_t)n, v, m->theta + (size_t)k * (size_t)n_state) / n;
        share[k] = h > 0.0 ? (float)(h * h * h) : 0.0f;
        sum += (double)share[k];
    }
    for (int k = 0; k < m->n_units && sum > 0.0; k++)
        share[k] = (float)((double)share[k] / sum);
}

static void shares(mn_model *m, const float *v, float *share)
{
    share_out(m, v, mn_model_n_state(m), share);
}

static void activity(mn_model *m, const float *X, int n, float *A)
{
    const int n_inputs = m->shape.n_visible + m->shape.n_extra;
    assert(n <= m->shape.batch);
    for (int i = 0; i < n; i++)
        share_out(m, X + (size_t)i * (size_t)n_inputs, m->shape.n_visible,
                  A + (size_t)i * (size_t)m->n_units);
}

static bool update(const mn_model *m, float *v)
{
    const struct cfg *c = m->cfg;
    size_t n_state = (size_t)mn_model_n_state(m);
    if (c->recall == FAKE_CYCLES) {
        mn_scale(n_state, -1.0f, v);
        return true;
    }
    size_t best = 0;
    double most = -1e30;
    for (int k = 0; k < m->n_units; k++) {
        double h = mn_dot(n_state, v, m->theta + (size_t)k * n_state);
        if (h > most) {
            most = h;
            best = (size_t)k;
        }
    }
    const float *row = m->theta + best * n_state;
    if (!memcmp(v, row, n_state * sizeof *v))
        return false;
    memcpy(v, row, n_state * sizeof *v);
    return true;
}

static void relax(mn_model *m, float *V, int n, mn_update u, int max_sweeps, mn_rng *order,
                  int *sweeps, bool *converged)
{
    assert(n <= m->shape.batch);
    for (int i = 0; i < n; i++) {
        float *v = V + (size_t)i * (size_t)mn_model_n_state(m);
        int done = 0;
        bool changed = true;
        int n_changes = 0;
        for (; changed && done < max_sweeps; done++) {
            changed = update(m, v);
            n_changes += changed;
        }
        if (sweeps)
            sweeps[i] = n_changes;
        if (converged)
            converged[i] = !changed;
    }
}

/* Minus the overlap with the nearest row: falls on the way to it. */
static double energy(mn_model *m, const float *v)
{
    size_t n_state = (size_t)mn_model_n_state(m);
    double most = -1e30;
    for (int k = 0; k < m->n_units; k++) {
        double h = mn_dot(n_state, v, m->theta + (size_t)k * n_state);
        most = h > most ? h : most;
    }
    return -most;
}

static void tile(const mn_model *m, const float *theta, int unit, float *pixels, float *extra,
                 float *classes)
{
    const mn_shape *s = &m->shape;
    const float *row = theta + (size_t)unit * (size_t)mn_model_n_state(m);
    if (pixels)
        memcpy(pixels, row, (size_t)s->n_visible * sizeof *pixels);
    if (extra)
        memcpy(extra, row + s->n_visible, (size_t)s->n_extra * sizeof *extra);
    if (classes)
        memcpy(classes, row + s->n_visible + s->n_extra,
               (size_t)s->n_classes * sizeof *classes);
}

static const mn_model_ops bipolar = {.name = "fake",
                                     .title = "Fake memory",
                                     .lo = -1.0f,
                                     .hi = 1.0f,
                                     .cfg_size = sizeof(struct cfg),
                                     .layout = layout,
                                     .activity = activity,
                                     .relax = relax,
                                     .energy = energy,
                                     .shares = shares,
                                     .tile = tile};
static const mn_model_ops unipolar = {.name = "fake",
                                      .title = "Fake memory",
                                      .lo = 0.0f,
                                      .hi = 1.0f,
                                      .cfg_size = sizeof(struct cfg),
                                      .layout = layout,
                                      .activity = activity,
                                      .relax = relax,
                                      .energy = energy,
                                      .shares = shares,
                                      .tile = tile};
static const mn_model_ops forgetful = {.name = "forgetful",
                                       .title = "Forgetful memory",
                                       .lo = -1.0f,
                                       .hi = 1.0f,
                                       .cfg_size = sizeof(struct cfg),
                                       .layout = layout,
                                       .activity = activity,
                                       .tile = tile};

static mn_model *create(const mn_model_ops *ops, const mn_shape *shape, struct cfg cfg)
{
    mn_model *m = NULL;
    mn_err err;
    assert_ok(mn_model_create(&m, ops, shape, &cfg, &err), &err);
    return m;
}

mn_model *fake_create(const mn_shape *shape, int n_rows, const float *rows, fake_recall recall,
                      float lo)
{
    mn_model *m = create(lo < 0.0f ? &bipolar : &unipolar, shape, (struct cfg){n_rows, recall});
    if (rows)
        memcpy(m->theta, rows, m->n_theta * sizeof *rows);
    return m;
}

mn_model *fake_create_forgetful(const mn_shape *shape)
{
    return create(&forgetful, shape, (struct cfg){1, FAKE_JUMPS});
}
