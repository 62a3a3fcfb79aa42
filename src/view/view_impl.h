/* view_impl.h: what the views share: writing text parts, and saying numbers the same way
 * everywhere.
 *
 * Words stay in ASCII but for what the painters know how to spell without UTF-8.
 */
#ifndef MNEMOSCOPE_VIEW_IMPL_H
#define MNEMOSCOPE_VIEW_IMPL_H

#include "mnemoscope/view.h"

/* A text part under construction; lines past its room are dropped. */
typedef struct mn_writer {
    mn_figure *figure;
    mn_run_of_text *lines;
    int n, room;
} mn_writer;

mn_writer mn_writer_begin(mn_figure *f, int room);
void mn_writer_line(mn_writer *w, mn_tone tone, const char *fmt, ...) MN_PRINTF(3, 4);
/* `text` broken at blanks into lines of at most `cols`. */
void mn_writer_wrap(mn_writer *w, mn_tone tone, int cols, const char *text);
/* Adds the part, as high as its text; NULL when nothing was written. */
mn_part *mn_writer_end(mn_writer *w, int column);

/* A part that is only a message, for views with nothing to show yet. */
void mn_view_say(mn_figure *f, mn_room room, const char *text);

/* "12.3" or "-": a percentage of a share, undefined said so. */
const char *mn_view_percent(mn_figure *f, double share, int decimals);
/* "now", "12 steps ago", "never". */
const char *mn_view_age(mn_figure *f, int64_t now, int64_t then);
/* "feat", "mix" or "prot": thirds of an index; "" when undefined. */
const char *mn_view_chip(double index);
/* The window itself, or the first shorter or longer one in which items were seen. */
mn_window mn_view_window(const mn_units *u, mn_window wanted);
/* The firings by class that go with a window, or others that were counted; NULL: none were. */
const mn_mixture *mn_view_mixture(const mn_snapshot *s, mn_window w, mn_census *census);
/* Share of the items in a window for which the unit fired; NAN without items. */
double mn_view_rate(const mn_units *u, mn_window w, uint32_t unit);
/* Smallest and largest of the finite ones; false when there is none. */
bool mn_view_span(const double *y, int n, double *lo, double *hi);
/* How many classes a unit votes for: those with at least half its largest class weight, when
 * that is positive. One: *class names it, else *class is -1. None before they are measured. */
int mn_view_votes(const mn_snapshot *s, uint32_t unit, int *class);
/* The vertex as the headline gives it; false for a model that has none. */
bool mn_view_vertex(const mn_snapshot *s, double *n);
/* "7", "sandal": the class by its name, or its number. */
const char *mn_view_class(const mn_snapshot *s, int class, mn_figure *f);
/* "Memory" and "Memories", or what the model calls its units. */
const char *mn_view_unit_title(const mn_snapshot *s, mn_figure *f);
const char *mn_view_units_title(const mn_snapshot *s, mn_figure *f);
/* Whether the unit is one of the snapshot's (a look may be older than the experiment). */
bool mn_view_unit(const mn_snapshot *s, int unit);

enum { MN_STRIP_LEAST_ROWS = 4 };
/* Adds the strip of an index over time, with the changes of the vertex; there must be a moment.
 * NULL when the frame is full. */
mn_part *mn_view_strip(const mn_snapshot *s, mn_index index, mn_room room, int column,
                       mn_figure *f);

/* The steps of all moments. */
double *mn_view_steps(const mn_snapshot *s, mn_figure *f);
/* A chart of n series against steps, which are the caller's to fill; NULL when the frame is
 * full. */
mn_lines *mn_view_lines(const mn_snapshot *s, int n, mn_series **series, mn_figure *f);
/* Adds every task's accuracy over time, `x` from mn_view_steps; `all`: with all events, not
 * only those that concern tasks and strategy. NULL when the frame is full. */
mn_part *mn_view_course(const mn_snapshot *s, const double *x, bool all, int column,
                        mn_figure *f);

/* The strategy keeps items or dreams, or will at the end of a task. */
bool mn_view_has_buffer(const mn_snapshot *s);
/* What the strategy holds against forgetting and what that comes to, in one sentence. */
const char *mn_view_method(const mn_snapshot *s, mn_figure *f);

/* Training items as pictures in one row, or more where they get larger by that. */
typedef struct mn_items {
    int n;
    const float *pixels;     /* (n, width*height*channels) */
    const int *label, *task; /* (n): class or -1; task from 0 */
    const float *number;     /* (n), said under the item; NULL = none */
} mn_items;
/* Adds them with a title; NULL when there is no room for one, or the frame is full. */
mn_part *mn_view_items(const mn_snapshot *s, const mn_items *items, const char *title,
                       mn_room room, int column, mn_figure *f);

/* The inspector: the unit under the cursor, large, with everything that is known about it. */
void mn_view_inspector(const mn_snapshot *s, const mn_look *l, mn_room room, int column,
                       mn_figure *f);

#endif
