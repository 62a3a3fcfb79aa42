#include "support.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "mnemoscope/view.h"

/* A view's figure; the room's dots are those of half blocks. */
static void make(const char *view, const mn_snapshot *s, const mn_look *l, int cols, int rows,
                 mn_figure *f)
{
    mn_err err;
    const mn_view_ops *v = mn_view_find(view);
    assert_non_null(v);
    assert_ok(mn_view_make(v, s, l, (mn_room){cols, rows, 1, 2}, f, &err), &err);
}

static const void *find_mark(const mn_figure *f, mn_mark_kind kind)
{
    for (int i = 0; i < f->n_parts; i++)
        if (f->parts[i].kind == kind)
            return f->parts[i].mark;
    return NULL;
}

/* Everything a figure says in words. */
static bool says(const mn_figure *f, const char *words)
{
    if (strstr(f->title, words) || strstr(f->status, words))
        return true;
    for (int i = 0; i < f->n_parts; i++) {
        const mn_part *p = &f->parts[i];
        if (p->title && strstr(p->title, words))
            return true;
        if (p->kind == MN_MARK_TEXT) {
            const mn_text_lines *t = p->mark;
            char all[4096] = "";
            for (int k = 0; k < t->n; k++) { /* sentences go on in the next line */
                size_t used = strlen(all);
                snprintf(all + used, sizeof all - used, "%s%s", k ? " " : "", t->lines[k].text);
            }
            if (strstr(all, words))
                return true;
        }
    }
    return false;
}

static void every_view_has_its_own_name_and_key(void **state)
{
    (void)state;
    for (int i = 0; mn_views[i]; i++) {
        assert_true(*mn_views[i]->name && *mn_views[i]->title && *mn_views[i]->about);
        assert_ptr_equal(mn_view_find(mn_views[i]->name), mn_views[i]);
        for (int j = 0; j < i; j++)
            assert_true(!mn_views[i]->key || mn_views[i]->key != mn_views[j]->key);
    }
    assert_null(mn_view_find("nonsense"));
}

static void check_rooms(const mn_snapshot *s, const mn_look *l, mn_figure *f)
{
    static const int sizes[][2] = {{0, 0},    {1, 1},    {3, 2},    {10, 4},  {29, 4},
                                   {31, 6},   {38, 8},   {45, 12},  {58, 9},  {78, 5},
                                   {78, 19},  {82, 22},  {40, 18},  {200, 3}, {3, 200},
                                   {114, 40}, {198, 55}, {498, 196}};
    for (int v = 0; mn_views[v]; v++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            make(mn_views[v]->name, s, l, sizes[i][0], sizes[i][1], f);
            assert_true(*f->title);
            for (int p = 0; p < f->n_parts; p++)
                assert_non_null(f->parts[p].mark);
            if (sizes[i][1] > 1)
                assert_true(f->n_parts > 0);
        }
}

static void every_view_says_something_in_every_room(void **state)
{
    (void)state;
    mn_fixture *fixtures[] = {fixture_create(64, 5), fixture_create(1, 1),
                              fixture_create(1000, 32)};
    mn_err err;
    mn_figure f;
    mn_look l;
    mn_look_defaults(&l);
    assert_ok(mn_figure_init(&f, &err), &err);
    for (int i = 0; i < 3; i++)
        for (int inspect = 0; inspect < 2; inspect++) {
            l.inspect = inspect;
            check_rooms(fixture_fresh(fixtures[i]), &l, &f);
            check_rooms(fixture_trained(fixtures[i]), &l, &f);
            check_rooms(fixture_protected(fixtures[i]), &l, &f);
            check_rooms(fixture_sparse(fixtures[i]), &l, &f);
            l.cursor = i ? 0 : 21;
            check_rooms(fixture_sparse(fixtures[i]), &l, &f);
            l.cursor = 0;
        }
    mn_snapshot *empty = calloc(1, sizeof *empty);
    empty->viewport.lens = -1;
    check_rooms(empty, &l, &f);
    free(empty);
    mn_figure_finish(&f);
    for (int i = 0; i < 3; i++)
        fixture_destroy(fixtures[i]);
}

typedef struct mn_bench {
    mn_fixture *fixture;
    mn_snapshot *snap;
    mn_figure figure;
    mn_look look;
} mn_bench;

static int set_up(void **state)
{
    mn_bench *b = calloc(1, sizeof *b);
    mn_err err;
    b->fixture = fixture_create(64, 5);
    b->snap = fixture_trained(b->fixture);
    mn_look_defaults(&b->look);
    assert_ok(mn_figure_init(&b->figure, &err), &err);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    mn_bench *b = *state;
    mn_figure_finish(&b->figure);
    fixture_destroy(b->fixture);
    free(b);
    return 0;
}

