#include "mnemoscope/rng.h"

#include <math.h>

/* splitmix64 (Steele, Lea and Flood 2014) spreads a seed over the four words of xoshiro256**.
 */
static uint64_t mix(uint64_t *x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

void mn_rng_seed(mn_rng *r, uint64_t seed, const char *purpose)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a of the purpose */
    for (const char *c = purpose; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
    uint64_t x = seed ^ hash;
    for (int i = 0; i < 4; i++)
        r->s[i] = mix(&x);
}

uint64_t mn_rng_next(mn_rng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t mn_rng_below(mn_rng *r, uint64_t bound)
{
    uint64_t reject = -bound % bound; /* 2^64 mod bound */
    uint64_t x;
    do {
        x = mn_rng_next(r);
    } while (x < reject);
    return x % bound;
}

double mn_rng_uniform(mn_rng *r)
{
    return (double)(mn_rng_next(r) >> 11) * 0x1p-53;
}

double mn_rng_normal(mn_rng *r)
{
    /* Box and Muller; the second value is thrown away so that the state stays four words. */
    double u = 1.0 - mn_rng_uniform(r);
    double v = mn_rng_uniform(r);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

void mn_rng_shuffle(mn_rng *r, uint32_t *index, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)mn_rng_below(r, i);
        uint32_t t = index[i - 1];
        index[i - 1] = index[j];
        index[j] = t;
    }
}
