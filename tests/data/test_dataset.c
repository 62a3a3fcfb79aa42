#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "mnemoscope/dataset.h"

static mn_data_cfg defaults(void)
{
    mn_data_cfg cfg;
    mn_param_defaults(mn_data_params, &cfg);
    return cfg;
}

static void every_row_of_the_registry_is_complete(void **state)
{
    for (size_t i = 0; mn_datasets[i]; i++) {
        const mn_dataset_ops *o = mn_datasets[i];
        assert_true(o->name && *o->name && o->title && *o->title && o->cite && o->about);
        assert_non_null(o->load);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(o->name, mn_datasets[j]->name);
    }
    assert_string_equal(mn_datasets[0]->name, "digits");
}

static void the_parameters_have_defaults_that_read_back(void **state)
{
    char text[600];
    mn_err err = {0};
    mn_data_cfg cfg = defaults(), again = defaults();
    for (size_t i = 0; i < mn_data_params.n; i++) {
        const mn_param *p = &mn_data_params.rows[i];
        assert_ok(mn_param_set(p, &again, mn_param_print(p, &cfg, text, sizeof text), &err),
                  &err);
    }
    assert_int_equal(again.items, 0);
    assert_int_equal(again.levels, MN_GREY);
    assert_string_equal(again.data_dir, "");
}

static void names_that_are_wrong_get_a_suggestion(void **state)
{
    mn_data_cfg cfg = defaults();
    mn_dataset *d = NULL;
    mn_err err = {0};
    assert_failed(mn_dataset_load(&d, "digts", &cfg, 1, &err), &err, MN_EINVAL,
                  "did you mean 'digits'");
    assert_failed(mn_dataset_load(&d, "", &cfg, 1, &err), &err, MN_EINVAL, "no dataset ''");
    assert_failed(mn_dataset_load(&d, "arrays", &cfg, 1, &err), &err, MN_EINVAL, "arrays:FILE");
    assert_failed(mn_dataset_load(&d, "arrays:", &cfg, 1, &err), &err, MN_EINVAL,
                  "arrays:FILE");
    assert_failed(mn_dataset_load(&d, "digits:3", &cfg, 1, &err), &err, MN_EINVAL,
                  "takes no argument");
    assert_null(d);
}

static void classes_of_images_cannot_be_changed(void **state)
{
    mn_data_cfg cfg = defaults();
    mn_dataset *d = NULL;
    mn_err err = {0};
    cfg.items = cfg.test_items = 10;
    cfg.classes = 7;
    assert_failed(mn_dataset_load(&d, "digits", &cfg, 1, &err), &err, MN_EINVAL,
                  "classes cannot be 7: 'digits' has 10");
    cfg.classes = 10;
    assert_ok(mn_dataset_load(&d, "digits", &cfg, 1, &err), &err);
    mn_dataset_free(d);
    mn_dataset_free(NULL);
}

static mn_dataset *load_some(int levels)
{
    mn_data_cfg cfg = defaults();
    mn_dataset *d = NULL;
    mn_err err = {0};
    cfg.items = cfg.test_items = 30;
    cfg.levels = levels;
    assert_ok(mn_dataset_load(&d, "digits", &cfg, 1, &err), &err);
    return d;
}

static void bytes_are_mapped_onto_the_range_exactly(void **state)
{
    mn_dataset *d = load_some(MN_GREY);
    float raw[784], x[784], unit[784];
    mn_dataset_read(d, MN_TRAIN, 3, 0.0f, 255.0f, raw);
    mn_dataset_read(d, MN_TRAIN, 3, -1.0f, 1.0f, x);
    mn_dataset_read(d, MN_TRAIN, 3, 0.0f, 1.0f, unit);
    bool ink = false;
    for (int j = 0; j < 784; j++) {
        assert_true(raw[j] == (float)(int)raw[j]);
        assert_true(x[j] == (2.0f * raw[j] - 255.0f) / 255.0f);
        assert_true(unit[j] == raw[j] / 255.0f);
        ink = ink || raw[j] > 200.0f;
    }
    assert_true(ink && x[0] == -1.0f);
    mn_dataset_free(d);
}

static void binary_levels_split_at_128(void **state)
{
    mn_dataset *grey = load_some(MN_GREY), *binary = load_some(MN_BINARY);
    float raw[784], x[784];
    for (size_t i = 0; i < 30; i++) {
        mn_dataset_read(grey, MN_TEST, i, 0.0f, 255.0f, raw);
        mn_dataset_read(binary, MN_TEST, i, -1.0f, 1.0f, x);
        for (int j = 0; j < 784; j++)
            assert_true(x[j] == (raw[j] >= 128.0f ? 1.0f : -1.0f));
    }
    mn_dataset_free(grey);
    mn_dataset_free(binary);
}

static void places_move_inputs(void **state)
{
    mn_dataset *d = load_some(MN_GREY);
    float x[784], moved[784];
    uint32_t places[784];
    for (uint32_t j = 0; j < 784; j++)
        places[j] = (j * 5 + 3) % 784;
    mn_dataset_read(d, MN_TRAIN, 7, -1.0f, 1.0f, x);
    mn_dataset_read_places(d, MN_TRAIN, 7, places, -1.0f, 1.0f, moved);
    for (int j = 0; j < 784; j++)
        assert_true(moved[j] == x[places[j]]);
    assert_int_equal(mn_dataset_inputs(d), 784);
    assert_string_equal(mn_dataset_name(d), "digits");
    mn_dataset_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_registry_is_complete),
        cmocka_unit_test(the_parameters_have_defaults_that_read_back),
        cmocka_unit_test(names_that_are_wrong_get_a_suggestion),
        cmocka_unit_test(classes_of_images_cannot_be_changed),
        cmocka_unit_test(bytes_are_mapped_onto_the_range_exactly),
        cmocka_unit_test(binary_levels_split_at_128),
        cmocka_unit_test(places_move_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
