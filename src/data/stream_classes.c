#include "mnemoscope/stream_impl.h"

#include <stdlib.h>

#include "mnemoscope/rng.h"

/* A class's number at *at; -1 when there is none below n. */
static long take_class(const char **at, int n)
{
    char *end;
    if (**at < '0' || **at > '9')
        return -1;
    long c = strtol(*at, &end, 10); /* too long a number is LONG_MAX */
    *at = end;
    return c < n ? c : -1;
}

mn_status mn_stream_read_classes(const char *text, int n, bool *classes, mn_err *err)
{
    const char *at = text;
    for (;;) {
        long first = take_class(&at, n), last = first;
        if (first >= 0 && *at == '-') {
            at++;
            last = take_class(&at, n);
        }
        if (first < 0 || last < first || (*at && *at != ','))
            return mn_fail(err, MN_EFORMAT,
                           "classes cannot be '%.80s': numbers from 0 to %d, or ranges such as "
                           "0-%d, with commas between wanted",
                           text, n - 1, n - 1);
        for (long c = first; c <= last; c++)
            classes[c] = true;
        if (!*at++)
            return MN_OK;
    }
}

void mn_stream_order_classes(const mn_stream *s, uint32_t *order, size_t n)
{
    mn_rng r;
    for (size_t c = 0; c < n; c++)
        order[c] = (uint32_t)c;
    mn_rng_seed(&r, s->source.seed, "class order");
    if (s->cfg.class_order == MN_CLASSES_SHUFFLED)
        mn_rng_shuffle(&r, order, n);
}
