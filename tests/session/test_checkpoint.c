#include "mnemoscope/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "mnemoscope/safetensors.h"
#include "small.h"
#include "support.h"

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", tests_scratch(), name);
    return path;
}

static void resume(mn_session **out, const char *path)
{
    mn_err err;
    assert_ok(mn_session_resume(out, path, NULL, &err), &err);
}

/* At every step of a run with tasks, dreams and a raised vertex: save, resume, and end alike.
 */
static void resuming_anywhere_ends_in_the_same_bits(void **state)
{
    static const char settings[] =
        "tasks=permuted n-tasks=2 task-units=yes strategy=pseudorehearsal epochs=2";
    mn_session *whole = small_session(settings);
    small_do(whole, "run"), small_run(whole);
    uint64_t want = mn_session_digest(whole);
    int64_t last = mn_session_step(whole);
    for (int64_t at = 0; at < last; at += 3) {
        char line[64];
        mn_session *first = small_session(settings), *second = NULL;
        mn_err err;
        snprintf(line, sizeof line, "run until step %lld", (long long)at);
        small_do(first, line), small_run(first);
        assert_ok(mn_session_save(first, path_of("c.safetensors"), true, &err), &err);
        uint64_t saved = mn_session_digest(first);
        mn_session_destroy(first);
        resume(&second, path_of("c.safetensors"));
        assert_true(mn_session_digest(second) == saved);
        small_do(second, "run"), small_run(second);
        assert_true(mn_session_digest(second) == want);
        mn_session_destroy(second);
    }
    mn_session_destroy(whole);
}

static void a_checkpoint_keeps_log_history_and_scores(void **state)
{
    mn_session *a = small_session(NULL), *b = NULL;
    mn_snapshot *x = mn_snapshot_create(), *y = mn_snapshot_create();
    mn_text la = {0}, lb = {0};
    mn_err err;
    small_do(a, "step 6"), small_run(a);
    small_do(a, "set vertex=20");
    small_do(a, "epoch 1"), small_run(a);
    assert_ok(mn_session_save(a, path_of("d.safetensors"), false, &err), &err);
    resume(&b, path_of("d.safetensors"));
    assert_ok(mn_session_log(a, &la, &err), &err);
    assert_ok(mn_session_log(b, &lb, &err), &err);
    assert_string_equal(la.data, lb.data);
    assert_ok(mn_session_snapshot(a, x, true, &err), &err);
    assert_ok(mn_session_snapshot(b, y, true, &err), &err);
    assert_int_equal(x->n_moments, y->n_moments);
    assert_int_equal(x->n_events, y->n_events);
    assert_memory_equal(x->moments, y->moments, (size_t)x->n_moments * sizeof *x->moments);
    assert_memory_equal(x->now, y->now, sizeof x->now);
    assert_memory_equal(x->units.share, y->units.share, (size_t)x->n_units * sizeof(float));
    assert_memory_equal(x->units.last_fired, y->units.last_fired,
                        (size_t)x->n_units * sizeof(int64_t));
    mn_text_finish(&la), mn_text_finish(&lb);
    mn_snapshot_destroy(x), mn_snapshot_destroy(y);
    mn_session_destroy(a), mn_session_destroy(b);
}

static void saving_never_overwrites_unless_told(void **state)
{
    mn_session *s = small_session(NULL);
    mn_err err;
    assert_ok(mn_session_save(s, path_of("e.safetensors"), false, &err), &err);
    assert_failed(mn_session_save(s, path_of("e.safetensors"), false, &err), &err, MN_EIO,
                  "exists");
    assert_ok(mn_session_save(s, path_of("e.safetensors"), true, &err), &err);
    mn_session_destroy(s);
}

/* Every truncation, and a flipped byte at many places: an error or a working session, never a
 * crash. */
static void damaged_checkpoints_are_refused_or_work(void **state)
{
    mn_session *s = small_session("memories=3 items=20 batch=20 test-items=20");
    mn_err err;
    char *bytes;
    size_t n;
    int refused = 0;
    assert_ok(mn_session_save(s, path_of("f.safetensors"), false, &err), &err);
    mn_session_destroy(s);
    assert_ok(mn_file_read(path_of("f.safetensors"), 1 << 26, &bytes, &n, &err), &err);
    for (size_t k = 0; k < 60; k++) {
        mn_session *again = NULL;
        bool cut = k % 2;
        size_t length = cut ? n * k / 60 : n, at = 8 + k * 97;
        bytes[at] ^= cut ? 0 : 0x15;
        assert_ok(mn_file_replace(path_of("g.safetensors"), bytes, length, true, &err), &err);
        bytes[at] ^= cut ? 0 : 0x15;
        err.msg[0] = '\0';
        if (mn_session_resume(&again, path_of("g.safetensors"), NULL, &err) == MN_OK) {
            assert_false(cut);
            small_do(again, "step"), small_run(again);
            mn_session_destroy(again);
        } else {
            assert_true(strlen(err.msg) > 0);
            refused++;
        }
    }
    assert_true(refused >= 30);
    free(bytes);
}

static void write_tensor(const char *path, const char *name, mn_dtype dtype, size_t rows,
                         size_t cols, const void *data)
{
    mn_tensors_out *out;
    mn_text bytes = {0};
    mn_err err;
    const size_t dims[2] = {rows, cols};
    assert_ok(mn_tensors_begin(&out, &err), &err);
    mn_tensors_add(out, name, dtype, 2, dims, data);
    assert_ok(mn_tensors_serialise(out, &bytes, &err), &err);
    mn_tensors_end(out);
    assert_ok(mn_file_replace(path, bytes.data, bytes.length, true, &err), &err);
    mn_text_finish(&bytes);
}

static void weights_come_from_any_file_with_the_right_names(void **state)
{
    static double w[12 * 794];
    mn_session *s = small_session(NULL);
    mn_err err;
    for (int i = 0; i < 12 * 794; i++)
        w[i] = sin(i);
    write_tensor(path_of("w.safetensors"), "memories", MN_F64, 12, 794, w);
    assert_ok(mn_session_weights(s, path_of("w.safetensors"), NULL, &err), &err);
    assert_true(mn_model_theta(mn_session_model(s))[100] == (float)w[100]);
    write_tensor(path_of("w.safetensors"), "memories", MN_F64, 12, 793, w);
    assert_failed(mn_session_weights(s, path_of("w.safetensors"), NULL, &err), &err, MN_EFORMAT,
                  "wanted 12 x 794");
    write_tensor(path_of("w.safetensors"), "mammaries", MN_F64, 12, 794, w);
    assert_failed(mn_session_weights(s, path_of("w.safetensors"), NULL, &err), &err, MN_EFORMAT,
                  "no tensor");
    w[5] = (double)NAN;
    write_tensor(path_of("w.safetensors"), "memories", MN_F64, 12, 794, w);
    assert_failed(mn_session_weights(s, path_of("w.safetensors"), NULL, &err), &err, MN_EFORMAT,
                  "not finite");
    assert_true(mn_model_theta(mn_session_model(s))[100] == (float)w[100]);
    mn_session_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resuming_anywhere_ends_in_the_same_bits),
        cmocka_unit_test(a_checkpoint_keeps_log_history_and_scores),
        cmocka_unit_test(saving_never_overwrites_unless_told),
        cmocka_unit_test(damaged_checkpoints_are_refused_or_work),
        cmocka_unit_test(weights_come_from_any_file_with_the_right_names),
    };
    return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
