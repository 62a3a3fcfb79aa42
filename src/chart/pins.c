/* pins.c: settings that an earlier study found: lines "pin CELL NAME=VALUE ..." of the plan's
 * text. They lie along no axis, but a table of methods says them. */
#include <stdlib.h>
#include <string.h>

#include "chart_impl.h"

/* The words of the next line of pins; NULL after the last. */
static const char *next_line(const char *at, mn_words *w)
{
    while (at && *at) {
        char line[MN_LINE_MAX];
        size_t n = strcspn(at, "\n");
        bool pin = !strncmp(at, "pin ", 4) && n < sizeof line;
        memcpy(line, at, pin ? n : 0);
        line[pin ? n : 0] = '\0';
        at += n + (at[n] == '\n');
        if (pin && mn_words_split(w, line, NULL) == MN_OK && w->n > 2)
            return at;
    }
    return NULL;
}

static void add_name(mn_figure *f, const char *word, const char *names[], int *n)
{
    size_t length = strcspn(word, "=");
    for (int i = 0; i < *n; i++)
        if (strlen(names[i]) == length && !strncmp(names[i], word, length))
            return;
    if (*n < MN_PINS_SHOWN)
        names[(*n)++] = mn_figure_text(f, "%.*s", (int)length, word);
}

int mn_survey_pins(const mn_survey *s, const char *names[MN_PINS_SHOWN])
{
    mn_words w;
    int n = 0;
    for (const char *at = s->results->plan; (at = next_line(at, &w));)
        for (int i = 2; i < w.n; i++)
            add_name(s->figure, w.word[i], names, &n);
    return n;
}

const char *mn_survey_pinned(const mn_survey *s, size_t point, const char *name)
{
    mn_words w;
    size_t length = strlen(name);
    for (const char *at = s->results->plan; (at = next_line(at, &w));)
        for (int i = 2; atoi(w.word[1]) == s->points[point].cell && i < w.n; i++)
            if (!strncmp(w.word[i], name, length) && w.word[i][length] == '=')
                return mn_figure_text(s->figure, "%s", w.word[i] + length + 1);
    return "";
}
