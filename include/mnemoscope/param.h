/* param.h: a parameter, described once and used everywhere.
 *
 * A table of mn_param describes the fields of a plain struct (the "block"). The same row drives
 * the flag, `set`, the keys, the man page, the completions and the checkpoint. Field types by
 * kind: MN_INT int, MN_REAL double, MN_BOOL bool, MN_CHOICE int (index into `choices`), MN_TEXT
 * char[text_size]. Values out of range are refused with the range; nothing is clamped silently.
 * Pure functions.
 */
#ifndef MNEMOSCOPE_PARAM_H
#define MNEMOSCOPE_PARAM_H

#include <stdbool.h>
#include <stddef.h>

#include "mnemoscope/status.h"

typedef enum mn_kind { MN_INT, MN_REAL, MN_BOOL, MN_CHOICE, MN_TEXT } mn_kind;

enum {
    MN_LIVE = 1, /* may change between two steps; without it, changing needs a new experiment */
    MN_LOG = 2,  /* the natural scale is logarithmic: keys double and halve */
    MN_COMMON = 4 /* one of the few that --help shows */
};

typedef struct mn_param {
    const char *name;  /* [a-z0-9-]+, unique in its table, British spelling */
    const char *alias; /* the papers' letter ("n", "K", "T"), or NULL */
    mn_kind kind;
    size_t offset; /* in the block */
    double min, max, def;
    const char *def_text;       /* MN_TEXT: the default */
    size_t text_size;           /* MN_TEXT: room in the block, with the final NUL */
    const char *const *choices; /* MN_CHOICE: NULL-terminated; `def` is the index */
    const double *ladder;       /* stops for the keys, ascending, ended by 0; or NULL */
    unsigned flags;
    const char *unit; /* "" where there is none */
    const char *help; /* one clause, lower case, no full stop */
} mn_param;

typedef struct mn_param_table {
    const mn_param *rows;
    size_t n;
} mn_param_table;

/* By name or alias; NULL when absent. Names are exact, aliases are case-sensitive ("n" is not
 * "N"). */
const mn_param *mn_param_find(mn_param_table t, const char *name);
void mn_param_defaults(mn_param_table t, void *block);

/* Parses `text` into the row's field. On failure the block is unchanged and the message names
 * the parameter, the value found and the values wanted. */
MN_MUST_CHECK mn_status mn_param_set(const mn_param *p, void *block, const char *text,
                                     mn_err *err);

/* Prints so that mn_param_set reads back the same value. Returns out. */
char *mn_param_print(const mn_param *p, const void *block, char *out, size_t size);
/* "2 to 100", "polynomial, rectified or leaky", "yes or no", "text": what may be given. */
char *mn_param_wanted(const mn_param *p, char *out, size_t size);

double mn_param_number(const mn_param *p, const void *block); /* not MN_TEXT */
/* The next value up (direction +1) or down (-1) for a key: along the ladder, doubling or
 * halving when MN_LOG, by one otherwise; the next choice or the other truth value, wrapping.
 * Stays in range. */
double mn_param_neighbour(const mn_param *p, double value, int direction);

#endif
