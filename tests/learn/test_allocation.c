/* Linked with --wrap, so that every allocation of the project's own code is counted. */
#include "support.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/loss.h"
#include "mnemoscope/optimiser.h"
#include "pupil.h"

/* Of those that suit models which answer in classes, and so have no ledger: the i-th, or NULL
 * past the last. */
static const mn_strategy_ops *strategy_at(size_t i)
{
    for (size_t k = 0; mn_strategies[k]; k++)
        if (!mn_strategies[k]->weigh && !mn_strategies[k]->odds && !i--)
            return mn_strategies[k];
    return NULL;
}

static size_t n_allocations, n_granted = SIZE_MAX; /* those after that many fail */

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
    return n_allocations++ < n_granted ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t n, size_t size)
{
    return n_allocations++ < n_granted ? __real_calloc(n, size) : NULL;
}

void *__wrap_realloc(void *p, size_t size)
{
    return n_allocations++ < n_granted ? __real_realloc(p, size) : NULL;
}

int __wrap_posix_memalign(void **p, size_t alignment, size_t size)
{
    return n_allocations++ < n_granted ? __real_posix_memalign(p, alignment, size) : ENOMEM;
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
        mn_model_tally(m, BATCH, NULL, &(mn_tally){.fired = fired});
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

static const char *const strategy_set[] = {"proportion", "0.5",    "margin", "0.5",
                                           "path",       "joined", NULL};

static pupil *learner(void)
{
    static const char *const model[] = {"memories", "6", "vertex", "4", NULL};
    const mn_shape shape = {VISIBLE, EXTRA, CLASSES, VISIBLE, 1, 1, 0};
    pupil *p = pupil_create("dam", shape, model, "power", 1, "maxnorm");
    pupil_items(p, 1, 20);
    return p;
}

static void grant(size_t n)
{
    n_allocations = 0;
    n_granted = n;
}

/* The first failure is answered, and nothing stays behind (the address sanitizer counts). */
static void a_strategy_without_memory_is_refused_whatever_is_missing(void **unused)
{
    for (size_t i = 0; strategy_at(i); i++) {
        pupil *p = learner();
        mn_strategy_cfg cfg;
        mn_strategy *s = NULL;
        mn_status status = MN_ENOMEM;
        size_t n = 0;
        mn_err err;
        mn_param_defaults(mn_strategy_params, &cfg);
        for (; status != MN_OK; n++) {
            grant(n);
            status =
                mn_strategy_create(&s, strategy_at(i), p->m, p->loss, &p->loss_cfg, &cfg, &err);
            grant(SIZE_MAX);
            assert_true(status == MN_OK || (status == MN_ENOMEM && !s && *err.msg));
        }
        assert_true(n > 1); /* something is allocated */
        mn_strategy_destroy(s);
        pupil_destroy(p);
    }
}

/* FNV-1a. */
static uint64_t mix(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *b = bytes;
    for (size_t i = 0; i < n; i++)
        h = (h ^ b[i]) * 0x100000001b3u;
    return h;
}

/* Whatever may be lost at a task's end: weights, buffer, penalty and random numbers. */
static uint64_t fingerprint(pupil *p)
{
    const mn_buffer *b = mn_strategy_buffer(p->s);
    uint64_t h = mix(0xcbf29ce484222325u, &p->r, sizeof p->r);
    mn_state_array a;
    h = mix(h, mn_model_theta(p->m), p->size * sizeof(float));
    h = mix(h, &b->n, sizeof b->n);
    if (b->n) {
        h = mix(h, b->X, b->n * p->n_inputs * sizeof *b->X);
        h = mix(h, b->Y, b->n * p->n_classes * sizeof *b->Y);
        h = mix(h, b->task, b->n * sizeof *b->task);
    }
    for (int i = 0; mn_strategy_state(p->s, i, &a); i++) {
        size_t n = (size_t)a.rows * (size_t)a.cols;
        h = a.f ? mix(h, a.f, n * sizeof *a.f) : mix(h, a.i, n * sizeof *a.i);
    }
    return h;
}

static void a_task_that_ends_without_memory_has_not_ended(void **unused)
{
    for (size_t i = 0; strategy_at(i); i++) {
        pupil *p = learner();
        pupil_protect(p, strategy_at(i)->name, strategy_set);
        for (int task = 0; task < 3; task++) {
            mn_status status = MN_ENOMEM;
            mn_err err;
            for (int step = 0; step < 3; step++)
                pupil_step(p);
            const uint64_t before = fingerprint(p);
            for (size_t n = 0; status != MN_OK; n++) {
                grant(n);
                status = pupil_end(p, task, &err);
                grant(SIZE_MAX);
                assert_true(status == MN_OK ||
                            (status == MN_ENOMEM && fingerprint(p) == before));
            }
            status = MN_ENOMEM;
            for (size_t n = 0; status != MN_OK; n++) {
                grant(n);
                status = mn_strategy_task_begin(p->s, p->m, task + 1, &err);
                grant(SIZE_MAX);
                assert_true(status == MN_OK || status == MN_ENOMEM);
            }
        }
        pupil_destroy(p);
    }
}

static void no_strategy_allocates_in_a_step(void **unused)
{
    for (size_t i = 0; strategy_at(i); i++) {
        pupil *p = learner();
        mn_err err;
        pupil_protect(p, strategy_at(i)->name, strategy_set);
        for (int task = 0; task < 3; task++) {
            pupil_step(p); /* BLAS makes its buffers once */
            grant(SIZE_MAX);
            for (int step = 0; step < 50; step++)
                pupil_step(p);
            assert_int_equal(n_allocations, 0);
            assert_ok(pupil_end(p, task, &err), &err);
            assert_ok(mn_strategy_task_begin(p->s, p->m, task + 1, &err), &err);
        }
        pupil_destroy(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_steps_of_every_kind_allocate_nothing),
        cmocka_unit_test(a_strategy_without_memory_is_refused_whatever_is_missing),
        cmocka_unit_test(a_task_that_ends_without_memory_has_not_ended),
        cmocka_unit_test(no_strategy_allocates_in_a_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
