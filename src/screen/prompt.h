/* prompt.h: one line being typed: editing, history, completion. A plain value. */
#ifndef MNEMOSCOPE_PROMPT_H
#define MNEMOSCOPE_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "mnemoscope/snapshot.h"
#include "mnemoscope/text.h"

enum { MN_PROMPT_MAX = 512, MN_PROMPT_HISTORY = 24 };

typedef struct mn_prompt {
    char line[MN_PROMPT_MAX];
    size_t length, cursor; /* in bytes; the cursor is at the start of a character */
    char history[MN_PROMPT_HISTORY][MN_PROMPT_MAX]; /* a ring */
    int n_history, next;                            /* ever remembered, modulo the ring */
    int back;                                       /* lines back; 0 = the new one */
    char kept[MN_PROMPT_MAX];                       /* the new one, while looking back */
    char hint[248];                                 /* what Tab found, or "" */
} mn_prompt;

void mn_prompt_start(mn_prompt *p, const char *line);
/* Edits; false when the key means nothing here. Enter and Esc are the caller's. */
bool mn_prompt_key(mn_prompt *p, int key, const char *model);
void mn_prompt_remember(mn_prompt *p);

/* What could stand where the last word of `line` is: words, one a line, into `out`. `model` is
 * the one in use, whose parameters count. Returns how many; *start is the byte where the word
 * (or its part behind '=') begins. */
size_t mn_complete(const char *line, const char *model, mn_text *out, size_t *start);
/* What is being typed, in one line: usage and help of the command, or what the parameter
 * accepts. */
void mn_complete_hint(const char *line, const char *model, char *out, size_t size);

#endif
