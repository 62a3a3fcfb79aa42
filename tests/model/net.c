#include "net.h"

#include <stdlib.h>

#include "support.h"

void *net_numbers(size_t n, size_t size)
{
    void *p = calloc(n, size);
    assert_non_null(p);
    return p;
}

static void put(const mn_model_ops *ops, void *cfg, const char *name, const char *text)
{
    mn_err err;
    const mn_param *p = mn_param_find(mn_model_params(ops), name);
    assert_non_null(p);
    assert_ok(mn_param_set(p, cfg, text, &err), &err);
}

void net_set(net *t, const char *name, const char *text)
{
    put(mn_model_kind(t->m), mn_model_cfg(t->m), name, text);
}

net net_make(const char *model, mn_shape shape, const char *const *pairs)
{
    net t = {.n_inputs = shape.n_visible + shape.n_extra,
             .classes = shape.n_classes,
             .batch = shape.batch};
    const mn_model_ops *ops = mn_model_find(model);
    mn_err err;
    void *cfg = net_numbers(1, mn_model_cfg_size(ops));
    mn_param_defaults(mn_model_params(ops), cfg);
    for (; *pairs; pairs += 2)
        put(ops, cfg, pairs[0], pairs[1]);
    assert_ok(mn_model_create(&t.m, ops, &shape, cfg, &err), &err);
    free(cfg);
    t.r = mn_model_n_units(t.m);
    const size_t batch = (size_t)t.batch, C = (size_t)t.classes;
    t.X = net_numbers(batch * (size_t)t.n_inputs, sizeof *t.X);
    t.logits = net_numbers(batch * C, sizeof *t.logits);
    t.dlogits = net_numbers(batch * C, sizeof *t.dlogits);
    t.exponent = net_numbers(batch, sizeof *t.exponent);
    t.grad.g = net_numbers(mn_model_size(t.m), sizeof *t.grad.g);
    t.grad.exponent = net_numbers((size_t)mn_model_n_rows(t.m), sizeof *t.grad.exponent);
    mn_rng r;
    mn_rng_seed(&r, 1, "mlp");
    mn_model_init(t.m, &r);
    for (size_t i = 0; i < batch * (size_t)t.n_inputs; i++)
        t.X[i] = (float)mn_rng_uniform(&r);
    for (size_t i = 0; i < batch * C; i++)
        t.dlogits[i] = (float)mn_rng_normal(&r);
    return t;
}

void net_finish(net *t)
{
    mn_model_destroy(t->m);
    free(t->X);
    free(t->logits);
    free(t->dlogits);
    free(t->exponent);
    free(t->grad.g);
    free(t->grad.exponent);
    free(t->grad.touched.list);
}

void net_keep_rows(net *t)
{
    t->grad.touched.list =
        net_numbers((size_t)mn_model_n_rows(t->m), sizeof *t->grad.touched.list);
}

int *net_counts(net *t)
{
    mn_state_array a;
    assert_true(mn_model_state(t->m, 0, &a));
    assert_string_equal(a.name, "counts");
    assert_int_equal(a.rows * a.cols, t->r);
    assert_null(a.f);
    return a.i;
}

void net_forward(net *t)
{
    mn_model_forward(t->m, t->X, t->batch, t->logits, t->exponent);
}

void net_backward(net *t)
{
    mn_model_backward(t->m, t->X, t->batch, t->dlogits, &t->grad);
}
