#include "support.h"

#include <stdio.h>
#include <string.h>

#include "mnemoscope/rng.h"
#include "stream_fixture.h"

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
    mn_tasks_cfg c = tasks_cfg(1);
    mn_stream *s = NULL;
    mn_err err = {0};
    assert_failed(try_stream(&s, "permute", c, 1, &err), &err, MN_EINVAL,
                  "did you mean 'permuted'");
    assert_null(s);
}

static void a_single_task_is_the_dataset(void **state)
{
    mn_stream *s = make_stream("single", tasks_cfg(1), 1);
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
        mn_dataset_read(digits(), MN_TRAIN, index[k], -1.0f, 1.0f, y);
        assert_memory_equal(x + k * N, y, sizeof y);
        assert_int_equal(mn_stream_label(s, 0, MN_TRAIN, index[k]),
                         mn_dataset_label(digits(), MN_TRAIN, index[k]));
    }
    mn_stream_restore(s, 0, x, y);
    assert_memory_equal(x, y, sizeof y);
    mn_stream_free(s);
    mn_stream_free(NULL);
}

static void a_single_stream_with_several_tasks_is_refused(void **state)
{
    mn_tasks_cfg c = tasks_cfg(5);
    mn_stream *s = NULL;
    mn_err err = {0};
    assert_failed(try_stream(&s, "single", c, 1, &err), &err, MN_EINVAL, "n-tasks cannot be 5");
}

static void task_units_say_which_task_it_is(void **state)
{
    mn_tasks_cfg c = tasks_cfg(3);
    c.task_units = true;
    mn_stream *s = make_stream("permuted", c, 1);
    float x[2 * (N + 3)], plain[N];
    assert_int_equal(mn_stream_extra(s), 3);
    mn_stream_gather(s, 1, MN_TRAIN, (const uint32_t[]){7, 8}, 2, -1.0f, 1.0f, x);
    for (int k = 0; k < 2; k++) {
        const float *units = x + k * (N + 3) + N;
        assert_true(units[0] == -1.0f && units[1] == 1.0f && units[2] == -1.0f);
    }
    c.task_units = false;
    mn_stream *without = make_stream("permuted", c, 1);
    gather_one(without, 1, 8, plain);
    assert_memory_equal(x + N + 3, plain, sizeof plain);
    mn_stream_free(s);
    mn_stream_free(without);
}

static void permuted_tasks_move_the_same_pixels(void **state)
{
    mn_stream *s = make_stream("permuted", tasks_cfg(4), 1);
    float before[N], x[N], back[N];
    mn_dataset_read(digits(), MN_TRAIN, 9, -1.0f, 1.0f, before);
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
    mn_stream *s = make_stream("permuted", tasks_cfg(4), 1);
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
    mn_tasks_cfg c = tasks_cfg(2);
    float before[N], x[N];
    char text[64];
    mn_dataset_read(digits(), MN_TRAIN, 0, -1.0f, 1.0f, before);
    c.first_identity = true;
    mn_stream *s = make_stream("permuted", c, 1);
    gather_one(s, 0, 0, x);
    assert_memory_equal(x, before, sizeof x);
    assert_string_equal(mn_stream_describe(s, 0, text, sizeof text), "pixels in place");
    assert_string_equal(mn_stream_describe(s, 1, text, sizeof text), "permutation 2");
    mn_stream_free(s);
    c.first_identity = false;
    s = make_stream("permuted", c, 1);
    gather_one(s, 0, 0, x);
    assert_true(memcmp(x, before, sizeof x) != 0);
    assert_string_equal(mn_stream_describe(s, 0, text, sizeof text), "permutation 1");
    mn_stream_free(s);
}

static void a_permutation_depends_on_seed_and_task_only(void **state)
{
    mn_stream *two = make_stream("permuted", tasks_cfg(2), 1),
              *nine = make_stream("permuted", tasks_cfg(9), 1),
              *other = make_stream("permuted", tasks_cfg(2), 2);
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
    mn_stream *s = make_stream("permuted", tasks_cfg(1), 1);
    assert_int_equal(mn_stream_tasks(s), 1);
    assert_string_equal(mn_stream_name(s), "permuted");
    mn_stream_free(s);
}

/* Pictures and published numbers rest on these permutations. */
static void a_permutation_is_one_shuffle_of_all_places(void **state)
{
    mn_stream *s = make_stream("permuted", tasks_cfg(3), 7);
    float x[N], want[N];
    for (int task = 1; task < 3; task++) {
        uint32_t place[N];
        char purpose[32];
        mn_rng r;
        for (uint32_t j = 0; j < N; j++)
            place[j] = j;
        snprintf(purpose, sizeof purpose, "permutation %d", task);
        mn_rng_seed(&r, 7, purpose);
        mn_rng_shuffle(&r, place, N);
        mn_dataset_read_places(digits(), MN_TRAIN, 11, place, -1.0f, 1.0f, want);
        gather_one(s, task, 11, x);
        assert_memory_equal(x, want, sizeof x);
    }
    mn_stream_free(s);
}

