/* axis.h: one dimension of a space of settings: a parameter's name and the values it may take.
 *
 *     n=2,5,10,20              these values
 *     proportion=0:1:0.1       from, to, step
 *     strength=1e-2..1e6:log   anything between, evenly in the logarithm; without :log, evenly
 *     strength=1e-2..1e6:log:9 nine of them, evenly spaced: a list again (1..9:5 likewise)
 *
 * A plain value: copy it freely. Pure functions.
 */
#ifndef MNEMOSCOPE_AXIS_H
#define MNEMOSCOPE_AXIS_H

#include "mnemoscope/config.h"
#include "mnemoscope/text.h"

enum { MN_AXES_MAX = 6, MN_STOPS_MAX = 64, MN_VALUE_MAX = 32 };

typedef enum mn_axis_kind { MN_AXIS_STOPS, MN_AXIS_LINEAR, MN_AXIS_LOG } mn_axis_kind;

typedef struct mn_axis {
    char name[64]; /* "vertex", "model.rate": the parameter's own name, whatever alias was
                      given; or "variant" (study.h) */
    mn_axis_kind kind;
    bool whole;                             /* between lo and hi there are whole numbers only */
    int n_stops;                            /* MN_AXIS_STOPS */
    char stops[MN_STOPS_MAX][MN_VALUE_MAX]; /* as they are set */
    double lo, hi;                          /* otherwise */
} mn_axis;

/* Parses "NAME=VALUES" and checks every value against the configuration it will be set on. */
MN_MUST_CHECK mn_status mn_axis_parse(mn_axis *a, const char *text, const mn_config *base,
                                      mn_err *err);
/* The value at u in [0, 1): a stop, or a number between. Returns out (MN_VALUE_MAX). */
char *mn_axis_value(const mn_axis *a, double u, char *out);
/* The other way: a u whose value this is, or NAN when it is not on the axis. */
double mn_axis_position(const mn_axis *a, const char *value);
/* Appends text that mn_axis_parse reads back as the same axis. */
void mn_axis_print(const mn_axis *a, mn_text *out);

#endif
