#include "mnemoscope/arena.h"
#include "mnemoscope/param.h"
#include "mnemoscope/rng.h"
#include "mnemoscope/status.h"
#include "mnemoscope/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static void a_failure_is_one_statement_and_long_messages_are_cut(void **state)
{
    mn_err err;
    char long_text[600];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(mn_fail(&err, MN_EIO, "cannot read '%s'", long_text), MN_EIO);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    assert_int_equal(mn_fail(NULL, MN_EINVAL, "nobody listens"), MN_EINVAL);
}

static void an_arena_carves_what_it_counted(void **state)
{
    mn_arena a = {0};
    mn_err err;
    assert_null(mn_arena_floats(&a, 7));
    assert_null(mn_arena_ints(&a, 0));
    assert_null(mn_arena_bytes(&a, 3, 11));
    assert_ok(mn_arena_allocate(&a, "a test", &err), &err);
    float *x = mn_arena_floats(&a, 7);
    int *none = mn_arena_ints(&a, 0);
    char *y = mn_arena_bytes(&a, 3, 11);
    assert_true(x && none && y && (uintptr_t)x % 64 == 0 && (uintptr_t)y % 64 == 0);
    for (int i = 0; i < 7; i++)
        assert_true(x[i] == 0.0f);
    assert_int_equal(a.used, a.size);
    mn_arena_finish(&a);
    mn_arena_finish(&a);
}

static void an_absurd_shape_is_no_memory_with_a_message(void **state)
{
    mn_arena a = {0}, b = {0};
    mn_err err;
    mn_arena_bytes(&a, SIZE_MAX / 2, 8);
    assert_failed(mn_arena_allocate(&a, "a test", &err), &err, MN_ENOMEM, "a test");
    mn_arena_bytes(&b, SIZE_MAX / 2, 1);
    mn_arena_bytes(&b, SIZE_MAX / 2, 1);
    mn_arena_bytes(&b, SIZE_MAX / 2, 1);
    assert_failed(mn_arena_allocate(&b, "a test", &err), &err, MN_ENOMEM, "does not fit");
}

static void random_streams_depend_on_seed_and_purpose_only(void **state)
{
    mn_rng a, b, c, d;
    mn_rng_seed(&a, 7, "init"), mn_rng_seed(&b, 7, "init"), mn_rng_seed(&c, 8, "init"),
        mn_rng_seed(&d, 7, "order");
    uint64_t x = mn_rng_next(&a);
    assert_true(x == mn_rng_next(&b) && x != mn_rng_next(&c) && x != mn_rng_next(&d));
}

static void normals_have_mean_zero_and_deviation_one(void **state)
{
    mn_rng r;
    double sum = 0.0, squares = 0.0;
    enum { N = 100000 };
    mn_rng_seed(&r, 1, "test");
    for (int i = 0; i < N; i++) {
        double x = mn_rng_normal(&r);
        assert_true(isfinite(x));
        sum += x;
        squares += x * x;
    }
    assert_near(sum / N, 0.0, 0.02); /* six standard errors */
    assert_near(squares / N, 1.0, 0.03);
}

static void a_shuffle_is_a_permutation_and_every_place_is_likely(void **state)
{
    mn_rng r;
    uint32_t index[5];
    int first[5] = {0};
    mn_rng_seed(&r, 1, "test");
    for (int k = 0; k < 10000; k++) {
        unsigned seen = 0;
        for (uint32_t i = 0; i < 5; i++)
            index[i] = i;
        mn_rng_shuffle(&r, index, 5);
        for (int i = 0; i < 5; i++)
            seen |= 1u << index[i];
        assert_int_equal(seen, 31);
        first[index[0]]++;
    }
    for (int i = 0; i < 5; i++)
        assert_near(first[i], 2000, 250);
    mn_rng_shuffle(&r, index, 0);
    assert_int_equal(mn_rng_below(&r, 1), 0);
}

struct block {
    int n, choice;
    double x;
    bool b;
    char text[8];
};
static const double ladder[] = {2, 3, 5, 10, 0};
static const char *const choices[] = {"red", "green", "blue", NULL};
static const mn_param rows[] = {
    {.name = "n",
     .kind = MN_INT,
     .offset = offsetof(struct block, n),
     .min = 2,
     .max = 12,
     .def = 2,
     .ladder = ladder,
     .unit = "",
     .help = "h"},
    {.name = "x",
     .alias = "X",
     .kind = MN_REAL,
     .offset = offsetof(struct block, x),
     .min = 1e-3,
     .max = 1e3,
     .def = 0.1,
     .flags = MN_LOG,
     .unit = "",
     .help = "h"},
    {.name = "b",
     .kind = MN_BOOL,
     .offset = offsetof(struct block, b),
     .max = 1,
     .def = 1,
     .unit = "",
     .help = "h"},
    {.name = "colour",
     .kind = MN_CHOICE,
     .offset = offsetof(struct block, choice),
     .choices = choices,
     .def = 1,
     .unit = "",
     .help = "h"},
    {.name = "text",
     .kind = MN_TEXT,
     .offset = offsetof(struct block, text),
     .def_text = "hi",
     .text_size = 8,
     .unit = "",
     .help = "h"},
};
static const mn_param_table table = {rows, 5};

