#include "support.h"

#include <string.h>

#include "mnemoscope/canvas.h"

static void drawing_outside_is_clipped_and_counted(void **state)
{
    mn_canvas c;
    mn_err err;
    assert_ok(mn_canvas_init(&c, 4, 2, MN_MONO, &err), &err);
    static const int outside[][2] = {{-1, 0}, {0, -1}, {4, 0}, {0, 2}, {1 << 30, -(1 << 30)}};
    for (int i = 0; i < 5; i++)
        mn_canvas_put(&c, outside[i][0], outside[i][1], (mn_cell){'x', -1, -1, 0});
    assert_int_equal(c.clipped, 5);
    assert_int_equal(mn_canvas_text(&c, 2, 0, 9, "abcd", -1, -1, 0), 4);
    assert_int_equal(c.clipped, 7);
    mn_text t = {0};
    mn_canvas_dump(&c, 0, &t);
    assert_string_equal(t.data, "  ab\n\n");
    mn_text_finish(&t);
    mn_canvas_finish(&c);
}

static void text_is_one_column_per_character_whatever_comes(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {{"±0.82", "±0.82"},       {"a\tb\x1b", "a?b?"},  {"\xff\xc3", "??"},
                 {"\xe2\x82", "?"},        {"漢x", "?x"},         {"e\xcc\x81", "e?"},
                 {"\xc0\xafz", "??z"},     {"\xed\xa0\x80", "?"}, {"\xf4\x90\x80\x80", "?"},
                 {"\xf0\x9f\x98\x80", "?"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mn_canvas c;
        mn_err err;
        mn_text t = {0};
        assert_ok(mn_canvas_init(&c, 10, 1, MN_MONO, &err), &err);
        int used = mn_canvas_text(&c, 0, 0, 10, cases[i].in, -1, -1, 0);
        assert_int_equal(used, mn_canvas_columns(&c, cases[i].in));
        mn_canvas_dump(&c, 0, &t);
        t.data[t.length - 1] = '\0';
        assert_string_equal(t.data, cases[i].out);
        mn_text_finish(&t);
        mn_canvas_finish(&c);
    }
}

static void an_ascii_canvas_holds_only_ascii(void **state)
{
    mn_canvas c;
    mn_err err;
    mn_text t = {0};
    assert_ok(mn_canvas_init(&c, 24, 2, MN_MONO, &err), &err);
    c.ascii = true;
    static const char *const text = "±0.8 −1 ▸T “7” 2→20";
    assert_int_equal(mn_canvas_columns(&c, text), 20);
    mn_canvas_text(&c, 0, 0, 24, text, -1, -1, 0);
    mn_canvas_put(&c, 0, 1, (mn_cell){0x250C, -1, -1, 0});
    mn_canvas_put(&c, 1, 1, (mn_cell){0x2500, -1, -1, 0});
    mn_canvas_put(&c, 2, 1, (mn_cell){0x2588, -1, -1, 0});
    mn_canvas_dump(&c, 0, &t);
    assert_string_equal(t.data, "+-0.8 -1 >T \"7\" 2>20\n+-#\n");
    mn_text_finish(&t);
    mn_canvas_finish(&c);
}

static void the_dump_shows_attributes_below_the_characters(void **state)
{
    mn_canvas c;
    mn_err err;
    mn_text t = {0};
    assert_ok(mn_canvas_init(&c, 4, 2, MN_16, &err), &err);
    mn_canvas_text(&c, 1, 0, 2, "ab", 3, -1, MN_BOLD | MN_UNDERLINE);
    mn_canvas_dump(&c, 1, &t);
    assert_string_equal(t.data, " ab\n\n.99\n\n");
    mn_text_finish(&t);
    mn_canvas_finish(&c);
}

static void absurd_sizes_are_refused(void **state)
{
    mn_canvas c;
    mn_err err;
    assert_failed(mn_canvas_init(&c, 0, 5, MN_MONO, &err), &err, MN_EINVAL, "0 x 5");
    assert_failed(mn_canvas_init(&c, 1 << 20, 5, MN_MONO, &err), &err, MN_EINVAL, "1..4096");
    mn_canvas_finish(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawing_outside_is_clipped_and_counted),
        cmocka_unit_test(text_is_one_column_per_character_whatever_comes),
        cmocka_unit_test(an_ascii_canvas_holds_only_ascii),
        cmocka_unit_test(the_dump_shows_attributes_below_the_characters),
        cmocka_unit_test(absurd_sizes_are_refused),
    };
    return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
