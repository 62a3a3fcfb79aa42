#include "mnemoscope/chart.h"

#include <string.h>

#include "chart_impl.h"

#define MN_CHART(id) extern const mn_chart_ops mn_chart_##id;
#include "charts.def"
#undef MN_CHART

const mn_chart_ops *const mn_charts[] = {
#define MN_CHART(id) &mn_chart_##id,
#include "charts.def"
#undef MN_CHART
    NULL};

const mn_chart_ops *mn_chart_find(const char *name)
{
    for (int i = 0; mn_charts[i]; i++)
        if (!strcmp(mn_charts[i]->name, name))
            return mn_charts[i];
    return NULL;
}

void mn_chart_look_defaults(mn_chart_look *l)
{
    *l = (mn_chart_look){.x = -1, .by = -1, .point = -1};
}

mn_status mn_chart_make(const mn_chart_ops *c, const mn_results *r, const mn_chart_look *l,
                        mn_room room, mn_figure *f, mn_err *err)
{
    char why[256] = "";
    bool suits = c->suits(r, l, why, sizeof why);
    do {
        mn_figure_reset(f);
        if (suits)
            c->make(r, l, room, f);
        else {
            mn_figure_title(f, "%s", c->title);
            mn_chart_say(f, room, why);
        }
    } while (f->full && mn_figure_grow(f));
    if (f->full)
        return mn_fail(err, MN_ENOMEM, "cannot allocate %zu bytes to draw the chart '%s'",
                       f->frame_wanted, c->name);
    return MN_OK;
}
