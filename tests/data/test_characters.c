#include "support.h"

#include <string.h>

#include "mnemoscope/dataset.h"

enum { N = 64 };

static mn_dataset *load(int classes, int items, int test_items, uint64_t seed)
{
    mn_dataset *d;
    mn_err err;
    mn_data_cfg cfg;
    mn_param_defaults(mn_data_params, &cfg);
    cfg.classes = classes;
    cfg.items = items;
    cfg.test_items = test_items;
    assert_ok(mn_dataset_load(&d, "characters", &cfg, seed, &err), &err);
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

static void there_are_as_many_characters_as_units_and_each_is_a_class(void **state)
{
    mn_dataset *d = load(0, 0, 0, 1);
    assert_int_equal(mn_dataset_shape(d)->n_classes, N);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], N);
    assert_int_equal(mn_dataset_inputs(d), N);
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(mn_dataset_label(d, MN_TRAIN, i), (int)i);
        assert_int_equal(mn_dataset_class(d, (int)i)[0], i < 26   ? 'A' + (int)i
                                                         : i < 52 ? 'a' + (int)i - 26
                                                                  : "0123456789+?"[i - 52]);
        for (size_t k = 0; k < i; k++)
            assert_in_range(distance(d, MN_TRAIN, i, MN_TRAIN, k), 5, 59);
    }
    mn_dataset_free(d);
}

/* About as many units are on as off, which list learning without thresholds needs. */
static void characters_are_about_half_ink(void **state)
{
    mn_dataset *d = load(0, 0, 0, 1);
    float x[N];
    int n_on = 0;
    for (size_t i = 0; i < N; i++) {
        mn_dataset_read(d, MN_TRAIN, i, 0.0f, 1.0f, x);
        for (int j = 0; j < N; j++) {
            assert_true(x[j] == 0.0f || x[j] == 1.0f);
            n_on += x[j] > 0.5f;
        }
    }
    assert_in_range(n_on, 2 * N * N / 5, 3 * N * N / 5);
    mn_dataset_free(d);
}

static void a_probe_has_six_units_of_its_character_turned_over(void **state)
{
    mn_dataset *d = load(9, 27, 0, 2), *other = load(9, 27, 0, 3);
    float x[N], y[N];
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 27);
    for (size_t i = 0; i < mn_dataset_shape(d)->n[MN_TEST]; i++) {
        const int label = mn_dataset_label(d, MN_TEST, i);
        assert_int_equal(label, (int)(i % 9));
        assert_int_equal(distance(d, MN_TEST, i, MN_TRAIN, (size_t)label), 6);
    }
    assert_int_equal(distance(d, MN_TRAIN, 4, MN_TRAIN, 22), 0);
    mn_dataset_read(d, MN_TEST, 0, -1.0f, 1.0f, x);
    mn_dataset_read(other, MN_TEST, 0, -1.0f, 1.0f, y);
    assert_memory_not_equal(x, y, sizeof x);
    mn_dataset_free(d);
    mn_dataset_free(other);
}

static void what_cannot_be_is_refused(void **state)
{
    mn_dataset *d;
    mn_err err;
    mn_data_cfg cfg;
    mn_param_defaults(mn_data_params, &cfg);
    cfg.classes = 65;
    assert_failed(mn_dataset_load(&d, "characters", &cfg, 1, &err), &err, MN_EINVAL, "65");
    cfg.classes = 0;
    cfg.items = 63;
    assert_failed(mn_dataset_load(&d, "characters", &cfg, 1, &err), &err, MN_EINVAL,
                  "items=63");
    cfg.items = 0;
    cfg.test_items = 1;
    assert_failed(mn_dataset_load(&d, "characters", &cfg, 1, &err), &err, MN_EINVAL,
                  "test-items=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_as_many_characters_as_units_and_each_is_a_class),
        cmocka_unit_test(characters_are_about_half_ink),
        cmocka_unit_test(a_probe_has_six_units_of_its_character_turned_over),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
