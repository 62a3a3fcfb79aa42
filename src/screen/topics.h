/* topics.h: the list behind `?` and `S`: everything that can be done, filtered by typing.
 *
 * Rows come from the tables (bindings, looks, commands, parameters, presets, views, indices)
 * and are made when the list opens. Enter on a row runs its line, or brings it to the prompt
 * when something is still to be typed.
 */
#ifndef MNEMOSCOPE_TOPICS_H
#define MNEMOSCOPE_TOPICS_H

#include <stdbool.h>
#include <stddef.h>

enum { MN_TOPICS_MAX = 320, MN_FILTER_MAX = 64 };

typedef struct mn_topic {
    char key[12];
    char what[64]; /* "up vertex", "set vertex=" */
    char line[64]; /* what Enter does */
    bool complete; /* false: Enter brings the line to the prompt */
    char help[176];
} mn_topic;

typedef struct mn_topics {
    const char *title;
    mn_topic *rows; /* MN_TOPICS_MAX, the screen's */
    int n, shown[MN_TOPICS_MAX], n_shown, at, top;
    char filter[MN_FILTER_MAX];
} mn_topics;

void mn_topics_fill_help(mn_topics *t, const char *model);
void mn_topics_fill_saving(mn_topics *t);
/* All strategies; `now`, the one in use, is the chosen row. */
void mn_topics_fill_strategies(mn_topics *t, const char *now);
/* All views; `now`, the one in focus, is the chosen row. */
void mn_topics_fill_views(mn_topics *t, int now);
/* Rows whose text has every word of `filter`, in any case. */
void mn_topics_filter(mn_topics *t, const char *filter);
/* Typing, moving; false when the key means nothing here. `page`: rows in view. */
bool mn_topics_key(mn_topics *t, int key, int page);
const mn_topic *mn_topics_chosen(const mn_topics *t); /* NULL when nothing matches */

#endif
