#include "mnemoscope/view.h"

#include <string.h>

#define MN_VIEW(id) extern const mn_view_ops mn_view_##id;
#include "views.def"
#undef MN_VIEW

const mn_view_ops *const mn_views[] = {
#define MN_VIEW(id) &mn_view_##id,
#include "views.def"
#undef MN_VIEW
    NULL};

const mn_view_ops *mn_view_find(const char *name)
{
    for (int i = 0; mn_views[i]; i++)
        if (!strcmp(mn_views[i]->name, name))
            return mn_views[i];
    return NULL;
}

void mn_look_defaults(mn_look *l)
{
    *l = (mn_look){.order = MN_BY_NUMBER, .window = MN_EPOCH, .lens = MN_LENS_AUTO};
}

mn_status mn_view_make(const mn_view_ops *v, const mn_snapshot *s, const mn_look *l,
                       mn_room room, mn_figure *f, mn_err *err)
{
    do {
        mn_figure_reset(f);
        v->make(s, l, room, f);
    } while (f->full && mn_figure_grow(f));
    if (f->full)
        return mn_fail(err, MN_ENOMEM, "cannot allocate %zu bytes to draw the view '%s'",
                       f->frame_wanted, v->name);
    return MN_OK;
}
