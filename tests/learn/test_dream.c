#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "mnemoscope/dream.h"
#include "mnemoscope/model_impl.h"

enum { VISIBLE = 20, EXTRA = 3, CLASSES = 4, STATE = VISIBLE + EXTRA + CLASSES, ROWS = 6 };

static mn_shape shape(int batch)
{
    return (mn_shape){.n_visible = VISIBLE,
                      .n_extra = EXTRA,
                      .n_classes = CLASSES,
                      .width = 5,
                      .height = 4,
                      .channels = 1,
                      .batch = batch};
}

/* A random picture with the units in `tasks` and `classes` (bit masks) on. */
static void write_row(float *row, mn_rng *r, unsigned tasks, unsigned classes)
{
    for (int i = 0; i < VISIBLE; i++)
        row[i] = mn_rng_below(r, 2) ? 1.0f : -1.0f;
    for (int i = 0; i < EXTRA; i++)
        row[VISIBLE + i] = tasks >> i & 1 ? 1.0f : -1.0f;
    for (int i = 0; i < CLASSES; i++)
        row[VISIBLE + EXTRA + i] = classes >> i & 1 ? 1.0f : -1.0f;
}

/* Six rows: classes 0, 1, 2, 3 alone, none, and two; tasks 0, 1, 2, none, 0, several. */
static mn_model *six(int batch, fake_recall recall, float lo)
{
    static const unsigned tasks[ROWS] = {1, 2, 4, 0, 1, 3}, classes[ROWS] = {1, 2, 4, 8, 0, 5};
    float rows[ROWS * STATE];
    mn_rng r;
    mn_rng_seed(&r, 5, "rows");
    for (int k = 0; k < ROWS; k++)
        write_row(rows + k * STATE, &r, tasks[k], classes[k]);
    mn_shape s = shape(batch);
    return fake_create(&s, ROWS, rows, recall, lo);
}

static const float *row_of(mn_model *m, int k)
{
    return mn_model_theta(m) + k * STATE;
}

static mn_judgement judge(int n_rows, const float *rows, bool converged)
{
    mn_shape s = shape(8);
    mn_model *m = fake_create(&s, n_rows, rows, FAKE_JUMPS, -1.0f);
    float share[ROWS];
    mn_judgement j = mn_dream_judge(m, rows, converged, share);
    mn_model_destroy(m);
    return j;
}

static void a_lone_row_with_one_class_is_a_memory(void **state)
{
    float row[STATE];
    mn_rng r;
    mn_rng_seed(&r, 1, "rows");
    for (unsigned c = 0; c < CLASSES; c++) {
        write_row(row, &r, 1, 1u << c);
        mn_judgement j = judge(1, row, true);
        assert_int_equal(j.verdict, MN_MEMORY);
        assert_int_equal(j.unit, 0);
        assert_near(j.share, 1.0, 1e-6);
    }
}

static void half_the_field_is_enough_for_a_memory_and_a_third_is_not(void **state)
{
    float rows[3 * STATE];
    mn_rng r;
    mn_rng_seed(&r, 1, "rows");
    write_row(rows, &r, 1, 2);
    memcpy(rows + STATE, rows, STATE * sizeof *rows);
    memcpy(rows + 2 * STATE, rows, STATE * sizeof *rows);
    mn_judgement two = judge(2, rows, true), three = judge(3, rows, true);
    assert_near(two.share, 0.5, 0.0);
    assert_int_equal(two.unit, 0);
    assert_int_equal(two.verdict, MN_MEMORY);
    assert_near(three.share, 1.0 / 3.0, 1e-6);
    assert_int_equal(three.verdict, MN_MIXTURE);
}

static void a_memory_may_vote_for_several_classes_but_not_for_none(void **state)
{
    float row[STATE];
    mn_rng r;
    mn_rng_seed(&r, 1, "rows");
    write_row(row, &r, 1, 3);
    assert_int_equal(judge(1, row, true).verdict, MN_MEMORY);
    write_row(row, &r, 1, 0);
    assert_int_equal(judge(1, row, true).verdict, MN_SPURIOUS);
}

