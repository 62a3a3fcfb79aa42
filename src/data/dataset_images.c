/* images:DIR: pictures of one's own, a folder per class.
 *
 * All of them are read, stretched onto squares of one size, shuffled, and parted: of every
 * class the share `test-share` is for the test.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "album.h"
#include "mnemoscope/dataset_impl.h"
#include "mnemoscope/image_file.h"
#include "mnemoscope/rng.h"
#include "mnemoscope/text.h"

enum { CLASS_MIN = 2 }; /* pictures: one to train and one to test */
static const size_t bytes_max = (size_t)2 << 30;

struct reader {
    mn_album album;
    mn_dataset *d;
    const mn_data_cfg *cfg;
    int *n_readable, *n_test; /* of each class */
    size_t n;                 /* read so far, in the training split's rows */
};

static uint8_t *row(const mn_dataset *d, mn_split split, size_t i)
{
    return d->bytes[split] + i * (size_t)d->n_inputs;
}

/* Room for everything in the training split, until it is parted. */
static mn_status reserve(struct reader *r, const char *folder, mn_err *err)
{
    mn_dataset *d = r->d;
    int side = r->cfg->image_side, channels = r->cfg->image_colour ? 3 : 1;
    size_t n_classes = (size_t)r->album.n_classes;
    size_t item = (size_t)side * (size_t)side * (size_t)channels;
    if (r->album.n > bytes_max / item)
        return mn_fail(err, MN_ENOMEM,
                       "the %zu pictures in '%s' are too many for %zu bytes each: at most %zu "
                       "bytes in all wanted (a smaller image-side helps)",
                       r->album.n, folder, item, bytes_max);
    d->shape = (mn_data_shape){.width = side,
                               .height = side,
                               .channels = channels,
                               .n_classes = r->album.n_classes,
                               .bytes = true};
    r->n_readable = calloc(n_classes, sizeof *r->n_readable);
    r->n_test = calloc(n_classes, sizeof *r->n_test);
    if (!r->n_readable || !r->n_test)
        return mn_fail(err, MN_ENOMEM, "no memory for the %zu classes in '%s'", n_classes,
                       folder);
    return mn_dataset_reserve(d, MN_TRAIN, r->album.n, err);
}

/* Classes are called as their folders are. */
static mn_status name_classes(struct reader *r, mn_err *err)
{
    const int n = r->album.n_classes;
    const char **names = calloc((size_t)n, sizeof *names);
    if (!names)
        return mn_fail(err, MN_ENOMEM, "no memory for the names of %d classes", n);
    for (int k = 0; k < n; k++) {
        const char *path = r->album.classes[k].path, *slash = strrchr(path, '/');
        names[k] = slash ? slash + 1 : path;
    }
    mn_status s = mn_dataset_name_classes(r->d, names, err);
    free(names);
    return s;
}

/* A file that is no picture ends it, or is noted and passed over. */
static mn_status read_picture(struct reader *r, int label, const char *path, mn_err *err)
{
    mn_dataset *d = r->d;
    mn_err own;
    mn_status s = mn_image_file_read_bytes(path, d->shape.width, d->shape.height,
                                           d->shape.channels, row(d, MN_TRAIN, r->n), &own);
    if (s == MN_OK) {
        d->labels[MN_TRAIN][r->n++] = label;
        r->n_readable[label]++;
        return MN_OK;
    }
    if (!r->cfg->skip_bad || s == MN_ENOMEM)
        return mn_fail(err, s, "%s", own.msg);
    mn_text_add(&d->skipped, "%s\n", own.msg);
    return d->skipped.failed ? mn_fail(err, MN_ENOMEM, "no memory for the list of bad pictures")
                             : MN_OK;
}

