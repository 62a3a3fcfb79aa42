#include "data_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/rng.h"

#ifndef MN_FUZZ_RUNS
#define MN_FUZZ_RUNS 20000 /* less for targets that take long */
#endif
enum { ROOM = 4096 };

/* Every input is a fresh allocation of its exact size, so that a sanitizer sees one byte too
 * many. */
static void run(const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy)
        abort();
    memcpy(copy, bytes, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static void run_cuts(const uint8_t *sample, size_t n)
{
    for (size_t cut = 0; cut <= n; cut++)
        run(sample, cut);
    for (size_t cut = 1; cut <= n; cut++)
        run(sample + cut, n - cut);
}

static void run_single_changes(uint8_t *sample, size_t n)
{
    static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff, '"', '-', '9', '[', '}'};
    for (size_t i = 0; i < n; i++) {
        uint8_t kept = sample[i];
        for (size_t v = 0; v < sizeof values; v++) {
            sample[i] = values[v];
            run(sample, n);
        }
        sample[i] = kept;
    }
}

static void run_random_changes(const uint8_t *sample, size_t n)
{
    uint8_t bytes[ROOM];
    mn_rng r;
    mn_rng_seed(&r, 1, "fuzz");
    for (int i = 0; i < MN_FUZZ_RUNS; i++) {
        memcpy(bytes, sample, n);
        for (uint64_t k = 1 + mn_rng_below(&r, 8); k; k--)
            bytes[mn_rng_below(&r, n)] = (uint8_t)mn_rng_next(&r);
        run(bytes, 1 + (size_t)mn_rng_below(&r, n));
        run(bytes, n);
    }
}

int main(void)
{
    uint8_t sample[ROOM];
    size_t n, which = 0;
    for (; (n = fuzz_sample(which, sample, sizeof sample)); which++) {
        run_cuts(sample, n);
        run_single_changes(sample, n);
        run_random_changes(sample, n);
    }
    printf("1..1\nok 1 - damaged_samples_do_no_harm # %zu samples\n", which);
    return 0;
}
