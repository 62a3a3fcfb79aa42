/* chart.h: results of a study -> a figure. Pure, as views are: no terminal, no PNG.
 *
 * A chart says what it lacks when the results do not suit it. Every mean says over how many
 * runs. A third axis makes panels where there is room, else the one of the point under the
 * cursor is shown; of points that differ in further settings only, the best (fewest failed
 * runs, then the mean).
 */
#ifndef MNEMOSCOPE_CHART_H
#define MNEMOSCOPE_CHART_H

#include "mnemoscope/figure.h"
#include "mnemoscope/results.h"

/* What a person chose about the looking. */
typedef struct mn_chart_look {
    int x;     /* axis along which: index into r->axes; -1 = the chart chooses */
    int by;    /* axis of the series, or rows; -1 = chosen */
    int point; /* the point under the cursor, index into mn_results_points; -1 = none */
} mn_chart_look;
void mn_chart_look_defaults(mn_chart_look *l);

typedef struct mn_chart_ops {
    const char *name, *title, *about; /* "curve", "tasks", "heat", "table" */
    char key;
    /* Whether the results have what it shows; else one sentence in why. */
    bool (*suits)(const mn_results *r, const mn_chart_look *l, char *why, size_t size);
    void (*make)(const mn_results *r, const mn_chart_look *l, mn_room room, mn_figure *f);
} mn_chart_ops;
extern const mn_chart_ops *const mn_charts[]; /* NULL-terminated, charts.def */
const mn_chart_ops *mn_chart_find(const char *name);
MN_MUST_CHECK mn_status mn_chart_make(const mn_chart_ops *c, const mn_results *r,
                                      const mn_chart_look *l, mn_room room, mn_figure *f,
                                      mn_err *err);
/* The table of methods (variants, or the first axis) by the next axis, mean +- sd, as text or
 * Markdown, appended to `out`. */
MN_MUST_CHECK mn_status mn_chart_table_text(const mn_results *r, bool markdown, mn_text *out,
                                            mn_err *err);

#endif
