/* support.h: what the tests share: cmocka in the right order, oracle numbers, closeness. */
#ifndef MNEMOSCOPE_TESTS_SUPPORT_H
#define MNEMOSCOPE_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "mnemoscope/status.h"

/* |got - want| <= atol + rtol * max|want|; prints the worst index and both values. */
void assert_close(const float *got, const double *want, size_t n, double rtol, double atol);
void assert_near(double got, double want, double tolerance);
/* Fails with the message of `err` unless `s` is MN_OK. */
void assert_ok(mn_status s, const mn_err *err);
/* The status is `want` and the message holds `part`. */
void assert_failed(mn_status s, const mn_err *err, mn_status want, const char *part);

/* tests/oracle/NAME; the test fails when it cannot be read. The caller decrefs. */
json_t *oracle_open(const char *name);
/* A (nested) array of numbers, flattened; *n receives how many. The caller frees. */
double *oracle_numbers(const json_t *o, const char *key, size_t *n);
float *oracle_floats(const json_t *o, const char *key, size_t *n);
double oracle_number(const json_t *o, const char *key);

/* A path under tests/ ($MN_TESTS), and a fresh temporary folder that is removed at exit. */
const char *tests_path(const char *name);
const char *tests_scratch(void);

#endif
