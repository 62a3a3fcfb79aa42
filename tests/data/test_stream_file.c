#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream_fixture.h"

static mn_stream *read_stream(const char *text)
{
    return make_stream(stream_file(text, strlen(text)), tasks_cfg(1), 1);
}

static void a_file_says_what_its_tasks_are(void **state)
{
    static const char *const titles[] = {"zeros and ones",
                                         "digits 0 and 1, turned by 45 degrees",
                                         "half the pixels moved",
                                         "digits 3 to 5 and 8",
                                         "all items",
                                         "digits 0, 2, 4, 6 and 8, 25 % of the pixels moved"};
    mn_stream *s = read_stream("# comments\n"
                               "\n"
                               "task \"zeros and ones\" classes=0,1 # and here\r\n"
                               "\ttask angle=45 classes=0-1\n"
                               "task share=0.5 seed=7\n"
                               "task classes=3-5,8 items=9 test-items=3\n"
                               "task\n"
                               "task classes=0,2,4,6,8 share=.25");
    char text[64];
    assert_int_equal(mn_stream_tasks(s), 6);
    for (int t = 0; t < 6; t++)
        assert_string_equal(mn_stream_describe(s, t, text, sizeof text), titles[t]);
    assert_int_equal(mn_stream_items(s, 0, MN_TRAIN), 8);
    assert_int_equal(mn_stream_items(s, 0, MN_TEST), 4);
    assert_int_equal(mn_stream_items(s, 2, MN_TRAIN), N_ITEMS);
    assert_int_equal(mn_stream_items(s, 3, MN_TRAIN), 9);
    assert_int_equal(mn_stream_items(s, 3, MN_TEST), 3);
    for (size_t i = 0; i < 9; i++) {
        int label = mn_stream_label(s, 3, MN_TRAIN, i);
        assert_true((label >= 3 && label <= 5) || label == 8);
    }
    mn_stream_free(s);
}

static void tasks_with_one_seed_move_alike(void **state)
{
    mn_stream *s = read_stream("task share=0.5 seed=7\ntask share=0.5 seed=8\ntask share=0.5\n"
                               "task share=0.5\ntask share=0.5 seed=7\n");
    float x[5][N];
    for (int t = 0; t < 5; t++)
        gather_one(s, t, 6, x[t]);
    assert_memory_equal(x[0], x[4], sizeof x[0]);
    for (int t = 1; t < 4; t++)
        for (int u = 0; u < t; u++)
            assert_true(memcmp(x[t], x[u], sizeof x[t]) != 0);
    mn_stream_free(s);
}

static void a_task_that_turns_and_moves_is_restored(void **state)
{
    mn_stream *s =
        read_stream("task angle=90 share=1\ntask angle=-180 share=0.3\ntask angle=90");
    float before[N], x[N], back[N], turned[N];
    mn_dataset_read(digits(), MN_TRAIN, 1, -1.0f, 1.0f, before);
    gather_one(s, 2, 1, turned);
    for (int t = 0; t < 3; t++) {
        gather_one(s, t, 1, x);
        assert_true(memcmp(x, before, sizeof x) != 0);
        assert_true((memcmp(x, turned, sizeof x) != 0) == (t < 2));
        mn_stream_restore(s, t, x, back);
        assert_memory_equal(back, before, sizeof back);
    }
    mn_stream_free(s);
}

static void fewer_items_are_a_choice_without_repetition(void **state)
{
    mn_stream *s = read_stream("task items=30\ntask items=30");
    int seen[2][N_ITEMS] = {{0}};
    float x[N], y[N];
    for (int t = 0; t < 2; t++)
        for (uint32_t i = 0; i < 30; i++) {
            gather_one(s, t, i, x);
            for (size_t j = 0; j < N_ITEMS; j++) {
                mn_dataset_read(digits(), MN_TRAIN, j, -1.0f, 1.0f, y);
                seen[t][j] += !memcmp(x, y, sizeof x);
            }
        }
    for (size_t j = 0; j < N_ITEMS; j++)
        assert_true(seen[0][j] <= 1 && seen[1][j] <= 1);
    assert_true(memcmp(seen[0], seen[1], sizeof seen[0]) != 0);
    mn_stream_free(s);
}

#define LONG_TITLE "0123456789012345678901234567890123456789012345678"

