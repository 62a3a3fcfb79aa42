#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "mnemoscope/session.h"
#include "mnemoscope/snapshot.h"
#include "small.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE };

static mn_snapshot *look(mn_session *s)
{
    mn_err err;
    mn_snapshot *snap = mn_snapshot_create();
    assert_non_null(snap);
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    return snap;
}

/* The cue's pixels after `line`; the caller frees. */
static float *cue_of(mn_session *s, const char *line)
{
    float *cue = malloc(PIXELS * sizeof *cue);
    assert_non_null(cue);
    small_do(s, line);
    mn_snapshot *snap = look(s);
    memcpy(cue, snap->dream.states, PIXELS * sizeof *cue);
    mn_snapshot_destroy(snap);
    return cue;
}

static int differences(const float *a, const float *b, int from, int to)
{
    int n = 0;
    for (int i = from; i < to; i++)
        n += a[i] > b[i] || a[i] < b[i];
    return n;
}

static void recall_leaves_digest_log_and_undo(void **state)
{
    static const char *const lines[] = {"recall test 5",
                                        "recall train 7 noise 20",
                                        "recall noise",
                                        "recall occlude 50",
                                        "recall step",
                                        "recall step",
                                        "recall run",
                                        "recall basin 6",
                                        "recall blend 1 2 30 held",
                                        "recall drawn 2x2:6",
                                        "recall class 3 occlude 50 asynchronous",
                                        "recall unit 2 noise 5 occlude 10 asynchronous"};
    mn_session *s = small_session(NULL), *plain = small_session(NULL);
    mn_text before = {0}, after = {0};
    mn_err err;
    small_do(s, "step 5"), small_run(s);
    small_do(plain, "step 5"), small_run(plain);
    uint64_t digest = mn_session_digest(s);
    assert_ok(mn_session_log(s, &before, &err), &err);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        small_do(s, lines[i]);
    mn_snapshot *snap = look(s), *other = look(plain);
    assert_true(mn_session_digest(s) == digest);
    assert_ok(mn_session_log(s, &after, &err), &err);
    assert_string_equal(before.data, after.data);
    assert_int_equal(snap->n_undo, other->n_undo);
    assert_int_equal(snap->n_events, other->n_events);
    assert_int_equal(snap->dreamt.n, 0);
    small_do(s, "run"), small_run(s);
    small_do(plain, "run"), small_run(plain);
    assert_true(mn_session_digest(s) == mn_session_digest(plain));
    mn_snapshot_destroy(snap), mn_snapshot_destroy(other);
    mn_text_finish(&before), mn_text_finish(&after);
    mn_session_destroy(s), mn_session_destroy(plain);
}

static void recall_says_what_became_of_the_cue_until_the_next_dream(void **state)
{
    mn_session *s = small_session(NULL);
    mn_text say = {0};
    mn_err err;
    assert_ok(mn_session_do(s, "recall test 5", &say, &err), &err);
    mn_snapshot *snap = look(s);
    assert_non_null(strstr(say.data, "recalled test 5 \""));
    assert_non_null(strstr(say.data, "field share"));
    assert_non_null(strstr(say.data, "reads as"));
    assert_int_equal(strncmp(snap->dream.cue, "test 5 \"", 8), 0);
    assert_true(snap->dream.n_states > 0);
    mn_snapshot_destroy(snap);
    small_do(s, "dream 3");
    snap = look(s);
    assert_string_equal(snap->dream.cue, "");
    mn_snapshot_destroy(snap);
    mn_text_finish(&say);
    mn_session_destroy(s);
}

static void noise_and_occlusion_take_exactly_their_share(void **state)
{
    mn_session *s = small_session(NULL);
    float *plain = cue_of(s, "recall test 5"), *noisy = cue_of(s, "recall test 5 noise 25"),
          *again = cue_of(s, "recall test 5 noise 25"),
          *inverse = cue_of(s, "recall test 5 noise 100"),
          *half = cue_of(s, "recall test 5 occlude 50"),
          *none = cue_of(s, "recall test 5 occlude 100");
    assert_int_equal(differences(plain, noisy, 0, PIXELS), PIXELS / 4);
    assert_int_equal(differences(noisy, again, 0, PIXELS), 0);
    assert_int_equal(differences(plain, inverse, 0, PIXELS), PIXELS);
    assert_int_equal(differences(plain, half, 0, PIXELS / 2), 0);
    for (int i = 0; i < PIXELS; i++) {
        assert_true(i < PIXELS / 2 || half[i] < 0.0f);
        assert_true(none[i] < 0.0f);
    }
    free(plain), free(noisy), free(again), free(inverse), free(half), free(none);
    mn_session_destroy(s);
}