static void what_still_changes_is_unsettled_whatever_it_looks_like(void **state)
{
    float row[STATE];
    mn_rng r;
    mn_rng_seed(&r, 1, "rows");
    for (unsigned classes = 0; classes < 16; classes++) {
        write_row(row, &r, 1, classes);
        assert_int_equal(judge(1, row, false).verdict, MN_UNSETTLED);
    }
}

static void dreams_become_items_with_their_class_part_as_target(void **state)
{
    const float lows[2] = {-1.0f, 0.0f};
    for (int k = 0; k < 2; k++) {
        mn_model *m = six(16, FAKE_JUMPS, lows[k]);
        mn_buffer b;
        mn_rng r;
        mn_err err;
        mn_buffer_init(&b, VISIBLE + EXTRA, CLASSES);
        mn_rng_seed(&r, 2, "dream");
        assert_ok(mn_dream(m, 100, &(mn_dream_plan){.max_sweeps = 10, .ink = 0.5}, &r, 3, &b,
                           NULL, NULL, &err),
                  &err);
        assert_int_equal(b.n, 100);
        for (size_t i = 0; i < b.n; i++) {
            int found = -1;
            for (int row = 0; row < ROWS && found < 0; row++) {
                bool same = true;
                for (int j = 0; j < STATE && same; j++) {
                    bool on = row_of(m, row)[j] > 0.0f;
                    float want = j < VISIBLE + EXTRA ? (on ? 1.0f : lows[k]) : (float)on;
                    float got = j < VISIBLE + EXTRA
                                    ? b.X[i * (VISIBLE + EXTRA) + (size_t)j]
                                    : b.Y[i * CLASSES + (size_t)j - (VISIBLE + EXTRA)];
                    same = !(got < want || got > want);
                }
                if (same)
                    found = row;
            }
            assert_int_not_equal(found, -1);
            assert_int_equal(b.task[i], 3);
        }
        mn_buffer_finish(&b);
        mn_model_destroy(m);
    }
}

/* Dreams 150 states into `b` with this batch size. */
static void dream_into(mn_buffer *b, int batch, mn_dream_record *first, mn_dream_tally *tally,
                       mn_rng *r)
{
    mn_model *m = six(batch, FAKE_JUMPS, -1.0f);
    mn_err err;
    mn_buffer_init(b, VISIBLE + EXTRA, CLASSES);
    mn_rng_seed(r, 7, "dream");
    assert_ok(mn_dream(m, 150, &(mn_dream_plan){.max_sweeps = 10, .ink = 0.5}, r, 0, b, first,
                       tally, &err),
              &err);
    mn_model_destroy(m);
}

static void assert_same_items(const mn_buffer *a, const mn_buffer *b)
{
    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->X, b->X, a->n * (size_t)a->n_inputs * sizeof *a->X);
    assert_memory_equal(a->Y, b->Y, a->n * (size_t)a->n_classes * sizeof *a->Y);
}

static void neither_batch_size_nor_recording_changes_a_dream(void **state)
{
    const int batches[4] = {1, 7, 64, 1000};
    float states[MN_DREAM_STATES * STATE];
    mn_buffer want;
    mn_rng r, after;
    dream_into(&want, 150, NULL, NULL, &r);
    for (int i = 0; i < 4; i++) {
        mn_buffer got;
        mn_dream_record first = {.states = states};
        dream_into(&got, batches[i], &first, NULL, &after);
        assert_same_items(&got, &want);
        assert_memory_equal(&r, &after, sizeof r);
        mn_buffer_finish(&got);
    }
    mn_buffer_finish(&want);
}

