#include "support.h"

#include <string.h>

#include "mnemoscope/figure.h"

static void a_figure_gives_zeroed_room_until_it_is_full(void **state)
{
    mn_figure f;
    mn_err err;
    assert_ok(mn_figure_init(&f, &err), &err);
    memset(f.frame, 0xAA, f.frame_size);
    unsigned char *room = mn_figure_room(&f, 100, 3);
    assert_non_null(room);
    for (int i = 0; i < 300; i++)
        assert_int_equal(room[i], 0);
    assert_null(mn_figure_room(&f, f.frame_size, 1));
    assert_true(f.full);
    assert_null(mn_figure_room(&f, 1, 1)); /* after the first refusal nothing is given */
    mn_figure_finish(&f);
}

static void growing_makes_room_for_what_was_wanted(void **state)
{
    mn_figure f;
    mn_err err;
    assert_ok(mn_figure_init(&f, &err), &err);
    size_t wanted = f.frame_size + 1;
    assert_false(mn_figure_grow(&f)); /* nothing was refused */
    assert_null(mn_figure_room(&f, wanted, 4));
    assert_true(mn_figure_grow(&f));
    assert_false(f.full);
    assert_non_null(mn_figure_room(&f, wanted, 4));
    mn_figure_finish(&f);
}

static void an_absurd_size_is_refused_without_wrapping_round(void **state)
{
    mn_figure f;
    mn_err err;
    assert_ok(mn_figure_init(&f, &err), &err);
    assert_null(mn_figure_room(&f, SIZE_MAX, 1));
    mn_figure_reset(&f);
    assert_null(mn_figure_room(&f, SIZE_MAX / 2 + 2, 2));
    for (int i = 0; i < 10; i++)
        assert_null(mn_figure_room(&f, SIZE_MAX, SIZE_MAX));
    assert_false(mn_figure_grow(&f));
    mn_figure_finish(&f);
}

static void texts_are_kept_in_the_frame_and_empty_when_it_is_full(void **state)
{
    mn_figure f;
    mn_err err;
    assert_ok(mn_figure_init(&f, &err), &err);
    mn_figure_title(&f, "Memories %d-%d/%d", 1, 8, 64);
    assert_string_equal(f.title, "Memories 1-8/64");
    assert_null(mn_figure_room(&f, f.frame_size, 1));
    assert_string_equal(mn_figure_text(&f, "%s", "lost"), "");
    mn_figure_reset(&f);
    assert_string_equal(f.title, "");
    mn_figure_finish(&f);
}

static void parts_start_with_equal_weights(void **state)
{
    mn_figure f;
    mn_err err;
    static const mn_text_lines none = {0, NULL};
    assert_ok(mn_figure_init(&f, &err), &err);
    const mn_part *p = mn_figure_add(&f, MN_MARK_TEXT, &none);
    assert_int_equal(f.n_parts, 1);
    assert_true(p->weight == 1.0 && p->column_weight == 1.0);
    assert_int_equal(p->column, 0);
    mn_figure_finish(&f);
    mn_figure_finish(&f);
    mn_figure_finish(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_figure_gives_zeroed_room_until_it_is_full),
        cmocka_unit_test(growing_makes_room_for_what_was_wanted),
        cmocka_unit_test(an_absurd_size_is_refused_without_wrapping_round),
        cmocka_unit_test(texts_are_kept_in_the_frame_and_empty_when_it_is_full),
        cmocka_unit_test(parts_start_with_equal_weights),
    };
    return cmocka_run_group_tests_name("figure", tests, NULL, NULL);
}
