#include "cifar_set.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mnemoscope/dataset_impl.h"
#include "packed.h"

/* A file of the originals has 10,000 or 50,000 records. */
enum { SIDE = 32, CHANNELS = 3, N_PIXELS = CHANNELS * SIDE * SIDE, RECORDS_MAX = 100000 };

/* One file in memory. */
struct batch {
    char path[PATH_MAX];
    uint8_t *records;
    size_t n;
};

struct reader {
    const mn_cifar_set *set;
    char folder[PATH_MAX];
    struct batch batches[MN_CIFAR_FILES_MAX];
    int n_batches;
};

static size_t record_size(const struct reader *r)
{
    return (size_t)r->set->n_labels + N_PIXELS;
}

static mn_status check_labels(const struct reader *r, const struct batch *b, mn_err *err)
{
    for (size_t i = 0; i < b->n; i++) {
        int label = b->records[i * record_size(r) + (size_t)r->set->label];
        if (label >= r->set->n_classes)
            return mn_fail(
                err, MN_EFORMAT,
                "label %zu of '%s' is %d: 0 to %d wanted in the binary version of %s", i,
                b->path, label, r->set->n_classes - 1, r->set->where.name);
    }
    return MN_OK;
}

static mn_status read_batch(const struct reader *r, struct batch *b, const char *file,
                            mn_err *err)
{
    size_t size = 0, record = record_size(r);
    if (!mn_whereabouts_file(r->folder, file, b->path, sizeof b->path))
        return mn_fail(err, MN_EIO, "cannot find '%s' (plain or .gz) in '%s'", file, r->folder);
    mn_status s = mn_packed_read(b->path, RECORDS_MAX * record, &b->records, &size, err);
    if (s != MN_OK)
        return s;
    if (!size || size % record)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' holds %zu bytes: records of %zu wanted (the binary version of %s)",
                       b->path, size, record, r->set->where.name);
    b->n = size / record;
    return check_labels(r, b, err);
}

static mn_status read_all(struct reader *r, mn_err *err)
{
    mn_status s = MN_OK;
    for (; r->set->where.files[r->n_batches] && s == MN_OK; r->n_batches++)
        s = read_batch(r, &r->batches[r->n_batches], r->set->where.files[r->n_batches], err);
    return s;
}

/* Copies the items of `count` batches and frees their records as it goes. */
static mn_status fill(struct reader *r, mn_dataset *d, mn_split split, struct batch *b,
                      int count, mn_err *err)
{
    size_t n = 0, at = 0;
    for (int i = 0; i < count; i++)
        n += b[i].n;
    mn_status s = mn_dataset_reserve(d, split, n, err);
    for (int i = 0; i < count && s == MN_OK; i++) {
        const uint8_t *record = b[i].records;
        for (size_t j = 0; j < b[i].n; j++, at++, record += record_size(r)) {
            d->labels[split][at] = record[r->set->label];
            memcpy(d->bytes[split] + at * N_PIXELS, record + r->set->n_labels, N_PIXELS);
        }
        free(b[i].records);
        b[i].records = NULL;
    }
    return s;
}

static mn_status load(struct reader *r, mn_dataset *d, const mn_data_cfg *cfg, mn_err *err)
{
    mn_status s = mn_whereabouts_find(&r->set->where, cfg, r->folder, sizeof r->folder, err);
    if (s != MN_OK || (s = read_all(r, err)) != MN_OK)
        return s;
    d->shape = (mn_data_shape){.width = SIDE,
                               .height = SIDE,
                               .channels = CHANNELS,
                               .n_classes = r->set->n_classes,
                               .bytes = true};
    int n_train = r->n_batches - 1;
    s = fill(r, d, MN_TRAIN, r->batches, n_train, err);
    return s == MN_OK ? fill(r, d, MN_TEST, r->batches + n_train, 1, err) : s;
}

mn_status mn_cifar_set_load(const mn_cifar_set *set, mn_dataset *d, const mn_data_cfg *cfg,
                            mn_err *err)
{
    struct reader *r = calloc(1, sizeof *r);
    if (!r)
        return mn_fail(err, MN_ENOMEM, "cannot allocate a reader for %s", set->where.name);
    r->set = set;
    mn_status s = load(r, d, cfg, err);
    for (int i = 0; i < MN_CIFAR_FILES_MAX; i++)
        free(r->batches[i].records);
    free(r);
    return s;
}
