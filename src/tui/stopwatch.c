#include "stopwatch.h"

/* A command that has nothing to say is not waited for any longer. */
static const double patience = 2.0; /* seconds */

bool mn_stopwatch_waits(const mn_stopwatch *w, double now)
{
    return w->waiting && now - w->since < patience;
}

void mn_stopwatch_press(mn_stopwatch *w, double now, uint64_t message)
{
    if (mn_stopwatch_waits(w, now))
        return;
    *w = (mn_stopwatch){.waiting = true,
                        .since = now,
                        .before = message,
                        .n = w->n,
                        .sum = w->sum,
                        .most = w->most};
}

void mn_stopwatch_draw(mn_stopwatch *w, uint64_t message)
{
    w->answered = w->waiting && message != w->before;
}

void mn_stopwatch_show(mn_stopwatch *w, double now)
{
    const double took = now - w->since;
    if (!w->answered)
        return;
    w->waiting = w->answered = false;
    if (took >= patience)
        return;
    w->n++;
    w->sum += took;
    if (took > w->most)
        w->most = took;
}