static mn_status read_class(struct reader *r, int label, mn_err *err)
{
    const mn_album_class *c = &r->album.classes[label];
    mn_status s = MN_OK;
    for (int i = 0; i < c->n && s == MN_OK; i++) {
        mn_text path = {0};
        mn_text_add(&path, "%s/%s", c->path, c->names[i]);
        s = path.failed ? mn_fail(err, MN_ENOMEM, "no memory for a name in '%s'", c->path)
                        : read_picture(r, label, path.data, err);
        mn_text_finish(&path);
    }
    if (s == MN_OK && r->n_readable[label] < CLASS_MIN)
        s = mn_fail(err, MN_EFORMAT,
                    "'%s' has %d readable of %d: a class needs at least %d pictures, one to "
                    "train and one to test",
                    c->path, r->n_readable[label], c->n, CLASS_MIN);
    return s;
}

static void swap(mn_dataset *d, size_t i, size_t j, uint8_t *spare)
{
    size_t size = (size_t)d->n_inputs;
    int *labels = d->labels[MN_TRAIN], label = labels[i];
    labels[i] = labels[j];
    labels[j] = label;
    memcpy(spare, row(d, MN_TRAIN, i), size);
    memmove(row(d, MN_TRAIN, i), row(d, MN_TRAIN, j), size);
    memcpy(row(d, MN_TRAIN, j), spare, size);
}

/* Fisher-Yates over the items themselves. */
static mn_status shuffle(struct reader *r, uint64_t seed, mn_err *err)
{
    mn_rng rng;
    uint8_t *spare = malloc((size_t)r->d->n_inputs);
    if (!spare)
        return mn_fail(err, MN_ENOMEM, "no memory to shuffle pictures");
    mn_rng_seed(&rng, seed, "images");
    for (size_t i = r->n; i > 1; i--)
        swap(r->d, i - 1, (size_t)mn_rng_below(&rng, i), spare);
    free(spare);
    return MN_OK;
}

/* The first items of every class leave for the test; the others close the ranks. */
static mn_status part(struct reader *r, mn_err *err)
{
    mn_dataset *d = r->d;
    size_t n_test = 0, at[MN_N_SPLITS] = {0};
    for (int k = 0; k < d->shape.n_classes; k++) {
        int n = (int)lround(r->cfg->test_share * r->n_readable[k]);
        r->n_test[k] = n < 1 ? 1 : n < r->n_readable[k] ? n : r->n_readable[k] - 1;
        n_test += (size_t)r->n_test[k];
    }
    mn_status s = mn_dataset_reserve(d, MN_TEST, n_test, err);
    for (size_t i = 0; i < r->n && s == MN_OK; i++) {
        int label = d->labels[MN_TRAIN][i];
        mn_split to = r->n_test[label] > 0 ? MN_TEST : MN_TRAIN;
        r->n_test[label] -= to == MN_TEST;
        d->labels[to][at[to]] = label;
        memmove(row(d, to, at[to]), row(d, MN_TRAIN, i), (size_t)d->n_inputs);
        at[to]++;
    }
    d->shape.n[MN_TRAIN] = at[MN_TRAIN];
    return s;
}

static mn_status load(mn_dataset *d, const char *argument, const mn_data_cfg *cfg,
                      uint64_t seed, mn_err *err)
{
    struct reader r = {.d = d, .cfg = cfg};
    mn_status s = mn_album_open(&r.album, argument, err);
    if (s == MN_OK)
        s = reserve(&r, argument, err);
    if (s == MN_OK)
        s = name_classes(&r, err);
    for (int k = 0; k < r.album.n_classes && s == MN_OK; k++)
        s = read_class(&r, k, err);
    if (s == MN_OK)
        s = shuffle(&r, seed, err);
    if (s == MN_OK)
        s = part(&r, err);
    mn_album_close(&r.album);
    free(r.n_readable);
    free(r.n_test);
    return s;
}

const mn_dataset_ops mn_dataset_images = {
    .name = "images",
    .title = "Pictures from a folder",
    .cite = "",
    .about =
        "pictures of your own: a folder of folders, one per class, of PNG, JPEG, BMP or PNM",
    .argument = "DIR",
    .load = load,
};