static void a_tally_adds_up_and_goes_on(void **state)
{
    size_t by_class[CLASSES] = {0}, by_task[EXTRA + 1] = {0}, counted[CLASSES] = {0};
    mn_dream_tally t = {.by_class = by_class, .by_task = by_task};
    mn_buffer b;
    mn_rng r;
    for (size_t round = 1; round <= 2; round++) {
        dream_into(&b, 32, NULL, &t, &r);
        size_t verdicts = 0, tasks = 0, on_one = 0;
        for (int v = 0; v < MN_N_VERDICTS; v++)
            verdicts += t.verdicts[v];
        for (int k = 0; k <= EXTRA; k++)
            tasks += by_task[k];
        for (int c = 0; c < CLASSES; c++)
            on_one += by_class[c];
        assert_int_equal(t.n, 150 * round);
        assert_int_equal(verdicts, t.n);
        assert_int_equal(tasks, t.n);
        assert_int_equal(t.n_classes_on[0] + t.n_classes_on[1] + t.n_classes_on[2], t.n);
        assert_int_equal(on_one, t.n_classes_on[1]);
        assert_int_equal(t.verdicts[MN_SPURIOUS], t.n_classes_on[0]);
        assert_int_equal(t.verdicts[MN_UNSETTLED], 0);
        assert_int_equal(t.repeats, (150 - ROWS) * round); /* every row is dreamt */
        assert_near(t.sweeps, 1.0, 1e-12);                 /* the fake jumps */
        for (size_t i = 0; i < b.n; i++)
            for (size_t c = 0; c < CLASSES; c++) {
                double sum = 0.0;
                for (size_t k = 0; k < CLASSES; k++)
                    sum += (double)b.Y[i * CLASSES + k];
                counted[c] += sum < 1.5 && b.Y[i * CLASSES + c] > 0.5f;
            }
        assert_memory_equal(counted, by_class, sizeof counted);
        mn_buffer_finish(&b);
    }
}

static void a_record_runs_from_the_cue_to_what_is_trained_on(void **state)
{
    float states[MN_DREAM_STATES * STATE];
    mn_dream_record d = {.states = states};
    mn_buffer b;
    mn_rng r;
    dream_into(&b, 32, &d, NULL, &r);
    assert_int_equal(d.n_states, 2);
    assert_int_equal(d.changed[0], 0);
    int n_changed = 0;
    for (int i = 0; i < STATE; i++) {
        assert_true(states[i] == 1.0f || states[i] == -1.0f);
        n_changed += states[i] != states[STATE + i];
    }
    assert_int_equal(d.changed[1], n_changed);
    assert_true(d.energy[1] < d.energy[0]);
    assert_near(d.energy[1], -STATE, 1e-9);
    assert_memory_equal(states + STATE, b.X, (VISIBLE + EXTRA) * sizeof *b.X);
    assert_true(d.repeat);
    mn_buffer_finish(&b);
}

static void a_single_dream_repeats_nothing(void **state)
{
    float states[MN_DREAM_STATES * STATE];
    mn_dream_record d = {.states = states};
    mn_dream_tally t = {0};
    mn_model *m = six(16, FAKE_JUMPS, -1.0f);
    mn_rng r;
    mn_err err;
    mn_rng_seed(&r, 3, "dream");
    for (size_t i = 1; i <= 50; i++) {
        assert_ok(mn_dream(m, 1, &(mn_dream_plan){.max_sweeps = 10, .ink = 0.5}, &r, 0, NULL,
                           &d, &t, &err),
                  &err);
        assert_false(d.repeat);
        assert_int_equal(t.n, i);
    }
    assert_int_equal(t.repeats, 0);
    mn_model_destroy(m);
}

