#include "stream_title.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { RUNS_MAX = 6 };

/* A line that is being written; what has no room is cut off. */
struct line {
    char *text;
    size_t size, used;
};

static MN_PRINTF(2, 3) void add(struct line *l, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    if (l->used < l->size)
        l->used += (size_t)vsnprintf(l->text + l->used, l->size - l->used, fmt, args);
    va_end(args);
}

/* Neighbouring classes first .. last; two of them are two runs: "2 and 3", but "2 to 4". */
struct run {
    int first, last;
};

/* Returns how many there are, of which at most RUNS_MAX are written. */
static int find_runs(const bool *classes, int n_classes, struct run *runs)
{
    int n = 0;
    for (int c = 0; c < n_classes; c++) {
        int last = c;
        if (!classes[c])
            continue;
        while (last + 1 < n_classes && classes[last + 1])
            last++;
        if (last == c + 1)
            last = c;
        if (n++ < RUNS_MAX)
            runs[n - 1] = (struct run){c, last};
        c = last;
    }
    return n;
}

static void add_classes(struct line *l, const mn_plan *plan, const mn_dataset *d)
{
    struct run runs[RUNS_MAX];
    int n_classes = mn_dataset_shape(d)->n_classes, n = 0;
    int n_runs = find_runs(plan->classes, n_classes, runs);
    for (int c = 0; c < n_classes; c++)
        n += plan->classes[c];
    if (n_runs > RUNS_MAX) {
        add(l, "%d %s", n, mn_dataset_noun(d, n));
        return;
    }
    add(l, "%s ", mn_dataset_noun(d, n));
    for (int i = 0; i < n_runs; i++) {
        add(l, "%s%d", i == 0 ? "" : i + 1 < n_runs ? ", " : " and ", runs[i].first);
        if (runs[i].last > runs[i].first)
            add(l, " to %d", runs[i].last);
    }
}

static void add_share(struct line *l, double share)
{
    if (share >= 1.0)
        add(l, "all pixels moved");
    else if (fabs(share - 0.5) < 1e-9)
        add(l, "half the pixels moved");
    else
        add(l, "%.3g %% of the pixels moved", 100.0 * share);
}

char *mn_stream_title(const mn_plan *plan, const mn_dataset *d, const char *data_name,
                      char *out, size_t size)
{
    struct line l = {out, size, 0};
    add(&l, "%s", plan->title);
    if (*plan->title)
        return out;
    if (plan->classes)
        add_classes(&l, plan, d);
    if (plan->data)
        add(&l, "%s%s", plan->classes ? " of " : "", data_name);
    if (fmod(plan->angle, 360.0) != 0.0)
        add(&l, "%sturned by %.4g degrees", l.used ? ", " : "", plan->angle);
    if (plan->share > 0.0) {
        add(&l, "%s", l.used ? ", " : "");
        add_share(&l, plan->share);
    }
    if (!l.used)
        add(&l, "all items");
    return out;
}
