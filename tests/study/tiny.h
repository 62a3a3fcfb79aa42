/* tiny.h: a study that runs in a moment, for the tests of this folder. */
#ifndef MNEMOSCOPE_TESTS_STUDY_TINY_H
#define MNEMOSCOPE_TESTS_STUDY_TINY_H

#include "mnemoscope/study.h"

/* Two permuted tasks of 60 items and a memory of 6; then the lines of a recipe. */
void tiny_plan(mn_plan *p, const char *lines);
/* tests_scratch()/NAME, in a buffer that the next call uses again. */
const char *tiny_path(const char *name);
/* The whole file; the caller frees. */
char *tiny_read(const char *path);
void tiny_write(const char *path, const char *text);
/* Runs what is missing; fails the test when it fails. */
void tiny_run(const mn_plan *p, const char *path, int jobs);
void assert_same_file(const char *a, const char *b);

#endif