static void dreams_that_cycle_are_unsettled_and_never_repeats(void **state)
{
    float states[MN_DREAM_STATES * STATE];
    mn_dream_record d = {.states = states};
    mn_dream_tally t = {0};
    mn_model *m = six(4, FAKE_CYCLES, -1.0f);
    mn_rng r;
    mn_err err;
    mn_rng_seed(&r, 3, "dream");
    assert_ok(mn_dream(m, 30, &(mn_dream_plan){.max_sweeps = 41, .ink = 0.5}, &r, 0, NULL, &d,
                       &t, &err),
              &err);
    assert_int_equal(t.verdicts[MN_UNSETTLED], 30);
    assert_int_equal(t.repeats, 0);
    assert_near(t.sweeps, 41.0, 1e-12);
    assert_int_equal(d.n_states, MN_DREAM_STATES);
    assert_int_equal(d.verdict, MN_UNSETTLED);
    assert_false(d.repeat);
    for (int i = 0; i < STATE; i++) /* 41 flips: the end is the cue inverted */
        assert_near((double)states[(MN_DREAM_STATES - 1) * STATE + i], -(double)states[i], 0.0);
    mn_model_destroy(m);
}

static void no_dreams_draw_no_numbers_and_leave_everything(void **state)
{
    mn_model *m = six(4, FAKE_JUMPS, -1.0f);
    mn_dream_record d = {.n_states = 9};
    mn_dream_tally t = {0};
    mn_buffer b;
    mn_rng r, before;
    mn_err err;
    mn_buffer_init(&b, VISIBLE + EXTRA, CLASSES);
    mn_rng_seed(&r, 3, "dream");
    before = r;
    assert_ok(
        mn_dream(m, 0, &(mn_dream_plan){.max_sweeps = 10, .ink = 0.5}, &r, 0, &b, &d, &t, &err),
        &err);
    assert_memory_equal(&r, &before, sizeof r);
    assert_int_equal(b.n, 0);
    assert_int_equal(t.n, 0);
    assert_int_equal(d.n_states, 0);
    mn_buffer_finish(&b);
    mn_model_destroy(m);
}

static void a_model_without_recall_and_absurd_numbers_are_refused(void **state)
{
    mn_shape s = shape(4);
    mn_model *m = fake_create_forgetful(&s), *k = six(4, FAKE_JUMPS, -1.0f);
    mn_rng r;
    mn_err err;
    mn_rng_seed(&r, 3, "dream");
    assert_failed(mn_dream(m, 5, &(mn_dream_plan){.max_sweeps = 10, .ink = 0.5}, &r, 0, NULL,
                           NULL, NULL, &err),
                  &err, MN_EINVAL, "'forgetful' does not recall");
    assert_failed(mn_dream(k, SIZE_MAX, &(mn_dream_plan){.max_sweeps = 10, .ink = 0.5}, &r, 0,
                           NULL, NULL, NULL, &err),
                  &err, MN_EINVAL, "at most");
    mn_model_destroy(m);
    mn_model_destroy(k);
}

static void cues_are_even_and_settle_where_the_nearest_row_is(void **state)
{
    float states[MN_DREAM_STATES * STATE];
    mn_dream_record d = {.states = states};
    mn_model *m = six(16, FAKE_JUMPS, -1.0f);
    mn_rng r;
    mn_err err;
    double sum = 0.0;
    mn_rng_seed(&r, 11, "dream");
    for (int draw = 0; draw < 200; draw++) {
        assert_ok(mn_dream(m, 1, &(mn_dream_plan){.max_sweeps = 10, .ink = 0.5}, &r, 0, NULL,
                           &d, NULL, &err),
                  &err);
        const float *end = states + (d.n_states - 1) * STATE;
        assert_memory_equal(end, row_of(m, d.unit), STATE * sizeof *end);
        for (int i = 0; i < STATE; i++)
            sum += (double)states[i];
    }
    /* 5,400 fair coins: a standard deviation is 73 */
    assert_near(sum, 0.0, 300.0);
    mn_model_destroy(m);
}

