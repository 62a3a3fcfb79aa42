/* file.c: results in a file, and several files of one plan. */
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "mnemoscope/file.h"
#include "plan.h"

static const size_t size_limit = (size_t)1 << 30;

/* The first line in which two texts differ. */
static mn_status refuse_other(const char *path, const char *found, const char *wanted,
                              mn_err *err)
{
    for (;;) {
        size_t n = strcspn(found, "\n"), m = strcspn(wanted, "\n");
        if (n != m || strncmp(found, wanted, n) || !found[n] || !wanted[m])
            return mn_fail(err, MN_EINVAL,
                           "'%.120s' has results of another study: '%.*s' found, '%.*s' wanted",
                           path, n > 120 ? 120 : (int)n, n ? found : "nothing",
                           m > 120 ? 120 : (int)m, m ? wanted : "nothing");
        found += n + 1;
        wanted += m + 1;
    }
}

/* The plan is read and written again: a file of an older program, which knew fewer parameters,
 * is of the same plan when the new ones are as they were. */
static mn_status take_head(mn_results *r, const char *path, const char *line, size_t n,
                           mn_err *err)
{
    char *text = NULL;
    mn_results of;
    mn_err inner;
    mn_plan p;
    mn_plan_defaults(&p);
    mn_results_init(&of);
    mn_status s = mn_head_read(&text, line, n, &inner);
    if (s == MN_OK)
        s = mn_plan_recipe(&p, "plan", text, false, &inner);
    if (s == MN_OK)
        s = mn_results_of(&of, &p, &inner);
    free(text);
    if (s != MN_OK)
        s = mn_fail(err, MN_EFORMAT, "'%.120s' has no results of a study, line 1: %.300s", path,
                    inner.msg);
    else if (r->plan && strcmp(r->plan, of.plan))
        s = refuse_other(path, of.plan, r->plan, err);
    else if (!r->plan) {
        *r = of;
        return MN_OK;
    }
    mn_results_finish(&of);
    return s;
}

static mn_status take_run(mn_results *r, const char *path, const char *line, size_t n,
                          int number, mn_err *err)
{
    mn_result one;
    mn_err inner;
    mn_status s = mn_result_read(&one, r, line, n, &inner);
    if (s != MN_OK)
        return mn_fail(err, s, "'%.200s', line %d: %.200s", path, number, inner.msg);
    s = mn_results_add(r, &one, err);
    mn_result_finish(&one);
    return s;
}

static mn_status take_lines(mn_results *r, const char *path, const char *bytes, size_t size,
                            size_t *whole, mn_err *err)
{
    mn_status s = MN_OK;
    int number = 1;
    *whole = 0;
    const char *end;
    for (const char *at = bytes; s == MN_OK && (end = memchr(at, '\n', size - *whole));
         at = end + 1, number++) {
        size_t n = (size_t)(end - at);
        s = number == 1 ? take_head(r, path, at, n, err)
                        : take_run(r, path, at, n, number, err);
        *whole = (size_t)(end + 1 - bytes);
    }
    if (s == MN_OK && number == 1)
        s = mn_fail(err, MN_EFORMAT, "'%.200s' has no results of a study: no whole line found",
                    path);
    return s;
}

mn_status mn_results_load(mn_results *r, const char *path, size_t *whole, mn_err *err)
{
    char *bytes = NULL;
    size_t size = 0;
    mn_status s = mn_file_read(path, size_limit, &bytes, &size, err);
    if (s == MN_OK)
        s = take_lines(r, path, bytes, size, whole, err);
    free(bytes);
    return s;
}

static bool is_same_place(const mn_result *a, const mn_result *b)
{
    return a->cell == b->cell && a->trial == b->trial && a->seed == b->seed;
}

/* A run that is there twice must be the same twice. */
static mn_status drop_doubles(mn_results *r, mn_err *err)
{
    mn_text a = {0}, b = {0};
    mn_status s = MN_OK;
    size_t n = 0;
    for (size_t i = 0; s == MN_OK && i < r->n; i++) {
        if (!n || !is_same_place(&r->at[i], &r->at[n - 1])) {
            mn_result moved = r->at[i];
            r->at[i].R = r->at[i].R_f1 = NULL;
            r->at[n++] = moved;
            continue;
        }
        mn_text_reset(&a);
        mn_text_reset(&b);
        s = mn_result_write(&r->at[n - 1], r, &a, err);
        if (s == MN_OK)
            s = mn_result_write(&r->at[i], r, &b, err);
        if (s == MN_OK && strcmp(a.data, b.data))
            s = mn_fail(err, MN_EFORMAT,
                        "cell %d, trial %d, seed %d is there twice, with different results",
                        r->at[i].cell, r->at[i].trial, r->at[i].seed);
        mn_result_finish(&r->at[i]);
        r->at[i].R = r->at[i].R_f1 = NULL;
    }
    if (s == MN_OK)
        r->n = n;
    mn_text_finish(&a);
    mn_text_finish(&b);
    return s;
}

mn_status mn_results_unite(mn_results *r, mn_err *err)
{
    mn_results_sort(r);
    return drop_doubles(r, err);
}

mn_status mn_results_read(mn_results *r, int n, char *const *paths, mn_err *err)
{
    mn_results all;
    mn_status s = n > 0 ? MN_OK : mn_fail(err, MN_EINVAL, "no file of results to read");
    size_t whole;
    mn_results_init(&all);
    for (int i = 0; s == MN_OK && i < n; i++)
        s = mn_results_load(&all, paths[i], &whole, err);
    if (s == MN_OK)
        s = mn_results_unite(&all, err);
    if (s == MN_OK) {
        mn_results_finish(r);
        *r = all;
        return MN_OK;
    }
    mn_results_finish(&all);
    return s;
}

mn_status mn_results_text(const mn_results *r, mn_text *out, mn_err *err)
{
    mn_status s = mn_head_write(r, out, err);
    for (size_t i = 0; s == MN_OK && i < r->n; i++)
        s = mn_result_write(&r->at[i], r, out, err);
    return s;
}

mn_status mn_results_write(const mn_results *r, const char *path, bool replace, mn_err *err)
{
    mn_text text = {0};
    mn_status s = mn_results_text(r, &text, err);
    if (s == MN_OK)
        s = mn_file_replace(path, text.data, text.length, replace, err);
    mn_text_finish(&text);
    return s;
}
