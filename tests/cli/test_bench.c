#include "program.h"

static double number_of(const json_t *row, const char *key)
{
    const json_t *v = json_object_get(row, key);
    if (!json_is_number(v))
        fail_msg("there is no number '%s'", key);
    return json_number_value(v);
}

/* Times are the machine's; that they are there and make sense is the program's. */
static void bench_measures_steps_and_frames(void **state)
{
    (void)state;
    json_t *o = assert_json(call(NULL, "bench", "--json", NULL));
    size_t i;
    json_t *row;
    assert_int_equal(json_array_size(json_object_get(o, "steps")), 4);
    json_array_foreach(json_object_get(o, "steps"), i, row)
    {
        assert_true(number_of(row, "step_ms") > 0.0);
        assert_true(number_of(row, "products_ms") > 0.0);
        assert_true(number_of(row, "products_share") > 0.0);
        assert_near(number_of(row, "items_per_s"), 1e6 / number_of(row, "step_ms"), 1.0);
    }
    assert_int_equal(json_array_size(json_object_get(o, "frames")), 4);
    json_array_foreach(json_object_get(o, "frames"), i, row)
    {
        double cells = number_of(row, "cols") * number_of(row, "rows");
        assert_true(number_of(row, "draw_ms") > 0.0);
        assert_true(number_of(row, "bytes") < 50.0 * cells);
    }
    json_decref(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bench_measures_steps_and_frames)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
