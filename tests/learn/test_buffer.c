#include "support.h"

#include "mnemoscope/buffer.h"

static void a_buffer_returns_what_was_added_in_order(void **state)
{
    mn_buffer b;
    mn_err err;
    mn_buffer_init(&b, 3, 2);
    for (int i = 0; i < 200; i++) {
        float x[6] = {(float)i, 1, 2, (float)i + 0.5f, 4, 5}, y[4] = {0, 1, (float)i, 0};
        assert_ok(mn_buffer_reserve(&b, 2, &err), &err);
        mn_buffer_add(&b, x, y, 2, i / 50);
    }
    assert_int_equal(b.n, 400);
    for (int i = 0; i < 200; i++) {
        assert_near((double)b.X[(2 * i) * 3], i, 0.0);
        assert_near((double)b.X[(2 * i + 1) * 3], i + 0.5, 0.0);
        assert_near((double)b.Y[(2 * i + 1) * 2], i, 0.0);
        assert_int_equal(b.task[2 * i + 1], i / 50);
    }
    mn_buffer_finish(&b);
}

static void extend_names_the_first_new_item(void **state)
{
    mn_buffer b;
    mn_err err;
    mn_buffer_init(&b, 1, 1);
    assert_ok(mn_buffer_reserve(&b, 5, &err), &err);
    assert_int_equal(mn_buffer_extend(&b, 2, 7), 0);
    assert_int_equal(mn_buffer_extend(&b, 3, 8), 2);
    assert_int_equal(b.n, 5);
    assert_int_equal(b.task[1], 7);
    assert_int_equal(b.task[4], 8);
    mn_buffer_finish(&b);
}

static void reserved_room_is_used_without_moving(void **state)
{
    mn_buffer b;
    mn_err err;
    mn_buffer_init(&b, 4, 1);
    assert_ok(mn_buffer_reserve(&b, 100, &err), &err);
    const float *before = b.X;
    mn_buffer_extend(&b, 60, 0);
    assert_ok(mn_buffer_reserve(&b, 40, &err), &err);
    assert_ptr_equal(b.X, before);
    mn_buffer_finish(&b);
}

static void an_absurd_reservation_fails_and_keeps_the_items(void **state)
{
    mn_buffer b;
    mn_err err;
    mn_buffer_init(&b, 2, 1);
    const float x[2] = {3, 4}, y[1] = {1};
    assert_ok(mn_buffer_reserve(&b, 1, &err), &err);
    mn_buffer_add(&b, x, y, 1, 0);
    assert_failed(mn_buffer_reserve(&b, SIZE_MAX, &err), &err, MN_ENOMEM, "replay buffer");
    assert_failed(mn_buffer_reserve(&b, SIZE_MAX / 4, &err), &err, MN_ENOMEM, "replay buffer");
    assert_int_equal(b.n, 1);
    assert_near((double)b.X[1], 4.0, 0.0);
    mn_buffer_finish(&b);
}

static void reset_empties_and_finish_may_come_twice(void **state)
{
    mn_buffer b;
    mn_err err;
    mn_buffer_init(&b, 2, 1);
    assert_ok(mn_buffer_reserve(&b, 3, &err), &err);
    mn_buffer_extend(&b, 3, 0);
    mn_buffer_reset(&b);
    assert_int_equal(b.n, 0);
    mn_buffer_add(&b, NULL, NULL, 0, 0);
    mn_buffer_finish(&b);
    mn_buffer_finish(&b);
    mn_buffer_finish(NULL);
}

/* Items 0, 1, 2, ... under tasks 4, 7, 4, 7, ... */
static void fill(mn_buffer *b, int n)
{
    mn_err err;
    mn_buffer_init(b, 2, 1);
    assert_ok(mn_buffer_reserve(b, (size_t)n, &err), &err);
    for (int i = 0; i < n; i++) {
        const float x[2] = {(float)i, -(float)i}, y[1] = {(float)(i % 2)};
        mn_buffer_add(b, x, y, 1, i % 2 ? 7 : 4);
    }
}

static void tasks_are_listed_in_the_order_of_their_first_items(void **state)
{
    mn_buffer b;
    mn_err err;
    int task[MN_BUFFER_TASKS_MAX];
    fill(&b, 11);
    assert_int_equal(mn_buffer_tasks(&b, task), 2);
    assert_int_equal(task[0], 4);
    assert_int_equal(task[1], 7);
    assert_int_equal(mn_buffer_count(&b, 4), 6);
    assert_int_equal(mn_buffer_count(&b, 7), 5);
    assert_int_equal(mn_buffer_count(&b, 5), 0);
    mn_buffer_reset(&b);
    assert_int_equal(mn_buffer_tasks(&b, task), 0);
    assert_ok(mn_buffer_reserve(&b, 100, &err), &err);
    for (int i = 0; i < 100; i++)
        mn_buffer_extend(&b, 1, -i);
    assert_int_equal(mn_buffer_tasks(&b, task), MN_BUFFER_TASKS_MAX + 1);
    mn_buffer_finish(&b);
}

static void thinning_keeps_the_order_and_the_other_tasks(void **state)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        mn_buffer b;
        mn_rng r;
        size_t n = seed % 26;
        mn_rng_seed(&r, seed, "thin");
        fill(&b, 50);
        mn_buffer_thin(&b, 7, n, &r);
        assert_int_equal(mn_buffer_count(&b, 4), 25);
        assert_int_equal(mn_buffer_count(&b, 7), n);
        assert_int_equal(b.n, 25 + n);
        for (size_t i = 0; i < b.n; i++) {
            int item = (int)b.X[2 * i];
            assert_true(i == 0 || item > (int)b.X[2 * i - 2]);
            assert_near((double)b.X[2 * i + 1], -item, 0.0);
            assert_near((double)b.Y[i], item % 2, 0.0);
            assert_int_equal(b.task[i], item % 2 ? 7 : 4);
        }
        mn_buffer_finish(&b);
    }
}

static void thinning_draws_only_when_there_is_a_choice(void **state)
{
    mn_buffer b;
    mn_rng r, before;
    mn_rng_seed(&r, 1, "thin");
    before = r;
    fill(&b, 10);
    mn_buffer_thin(&b, 7, 5, &r);
    mn_buffer_thin(&b, 7, 1000, &r);
    mn_buffer_thin(&b, 99, 3, &r);
    assert_int_equal(b.n, 10);
    mn_buffer_thin(&b, 4, 0, &r);
    assert_int_equal(b.n, 5);
    assert_memory_equal(&r, &before, sizeof r);
    mn_buffer_thin(&b, 7, 4, &r);
    assert_memory_not_equal(&r, &before, sizeof r);
    mn_buffer_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_returns_what_was_added_in_order),
        cmocka_unit_test(extend_names_the_first_new_item),
        cmocka_unit_test(reserved_room_is_used_without_moving),
        cmocka_unit_test(an_absurd_reservation_fails_and_keeps_the_items),
        cmocka_unit_test(tasks_are_listed_in_the_order_of_their_first_items),
        cmocka_unit_test(thinning_keeps_the_order_and_the_other_tasks),
        cmocka_unit_test(thinning_draws_only_when_there_is_a_choice),
        cmocka_unit_test(reset_empties_and_finish_may_come_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
