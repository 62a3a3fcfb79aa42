/* report.h: what a study came to, for people and as JSON.
 */
#ifndef MN_CLI_REPORT_H
#define MN_CLI_REPORT_H

#include <jansson.h>

#include "mnemoscope/results.h"

typedef struct mn_report_counts {
    int points, failed; /* failed: runs */
    double planned;     /* runs */
    const char *why;    /* of the first that failed, or NULL */
} mn_report_counts;

/* Sorted results only, here and below. */
MN_MUST_CHECK mn_status mn_report_count(const mn_results *r, mn_report_counts *out,
                                        mn_err *err);
/* Counts, table of best points, the best of all. */
MN_MUST_CHECK mn_status mn_report_text(const mn_results *r, mn_text *out, mn_err *err);
/* A new reference. */
MN_MUST_CHECK mn_status mn_report_json(const mn_results *r, const char *command_line,
                                       json_t **out, mn_err *err);

#endif