/* Distinct random +-1 memories of a dense memory with all its defaults but these. */
static mn_model *dense_of(int n_memories, int batch, const char *interaction)
{
    const mn_model_ops *ops = mn_model_find("dam");
    mn_param_table table = mn_model_params(ops);
    mn_shape s = shape(batch);
    void *cfg = calloc(1, mn_model_cfg_size(ops));
    char text[16];
    mn_model *m = NULL;
    mn_err err;
    mn_rng r;
    assert_non_null(cfg);
    mn_param_defaults(table, cfg);
    snprintf(text, sizeof text, "%d", n_memories);
    assert_ok(mn_param_set(mn_param_find(table, "memories"), cfg, text, &err), &err);
    assert_ok(mn_param_set(mn_param_find(table, "vertex"), cfg, "20", &err), &err);
    assert_ok(mn_param_set(mn_param_find(table, "interaction"), cfg, interaction, &err), &err);
    assert_ok(mn_model_create(&m, ops, &s, cfg, &err), &err);
    mn_rng_seed(&r, 8, "rows");
    for (int k = 0; k < n_memories; k++) {
        float row[STATE];
        write_row(row, &r, 1u << k % EXTRA, 1u << k % CLASSES);
        memcpy(mn_model_tensor(m, 0).data + k * STATE, row, sizeof row);
    }
    free(cfg);
    return m;
}

static mn_model *dense(int n_memories, int batch)
{
    return dense_of(n_memories, batch, "leaky");
}

static mn_dream_record follow(mn_model *m, const float *cue, mn_update update, float *states)
{
    mn_dream_record d = {.states = states};
    mn_rng order;
    mn_err err;
    mn_rng_seed(&order, 4, "order");
    assert_ok(mn_dream_follow(m, cue, update, 100, &order, &d, &err), &err);
    assert_memory_equal(states, cue, STATE * sizeof *cue);
    return d;
}

static void a_stored_pattern_well_below_capacity_stays(void **state)
{
    float states[MN_DREAM_STATES * STATE];
    mn_model *m = dense(3, 8);
    for (int update = MN_SYNCHRONOUS; update <= MN_ASYNCHRONOUS; update++)
        for (int k = 0; k < 3; k++) {
            const float *row = mn_model_tensor(m, 0).data + k * STATE;
            mn_dream_record d = follow(m, row, (mn_update)update, states);
            assert_int_equal(d.n_states, 1);
            assert_int_equal(d.n_updates, 0);
            assert_int_equal(d.unit, k);
            assert_int_equal(d.verdict, MN_MEMORY);
            assert_false(d.repeat);
        }
    mn_model_destroy(m);
}

static void a_noisy_stored_pattern_comes_back(void **state)
{
    float states[MN_DREAM_STATES * STATE], cue[STATE];
    mn_model *m = dense(3, 8);
    for (int update = MN_SYNCHRONOUS; update <= MN_ASYNCHRONOUS; update++)
        for (int k = 0; k < 3; k++) {
            const float *row = mn_model_tensor(m, 0).data + k * STATE;
            memcpy(cue, row, sizeof cue);
            cue[k] = -cue[k], cue[k + 7] = -cue[k + 7];
            for (int c = 0; c < CLASSES; c++)
                cue[VISIBLE + EXTRA + c] = -1.0f;
            mn_dream_record d = follow(m, cue, (mn_update)update, states);
            assert_true(d.n_states > 1);
            assert_int_equal(d.n_updates, d.n_states - 1);
            assert_memory_equal(states + (d.n_states - 1) * STATE, row, sizeof cue);
            assert_int_equal(d.verdict, MN_MEMORY);
        }
    mn_model_destroy(m);
}

static void energy_never_rises_during_asynchronous_recall(void **state)
{
    float states[MN_DREAM_STATES * STATE], cue[STATE];
    mn_model *m = dense_of(8, 8, "rectified");
    mn_rng r;
    mn_rng_seed(&r, 6, "cue");
    for (int draw = 0; draw < 200; draw++) {
        write_row(cue, &r, (unsigned)mn_rng_below(&r, 8), (unsigned)mn_rng_below(&r, 16));
        mn_dream_record d = follow(m, cue, MN_ASYNCHRONOUS, states);
        for (int i = 1; i < d.n_states; i++)
            assert_true(d.energy[i] <= d.energy[i - 1]);
    }
    mn_model_destroy(m);
}