/* A white square in the upper left quarter. */
static const char *write_square(void)
{
    static char path[512];
    uint8_t pixels[PIXELS] = {0};
    for (int y = 0; y < SIDE / 2; y++)
        memset(pixels + y * SIDE, 255, SIDE / 2);
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = SIDE, .height = SIDE, .format = PNG_FORMAT_GRAY};
    snprintf(path, sizeof path, "%s/square.png", tests_scratch());
    assert_true(png_image_write_to_file(&image, path, 0, pixels, 0, NULL));
    return path;
}

static void a_picture_is_placed_as_the_task_has_its_pixels(void **state)
{
    static const char *const settings[3] = {
        NULL, "tasks=permuted n-tasks=2 first-identity=no",
        "tasks=permuted n-tasks=2 task-units=yes first-identity=no"};
    char whole[600], upper_half[620];
    snprintf(whole, sizeof whole, "recall %s", write_square());
    snprintf(upper_half, sizeof upper_half, "%s occlude 50", whole);
    for (int k = 0; k < 3; k++) {
        mn_session *s = small_session(settings[k]);
        float *square = cue_of(s, whole), *upper = cue_of(s, upper_half);
        int n_on = 0, n_in_place = 0;
        for (int i = 0; i < PIXELS; i++) {
            n_on += square[i] > 0.0f;
            n_in_place += square[i] > 0.0f && i / SIDE < SIDE / 2 && i % SIDE < SIDE / 2;
        }
        assert_int_equal(n_on, PIXELS / 4);
        assert_true(k == 2 || n_in_place == n_on); /* a dream is seen as its task sees it */
        assert_int_equal(differences(square, upper, 0, PIXELS), 0); /* nothing is below */
        free(square), free(upper);
        mn_snapshot *snap = look(s);
        assert_string_equal(snap->dream.cue, "'square.png'");
        for (int e = 0; e < snap->n_extra; e++)
            assert_true((snap->dream.states[PIXELS + e] > 0.0f) == (e == 0));
        mn_snapshot_destroy(snap);
        mn_session_destroy(s);
    }
}

static void bad_arguments_are_refused_one_message_each(void **state)
{
    static const struct {
        const char *line, *part;
    } bad[] = {{"recall", "1 to"},
               {"recall test", "wants a number"},
               {"recall test x", "the test item cannot be 'x'"},
               {"recall test 60", "from 0 to 59"},
               {"recall train 200", "from 0 to 199"},
               {"recall train -1", "the training item"},
               {"recall class 10", "from 0 to 9"},
               {"recall unit 12", "from 0 to 11"},
               {"recall test 1 noise", "noise wants a number"},
               {"recall test 1 noise 101", "from 0 to 100"},
               {"recall test 1 occlude -1", "from 0 to 100"},
               {"recall test 1 sideways", "wanted noise, occlude, asynchronous or held"},
               {"recall blend 1", "wants two numbers"},
               {"recall blend 1 60", "the second test item"},
               {"recall blend 1 2 101", "from 0 to 100"},
               {"recall drawn", "WIDTHxHEIGHT"},
               {"recall drawn 14x14", "a drawing cannot be"},
               {"recall drawn 0x4:", "a drawing cannot be"},
               {"recall drawn -2x-2:F", "a drawing cannot be"},
               {"recall drawn 999x999:F", "a drawing cannot be"},
               {"recall drawn 4x2:F", "wanted 2"},
               {"recall drawn 4x2:FFF", "wanted 2"},
               {"recall drawn 4x2:FG", "of which 1 are hexadecimal"},
               {"recall noise 101", "from 0 to 100"},
               {"recall occlude 5 5", "cannot have '5'"},
               {"recall step 3", "cannot have '3'"},
               {"recall basin 0", "from 1 to 500"},
               {"recall /nonexistent.png", "/nonexistent.png"},
               {"recall .", "folder"}};
    mn_session *s = small_session(NULL);
    small_do(s, "recall test 5");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mn_err err = {0};
        mn_status status = mn_session_do(s, bad[i].line, NULL, &err);
        assert_int_not_equal(status, MN_OK);
        assert_failed(status, &err, status, bad[i].part);
        mn_snapshot *snap = look(s);
        assert_int_equal(strncmp(snap->dream.cue, "test 5", 6), 0);
        mn_snapshot_destroy(snap);
    }
    mn_session_destroy(s);
}

