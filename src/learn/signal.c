#include "mnemoscope/signal.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "mnemoscope/arena.h"

const char *const mn_signal_names[] = {"truth", "loss", "time", "entropy", "max", "norm", NULL};

struct mn_ledger {
    size_t n;
    mn_arena arena;
    float *last;         /* (MN_N_SIGNALS, n) */
    float *least, *most; /* (MN_N_SIGNALS), of what has been seen */
    int *seen;           /* (n): how often, up to INT_MAX */
    int *noted;          /* (MN_N_SIGNALS): whether there is a least and a most */
};

static void layout(mn_ledger *l)
{
    l->last = mn_arena_bytes(&l->arena, l->n, MN_N_SIGNALS * sizeof *l->last);
    l->least = mn_arena_floats(&l->arena, MN_N_SIGNALS);
    l->most = mn_arena_floats(&l->arena, MN_N_SIGNALS);
    l->seen = mn_arena_ints(&l->arena, l->n);
    l->noted = mn_arena_ints(&l->arena, MN_N_SIGNALS);
}

static void note(mn_ledger *l, mn_signal s, size_t item, float value)
{
    if (!isfinite(value))
        return;
    l->last[(size_t)s * l->n + item] = value;
    if (!l->noted[s] || value < l->least[s])
        l->least[s] = value;
    if (!l->noted[s] || value > l->most[s])
        l->most[s] = value;
    l->noted[s] = 1;
}

mn_status mn_ledger_create(mn_ledger **out, size_t n, const bool *exceptional, mn_err *err)
{
    if (n > INT_MAX)
        return mn_fail(err, MN_EINVAL, "cannot keep signals of %zu items: at most %d", n,
                       INT_MAX);
    mn_ledger *l = calloc(1, sizeof *l);
    if (!l)
        return mn_fail(err, MN_ENOMEM, "cannot allocate the signals of %zu items", n);
    l->n = n;
    layout(l);
    const mn_status s = mn_arena_allocate(&l->arena, "the signals of items", err);
    if (s != MN_OK) {
        mn_ledger_destroy(l);
        return s;
    }
    layout(l);
    for (size_t i = 0; i < n; i++)
        note(l, MN_SIGNAL_TRUTH, i, exceptional && exceptional[i] ? 1.0f : 0.0f);
    *out = l;
    return MN_OK;
}

void mn_ledger_destroy(mn_ledger *l)
{
    if (!l)
        return;
    mn_arena_finish(&l->arena);
    free(l);
}

size_t mn_ledger_items(const mn_ledger *l)
{
    return l->n;
}

bool mn_ledger_exceptional(const mn_ledger *l, size_t item)
{
    assert(item < l->n);
    return l->last[item] > 0.0f;
}

bool mn_ledger_seen(const mn_ledger *l, size_t item)
{
    assert(item < l->n);
    return l->seen[item] > 0;
}

const float *mn_ledger_last(const mn_ledger *l, mn_signal s)
{
    return l->last + (size_t)s * l->n;
}

void mn_ledger_note(mn_ledger *l, const uint32_t *item, size_t n, const mn_signals *of)
{
    for (size_t i = 0; i < n; i++) {
        const size_t at = item[i];
        assert(at < l->n);
        note(l, MN_SIGNAL_LOSS, at, of->loss[i]);
        note(l, MN_SIGNAL_TIME, at, -of->time[i]);
        note(l, MN_SIGNAL_ENTROPY, at, -of->entropy[i]);
        note(l, MN_SIGNAL_MAX, at, of->max[i]);
        note(l, MN_SIGNAL_NORM, at, of->norm[i]);
        if (l->seen[at] < INT_MAX)
            l->seen[at]++;
    }
}

double mn_ledger_alpha(const mn_ledger *l, mn_signal s, size_t item)
{
    assert(item < l->n);
    const double least = (double)l->least[s], most = (double)l->most[s];
    const bool known = s == MN_SIGNAL_TRUTH || l->seen[item];
    if (!known || !(most > least))
        return 1.0;
    const double last = (double)l->last[(size_t)s * l->n + item];
    return fmin(fmax((last - least) / (most - least), 0.0), 1.0);
}

double mn_ledger_odds(const mn_ledger *l, mn_signal s, double gamma, size_t item)
{
    return exp(gamma * (mn_ledger_alpha(l, s, item) - 1.0));
}

bool mn_ledger_state(mn_ledger *l, int index, mn_state_array *out)
{
    const int n = (int)l->n;
    const mn_state_array arrays[] = {
        {.name = "signals", .f = l->last, .rows = MN_N_SIGNALS, .cols = n},
        {.name = "signals_least", .f = l->least, .rows = 1, .cols = MN_N_SIGNALS},
        {.name = "signals_most", .f = l->most, .rows = 1, .cols = MN_N_SIGNALS},
        {.name = "signals_seen", .i = l->seen, .rows = 1, .cols = n},
        {.name = "signals_noted", .i = l->noted, .rows = 1, .cols = MN_N_SIGNALS},
    };
    if (index < 0 || index >= (int)(sizeof arrays / sizeof *arrays))
        return false;
    *out = arrays[index];
    return true;
}
