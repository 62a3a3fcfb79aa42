#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "album.h"
#include "mnemoscope/dataset.h"
#include "mnemoscope/text.h"

/* A path under the scratch folder, of as many parts as are not NULL. */
static const char *at(const char *a, const char *b, const char *c)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s%s%s%s%s", tests_scratch(), a, b ? "/" : "",
             b ? b : "", c ? "/" : "", c ? c : "");
    return path;
}

static const char *folder(const char *a, const char *b)
{
    const char *path = at(a, b, NULL);
    mkdir(path, 0777);
    return path;
}

/* Not through mn_file_replace: it waits for the disk, and these are many. */
static void put(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* A picture of one colour. */
static void put_ppm(const char *path, int width, int height, int r, int g, int b)
{
    mn_text t = {0};
    mn_text_add(&t, "P6 %d %d 255\n", width, height);
    for (int i = 0; i < width * height; i++)
        mn_text_bytes(&t, (const uint8_t[]){(uint8_t)r, (uint8_t)g, (uint8_t)b}, 3);
    assert_false(t.failed);
    put(path, t.data, t.length);
    mn_text_finish(&t);
}

/* n pictures 0.ppm, 1.ppm, ... whose red says which and whose blue says the class. */
static void put_class(const char *set, const char *name, int n, int blue)
{
    folder(set, NULL);
    folder(set, name);
    for (int i = 0; i < n; i++) {
        char file[16];
        snprintf(file, sizeof file, "%d.ppm", i);
        put_ppm(at(set, name, file), 3, 5, i, 100, blue);
    }
}

static mn_data_cfg cfg(void)
{
    mn_data_cfg c;
    mn_param_defaults(mn_data_params, &c);
    c.image_side = 2;
    return c;
}

static mn_status try_load(mn_dataset **d, const char *set, mn_data_cfg c, uint64_t seed,
                          mn_err *err)
{
    char spec[600];
    snprintf(spec, sizeof spec, "images:%s", at(set, NULL, NULL));
    return mn_dataset_load(d, spec, &c, seed, err);
}

static mn_dataset *load(const char *set, mn_data_cfg c, uint64_t seed)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    assert_ok(try_load(&d, set, c, seed, &err), &err);
    return d;
}

static void refuse(const char *set, mn_data_cfg c, mn_status status, const char *part)
{
    mn_dataset *d = NULL;
    mn_err err = {0};
    assert_failed(try_load(&d, set, c, 1, &err), &err, status, part);
    assert_null(d);
}

/* Red and blue of a picture of one colour. */
static void read_marks(const mn_dataset *d, mn_split split, size_t i, int *red, int *blue)
{
    float x[12];
    mn_dataset_read(d, split, i, 0.0f, 255.0f, x);
    for (int k = 0; k < 12; k++)
        assert_true(x[k] == x[k / 4 * 4]);
    assert_true(x[4] == 100.0f);
    *red = (int)x[0];
    *blue = (int)x[8];
}

static void folders_are_classes_in_the_order_of_their_names(void **state)
{
    put_class("zoo", "dog", 10, 1);
    put_class("zoo", "Zebra", 10, 0);
    put_class("zoo", "eel", 5, 2);
    put_class("zoo", ".git", 1, 9);
    put(at("zoo", "README.txt", NULL), "about", 5);
    put(at("zoo", "dog", ".hidden"), "no picture", 10);
    mn_dataset *d = load("zoo", cfg(), 1);
    const mn_data_shape *s = mn_dataset_shape(d);
    assert_int_equal(s->n_classes, 3);
    assert_int_equal(s->channels, 3);
    assert_int_equal(s->width, 2);
    assert_int_equal(s->height, 2);
    assert_int_equal(s->n[MN_TRAIN], 20);
    assert_int_equal(s->n[MN_TEST], 5);
    assert_string_equal(mn_dataset_skipped(d), "");
    assert_string_equal(mn_dataset_class(d, 0), "Zebra");
    assert_string_equal(mn_dataset_class(d, 1), "dog");
    assert_string_equal(mn_dataset_class(d, 2), "eel");
    for (int split = 0; split < MN_N_SPLITS; split++)
        for (size_t i = 0; i < s->n[split]; i++) {
            int red, blue;
            read_marks(d, (mn_split)split, i, &red, &blue);
            assert_int_equal(blue, mn_dataset_label(d, (mn_split)split, i));
        }
    mn_dataset_free(d);
}