static void a_wall_shows_as_many_tiles_as_it_says(void **state)
{
    mn_bench *b = *state;
    char title[64];
    make("wall", b->snap, &b->look, 45, 12, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_non_null(t);
    uint32_t page = mn_view_page(b->snap, &b->look, (mn_room){45, 12, 1, 2});
    assert_int_equal(t->n, page);
    assert_int_equal(page, 8);
    snprintf(title, sizeof title, "1-%u/64", page);
    assert_non_null(strstr(b->figure.title, title));
}

static void a_page_past_the_end_is_the_last_page(void **state)
{
    mn_bench *b = *state;
    b->look.first = 63;
    make("wall", b->snap, &b->look, 45, 12, &b->figure);
    assert_non_null(strstr(b->figure.title, "57-64/64"));
}

static void a_page_that_has_not_come_leaves_the_old_one_in_view(void **state)
{
    mn_bench *b = *state;
    b->snap->n_tiles = 8; /* units 0..7 only */
    b->snap->viewport.first = 0;
    b->look.first = 24;
    make("wall", b->snap, &b->look, 45, 12, &b->figure);
    assert_non_null(strstr(b->figure.title, "1-8/64"));
}

static void dead_and_weak_units_are_named_in_words(void **state)
{
    mn_bench *b = *state;
    bool dead = false, weak = false;
    make("wall", b->snap, &b->look, 200, 80, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_int_equal(t->n, 64);
    for (int i = 0; i < t->n; i++) {
        dead |= strstr(t->labels[i], "dead") != NULL;
        weak |= strstr(t->labels[i], "weak") != NULL;
        if (!mn_units_dead(&b->snap->units, i) && !mn_units_weak(&b->snap->units, i))
            assert_non_null(strstr(t->labels[i], "%"));
    }
    assert_true(dead && weak);
}

static void the_cursor_is_on_its_unit_wherever_that_is_in_the_order(void **state)
{
    mn_bench *b = *state;
    b->snap->order[2] = 50;
    b->snap->order[50] = 2;
    b->look.cursor = 50;
    make("wall", b->snap, &b->look, 45, 12, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_int_equal(t->cursor, 2);
    assert_memory_equal(t->pixels + 2 * 784, b->snap->tile_pixels + 50 * 784,
                        784 * sizeof(float));
}

static void tiles_have_symmetric_limits(void **state)
{
    mn_bench *b = *state;
    make("wall", b->snap, &b->look, 45, 12, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_int_equal(t->scale, MN_SIGNED);
    assert_near((double)(t->lo + t->hi), 0.0, 0.0);
    assert_near((double)t->hi, (double)b->snap->tile_limit, 0.0);
}

static void a_lens_is_said(void **state)
{
    mn_bench *b = *state;
    b->snap->viewport.lens = 1;
    make("wall", b->snap, &b->look, 78, 12, &b->figure);
    assert_true(says(&b->figure, "as task 2 sees"));
}

/* At low vertices class weights saturate, and several are as large as the largest. */
static void a_memory_that_votes_for_several_classes_is_not_named(void **state)
{
    mn_bench *b = *state;
    float *w = b->snap->tile_classes;
    for (int c = 0; c < b->snap->n_classes; c++)
        w[c] = c < 3 ? 1.0f : -1.0f;
    make("wall", b->snap, &b->look, 45, 12, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_non_null(strstr(t->labels[0], "×3"));
    assert_int_equal(t->classes[0], -1);
    b->look.inspect = true;
    make("wall", b->snap, &b->look, 45, 12, &b->figure);
    assert_true(says(&b->figure, "votes for 3 classes"));
}

static void the_inspector_shows_the_unit_with_its_class_weights(void **state)
{
    mn_bench *b = *state;
    b->look.inspect = true;
    b->look.cursor = 12;
    make("wall", b->snap, &b->look, 45, 12, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    const mn_bars *bars = find_mark(&b->figure, MN_MARK_BARS);
    assert_int_equal(t->n, 1);
    assert_memory_equal(t->pixels, b->snap->tile_pixels + 12 * 784, 784 * sizeof(float));
    assert_int_equal(bars->n, 10);
    for (int c = 0; c < 10; c++)
        assert_near(bars->bars[c].value, (double)b->snap->tile_classes[12 * 10 + c], 1e-6);
    assert_true(says(&b->figure, "Memory 12 \"4\""));
    assert_true(says(&b->figure, "wins"));
}

static void a_wide_room_has_the_wall_beside_the_inspector(void **state)
{
    mn_bench *b = *state;
    b->look.inspect = true;
    make("wall", b->snap, &b->look, 114, 40, &b->figure);
    int walls = 0;
    for (int i = 0; i < b->figure.n_parts; i++)
        walls += b->figure.parts[i].kind == MN_MARK_TILES;
    assert_int_equal(walls, 2);
}

static void tasks_say_sample_age_and_change(void **state)
{
    mn_bench *b = *state;
    make("tasks", b->snap, &b->look, 60, 12, &b->figure);
    const mn_bars *bars = find_mark(&b->figure, MN_MARK_BARS);
    assert_true(says(&b->figure, "500 items"));
    assert_true(says(&b->figure, "12 steps ago"));
    assert_non_null(strstr(bars->bars[0].text, "61.4"));
    assert_non_null(strstr(bars->bars[0].text, "-33.2"));
    assert_true(bars->bars[1].current);
    assert_true(says(&b->figure, "BWT -33.2"));
}

static void a_task_that_was_not_measured_is_undefined(void **state)
{
    mn_bench *b = *state;
    b->snap->now[3] = (mn_score){0};
    make("tasks", b->snap, &b->look, 60, 12, &b->figure);
    const mn_bars *bars = find_mark(&b->figure, MN_MARK_BARS);
    assert_true(isnan(bars->bars[3].value));
    assert_near(bars->bars[1].value, 93.1, 1e-9);
}

static void what_is_undefined_for_one_task_is_said_to_be(void **state)
{
    mn_bench *b = *state;
    mn_fixture *one = fixture_create(8, 1);
    make("tasks", fixture_trained(one), &b->look, 60, 12, &b->figure);
    assert_true(says(&b->figure, "undefined for one task"));
    make("tasks", fixture_trained(one), &b->look, 31, 6, &b->figure);
    assert_true(says(&b->figure, "undefined for one task"));
    fixture_destroy(one);
}

static void rows_of_untrained_tasks_are_undefined(void **state)
{
    mn_bench *b = *state;
    make("tasks", b->snap, &b->look, 78, 19, &b->figure);
    const mn_heat *h = find_mark(&b->figure, MN_MARK_HEAT);
    assert_int_equal(h->n_rows, 5);
    assert_near((double)h->values[0], 94.6, 1e-4);
    assert_near((double)h->values[5], 61.4, 1e-4);
    assert_true(isnan(h->values[10]) && isnan(h->values[24]));
}

static void many_tasks_show_a_window_round_the_current_one(void **state)
{
    mn_bench *b = *state;
    mn_fixture *many = fixture_create(8, 30);
    mn_snapshot *s = fixture_trained(many);
    s->task = 20;
    make("tasks", s, &b->look, 31, 6, &b->figure);
    const mn_bars *bars = find_mark(&b->figure, MN_MARK_BARS);
    bool seen = false;
    for (int i = 0; i < bars->n; i++)
        seen |= bars->bars[i].current && !strcmp(bars->bars[i].label, "T21");
    assert_true(seen && bars->n <= 6);
    fixture_destroy(many);
}

static void neurons_list_the_dead_longest_silent_first(void **state)
{
    mn_bench *b = *state;
    make("neurons", b->snap, &b->look, 78, 19, &b->figure);
    const mn_text_lines *t = find_mark(&b->figure, MN_MARK_TEXT);
    int never = -1, silent = -1;
    for (int i = 0; i < t->n; i++) {
        never = strstr(t->lines[i].text, "44 never won") ? i : never;
        silent = strstr(t->lines[i].text, "21 silent 812 steps") ? i : silent;
    }
    assert_true(never >= 0 && silent > never);
    assert_true(says(&b->figure, "dead 2/64"));
}

static void the_histogram_counts_every_unit_that_won(void **state)
{
    mn_bench *b = *state;
    double all = 0.0;
    make("neurons", b->snap, &b->look, 78, 19, &b->figure);
    const mn_hist *h = find_mark(&b->figure, MN_MARK_HIST);
    for (int i = 0; i < h->n; i++)
        all += h->counts[i];
    assert_near(all, 62.0, 0.0); /* 64 units, two never won */
    assert_true(h->marked >= 0 && h->counts[h->marked] > 0.0);
    assert_non_null(strstr(h->x_name, "epoch"));
}

static void the_strip_has_prototypes_on_top_and_marks_the_vertex(void **state)
{
    mn_bench *b = *state;
    make("neurons", b->snap, &b->look, 78, 19, &b->figure);
    const mn_heat *h = find_mark(&b->figure, MN_MARK_HEAT);
    assert_int_equal(h->n_rows, MN_STRIP_BINS);
    assert_true(h->values[h->n_cols - 1] >
                h->values[(h->n_rows - 1) * h->n_cols + h->n_cols - 1]);
    assert_int_equal(h->n_flags, 2);
    assert_string_equal(h->flags[0].text, "n 2");
    assert_string_equal(h->flags[1].text, "n 20");
    assert_near(h->flags[0].x, h->x_lo, 0.0);
    assert_near(h->flags[1].x, 402.0, 0.0);
}

static void one_unit_at_the_front_of_the_strip_can_be_seen(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = b->snap;
    for (int i = 0; i < s->n_moments; i++) {
        float *strip = s->moments[i].strip[MN_WINNER_SHARE];
        memset(strip, 0, MN_STRIP_BINS * sizeof *strip);
        strip[0] = 63.0f / 64.0f;
        strip[3] = 1.0f / 64.0f;
    }
    make("prototypes", s, &b->look, 78, 19, &b->figure);
    const mn_heat *h = find_mark(&b->figure, MN_MARK_HEAT);
    assert_int_equal(h->n_rows, MN_STRIP_BINS / 2); /* the rest is empty */
    assert_near((double)h->values[(h->n_rows - 1) * h->n_cols], 1.0, 0.01);
    assert_true(h->values[(h->n_rows - 4) * h->n_cols] > 0.1f);
    assert_near((double)h->values[0], 0.0, 0.0);
}

static void the_prototypes_come_with_their_definition(void **state)
{
    mn_bench *b = *state;
    make("prototypes", b->snap, &b->look, 78, 19, &b->figure);
    assert_true(says(&b->figure, "how few units answer"));
    assert_true(says(&b->figure, "mean of"));
    b->look.index = MN_LABEL_PURITY;
    make("prototypes", b->snap, &b->look, 78, 19, &b->figure);
    assert_true(says(&b->figure, "how few classes"));
}

static void every_intervention_is_a_flag(void **state)
{
    mn_bench *b = *state;
    int found = 0;
    make("timeline", b->snap, &b->look, 78, 10, &b->figure);
    const mn_lines *m = find_mark(&b->figure, MN_MARK_LINES);
    assert_int_equal(m->n_series, 6); /* five tasks and their mean */
    assert_near(m->y_hi, 100.0, 0.0);
    for (int e = 0; e < b->snap->n_events; e++)
        for (int i = 0; i < m->n_flags; i++)
            found += !strcmp(m->flags[i].text, b->snap->events[e].text);
    assert_int_equal(found, b->snap->n_events);
}

static void events_at_one_step_share_a_flag(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = b->snap;
    s->n_events = 3;
    s->events[0] = (mn_event){10, false, "task 2: permutation 2"};
    s->events[1] = (mn_event){10, true, "task 2 of 5"};
    s->events[2] = (mn_event){10, true, "vertex 2 -> 5"};
    make("timeline", s, &b->look, 78, 10, &b->figure);
    const mn_lines *m = find_mark(&b->figure, MN_MARK_LINES);
    assert_int_equal(m->n_flags, 1);
    assert_string_equal(m->flags[0].text, "task 2 of 5, vertex 2 -> 5");
}

static void a_crowd_of_epochs_does_not_hide_the_interventions(void **state)
{
    mn_bench *b = *state;
    for (int i = 0; i < 60; i++) {
        mn_event *e = &b->snap->events[b->snap->n_events++];
        *e = (mn_event){.step = 20 * i};
        snprintf(e->text, sizeof e->text, "epoch %d", i);
    }
    make("timeline", b->snap, &b->look, 78, 10, &b->figure);
    const mn_lines *m = find_mark(&b->figure, MN_MARK_LINES);
    assert_int_equal(m->n_flags, 2);
}

static void losses_that_are_not_numbers_leave_the_accuracies_alone(void **state)
{
    mn_bench *b = *state;
    for (int i = 0; i < b->snap->n_moments; i++)
        b->snap->moments[i].loss = i % 2 ? (double)NAN : (double)INFINITY;
    make("timeline", b->snap, &b->look, 78, 30, &b->figure);
    assert_non_null(find_mark(&b->figure, MN_MARK_LINES));
}

static void without_a_dream_the_view_says_how(void **state)
{
    mn_bench *b = *state;
    make("dream", fixture_fresh(b->fixture), &b->look, 45, 12, &b->figure);
    assert_true(says(&b->figure, "d dreams 64"));
}

static void a_dream_goes_from_the_cue_to_the_attractor(void **state)
{
    mn_bench *b = *state;
    make("dream", b->snap, &b->look, 45, 12, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    size_t stride = 784 + 5 + 10;
    assert_true(t->n >= 2);
    assert_string_equal(t->labels[0], "cue");
    assert_string_equal(t->labels[t->n - 1], "attractor");
    assert_memory_equal(t->pixels + (t->n - 1) * 784,
                        b->snap->dream.states + (size_t)(b->snap->dream.n_states - 1) * stride,
                        784 * sizeof(float));
    assert_true(says(&b->figure, "83% of the field"));
    assert_true(says(&b->figure, mn_verdict_name(MN_MEMORY)));
}

static void a_large_dream_shows_energy_gallery_and_counts(void **state)
{
    mn_bench *b = *state;
    make("dream", b->snap, &b->look, 130, 38, &b->figure);
    assert_non_null(find_mark(&b->figure, MN_MARK_LINES));
    assert_non_null(find_mark(&b->figure, MN_MARK_BARS));
    assert_true(says(&b->figure, "512 items in the buffer"));
    assert_true(says(&b->figure, "pseudorehearsal trains on them"));
    assert_true(says(&b->figure, "latest"));
}

/* The importance of a weight on its tile: decades below the largest. */
static void importance_is_shown_in_decades_below_the_largest(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_protected(b->fixture);
    make("importance", s, &b->look, 120, 40, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    size_t size = (size_t)s->width * (size_t)s->height, n = (size_t)t->n * size;
    float most = -100.0f, least = 100.0f;
    for (size_t i = 0; i < n; i++) {
        most = fmaxf(most, t->pixels[i]);
        least = fminf(least, t->pixels[i]);
    }
    assert_int_equal(t->scale, MN_UNSIGNED);
    assert_true(most == 0.0f && t->hi == 0.0f);
    assert_true(least >= t->lo && t->lo < 0.0f);
    assert_true(says(&b->figure, "Fisher information") && says(&b->figure, "12.3 %"));
}

static void flat_importance_is_explained(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_protected(b->fixture);
    size_t size = (size_t)s->width * (size_t)s->height;
    make("importance", s, &b->look, 120, 30, &b->figure);
    assert_false(says(&b->figure, "flat"));
    for (int i = 0; i < s->n_tiles; i++)
        for (size_t k = 0; k < size; k++)
            s->tile_importance[(size_t)i * size + k] = s->importance_limit / (float)(i + 1);
    make("importance", s, &b->look, 120, 30, &b->figure);
    assert_true(says(&b->figure, "flat: inputs are"));
    make("importance", s, &b->look, 45, 12, &b->figure);
    assert_true(says(&b->figure, "flat: inputs are"));
    s->importance_gini = 0.0; /* l2 */
    make("importance", s, &b->look, 120, 30, &b->figure);
    assert_true(says(&b->figure, "every weight matters alike"));
}

static void kept_items_fill_the_room_as_pictures(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_protected(b->fixture);
    make("protection", s, &b->look, 150, 50, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_non_null(t);
    assert_int_equal(t->scale, MN_UNSIGNED);
    assert_int_equal(t->n, s->n_kept);
    mn_room room = {150 - 40 - MN_COLUMN_GAP, 49, 1, 2};
    assert_int_equal(mn_tiles_fit(t->n, 28, 28, t->size, true, room).shown, t->n);
    assert_true(mn_tiles_fit(t->n, 28, 28, t->size + 1, true, room).shown < t->n);
}

static void importance_says_what_it_waits_for(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_protected(b->fixture);
    s->importance_terms = 0;
    make("importance", s, &b->look, 80, 20, &b->figure);
    assert_true(says(&b->figure, "when a task ends"));
    s->has_importance = false;
    make("importance", s, &b->look, 80, 20, &b->figure);
    assert_true(says(&b->figure, "no importance"));
}

static void weights_and_their_importance_stand_side_by_side(void **state)
{
    mn_bench *b = *state;
    b->look.inspect = true;
    b->look.cursor = 3;
    make("importance", fixture_protected(b->fixture), &b->look, 80, 20, &b->figure);
    assert_int_equal(b->figure.n_parts, 2);
    assert_int_equal(((const mn_tiles *)b->figure.parts[0].mark)->scale, MN_SIGNED);
    assert_int_equal(((const mn_tiles *)b->figure.parts[1].mark)->scale, MN_UNSIGNED);
    assert_true(says(&b->figure, "memory 3"));
}

static void protection_counts_what_the_buffer_holds(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_protected(b->fixture);
    make("protection", s, &b->look, 120, 50, &b->figure);
    assert_true(says(&b->figure, "240 items") && says(&b->figure, "34 of 100 steps"));
    const mn_bars *cosines = find_mark(&b->figure, MN_MARK_BARS);
    assert_int_equal(cosines->n, 1);
    assert_true(cosines->bars[0].value == -0.31 && cosines->lo == -1.0);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_true(t->n > 1 && t->n <= s->n_kept);
}

static void kept_items_are_as_dark_as_they_came(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_protected(b->fixture);
    s->item_lo = 0.0f, s->item_hi = 0.5f;
    make("protection", s, &b->look, 120, 50, &b->figure);
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_true(t->lo == 0.0f && t->hi == 0.5f);
}

static void vanilla_is_told_what_could_protect_it(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_fresh(b->fixture);
    snprintf(s->strategy, sizeof s->strategy, "vanilla");
    s->dreams_are_used = s->buffer_replays = false;
    make("protection", s, &b->look, 80, 20, &b->figure);
    assert_true(says(&b->figure, "protects no old task"));
    assert_null(find_mark(&b->figure, MN_MARK_BARS));
}

static void accuracy_over_time_has_the_ends_of_tasks_as_flags(void **state)
{
    mn_bench *b = *state;
    make("tasks", fixture_trained(b->fixture), &b->look, 78, 19, &b->figure);
    const mn_lines *lines = find_mark(&b->figure, MN_MARK_LINES);
    assert_non_null(lines);
    assert_int_equal(lines->n_series, 6);
    assert_int_equal(lines->n_flags, 1); /* neither the vertex nor the dreams */
    assert_string_equal(lines->flags[0].text, "task 2");
    assert_non_null(find_mark(&b->figure, MN_MARK_HEAT));
    make("tasks", fixture_trained(b->fixture), &b->look, 78, 10, &b->figure);
    assert_null(find_mark(&b->figure, MN_MARK_LINES));
}

static void the_tasks_name_the_strategy_and_what_it_does(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_trained(b->fixture);
    make("tasks", s, &b->look, 120, 30, &b->figure);
    assert_true(says(&b->figure, "512 pseudoitems"));
    s = fixture_protected(b->fixture);
    snprintf(s->strategy, sizeof s->strategy, "ewc");
    make("tasks", s, &b->look, 120, 30, &b->figure);
    assert_true(says(&b->figure, "ewc, strength 100"));
    s->strength = 0.0;
    make("tasks", s, &b->look, 120, 30, &b->figure);
    assert_true(says(&b->figure, "strength 0 protects"));
    s->has_importance = false;
    make("tasks", s, &b->look, 120, 30, &b->figure);
    assert_true(says(&b->figure, "turned 34 of 100"));
}

static void units_are_called_what_the_model_calls_them(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_protected(b->fixture);
    snprintf(s->unit_noun, sizeof s->unit_noun, "neuron");
    for (int i = 0; mn_views[i]; i++)
        for (int inspect = 0; inspect < 2; inspect++) {
            b->look.inspect = inspect;
            if (!strcmp(mn_views[i]->name, "dream"))
                continue; /* its states are of dense memories */
            make(mn_views[i]->name, s, &b->look, 160, 50, &b->figure);
            assert_null(strcasestr(b->figure.title, "memor"));
            if (says(&b->figure, "memor"))
                fail_msg("%s speaks of memories", mn_views[i]->name);
        }
    make("wall", s, &b->look, 20, 10, &b->figure);
    assert_non_null(strstr(b->figure.title, "Neuron"));
}

static void a_model_without_recall_is_not_asked_to_dream(void **state)
{
    mn_bench *b = *state;
    mn_snapshot *s = fixture_fresh(b->fixture);
    s->recalls = false;
    make("dream", s, &b->look, 80, 20, &b->figure);
    assert_true(says(&b->figure, "no recall"));
    assert_false(says(&b->figure, "d dreams"));
}

static const mn_hist *hist_of(const mn_figure *f)
{
    return find_mark(f, MN_MARK_HIST);
}

static void counts_are_of_the_run_or_the_task_that_the_window_says(void **state)
{
    mn_bench *b = *state;
    b->snap = fixture_sparse(b->fixture);
    for (int w = MN_TASK; w <= MN_RUN; w++) {
        double sum = 0.0;
        b->snap->task = 0; /* counts of the first task are there */
        b->look.window = (mn_window)w;
        make("neurons", b->snap, &b->look, 78, 19, &b->figure);
        const mn_hist *h = hist_of(&b->figure);
        for (int i = 0; i < h->n; i++)
            sum += h->counts[i];
        assert_true(strstr(h->x_name, "never"));
        assert_int_equal((int)sum + b->snap->never[w == MN_RUN ? b->snap->n_tasks : 0], 64);
    }
    b->look.window = MN_EPOCH;
    make("neurons", b->snap, &b->look, 78, 19, &b->figure);
    assert_non_null(strstr(hist_of(&b->figure)->x_name, "rate"));
}

static void the_scatter_has_every_unit_that_fired_and_the_cursor(void **state)
{
    mn_bench *b = *state;
    b->snap = fixture_sparse(b->fixture);
    b->look.cursor = 30;
    make("neurons", b->snap, &b->look, 78, 19, &b->figure);
    const mn_scatter *m = find_mark(&b->figure, MN_MARK_SCATTER);
    assert_non_null(m);
    assert_int_equal(m->groups[0].n, 64 - b->snap->mixture[MN_CENSUS_EPOCH].never);
    assert_int_equal(m->cursor_group, 0);
    const mn_spot *s = &m->groups[0].spots[m->cursor];
    assert_true(s->y == (double)b->snap->mixture[MN_CENSUS_EPOCH].share[30]);
    assert_int_equal(s->class, b->snap->mixture[MN_CENSUS_EPOCH].top[30]);
    assert_string_equal(m->class_names[4], "sandal");
    b->look.cursor = 21; /* is dead */
    make("neurons", b->snap, &b->look, 78, 19, &b->figure);
    m = find_mark(&b->figure, MN_MARK_SCATTER);
    assert_int_equal(m->cursor_group, -1);
}

static void the_coroner_names_cause_evidence_and_last_items(void **state)
{
    mn_bench *b = *state;
    b->snap = fixture_sparse(b->fixture);
    b->look.cursor = 21;
    make("coroner", b->snap, &b->look, 90, 24, &b->figure);
    assert_true(says(&b->figure, mn_cause_name(MN_STALE_MOMENTUM)));
    assert_true(says(&b->figure, "73 % of its norm"));
    assert_true(says(&b->figure, "last fired at step 600, 812 steps ago"));
    assert_true(says(&b->figure, "neuron 3 wins 75 %"));
    const mn_tiles *t = find_mark(&b->figure, MN_MARK_TILES);
    assert_int_equal(t->n, 4);
    const mn_bars *bars = find_mark(&b->figure, MN_MARK_BARS);
    for (int i = 0; i < bars->n; i++)
        assert_int_equal(bars->bars[i].current,
                         !strcmp(bars->bars[i].label, mn_cause_name(MN_STALE_MOMENTUM)));
}

static void the_coroner_says_how_to_get_to_the_dead(void **state)
{
    mn_bench *b = *state;
    b->snap = fixture_sparse(b->fixture);
    b->look.cursor = 0;
    make("coroner", b->snap, &b->look, 60, 10, &b->figure);
    assert_true(says(&b->figure, "neuron 0 is alive"));
    assert_true(says(&b->figure, "x goes to the next of"));
    b->look.cursor = 44; /* dead, but the report is another unit's */
    make("coroner", b->snap, &b->look, 60, 10, &b->figure);
    assert_true(says(&b->figure, "on its way"));
    make("coroner", fixture_fresh(b->fixture), &b->look, 60, 10, &b->figure);
    assert_true(says(&b->figure, "after the first epoch"));
}

static void the_inspector_has_firings_by_class_and_items(void **state)
{
    mn_bench *b = *state;
    b->snap = fixture_sparse(b->fixture);
    b->look.cursor = 12;
    b->look.inspect = true;
    make("wall", b->snap, &b->look, 78, 19, &b->figure);
    assert_true(says(&b->figure, "\"sandal\""));
    assert_true(says(&b->figure, "nats"));
    const mn_bars *bars = find_mark(&b->figure, MN_MARK_BARS);
    double sum = 0.0;
    for (int i = 0; i < bars->n; i++)
        sum += bars->bars[i].value;
    assert_in_range((int)(sum + 0.5), 99, 101);
    assert_string_equal(bars->bars[0].label, "sandal"); /* the largest first */
    int tiles = 0;
    for (int i = 0; i < b->figure.n_parts; i++)
        if (b->figure.parts[i].kind == MN_MARK_TILES)
            tiles += ((const mn_tiles *)b->figure.parts[i].mark)->n;
    assert_in_range(tiles, 3, 1 + MN_TOP_ITEMS + 1);
    b->look.cursor = 13; /* the dossier is of another unit */
    make("wall", b->snap, &b->look, 78, 19, &b->figure);
    assert_false(says(&b->figure, "nearest"));
}

static void gauges_have_a_chart_for_everything_measured(void **state)
{
    mn_bench *b = *state;
    b->snap = fixture_sparse(b->fixture);
    make("gauges", b->snap, &b->look, 198, 55, &b->figure);
    assert_int_equal(b->figure.n_parts, 4); /* k, I, entropy, updates: lambda is undefined */
    assert_true(says(&b->figure, "k: neurons that are to stay active"));
    assert_true(says(&b->figure, "k 10  I 20"));
    assert_false(says(&b->figure, "lambda"));
    const mn_lines *updates = b->figure.parts[3].mark;
    assert_int_equal(updates->n_series, 2);
    assert_string_equal(updates->series[1].name, "silent");
    make("gauges", fixture_fresh(b->fixture), &b->look, 78, 19, &b->figure);
    assert_true(says(&b->figure, "once training goes"));
}

static void a_portrait_has_the_models_title_curves_and_facts(void **state)
{
    mn_bench *b = *state;
    b->snap = fixture_sparse(b->fixture);
    make("portrait", b->snap, &b->look, 78, 19, &b->figure);
    assert_string_equal(b->figure.title, "Intersections of circles");
    const mn_lines *m = find_mark(&b->figure, MN_MARK_LINES);
    assert_int_equal(m->n_series, 2);
    assert_true(m->y_log && m->y_lo > 0.0);
    assert_true(says(&b->figure, "critical distance 209 bits at d 447"));
    make("portrait", fixture_trained(b->fixture), &b->look, 78, 19, &b->figure);
    assert_true(says(&b->figure, "the model dam shows nothing of itself but its units"));
}

static void the_course_has_the_mean_of_the_tasks_met(void **state)
{
    mn_bench *b = *state;
    for (int i = 0; i < b->snap->n_moments; i++)
        for (int t = 2; t < 5; t++)
            b->snap->moments[i].score[t] = (double)NAN;
    make("timeline", b->snap, &b->look, 78, 19, &b->figure);
    const mn_lines *m = find_mark(&b->figure, MN_MARK_LINES);
    assert_int_equal(m->n_series, 6);
    int last = b->snap->n_moments - 1;
    const double *score = b->snap->moments[last].score, want = 50.0 * (score[0] + score[1]);
    assert_string_equal(m->series[5].name, "mean");
    assert_true(fabs(m->series[5].y[last] - want) < 1e-9); /* the order of the sum */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_view_has_its_own_name_and_key),
        cmocka_unit_test(every_view_says_something_in_every_room),
        TEST(a_wall_shows_as_many_tiles_as_it_says),
        TEST(a_page_past_the_end_is_the_last_page),
        TEST(a_page_that_has_not_come_leaves_the_old_one_in_view),
        TEST(dead_and_weak_units_are_named_in_words),
        TEST(the_cursor_is_on_its_unit_wherever_that_is_in_the_order),
        TEST(tiles_have_symmetric_limits),
        TEST(a_lens_is_said),
        TEST(a_memory_that_votes_for_several_classes_is_not_named),
        TEST(the_inspector_shows_the_unit_with_its_class_weights),
        TEST(a_wide_room_has_the_wall_beside_the_inspector),
        TEST(tasks_say_sample_age_and_change),
        TEST(a_task_that_was_not_measured_is_undefined),
        TEST(what_is_undefined_for_one_task_is_said_to_be),
        TEST(rows_of_untrained_tasks_are_undefined),
        TEST(many_tasks_show_a_window_round_the_current_one),
        TEST(neurons_list_the_dead_longest_silent_first),
        TEST(the_histogram_counts_every_unit_that_won),
        TEST(the_strip_has_prototypes_on_top_and_marks_the_vertex),
        TEST(one_unit_at_the_front_of_the_strip_can_be_seen),
        TEST(the_prototypes_come_with_their_definition),
        TEST(every_intervention_is_a_flag),
        TEST(events_at_one_step_share_a_flag),
        TEST(a_crowd_of_epochs_does_not_hide_the_interventions),
        TEST(losses_that_are_not_numbers_leave_the_accuracies_alone),
        TEST(without_a_dream_the_view_says_how),
        TEST(a_dream_goes_from_the_cue_to_the_attractor),
        TEST(a_large_dream_shows_energy_gallery_and_counts),
        TEST(importance_is_shown_in_decades_below_the_largest),
        TEST(flat_importance_is_explained),
        TEST(kept_items_fill_the_room_as_pictures),
        TEST(importance_says_what_it_waits_for),
        TEST(weights_and_their_importance_stand_side_by_side),
        TEST(protection_counts_what_the_buffer_holds),
        TEST(kept_items_are_as_dark_as_they_came),
        TEST(vanilla_is_told_what_could_protect_it),
        TEST(accuracy_over_time_has_the_ends_of_tasks_as_flags),
        TEST(the_tasks_name_the_strategy_and_what_it_does),
        TEST(units_are_called_what_the_model_calls_them),
        TEST(a_model_without_recall_is_not_asked_to_dream),
        TEST(counts_are_of_the_run_or_the_task_that_the_window_says),
        TEST(the_scatter_has_every_unit_that_fired_and_the_cursor),
        TEST(the_coroner_names_cause_evidence_and_last_items),
        TEST(the_coroner_says_how_to_get_to_the_dead),
        TEST(the_inspector_has_firings_by_class_and_items),
        TEST(gauges_have_a_chart_for_everything_measured),
        TEST(a_portrait_has_the_models_title_curves_and_facts),
        TEST(the_course_has_the_mean_of_the_tasks_met),
    };
    return cmocka_run_group_tests_name("views", tests, NULL, NULL);
}
