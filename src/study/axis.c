#include "mnemoscope/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name before '=': the parameter's own, with its table's where another shares it. */
static mn_status read_name(mn_axis *a, const char *text, const mn_config *base,
                           const mn_param **p, mn_err *err)
{
    size_t n = strcspn(text, "=");
    if (!n || n >= sizeof a->name || text[n] != '=')
        return mn_fail(err, MN_EINVAL, "cannot read axis '%.80s': wanted NAME=VALUES", text);
    snprintf(a->name, sizeof a->name, "%.*s", (int)n, text);
    mn_config copy = *base;
    mn_config_table table, other_table;
    const mn_param *other;
    mn_status s = mn_config_find(&copy, a->name, p, &table, err);
    if (s != MN_OK)
        return s;
    if (table.block == &copy.run &&
        (!strcmp((*p)->name, "seed") || !strcmp((*p)->name, "advance")))
        return mn_fail(err, MN_EINVAL,
                       "%s cannot be an axis: every point is run with each seed "
                       "of the study, to its end",
                       (*p)->name);
    bool shared = mn_config_find(&copy, (*p)->name, &other, &other_table, NULL) != MN_OK;
    snprintf(a->name, sizeof a->name, "%s%s%s", shared ? table.name : "", shared ? "." : "",
             (*p)->name);
    return MN_OK;
}

static mn_status check_value(const mn_axis *a, const char *value, const mn_config *base,
                             mn_err *err)
{
    mn_config copy = *base;
    return mn_config_set(&copy, a->name, value, err);
}

static mn_status add_stop(mn_axis *a, const char *value, size_t n, const mn_config *base,
                          mn_err *err)
{
    if (a->n_stops == MN_STOPS_MAX)
        return mn_fail(err, MN_EINVAL, "axis '%s' has too many values: at most %d wanted",
                       a->name, MN_STOPS_MAX);
    if (!n || n >= MN_VALUE_MAX)
        return mn_fail(err, MN_EINVAL,
                       "axis '%s' has a value of %zu bytes, '%.40s': 1 to %d wanted", a->name,
                       n, value, MN_VALUE_MAX - 1);
    char *stop = a->stops[a->n_stops];
    snprintf(stop, MN_VALUE_MAX, "%.*s", (int)n, value);
    for (int i = 0; i < a->n_stops; i++)
        if (!strcmp(a->stops[i], stop))
            return mn_fail(err, MN_EINVAL, "axis '%s' has the value '%s' twice", a->name, stop);
    a->n_stops++;
    return check_value(a, stop, base, err);
}

static mn_status read_list(mn_axis *a, const char *text, const mn_config *base, mn_err *err)
{
    mn_status s = MN_OK;
    for (const char *at = text; s == MN_OK; at++) {
        size_t n = strcspn(at, ",");
        s = add_stop(a, at, n, base, err);
        at += n;
        if (!*at)
            break;
    }
    return s;
}

static mn_status add_number(mn_axis *a, double x, const mn_config *base, mn_err *err)
{
    char value[MN_VALUE_MAX];
    snprintf(value, sizeof value, "%.10g", x);
    return add_stop(a, value, strlen(value), base, err);
}

/* One number, which `end` has to follow; *text moves behind it. */
static mn_status take_number(const mn_axis *a, const char **text, const char *end, double *out,
                             mn_err *err)
{
    size_t n =
        *end ? (size_t)(strstr(*text, end) ? strstr(*text, end) - *text : 0) : strlen(*text);
    char word[MN_VALUE_MAX], *rest = word;
    if (n && n < sizeof word) {
        snprintf(word, sizeof word, "%.*s", (int)n, *text);
        *out = strtod(word, &rest);
    }
    if (rest == word || *rest || !isfinite(*out))
        return mn_fail(err, MN_EINVAL,
                       "cannot read '%.40s' of axis '%s': wanted A,B,C or FROM:TO:STEP or "
                       "FROM..TO or FROM..TO:log, with numbers",
                       *text, a->name);
    *text += n + strlen(end);
    return MN_OK;
}

/* from:to:step, both ends included; steps that miss `to` by rounding do not miss it. */
static mn_status read_steps(mn_axis *a, const char *text, const mn_config *base, mn_err *err)
{
    double from, to, step;
    mn_status s;
    if ((s = take_number(a, &text, ":", &from, err)) != MN_OK ||
        (s = take_number(a, &text, ":", &to, err)) != MN_OK ||
        (s = take_number(a, &text, "", &step, err)) != MN_OK)
        return s;
    double n = floor((to - from) / step + 1e-9);
    if (!(step != 0.0 && n >= 0.0 && n < MN_STOPS_MAX))
        return mn_fail(err, MN_EINVAL,
                       "axis '%s' cannot go from %g to %g by %g: at most %d values wanted",
                       a->name, from, to, step, MN_STOPS_MAX);
    for (int i = 0; s == MN_OK && i <= (int)n; i++)
        s = add_number(a, fabs(from + i * step) < 1e-12 * fabs(step) ? 0.0 : from + i * step,
                       base, err);
    return s;
}

