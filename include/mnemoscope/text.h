/* text.h: text that grows, and command lines that split.
 *
 * mn_text owns its bytes, always ends in NUL and keeps the first failed allocation as `failed`
 * instead of making every append fallible: check it once at the end. One thread at a time.
 */
#ifndef MNEMOSCOPE_TEXT_H
#define MNEMOSCOPE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "mnemoscope/status.h"

typedef struct mn_text {
    char *data; /* NULL when nothing was added yet */
    size_t length, capacity;
    bool failed;
} mn_text;

void mn_text_add(mn_text *t, const char *fmt, ...) MN_PRINTF(2, 3);
void mn_text_bytes(mn_text *t, const void *bytes, size_t n);
void mn_text_reset(mn_text *t); /* empty, capacity kept */
void mn_text_finish(mn_text *t);

enum { MN_WORDS_MAX = 64, MN_LINE_MAX = 1024 };

/* A line split at blanks; '...' and "..." keep blanks, backslash escapes inside "..." only, #
 * starts a comment outside quotes. `word` points into `store`. */
typedef struct mn_words {
    int n;
    char *word[MN_WORDS_MAX];
    char store[MN_LINE_MAX];
} mn_words;

MN_MUST_CHECK mn_status mn_words_split(mn_words *w, const char *line, mn_err *err);
/* Appends `word`, quoted when it has to be, so that mn_words_split gives it back. */
void mn_words_quote(mn_text *t, const char *word);

/* The closest of the NULL-terminated `names` to a mistyped `word`, or NULL when none is close.
 */
const char *mn_text_closest(const char *word, const char *const *names);

#endif
