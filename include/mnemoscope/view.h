/* view.h: a view turns a snapshot into a figure. Pure: no state of its own, no terminal.
 *
 * What a person chose about the looking (sort order, tile size, cursor) is the mn_look. Every
 * view has something to say at step 0 and in a small room: it chooses its parts by the room.
 */
#ifndef MNEMOSCOPE_VIEW_H
#define MNEMOSCOPE_VIEW_H

#include "mnemoscope/figure.h"
#include "mnemoscope/snapshot.h"

typedef struct mn_look {
    mn_order order;
    mn_index index;   /* which prototype index */
    mn_window window; /* of histograms */
    int tile_size;    /* dots; 0 = automatic */
    uint32_t first;   /* of the order: the page's first unit */
    int cursor;       /* unit */
    int lens;         /* show pixels as this task places them, or MN_LENS_... */
    bool inspect;     /* the unit under the cursor, large */
} mn_look;
void mn_look_defaults(mn_look *l);

typedef struct mn_view_ops {
    const char *name, *title, *about; /* "wall", "Memories" */
    char key;                         /* '1' .. '9'; 0: none, in the list of views only */
    /* For views that show the units page by page: how a page fits. NULL for all others. */
    mn_fit (*fit)(const mn_snapshot *s, const mn_look *l, mn_room room);
    /* Fills a figure for `room` (of the painter). Never fails; sets figure->full when it lacked
     * memory. */
    void (*make)(const mn_snapshot *s, const mn_look *l, mn_room room, mn_figure *f);
} mn_view_ops;
extern const mn_view_ops *const mn_views[]; /* NULL-terminated, views.def */
const mn_view_ops *mn_view_find(const char *name);
/* make, growing the figure's frame as often as needed. */
MN_MUST_CHECK mn_status mn_view_make(const mn_view_ops *v, const mn_snapshot *s,
                                     const mn_look *l, mn_room room, mn_figure *f, mn_err *err);

enum { MN_NOUN_MAX = 24 };
/* "memories", "neurons": what the model calls its units. Returns out. */
char *mn_view_units(const mn_snapshot *s, char out[MN_NOUN_MAX]);

/* Whether the unit counted as dead when the last epoch ended. */
bool mn_view_dead(const mn_snapshot *s, int unit);

/* The wall's tiles in this room (beside the inspector, when there is one): how many go across,
 * how many are shown. The cursor moves by it. */
mn_fit mn_view_wall_fit(const mn_snapshot *s, const mn_look *l, mn_room room);
/* Units that a wall in this room shows: what `viewport` asks the trainer for. */
uint32_t mn_view_page(const mn_snapshot *s, const mn_look *l, mn_room room);

#endif