/* They are shown on a terminal. */
static void names_of_classes_hold_nothing_but_characters(void **state)
{
    put_class("odd", "a\033[2Jb", 3, 0);
    put_class("odd", "long-long-long-long-long-long-long-long", 3, 1);
    mn_dataset *d = load("odd", cfg(), 1);
    assert_string_equal(mn_dataset_class(d, 0), "a?[2Jb");
    assert_string_equal(mn_dataset_class(d, 1), "long-long-long-long-long-long-l");
    mn_dataset_free(d);
}

/* Which of a class's ten pictures are for the test, as bits. */
static int tested(const mn_dataset *d, int label)
{
    int bits[MN_N_SPLITS] = {0}, red, blue;
    for (int split = 0; split < MN_N_SPLITS; split++)
        for (size_t i = 0; i < mn_dataset_shape(d)->n[split]; i++)
            if (mn_dataset_label(d, (mn_split)split, i) == label) {
                read_marks(d, (mn_split)split, i, &red, &blue);
                assert_false(bits[split] & 1 << red);
                bits[split] |= 1 << red;
            }
    assert_int_equal(bits[MN_TRAIN] ^ bits[MN_TEST], 1023); /* each once, here or there */
    return bits[MN_TEST];
}

static void every_picture_is_in_one_split_and_the_seed_says_which(void **state)
{
    int splits[8], different = 0;
    put_class("two", "a", 10, 0);
    put_class("two", "b", 10, 1);
    mn_data_cfg c = cfg();
    c.test_share = 0.3;
    for (int i = 0; i < 8; i++) {
        mn_dataset *d = load("two", c, (uint64_t)(i / 2));
        assert_int_equal(mn_dataset_shape(d)->n[MN_TEST], 6);
        splits[i] = tested(d, 0);
        assert_int_equal(__builtin_popcount((unsigned)splits[i]), 3);
        assert_int_equal(__builtin_popcount((unsigned)tested(d, 1)), 3);
        if (i % 2)
            assert_int_equal(splits[i], splits[i - 1]);
        else
            different += i && splits[i] != splits[0];
        mn_dataset_free(d);
    }
    assert_true(different > 0);
}

static void classes_are_mixed_in_the_order_of_items(void **state)
{
    put_class("mixed", "a", 40, 0);
    put_class("mixed", "b", 40, 1);
    mn_dataset *d = load("mixed", cfg(), 1);
    for (int split = 0; split < MN_N_SPLITS; split++) {
        int ones = 0, half = (int)mn_dataset_shape(d)->n[split] / 2;
        for (int i = 0; i < half; i++)
            ones += mn_dataset_label(d, (mn_split)split, (size_t)i);
        assert_in_range(ones, half / 4, half - half / 4);
    }
    mn_dataset_free(d);
}

static void a_share_leaves_one_picture_on_either_side(void **state)
{
    put_class("pair", "a", 2, 0);
    put_class("pair", "b", 2, 1);
    const double shares[] = {0.01, 0.9};
    for (int i = 0; i < 2; i++) {
        mn_data_cfg c = cfg();
        c.test_share = shares[i];
        mn_dataset *d = load("pair", c, 1);
        assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 2);
        assert_int_equal(mn_dataset_shape(d)->n[MN_TEST], 2);
        assert_true(mn_dataset_label(d, MN_TEST, 0) != mn_dataset_label(d, MN_TEST, 1));
        mn_dataset_free(d);
    }
}

static void size_and_planes_are_as_asked(void **state)
{
    put_class("sizes", "a", 3, 0);
    put_class("sizes", "b", 3, 255);
    put_ppm(at("sizes", "b", "0.ppm"), 1, 1, 0, 100, 255);
    put_ppm(at("sizes", "b", "1.ppm"), 60, 1, 1, 100, 255);
    mn_data_cfg c = cfg();
    c.image_side = 17;
    c.image_colour = 0;
    mn_dataset *d = load("sizes", c, 1);
    const mn_data_shape *s = mn_dataset_shape(d);
    float x[17 * 17];
    assert_int_equal(s->channels, 1);
    assert_int_equal(mn_dataset_inputs(d), 17 * 17);
    for (size_t i = 0; i < s->n[MN_TRAIN]; i++) {
        mn_dataset_read(d, MN_TRAIN, i, 0.0f, 255.0f, x);
        assert_true((x[0] > 80.0f) == (mn_dataset_label(d, MN_TRAIN, i) == 1)); /* luma */
        assert_true(x[0] == x[17 * 17 - 1]);
    }
    mn_dataset_free(d);
}