static void a_long_recall_counts_updates_it_does_not_keep(void **state)
{
    float states[MN_DREAM_STATES * STATE];
    mn_dream_record d = {.states = states};
    mn_model *m = six(4, FAKE_CYCLES, -1.0f), *none;
    mn_shape s = shape(4);
    mn_err err;
    assert_ok(mn_dream_follow(m, row_of(m, 0), MN_SYNCHRONOUS, 41, NULL, &d, &err), &err);
    assert_int_equal(d.n_states, MN_DREAM_STATES);
    assert_int_equal(d.n_updates, 41);
    assert_int_equal(d.verdict, MN_UNSETTLED);
    none = fake_create_forgetful(&s);
    assert_failed(mn_dream_follow(none, states, MN_SYNCHRONOUS, 9, NULL, &d, &err), &err,
                  MN_EINVAL, "'forgetful' has no attractors");
    mn_model_destroy(m), mn_model_destroy(none);
}

static void dreams_of_a_dense_memory_stay_unless_they_are_unsettled(void **state)
{
    mn_model *m = dense(8, 32), *other = dense(8, 7);
    mn_buffer b, again;
    mn_dream_tally t = {0};
    mn_rng r;
    mn_err err;
    mn_buffer_init(&b, VISIBLE + EXTRA, CLASSES);
    mn_buffer_init(&again, VISIBLE + EXTRA, CLASSES);
    mn_rng_seed(&r, 2, "dream");
    assert_ok(mn_dream(m, 200, &(mn_dream_plan){.max_sweeps = 100, .ink = 0.5}, &r, 0, &b, NULL,
                       &t, &err),
              &err);
    mn_rng_seed(&r, 2, "dream");
    assert_ok(mn_dream(other, 200, &(mn_dream_plan){.max_sweeps = 100, .ink = 0.5}, &r, 0,
                       &again, NULL, NULL, &err),
              &err);
    assert_same_items(&b, &again);
    assert_true(t.verdicts[MN_MEMORY] > 100); /* at vertex 20 the stored rows are attractors */
    size_t n_moving = 0;
    for (size_t i = 0; i < b.n; i++) {
        float v[STATE], before[STATE];
        memcpy(v, b.X + i * (VISIBLE + EXTRA), (VISIBLE + EXTRA) * sizeof *v);
        for (size_t c = 0; c < CLASSES; c++)
            v[VISIBLE + EXTRA + c] = 2.0f * b.Y[i * CLASSES + c] - 1.0f;
        memcpy(before, v, sizeof v);
        mn_model_relax(m, v, 1, MN_SYNCHRONOUS, 1, NULL, NULL, NULL);
        n_moving += memcmp(v, before, sizeof v) != 0;
    }
    assert_int_equal(n_moving, t.verdicts[MN_UNSETTLED]); /* synchronous updates may cycle */
    mn_buffer_finish(&b);
    mn_buffer_finish(&again);
    mn_model_destroy(m);
    mn_model_destroy(other);
}

