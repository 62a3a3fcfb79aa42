#include "mnemoscope/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support.h"

static const char *in_scratch(const char *name)
{
    static char path[4][256];
    static int at;
    at = (at + 1) % 4;
    snprintf(path[at], sizeof path[at], "%s/%s", tests_scratch(), name);
    return path[at];
}

static int count_files(void)
{
    DIR *d = opendir(tests_scratch());
    int n = 0;
    for (struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

static void what_is_written_is_read_back(void **state)
{
    mn_err err;
    char *data;
    size_t n;
    assert_ok(mn_file_replace(in_scratch("a"), "one\0two", 7, false, &err), &err);
    assert_ok(mn_file_read(in_scratch("a"), 100, &data, &n, &err), &err);
    assert_int_equal(n, 7);
    assert_memory_equal(data, "one\0two", 8);
    free(data);
}

static void an_existing_file_stays_unless_replacing_was_meant(void **state)
{
    mn_err err;
    char *data;
    size_t n;
    assert_ok(mn_file_replace(in_scratch("b"), "old", 3, false, &err), &err);
    int before = count_files();
    assert_failed(mn_file_replace(in_scratch("b"), "new", 3, false, &err), &err, MN_EIO,
                  "exists");
    assert_int_equal(count_files(), before); /* no temporary file is left behind */
    assert_ok(mn_file_read(in_scratch("b"), 100, &data, &n, &err), &err);
    assert_string_equal(data, "old");
    free(data);
    assert_ok(mn_file_replace(in_scratch("b"), "newer", 5, true, &err), &err);
    assert_ok(mn_file_read(in_scratch("b"), 100, &data, &n, &err), &err);
    assert_string_equal(data, "newer");
    free(data);
}

static void giving_up_leaves_nothing(void **state)
{
    mn_file_write *w = NULL;
    mn_err err;
    int before = count_files();
    assert_ok(mn_file_begin(&w, in_scratch("c"), &err), &err);
    assert_ok(mn_file_add(w, "half", 4, &err), &err);
    mn_file_discard(w);
    mn_file_discard(NULL);
    assert_int_equal(count_files(), before);
    assert_false(mn_file_exists(in_scratch("c")));
}

static void what_is_written_is_as_open_as_the_umask_says(void **state)
{
    struct stat st;
    mn_err err;
    mode_t before = umask(027);
    assert_ok(mn_file_replace(in_scratch("e"), "x", 1, true, &err), &err);
    umask(before);
    assert_int_equal(stat(in_scratch("e"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
}

static void what_cannot_be_read_or_written_is_named(void **state)
{
    mn_err err;
    char *data;
    size_t n;
    assert_failed(mn_file_replace("/nonexistent/folder/x", "x", 1, true, &err), &err, MN_EIO,
                  "No such file");
    assert_failed(mn_file_read(in_scratch("missing"), 10, &data, &n, &err), &err, MN_EIO,
                  "No such file");
    assert_failed(mn_file_read(tests_scratch(), 10, &data, &n, &err), &err, MN_EIO, "folder");
    assert_ok(mn_file_replace(in_scratch("d"), "0123456789", 10, true, &err), &err);
    assert_failed(mn_file_read(in_scratch("d"), 9, &data, &n, &err), &err, MN_EFORMAT,
                  "larger than 9");
}

static void unused_names_count_up_before_the_ending(void **state)
{
    char out[256];
    mn_err err;
    assert_string_equal(mn_file_unused(in_scratch("wall.png"), out, sizeof out),
                        in_scratch("wall.png"));
    assert_ok(mn_file_replace(in_scratch("wall.png"), "", 0, false, &err), &err);
    assert_string_equal(mn_file_unused(in_scratch("wall.png"), out, sizeof out),
                        in_scratch("wall-0001.png"));
    assert_ok(mn_file_replace(in_scratch("bare"), "", 0, false, &err), &err);
    assert_string_equal(mn_file_unused(in_scratch("bare"), out, sizeof out),
                        in_scratch("bare-0001"));
    assert_null(mn_file_unused(in_scratch("wall.png"), out, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(an_existing_file_stays_unless_replacing_was_meant),
        cmocka_unit_test(giving_up_leaves_nothing),
        cmocka_unit_test(what_is_written_is_as_open_as_the_umask_says),
        cmocka_unit_test(what_cannot_be_read_or_written_is_named),
        cmocka_unit_test(unused_names_count_up_before_the_ending),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