/* Sweep after sweep ends where a recall ends at once, with the same noise, and begins again. */
static void steps_lead_where_a_recall_leads(void **state)
{
    mn_session *s = small_session(NULL);
    float at_once[PIXELS], cue[PIXELS];
    small_do(s, "step 20"), small_run(s);
    small_do(s, "recall test 5 noise 20 occlude 25");
    mn_snapshot *snap = look(s);
    const mn_dream_record d = snap->dream;
    const size_t n_state = (size_t)PIXELS + (size_t)snap->n_extra + (size_t)snap->n_classes;
    assert_true(d.n_updates > 0 && d.n_updates < MN_DREAM_STATES);
    assert_false(snap->recall.held);
    memcpy(cue, snap->dream.states, sizeof cue);
    memcpy(at_once, snap->dream.states + (size_t)(d.n_states - 1) * n_state, sizeof at_once);
    mn_snapshot_destroy(snap);
    small_do(s, "recall step"); /* what has settled begins again */
    for (int i = 0; i <= d.n_updates; i++) {
        snap = look(s);
        assert_true(snap->recall.held);
        assert_int_equal(snap->dream.n_updates, i);
        assert_int_equal(differences(cue, snap->dream.states, 0, PIXELS), 0);
        mn_snapshot_destroy(snap);
        small_do(s, "recall step");
    }
    snap = look(s);
    assert_false(snap->recall.held);
    assert_int_equal(snap->dream.n_states, d.n_states);
    assert_int_equal(snap->dream.verdict, d.verdict);
    assert_int_equal(differences(at_once,
                                 snap->dream.states + (size_t)(d.n_states - 1) * n_state, 0,
                                 PIXELS),
                     0);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void noise_is_dealt_anew_and_occlusion_leaves_it(void **state)
{
    mn_session *s = small_session(NULL);
    float *plain = cue_of(s, "recall test 5"), *first = cue_of(s, "recall noise 20"),
          *second = cue_of(s, "recall noise 20"), *half = cue_of(s, "recall occlude 50"),
          *again = cue_of(s, "recall occlude 0");
    assert_int_equal(differences(plain, first, 0, PIXELS), (PIXELS * 20 + 50) / 100);
    assert_int_equal(differences(plain, second, 0, PIXELS), (PIXELS * 20 + 50) / 100);
    assert_true(differences(first, second, 0, PIXELS) > 0);
    assert_int_equal(differences(second, half, 0, PIXELS / 2), 0);
    assert_int_equal(differences(second, again, 0, PIXELS), 0);
    free(plain), free(first), free(second), free(half), free(again);
    mn_session_destroy(s);
}

static void without_a_cue_there_is_nothing_to_go_on_with(void **state)
{
    static const char *const lines[] = {"recall step", "recall run", "recall noise",
                                        "recall occlude"};
    mn_session *s = small_session(NULL);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
            mn_err err = {0};
            mn_status status = mn_session_do(s, lines[i], NULL, &err);
            assert_failed(status, &err, MN_EINVAL, "there is no cue");
        }
        small_do(s, "recall test 1"), small_do(s, "dream 2"); /* which ends the recall */
    }
    mn_session_destroy(s);
}

