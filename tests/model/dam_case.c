#include "dam_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *room(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    assert_non_null(p);
    return p;
}

static void remember(dam_case *c, const char *name, const char *text)
{
    if (!strcmp(name, "vertex"))
        c->vertex = atoi(text);
    else if (!strcmp(name, "interaction"))
        c->kind = text[0] == 'p' ? 0 : text[0] == 'r' ? 1 : 2;
    else if (!strcmp(name, "leak"))
        c->leak = atof(text);
    else if (!strcmp(name, "temperature"))
        c->temperature = atof(text);
    else if (!strcmp(name, "similarity"))
        c->raw = text[0] == 'r';
    else if (!strcmp(name, "memories"))
        c->K = atoi(text);
}

static void put(const char *name, void *cfg, const char *text)
{
    mn_param_table table = mn_model_params(mn_model_find("dam"));
    const mn_param *p = mn_param_find(table, name);
    assert_non_null(p);
    mn_err err = {0};
    assert_ok(mn_param_set(p, cfg, text, &err), &err);
}

dam_case dam_case_make(int visible, int extra, int classes, int batch, const char *const *set)
{
    const mn_model_ops *ops = mn_model_find("dam");
    dam_case c = {.visible = visible,
                  .extra = extra,
                  .classes = classes,
                  .batch = batch,
                  .D = visible + extra + classes,
                  .K = 100,
                  .vertex = 2,
                  .kind = 2,
                  .leak = 0.01,
                  .temperature = 0.3};
    void *cfg = room(1, mn_model_cfg_size(ops));
    mn_param_defaults(mn_model_params(ops), cfg);
    for (; *set; set += 2) {
        put(set[0], cfg, set[1]);
        remember(&c, set[0], set[1]);
    }
    mn_shape shape = {visible, extra, classes, visible, 1, 1, batch};
    mn_err err = {0};
    assert_ok(mn_model_create(&c.m, ops, &shape, cfg, &err), &err);
    free(cfg);
    size_t n_inputs = (size_t)(visible + extra), n = (size_t)batch, C = (size_t)classes;
    c.X = room(n * n_inputs, sizeof(float));
    c.Y = room(n * C, sizeof(float));
    c.logits = room(n * C, sizeof(float));
    c.dlogits = room(n * C, sizeof(float));
    c.exponent = room(n, sizeof(int));
    c.grad.g = room(mn_model_size(c.m), sizeof(float));
    c.grad.exponent = room((size_t)c.K, sizeof(int));
    return c;
}

void dam_case_finish(dam_case *c)
{
    mn_model_destroy(c->m);
    free(c->X);
    free(c->Y);
    free(c->logits);
    free(c->dlogits);
    free(c->exponent);
    free(c->grad.g);
    free(c->grad.exponent);
}

void dam_case_set(dam_case *c, const char *name, const char *text)
{
    put(name, mn_model_cfg(c->m), text);
    remember(c, name, text);
}

void dam_case_draw(dam_case *c, mn_rng *r, double mean, double sd)
{
    for (int i = 0; i < c->batch * (c->visible + c->extra); i++)
        c->X[i] = (float)(2.0 * mn_rng_uniform(r) - 1.0);
    memset(c->Y, 0, (size_t)(c->batch * c->classes) * sizeof *c->Y);
    for (int i = 0; i < c->batch; i++)
        c->Y[i * c->classes + (int)mn_rng_below(r, (uint64_t)c->classes)] = 1.0f;
    for (size_t i = 0; i < mn_model_size(c->m); i++)
        mn_model_theta(c->m)[i] = (float)(mean + sd * mn_rng_normal(r));
}

double reference_F(const dam_case *c, double s)
{
    if (s > 0.0 || c->kind == 0)
        return pow(s, c->vertex);
    return c->kind == 2 ? c->leak * s : 0.0;
}

static double factor(const dam_case *c)
{
    return 1.0 / (c->temperature * (c->raw ? 1 : c->D));
}

void reference_logits(const dam_case *c, const double *xi, const float *x, double *logits)
{
    int n_inputs = c->visible + c->extra;
    for (int d = 0; d < c->classes; d++)
        logits[d] = 0.0;
    for (int mu = 0; mu < c->K; mu++) {
        const double *row = xi + mu * c->D;
        double off = 0.0;
        for (int j = 0; j < n_inputs; j++)
            off += row[j] * (double)x[j];
        for (int d = 0; d < c->classes; d++)
            off -= row[n_inputs + d];
        for (int d = 0; d < c->classes; d++)
            logits[d] += reference_F(c, factor(c) * (off + 2.0 * row[n_inputs + d])) -
                         reference_F(c, factor(c) * off);
    }
}

double reference_loss(const dam_case *c, const double *xi, int m)
{
    double loss = 0.0, logits[64];
    for (int i = 0; i < c->batch; i++) {
        reference_logits(c, xi, c->X + i * (c->visible + c->extra), logits);
        for (int d = 0; d < c->classes; d++)
            loss +=
                pow(tanh(logits[d]) - (2.0 * (double)c->Y[i * c->classes + d] - 1.0), 2.0 * m);
    }
    return loss;
}

double reference_energy(const dam_case *c, const float *v)
{
    const float *theta = mn_model_theta(c->m);
    double sum = 0.0;
    for (int mu = 0; mu < c->K; mu++) {
        double s = 0.0;
        for (int j = 0; j < c->D; j++)
            s += (double)theta[mu * c->D + j] * (double)v[j];
        sum += reference_F(c, factor(c) * s);
    }
    return -sum;
}

double *dam_case_xi(const dam_case *c)
{
    size_t n = mn_model_size(c->m);
    double *xi = room(n, sizeof *xi);
    for (size_t i = 0; i < n; i++)
        xi[i] = (double)mn_model_theta(c->m)[i];
    return xi;
}
