#include "wire.h"

#include "support.h"

static void fill(mn_canvas *c, mn_colours colours)
{
    mn_err err;
    assert_ok(mn_canvas_init(c, 10, 3, colours, &err), &err);
}

static void an_unchanged_screen_costs_nothing(void **state)
{
    mn_canvas a, b;
    (void)state;
    fill(&a, MN_DIRECT);
    fill(&b, MN_DIRECT);
    assert_int_equal(mn_wire_bytes(&a, &b), 0);
    mn_canvas_finish(&a);
    mn_canvas_finish(&b);
}

/* ESC [ 2 ; 4 H, then the characters; neighbours need no second move. */
static void a_change_costs_its_move_and_its_characters(void **state)
{
    mn_canvas a, b;
    (void)state;
    fill(&a, MN_DIRECT);
    fill(&b, MN_DIRECT);
    mn_canvas_text(&b, 3, 1, 9, "x", MN_DEFAULT_COLOUR, MN_DEFAULT_COLOUR, 0);
    assert_int_equal(mn_wire_bytes(&a, &b), 6 + 1);
    mn_canvas_text(&b, 4, 1, 9, "\u2580", MN_DEFAULT_COLOUR, MN_DEFAULT_COLOUR, 0);
    assert_int_equal(mn_wire_bytes(&a, &b), 6 + 1 + 3);
    mn_canvas_finish(&a);
    mn_canvas_finish(&b);
}

/* ESC [ 3 8 ; 5 ; 7 m against ESC [ 3 8 ; 2 ; 0 ; 0 ; 9 m, sent once for equal neighbours. */
static void colours_cost_more_in_direct_mode(void **state)
{
    mn_canvas a, b;
    (void)state;
    for (int mode = MN_DIRECT; mode <= MN_256; mode++) {
        fill(&a, (mn_colours)mode);
        fill(&b, (mn_colours)mode);
        mn_canvas_text(&b, 0, 0, 9, "xy", mode == MN_DIRECT ? 9 : 7, MN_DEFAULT_COLOUR, 0);
        assert_int_equal(mn_wire_bytes(&a, &b), 6 + 2 + (mode == MN_DIRECT ? 13 : 9));
        mn_canvas_finish(&a);
        mn_canvas_finish(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unchanged_screen_costs_nothing),
        cmocka_unit_test(a_change_costs_its_move_and_its_characters),
        cmocka_unit_test(colours_cost_more_in_direct_mode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
