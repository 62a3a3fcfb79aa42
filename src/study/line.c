/* line.c: a run and a plan as JSON. What comes from a file is checked against the plan before
 * any of it is used; undefined numbers are null. */
#include "line.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, DIGITS = 17 }; /* digits: a double reads back the same */

static const struct {
    const char *key;
    size_t offset;
    double lo, hi;
    bool always; /* files of earlier versions have it too */
} measures[] = {
    {"acc", offsetof(mn_result, acc), 0.0, 1.0, true},
    {"f1", offsetof(mn_result, f1), 0.0, 1.0, true},
    {"min_task", offsetof(mn_result, min_task), 0.0, 1.0, true},
    {"bwt", offsetof(mn_result, bwt), -1.0, 1.0, true},
    {"fwt", offsetof(mn_result, fwt), -1.0, 1.0, true},
    {"forgetting", offsetof(mn_result, forgetting), -1.0, 1.0, true},
    {"dead", offsetof(mn_result, dead), 0.0, 1.0, false},
    {"mwe", offsetof(mn_result, mwe), 0.0, 5.0, false}, /* ln(MN_CLASSES_MAX) = 4.85 */
    {"regular", offsetof(mn_result, regular), 0.0, 4.0,
     false}, /* vectors of length 1 at most */
    {"exceptional", offsetof(mn_result, exceptional), 0.0, 4.0, false},
    {"stable", offsetof(mn_result, stable), 0.0, 1.0, false},
};
enum { N_MEASURES = sizeof measures / sizeof *measures };

static double *measure(mn_result *one, int i)
{
    return (void *)((char *)one + measures[i].offset);
}

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

/* Messages may be cut in the middle of a character, or come from a file's name. */
static json_t *text(const char *s)
{
    json_t *o = json_string(s);
    if (o)
        return o;
    char ascii[512];
    snprintf(ascii, sizeof ascii, "%s", s);
    for (char *c = ascii; *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    return json_string(ascii);
}

static json_t *row(const double *x, int n)
{
    json_t *o = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(o, number(x[i]));
    return o;
}

static json_t *matrix(const double *R, int n)
{
    json_t *rows = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(rows, row(R + i * n, n));
    return rows;
}

/* Whatever could not be allocated is NULL; jansson passes it on, and the line is refused. */
static mn_status dump(json_t *o, mn_text *out, mn_err *err)
{
    char *line = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));
    json_decref(o);
    if (line)
        mn_text_add(out, "%s\n", line);
    free(line);
    return line && !out->failed ? MN_OK
                                : mn_fail(err, MN_ENOMEM, "cannot write a line of results");
}

static void add_outcome(json_t *o, const mn_result *one)
{
    char digest[24];
    mn_result copy = *one;
    json_object_set_new(o, "steps", json_integer(one->steps));
    snprintf(digest, sizeof digest, "%016" PRIx64, one->digest);
    json_object_set_new(o, "digest", json_string(digest));
    for (int i = 0; i < N_MEASURES; i++)
        json_object_set_new(o, measures[i].key, number(*measure(&copy, i)));
    json_object_set_new(o, "stable_of", row(one->stable_of, one->n_tasks));
    json_object_set_new(o, "R", matrix(one->R, one->n_tasks));
    json_object_set_new(o, "R_f1", matrix(one->R_f1, one->n_tasks));
}

mn_status mn_result_write(const mn_result *one, const mn_results *of, mn_text *out, mn_err *err)
{
    json_t *o = json_object(), *values = json_object();
    json_object_set_new(o, "cell", json_integer(one->cell));
    json_object_set_new(o, "trial", json_integer(one->trial));
    json_object_set_new(o, "seed", json_integer(one->seed));
    for (int i = 0; i < of->n_axes; i++)
        json_object_set_new(values, of->axes[i].name, text(one->values[i]));
    json_object_set_new(o, "values", values);
    json_object_set_new(o, "ok", json_boolean(one->ok));
    if (one->ok)
        add_outcome(o, one);
    else
        json_object_set_new(o, "error", text(one->error));
    return dump(o, out, err);
}

static mn_status read_whole(const json_t *o, const char *key, int64_t lo, int64_t hi,
                            int64_t *out, mn_err *err)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_integer(v) || json_integer_value(v) < lo || json_integer_value(v) > hi)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' is not a whole number from %" PRId64 " to %" PRId64, key, lo, hi);
    *out = json_integer_value(v);
    return MN_OK;
}

/* A number or null; NAN for null. */
static bool take_number(const json_t *v, double lo, double hi, double *out)
{
    *out = json_is_number(v) ? json_number_value(v) : (double)NAN;
    return json_is_null(v) || (json_is_number(v) && *out >= lo && *out <= hi);
}

