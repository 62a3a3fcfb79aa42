#include "support.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/model.h"

static void *defaults(const mn_model_ops *ops)
{
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    assert_non_null(cfg);
    mn_param_defaults(mn_model_params(ops), cfg);
    return cfg;
}

static void every_model_says_what_it_is(void **unused)
{
    for (int i = 0; mn_models[i]; i++) {
        const mn_model_ops *ops = mn_models[i];
        assert_ptr_equal(mn_model_find(mn_model_name(ops)), ops);
        assert_true(*mn_model_title(ops) && *mn_model_cite(ops) && *mn_model_about(ops));
        assert_true(*mn_model_unit_noun(ops) && *mn_model_loss(ops));
        float lo, hi;
        mn_model_range(ops, &lo, &hi);
        assert_true(lo < hi);
    }
    assert_null(mn_model_find("no such model"));
}

static void every_parameter_row_is_sound(void **unused)
{
    for (int i = 0; mn_models[i]; i++) {
        mn_param_table t = mn_model_params(mn_models[i]);
        char *block = defaults(mn_models[i]);
        for (size_t k = 0; k < t.n; k++) {
            const mn_param *p = &t.rows[k];
            assert_ptr_equal(mn_param_find(t, p->name), p);
            assert_int_equal(strspn(p->name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                             strlen(p->name));
            assert_true(p->min <= p->def && p->def <= p->max);
            assert_true(p->unit && *p->help && p->help[strlen(p->help) - 1] != '.');
            assert_true(p->offset < mn_model_cfg_size(mn_models[i]));
            char text[64], again[64];
            mn_err err;
            mn_param_print(p, block, text, sizeof text);
            assert_ok(mn_param_set(p, block, text, &err), &err);
            assert_string_equal(mn_param_print(p, block, again, sizeof again), text);
        }
        free(block);
    }
}

static void tensors_are_the_parts_of_theta(void **unused)
{
    const mn_model_ops *ops = mn_model_find("dam");
    void *cfg = defaults(ops);
    mn_model *m;
    mn_err err;
    mn_shape shape = {12, 5, 10, 4, 3, 1, 7};
    assert_ok(mn_model_create(&m, ops, &shape, cfg, &err), &err);
    assert_int_equal(mn_model_n_tensors(m), 1);
    mn_tensor t = mn_model_tensor(m, 0);
    assert_string_equal(t.name, "memories");
    assert_int_equal(t.rows, 100);
    assert_int_equal(t.cols, 27);
    assert_ptr_equal(t.data, mn_model_theta(m));
    assert_int_equal(mn_model_size(m), 2700);
    assert_int_equal(mn_model_n_rows(m), 100);
    assert_int_equal(mn_model_n_units(m), 100);
    assert_int_equal(mn_model_n_state(m), 27);
    assert_true(mn_model_recalls(m));
    mn_model_destroy(m);
    mn_model_destroy(NULL);
    free(cfg);
}

static void the_same_seed_gives_the_same_memories(void **unused)
{
    const mn_model_ops *ops = mn_model_find("dam");
    void *cfg = defaults(ops);
    mn_model *m;
    mn_err err;
    mn_shape shape = {784, 0, 10, 28, 28, 1, 1};
    assert_ok(mn_model_create(&m, ops, &shape, cfg, &err), &err);
    mn_rng a, b;
    mn_rng_seed(&a, 1, "init");
    mn_rng_seed(&b, 1, "init");
    mn_model_init(m, &a);
    size_t n = mn_model_size(m);
    float *first = malloc(n * sizeof *first);
    assert_non_null(first);
    memcpy(first, mn_model_theta(m), n * sizeof *first);
    mn_model_init(m, &b);
    assert_memory_equal(first, mn_model_theta(m), n * sizeof *first);
    double mean = 0.0, square = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += (double)first[i] / (double)n;
        square += (double)first[i] * (double)first[i] / (double)n;
    }
    assert_near(mean, -0.3, 0.005); /* sd 0.3 over 79,400 numbers: 0.001 */
    assert_near(sqrt(square - mean * mean), 0.3, 0.005);
    free(first);
    mn_model_destroy(m);
    free(cfg);
}

static void refuse(mn_shape shape, int memories, mn_status want, const char *part)
{
    const mn_model_ops *ops = mn_model_find("dam");
    void *cfg = defaults(ops);
    char text[16];
    mn_err err = {0};
    snprintf(text, sizeof text, "%d", memories);
    assert_ok(mn_param_set(mn_param_find(mn_model_params(ops), "K"), cfg, text, &err), &err);
    mn_model *m = NULL;
    assert_failed(mn_model_create(&m, ops, &shape, cfg, &err), &err, want, part);
    assert_null(m);
    free(cfg);
}

static void absurd_shapes_are_refused_with_a_message(void **unused)
{
    refuse((mn_shape){0, 0, 10, 0, 0, 1, 1}, 10, MN_EINVAL, "0 visible");
    refuse((mn_shape){9, -1, 10, 3, 3, 1, 1}, 10, MN_EINVAL, "-1 extra");
    refuse((mn_shape){9, 0, 0, 3, 3, 1, 1}, 10, MN_EINVAL, "0 class units");
    refuse((mn_shape){9, 0, 10, 3, 3, 1, 0}, 10, MN_EINVAL, "batches of 0");
    refuse((mn_shape){INT_MAX, INT_MAX, 10, 1, 1, 1, 1}, 10, MN_ENOMEM, "at most");
    refuse((mn_shape){INT_MAX - 100, 0, 10, 1, 1, 1, INT_MAX}, 100000, MN_ENOMEM,
           "Dense associative memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_model_says_what_it_is),
        cmocka_unit_test(every_parameter_row_is_sound),
        cmocka_unit_test(tensors_are_the_parts_of_theta),
        cmocka_unit_test(the_same_seed_gives_the_same_memories),
        cmocka_unit_test(absurd_shapes_are_refused_with_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
