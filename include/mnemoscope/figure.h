/* figure.h: what a view wants to show, without a terminal or a PNG in it.
 *
 * A figure is a title, a status and parts stacked in columns; each part carries one mark.
 * Painters know how to paint every mark as cells and as pixels. All memory, marks and strings
 * included, comes from the figure's own frame arena: mn_figure_reset forgets everything at once
 * and nothing is freed singly. One thread. Colours are never given: a mark says what a number
 * means (signed, unsigned, class) and the painter's palette decides.
 */
#ifndef MNEMOSCOPE_FIGURE_H
#define MNEMOSCOPE_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mnemoscope/status.h"

typedef enum mn_mark_kind {
    MN_MARK_TILES,
    MN_MARK_LINES,
    MN_MARK_BARS,
    MN_MARK_HEAT,
    MN_MARK_HIST,
    MN_MARK_TEXT,
    MN_MARK_TABLE,
    MN_MARK_SCATTER,
    MN_N_MARKS
} mn_mark_kind;

/* How numbers map to colour or ink. Signed: symmetric limits, zero is the background. */
typedef enum mn_scale { MN_SIGNED, MN_UNSIGNED } mn_scale;

/* Emphasis; never by colour alone in the painters. */
typedef enum mn_tone { MN_PLAIN, MN_STRONG, MN_DIM, MN_GOOD, MN_BAD, MN_ACCENT } mn_tone;

/* A wall of pictures of one size. Painters choose how many fit (mn_tiles_fit), starting at tile
 * 0. */
typedef struct mn_tiles {
    int n, width, height, channels; /* of each tile, native; channels 1 or 3 (planes) */
    const float *pixels;            /* (n, channels*width*height) */
    mn_scale scale;
    float lo, hi;              /* limits; signed: -hi .. hi */
    int size;                  /* wanted dots across a tile; 0 = mn_tiles_fit chooses */
    const char *const *labels; /* n, one line under each tile; NULL = none */
    const mn_tone *tones;      /* n, of the labels; NULL = plain */
    const int *classes;        /* n, class for the frame's colour, -1 = none; NULL = none */
    int cursor;                /* index of the tile under the cursor, or -1 */
    bool scale_bar;
} mn_tiles;

typedef struct mn_series {
    const char *name; /* in the legend; NULL = it needs none */
    int n;
    const double *x, *y;   /* NAN in y: a gap */
    int class;             /* colour and dash by class number */
    bool dim;              /* a ghost */
    const double *lo, *hi; /* a band around y (n each) behind all lines, or NULL */
    bool points;           /* a marker at every point */
    int best, cursor; /* points set off, counted from 1; 0 = none. The legend says best's y */
} mn_series;
typedef struct mn_flag { /* an event on the x axis */
    double x;
    const char *text;
    mn_tone tone;
} mn_flag;
typedef struct mn_lines {
    int n_series, n_flags;
    const mn_series *series;
    const mn_flag *flags;
    double x_lo, x_hi, y_lo, y_hi;
    const char *x_name, *y_name; /* with units: "steps", "test accuracy (%)" */
    bool y_log, x_log;
} mn_lines;

typedef struct mn_bar { /* drawn from zero, or from the limit nearest to it */
    const char *label;
    double value;     /* NAN = undefined: painted as such */
    const char *text; /* "93.1" and what goes behind it */
    mn_tone tone;
    bool current; /* the one being worked on */
    int class;    /* colour, -1 = accent */
} mn_bar;
typedef struct mn_bars {
    int n;
    const mn_bar *bars;
    double lo, hi;
} mn_bars;

typedef struct mn_heat {
    int n_rows, n_cols;
    const float *values; /* (n_rows, n_cols), NAN = undefined, painted as a dot (in ASCII, where
                            dots are small numbers, as an apostrophe) */
    const char *const *row_labels, *const *col_labels; /* may be NULL */
    mn_scale scale;
    float lo, hi;
    const char
        *format; /* "%5.1f": print the numbers; NULL = colour only, stretched to the room */
    const char *x_name, *y_name;
    /* Stretched ones only: events at places of the columns' axis, as dotted verticals with
     * their texts above; one at x_lo names what held from the start and has no vertical. */
    int n_flags;
    const mn_flag *flags;
    double x_lo, x_hi;
    const char *lo_text, *hi_text; /* at the scale's ends in place of lo and hi, or NULL */
    bool spread;      /* numbers in cells that fill the room, with the axes' names; colour only
                         where the numbers do not fit */
    int best, cursor; /* cells set off, row * n_cols + col counted from 1; 0 = none */
} mn_heat;

