#include "mnemoscope/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mnemoscope/file.h"
#include "small.h"
#include "support.h"

enum { N_CLASSES = 3, N_PICTURES = 5 };

static const char *path_of(const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", tests_scratch(), name);
    return path;
}

static void put(const char *name, const char *bytes, size_t n)
{
    mn_err err;
    assert_ok(mn_file_replace(path_of(name), bytes, n, true, &err), &err);
}

/* Pictures of one pixel: red, green and blue. */
static void put_pictures(void)
{
    char name[64], ppm[] = "P6 1 1 255\n\0\0\0";
    mkdir(path_of("set"), 0777);
    for (int k = 0; k < N_CLASSES; k++) {
        snprintf(name, sizeof name, "set/%d", k);
        mkdir(path_of(name), 0777);
        memset(ppm + 11, 0, 3);
        ppm[11 + k] = (char)255;
        for (int i = 0; i < N_PICTURES; i++) {
            snprintf(name, sizeof name, "set/%d/%d.ppm", k, i);
            put(name, ppm, 14);
        }
    }
    unlink(path_of("set/1/bad.ppm"));
}

static const char *settings(const char *more)
{
    static char text[1024];
    snprintf(text, sizeof text,
             "data=images:%s image-side=4 items=0 test-items=0 batch=3 probe-items=3 %s",
             path_of("set"), more);
    return text;
}

static const char *message(mn_session *s)
{
    static char text[512];
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    assert_non_null(snap);
    assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
    snprintf(text, sizeof text, "%s", snap->message);
    mn_snapshot_destroy(snap);
    return text;
}

static void coloured_pictures_are_learned_and_shown_in_planes(void **state)
{
    put_pictures();
    mn_session *s = small_session(settings("epochs=3"));
    mn_snapshot *snap = mn_snapshot_create();
    mn_err err;
    small_run(s);
    assert_ok(mn_session_snapshot(s, snap, true, &err), &err);
    assert_int_equal(snap->channels, 3);
    assert_int_equal(snap->width, 4);
    assert_int_equal(snap->n_classes, N_CLASSES);
    assert_string_equal(snap->data, "images");
    assert_true(snap->tile_limit > 0.0f);
    mn_snapshot_destroy(snap);
    mn_session_destroy(s);
}

static void a_snapshot_says_what_black_and_white_are(void **state)
{
    put_pictures();
    static const char *const models[] = {"dam", "mlp"};
    for (int i = 0; i < 2; i++) {
        mn_session *s = small_session(settings(""));
        mn_snapshot *snap = mn_snapshot_create();
        mn_err err;
        small_do(s, i ? "set model=mlp neurons=4" : "set memories=4");
        assert_ok(mn_session_snapshot(s, snap, false, &err), &err);
        assert_string_equal(snap->model, models[i]);
        assert_true(snap->item_lo == (i ? 0.0f : -1.0f) && snap->item_hi == 1.0f);
        mn_snapshot_destroy(snap);
        mn_session_destroy(s);
    }
}

static void files_left_out_are_told_whenever_the_set_is_read(void **state)
{
    mn_text say = {0};
    mn_err err;
    put_pictures();
    mn_session *s = small_session(settings("skip-bad=yes"));
    assert_string_equal(mn_session_skipped(s), "");
    assert_string_equal(message(s), "");
    mn_session_destroy(s);
    put("set/1/bad.ppm", "P6", 2);
    s = small_session(settings("skip-bad=yes"));
    assert_non_null(strstr(mn_session_skipped(s), "set/1/bad.ppm"));
    assert_non_null(strstr(message(s), "1 file left out: cannot read"));
    assert_ok(mn_session_do(s, "reset", &say, &err), &err);
    assert_non_null(strstr(say.data, "; 1 file left out: "));
    mn_text_reset(&say);
    put("set/0/worse.ppm", "", 0);
    assert_ok(mn_session_do(s, "set image-side=3", &say, &err), &err);
    assert_non_null(strstr(say.data, "; 2 files left out: "));
    assert_non_null(strstr(say.data, "set/0/worse.ppm"));
    unlink(path_of("set/0/worse.ppm"));
    mn_text_finish(&say);
    mn_session_destroy(s);
}

static void a_picture_that_went_bad_changes_nothing(void **state)
{
    mn_err err;
    put_pictures();
    mn_session *s = small_session(settings("epochs=2"));
    small_do(s, "step 3");
    small_run(s);
    uint64_t digest = mn_session_digest(s);
    put("set/1/bad.ppm", "P6", 2);
    assert_failed(mn_session_do(s, "set image-side=3", NULL, &err), &err, MN_EFORMAT,
                  "set/1/bad.ppm");
    assert_failed(mn_session_do(s, "reset", NULL, &err), &err, MN_EFORMAT, "set/1/bad.ppm");
    assert_int_equal(mn_session_step(s), 3);
    assert_true(mn_session_digest(s) == digest);
    assert_int_equal(mn_session_config(s)->data.image_side, 4);
    small_do(s, "set image-side=3 skip-bad=yes");
    mn_session_destroy(s);
}

static void a_checkpoint_reads_the_pictures_again(void **state)
{
    mn_session *again = NULL;
    mn_err err;
    put_pictures();
    mn_session *s = small_session(settings("epochs=4 image-colour=grey test-share=0.4"));
    small_do(s, "step 5");
    small_run(s);
    assert_ok(mn_session_save(s, path_of("set.safetensors"), true, &err), &err);
    assert_ok(mn_session_resume(&again, path_of("set.safetensors"), NULL, &err), &err);
    assert_true(mn_session_digest(s) == mn_session_digest(again));
    small_do(s, "run until end");
    small_do(again, "run until end");
    small_run(s);
    small_run(again);
    assert_true(mn_session_digest(s) == mn_session_digest(again));
    mn_session_destroy(s);
    mn_session_destroy(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coloured_pictures_are_learned_and_shown_in_planes),
        cmocka_unit_test(a_snapshot_says_what_black_and_white_are),
        cmocka_unit_test(files_left_out_are_told_whenever_the_set_is_read),
        cmocka_unit_test(a_picture_that_went_bad_changes_nothing),
        cmocka_unit_test(a_checkpoint_reads_the_pictures_again),
    };
    return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