static void a_bad_file_is_named_or_listed_and_left_out(void **state)
{
    put_class("bad", "a", 4, 0);
    put_class("bad", "b", 4, 1);
    put(at("bad", "b", "x.png"), "not a picture", 13);
    refuse("bad", cfg(), MN_EFORMAT, at("bad", "b", "x.png"));
    put(at("bad", "a", "empty.jpg"), "", 0);
    refuse("bad", cfg(), MN_EFORMAT, at("bad", "a", "empty.jpg"));
    folder("bad", "b/more");
    assert_int_equal(symlink("circle", at("bad", "a", "circle")), 0);
    assert_int_equal(symlink("..", at("bad", "a", "up")), 0);
    assert_int_equal(mkfifo(at("bad", "a", "pipe"), 0600), 0);
    refuse("bad", cfg(), MN_EIO, at("bad", "a", "circle"));
    mn_data_cfg c = cfg();
    c.skip_bad = true;
    mn_dataset *d = load("bad", c, 1);
    const mn_data_shape *s = mn_dataset_shape(d);
    assert_int_equal(s->n[MN_TRAIN] + s->n[MN_TEST], 8);
    const char *lines = mn_dataset_skipped(d);
    const char *const names[] = {"a/circle", "a/empty.jpg", "a/pipe",
                                 "a/up",     "b/more",      "b/x.png"};
    for (int i = 0; i < 6; i++) {
        const char *end = strchr(lines, '\n');
        const char *found = strstr(lines, names[i]);
        assert_non_null(end);
        assert_true(found && found < end);
        lines = end + 1;
    }
    assert_string_equal(lines, "");
    mn_dataset_free(d);
}

static void a_class_with_too_little_is_refused(void **state)
{
    mn_data_cfg c = cfg();
    put_class("little", "a", 4, 0);
    put_class("little", "b", 0, 1);
    refuse("little", c, MN_EFORMAT, "little/b' has 0 files");
    c.skip_bad = true;
    refuse("little", c, MN_EFORMAT, "little/b' has 0 files");
    put_class("little", "b", 1, 1);
    refuse("little", c, MN_EFORMAT, "little/b' has 1 readable of 1");
    put(at("little", "b", "2.ppm"), "P6 9 9 255\n", 11);
    refuse("little", c, MN_EFORMAT, "little/b' has 1 readable of 2");
}

static void a_folder_that_is_none_is_named(void **state)
{
    refuse("absent", cfg(), MN_EIO, at("absent", NULL, NULL));
    put(at("file", NULL, NULL), "x", 1);
    refuse("file", cfg(), MN_EIO, "Not a directory");
    folder("hollow", NULL);
    refuse("hollow", cfg(), MN_EFORMAT, "no folder in");
    put_ppm(at("hollow", "loose.ppm", NULL), 1, 1, 0, 0, 0);
    refuse("hollow", cfg(), MN_EFORMAT, "one per class wanted");
    put_class("dangling", "a", 4, 0);
    assert_int_equal(symlink("b", at("dangling", "b", NULL)), 0);
    refuse("dangling", cfg(), MN_EIO, at("dangling", "b", NULL));
}

/* In a process of its own, which gives up its rights for good: root may read anything. */
enum { CANNOT_GIVE_UP = 9 };

static void what_may_not_be_read_is_named(void **state)
{
    put_class("locked", "a", 3, 0);
    put_class("locked", "b", 3, 1);
    assert_int_equal(chmod(tests_scratch(), 0755), 0);
    assert_int_equal(chmod(at("locked", "a", "1.ppm"), 0), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        mn_dataset *d = NULL;
        mn_err err = {0};
        mn_data_cfg c = cfg();
        if (geteuid() == 0 && setuid(65534))
            _exit(CANNOT_GIVE_UP);
        if (try_load(&d, "locked", c, 1, &err) != MN_EIO || !strstr(err.msg, "a/1.ppm'"))
            _exit(1);
        c.skip_bad = true;
        if (try_load(&d, "locked", c, 1, &err) != MN_OK ||
            !strstr(mn_dataset_skipped(d), "a/1.ppm'"))
            _exit(2);
        mn_dataset_free(d);
        _exit(0);
    }
    int outcome = 0;
    assert_int_equal(waitpid(child, &outcome, 0), child);
    if (WIFEXITED(outcome) && WEXITSTATUS(outcome) == CANNOT_GIVE_UP)
        skip();
    assert_int_equal(outcome, 0);
}

