/* rng.h: random numbers, explicit and reproducible (xoshiro256**, Blackman and Vigna 2018).
 *
 * One stream per purpose, derived from the experiment's seed and the purpose's name ("init",
 * "order", "dream", "probe"), so that looking at a run never changes it. The state is four
 * words and nothing else (no cached second normal), so saving it is copying it. A plain value:
 * whoever holds it owns it, one thread at a time.
 */
#ifndef MNEMOSCOPE_RNG_H
#define MNEMOSCOPE_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct mn_rng {
    uint64_t s[4];
} mn_rng;

void mn_rng_seed(mn_rng *r, uint64_t seed, const char *purpose);
uint64_t mn_rng_next(mn_rng *r);
/* Uniform on 0 .. bound-1 without modulo bias; bound > 0. */
uint64_t mn_rng_below(mn_rng *r, uint64_t bound);
/* Uniform on [0, 1), 53 bits. */
double mn_rng_uniform(mn_rng *r);
double mn_rng_normal(mn_rng *r);
/* Fisher-Yates over `n` indices in place. */
void mn_rng_shuffle(mn_rng *r, uint32_t *index, size_t n);

#endif