static void parameters_parse_print_and_refuse(void **state)
{
    struct block c, before;
    char out[64];
    mn_err err;
    memset(&c, 0, sizeof c);
    mn_param_defaults(table, &c);
    assert_true(c.n == 2 && c.b && c.choice == 1 && c.x == 0.1);
    assert_string_equal(mn_param_print(&rows[1], &c, out, sizeof out), "0.1");
    assert_ok(mn_param_set(mn_param_find(table, "X"), &c, "1e-2", &err), &err);
    assert_string_equal(mn_param_print(&rows[1], &c, out, sizeof out), "0.01");
    assert_ok(mn_param_set(&rows[3], &c, "Blue", &err), &err);
    before = c;
    assert_failed(mn_param_set(&rows[0], &c, "13", &err), &err, MN_EINVAL, "from 2 to 12");
    assert_failed(mn_param_set(&rows[0], &c, "3x", &err), &err, MN_EINVAL, "'3x'");
    assert_failed(mn_param_set(&rows[1], &c, "nan", &err), &err, MN_EINVAL, "'nan'");
    assert_failed(mn_param_set(&rows[2], &c, "maybe", &err), &err, MN_EINVAL, "yes or no");
    assert_failed(mn_param_set(&rows[3], &c, "pink", &err), &err, MN_EINVAL,
                  "red, green or blue");
    assert_failed(mn_param_set(&rows[4], &c, "too long a text", &err), &err, MN_EINVAL,
                  "too long");
    assert_memory_equal(&c, &before, sizeof c);
    assert_null(mn_param_find(table, "N"));
}

static void keys_step_along_ladders_and_stop_at_the_ends(void **state)
{
    assert_near(mn_param_neighbour(&rows[0], 2, +1), 3, 0);
    assert_near(mn_param_neighbour(&rows[0], 4, +1), 5, 0);
    assert_near(mn_param_neighbour(&rows[0], 4, -1), 3, 0);
    assert_near(mn_param_neighbour(&rows[0], 10, +1), 10, 0);
    assert_near(mn_param_neighbour(&rows[0], 2, -1), 2, 0);
    assert_near(mn_param_neighbour(&rows[1], 0.1, +1), 0.2, 0);
    assert_near(mn_param_neighbour(&rows[1], 600, +1), 600, 0);
    assert_near(mn_param_neighbour(&rows[2], 1, +1), 0, 0);
    assert_near(mn_param_neighbour(&rows[3], 2, +1), 0, 0);
    assert_near(mn_param_neighbour(&rows[3], 0, -1), 2, 0);
}

static void lines_split_into_words_and_words_quote_back(void **state)
{
    static const char *const hard[] = {
        "plain", "two words", "", "quo\"te", "it's", "back\\slash", "#no comment", "tab\there"};
    mn_words w;
    mn_err err;
    mn_text line = {0};
    for (size_t i = 0; i < 8; i++) {
        mn_text_add(&line, "%s", i ? " " : "");
        mn_words_quote(&line, hard[i]);
    }
    mn_text_add(&line, " # and a comment");
    assert_ok(mn_words_split(&w, line.data, &err), &err);
    assert_int_equal(w.n, 8);
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(w.word[i], hard[i]);
    mn_text_finish(&line);
    assert_failed(mn_words_split(&w, "set \"open", &err), &err, MN_EINVAL, "left open");
    assert_int_equal(w.n, 0);
    assert_ok(mn_words_split(&w, "   \t # nothing", &err), &err);
    assert_int_equal(w.n, 0);
}

static void long_and_many_worded_lines_are_refused(void **state)
{
    mn_words w;
    mn_err err;
    char line[MN_LINE_MAX + 1];
    memset(line, 'a', MN_LINE_MAX);
    line[MN_LINE_MAX] = '\0';
    assert_failed(mn_words_split(&w, line, &err), &err, MN_EINVAL, "too long");
    line[MN_LINE_MAX - 1] = '\0';
    assert_ok(mn_words_split(&w, line, &err), &err);
    assert_int_equal(w.n, 1);
    for (int i = 0; i < 400; i++)
        line[i] = i % 2 ? ' ' : 'a';
    line[400] = '\0';
    assert_failed(mn_words_split(&w, line, &err), &err, MN_EINVAL, "too many");
}

static void the_closest_name_is_close_or_none(void **state)
{
    static const char *const names[] = {"vertex", "memories", "temperature", NULL};
    assert_string_equal(mn_text_closest("vertx", names), "vertex");
    assert_string_equal(mn_text_closest("temp", names), "temperature");
    assert_null(mn_text_closest("zebra", names));
    assert_null(mn_text_closest("", names));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_one_statement_and_long_messages_are_cut),
        cmocka_unit_test(an_arena_carves_what_it_counted),
        cmocka_unit_test(an_absurd_shape_is_no_memory_with_a_message),
        cmocka_unit_test(random_streams_depend_on_seed_and_purpose_only),
        cmocka_unit_test(normals_have_mean_zero_and_deviation_one),
        cmocka_unit_test(a_shuffle_is_a_permutation_and_every_place_is_likely),
        cmocka_unit_test(parameters_parse_print_and_refuse),
        cmocka_unit_test(keys_step_along_ladders_and_stop_at_the_ends),
        cmocka_unit_test(lines_split_into_words_and_words_quote_back),
        cmocka_unit_test(long_and_many_worded_lines_are_refused),
        cmocka_unit_test(the_closest_name_is_close_or_none),
    };
    return cmocka_run_group_tests_name("core", tests, NULL, NULL);
}
