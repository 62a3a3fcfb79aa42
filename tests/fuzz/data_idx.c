#include "data_replay.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "idx.h"

static void parse(const uint8_t *bytes, size_t n, int n_dims)
{
    mn_idx x = {0};
    mn_err err = {0};
    volatile unsigned sum = 0;
    if (mn_idx_parse(&x, bytes, n, "fuzz", n_dims, &err) != MN_OK) {
        if (!err.msg[0] || x.data)
            abort();
        return;
    }
    for (size_t i = 0; i < x.n; i++)
        sum += x.data[i];
    (void)sum;
    mn_idx_finish(&x);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    parse(bytes, n, MN_IDX_IMAGES);
    parse(bytes, n, MN_IDX_LABELS);
    return 0;
}

static const uint8_t images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2,  0,  0,
                                 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9};

static size_t zip(const uint8_t *bytes, size_t n, uint8_t *out, size_t room)
{
    uint8_t copy[64];
    z_stream z = {
        .next_in = copy, .avail_in = (uInt)n, .next_out = out, .avail_out = (uInt)room};
    memcpy(copy, bytes, n);
    if (deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    deflate(&z, Z_FINISH);
    deflateEnd(&z);
    return room - z.avail_out;
}

size_t fuzz_sample(size_t which, uint8_t *out, size_t room)
{
    switch (which) {
    case 0: memcpy(out, images, sizeof images); return sizeof images;
    case 1: memcpy(out, labels, sizeof labels); return sizeof labels;
    case 2: return zip(images, sizeof images, out, room);
    case 3: return zip(labels, sizeof labels, out, room);
    }
    return 0;
}
