/* looks_impl.h: one function per row of looks.def, and how they read their arguments. */
#ifndef MNEMOSCOPE_LOOKS_IMPL_H
#define MNEMOSCOPE_LOOKS_IMPL_H

#include "screen_impl.h"

#define MN_LOOK(id, called, words, about, least, most)                                         \
    mn_status mn_look_##id(mn_screen *s, const mn_words *a, const mn_snapshot *snap,           \
                           mn_err *err);
#include "looks.def"
#undef MN_LOOK

/* A name per number; NULL past the last: what the tables of names have in common. */
typedef const char *(*mn_naming)(int i);

/* The one named by the only argument, or the one after `now` without arguments. */
mn_status mn_look_choose(const mn_words *a, mn_naming name, int now, int *out, mn_err *err);
/* yes, no, or the other truth value without arguments. */
mn_status mn_look_choose_truth(const mn_words *a, bool *value, mn_err *err);
/* looks_map.c: the map is in focus, and of this experiment; the unit a step away on it. */
bool mn_look_on_map(const mn_screen *s, const mn_snapshot *snap);
int mn_look_step_on_map(const mn_snapshot *snap, int cursor, int right, int up);
mn_status mn_look_refuse(const mn_words *a, const char *wanted, mn_err *err);

#endif
