#include "expect.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static double get_acc(const mn_snapshot *s)
{
    return s->summary.acc;
}

static double get_bwt(const mn_snapshot *s)
{
    return s->summary.bwt;
}

static double get_fwt(const mn_snapshot *s)
{
    return s->summary.fwt;
}

static double get_forgetting(const mn_snapshot *s)
{
    return s->summary.forgetting;
}

static double get_loss(const mn_snapshot *s)
{
    return s->loss;
}

static double get_step(const mn_snapshot *s)
{
    return (double)s->step;
}

static double get_epoch(const mn_snapshot *s)
{
    return s->epoch;
}

static double get_task(const mn_snapshot *s)
{
    return s->task + 1;
}

static double get_dead(const mn_snapshot *s)
{
    return mn_units_count_dead(&s->units);
}

static double get_entropy(const mn_snapshot *s)
{
    return s->mixture[MN_CENSUS_TEST].weighted;
}

static double get_index(const mn_snapshot *s)
{
    return s->index_mean[s->viewport.index];
}

static double get_buffer(const mn_snapshot *s)
{
    return (double)s->buffer_items;
}

static double get_regular(const mn_snapshot *s)
{
    return s->returned[MN_REGULAR];
}

static double get_exceptional(const mn_snapshot *s)
{
    return s->returned[MN_EXCEPTIONAL];
}

/* What can be expected; the measured ones are evaluated on the full test sets first. */
static const struct {
    const char *name;
    double (*get)(const mn_snapshot *s);
    bool measured;
} quantities[] = {
    {"acc", get_acc, true},         {"bwt", get_bwt, true},
    {"fwt", get_fwt, true},         {"forgetting", get_forgetting, true},
    {"loss", get_loss, false},      {"step", get_step, false},
    {"epoch", get_epoch, false},    {"task", get_task, false},
    {"dead", get_dead, false},      {"index", get_index, false},
    {"buffer", get_buffer, false},  {"entropy", get_entropy, true},
    {"regular", get_regular, true}, {"exceptional", get_exceptional, true},
};
enum { N_QUANTITIES = sizeof quantities / sizeof *quantities };

static bool holds(double found, const char *op, double wanted, bool *known)
{
    *known = true;
    if (!strcmp(op, "<"))
        return found < wanted;
    if (!strcmp(op, "<="))
        return found <= wanted;
    if (!strcmp(op, ">"))
        return found > wanted;
    if (!strcmp(op, ">="))
        return found >= wanted;
    if (!strcmp(op, "=="))
        return found == wanted;
    if (!strcmp(op, "!="))
        return found < wanted || found > wanted; /* an undefined number is not different */
    return *known = false;
}

/* A digest, or its first digits. */
static mn_status expect_digest(mn_session *s, const char *op, const char *wanted, mn_err *err)
{
    char digest[24];
    size_t n = strlen(wanted);
    bool different = !strcmp(op, "!=");
    snprintf(digest, sizeof digest, "%016" PRIx64, mn_session_digest(s));
    if ((strcmp(op, "==") && !different) || n < 4 || n > 16 ||
        strspn(wanted, "0123456789abcdefABCDEF") != n)
        return mn_fail(err, MN_EINVAL,
                       "cannot expect digest %.8s %.40s: wanted == or != and 4 to 16 "
                       "hexadecimal digits",
                       op, wanted);
    if ((strncasecmp(digest, wanted, n) == 0) != different)
        return MN_OK;
    return mn_fail(err, MN_EINVAL, "expected digest %s %s, found %s", op, wanted, digest);
}

static mn_status expect_number(mn_session *s, mn_snapshot *snap, int which, const char *op,
                               const char *text, mn_err *err)
{
    char *end;
    bool known;
    const char *name = quantities[which].name;
    double wanted = strtod(text, &end);
    if (end == text || *end || isnan(wanted))
        return mn_fail(err, MN_EINVAL, "cannot expect '%.40s': wanted a number", text);
    if (quantities[which].measured)
        mn_session_evaluate(s);
    mn_status status = mn_session_snapshot(s, snap, false, err);
    if (status != MN_OK)
        return status;
    double found = quantities[which].get(snap);
    if (holds(found, op, wanted, &known))
        return MN_OK;
    if (!known)
        return mn_fail(err, MN_EINVAL,
                       "cannot compare by '%.8s': wanted <, <=, >, >=, == or !=", op);
    if (isnan(found))
        return mn_fail(err, MN_EINVAL, "expected %s %s %s, but it is undefined here", name, op,
                       text);
    return mn_fail(err, MN_EINVAL, "expected %s %s %s, found %.6g", name, op, text, found);
}

mn_status mn_expect(mn_session *s, mn_snapshot *snap, const char *name, const char *op,
                    const char *value, mn_err *err)
{
    if (!strcmp(name, "digest"))
        return expect_digest(s, op, value, err);
    mn_text names = {0};
    for (int i = 0; i < N_QUANTITIES; i++) {
        if (!strcmp(name, quantities[i].name)) {
            mn_text_finish(&names);
            return expect_number(s, snap, i, op, value, err);
        }
        mn_text_add(&names, "%s, ", quantities[i].name);
    }
    mn_status status = mn_fail(err, MN_EINVAL, "cannot expect '%.40s': wanted %sor digest",
                               name, names.failed ? "" : names.data);
    mn_text_finish(&names);
    return status;
}
