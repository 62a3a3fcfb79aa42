/* chart_impl.h: what the charts share: the results surveyed, what lies along which axis, and
 * the words.
 *
 * A dimension is an axis of the results, by its number. All memory is the figure's frame.
 */
#ifndef MNEMOSCOPE_CHART_IMPL_H
#define MNEMOSCOPE_CHART_IMPL_H

#include "mnemoscope/chart.h"

enum { MN_DIMENSIONS_MAX = 2 * MN_AXES_MAX, MN_NO_DIMENSION = -1 };

typedef struct mn_dimension {
    int n_stops;       /* 0 = anything between */
    bool variant;      /* whole bundles of settings, by name */
    bool searched;     /* not part of the grid */
    bool numeric, log; /* log: evenly spaced in the logarithm */
    bool open;         /* takes more than one value, so that it may lie along something */
    const char *name;  /* short, for legends: "n" */
    const char *title; /* for axes: "rehearsal proportion" */
} mn_dimension;

typedef struct mn_survey {
    const mn_results *results;
    mn_figure *figure;
    int n_dimensions;
    mn_dimension dimensions[MN_DIMENSIONS_MAX];
    size_t n; /* points; 0 when the frame is full */
    mn_point *points;
    int *stops; /* (n, n_dimensions): number of the stop; -1 = none */
} mn_survey;
mn_survey mn_survey_of(const mn_results *r, mn_figure *f);
/* The setting of a point along a dimension, as text and as a number (NAN: it is none). */
const char *mn_survey_setting(const mn_survey *s, size_t point, int dimension);
double mn_survey_number(const mn_survey *s, size_t point, int dimension);
const char *mn_survey_stop(const mn_survey *s, int dimension, int stop);
int mn_survey_at(const mn_survey *s, size_t point, int dimension); /* its stop */
/* The point under the cursor, or of all points the best; -1 when none ended well. */
long mn_survey_chosen(const mn_survey *s, int point);
bool mn_survey_is_better(const mn_survey *s, size_t a, long b);
int mn_survey_failed(const mn_survey *s); /* runs */

/* Names of settings that an earlier study found for the cells; returns how many. */
enum { MN_PINS_SHOWN = 6 };
int mn_survey_pins(const mn_survey *s, const char *names[MN_PINS_SHOWN]);
const char *mn_survey_pinned(const mn_survey *s, size_t point, const char *name); /* or "" */

/* The first open dimension that is none of the `taken`: of the grid unless `searched`. */
typedef enum mn_wish { MN_WISH_ANY, MN_WISH_NUMERIC } mn_wish;
int mn_survey_free(const mn_survey *s, const int *taken, int n, mn_wish wish);
/* `wanted` when it is an open dimension, else MN_NO_DIMENSION. */
int mn_survey_wanted(const mn_survey *s, int wanted);

/* Panels: small charts beside each other, one per stop of a dimension; only the chosen
 * point's when there is no room for all. */
typedef struct mn_panels {
    int dimension; /* MN_NO_DIMENSION: one panel of everything */
    int first, n, across;
} mn_panels;
mn_panels mn_panels_of(const mn_survey *s, int dimension, int point, mn_room room,
                       int least_cols, int least_rows);
bool mn_panels_hold(const mn_survey *s, const mn_panels *p, int panel, size_t point);
/* Adds the part of a panel, titled with its setting. */
mn_part *mn_panels_add(const mn_survey *s, const mn_panels *p, int panel, mn_mark_kind kind,
                       const void *mark);

/* "average accuracy (%)". */
const char *mn_objective_title(const mn_results *r);
/* "n 2", "EWC": a setting with its name where the setting alone would say too little. */
const char *mn_survey_words(const mn_survey *s, int dimension, const char *setting);
/* "3.2e4": a number's setting in three digits, any other as it is. */
const char *mn_survey_brief(const mn_survey *s, const char *setting);
/* "mean ± sd of 3 runs", "mean of 1 to 3 runs", "one run each", and what failed. */
const char *mn_survey_runs(const mn_survey *s, bool spread);
/* Everything that is open of a point: "EWC · n 5 · strength 3.2e4". */
const char *mn_survey_point(const mn_survey *s, size_t point);
/* The title of the results, or `otherwise`; the runs as the status. */
void mn_survey_head(const mn_survey *s, const char *otherwise);
/* A part that is only a message. */
void mn_chart_say(mn_figure *f, mn_room room, const char *text);
/* The table of methods: the best point of every cell of two dimensions of the grid. Rows of
 * notes below a method's row say which other settings its points have. */
typedef enum mn_detail { MN_DETAIL_FULL, MN_DETAIL_PLAIN, MN_DETAIL_MEANS } mn_detail;
/* FULL: "87.3 ± 1.2 (3)", PLAIN: "87.3 ± 1.2", MEANS: "87.3" under bare headings. NULL when the
 * frame is full. */
mn_table *mn_tabulate(const mn_survey *s, const mn_chart_look *l, mn_detail detail);
/* A note: its row belongs to the method's above it. */
bool mn_table_is_note(const mn_table *t, int row);

/* Whether an axis has numbers, and more than one value. */
bool mn_chart_is_numeric(const mn_axis *a);
/* Whether any run ended well; else the sentence that says so. */
bool mn_chart_has_runs(const mn_results *r, char *why, size_t size);

#endif