static void distinct_dreams_keep_the_first_of_every_attractor(void **state)
{
    const int batches[3] = {1, 7, 1000};
    for (int k = 0; k < 3; k++) {
        mn_model *m = six(batches[k], FAKE_JUMPS, -1.0f);
        mn_buffer all, some;
        mn_dream_tally t = {0};
        mn_rng r, after;
        mn_err err;
        mn_dream_plan plan = {.max_sweeps = 10, .ink = 0.5, .distinct = true};
        dream_into(&all, 32, NULL, NULL, &after);
        mn_buffer_init(&some, VISIBLE + EXTRA, CLASSES);
        mn_rng_seed(&r, 7, "dream");
        assert_ok(mn_dream(m, 150, &plan, &r, 0, &some, NULL, &t, &err), &err);
        assert_memory_equal(&r, &after, sizeof r);
        assert_int_equal(some.n, ROWS);
        assert_int_equal(t.n, 150);
        assert_int_equal(t.repeats, 150 - ROWS);
        size_t at = 0;
        for (size_t i = 0; i < all.n && at < some.n; i++)
            at += !memcmp(all.X + i * (VISIBLE + EXTRA), some.X + at * (VISIBLE + EXTRA),
                          (VISIBLE + EXTRA) * sizeof(float));
        assert_int_equal(at, ROWS); /* in the order they were dreamt in */
        for (size_t i = 0; i < some.n; i++)
            for (size_t j = 0; j < i; j++)
                assert_memory_not_equal(some.X + i * (VISIBLE + EXTRA),
                                        some.X + j * (VISIBLE + EXTRA),
                                        (VISIBLE + EXTRA) * sizeof(float));
        mn_buffer_finish(&all), mn_buffer_finish(&some);
        mn_model_destroy(m);
    }
}

static void what_is_unsettled_is_never_a_duplicate(void **state)
{
    mn_model *m = six(4, FAKE_CYCLES, -1.0f);
    mn_buffer b;
    mn_rng r;
    mn_err err;
    mn_buffer_init(&b, VISIBLE + EXTRA, CLASSES);
    mn_rng_seed(&r, 3, "dream");
    assert_ok(mn_dream(m, 30, &(mn_dream_plan){.max_sweeps = 4, .ink = 0.5, .distinct = true},
                       &r, 0, &b, NULL, NULL, &err),
              &err);
    assert_int_equal(b.n, 30);
    mn_buffer_finish(&b);
    mn_model_destroy(m);
}

/* Two flips lead back to where a dream started. */
static void probes_have_the_ink_they_are_asked_for(void **state)
{
    const double inks[4] = {0.0, 0.125, 0.5, 1.0};
    for (int k = 0; k < 4; k++) {
        mn_model *m = six(64, FAKE_CYCLES, -1.0f);
        const mn_dream_plan plan = {.max_sweeps = 2, .ink = inks[k]};
        mn_buffer b;
        mn_rng r;
        mn_err err;
        double n_on = 0.0, n_extra = 0.0, n_class = 0.0;
        mn_buffer_init(&b, VISIBLE + EXTRA, CLASSES);
        mn_rng_seed(&r, 3, "dream");
        assert_ok(mn_dream(m, 1000, &plan, &r, 0, &b, NULL, NULL, &err), &err);
        for (size_t i = 0; i < b.n; i++) {
            for (size_t j = 0; j < VISIBLE; j++)
                n_on += b.X[i * (VISIBLE + EXTRA) + j] > 0.0f;
            for (size_t j = VISIBLE; j < VISIBLE + EXTRA; j++)
                n_extra += b.X[i * (VISIBLE + EXTRA) + j] > 0.0f;
            for (size_t c = 0; c < CLASSES; c++)
                n_class += b.Y[i * CLASSES + c] > 0.5f;
        }
        /* 20,000, 3,000 and 4,000 coins: standard deviations of 0.0035, 0.009, 0.008 */
        assert_near(n_on / (1000.0 * VISIBLE), inks[k], 0.015);
        assert_true((k != 0 || n_on < 0.5) && (k != 3 || n_on > 1000.0 * VISIBLE - 0.5));
        assert_near(n_extra / (1000.0 * EXTRA), 0.5, 0.04);
        assert_near(n_class / (1000.0 * CLASSES), 0.5, 0.035);
        mn_buffer_finish(&b);
        mn_model_destroy(m);
    }
}

