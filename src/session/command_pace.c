#include "session_impl.h"

#include <string.h>

/* Steps a second; 0 is as fast as it goes and stands above all. */
static const double stops[] = {0.5, 1, 2, 5, 10, 20, 50, 100, 0};
enum { N_STOPS = sizeof stops / sizeof *stops };

static double neighbour(double pace, int direction)
{
    int at = N_STOPS - 1;
    for (int i = 0; i < N_STOPS - 1 && pace > 0.0; i++)
        if (stops[i] >= pace) {
            at = i;
            break;
        }
    at += direction;
    return stops[at < 0 ? 0 : at >= N_STOPS ? N_STOPS - 1 : at];
}

static mn_status run(mn_session *s, const mn_words *args, mn_text *say, mn_err *err)
{
    const char *word = args->word[1];
    int64_t n = 0;
    if (!strcmp(word, "slower")) {
        s->pace = neighbour(s->pace, -1);
    } else if (!strcmp(word, "faster")) {
        s->pace = neighbour(s->pace, +1);
    } else if (!strcmp(word, "max")) {
        s->pace = 0.0;
    } else {
        mn_status status = mn_number_of("steps a second", word, 1, 100000, &n, err);
        if (status != MN_OK)
            return status;
        s->pace = (double)n;
    }
    if (s->pace > 0.0)
        mn_text_add(say, "at most %g steps a second", s->pace);
    else
        mn_text_add(say, "as fast as it goes");
    return MN_OK;
}

const mn_command_ops mn_command_pace = {
    .name = "pace",
    .usage = "slower|faster|max|N",
    .help = "at most N steps a second; what is computed stays the same",
    .kind = MN_ACTION,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