typedef struct mn_hist {
    int n;
    const double *counts;
    double lo, hi; /* of the x axis */
    const char *x_name, *y_name;
    int marked; /* bin with the cursor's unit, or -1 */
} mn_hist;

/* Points on a plane, the same scale both ways when `square`. Groups are drawn in order, later
 * ones on top. */
typedef struct mn_spot {
    double x, y;
    int class; /* colour and letter; -1 = plain */
} mn_spot;
typedef struct mn_spot_group {
    const char *name; /* in the legend; NULL = it needs none */
    int n;
    const mn_spot *spots;
    bool dim;   /* a background: dots without a letter */
    bool large; /* set off from the background */
} mn_spot_group;
typedef struct mn_scatter {
    int n_groups;
    const mn_spot_group *groups;
    double x_lo, x_hi, y_lo, y_hi;
    const char *x_name, *y_name; /* with units; NULL: an axis that means nothing in itself */
    bool y_log, square;
    int cursor_group, cursor; /* the point set off, or -1 */
    int n_classes; /* in the legend, named by class_names; 0 = no legend of classes */
    const char *const *class_names;
} mn_scatter;

typedef struct mn_run_of_text {
    const char *text;
    mn_tone tone;
} mn_run_of_text;
typedef struct mn_text_lines {
    int n;
    const mn_run_of_text *lines;
} mn_text_lines;

/* Words and numbers in rows and columns: the first column to the left, the others to the
 * right. What does not fit is left out at the end, which is said. */
typedef struct mn_table {
    int n_rows, n_cols, n_head; /* so many rows are headings, ruled off */
    const char *const *texts;   /* (n_rows, n_cols); NULL = empty */
    const mn_tone *tones;       /* (n_rows, n_cols), or NULL = plain */
    int cursor;                 /* cell set off, row * n_cols + col counted from 1; 0 = none */
} mn_table;

/* Where a part goes: columns from left to right, two columns of text apart, share the width by
 * weight, parts in a column are stacked. */
typedef struct mn_part {
    mn_mark_kind kind;
    const void *mark;
    const char *title; /* small heading over the part (one more row), or NULL */
    int column;
    double column_weight; /* of its column; the first part of a column decides */
    int rows;             /* text rows wanted; 0 = a share of what is left, by weight */
    double weight;
    int min_rows; /* with less room than this the painter leaves the part out */
} mn_part;

enum { MN_PARTS_MAX = 12, MN_COLUMN_GAP = 2 }; /* columns of parts stand two cells apart */
typedef struct mn_figure {
    const char *title;  /* "Memories 1-8/64" */
    const char *status; /* "sort: wins  +-0.82" */
    int n_parts;
    mn_part parts[MN_PARTS_MAX];
    unsigned char *frame; /* the arena */
    size_t frame_size, frame_used, frame_wanted;
    bool full; /* something did not fit: grow with mn_figure_grow and make the figure again */
} mn_figure;

MN_MUST_CHECK mn_status mn_figure_init(mn_figure *f, mn_err *err);
void mn_figure_finish(mn_figure *f);
void mn_figure_reset(mn_figure *f);
/* Enough room for what was wanted; true when making the figure again is worth it. */
bool mn_figure_grow(mn_figure *f);
/* Zeroed room in the frame; NULL when full (`full` is set: views return at once). */
void *mn_figure_room(mn_figure *f, size_t n, size_t size);
const char *mn_figure_text(mn_figure *f, const char *fmt, ...)
    MN_PRINTF(2, 3); /* "" when full */
void mn_figure_title(mn_figure *f, const char *fmt, ...) MN_PRINTF(2, 3);
void mn_figure_status(mn_figure *f, const char *fmt, ...) MN_PRINTF(2, 3);
/* Adds a part; the mark must live in the frame or be constant. Past MN_PARTS_MAX is our bug. */
mn_part *mn_figure_add(mn_figure *f, mn_mark_kind kind, const void *mark);

/* How a wall of tiles fits a room of cols x rows cells, each cell dots_x x dots_y dots. Cells
 * are twice as high as wide. A gap of one column stands left of every tile. */
typedef struct mn_room {
    int cols, rows, dots_x, dots_y;
} mn_room;
typedef struct mn_fit {
    int size_x, size_y;       /* dots per tile */
    int tile_cols, tile_rows; /* cells per tile with label, without gap */
    int across, down, shown;
} mn_fit;
/* With size 0: the largest whole multiple of the native size at which all n fit; else the
 * largest size below native at which they do, but never so small that a digit cannot be read:
 * then `shown` < n. Nothing is shown in a room too small for one legible tile. */
mn_fit mn_tiles_fit(int n, int width, int height, int size, bool labels, mn_room room);

#endif
