#include "mnemoscope/coroner.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* From these on a finding is one. */
static const double collapsed = 0.05; /* of the norm on the last good day */
static const double driven = 0.01; /* of that norm, by the optimiser in the steps looked at */
static const double kept = 0.5;    /* of the last items, by itself */
static const double beaten = 0.5;  /* of the same, by the rival */

typedef struct cause {
    const char *name, *about;
} cause;

static const cause causes[MN_N_CAUSES] = {
    [MN_ALIVE] = {"alive", "it has fired in the last epoch"},
    [MN_NEVER_WON] = {"never won",
                      "no item has ever made it fire; reviving it near an item, or an "
                      "inhibition that excites at first, gives it a place"},
    [MN_K_SHRANK] = {"k shrank",
                     "it fired while more units could and fell out when fewer were let; a "
                     "larger k or a slower decline of it may help"},
    [MN_NORM_COLLAPSED] = {"norm collapsed",
                           "its weights have shrunk to nothing; weights of length 1, a lower "
                           "rate or less of a penalty may help"},
    [MN_STALE_MOMENTUM] = {"stale momentum",
                           "the optimiser went on moving it while it was silent; sgd and "
                           "rmsprop leave silent units where they are"},
    [MN_OVERTAKEN] = {"overtaken",
                      "another unit wins the items that it used to win; reviving it near other "
                      "items may help"},
    [MN_FADED] = {"faded", "none of the other causes: the data or the inhibition has left it "
                           "behind; reviving it may help"},
};

const char *mn_cause_name(mn_cause c)
{
    assert(c >= 0 && c < MN_N_CAUSES);
    return causes[c].name;
}

const char *mn_cause_about(mn_cause c)
{
    assert(c >= 0 && c < MN_N_CAUSES);
    return causes[c].about;
}

/* Comparisons with what is not known are false. A unit that would still fire for its items has
 * lost none of them: they have not come any more. k that has halved outweighs momentum, which
 * outweighs a k that has lost a unit or two. */
mn_cause mn_coroner_verdict(const mn_evidence *e)
{
    if (e->last_fired < 0)
        return MN_NEVER_WON;
    if (e->norm_now <= collapsed * e->norm_then)
        return MN_NORM_COLLAPSED;
    if (e->own_items >= kept)
        return MN_FADED;
    if (e->k_now <= e->k_then / 2.0)
        return MN_K_SHRANK;
    if (e->moved_step >= driven)
        return MN_STALE_MOMENTUM;
    if (e->k_now <= e->k_then - 1.0)
        return MN_K_SHRANK;
    if (e->rival >= 0 && e->rival_items >= beaten)
        return MN_OVERTAKEN;
    return MN_FADED;
}

/* A line of bounded length that grows by clauses; what does not fit is cut. */
typedef struct line {
    char *out;
    size_t size, used;
} line;

MN_PRINTF(2, 3) static void add(line *l, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const int n = vsnprintf(l->out + l->used, l->size - l->used, fmt, args);
    va_end(args);
    l->used += n > 0 ? (size_t)n : 0;
    if (l->used >= l->size)
        l->used = l->size - 1;
}

static void add_items(line *l, double share, int n_last)
{
    const int n = (int)lround(share * n_last);
    if (n_last == 1)
        add(l, "its last item");
    else if (n == n_last)
        add(l, "its last %d items", n_last);
    else
        add(l, "%d of its last %d items", n, n_last);
}

static void add_rival(line *l, const mn_evidence *e, const char *noun, int n_last)
{
    add(l, "; %s %d now wins ", noun, e->rival);
    add_items(l, e->rival_items, n_last);
    if (isfinite(e->rival_share))
        add(l, ", and fires %.3g times as often as the mean", e->rival_share);
}

char *mn_coroner_tell(const mn_evidence *e, const char *noun, int n_last, char *out,
                      size_t size)
{
    line l = {out, size, 0};
    const mn_cause verdict = mn_coroner_verdict(e);
    if (e->last_fired < 0)
        add(&l, "no item has ever made it fire");
    else
        add(&l, "fell silent after step %lld", (long long)e->last_fired);
    if (verdict == MN_K_SHRANK)
        add(&l, ", when k went from %.4g to %.4g", e->k_then, e->k_now);
    if (verdict == MN_NORM_COLLAPSED)
        add(&l, "; the norm of its weights went from %.3g to %.3g", e->norm_then, e->norm_now);
    if (verdict == MN_STALE_MOMENTUM)
        add(&l, "; in the steps looked at the optimiser moved it by %.2g %% of its norm since",
            100.0 * e->moved_step);
    if (verdict == MN_FADED && e->own_items >= kept && n_last > 0) {
        add(&l, "; it would fire for ");
        add_items(&l, e->own_items, n_last);
        add(&l, ", but they have not come any more");
    } else if (e->rival >= 0 && n_last > 0)
        add_rival(&l, e, noun, n_last);
    return out;
}
