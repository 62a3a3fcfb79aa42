#include "support.h"

#include <string.h>

#include "mnemoscope/dataset.h"

enum { N = 100 };

static mn_dataset *load(int classes, int items, uint64_t seed)
{
    mn_dataset *d;
    mn_err err;
    mn_data_cfg cfg;
    mn_param_defaults(mn_data_params, &cfg);
    cfg.classes = classes;
    cfg.items = items;
    assert_ok(mn_dataset_load(&d, "states", &cfg, seed, &err), &err);
    return d;
}

static int distance(const mn_dataset *d, mn_split a, size_t i, mn_split b, size_t k)
{
    float x[N], y[N];
    int n = 0;
    mn_dataset_read(d, a, i, -1.0f, 1.0f, x);
    mn_dataset_read(d, b, k, -1.0f, 1.0f, y);
    for (int j = 0; j < N; j++)
        n += x[j] != y[j];
    return n;
}

/* Two random states differ in 50 units, give or take 5. */
static void every_state_is_a_class_and_far_from_the_others(void **state)
{
    (void)state;
    mn_dataset *d = load(0, 0, 1);
    assert_int_equal(mn_dataset_shape(d)->n_classes, 20);
    assert_int_equal(mn_dataset_inputs(d), N);
    for (size_t i = 0; i < 20; i++) {
        assert_int_equal(mn_dataset_label(d, MN_TRAIN, i), (int)i);
        assert_int_equal(distance(d, MN_TRAIN, i, MN_TRAIN, i + 20), 0);
        for (size_t k = 0; k < i; k++)
            assert_in_range(distance(d, MN_TRAIN, i, MN_TRAIN, k), 25, 75);
    }
    mn_dataset_free(d);
}

static void a_probe_has_ten_units_of_its_state_flipped(void **state)
{
    (void)state;
    mn_dataset *d = load(7, 0, 2);
    for (size_t i = 0; i < mn_dataset_shape(d)->n[MN_TEST]; i++) {
        int label = mn_dataset_label(d, MN_TEST, i);
        assert_int_equal(distance(d, MN_TEST, i, MN_TRAIN, (size_t)label), 10);
    }
    mn_dataset_free(d);
}

static void a_state_is_the_same_however_many_there_are(void **state)
{
    (void)state;
    mn_dataset *few = load(3, 0, 5), *many = load(128, 128, 5), *other = load(3, 0, 6);
    float x[N], y[N], z[N];
    for (size_t i = 0; i < 3; i++) {
        mn_dataset_read(few, MN_TRAIN, i, -1.0f, 1.0f, x);
        mn_dataset_read(many, MN_TRAIN, i, -1.0f, 1.0f, y);
        mn_dataset_read(other, MN_TRAIN, i, -1.0f, 1.0f, z);
        assert_memory_equal(x, y, sizeof x);
        assert_memory_not_equal(x, z, sizeof x);
    }
    mn_dataset_free(few);
    mn_dataset_free(many);
    mn_dataset_free(other);
}

static void fewer_items_than_states_are_refused(void **state)
{
    (void)state;
    mn_dataset *d;
    mn_err err;
    mn_data_cfg cfg;
    mn_param_defaults(mn_data_params, &cfg);
    cfg.items = 19;
    assert_failed(mn_dataset_load(&d, "states", &cfg, 1, &err), &err, MN_EINVAL, "items=19");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_a_class_and_far_from_the_others),
        cmocka_unit_test(a_probe_has_ten_units_of_its_state_flipped),
        cmocka_unit_test(a_state_is_the_same_however_many_there_are),
        cmocka_unit_test(fewer_items_than_states_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
