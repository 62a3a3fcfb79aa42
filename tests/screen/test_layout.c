#include "support.h"

#include <stdbool.h>
#include <string.h>

#include "mnemoscope/screen.h"

static bool inside(mn_rect r, int cols, int rows)
{
    return r.x >= 0 && r.y >= 0 && r.w > 0 && r.h > 0 && r.x + r.w <= cols && r.y + r.h <= rows;
}

static bool disjoint(mn_rect a, mn_rect b)
{
    return a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
}

static int n_views(void)
{
    int n = 0;
    while (mn_views[n])
        n++;
    return n;
}

static void check(int cols, int rows, int focus, bool zoomed)
{
    mn_layout l = mn_layout_of(cols, rows, focus, zoomed);
    mn_rect all[MN_PANELS_MAX + 3] = {l.header, l.caption, l.footer};
    bool focused = false;
    assert_int_equal(l.too_small, cols < 40 || rows < 12);
    if (l.too_small)
        return;
    assert_in_range(l.n_panels, 1, MN_PANELS_MAX);
    int area = 0;
    for (int i = 0; i < l.n_panels; i++) {
        all[3 + i] = l.panels[i].box;
        focused |= l.panels[i].view == focus;
        for (int k = 0; k < i; k++)
            assert_true(l.panels[i].view != l.panels[k].view);
    }
    assert_true(focused);
    for (int i = 0; i < l.n_panels + 3; i++) {
        area += all[i].w * all[i].h;
        if (!inside(all[i], cols, rows))
            fail_msg("box %d is outside at %dx%d", i, cols, rows);
        for (int k = 0; k < i; k++)
            if (!disjoint(all[i], all[k]))
                fail_msg("boxes %d and %d overlap at %dx%d", i, k, cols, rows);
    }
    assert_int_equal(area, cols * rows); /* nothing is left unused */
    mn_layout again = mn_layout_of(cols, rows, focus, zoomed);
    assert_memory_equal(&l.panels[0].box, &again.panels[0].box, sizeof l.panels[0].box);
}

static void panels_are_inside_disjoint_and_cover_the_screen_at_every_size(void **state)
{
    (void)state;
    int n = n_views();
    for (int rows = 1; rows <= 200; rows++)
        for (int cols = 1; cols <= 500; cols++)
            check(cols, rows, (cols + rows) % n, (cols * rows) % 3 == 0);
}

static void every_panel_has_room_for_a_border_and_a_line(void **state)
{
    (void)state;
    for (int rows = 12; rows <= 60; rows++)
        for (int cols = 40; cols <= 210; cols++) {
            mn_layout l = mn_layout_of(cols, rows, 0, false);
            for (int i = 0; i < l.n_panels; i++)
                assert_true(l.panels[i].box.w >= 20 && l.panels[i].box.h >= 4);
        }
}

static void the_classes_of_sizes_have_their_panels(void **state)
{
    (void)state;
    static const int want[][3] = {{200, 60, 5}, {160, 45, 5}, {159, 45, 4}, {160, 44, 4},
                                  {100, 30, 4}, {80, 24, 4},  {79, 24, 2},  {80, 23, 2},
                                  {60, 16, 2},  {59, 16, 1},  {40, 12, 1}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_int_equal(mn_layout_of(want[i][0], want[i][1], 0, false).n_panels, want[i][2]);
}

static void a_zoomed_panel_is_alone(void **state)
{
    (void)state;
    for (int focus = 0; focus < n_views(); focus++) {
        mn_layout l = mn_layout_of(200, 60, focus, true);
        assert_int_equal(l.n_panels, 1);
        assert_int_equal(l.panels[0].view, focus);
    }
}

static void focus_moves_no_panel_that_stays(void **state)
{
    (void)state;
    mn_layout a = mn_layout_of(80, 24, 0, false), b = mn_layout_of(80, 24, 2, false);
    assert_int_equal(a.n_panels, b.n_panels);
    for (int i = 0; i < a.n_panels; i++) {
        assert_int_equal(a.panels[i].view, b.panels[i].view);
        assert_memory_equal(&a.panels[i].box, &b.panels[i].box, sizeof a.panels[i].box);
    }
}

/* layout.c counts on the order of views.def. */
static void views_stand_in_the_order_the_layout_expects(void **state)
{
    (void)state;
    static const char *const names[] = {"wall", "tasks", "neurons", "timeline", "dream"};
    for (int i = 0; i < 5; i++)
        assert_string_equal(mn_views[i]->name, names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(panels_are_inside_disjoint_and_cover_the_screen_at_every_size),
        cmocka_unit_test(every_panel_has_room_for_a_border_and_a_line),
        cmocka_unit_test(the_classes_of_sizes_have_their_panels),
        cmocka_unit_test(a_zoomed_panel_is_alone),
        cmocka_unit_test(focus_moves_no_panel_that_stays),
        cmocka_unit_test(views_stand_in_the_order_the_layout_expects),
    };
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
