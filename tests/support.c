#include "support.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void assert_close(const float *got, const double *want, size_t n, double rtol, double atol)
{
    double largest = 0.0, worst = -1.0;
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(want[i]));
    for (size_t i = 0; i < n; i++) {
        double gap = fabs((double)got[i] - want[i]);
        if (!(gap <= worst)) {
            worst = gap;
            at = i;
        }
    }
    if (n && !(worst <= atol + rtol * largest))
        fail_msg("worst at %zu of %zu: got %.9g, want %.9g (gap %.3g, allowed %.3g)", at, n,
                 (double)got[at], want[at], worst, atol + rtol * largest);
}

void assert_near(double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance) && !(isnan(got) && isnan(want)))
        fail_msg("got %.12g, want %.12g within %.3g", got, want, tolerance);
}

void assert_ok(mn_status s, const mn_err *err)
{
    if (s != MN_OK)
        fail_msg("failed (%s): %s", mn_status_name(s), err ? err->msg : "no message");
}

void assert_failed(mn_status s, const mn_err *err, mn_status want, const char *part)
{
    if (s != want)
        fail_msg("status is '%s', want '%s' (message: %s)", mn_status_name(s),
                 mn_status_name(want), s == MN_OK ? "" : err->msg);
    if (!strstr(err->msg, part))
        fail_msg("message '%s' does not say '%s'", err->msg, part);
}

const char *tests_path(const char *name)
{
    static char path[4096];
    const char *root = getenv("MN_TESTS");
    snprintf(path, sizeof path, "%s/%s", root ? root : "tests", name);
    return path;
}

json_t *oracle_open(const char *name)
{
    char file[256];
    snprintf(file, sizeof file, "oracle/%s", name);
    json_error_t error;
    json_t *o = json_load_file(tests_path(file), 0, &error);
    if (!o)
        fail_msg("cannot read '%s': %s", tests_path(file), error.text);
    return o;
}

static size_t flatten(const json_t *v, double *out)
{
    if (!json_is_array(v)) {
        if (out)
            *out = json_number_value(v);
        return 1;
    }
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(v); i++)
        n += flatten(json_array_get(v, i), out ? out + n : NULL);
    return n;
}

double *oracle_numbers(const json_t *o, const char *key, size_t *n)
{
    const json_t *v = json_object_get(o, key);
    if (!v)
        fail_msg("the oracle has no '%s'", key);
    size_t count = flatten(v, NULL);
    double *out = calloc(count ? count : 1, sizeof *out);
    assert_non_null(out);
    flatten(v, out);
    if (n)
        *n = count;
    return out;
}

float *oracle_floats(const json_t *o, const char *key, size_t *n)
{
    size_t count;
    double *numbers = oracle_numbers(o, key, &count);
    float *out = calloc(count ? count : 1, sizeof *out);
    assert_non_null(out);
    for (size_t i = 0; i < count; i++)
        out[i] = (float)numbers[i];
    free(numbers);
    if (n)
        *n = count;
    return out;
}

double oracle_number(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_number(v))
        fail_msg("the oracle has no number '%s'", key);
    return json_number_value(v);
}

static char scratch[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    return remove(path);
}

static void remove_scratch(void)
{
    nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *tests_scratch(void)
{
    if (!*scratch) {
        snprintf(scratch, sizeof scratch, "/tmp/mnemoscope-test-XXXXXX");
        if (!mkdtemp(scratch))
            fail_msg("cannot make a folder under /tmp");
        atexit(remove_scratch);
    }
    return scratch;
}