static const struct {
    const char *text, *part;
} bad[] = {
    {"", "has no task"},
    {"# nothing\n\n", "has no task"},
    {"task\ntusk\n", "line 2 of '"},
    {"tusk\n", "'tusk' found: 'task' wanted"},
    {"task classes=10", "classes cannot be '10': numbers from 0 to 9"},
    {"task classes=-1", "classes cannot be '-1'"},
    {"task classes=3-1", "classes cannot be '3-1'"},
    {"task classes=1,,2", "classes cannot be '1,,2'"},
    {"task classes=1,", "classes cannot be '1,'"},
    {"task classes=1-", "classes cannot be '1-'"},
    {"task classes=1-2-3", "classes cannot be '1-2-3'"},
    {"task classes=one", "classes cannot be 'one'"},
    {"task 'a' classes=99999999999999999999999", "numbers from 0 to 9"},
    {"task classes=", "'classes=' has no value"},
    {"task classes=1 classes=2", "'classes' is said twice"},
    {"task share=1.5", "share"},
    {"task share=nan", "share"},
    {"task angle=1000", "angle"},
    {"task angle=inf", "angle"},
    {"task seed=-1", "seed"},
    {"task items=-5", "items"},
    {"task items=41", "cannot have 41 training items: there are 40"},
    {"task test-items=5 classes=1,2", "cannot have 5 test items: there are 4"},
    {"task data=moon", "line 1 of '"},
    {"task data=moon", "there is no dataset 'moon'"},
    {"task data=arrays:/nonexistent/x", "/nonexistent/x"},
    {"task clases=1", "did you mean 'classes'?"},
    {"task title classes", "cannot read 'classes'"},
    {"task =5", "cannot read '=5'"},
    {"task \"open", "quote is left open"},
    {"task " LONG_TITLE, "at most 47 wanted"},
    {"task \033[31mred", "control character"},
    {"task a\x7f", "control character"},
    {"task a\v", "control character"},
    {"task \xc2\x9b"
     "2J",
     "control character"},
    {"task \xff\xfe", "not UTF-8"},
};

static void what_makes_no_sense_is_refused_with_line_and_reason(void **state)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuse_stream(stream_file(bad[i].text, strlen(bad[i].text)), tasks_cfg(1), bad[i].part);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    static const char zero[] = "task classes=1\ntask a\0b\n";
    refuse_stream(stream_file(zero, sizeof zero - 1), tasks_cfg(1), "line 2 of '");
    refuse_stream(stream_file(zero, sizeof zero - 1), tasks_cfg(1),
                  "byte 7 is a control character");
    refuse_stream(stream_file("\0", 1), tasks_cfg(1), "control character");
}

static void large_files_and_long_lines_are_refused(void **state)
{
    size_t n = 70000;
    char *text = malloc(n);
    memset(text, 'x', n);
    refuse_stream(stream_file(text, n), tasks_cfg(1), "larger than 65536 bytes");
    refuse_stream(stream_file(text, 5000), tasks_cfg(1), "line is too long");
    memset(text, '\n', n);
    refuse_stream(stream_file(text, 65536), tasks_cfg(1), "has no task");
    free(text);
    refuse_stream("file:/nonexistent/stream.txt", tasks_cfg(1), "/nonexistent/stream.txt");
    char folder[4200];
    snprintf(folder, sizeof folder, "file:%s", tests_scratch());
    refuse_stream(folder, tasks_cfg(1), "it is a folder");
}

static void more_tasks_than_there_may_be_are_refused(void **state)
{
    char text[40 * 5 + 1] = "";
    for (int i = 0; i < MN_STREAM_TASKS_MAX; i++)
        strcat(text, "task\n");
    mn_stream *s = read_stream(text);
    assert_int_equal(mn_stream_tasks(s), MN_STREAM_TASKS_MAX);
    mn_stream_free(s);
    strcat(text, "task\n");
    refuse_stream(stream_file(text, strlen(text)), tasks_cfg(1), "line 33 of '");
}

/* Every cut and every damaged byte of an honest file: refused with a message, or a stream. */
static void damage_does_no_harm(void **state)
{
    static const char honest[] = "task \"a\" classes=0-1,3 angle=45 share=0.5 seed=7\n"
                                 "task data=digits items=5\n";
    static const char values[] = {'\0', '\n', '"', '=', '-', ',', '9', '\x80'};
    char copy[sizeof honest];
    for (size_t i = 0; i < sizeof honest - 1; i++)
        for (size_t v = 0; v <= sizeof values; v++) {
            mn_stream *s = NULL;
            mn_err err = {0};
            size_t n = v == sizeof values ? i : sizeof honest - 1;
            memcpy(copy, honest, sizeof honest);
            if (v < sizeof values)
                copy[i] = values[v];
            if (try_stream(&s, stream_file(copy, n), tasks_cfg(1), 1, &err) != MN_OK)
                assert_true(*err.msg && !s);
            mn_stream_free(s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_says_what_its_tasks_are),
        cmocka_unit_test(tasks_with_one_seed_move_alike),
        cmocka_unit_test(a_task_that_turns_and_moves_is_restored),
        cmocka_unit_test(fewer_items_are_a_choice_without_repetition),
        cmocka_unit_test(what_makes_no_sense_is_refused_with_line_and_reason),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(large_files_and_long_lines_are_refused),
        cmocka_unit_test(more_tasks_than_there_may_be_are_refused),
        cmocka_unit_test(damage_does_no_harm),
    };
    return cmocka_run_group_tests(tests, load_digits, free_digits);
}