static void answers_do_not_depend_on_the_batch_size(void **state)
{
    mn_model *m = dense(3, 1), *other = dense(3, 64);
    const mn_dream_plan plan = {.max_sweeps = 1, .ink = 0.3};
    mn_buffer a, b;
    mn_rng r, after;
    mn_err err;
    mn_buffer_init(&a, VISIBLE + EXTRA, CLASSES);
    mn_buffer_init(&b, VISIBLE + EXTRA, CLASSES);
    mn_rng_seed(&r, 3, "dream");
    assert_ok(mn_dream_answer(m, 100, &plan, mn_losses[0], &r, 5, &a, &err), &err);
    after = r;
    mn_rng_seed(&r, 3, "dream");
    assert_ok(mn_dream_answer(other, 100, &plan, mn_losses[0], &r, 5, &b, &err), &err);
    assert_memory_equal(&r, &after, sizeof r);
    assert_int_equal(a.n, 100);
    assert_memory_equal(a.X, b.X, 100 * (VISIBLE + EXTRA) * sizeof *a.X);
    for (size_t i = 0; i < 100 * CLASSES; i++) {
        assert_near((double)a.Y[i], (double)b.Y[i], 1e-5); /* sums in another order */
        assert_true(a.Y[i] >= 0.0f && a.Y[i] <= 1.0f);
    }
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(a.task[i], 5);
    assert_failed(mn_dream_answer(m, SIZE_MAX, &plan, mn_losses[0], &r, 5, &a, &err), &err,
                  MN_ENOMEM, "replay buffer");
    assert_int_equal(a.n, 100);
    assert_memory_equal(&r, &after, sizeof r);
    assert_ok(mn_dream_answer(m, 0, &plan, mn_losses[0], &r, 5, &a, &err), &err);
    assert_memory_equal(&r, &after, sizeof r);
    mn_buffer_finish(&a), mn_buffer_finish(&b);
    mn_model_destroy(m), mn_model_destroy(other);
}

static void verdicts_have_names(void **state)
{
    for (int v = 0; v < MN_N_VERDICTS; v++)
        assert_true(strlen(mn_verdict_name((mn_verdict)v)) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lone_row_with_one_class_is_a_memory),
        cmocka_unit_test(half_the_field_is_enough_for_a_memory_and_a_third_is_not),
        cmocka_unit_test(a_memory_may_vote_for_several_classes_but_not_for_none),
        cmocka_unit_test(what_still_changes_is_unsettled_whatever_it_looks_like),
        cmocka_unit_test(dreams_become_items_with_their_class_part_as_target),
        cmocka_unit_test(neither_batch_size_nor_recording_changes_a_dream),
        cmocka_unit_test(a_tally_adds_up_and_goes_on),
        cmocka_unit_test(a_record_runs_from_the_cue_to_what_is_trained_on),
        cmocka_unit_test(a_single_dream_repeats_nothing),
        cmocka_unit_test(dreams_that_cycle_are_unsettled_and_never_repeats),
        cmocka_unit_test(no_dreams_draw_no_numbers_and_leave_everything),
        cmocka_unit_test(a_model_without_recall_and_absurd_numbers_are_refused),
        cmocka_unit_test(cues_are_even_and_settle_where_the_nearest_row_is),
        cmocka_unit_test(dreams_of_a_dense_memory_stay_unless_they_are_unsettled),
        cmocka_unit_test(a_stored_pattern_well_below_capacity_stays),
        cmocka_unit_test(a_noisy_stored_pattern_comes_back),
        cmocka_unit_test(energy_never_rises_during_asynchronous_recall),
        cmocka_unit_test(a_long_recall_counts_updates_it_does_not_keep),
        cmocka_unit_test(distinct_dreams_keep_the_first_of_every_attractor),
        cmocka_unit_test(what_is_unsettled_is_never_a_duplicate),
        cmocka_unit_test(probes_have_the_ink_they_are_asked_for),
        cmocka_unit_test(answers_do_not_depend_on_the_batch_size),
        cmocka_unit_test(verdicts_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
