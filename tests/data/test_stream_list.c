#include "support.h"

#include <string.h>

#include "stream_fixture.h"

static mn_tasks_cfg list(int n_tasks, int base)
{
    mn_tasks_cfg c = tasks_cfg(n_tasks);
    c.base = base;
    return c;
}

/* The classes of a task's items, of both splits. */
static void classes_of(const mn_stream *s, int task, bool *classes)
{
    memset(classes, 0, 10 * sizeof *classes);
    for (int split = 0; split < MN_N_SPLITS; split++)
        for (size_t i = 0; i < mn_stream_items(s, task, (mn_split)split); i++)
            classes[mn_stream_label(s, task, (mn_split)split, i)] = true;
}

static void a_base_comes_first_and_then_one_class_at_a_time(void **state)
{
    mn_stream *s = make_stream("list", list(4, 6), 1);
    bool classes[10];
    assert_int_equal(mn_stream_tasks(s), 4);
    for (int t = 0; t < 4; t++) {
        classes_of(s, t, classes);
        for (int c = 0; c < 10; c++)
            assert_int_equal(classes[c], t == 0 ? c < 6 : c == 5 + t);
    }
    mn_stream_free(s);
}

static void without_a_base_every_task_is_one_class(void **state)
{
    mn_stream *s = make_stream("list", list(10, 0), 1);
    bool classes[10];
    assert_int_equal(mn_stream_tasks(s), 10);
    for (int t = 0; t < 10; t++) {
        classes_of(s, t, classes);
        for (int c = 0; c < 10; c++)
            assert_int_equal(classes[c], c == t);
    }
    mn_stream_free(s);
}

static void the_seed_may_choose_the_order_and_no_class_comes_twice(void **state)
{
    mn_tasks_cfg c = list(8, 3);
    bool classes[10], of_base[10], natural = true;
    int n[10] = {0};
    c.class_order = MN_CLASSES_SHUFFLED;
    mn_stream *s = make_stream("list", c, 3);
    classes_of(s, 0, of_base);
    for (int t = 0; t < 8; t++) {
        classes_of(s, t, classes);
        for (int k = 0; k < 10; k++)
            n[k] += classes[k];
        natural = natural && (t == 0 || classes[2 + t]);
    }
    for (int k = 0; k < 10; k++)
        assert_int_equal(n[k], 1);
    assert_int_equal(of_base[0] + of_base[1] + of_base[2] < 3 || !natural, 1);
    mn_stream_free(s);
}

static void more_classes_than_there_are_are_refused(void **state)
{
    refuse_stream("list", list(11, 0), "has 11 classes");
    refuse_stream("list", list(3, 9), "has 11 classes");
    refuse_stream("list", list(1, 10000), "base=10000");
    refuse_stream("list:3", list(1, 0), "takes no argument");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_base_comes_first_and_then_one_class_at_a_time),
        cmocka_unit_test(without_a_base_every_task_is_one_class),
        cmocka_unit_test(the_seed_may_choose_the_order_and_no_class_comes_twice),
        cmocka_unit_test(more_classes_than_there_are_are_refused),
    };
    return cmocka_run_group_tests(tests, load_digits, free_digits);
}
