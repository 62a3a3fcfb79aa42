#include "support.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/stream.h"

enum { N = 784, N_ITEMS = 40 };

/* Shared by the tests below; made once. */
static mn_dataset *data;

static int load(void **state)
{
    mn_data_cfg cfg;
    mn_err err = {0};
    mn_param_defaults(mn_data_params, &cfg);
    cfg.items = N_ITEMS;
    cfg.test_items = 20;
    return mn_dataset_load(&data, "digits", &cfg, 1, &err) != MN_OK;
}

static int unload(void **state)
{
    mn_dataset_free(data);
    return 0;
}

static mn_tasks_cfg cfg(int n_tasks)
{
    mn_tasks_cfg c;
    mn_param_defaults(mn_tasks_params, &c);
    c.n_tasks = n_tasks;
    return c;
}

static mn_status try(mn_stream **s, const char *spec, mn_tasks_cfg c, uint64_t seed,
                     mn_err *err)
{
    mn_data_cfg how;
    mn_param_defaults(mn_data_params, &how);
    how.items = N_ITEMS;
    how.test_items = 20;
    return mn_stream_create(s, spec, &c, &(mn_stream_source){data, &how, seed}, err);
}

static mn_stream *make(const char *name, mn_tasks_cfg c, uint64_t seed)
{
    mn_stream *s = NULL;
    mn_err err = {0};
    assert_ok(try(&s, name, c, seed, &err), &err);
    return s;
}

static void gather_one(const mn_stream *s, int task, uint32_t i, float *x)
{
    mn_stream_gather(s, task, MN_TRAIN, &i, 1, -1.0f, 1.0f, x);
}

static void every_row_of_the_registry_is_complete(void **state)
{
    for (size_t i = 0; mn_streams[i]; i++) {
        const mn_stream_ops *o = mn_streams[i];
        assert_true(o->name && *o->name && o->title && *o->title && o->cite && o->about);
        assert_true(o->plan != NULL);
    }
}

static void names_that_are_wrong_get_a_suggestion(void **state)
{
    mn_tasks_cfg c = cfg(1);
    mn_stream *s = NULL;
    mn_err err = {0};
    assert_failed(try(&s, "permute", c, 1, &err), &err, MN_EINVAL, "did you mean 'permuted'");
    assert_null(s);
}

static void a_single_task_is_the_dataset(void **state)
{
    mn_stream *s = make("single", cfg(1), 1);
    float x[3 * N], y[N];
    assert_int_equal(mn_stream_tasks(s), 1);
    assert_int_equal(mn_stream_visible(s), N);
    assert_int_equal(mn_stream_extra(s), 0);
    assert_int_equal(mn_stream_classes(s), 10);
    assert_int_equal(mn_stream_items(s, 0, MN_TRAIN), N_ITEMS);
    assert_int_equal(mn_stream_items(s, 0, MN_TEST), 20);
    const uint32_t index[] = {5, 5, 39};
    mn_stream_gather(s, 0, MN_TRAIN, index, 3, -1.0f, 1.0f, x);
    for (size_t k = 0; k < 3; k++) {
        mn_dataset_read(data, MN_TRAIN, index[k], -1.0f, 1.0f, y);
        assert_memory_equal(x + k * N, y, sizeof y);
        assert_int_equal(mn_stream_label(s, 0, MN_TRAIN, index[k]),
                         mn_dataset_label(data, MN_TRAIN, index[k]));
    }
    mn_stream_restore(s, 0, x, y);
    assert_memory_equal(x, y, sizeof y);
    mn_stream_free(s);
    mn_stream_free(NULL);
}

static void a_single_stream_with_several_tasks_is_refused(void **state)
{
    mn_tasks_cfg c = cfg(5);
    mn_stream *s = NULL;
    mn_err err = {0};
    assert_failed(try(&s, "single", c, 1, &err), &err, MN_EINVAL, "n-tasks cannot be 5");
}

