/* portrait.h: what a model shows of itself besides its units, as a flat value: a few curves and
 * a few facts.
 *
 * Filled by a model, carried by snapshots, shown by one view. Numbers only: text is for a
 * person and says units.
 */
#ifndef MNEMOSCOPE_PORTRAIT_H
#define MNEMOSCOPE_PORTRAIT_H

#include <stdbool.h>

enum { MN_PORTRAIT_SERIES = 6, MN_PORTRAIT_POINTS = 128, MN_PORTRAIT_FACTS = 12 };

typedef struct mn_portrait_series {
    char name[32];
    int n;
    double x[MN_PORTRAIT_POINTS], y[MN_PORTRAIT_POINTS]; /* NAN in y: a gap */
    bool dim;                                            /* a reference, not the thing itself */
} mn_portrait_series;

typedef struct mn_portrait {
    char title[64];              /* "Intersections of circles" */
    char x_name[32], y_name[32]; /* with units */
    bool x_log, y_log;
    int n_series, n_facts;
    mn_portrait_series series[MN_PORTRAIT_SERIES];
    char facts[MN_PORTRAIT_FACTS]
              [96]; /* one line each: "critical distance 209 bits at d 447" */
} mn_portrait;

/* Room for a series of at most n points, cut at MN_PORTRAIT_POINTS; NULL when all are taken. */
mn_portrait_series *mn_portrait_add(mn_portrait *p, const char *name, int n);
void mn_portrait_fact(mn_portrait *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
