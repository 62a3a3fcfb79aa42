#include "data_replay.h"

#include <stdlib.h>
#include <string.h>

#include "mnemoscope/safetensors.h"

/* Reads every byte that an entry claims to have. */
static unsigned touch(const mn_entry *e, size_t size)
{
    unsigned sum = 0;
    for (size_t i = 0; i < e->n * size; i++)
        sum += ((const unsigned char *)e->data)[i];
    return sum + (unsigned)strlen(e->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const size_t sizes[] = {[MN_F32] = 4, [MN_F64] = 8, [MN_U8] = 1,   [MN_I32] = 4,
                                   [MN_I64] = 8, [MN_U64] = 8, [MN_OTHER] = 1};
    mn_tensors *t = NULL;
    mn_err err = {0};
    const char *key, *value;
    volatile unsigned sum = 0;
    if (mn_tensors_parse(&t, bytes, n, "fuzz", &err) != MN_OK)
        return err.msg[0] ? 0 : (abort(), 0);
    for (size_t i = 0; i < mn_tensors_count(t); i++)
        sum += touch(mn_tensors_at(t, i), sizes[mn_tensors_at(t, i)->dtype]);
    for (size_t i = 0; mn_tensors_meta_at(t, i, &key, &value); i++)
        sum += (unsigned)(strlen(key) + strlen(value));
    (void)sum;
    mn_tensors_close(t);
    return 0;
}

static size_t serialise(size_t which, uint8_t *out, size_t room)
{
    mn_tensors_out *o = NULL;
    mn_text text = {0};
    size_t n = 0;
    if (mn_tensors_begin(&o, NULL) != MN_OK)
        return 0;
    if (which == 1) {
        mn_tensors_add_meta(o, "step", "12");
        mn_tensors_add(o, "m", MN_F32, 2, (const size_t[]){2, 2}, "0123456789abcdef");
        mn_tensors_add(o, "b", MN_U8, 1, (const size_t[]){3}, "xyz");
        mn_tensors_add(o, "y", MN_I64, 1, (const size_t[]){1}, "01234567");
    }
    if (mn_tensors_serialise(o, &text, NULL) == MN_OK && text.length <= room)
        memcpy(out, text.data, n = text.length);
    mn_text_finish(&text);
    mn_tensors_end(o);
    return n;
}

size_t fuzz_sample(size_t which, uint8_t *out, size_t room)
{
    return which < 2 ? serialise(which, out, room) : 0;
}
