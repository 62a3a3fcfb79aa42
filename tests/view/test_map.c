/* The map as a figure. */
#include "mnemoscope/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "support.h"

enum { UNITS = 8, ITEMS = 40 };

typedef struct stage {
    mn_fixture *fixture;
    mn_snapshot *s;
    mn_look look;
    mn_figure f;
    float x[UNITS + ITEMS], y[UNITS + ITEMS];
    int label[UNITS + ITEMS], task[UNITS + ITEMS];
} stage;

/* A finished map: units in a row at the height 1, items below. */
static void set_up(stage *t)
{
    mn_err err;
    memset(t, 0, sizeof *t);
    t->fixture = fixture_create(UNITS, 3);
    t->s = fixture_trained(t->fixture);
    mn_look_defaults(&t->look);
    assert_ok(mn_figure_init(&t->f, &err), &err);
    for (int i = 0; i < UNITS + ITEMS; i++) {
        t->x[i] = (float)(i < UNITS ? 10 * i : i);
        t->y[i] = i < UNITS ? 1.0f : 0.0f;
        t->label[i] = i % 3;
        t->task[i] = i % 2;
    }
    t->label[7] = t->task[7] = -1;
    t->s->map = (mn_map){.method = MN_MAP_UMAP,
                         .progress = 1.0,
                         .step = t->s->step,
                         .neighbours = 15,
                         .trust = 0.9712,
                         .n_trusted = 40,
                         .n_units = UNITS,
                         .n_items = ITEMS,
                         .x = t->x,
                         .y = t->y,
                         .label = t->label,
                         .task = t->task};
}

static void tear_down(stage *t)
{
    mn_figure_finish(&t->f);
    fixture_destroy(t->fixture);
}

static const mn_scatter *make(stage *t, int cols, int rows)
{
    mn_err err;
    const mn_room room = {cols, rows, 2, 4};
    assert_ok(mn_view_make(mn_view_find("map"), t->s, &t->look, room, &t->f, &err), &err);
    for (int i = 0; i < t->f.n_parts; i++)
        if (t->f.parts[i].kind == MN_MARK_SCATTER)
            return t->f.parts[i].mark;
    return NULL;
}

static bool says(const stage *t, const char *text)
{
    for (int i = 0; i < t->f.n_parts; i++) {
        const mn_text_lines *lines = t->f.parts[i].mark;
        for (int j = 0; t->f.parts[i].kind == MN_MARK_TEXT && j < lines->n; j++)
            if (strstr(lines->lines[j].text, text))
                return true;
    }
    return false;
}

static int n_points(const mn_scatter *m)
{
    int n = 0;
    for (int g = 0; g < m->n_groups; g++)
        n += m->groups[g].n;
    return n;
}

static void without_a_map_it_says_how_to_get_one(void **state)
{
    stage t;
    set_up(&t);
    t.s->map = (mn_map){.step = -1, .trust = (double)NAN, .progress = 1.0};
    for (int rows = 1; rows < 20; rows += 6) {
        assert_null(make(&t, 70, rows));
        assert_true(says(&t, "m makes a map"));
    }
    tear_down(&t);
}

static void every_point_is_there_units_above_items(void **state)
{
    stage t;
    set_up(&t);
    const mn_scatter *m = make(&t, 80, 20);
    assert_int_equal(n_points(m), UNITS + ITEMS);
    assert_int_equal(m->groups[0].n, ITEMS);
    assert_true(m->groups[0].dim && !m->groups[0].large);
    for (int g = 1; g < m->n_groups; g++)
        assert_true(m->groups[g].large && !m->groups[g].dim);
    assert_true(m->x_lo < 0.0 && m->x_hi > 70.0 && m->y_lo < 0.0 && m->y_hi > 1.0);
    assert_int_equal(m->n_classes, 3);
    assert_non_null(strstr(t.f.title, "umap of items"));
    assert_non_null(strstr(t.f.status, "trust 0.971 of 40"));
    tear_down(&t);
}

static void the_cursor_is_the_unit_under_it(void **state)
{
    stage t;
    set_up(&t);
    for (t.look.cursor = 0; t.look.cursor < UNITS; t.look.cursor++) {
        const mn_scatter *m = make(&t, 80, 20);
        const mn_spot *spot = &m->groups[m->cursor_group].spots[m->cursor];
        assert_near(spot->x, 10.0 * t.look.cursor, 0.0);
        assert_near(spot->y, 1.0, 0.0);
        assert_int_equal(says(&t, "no item drives it"), t.look.cursor == 7);
    }
    t.look.cursor = -1;
    assert_int_equal(make(&t, 80, 20)->cursor, -1);
    tear_down(&t);
}

static void colours_tell_class_count_or_task(void **state)
{
    stage t;
    set_up(&t);
    uint32_t *fired = t.s->units.fired[MN_RUN];
    for (int u = 0; u < UNITS; u++)
        fired[u] = u ? 9u * (uint32_t)u : 0; /* 0, 9, 18 .. 63 */
    t.s->map.colour = MN_COLOUR_COUNT;
    const mn_scatter *m = make(&t, 80, 20);
    assert_int_equal(m->n_classes, 2);
    assert_string_equal(m->class_names[1], "10+");
    assert_int_equal(m->groups[0].spots[3].class, -1);
    t.s->map.colour = MN_COLOUR_TASK;
    m = make(&t, 80, 20);
    assert_int_equal(m->n_classes, 2);
    assert_string_equal(m->class_names[1], "T2");
    assert_int_equal(m->groups[0].spots[3].class, 1);
    tear_down(&t);
}

static void points_that_are_not_placed_yet_are_left_out(void **state)
{
    stage t;
    set_up(&t);
    t.s->map.progress = 0.42;
    t.s->map.trust = (double)NAN;
    snprintf(t.s->map.doing, sizeof t.s->map.doing, "moving points");
    for (int u = 0; u < UNITS; u++)
        t.x[u] = t.y[u] = NAN;
    assert_int_equal(n_points(make(&t, 80, 20)), ITEMS);
    assert_true(says(&t, "42%  moving points"));
    for (int i = 0; i < UNITS + ITEMS; i++)
        t.x[i] = t.y[i] = NAN;
    assert_null(make(&t, 80, 20));
    assert_true(says(&t, "42%  moving points"));
    assert_null(make(&t, 12, 2));
    assert_true(says(&t, "42%"));
    tear_down(&t);
}

/* All points in one place, or a map that is older than the units. */
static void odd_maps_are_shown(void **state)
{
    stage t;
    set_up(&t);
    for (int i = 0; i < UNITS + ITEMS; i++)
        t.x[i] = t.y[i] = 3.0f;
    const mn_scatter *m = make(&t, 80, 20);
    assert_true(m->x_lo < 3.0 && m->x_hi > 3.0 && m->y_lo < m->y_hi);
    t.s->map.n_items = 0;
    t.s->map.step = 0;
    assert_int_equal(n_points(make(&t, 100, 20)), UNITS);
    assert_non_null(strstr(t.f.status, "steps ago"));
    make(&t, 1, 1);
    tear_down(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_map_it_says_how_to_get_one),
        cmocka_unit_test(every_point_is_there_units_above_items),
        cmocka_unit_test(the_cursor_is_the_unit_under_it),
        cmocka_unit_test(colours_tell_class_count_or_task),
        cmocka_unit_test(points_that_are_not_placed_yet_are_left_out),
        cmocka_unit_test(odd_maps_are_shown),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
