#include "idx_set.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "idx.h"
#include "mnemoscope/dataset_impl.h"
#include "whereabouts.h"

enum { N_CLASSES = 10, SIDE_MAX = 1024 };

/* A file has two spellings, with a hyphen or a dot in the middle. */
static const char *const files[] = {
    "train-images-idx3-ubyte", "train-images.idx3-ubyte", "train-labels-idx1-ubyte",
    "train-labels.idx1-ubyte", "t10k-images-idx3-ubyte",  "t10k-images.idx3-ubyte",
    "t10k-labels-idx1-ubyte",  "t10k-labels.idx1-ubyte",  NULL};
static const struct role {
    const char *before, *after;
    int n_dims;
} roles[MN_N_SPLITS][2] = {
    {{"train-images", "idx3-ubyte", MN_IDX_IMAGES},
     {"train-labels", "idx1-ubyte", MN_IDX_LABELS}},
    {{"t10k-images", "idx3-ubyte", MN_IDX_IMAGES},
     {"t10k-labels", "idx1-ubyte", MN_IDX_LABELS}},
};

/* The path of the file in `folder` under whichever spelling is there; false when none is. */
static bool find_file(const char *folder, const struct role *r, char *path, size_t size)
{
    char name[64];
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s%c%s", r->before, "-."[i], r -> after);
        if (mn_whereabouts_file(folder, name, path, size))
            return true;
    }
    return false;
}

static mn_status read_role(mn_idx *x, const char *folder, const struct role *r, mn_err *err)
{
    char path[PATH_MAX];
    if (!find_file(folder, r, path, sizeof path))
        return mn_fail(err, MN_EIO, "cannot find '%s-%s' (plain or .gz) in '%s'", r->before,
                       r->after, folder);
    return mn_idx_read(x, path, r->n_dims, err);
}

static mn_status check_pair(const char *folder, const struct role *r, const mn_idx *images,
                            const mn_idx *labels, mn_err *err)
{
    if (images->dims[0] != labels->dims[0])
        return mn_fail(err, MN_EFORMAT,
                       "'%s' and '%s' in '%s' do not belong together: %zu images, %zu labels",
                       r[0].before, r[1].before, folder, images->dims[0], labels->dims[0]);
    if (images->dims[1] > SIDE_MAX || images->dims[2] > SIDE_MAX)
        return mn_fail(err, MN_EFORMAT,
                       "'%s' in '%s' has images of %zu by %zu pixels, at most %d by %d wanted",
                       r[0].before, folder, images->dims[2], images->dims[1], SIDE_MAX,
                       SIDE_MAX);
    for (size_t i = 0; i < labels->n; i++)
        if (labels->data[i] >= N_CLASSES)
            return mn_fail(err, MN_EFORMAT, "label %zu of '%s' in '%s' is %d: 0 to %d wanted",
                           i, r[1].before, folder, labels->data[i], N_CLASSES - 1);
    return MN_OK;
}

/* The first split sets the size of the images, the second must have the same. */
static mn_status check_size(mn_dataset *d, mn_split split, const mn_idx *images, mn_err *err)
{
    int height = (int)images->dims[1], width = (int)images->dims[2];
    if (split == MN_TRAIN)
        d->shape = (mn_data_shape){.width = width,
                                   .height = height,
                                   .channels = 1,
                                   .n_classes = N_CLASSES,
                                   .bytes = true};
    if (width != d->shape.width || height != d->shape.height)
        return mn_fail(err, MN_EFORMAT,
                       "test images of '%s' are %d by %d pixels, training images %d by %d",
                       d->ops->name, width, height, d->shape.width, d->shape.height);
    return MN_OK;
}

static mn_status load_split(mn_dataset *d, const char *folder, mn_split split, mn_err *err)
{
    mn_idx images = {0}, labels = {0};
    mn_status s = read_role(&images, folder, &roles[split][0], err);
    if (s == MN_OK)
        s = read_role(&labels, folder, &roles[split][1], err);
    if (s == MN_OK)
        s = check_pair(folder, roles[split], &images, &labels, err);
    if (s == MN_OK)
        s = check_size(d, split, &images, err);
    if (s == MN_OK)
        s = mn_dataset_reserve(d, split, images.dims[0], err);
    if (s == MN_OK) {
        memcpy(d->bytes[split], images.data, images.n);
        for (size_t i = 0; i < labels.n; i++)
            d->labels[split][i] = labels.data[i];
    }
    mn_idx_finish(&images);
    mn_idx_finish(&labels);
    return s;
}

mn_status mn_idx_set_load(const mn_idx_set *set, mn_dataset *d, const mn_data_cfg *cfg,
                          mn_err *err)
{
    char folder[PATH_MAX];
    const mn_whereabouts where = {set->name, set->folders, files, set->source};
    mn_status s = mn_whereabouts_find(&where, cfg, folder, sizeof folder, err);
    for (int split = 0; split < MN_N_SPLITS && s == MN_OK; split++)
        s = load_split(d, folder, (mn_split)split, err);
    return s;
}
