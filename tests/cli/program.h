/* program.h: calls the real program ($MN_PROGRAM) in the scratch folder, where it finds and
 * leaves its files.
 */
#ifndef MN_TESTS_CLI_PROGRAM_H
#define MN_TESTS_CLI_PROGRAM_H

#include "support.h"

typedef struct outcome {
    int status; /* exit status; 128 + n after signal n */
    char *out, *err;
} outcome;

/* The program with these words, ended by NULL, and `input` on its standard input (NULL: none).
 */
outcome call(const char *input, ...) __attribute__((sentinel));
/* The same for another program by its path. */
outcome call_other(const char *path, const char *input, ...) __attribute__((sentinel));
void outcome_finish(outcome *o);

/* Status and a part of the standard error; releases the outcome. */
void assert_refused(outcome o, int status, const char *part);
/* Status 0 and nothing on standard error; returns stdout's text, which the caller frees. */
char *assert_fine(outcome o);
json_t *assert_json(outcome o);
const char *text_of(const json_t *o, const char *key);

/* A file in the scratch folder. */
void write_file(const char *name, const void *bytes, size_t n);
char *read_file(const char *name, size_t *n); /* the caller frees; fails when absent */
int has_file(const char *name);
const char *scratch_path(const char *name);

/* A small experiment that takes milliseconds. */
#define TINY                                                                                   \
    "--items", "300", "--test-items", "100", "--batch", "100", "--memories", "12",             \
        "--probe-items", "50"

#endif
