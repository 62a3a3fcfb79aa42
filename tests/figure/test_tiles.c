#include "support.h"

#include <limits.h>

#include "mnemoscope/figure.h"

static const mn_room halves_80x24 = {44, 12, 1, 2}; /* the wall's room on a standard screen */

static void the_standard_wall_holds_eight_tiles_of_ten_by_ten(void **state)
{
    mn_fit f = mn_tiles_fit(64, 28, 28, 0, true, halves_80x24);
    assert_int_equal(f.size_x, 10);
    assert_int_equal(f.size_y, 10);
    assert_int_equal(f.across, 4);
    assert_int_equal(f.down, 2);
    assert_int_equal(f.shown, 8);
}

static void a_few_tiles_grow_to_whole_multiples_of_the_native_size(void **state)
{
    mn_fit f = mn_tiles_fit(1, 28, 28, 0, true, (mn_room){198, 58, 1, 2});
    assert_int_equal(f.size_x % 28, 0);
    assert_int_equal(f.size_x, 4 * 28);
    assert_int_equal(f.size_y, 4 * 28);
    assert_int_equal(f.shown, 1);
}

static void dots_are_square_on_the_screen_whatever_a_cell_holds(void **state)
{
    static const int dots[][2] = {{1, 1}, {1, 2}, {2, 2}, {6, 12}};
    for (int i = 0; i < 4; i++) {
        mn_fit f =
            mn_tiles_fit(4, 28, 28, 24, false, (mn_room){200, 200, dots[i][0], dots[i][1]});
        assert_int_equal(f.size_y * 2 * dots[i][0], f.size_x * dots[i][1]);
    }
}

static void all_tiles_shown_lie_inside_the_room(void **state)
{
    static const int dots[][2] = {{1, 1}, {1, 2}, {2, 2}, {6, 12}};
    for (int k = 0; k < 4; k++)
        for (int cols = 0; cols < 70; cols += 3)
            for (int rows = 0; rows < 40; rows++)
                for (int size = 0; size < 40; size += 13) {
                    mn_room room = {cols, rows, dots[k][0], dots[k][1]};
                    mn_fit f = mn_tiles_fit(30, 28, 20, size, rows % 2, room);
                    assert_in_range(f.shown, 0, 30);
                    if (!f.shown)
                        continue;
                    assert_true(f.across * (f.tile_cols + 1) <= cols);
                    assert_true(f.down * f.tile_rows <= rows);
                    assert_true(f.size_x <= f.tile_cols * dots[k][0]);
                    assert_true(f.size_y <= f.tile_rows * dots[k][1]);
                }
}

static void more_room_never_shows_fewer_tiles(void **state)
{
    int before = 0;
    for (int cols = 0; cols < 120; cols++) {
        mn_fit f = mn_tiles_fit(64, 28, 28, 0, true, (mn_room){cols, 20, 1, 2});
        assert_true(f.shown >= before);
        before = f.shown;
    }
}

static void nonsense_shows_nothing(void **state)
{
    assert_int_equal(mn_tiles_fit(0, 28, 28, 0, true, halves_80x24).shown, 0);
    assert_int_equal(mn_tiles_fit(-5, 28, 28, 0, true, halves_80x24).shown, 0);
    assert_int_equal(mn_tiles_fit(5, 0, 28, 0, true, halves_80x24).shown, 0);
    assert_int_equal(mn_tiles_fit(5, INT_MAX, INT_MAX, 0, true, halves_80x24).shown, 0);
    assert_int_equal(mn_tiles_fit(5, 28, 28, 0, true, (mn_room){0, 0, 1, 2}).shown, 0);
    assert_int_equal(mn_tiles_fit(5, 28, 28, 0, true, (mn_room){10, 10, 0, 0}).shown, 0);
    assert_int_equal(mn_tiles_fit(5, 28, 28, INT_MAX, true, halves_80x24).shown, 0);
    assert_int_equal(mn_tiles_fit(INT_MAX, 1, 1, 1, false, halves_80x24).shown, 22 * 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standard_wall_holds_eight_tiles_of_ten_by_ten),
        cmocka_unit_test(a_few_tiles_grow_to_whole_multiples_of_the_native_size),
        cmocka_unit_test(dots_are_square_on_the_screen_whatever_a_cell_holds),
        cmocka_unit_test(all_tiles_shown_lie_inside_the_room),
        cmocka_unit_test(more_room_never_shows_fewer_tiles),
        cmocka_unit_test(nonsense_shows_nothing),
    };
    return cmocka_run_group_tests_name("tiles", tests, NULL, NULL);
}
