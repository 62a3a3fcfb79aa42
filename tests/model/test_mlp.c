#include "support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/model.h"

typedef struct net {
    mn_model *m;
    int n_inputs, classes, batch, r;
    float *X, *logits, *dlogits;
    int *exponent;
    mn_grad grad;
} net;

static void set(mn_model *m, const char *name, const char *text)
{
    mn_err err;
    const mn_param *p = mn_param_find(mn_model_params(mn_model_kind(m)), name);
    assert_non_null(p);
    assert_ok(mn_param_set(p, mn_model_cfg(m), text, &err), &err);
}

static void *numbers(size_t n, size_t size)
{
    void *p = calloc(n, size);
    assert_non_null(p);
    return p;
}

/* `set`: pairs of parameters and texts, ended by NULL. */
static net make(mn_shape shape, const char *const *pairs)
{
    net t = {.n_inputs = shape.n_visible + shape.n_extra,
             .classes = shape.n_classes,
             .batch = shape.batch};
    const mn_model_ops *ops = mn_model_find("mlp");
    mn_err err;
    void *cfg = numbers(1, mn_model_cfg_size(ops));
    mn_param_defaults(mn_model_params(ops), cfg);
    for (; *pairs; pairs += 2)
        assert_ok(
            mn_param_set(mn_param_find(mn_model_params(ops), pairs[0]), cfg, pairs[1], &err),
            &err);
    assert_ok(mn_model_create(&t.m, ops, &shape, cfg, &err), &err);
    free(cfg);
    t.r = mn_model_n_units(t.m);
    const size_t batch = (size_t)t.batch, C = (size_t)t.classes;
    t.X = numbers(batch * (size_t)t.n_inputs, sizeof *t.X);
    t.logits = numbers(batch * C, sizeof *t.logits);
    t.dlogits = numbers(batch * C, sizeof *t.dlogits);
    t.exponent = numbers(batch, sizeof *t.exponent);
    t.grad.g = numbers(mn_model_size(t.m), sizeof *t.grad.g);
    t.grad.exponent = numbers((size_t)mn_model_n_rows(t.m), sizeof *t.grad.exponent);
    mn_rng r;
    mn_rng_seed(&r, 1, "mlp");
    mn_model_init(t.m, &r);
    for (size_t i = 0; i < batch * (size_t)t.n_inputs; i++)
        t.X[i] = (float)mn_rng_uniform(&r);
    for (size_t i = 0; i < batch * C; i++)
        t.dlogits[i] = (float)mn_rng_normal(&r);
    return t;
}

static void finish(net *t)
{
    mn_model_destroy(t->m);
    free(t->X);
    free(t->logits);
    free(t->dlogits);
    free(t->exponent);
    free(t->grad.g);
    free(t->grad.exponent);
}

static void forward(net *t)
{
    mn_model_forward(t->m, t->X, t->batch, t->logits, t->exponent);
}

static void backward(net *t)
{
    mn_model_backward(t->m, t->X, t->batch, t->dlogits, &t->grad);
}

static const mn_shape small = {5, 2, 3, 5, 1, 1, 4};

static void tensors_have_their_public_names_and_shapes(void **unused)
{
    static const struct {
        const char *name;
        int rows, cols;
    } want[] = {
        {"addresses", 6, 7}, {"address_bias", 1, 6}, {"values", 3, 6}, {"value_bias", 1, 3}};
    net t = make(small, (const char *const[]){"neurons", "6", NULL});
    assert_int_equal(mn_model_n_tensors(t.m), 4);
    for (int i = 0; i < 4; i++) {
        const mn_tensor tensor = mn_model_tensor(t.m, i);
        assert_string_equal(tensor.name, want[i].name);
        assert_int_equal(tensor.rows, want[i].rows);
        assert_int_equal(tensor.cols, want[i].cols);
    }
    assert_int_equal(mn_model_n_rows(t.m), 11);
    assert_false(mn_model_recalls(t.m));
    finish(&t);
    t = make(small, (const char *const[]){"r", "6", "bias", "no", "output-bias", "no", NULL});
    assert_int_equal(mn_model_n_tensors(t.m), 2);
    assert_string_equal(mn_model_tensor(t.m, 1).name, "values");
    finish(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_have_their_public_names_and_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
