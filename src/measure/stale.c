#include "mnemoscope/stale.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

const int mn_stale_pulses[MN_STALE_PULSES] = {0, 1, 20, 22, 23, 24, 25, 50, 90};
const int mn_stale_again[MN_STALE_AGAIN] = {0, 1, 50};

const char *mn_memory_name(mn_memory m)
{
    static const char *const names[MN_N_MEMORIES] = {"momentum", "adam", "rmsprop"};
    return names[m];
}

mn_stale mn_stale_published(void)
{
    return (mn_stale){.gradient = 0.2,
                      .gamma = 0.9,
                      .beta1 = 0.9,
                      .beta2 = 0.999,
                      .alpha = 0.99,
                      .epsilon = 1e-8};
}

/* What an optimiser carries from step to step. */
typedef struct traces {
    double mean, square;
} traces;

/* m <- gamma m + g, the update itself (equation 15). */
static mn_stale_step step_momentum(const mn_stale *p, double g, traces *t)
{
    t->mean = p->gamma * t->mean + g;
    return (mn_stale_step){.mean = t->mean, .root = 1.0, .update = t->mean};
}

/* m^ / (sqrt(v^) + epsilon) with m^ = m / (1 - beta1), v^ = v / (1 - beta2) at every step
 * (equation 16): the published figures have no correction that depends on time. */
static mn_stale_step step_adam(const mn_stale *p, double g, traces *t)
{
    t->mean = p->beta1 * t->mean + (1.0 - p->beta1) * g;
    t->square = p->beta2 * t->square + (1.0 - p->beta2) * g * g;
    const double mean = t->mean / (1.0 - p->beta1);
    const double root = sqrt(t->square / (1.0 - p->beta2));
    return (mn_stale_step){.mean = mean, .root = root, .update = mean / (root + p->epsilon)};
}

/* g / (sqrt(v) + epsilon) (equation 17): without a gradient nothing moves. */
static mn_stale_step step_rmsprop(const mn_stale *p, double g, traces *t)
{
    t->square = p->alpha * t->square + (1.0 - p->alpha) * g * g;
    const double root = sqrt(t->square);
    return (mn_stale_step){.mean = g, .root = root, .update = g / (root + p->epsilon)};
}

static mn_stale_step step(const mn_stale *p, mn_memory m, double g, traces *t)
{
    switch (m) {
    case MN_MOMENTUM: return step_momentum(p, g, t);
    case MN_ADAM: return step_adam(p, g, t);
    default: return step_rmsprop(p, g, t);
    }
}

void mn_stale_run(const mn_stale *p, mn_memory m, const int *pulses, size_t n_pulses, size_t n,
                  mn_stale_step *out)
{
    traces t = {0};
    size_t next = 0;
    for (size_t i = 0; i < n; i++) {
        const bool pulse = next < n_pulses && (size_t)pulses[next] == i;
        next += pulse;
        out[i] = step(p, m, pulse ? p->gradient : 0.0, &t);
    }
}

double mn_stale_excess(const mn_stale *p, mn_memory m, int gap)
{
    assert(gap >= MN_STALE_PAIR);
    traces t = {0};
    mn_stale_step last = {0};
    for (int i = 0; i <= gap; i++)
        last = step(p, m, i < MN_STALE_PAIR || i == gap ? p->gradient : 0.0, &t);
    return last.update - p->gradient;
}
