/* stream_fixture.h: streams of a few digits for the tests of src/data/stream*.c. */
#ifndef MNEMOSCOPE_TESTS_STREAM_FIXTURE_H
#define MNEMOSCOPE_TESTS_STREAM_FIXTURE_H

#include "mnemoscope/stream.h"

enum { N = 784, N_ITEMS = 40, N_TEST_ITEMS = 20 };

/* For cmocka's group: loads and frees the digits that every stream below is made from. */
int load_digits(void **state);
int free_digits(void **state);
const mn_dataset *digits(void);

mn_tasks_cfg tasks_cfg(int n_tasks);
mn_status try_stream(mn_stream **s, const char *spec, mn_tasks_cfg c, uint64_t seed,
                     mn_err *err);
mn_stream *make_stream(const char *spec, mn_tasks_cfg c, uint64_t seed);
void refuse_stream(const char *spec, mn_tasks_cfg c, const char *part);
/* A training item of a task, from -1 to 1. */
void gather_one(const mn_stream *s, int task, uint32_t i, float *x);
/* The text behind "file:" of a stream in a file with these bytes. */
const char *stream_file(const char *bytes, size_t n);

#endif
