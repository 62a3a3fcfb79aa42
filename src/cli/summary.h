/* summary.h: what a run came to, for people and as JSON.
 *
 * Numbers are those of the full test sets; undefined ones are null, and say so in the text.
 */
#ifndef MN_CLI_SUMMARY_H
#define MN_CLI_SUMMARY_H

#include <jansson.h>

#include "mnemoscope/session.h"

typedef struct mn_summary_times {
    double seconds; /* of training, evaluations included */
    double items;   /* trained on in that time */
} mn_summary_times;

/* New references; NULL when memory is short. */
json_t *mn_summary_configuration(const mn_config *config);
json_t *mn_summary_json(const mn_snapshot *s, const mn_config *config,
                        const mn_summary_times *times, const char *command_line);
json_t *mn_summary_number(double x); /* null when it is not finite */
void mn_summary_text(const mn_snapshot *s, const mn_summary_times *times, mn_text *out);
/* Prints and releases `value`, indented, ended by a newline; 0, or 1 when that failed. */
int mn_summary_print(json_t *value);

#endif
