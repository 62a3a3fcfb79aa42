#include "mnemoscope/param.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char *field(const mn_param *p, const void *block)
{
    return (char *)block + p->offset;
}

const mn_param *mn_param_find(mn_param_table t, const char *name)
{
    for (size_t i = 0; i < t.n; i++)
        if (!strcmp(t.rows[i].name, name) ||
            (t.rows[i].alias && !strcmp(t.rows[i].alias, name)))
            return &t.rows[i];
    return NULL;
}

static void store(const mn_param *p, void *block, double value)
{
    switch (p->kind) {
    case MN_INT:
    case MN_CHOICE: *(int *)field(p, block) = (int)value; break;
    case MN_REAL: *(double *)field(p, block) = value; break;
    case MN_BOOL: *(bool *)field(p, block) = value != 0.0; break;
    case MN_TEXT: assert(!"a text has no number"); break;
    }
}

void mn_param_defaults(mn_param_table t, void *block)
{
    for (size_t i = 0; i < t.n; i++) {
        const mn_param *p = &t.rows[i];
        if (p->kind == MN_TEXT)
            snprintf(field(p, block), p->text_size, "%s", p->def_text);
        else
            store(p, block, p->def);
    }
}

double mn_param_number(const mn_param *p, const void *block)
{
    switch (p->kind) {
    case MN_INT:
    case MN_CHOICE: return *(const int *)field(p, block);
    case MN_REAL: return *(const double *)field(p, block);
    case MN_BOOL: return *(const bool *)field(p, block);
    case MN_TEXT: break;
    }
    assert(!"a text has no number");
    return (double)NAN;
}

static mn_status refuse(const mn_param *p, const char *text, mn_err *err)
{
    char wanted[128];
    return mn_fail(err, MN_EINVAL, "%s cannot be '%.60s': wanted %s", p->name, text,
                   mn_param_wanted(p, wanted, sizeof wanted));
}

static mn_status set_choice(const mn_param *p, void *block, const char *text, mn_err *err)
{
    for (int i = 0; p->choices[i]; i++)
        if (!strcasecmp(p->choices[i], text)) {
            store(p, block, i);
            return MN_OK;
        }
    return refuse(p, text, err);
}

static mn_status set_bool(const mn_param *p, void *block, const char *text, mn_err *err)
{
    static const char *const yes[] = {"yes", "on", "true", "1"}, *const no[] = {"no", "off",
                                                                                "false", "0"};
    for (int i = 0; i < 4; i++)
        if (!strcasecmp(yes[i], text) || !strcasecmp(no[i], text)) {
            store(p, block, !strcasecmp(yes[i], text));
            return MN_OK;
        }
    return refuse(p, text, err);
}

static mn_status set_number(const mn_param *p, void *block, const char *text, mn_err *err)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value) || (errno == ERANGE && fabs(value) > 1.0) ||
        value < p->min || value > p->max)
        return refuse(p, text, err);
    if (p->kind == MN_INT && value != floor(value))
        return refuse(p, text, err);
    store(p, block, value);
    return MN_OK;
}

mn_status mn_param_set(const mn_param *p, void *block, const char *text, mn_err *err)
{
    switch (p->kind) {
    case MN_CHOICE: return set_choice(p, block, text, err);
    case MN_BOOL: return set_bool(p, block, text, err);
    case MN_INT:
    case MN_REAL: return set_number(p, block, text, err);
    case MN_TEXT: break;
    }
    if (strlen(text) >= p->text_size)
        return mn_fail(err, MN_EINVAL, "%s is too long: %zu bytes found, at most %zu wanted",
                       p->name, strlen(text), p->text_size - 1);
    memmove(field(p, block), text, strlen(text) + 1);
    return MN_OK;
}

/* The shortest decimal that reads back as the same number; "100" rather than "1e+02". */
static void print_real(double value, char *out, size_t size)
{
    bool plain = value == 0.0 || (fabs(value) >= 1e-4 && fabs(value) < 1e9);
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, size, "%.*g", digits, value);
        if (strtod(out, NULL) == value && !(plain && strchr(out, 'e')))
            return;
    }
}

char *mn_param_print(const mn_param *p, const void *block, char *out, size_t size)
{
    switch (p->kind) {
    case MN_INT: snprintf(out, size, "%d", *(const int *)field(p, block)); break;
    case MN_REAL: print_real(*(const double *)field(p, block), out, size); break;
    case MN_BOOL:
        snprintf(out, size, "%s", *(const bool *)field(p, block) ? "yes" : "no");
        break;
    case MN_CHOICE: snprintf(out, size, "%s", p->choices[*(const int *)field(p, block)]); break;
    case MN_TEXT: snprintf(out, size, "%s", field(p, block)); break;
    }
    return out;
}

static void list_choices(const mn_param *p, char *out, size_t size)
{
    size_t used = 0;
    for (int i = 0; p->choices[i] && used < size; i++) {
        const char *before = i == 0 ? "" : p->choices[i + 1] ? ", " : " or ";
        used += (size_t)snprintf(out + used, size - used, "%s%s", before, p->choices[i]);
    }
}

char *mn_param_wanted(const mn_param *p, char *out, size_t size)
{
    char lo[32], hi[32];
    print_real(p->min, lo, sizeof lo);
    print_real(p->max, hi, sizeof hi);
    switch (p->kind) {
    case MN_INT: snprintf(out, size, "a whole number from %s to %s", lo, hi); break;
    case MN_REAL: snprintf(out, size, "a number from %s to %s", lo, hi); break;
    case MN_BOOL: snprintf(out, size, "yes or no"); break;
    case MN_CHOICE: list_choices(p, out, size); break;
    case MN_TEXT: snprintf(out, size, "text of at most %zu bytes", p->text_size - 1); break;
    }
    return out;
}

static int count_choices(const mn_param *p)
{
    int n = 0;
    while (p->choices[n])
        n++;
    return n;
}

static double along_ladder(const mn_param *p, double value, int direction)
{
    double below = value;
    for (const double *stop = p->ladder; *stop != 0.0; stop++) {
        if (direction > 0 && *stop > value)
            return *stop;
        if (*stop < value)
            below = *stop;
    }
    return direction > 0 ? value : below;
}

double mn_param_neighbour(const mn_param *p, double value, int direction)
{
    if (p->kind == MN_BOOL)
        return value == 0.0;
    if (p->kind == MN_CHOICE) {
        int n = count_choices(p);
        return ((int)value + direction + n) % n;
    }
    double next = p->ladder             ? along_ladder(p, value, direction)
                  : (p->flags & MN_LOG) ? value * (direction > 0 ? 2.0 : 0.5)
                  : p->kind == MN_INT   ? value + direction
                                        : value + direction * (p->max - p->min) / 20.0;
    if (p->kind == MN_INT)
        next = direction > 0 ? ceil(next) : floor(next);
    return next < p->min || next > p->max ? value : next;
}
