#include "session_impl.h"

#include <stdlib.h>
#include <string.h>

mn_status mn_history_init(mn_history *h, mn_err *err)
{
    *h = (mn_history){.spacing = 1};
    h->moments = calloc(MN_HISTORY_MAX, sizeof *h->moments);
    h->events = calloc(MN_EVENTS_MAX, sizeof *h->events);
    if (h->moments && h->events)
        return MN_OK;
    mn_history_finish(h);
    return mn_fail(err, MN_ENOMEM, "cannot allocate the history of a run");
}

void mn_history_finish(mn_history *h)
{
    free(h->moments);
    free(h->events);
    *h = (mn_history){0};
}

void mn_history_event(mn_history *h, int64_t step, bool intervention, const char *text)
{
    if (h->n_events == MN_EVENTS_MAX)
        memmove(h->events, h->events + 1, (size_t)--h->n_events * sizeof *h->events);
    mn_event *e = &h->events[h->n_events++];
    *e = (mn_event){.step = step, .intervention = intervention};
    snprintf(e->text, sizeof e->text, "%s", text);
}

/* Every second moment goes; the spacing doubles, so the curve stays even. */
static void thin(mn_history *h)
{
    int kept = 0;
    for (int i = 0; i < h->n_moments; i += 2)
        h->moments[kept++] = h->moments[i];
    h->n_moments = kept;
    h->spacing *= 2;
}

mn_moment *mn_history_moment(mn_history *h)
{
    if (h->n_moments > 0 && ++h->since < h->spacing)
        return NULL;
    h->since = 0;
    if (h->n_moments == MN_HISTORY_MAX)
        thin(h);
    mn_moment *m = &h->moments[h->n_moments++];
    memset(m, 0, sizeof *m);
    return m;
}
