#include "pupil.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *room(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    assert_non_null(p);
    return p;
}

static void apply(mn_param_table table, void *block, const char *const *set)
{
    mn_err err;
    mn_param_defaults(table, block);
    for (; *set; set += 2) {
        const mn_param *row = mn_param_find(table, set[0]);
        assert_non_null(row);
        assert_ok(mn_param_set(row, block, set[1], &err), &err);
    }
}

pupil *pupil_create(const char *model, mn_shape shape, const char *const *set, const char *loss,
                    int error_exponent, const char *optimiser)
{
    const mn_model_ops *ops = mn_model_find(model);
    mn_optimiser_cfg rates;
    mn_err err;
    pupil *p = room(1, sizeof *p);
    void *cfg = room(1, mn_model_cfg_size(ops));
    apply(mn_model_params(ops), cfg, set);
    shape.batch = shape.batch ? shape.batch : PUPIL_ITEMS;
    assert_ok(mn_model_create(&p->m, ops, &shape, cfg, &err), &err);
    free(cfg);
    mn_param_defaults(mn_optimiser_params, &rates);
    assert_ok(mn_optimiser_create(&p->o, mn_optimiser_find(optimiser), p->m, &rates, &err),
              &err);
    p->loss = mn_loss_find(loss);
    p->loss_cfg.error_exponent = error_exponent;
    p->size = mn_model_size(p->m);
    p->n_inputs = (size_t)(shape.n_visible + shape.n_extra);
    p->n_classes = (size_t)shape.n_classes;
    p->X = room(PUPIL_ITEMS * p->n_inputs, sizeof *p->X);
    p->Y = room(PUPIL_ITEMS * p->n_classes, sizeof *p->Y);
    p->logits = room(PUPIL_ITEMS * p->n_classes, sizeof *p->logits);
    p->dlogits = room(PUPIL_ITEMS * p->n_classes, sizeof *p->dlogits);
    p->grad.g = room(p->size, sizeof(float));
    p->grad.exponent = room((size_t)mn_model_n_rows(p->m), sizeof(int));
    mn_rng_seed(&p->r, 1, "weights");
    mn_model_init(p->m, &p->r);
    mn_rng_seed(&p->r, 1, "strategy");
    return p;
}

void pupil_destroy(pupil *p)
{
    mn_strategy_destroy(p->s);
    mn_optimiser_destroy(p->o);
    mn_model_destroy(p->m);
    free(p->X);
    free(p->Y);
    free(p->logits);
    free(p->dlogits);
    free(p->grad.g);
    free(p->grad.exponent);
    free(p);
}

void pupil_protect(pupil *p, const char *strategy, const char *const *set)
{
    mn_strategy_cfg cfg;
    mn_err err;
    apply(mn_strategy_params, &cfg, set);
    mn_strategy_destroy(p->s);
    p->s = NULL;
    assert_ok(mn_strategy_create(&p->s, mn_strategy_find(strategy), p->m, p->loss, &p->loss_cfg,
                                 &cfg, &err),
              &err);
    assert_ok(mn_strategy_task_begin(p->s, p->m, 0, &err), &err);
}

void pupil_items(pupil *p, uint64_t seed, size_t n)
{
    mn_rng r;
    assert_true(n <= PUPIL_ITEMS);
    mn_rng_seed(&r, seed, "items");
    p->n_items = n;
    memset(p->Y, 0, n * p->n_classes * sizeof *p->Y);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < p->n_inputs; j++)
            p->X[i * p->n_inputs + j] = mn_rng_next(&r) >> 63 ? 1.0f : -1.0f;
        p->Y[i * p->n_classes + mn_rng_below(&r, p->n_classes)] = 1.0f;
    }
}

double *pupil_theta(const pupil *p)
{
    double *theta = room(p->size, sizeof *theta);
    for (size_t i = 0; i < p->size; i++)
        theta[i] = (double)mn_model_theta(p->m)[i];
    return theta;
}

double pupil_grad(pupil *p)
{
    const int n = (int)p->n_items;
    mn_model_forward(p->m, p->X, n, p->logits, p->exponent);
    double loss = p->loss->eval(&p->loss_cfg, n, (int)p->n_classes, p->logits, p->exponent,
                                p->Y, p->dlogits);
    if (p->s)
        mn_strategy_answered(
            p->s, p->m,
            &(mn_answers){
                .n = n, .X = p->X, .Y = p->Y, .logits = p->logits, .exponent = p->exponent});
    mn_model_backward(p->m, p->X, n, p->dlogits, &p->grad);
    p->grad.items = n;
    return loss;
}

void pupil_step(pupil *p)
{
    mn_strategy_before(p->s, p->m, &p->r);
    pupil_grad(p);
    mn_strategy_shape(p->s, p->m, &p->grad);
    mn_optimiser_step(p->o, p->m, &p->grad, 0);
    mn_model_project(p->m);
    mn_strategy_stepped(p->s, p->m, &p->grad);
}

/* The source's context is const, what it counts is not. */
typedef struct shelf {
    pupil *p;
} shelf;

static void fetch(const void *ctx, const uint32_t *index, size_t n, float *X, float *Y)
{
    const shelf *from = ctx;
    pupil *p = from->p;
    for (size_t i = 0; i < n; i++) {
        assert_true(index[i] < p->n_items);
        p->fetched[index[i]]++;
        memcpy(X + i * p->n_inputs, p->X + index[i] * p->n_inputs, p->n_inputs * sizeof *X);
        memcpy(Y + i * p->n_classes, p->Y + index[i] * p->n_classes, p->n_classes * sizeof *Y);
    }
}

mn_status pupil_end(pupil *p, int task, mn_err *err)
{
    const shelf from = {p};
    const mn_source items = {.ctx = &from, .n = p->n_items, .fetch = fetch};
    memset(p->fetched, 0, sizeof p->fetched);
    return mn_strategy_task_end(p->s, p->m, task, &items, &p->r, err);
}

int pupil_row(const pupil *p, size_t weight)
{
    int row = 0;
    for (int t = 0; t < mn_model_n_tensors(p->m); t++) {
        const mn_tensor tensor = mn_model_tensor(p->m, t);
        const size_t cols = (size_t)tensor.cols, n = (size_t)tensor.rows * cols;
        if (weight < n)
            return row + (int)(weight / cols);
        weight -= n;
        row += tensor.rows;
    }
    fail();
    return -1;
}

long double *pupil_importance(const pupil *p)
{
    const mn_penalty *penalty = mn_strategy_penalty(p->s);
    long double *true_size = room(p->size, sizeof *true_size);
    for (size_t i = 0; i < p->size; i++)
        true_size[i] =
            ldexpl((long double)penalty->importance[i], penalty->exponent[pupil_row(p, i)]);
    return true_size;
}