static void a_class_that_may_not_be_read_is_named(void **state)
{
    put_class("shut", "a", 3, 0);
    put_class("shut", "b", 3, 1);
    assert_int_equal(chmod(tests_scratch(), 0755), 0);
    assert_int_equal(chmod(at("shut", "b", NULL), 0), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        mn_dataset *d = NULL;
        mn_err err = {0};
        mn_data_cfg c = cfg();
        c.skip_bad = true; /* a whole class is no bad file */
        if (geteuid() == 0 && setuid(65534))
            _exit(CANNOT_GIVE_UP);
        _exit(try_load(&d, "shut", c, 1, &err) != MN_EIO || !strstr(err.msg, "shut/b'"));
    }
    int outcome = 0;
    assert_int_equal(waitpid(child, &outcome, 0), child);
    assert_int_equal(chmod(at("shut", "b", NULL), 0700), 0);
    if (WIFEXITED(outcome) && WEXITSTATUS(outcome) == CANNOT_GIVE_UP)
        skip();
    assert_int_equal(outcome, 0);
}

/* 11,000 x 256 x 256 x 3 bytes are more than may be. Links cost no disk. */
static void more_than_memory_should_hold_is_refused_before_reading(void **state)
{
    put_class("many", "a", 1, 0);
    for (int i = 0; i < 11000; i++) {
        char name[16];
        snprintf(name, sizeof name, "l%d", i);
        assert_int_equal(symlink("0.ppm", at("many", "a", name)), 0);
    }
    mn_data_cfg c = cfg();
    c.image_side = 256;
    refuse("many", c, MN_ENOMEM, "a smaller image-side helps");
}

static void thousands_of_pictures_leave_no_file_open(void **state)
{
    struct rlimit few = {64, 64}, before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few.rlim_max = before.rlim_max;
    for (int k = 0; k < 100; k++) {
        char name[16];
        snprintf(name, sizeof name, "c%02d", k);
        put_class("crowd", name, 30, k);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    mn_dataset *d = load("crowd", cfg(), 1);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(mn_dataset_shape(d)->n_classes, 100);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 2400);
    assert_int_equal(mn_dataset_shape(d)->n[MN_TEST], 600);
    mn_dataset_free(d);
}

static void a_choice_of_items_and_binary_levels_work_as_elsewhere(void **state)
{
    put_class("choice", "a", 20, 0);
    put_class("choice", "b", 20, 1);
    mn_data_cfg c = cfg();
    c.items = 7;
    c.levels = MN_BINARY;
    mn_dataset *d = load("choice", c, 1);
    float x[12];
    assert_int_equal(mn_dataset_shape(d)->n[MN_TRAIN], 7);
    mn_dataset_read(d, MN_TRAIN, 0, -1.0f, 1.0f, x);
    for (int k = 0; k < 12; k++)
        assert_true(x[k] == -1.0f); /* no value of these pictures reaches 128 */
    mn_dataset_free(d);
    c.items = 33;
    refuse("choice", c, MN_EINVAL, "items cannot be 33: 'images' has 32 training items");
}

static void an_album_that_fails_leaves_nothing_behind(void **state)
{
    mn_err err = {0};
    mn_album a = {.n = 77};
    put_class("halfway", "a", 3, 0);
    put_class("halfway", "b", 0, 0);
    assert_failed(mn_album_open(&a, at("halfway", NULL, NULL), &err), &err, MN_EFORMAT,
                  "halfway/b");
    assert_int_equal(a.n, 77);
    put_class("halfway", "b", 2, 0);
    assert_ok(mn_album_open(&a, at("halfway", NULL, NULL), &err), &err);
    assert_int_equal(a.n, 5);
    assert_string_equal(a.classes[1].names[1], "1.ppm");
    mn_album_close(&a);
    assert_int_equal(a.n_classes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_classes_in_the_order_of_their_names),
        cmocka_unit_test(names_of_classes_hold_nothing_but_characters),
        cmocka_unit_test(every_picture_is_in_one_split_and_the_seed_says_which),
        cmocka_unit_test(classes_are_mixed_in_the_order_of_items),
        cmocka_unit_test(a_share_leaves_one_picture_on_either_side),
        cmocka_unit_test(size_and_planes_are_as_asked),
        cmocka_unit_test(a_bad_file_is_named_or_listed_and_left_out),
        cmocka_unit_test(a_class_with_too_little_is_refused),
        cmocka_unit_test(a_folder_that_is_none_is_named),
        cmocka_unit_test(what_may_not_be_read_is_named),
        cmocka_unit_test(a_class_that_may_not_be_read_is_named),
        cmocka_unit_test(more_than_memory_should_hold_is_refused_before_reading),
        cmocka_unit_test(thousands_of_pictures_leave_no_file_open),
        cmocka_unit_test(a_choice_of_items_and_binary_levels_work_as_elsewhere),
        cmocka_unit_test(an_album_that_fails_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
