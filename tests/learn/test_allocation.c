/* Linked with --wrap, so that every allocation of the project's own code is counted. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "mnemoscope/loss.h"
#include "mnemoscope/optimiser.h"

static size_t n_allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
int __real_posix_memalign(void **p, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
int __wrap_posix_memalign(void **p, size_t alignment, size_t size);

void *__wrap_malloc(size_t size)
{
    n_allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    n_allocations++;
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    n_allocations++;
    return __real_realloc(p, size);
}

int __wrap_posix_memalign(void **p, size_t alignment, size_t size)
{
    n_allocations++;
    return __real_posix_memalign(p, alignment, size);
}

enum { VISIBLE = 30, EXTRA = 2, CLASSES = 4, BATCH = 8, D = VISIBLE + EXTRA + CLASSES };

static void a_thousand_steps_of_every_kind_allocate_nothing(void **unused)
{
    const mn_model_ops *ops = mn_model_find("dam");
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    assert_non_null(cfg);
    mn_param_defaults(mn_model_params(ops), cfg);
    mn_model *m;
    mn_optimiser *o;
    mn_err err;
    mn_shape shape = {VISIBLE, EXTRA, CLASSES, VISIBLE, 1, 1, BATCH};
    assert_ok(mn_model_create(&m, ops, &shape, cfg, &err), &err);
    mn_optimiser_cfg rates;
    mn_loss_cfg loss;
    mn_param_defaults(mn_optimiser_params, &rates);
    mn_param_defaults(mn_loss_params, &loss);
    assert_ok(mn_optimiser_create(&o, mn_optimiser_find("maxnorm"), m, &rates, &err), &err);
    mn_rng r;
    mn_rng_seed(&r, 1, "allocation");
    mn_model_init(m, &r);
    static float X[BATCH * (VISIBLE + EXTRA)], Y[BATCH * CLASSES], logits[BATCH * CLASSES],
        dlogits[BATCH * CLASSES], g[100 * D], A[BATCH * 100], V[BATCH * D];
    static int exponent[BATCH], row_exponent[100];
    static uint32_t fired[100];
    mn_grad grad = {.g = g, .exponent = row_exponent};
    const mn_param *vertex = mn_param_find(mn_model_params(ops), "vertex");
    for (size_t i = 0; i < sizeof X / sizeof *X; i++)
        X[i] = (float)mn_rng_normal(&r);
    /* BLAS makes its buffers once */
    mn_model_forward(m, X, BATCH, logits, exponent);
    assert_true(n_allocations > 0); /* the counting works */

    n_allocations = 0;
    for (int step = 0; step < 1000; step++) {
        assert_ok(mn_param_set(vertex, mn_model_cfg(m), step % 3 ? "7" : "100", &err), &err);
        mn_model_progress(m, &(mn_progress){.step = step});
        mn_model_forward(m, X, BATCH, logits, exponent);
        mn_model_tally(m, BATCH, fired);
        mn_loss_find("power")->eval(&loss, BATCH, CLASSES, logits, exponent, Y, dlogits);
        mn_model_backward(m, X, BATCH, dlogits, &grad);
        mn_optimiser_step(o, m, &grad, 0);
        mn_model_project(m);
        if (step % 50)
            continue;
        mn_model_activity(m, X, BATCH, A);
        for (int i = 0; i < BATCH * D; i++)
            V[i] = mn_rng_next(&r) >> 63 ? 1.0f : -1.0f;
        mn_model_relax(m, V, BATCH, MN_ASYNCHRONOUS, 3, &r, NULL, NULL);
        mn_model_relax(m, V, BATCH, MN_SYNCHRONOUS, 3, NULL, NULL, NULL);
        mn_model_energy(m, V);
        mn_model_shares(m, V, A);
        mn_optimiser_reset(o);
    }
    assert_int_equal(n_allocations, 0);
    mn_optimiser_destroy(o);
    mn_model_destroy(m);
    free(cfg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_steps_of_every_kind_allocate_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