static int count_moved(const mn_stream *s, int task)
{
    float in[N], out[N];
    int n = 0;
    for (int j = 0; j < N; j++)
        in[j] = (float)j;
    mn_stream_restore(s, task, in, out);
    for (int j = 0; j < N; j++)
        n += out[j] != in[j];
    return n;
}

/* Of k places that are shuffled, one stays where it is on average. */
static void a_share_of_the_pixels_moves(void **state)
{
    static const double shares[] = {0.0, 0.1, 0.5, 0.9};
    for (int i = 0; i < 4; i++) {
        mn_tasks_cfg c = tasks_cfg(3);
        float before[N], x[N], back[N];
        c.share = shares[i];
        mn_stream *s = make_stream("permuted", c, 1);
        int most = (int)(shares[i] * N + 0.5);
        mn_dataset_read(digits(), MN_TRAIN, 9, -1.0f, 1.0f, before);
        for (int task = 1; task < 3; task++) {
            assert_true(count_moved(s, task) <= most);
            assert_true(count_moved(s, task) >= most - 6);
            gather_one(s, task, 9, x);
            mn_stream_restore(s, task, x, back);
            assert_memory_equal(back, before, sizeof back);
        }
        mn_stream_free(s);
    }
}

static void graded_tasks_move_more_and_more(void **state)
{
    mn_tasks_cfg c = tasks_cfg(5);
    char text[64];
    c.share = 0.8;
    mn_stream *s = make_stream("graded", c, 1);
    assert_int_equal(mn_stream_tasks(s), 5);
    assert_int_equal(count_moved(s, 0), 0);
    for (int task = 1; task < 5; task++) {
        int most = (int)(0.2 * task * N + 0.5);
        assert_true(count_moved(s, task) <= most && count_moved(s, task) >= most - 6);
    }
    assert_string_equal(mn_stream_describe(s, 0, text, sizeof text), "pixels in place");
    assert_string_equal(mn_stream_describe(s, 1, text, sizeof text),
                        "20 % of the pixels moved");
    mn_stream_free(s);
    c.share = 1.0;
    s = make_stream("graded", c, 1);
    assert_string_equal(mn_stream_describe(s, 2, text, sizeof text), "half the pixels moved");
    assert_string_equal(mn_stream_describe(s, 4, text, sizeof text), "all pixels moved");
    mn_stream_free(s);
}

/* The same draw for both: what is compared between them is the share alone. */
static void the_last_graded_task_is_a_permuted_one(void **state)
{
    mn_stream *graded = make_stream("graded", tasks_cfg(3), 1),
              *permuted = make_stream("permuted", tasks_cfg(3), 1);
    float a[N], b[N];
    gather_one(graded, 2, 4, a);
    gather_one(permuted, 2, 4, b);
    assert_memory_equal(a, b, sizeof a);
    mn_stream_free(graded);
    mn_stream_free(permuted);
}

static void one_graded_task_stays_in_place(void **state)
{
    mn_stream *s = make_stream("graded", tasks_cfg(1), 1);
    assert_int_equal(count_moved(s, 0), 0);
    mn_stream_free(s);
}

static void what_stands_behind_a_colon_must_be_wanted(void **state)
{
    refuse_stream("permuted:x", tasks_cfg(2), "takes no argument");
    refuse_stream("single:", tasks_cfg(1), "takes no argument");
    refuse_stream("sequence", tasks_cfg(1), "'sequence:DATA,...' wanted");
    refuse_stream("file:", tasks_cfg(1), "'file:FILE' wanted");
    refuse_stream("", tasks_cfg(1), "there is no task stream ''");
    refuse_stream(":", tasks_cfg(1), "there is no task stream");
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
        cmocka_unit_test(a_permutation_is_one_shuffle_of_all_places),
        cmocka_unit_test(a_share_of_the_pixels_moves),
        cmocka_unit_test(graded_tasks_move_more_and_more),
        cmocka_unit_test(the_last_graded_task_is_a_permuted_one),
        cmocka_unit_test(one_graded_task_stays_in_place),
        cmocka_unit_test(what_stands_behind_a_colon_must_be_wanted),
    };
    return cmocka_run_group_tests(tests, load_digits, free_digits);
}
