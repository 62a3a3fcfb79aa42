#include "mnemoscope/mixture.h"

#include <assert.h>
#include <math.h>
#include <string.h>

const char *mn_census_name(mn_census c)
{
    static const char *const names[MN_N_CENSUSES] = {"epoch", "run", "test"};
    assert(c >= 0 && c < MN_N_CENSUSES);
    return names[c];
}

void mn_mixture_layout(mn_mixture *m, int n, mn_arena *a)
{
    m->n = n;
    m->fired = mn_arena_bytes(a, (size_t)n, sizeof *m->fired);
    m->entropy = mn_arena_floats(a, (size_t)n);
    m->share = mn_arena_floats(a, (size_t)n);
    m->top = mn_arena_ints(a, (size_t)n);
}

/* H = -sum of q ln q, with q = count / total (Bricken et al. 2023, appendix I). */
static double entropy(const uint32_t *count, int n_classes, uint64_t total)
{
    double sum = 0.0;
    for (int c = 0; c < n_classes; c++)
        if (count[c]) {
            const double q = (double)count[c] / (double)total;
            sum -= q * log(q);
        }
    return total ? fmax(sum, 0.0) : (double)NAN; /* one class gives -0 */
}

/* The first of the most frequent. */
static int most_frequent(const uint32_t *count, int n_classes)
{
    int top = -1;
    for (int c = 0; c < n_classes; c++)
        if (count[c] && (top < 0 || count[c] > count[top]))
            top = c;
    return top;
}

static void count_kinds(mn_mixture *m)
{
    m->never = m->greedy = m->polysemantic = 0;
    for (int u = 0; u < m->n; u++) {
        m->never += m->fired[u] == 0;
        m->greedy += mn_mixture_greedy(m, u);
        m->polysemantic += mn_mixture_polysemantic(m, u);
    }
}

void mn_mixture_measure(mn_mixture *m, const uint32_t *by_class, int n_classes, uint64_t items,
                        int64_t step)
{
    uint64_t all = 0;
    double weighted = 0.0;
    const size_t n = (size_t)m->n * (size_t)n_classes;
    for (size_t i = 0; i < n; i++)
        all += by_class[i];
    for (int u = 0; u < m->n; u++) {
        const uint32_t *count = by_class + (size_t)u * (size_t)n_classes;
        uint64_t total = 0;
        for (int c = 0; c < n_classes; c++)
            total += count[c];
        const double H = entropy(count, n_classes, total),
                     share = all ? (double)total / (double)all : 0.0;
        m->fired[u] = total < UINT32_MAX ? (uint32_t)total : UINT32_MAX;
        m->entropy[u] = (float)H;
        m->share[u] = (float)share;
        m->top[u] = most_frequent(count, n_classes);
        weighted += total ? share * H : 0.0;
    }
    m->items = items;
    m->step = step;
    m->weighted = all ? weighted : (double)NAN;
    count_kinds(m);
}

void mn_mixture_copy(mn_mixture *to, const mn_mixture *from)
{
    assert(to->n == from->n);
    const mn_mixture own = *to;
    const size_t n = (size_t)from->n;
    *to = *from;
    to->fired = own.fired;
    to->entropy = own.entropy;
    to->share = own.share;
    to->top = own.top;
    memcpy(to->fired, from->fired, n * sizeof *to->fired);
    memcpy(to->entropy, from->entropy, n * sizeof *to->entropy);
    memcpy(to->share, from->share, n * sizeof *to->share);
    memcpy(to->top, from->top, n * sizeof *to->top);
}

bool mn_mixture_greedy(const mn_mixture *m, int unit)
{
    return (double)m->share[unit] * m->n >= MN_GREEDY_TIMES;
}

/* Equally frequent classes have exactly that entropy, up to rounding to float. */
bool mn_mixture_polysemantic(const mn_mixture *m, int unit)
{
    return (double)m->entropy[unit] >= log(MN_POLYSEMANTIC_CLASSES) - 1e-6;
}

int mn_mixture_histogram(const uint32_t *fired, int n, uint32_t bins[MN_COUNT_BINS])
{
    const double per_decade = MN_COUNT_BINS / MN_COUNT_DECADES;
    int never = 0;
    memset(bins, 0, MN_COUNT_BINS * sizeof *bins);
    for (int u = 0; u < n; u++) {
        const int bin = fired[u] ? (int)(log10((double)fired[u]) * per_decade) : 0;
        if (fired[u])
            bins[bin < MN_COUNT_BINS ? bin : MN_COUNT_BINS - 1]++;
        else
            never++;
    }
    return never;
}
