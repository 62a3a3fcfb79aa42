#include "probe.h"

#include <assert.h>

/* Different units, chosen by the beginning of a Fisher-Yates shuffle. */
void mn_probe_flip(mn_rng *r, int flipped, int n, uint8_t *units)
{
    uint8_t place[MN_PROBE_UNITS];
    assert(flipped <= n && n <= MN_PROBE_UNITS);
    for (int i = 0; i < n; i++)
        place[i] = (uint8_t)i;
    for (int i = 0; i < flipped; i++) {
        int j = i + (int)mn_rng_below(r, (uint64_t)(n - i));
        uint8_t chosen = place[j];
        place[j] = place[i];
        units[chosen] = (uint8_t)(255 - units[chosen]);
    }
}
