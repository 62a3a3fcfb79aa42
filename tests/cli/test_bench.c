#include "program.h"

#include <string.h>

static double number_of(const json_t *row, const char *key)
{
    const json_t *v = json_object_get(row, key);
    if (!json_is_number(v))
        fail_msg("there is no number '%s'", key);
    return json_number_value(v);
}

/* No bound on what they cost: a busy machine would break it. */
static void check_strategies(const json_t *rows)
{
    static const char *const names[] = {"vanilla", "ewc", "mas", "si", "agem", "gem"};
    size_t i;
    json_t *row;
    assert_int_equal(json_array_size(rows), 6);
    json_array_foreach(rows, i, row)
    {
        const char *name = json_string_value(json_object_get(row, "strategy"));
        assert_string_equal(name, names[i]);
        assert_true(number_of(row, "step_ms") > 0.0);
        if (strstr(name, "gem")) {
            assert_true(number_of(row, "gradients_ms") > 0.0);
            assert_true(number_of(row, "of_gradients") > 0.0);
        } else {
            assert_true(number_of(row, "of_vanilla") > 0.0);
        }
    }
    assert_near(number_of(json_array_get(rows, 0), "of_vanilla"), 1.0, 0.0);
}

/* What is timed is the regime in which few neurons fire. */
static void check_sdmlp(const json_t *rows)
{
    size_t i;
    json_t *row;
    assert_int_equal(json_array_size(rows), 2);
    json_array_foreach(rows, i, row)
    {
        assert_near(number_of(row, "neurons"), i ? 10000.0 : 1000.0, 0.0);
        assert_near(number_of(row, "batch"), 128.0, 0.0);
        assert_true(number_of(row, "step_ms") > 0.0);
        assert_true(number_of(row, "forward_ms") > 0.0);
        assert_true(number_of(row, "of_forward") > 0.0);
        assert_near(number_of(row, "firing"), number_of(row, "k"), 0.5); /* ties fall out */
    }
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
    check_sdmlp(json_object_get(o, "sdmlp"));
    check_strategies(json_object_get(o, "strategies"));
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