static bool take_row(const json_t *row, int n, double *out)
{
    bool ok = json_is_array(row) && json_array_size(row) == (size_t)n;
    for (int i = 0; ok && i < n; i++)
        ok = take_number(json_array_get(row, (size_t)i), 0.0, 1.0, &out[i]);
    return ok;
}

/* Files of earlier versions have none. */
static mn_status read_stable(const json_t *o, mn_result *one, mn_err *err)
{
    const json_t *row = json_object_get(o, "stable_of");
    for (int i = 0; i < one->n_tasks; i++)
        one->stable_of[i] = (double)NAN;
    if (!row || take_row(row, one->n_tasks, one->stable_of))
        return MN_OK;
    return mn_fail(err, MN_EFORMAT, "'stable_of' is not %d numbers from 0 to 1", one->n_tasks);
}

static mn_status read_matrix(const json_t *o, const char *key, int n, double **out, mn_err *err)
{
    const json_t *rows = json_object_get(o, key);
    double *R = *out = calloc((size_t)n * (size_t)n, sizeof *R);
    if (!R)
        return mn_fail(err, MN_ENOMEM, "no memory for %d tasks", n);
    bool ok = json_is_array(rows) && json_array_size(rows) == (size_t)n;
    for (int i = 0; ok && i < n; i++)
        ok = take_row(json_array_get(rows, (size_t)i), n, R + i * n);
    return ok ? MN_OK
              : mn_fail(err, MN_EFORMAT, "'%s' is not %d rows of %d numbers from 0 to 1", key,
                        n, n);
}

static mn_status read_digest(const json_t *o, uint64_t *out, mn_err *err)
{
    const char *hex = json_string_value(json_object_get(o, "digest"));
    if (!hex || strlen(hex) != 16 || strspn(hex, "0123456789abcdef") != 16)
        return mn_fail(err, MN_EFORMAT, "'digest' is not 16 hexadecimal digits");
    *out = strtoull(hex, NULL, 16);
    return MN_OK;
}

static mn_status read_outcome(const json_t *o, mn_result *one, mn_err *err)
{
    const json_t *R = json_object_get(o, "R");
    size_t n = json_array_size(R);
    mn_status s = read_whole(o, "steps", 0, INT64_MAX, &one->steps, err);
    if (s != MN_OK || (s = read_digest(o, &one->digest, err)) != MN_OK)
        return s;
    if (n < 1 || n > MN_TASKS_MAX)
        return mn_fail(err, MN_EFORMAT, "'R' has %zu rows: 1 to %d wanted", n, MN_TASKS_MAX);
    one->n_tasks = (int)n;
    for (int i = 0; i < N_MEASURES; i++) {
        const json_t *v = json_object_get(o, measures[i].key);
        if (!v && !measures[i].always)
            *measure(one, i) = (double)NAN;
        else if (!take_number(v, measures[i].lo, measures[i].hi, measure(one, i)))
            return mn_fail(err, MN_EFORMAT, "'%s' is neither null nor a number from %g to %g",
                           measures[i].key, measures[i].lo, measures[i].hi);
    }
    if ((s = read_matrix(o, "R", one->n_tasks, &one->R, err)) != MN_OK)
        return s;
    if ((s = read_matrix(o, "R_f1", one->n_tasks, &one->R_f1, err)) != MN_OK)
        return s;
    return read_stable(o, one, err);
}

/* Those of the grid are what the cell says they are; the others are on their axes. */
static mn_status read_values(const json_t *o, const mn_results *of, mn_result *one, mn_err *err)
{
    const json_t *values = json_object_get(o, "values");
    if (!json_is_object(values) || json_object_size(values) != (size_t)of->n_axes)
        return mn_fail(err, MN_EFORMAT, "'values' is not one for each of %d axes", of->n_axes);
    for (int i = 0; i < of->n_axes; i++) {
        const mn_axis *a = &of->axes[i];
        const char *v = json_string_value(json_object_get(values, a->name));
        if (!v || strlen(v) >= MN_VALUE_MAX || isnan(mn_axis_position(a, v)))
            return mn_fail(err, MN_EFORMAT, "the value of '%s' is not on its axis", a->name);
        if (i < of->n_over && strcmp(v, a->stops[mn_results_stop(of, one->cell, i)]))
            return mn_fail(err, MN_EFORMAT, "%s is '%s' in cell %d: '%s' wanted", a->name, v,
                           one->cell, a->stops[mn_results_stop(of, one->cell, i)]);
        snprintf(one->values[i], MN_VALUE_MAX, "%s", v);
    }
    if (of->n_variants)
        snprintf(one->variant, sizeof one->variant, "%s", one->values[0]);
    return MN_OK;
}

