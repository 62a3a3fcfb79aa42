/* bench.h: what the measurements of `bench` share. */
#ifndef MN_CLI_BENCH_H
#define MN_CLI_BENCH_H

#include <jansson.h>

#include "call.h"

/* Of n numbers, which are sorted. */
double mn_bench_median(double *x, int n);

/* bench_strategies.c: a row per strategy that has something to do in every step. */
MN_MUST_CHECK mn_status mn_bench_strategies(const mn_call *c, json_t *rows, mn_err *err);
void mn_bench_print_strategies(const json_t *rows);

/* bench_sdmlp.c: steps in which few neurons fire. */
MN_MUST_CHECK mn_status mn_bench_sdmlp(const mn_call *c, json_t *rows, mn_err *err);
void mn_bench_print_sdmlp(const json_t *rows);

/* bench_consolidate.c: relaxations of a batch to fixed points, and their gradient. */
MN_MUST_CHECK mn_status mn_bench_consolidate(json_t *rows, mn_err *err);
void mn_bench_print_consolidate(const json_t *rows);

#endif
