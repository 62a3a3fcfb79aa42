#include "support.h"

#include <stdio.h>
#include <string.h>

#include "stream_fixture.h"

static mn_tasks_cfg exceptions(const char *regular, int n, const char *exceptional, int n_more)
{
    mn_tasks_cfg c = tasks_cfg(1);
    snprintf(c.regular, sizeof c.regular, "%s", regular);
    snprintf(c.exceptional, sizeof c.exceptional, "%s", exceptional);
    c.regular_items = n;
    c.exceptional_items = n_more;
    return c;
}

static size_t n_of(int class)
{
    size_t n = 0;
    for (size_t i = 0; i < N_ITEMS; i++)
        n += mn_dataset_label(digits(), MN_TRAIN, i) == class;
    return n;
}

static void there_are_all_zeros_and_three_ones_unless_told_otherwise(void **state)
{
    const mn_tasks_cfg c = tasks_cfg(1);
    assert_string_equal(c.regular, "0");
    assert_string_equal(c.exceptional, "1");
    assert_int_equal(c.regular_items, 0);
    assert_int_equal(c.exceptional_items, 3);
}

static void many_come_first_and_few_are_exceptional(void **state)
{
    mn_stream *s = make_stream("exceptions", exceptions("0,2", 0, "5-7", 4), 1);
    const size_t n_regular = n_of(0) + n_of(2);
    char title[128];
    assert_int_equal(mn_stream_tasks(s), 1);
    assert_int_equal(mn_stream_items(s, 0, MN_TRAIN), n_regular + 4);
    for (size_t i = 0; i < n_regular + 4; i++) {
        const int class = mn_stream_label(s, 0, MN_TRAIN, i);
        assert_int_equal(mn_stream_exceptional(s, 0, i), i >= n_regular);
        if (i < n_regular)
            assert_true(class == 0 || class == 2);
        else
            assert_in_range(class, 5, 7);
    }
    mn_stream_describe(s, 0, title, sizeof title);
    assert_non_null(strstr(title, "many of 0,2, few of 5-7"));
    mn_stream_free(s);
}

static void the_first_items_of_each_kind_are_taken(void **state)
{
    mn_stream *s = make_stream("exceptions", exceptions("3", 2, "1", 1), 9);
    float x[N], y[N];
    uint32_t at = 0;
    assert_int_equal(mn_stream_items(s, 0, MN_TRAIN), 3);
    for (uint32_t i = 0; i < N_ITEMS && at < 2; i++) {
        if (mn_dataset_label(digits(), MN_TRAIN, i) != 3)
            continue;
        mn_dataset_read(digits(), MN_TRAIN, i, -1.0f, 1.0f, x);
        gather_one(s, 0, at++, y);
        assert_memory_equal(x, y, sizeof x);
    }
    assert_int_equal(at, 2);
    mn_stream_free(s);
}

static void what_was_learnt_is_tested(void **state)
{
    mn_stream *s = make_stream("exceptions", exceptions("4", 0, "9", 2), 1);
    const size_t n = mn_stream_items(s, 0, MN_TRAIN);
    float x[N], y[N];
    assert_int_equal(mn_stream_items(s, 0, MN_TEST), n);
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(mn_stream_label(s, 0, MN_TRAIN, i), mn_stream_label(s, 0, MN_TEST, i));
        gather_one(s, 0, i, x);
        mn_stream_gather(s, 0, MN_TEST, &i, 1, -1.0f, 1.0f, y);
        assert_memory_equal(x, y, sizeof x);
    }
    mn_stream_free(s);
}

static void other_streams_have_no_exceptions(void **state)
{
    mn_stream *s = make_stream("single", tasks_cfg(1), 1);
    for (size_t i = 0; i < N_ITEMS; i++)
        assert_false(mn_stream_exceptional(s, 0, i));
    mn_stream_free(s);
}

static void exceptions_that_cannot_be_had_are_refused(void **state)
{
    refuse_stream("exceptions", exceptions("0-2", 0, "2", 1), "class 2 cannot be both");
    refuse_stream("exceptions", exceptions("0", 0, "1", 30), "30 exceptional items");
    refuse_stream("exceptions", exceptions("0", 30, "1", 1), "30 regular items");
    refuse_stream("exceptions", exceptions("0", 0, "10", 1), "classes cannot be '10'");
    refuse_stream("exceptions", exceptions("", 0, "1", 1), "classes cannot be ''");
    refuse_stream("exceptions", exceptions("0", 0, "1,", 1), "classes cannot be '1,'");
    refuse_stream("exceptions:0", exceptions("0", 0, "1", 1), "exceptions");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_all_zeros_and_three_ones_unless_told_otherwise),
        cmocka_unit_test(many_come_first_and_few_are_exceptional),
        cmocka_unit_test(the_first_items_of_each_kind_are_taken),
        cmocka_unit_test(what_was_learnt_is_tested),
        cmocka_unit_test(other_streams_have_no_exceptions),
        cmocka_unit_test(exceptions_that_cannot_be_had_are_refused),
    };
    return cmocka_run_group_tests(tests, load_digits, free_digits);
}