static void task_units_say_which_task_it_is(void **state)
{
    mn_tasks_cfg c = cfg(3);
    c.task_units = true;
    mn_stream *s = make("permuted", c, 1);
    float x[2 * (N + 3)], plain[N];
    assert_int_equal(mn_stream_extra(s), 3);
    mn_stream_gather(s, 1, MN_TRAIN, (const uint32_t[]){7, 8}, 2, -1.0f, 1.0f, x);
    for (int k = 0; k < 2; k++) {
        const float *units = x + k * (N + 3) + N;
        assert_true(units[0] == -1.0f && units[1] == 1.0f && units[2] == -1.0f);
    }
    c.task_units = false;
    mn_stream *without = make("permuted", c, 1);
    gather_one(without, 1, 8, plain);
    assert_memory_equal(x + N + 3, plain, sizeof plain);
    mn_stream_free(s);
    mn_stream_free(without);
}

static void permuted_tasks_move_the_same_pixels(void **state)
{
    mn_stream *s = make("permuted", cfg(4), 1);
    float before[N], x[N], back[N];
    mn_dataset_read(data, MN_TRAIN, 9, -1.0f, 1.0f, before);
    for (int task = 1; task < 4; task++) {
        gather_one(s, task, 9, x);
        assert_true(memcmp(x, before, sizeof x) != 0);
        mn_stream_restore(s, task, x, back);
        assert_memory_equal(back, before, sizeof back);
    }
    mn_stream_free(s);
}

static void every_task_has_a_permutation_of_its_own(void **state)
{
    mn_stream *s = make("permuted", cfg(4), 1);
    float in[N], out[4][N];
    for (int j = 0; j < N; j++)
        in[j] = (float)j;
    for (int task = 0; task < 4; task++) {
        bool seen[N] = {false};
        mn_stream_restore(s, task, in, out[task]);
        for (int j = 0; j < N; j++)
            seen[(int)out[task][j]] = true;
        for (int j = 0; j < N; j++)
            assert_true(seen[j]);
        for (int other = 0; other < task; other++)
            assert_true(memcmp(out[task], out[other], sizeof in) != 0);
    }
    mn_stream_free(s);
}

static void the_first_task_may_stay_in_place(void **state)
{
    mn_tasks_cfg c = cfg(2);
    float before[N], x[N];
    char text[64];
    mn_dataset_read(data, MN_TRAIN, 0, -1.0f, 1.0f, before);
    c.first_identity = true;
    mn_stream *s = make("permuted", c, 1);
    gather_one(s, 0, 0, x);
    assert_memory_equal(x, before, sizeof x);
    assert_string_equal(mn_stream_describe(s, 0, text, sizeof text), "pixels in place");
    assert_string_equal(mn_stream_describe(s, 1, text, sizeof text), "permutation 2");
    mn_stream_free(s);
    c.first_identity = false;
    s = make("permuted", c, 1);
    gather_one(s, 0, 0, x);
    assert_true(memcmp(x, before, sizeof x) != 0);
    assert_string_equal(mn_stream_describe(s, 0, text, sizeof text), "permutation 1");
    mn_stream_free(s);
}

static void a_permutation_depends_on_seed_and_task_only(void **state)
{
    mn_stream *two = make("permuted", cfg(2), 1), *nine = make("permuted", cfg(9), 1),
              *other = make("permuted", cfg(2), 2);
    float a[N], b[N], c[N];
    gather_one(two, 1, 3, a);
    gather_one(nine, 1, 3, b);
    gather_one(other, 1, 3, c);
    assert_memory_equal(a, b, sizeof a);
    assert_true(memcmp(a, c, sizeof a) != 0);
    mn_stream_free(two);
    mn_stream_free(nine);
    mn_stream_free(other);
}

static void one_permuted_task_is_allowed(void **state)
{
    mn_stream *s = make("permuted", cfg(1), 1);
    assert_int_equal(mn_stream_tasks(s), 1);
    assert_string_equal(mn_stream_name(s), "permuted");
    mn_stream_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_registry_is_complete),
        cmocka_unit_test(names_that_are_wrong_get_a_suggestion),
        cmocka_unit_test(a_single_task_is_the_dataset),
        cmocka_unit_test(a_single_stream_with_several_tasks_is_refused),
        cmocka_unit_test(task_units_say_which_task_it_is),
        cmocka_unit_test(permuted_tasks_move_the_same_pixels),
        cmocka_unit_test(every_task_has_a_permutation_of_its_own),
        cmocka_unit_test(the_first_task_may_stay_in_place),
        cmocka_unit_test(a_permutation_depends_on_seed_and_task_only),
        cmocka_unit_test(one_permuted_task_is_allowed),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