/* `n` values from lo to hi, ends included. */
static mn_status make_stops(mn_axis *a, double n, const mn_config *base, mn_err *err)
{
    if (!(n >= 2.0 && n <= MN_STOPS_MAX && n == floor(n)))
        return mn_fail(err, MN_EINVAL, "axis '%s' cannot have %g values: 2 to %d wanted",
                       a->name, n, MN_STOPS_MAX);
    bool logarithmic = a->kind == MN_AXIS_LOG;
    mn_status s = MN_OK;
    a->kind = MN_AXIS_STOPS;
    for (int i = 0; s == MN_OK && i < (int)n; i++) {
        double u = i / (n - 1.0);
        double x = logarithmic ? a->lo * pow(a->hi / a->lo, u) : a->lo + u * (a->hi - a->lo);
        s = add_number(a, i == (int)n - 1 ? a->hi : a->whole ? round(x) : x, base, err);
    }
    a->lo = a->hi = 0.0;
    return s;
}

static mn_status check_ends(const mn_axis *a, const mn_config *base, mn_err *err)
{
    char value[MN_VALUE_MAX];
    if (!(a->lo < a->hi) || (a->kind == MN_AXIS_LOG && a->lo <= 0.0))
        return mn_fail(err, MN_EINVAL, "axis '%s' cannot go from %g to %g: wanted %sFROM < TO",
                       a->name, a->lo, a->hi, a->kind == MN_AXIS_LOG ? "0 < " : "");
    snprintf(value, sizeof value, "%.17g", a->lo);
    mn_status s = check_value(a, value, base, err);
    snprintf(value, sizeof value, "%.17g", a->hi);
    return s == MN_OK ? check_value(a, value, base, err) : s;
}

/* lo..hi, lo..hi:log, lo..hi:9, lo..hi:log:9 */
static mn_status read_range(mn_axis *a, const char *text, const mn_config *base, mn_err *err)
{
    const char *colon = strchr(text, ':');
    double n = 0.0;
    mn_status s = take_number(a, &text, "..", &a->lo, err);
    if (s != MN_OK || (s = take_number(a, &text, colon ? ":" : "", &a->hi, err)) != MN_OK)
        return s;
    a->kind = MN_AXIS_LINEAR;
    if (colon && !strncmp(text, "log", 3) && (!text[3] || text[3] == ':')) {
        a->kind = MN_AXIS_LOG;
        text += text[3] ? 4 : 3;
        colon = *text ? colon : NULL;
    }
    if ((s = check_ends(a, base, err)) != MN_OK || !colon)
        return s;
    if ((s = take_number(a, &text, "", &n, err)) != MN_OK)
        return s;
    return make_stops(a, n, base, err);
}

mn_status mn_axis_parse(mn_axis *out, const char *text, const mn_config *base, mn_err *err)
{
    mn_axis a = {.kind = MN_AXIS_STOPS};
    const mn_param *p;
    mn_status s = read_name(&a, text, base, &p, err);
    if (s != MN_OK)
        return s;
    const char *values = strchr(text, '=') + 1;
    bool numeric = p->kind == MN_INT || p->kind == MN_REAL;
    a.whole = p->kind == MN_INT;
    if (numeric && strstr(values, ".."))
        s = read_range(&a, values, base, err);
    else if (numeric && strchr(values, ':'))
        s = read_steps(&a, values, base, err);
    else
        s = read_list(&a, values, base, err);
    if (s == MN_OK)
        *out = a;
    return s;
}

static double between(const mn_axis *a, double u)
{
    if (a->kind == MN_AXIS_LOG) {
        double x = exp(log(a->lo) + u * (log(a->hi) - log(a->lo)));
        return a->whole ? round(x) : x;
    }
    return a->whole ? floor(a->lo + u * (a->hi - a->lo + 1.0)) : a->lo + u * (a->hi - a->lo);
}

char *mn_axis_value(const mn_axis *a, double u, char *out)
{
    u = u >= 0.0 ? fmin(u, 1.0 - 0x1p-53) : 0.0; /* and NAN */
    if (a->kind == MN_AXIS_STOPS) {
        snprintf(out, MN_VALUE_MAX, "%s", a->stops[(int)(u * a->n_stops)]);
        return out;
    }
    /* Nine digits, and never outside by rounding to them. */
    snprintf(out, MN_VALUE_MAX, "%.9g", between(a, u));
    double x = strtod(out, NULL);
    if (x < a->lo || x > a->hi)
        snprintf(out, MN_VALUE_MAX, "%.17g", x < a->lo ? a->lo : a->hi);
    return out;
}

double mn_axis_position(const mn_axis *a, const char *value)
{
    char *end;
    if (a->kind == MN_AXIS_STOPS) {
        for (int i = 0; i < a->n_stops; i++)
            if (!strcmp(a->stops[i], value))
                return (i + 0.5) / a->n_stops;
        return (double)NAN;
    }
    double x = strtod(value, &end);
    if (end == value || *end || !(x >= a->lo && x <= a->hi))
        return (double)NAN;
    double u = a->kind == MN_AXIS_LOG ? log(x / a->lo) / log(a->hi / a->lo)
               : a->whole             ? (x - a->lo + 0.5) / (a->hi - a->lo + 1.0)
                                      : (x - a->lo) / (a->hi - a->lo);
    return fmin(u, 1.0 - 0x1p-53);
}

void mn_axis_print(const mn_axis *a, mn_text *out)
{
    mn_text_add(out, "%s=", a->name);
    if (a->kind == MN_AXIS_STOPS)
        for (int i = 0; i < a->n_stops; i++)
            mn_text_add(out, "%s%s", i ? "," : "", a->stops[i]);
    else
        mn_text_add(out, "%.17g..%.17g%s", a->lo, a->hi, a->kind == MN_AXIS_LOG ? ":log" : "");
}
