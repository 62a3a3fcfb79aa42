#include "support.h"

#include <string.h>

#include "reply.h"

/* Feeds what follows an escape; returns how many characters were swallowed. */
static size_t feed(mn_reply *r, const char *text)
{
    size_t n = 0;
    if (!mn_reply_begin(r, (unsigned char)text[n++]))
        return 0;
    while (text[n] && r->state != MN_REPLY_NONE)
        mn_reply_add(r, (unsigned char)text[n++]);
    return n;
}

static void backgrounds_are_understood_in_every_spelling(void **state)
{
    static const struct {
        const char *text;
        bool light;
    } rows[] = {
        {"]11;rgb:ffff/ffff/ffff\033\\", true}, {"]11;rgb:0000/0000/0000\007", false},
        {"]11;rgb:fd/f6/e3\033\\", true},       {"]11;rgb:00/2b/36\007", false},
        {"]11;rgba:f/f/f/f\007", true},         {"]11;rgb:1e1e/1e1e/2e2e\033\\", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mn_reply r = {0};
        assert_int_equal(feed(&r, rows[i].text), strlen(rows[i].text));
        assert_true(r.heard);
        assert_int_equal(r.light, rows[i].light);
    }
}

static void other_answers_are_swallowed_and_ignored(void **state)
{
    static const char *const rows[] = {"[?1;2c",   "[<0;1;1M",          "OQ",
                                       "[200~",    "]10;rgb:f/f/f\007", "]11;rgb:\007",
                                       "]11;\007", "]11;rgb:x/y/z\007", "]\007"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mn_reply r = {0};
        assert_int_equal(feed(&r, rows[i]), strlen(rows[i]));
        assert_int_equal(r.state, MN_REPLY_NONE);
        assert_false(r.heard);
    }
}

static void the_left_button_is_told_where_it_is(void **state)
{
    static const struct {
        const char *text;
        bool touched, first;
        int x, y;
    } rows[] = {{"[<0;12;5M", true, true, 11, 4},
                {"[<32;1;1M", true, false, 0, 0},
                {"[<0;12;5m", false, false, 0, 0},
                {"[<64;12;5M", false, false, 0, 0},
                {"[<2;12;5M", false, false, 0, 0},
                {"[<0;0;5M", false, false, 0, 0},
                {"[<0;99999;5M", true, true, 99998, 4},
                {"[<0;123456789;5M", false, false, 0, 0},
                {"[<0;12M", false, false, 0, 0},
                {"[<M", false, false, 0, 0},
                {"[M", false, false, 0, 0},
                {"[<0;-1;5M", false, false, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        mn_reply r = {.mouse = true}, deaf = {0};
        assert_int_equal(feed(&deaf, rows[i].text), strlen(rows[i].text));
        assert_false(deaf.touched);
        assert_int_equal(feed(&r, rows[i].text), strlen(rows[i].text));
        assert_int_equal(r.touched, rows[i].touched);
        assert_int_equal(r.first, rows[i].first);
        assert_int_equal(r.x, rows[i].x);
        assert_int_equal(r.y, rows[i].y);
    }
}

static void keys_behind_a_sequence_are_keys_again(void **state)
{
    mn_reply r = {0};
    assert_int_equal(feed(&r, "[5;5Rq"), 5);
    assert_int_equal(feed(&r, "OAn"), 2);
    assert_int_equal(feed(&r, "x"), 0);
}

static void an_endless_answer_does_no_harm(void **state)
{
    mn_reply r = {0};
    assert_true(mn_reply_begin(&r, ']'));
    for (int i = 0; i < 100000; i++)
        mn_reply_add(&r, 'a' + (unsigned)i % 26);
    mn_reply_add(&r, 7);
    assert_int_equal(r.state, MN_REPLY_NONE);
    assert_false(r.heard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backgrounds_are_understood_in_every_spelling),
        cmocka_unit_test(other_answers_are_swallowed_and_ignored),
        cmocka_unit_test(the_left_button_is_told_where_it_is),
        cmocka_unit_test(keys_behind_a_sequence_are_keys_again),
        cmocka_unit_test(an_endless_answer_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
