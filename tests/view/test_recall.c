#include "support.h"

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "mnemoscope/view.h"

typedef struct bench {
    mn_fixture *fixture;
    mn_snapshot *snap;
    mn_look look;
    mn_figure figure;
    float items[MN_RECALL_ITEMS * 784];
} bench;

static int open_bench(void **state)
{
    static bench b;
    mn_err err;
    memset(&b, 0, sizeof b);
    b.fixture = fixture_create(64, 1);
    b.snap = fixture_trained(b.fixture);
    b.snap->recalls = true;
    b.snap->recall_items = b.items;
    b.snap->item_lo = -1.0f;
    b.snap->item_hi = 1.0f;
    mn_look_defaults(&b.look);
    assert_ok(mn_figure_init(&b.figure, &err), &err);
    *state = &b;
    return 0;
}

static int close_bench(void **state)
{
    bench *b = *state;
    mn_figure_finish(&b->figure);
    b->snap->recall_items = NULL;
    fixture_destroy(b->fixture);
    return 0;
}

/* A recall of the fixture's states: half the pixels of the nearest item are on. */
static void lay_down_cue(bench *b)
{
    mn_recollection *r = &b->snap->recall;
    snprintf(b->snap->dream.cue, sizeof b->snap->dream.cue, "test 5 \"4\"");
    *r = (mn_recollection){.there = true,
                           .noise = 20,
                           .n_sample = 500,
                           .n_items = 3,
                           .label = {4, 9, 4},
                           .overlap = {0.91, 0.7, -0.2},
                           .n_units = 2,
                           .unit = {12, 1},
                           .share = {0.83, 0.1}};
    for (int i = 0; i < 784; i++)
        b->items[i] = i % 2 ? 1.0f : -1.0f;
}

static void make(bench *b, int cols, int rows)
{
    mn_err err;
    const mn_room room = {cols, rows, 1, 2};
    assert_ok(mn_view_make(mn_view_find("recall"), b->snap, &b->look, room, &b->figure, &err),
              &err);
}

static const void *find_mark(const mn_figure *f, mn_mark_kind kind, int nth)
{
    for (int i = 0; i < f->n_parts; i++)
        if (f->parts[i].kind == kind && nth-- == 0)
            return f->parts[i].mark;
    return NULL;
}

static bool says(const mn_figure *f, const char *what)
{
    for (int i = 0; i < f->n_parts; i++) {
        const mn_text_lines *t = f->parts[i].mark;
        for (int k = 0; f->parts[i].kind == MN_MARK_TEXT && k < t->n; k++)
            if (strstr(t->lines[k].text, what))
                return true;
    }
    return false;
}

static void from_cue_to_result_beside_the_nearest_item(void **state)
{
    bench *b = *state;
    lay_down_cue(b);
    make(b, 120, 30);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES, 0);
    assert_non_null(t);
    assert_true(t->n >= 3);
    assert_string_equal(t->labels[0], "cue");
    assert_string_equal(t->labels[t->n - 2], "result");
    assert_non_null(strstr(t->labels[t->n - 1], "\"4\""));
    assert_memory_equal(t->pixels + (size_t)(t->n - 1) * 784, b->items, sizeof(float[784]));
    const mn_bars *overlaps = find_mark(&b->figure, MN_MARK_BARS, 0),
                  *shares = find_mark(&b->figure, MN_MARK_BARS, 1);
    assert_int_equal(overlaps->n, 3);
    assert_string_equal(overlaps->bars[2].text, "-0.20");
    assert_true(overlaps->bars[2].value >= 0.0); /* bars begin at zero */
    assert_string_equal(shares->bars[0].text, "83%");
    assert_true(says(&b->figure, mn_verdict_name(MN_MEMORY)));
    assert_true(says(&b->figure, "20% noise"));
    assert_string_equal(b->figure.status, "test 5 \"4\"");
}

static void a_held_cue_says_how_to_go_on(void **state)
{
    bench *b = *state;
    lay_down_cue(b);
    b->snap->recall.held = true;
    b->snap->dream.n_states = 1;
    b->snap->dream.n_updates = 0;
    make(b, 120, 30);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES, 0);
    assert_int_equal(t->n, 2);
    assert_true(says(&b->figure, "Enter steps"));
    assert_false(says(&b->figure, mn_verdict_name(MN_MEMORY)));
}

static void a_basin_is_a_chart_with_its_sample_size(void **state)
{
    bench *b = *state;
    lay_down_cue(b);
    b->snap->recall.basin = (mn_basin){.n_items = 40, .step = 1000};
    for (int k = 0; k < MN_BASIN_POINTS; k++)
        b->snap->recall.basin.recalled[k] = 1.0 - 0.1 * k;
    make(b, 120, 40);
    const mn_lines *l = find_mark(&b->figure, MN_MARK_LINES, 1);
    assert_non_null(l);
    assert_int_equal(l->n_series, 2);
    assert_float_equal(l->series[0].x[10], 50.0, 1e-12);
    assert_float_equal(l->series[0].y[1], 90.0, 1e-9);
    bool sized = false;
    for (int i = 0; i < b->figure.n_parts; i++)
        sized |= b->figure.parts[i].title && strstr(b->figure.parts[i].title, "40 items");
    assert_true(sized);
}

static void every_room_is_borne_with_any_number_in_it(void **state)
{
    bench *b = *state;
    for (int pass = 0; pass < 3; pass++) {
        lay_down_cue(b);
        b->snap->recall.basin.n_items = pass == 1 ? 40 : 0;
        if (pass == 2) {
            b->snap->recall.n_items = b->snap->recall.n_units = 0;
            b->snap->recall.unit[0] = 100000;
            for (int i = 0; i < b->snap->dream.n_states; i++)
                b->snap->dream.energy[i] = i % 2 ? (double)NAN : -(double)INFINITY;
        }
        for (int rows = 1; rows < 60; rows += 3)
            for (int cols = 4; cols < 210; cols += 17)
                make(b, cols, rows);
    }
}

static void without_a_cue_or_a_recall_the_view_says_so(void **state)
{
    bench *b = *state;
    make(b, 78, 19);
    assert_true(says(&b->figure, "no cue yet"));
    b->snap->recalls = false;
    make(b, 78, 19);
    assert_true(says(&b->figure, "has no recall"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(from_cue_to_result_beside_the_nearest_item),
        TEST(a_held_cue_says_how_to_go_on),
        TEST(a_basin_is_a_chart_with_its_sample_size),
        TEST(every_room_is_borne_with_any_number_in_it),
        TEST(without_a_cue_or_a_recall_the_view_says_so),
    };
    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
