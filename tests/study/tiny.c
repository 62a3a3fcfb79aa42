#include "tiny.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/file.h"
#include "support.h"

void tiny_plan(mn_plan *p, const char *lines)
{
    mn_err err;
    mn_plan_defaults(p);
    assert_ok(mn_plan_line(p,
                           "set items=60 test-items=40 batch=30 memories=6 epochs=1 "
                           "tasks=permuted n-tasks=2 task-units=yes",
                           false, &err),
              &err);
    assert_ok(mn_plan_recipe(p, "tiny", lines, false, &err), &err);
}

const char *tiny_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", tests_scratch(), name);
    return path;
}

char *tiny_read(const char *path)
{
    mn_err err;
    char *text;
    size_t n;
    assert_ok(mn_file_read(path, 1 << 24, &text, &n, &err), &err);
    return text;
}

void tiny_write(const char *path, const char *text)
{
    mn_err err;
    assert_ok(mn_file_replace(path, text, strlen(text), true, &err), &err);
}

void tiny_run(const mn_plan *p, const char *path, int jobs)
{
    mn_err err;
    assert_ok(mn_study_run(p, path, jobs, NULL, &err), &err);
}

void assert_same_file(const char *a, const char *b)
{
    char *x = tiny_read(a), *y = tiny_read(b);
    assert_string_equal(x, y);
    free(x);
    free(y);
}