static mn_status read_place(const json_t *o, const mn_results *of, mn_result *one, mn_err *err)
{
    int64_t cell = 0, trial = 0, seed = 0;
    mn_status s = read_whole(o, "cell", 0, of->n_cells - 1, &cell, err);
    if (s == MN_OK)
        s = read_whole(o, "trial", 0, of->n_trials - 1, &trial, err);
    if (s == MN_OK)
        s = read_whole(o, "seed", of->first_seed, of->first_seed + of->n_seeds - 1, &seed, err);
    one->cell = (int)cell;
    one->trial = (int)trial;
    one->seed = (int)seed;
    return s == MN_OK ? read_values(o, of, one, err) : s;
}

static mn_status read_error(const json_t *o, mn_result *one, mn_err *err)
{
    const char *error = json_string_value(json_object_get(o, "error"));
    if (!error)
        return mn_fail(err, MN_EFORMAT, "'error' is not a text");
    snprintf(one->error, sizeof one->error, "%s", error);
    for (int i = 0; i < N_MEASURES; i++)
        *measure(one, i) = (double)NAN;
    return MN_OK;
}

static mn_status read_object(const json_t *o, const mn_results *of, mn_result *one, mn_err *err)
{
    const json_t *ok = json_object_get(o, "ok");
    mn_status s = read_place(o, of, one, err);
    if (s != MN_OK)
        return s;
    if (!json_is_boolean(ok))
        return mn_fail(err, MN_EFORMAT, "'ok' is neither true nor false");
    one->ok = json_is_true(ok);
    return one->ok ? read_outcome(o, one, err) : read_error(o, one, err);
}

static mn_status parse(json_t **out, const char *line, size_t n, mn_err *err)
{
    json_error_t why;
    *out = json_loadb(line, n, JSON_REJECT_DUPLICATES, &why);
    if (!*out)
        return mn_fail(err, MN_EFORMAT, "no JSON: %.120s", why.text);
    return json_is_object(*out) ? MN_OK : mn_fail(err, MN_EFORMAT, "no JSON object");
}

mn_status mn_result_read(mn_result *out, const mn_results *of, const char *line, size_t n,
                         mn_err *err)
{
    json_t *o = NULL;
    mn_result one = {0};
    mn_status s = parse(&o, line, n, err);
    if (s == MN_OK)
        s = read_object(o, of, &one, err);
    json_decref(o);
    if (s == MN_OK)
        *out = one;
    else
        mn_result_finish(&one);
    return s;
}

mn_status mn_head_write(const mn_results *r, mn_text *out, mn_err *err)
{
    json_t *o = json_object(), *lines = json_array();
    bool ok = true;
    json_object_set_new(o, "study", json_integer(VERSION));
    json_object_set_new(o, "title", text(r->title));
    for (const char *at = r->plan; *at;) {
        size_t n = strcspn(at, "\n");
        ok &= json_array_append_new(lines, json_stringn(at, n)) == 0;
        at += n + (at[n] == '\n');
    }
    json_object_set_new(o, "plan", lines);
    if (ok)
        return dump(o, out, err);
    json_decref(o);
    return mn_fail(err, MN_EINVAL, "cannot write the plan down: its text is not UTF-8");
}

mn_status mn_head_read(char **plan, const char *line, size_t n, mn_err *err)
{
    json_t *o = NULL, *lines;
    mn_text all = {0};
    mn_status s = parse(&o, line, n, err);
    if (s == MN_OK && json_integer_value(json_object_get(o, "study")) != VERSION)
        s = mn_fail(err, MN_EFORMAT, "no study of version %d", VERSION);
    lines = json_object_get(o, "plan");
    if (s == MN_OK && !json_array_size(lines))
        s = mn_fail(err, MN_EFORMAT, "no plan");
    for (size_t i = 0; s == MN_OK && i < json_array_size(lines); i++) {
        const char *one = json_string_value(json_array_get(lines, i));
        if (!one || strchr(one, '\n'))
            s = mn_fail(err, MN_EFORMAT, "line %zu of the plan is not a line of text", i + 1);
        else
            mn_text_add(&all, "%s\n", one);
    }
    if (s == MN_OK && all.failed)
        s = mn_fail(err, MN_ENOMEM, "no memory for a plan");
    json_decref(o);
    if (s != MN_OK)
        mn_text_finish(&all);
    *plan = all.data;
    return s;
}