/* The right half of a 2x1 drawing, and a diagonal, are where they were drawn. */
static void a_drawing_is_enlarged_to_the_items(void **state)
{
    mn_session *s = small_session(NULL);
    float *right = cue_of(s, "recall drawn 2x1:4"), *diagonal = cue_of(s, "recall drawn 2x2:9"),
          *odd = cue_of(s, "recall drawn 3x1:E");
    for (int i = 0; i < PIXELS; i++) {
        const bool x = i % SIDE >= SIDE / 2, y = i / SIDE >= SIDE / 2;
        assert_int_equal(right[i] > 0.0f, x);
        assert_int_equal(diagonal[i] > 0.0f, x == y);
        assert_true(odd[i] > 0.0f);
    }
    free(right), free(diagonal), free(odd);
    mn_session_destroy(s);
}

static void a_blend_agrees_with_both_where_they_agree(void **state)
{
    mn_session *s = small_session(NULL);
    float *a = cue_of(s, "recall test 1"), *b = cue_of(s, "recall test 2"),
          *mixed = cue_of(s, "recall blend 1 2"), *all = cue_of(s, "recall blend 1 2 100"),
          *none = cue_of(s, "recall blend 1 2 0");
    int from_a = 0, apart = differences(a, b, 0, PIXELS);
    for (int i = 0; i < PIXELS; i++) {
        assert_true(a[i] * b[i] < 0.0f || mixed[i] * a[i] > 0.0f);
        from_a += a[i] * b[i] < 0.0f && a[i] * mixed[i] > 0.0f;
    }
    assert_true(from_a > apart / 4 && from_a < apart * 3 / 4);
    assert_int_equal(differences(a, all, 0, PIXELS), 0);
    assert_int_equal(differences(b, none, 0, PIXELS), 0);
    free(a), free(b), free(mixed), free(all), free(none);
    mn_session_destroy(s);
}

static void overlaps_and_shares_are_ordered_and_possible(void **state)
{
    mn_session *s = small_session(NULL);
    small_do(s, "recall train 3 held");
    mn_snapshot *snap = look(s);
    const mn_recollection *r = &snap->recall;
    assert_true(r->there && r->held);
    assert_int_equal(r->n_items, MN_RECALL_ITEMS);
    assert_float_equal(r->overlap[0], 1.0, 1e-9); /* the item is among those looked through */
    for (int i = 1; i < r->n_items; i++)
        assert_true(r->overlap[i] <= r->overlap[i - 1] && r->overlap[i] >= -1.0);
    for (int i = 1; i < r->n_units; i++)
        assert_true(r->share[i] <= r->share[i - 1] && r->share[i] >= 0.0);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void a_basin_begins_with_what_does_not_move(void **state)
{
    mn_session *s = small_session(NULL);
    small_do(s, "recall basin 8");
    mn_snapshot *snap = look(s);
    const mn_basin first = snap->recall.basin;
    mn_snapshot_destroy(snap);
    assert_int_equal(first.n_items, 8);
    assert_float_equal(first.returned[0], 1.0, 0.0);
    for (int k = 0; k < MN_BASIN_POINTS; k++)
        assert_true(first.recalled[k] >= 0.0 && first.recalled[k] <= 1.0 &&
                    first.returned[k] >= 0.0 && first.returned[k] <= 1.0);
    small_do(s, "recall test 1 noise 30"), small_do(s, "recall basin 8");
    snap = look(s);
    assert_memory_equal(first.recalled, snap->recall.basin.recalled, sizeof first.recalled);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recall_leaves_digest_log_and_undo),
        cmocka_unit_test(recall_says_what_became_of_the_cue_until_the_next_dream),
        cmocka_unit_test(noise_and_occlusion_take_exactly_their_share),
        cmocka_unit_test(a_picture_is_placed_as_the_task_has_its_pixels),
        cmocka_unit_test(steps_lead_where_a_recall_leads),
        cmocka_unit_test(noise_is_dealt_anew_and_occlusion_leaves_it),
        cmocka_unit_test(without_a_cue_there_is_nothing_to_go_on_with),
        cmocka_unit_test(a_drawing_is_enlarged_to_the_items),
        cmocka_unit_test(a_blend_agrees_with_both_where_they_agree),
        cmocka_unit_test(overlaps_and_shares_are_ordered_and_possible),
        cmocka_unit_test(a_basin_begins_with_what_does_not_move),
        cmocka_unit_test(bad_arguments_are_refused_one_message_each),
    };
    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
