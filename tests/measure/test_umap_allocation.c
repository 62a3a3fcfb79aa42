/* Linked with --wrap, so that every allocation of the project's own code is counted. */
#include "support.h"

#include <stdlib.h>

#include "mnemoscope/rng.h"
#include "mnemoscope/umap.h"

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

static void a_map_allocates_twice_and_then_no_more(void **state)
{
    enum { N = 150, DIMS = 7, OTHERS = 90 };
    static float X[N * DIMS];
    mn_umap_cfg cfg;
    mn_umap *u;
    mn_err err;
    mn_rng r;
    mn_rng_seed(&r, 1, "test");
    for (int i = 0; i < N * DIMS; i++)
        X[i] = (float)mn_rng_normal(&r);
    mn_param_defaults(mn_umap_params, &cfg);
    n_allocations = 0;
    assert_ok(mn_umap_create(&u, X, &(mn_umap_shape){N, DIMS, OTHERS}, &cfg, 1, &err), &err);
    assert_int_equal(n_allocations, 2); /* itself and its arena */
    for (int i = 0; i < 3; i++) {
        while (mn_umap_advance(u, 1))
            ;
        assert_ok(mn_umap_place(u, X, OTHERS, &err), &err);
    }
    assert_int_equal(n_allocations, 2);
    mn_umap_destroy(u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_allocates_twice_and_then_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
